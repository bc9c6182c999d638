package import AssayBytes
import AssayPKI

/// The parts of one code signature, wherever they were kept: in a Mach-O image, as files of a bundle, in extended attributes.
package struct AppleSignature: Sendable {
  /// A file that a special slot covers and that stands outside of the signature.
  package enum Outside: Sendable {
    case octets([UInt8])
    /// It is known that there is none.
    case absent
    /// It is somewhere else: a bundle's executable judged without its bundle.
    case unknown
  }

  /// Whole blobs by slot.
  package let blobs: [UInt32: ArraySlice<UInt8>]
  /// That of slot 0 first, then the alternates in their order.
  package let directories: [CodeDirectory]
  /// DER of the SignedData; nil where there is no CMS blob, empty where it is empty.
  package let cms: ArraySlice<UInt8>?
  package var info: Outside
  package var resources: Outside
  /// `__TEXT,__info_plist` of a program that has its property list inside; slot 1 may be about that one.
  package var embeddedInfo: [UInt8]?
  /// What is wrong with how the parts are put together.
  package let problems: [ParseError]

  static let wrapperMagic: UInt32 = 0xFADE_0B01

  /// What the blob of a slot begins with (cs_blobs.h). Systems look at it and take a blob of another kind for none, so that tools which do
  /// not would show what no system reads.
  static let magics: [(slot: UInt32, magic: [UInt8])] =
    [
      (CodeSlot.requirements, [0xFA, 0xDE, 0x0C, 0x01]), (CodeSlot.entitlements, [0xFA, 0xDE, 0x71, 0x71]),
      (CodeSlot.entitlementsDER, [0xFA, 0xDE, 0x71, 0x72]),
    ] + (8...11).map { ($0, [0xFA, 0xDE, 0x81, 0x81]) }

  package init(
    blobs: [UInt32: ArraySlice<UInt8>], info: Outside, resources: Outside, _ budget: inout Budget
  ) throws(ParseError) {
    self.blobs = blobs
    (self.info, self.resources) = (info, resources)
    guard let first = blobs[CodeSlot.directory] else {
      throw ParseError("apple.directory.missing", "the signature has no code directory")
    }
    var directories = [try CodeDirectory(first, &budget)]
    var problems: [ParseError] = []
    var hasEnded = false
    for slot in CodeSlot.alternates {
      guard let blob = blobs[slot] else {
        hasEnded = true
        continue
      }
      // Apple reads alternates up to the first that is missing; one behind a gap is read by nobody.
      if hasEnded {
        problems.append(
          ParseError("apple.directory.gap", "an alternate code directory stands behind a gap", offset: blob.startIndex))
      }
      let directory = try CodeDirectory(blob, &budget)
      if directories.contains(where: { $0.hashType == directory.hashType }) {
        problems.append(
          ParseError("apple.directory.duplicate", "two code directories have one type of digest", offset: blob.startIndex))
      }
      directories.append(directory)
    }
    let main = directories[0]
    if let other = directories.first(where: {
      $0.identifier != main.identifier || $0.teamID != main.teamID || $0.flags != main.flags
    }) {
      problems.append(
        ParseError(
          "apple.directory.disagree", "code directories name different identifiers, teams or flags", offset: other.bytes.startIndex)
      )
    }
    for (slot, magic) in AppleSignature.magics {
      guard let blob = blobs[slot], !blob.starts(with: magic) else { continue }
      problems.append(
        ParseError(
          "apple.slot.magic",
          "the blob of \(CodeSlot.name(slot)) begins with \(Hex.encode(blob.prefix(4))), not with \(Hex.encode(magic))",
          offset: blob.startIndex))
    }
    self.directories = directories
    self.problems = problems
    cms = try blobs[CodeSlot.signature].map { (blob) throws(ParseError) in try AppleSignature.wrapped(blob) }
  }

  private static func wrapped(_ blob: ArraySlice<UInt8>) throws(ParseError) -> ArraySlice<UInt8> {
    var reader = ByteReader(blob, base: blob.startIndex, truncated: "apple.superblob.truncated")
    guard try reader.big(UInt32.self) == wrapperMagic else {
      throw ParseError("apple.cms.magic", "the CMS signature is not wrapped as one", offset: blob.startIndex)
    }
    return blob.dropFirst(8)
  }

  /// The one that Apple's systems take: the strongest.
  package var best: CodeDirectory { directories.max { $0.rank < $1.rank } ?? directories[0] }

  package var isAdhoc: Bool { best.flags.contains(.adhoc) }
}
