import AssayBytes
import AssayCore

/// A notarization ticket that was attached to code. Its structure is not published: what is looked at is whether it names the code that
/// it is attached to. Whether Apple signed it is not established, so it proves nothing.
package struct StapledTicket: Sendable {
  /// 21 bytes for each piece of code: the largest applications known would need 15 kB.
  package static let byteLimit = 16 << 20

  package let octets: ArraySlice<UInt8>
  /// Where it stands in the artifact.
  package let offset: Int
  /// The size as stored, where it is too large to be read.
  package let refusedBytes: Int?

  package init(_ octets: ArraySlice<UInt8>, at offset: Int) {
    refusedBytes = octets.count > StapledTicket.byteLimit ? octets.count : nil
    self.octets = refusedBytes == nil ? octets : []
    self.offset = offset
  }

  /// In a slot of a signature, with the header of eight bytes that each slot has.
  package init(blob: ArraySlice<UInt8>, at base: Int) {
    let (sum, overflow) = base.addingReportingOverflow(blob.startIndex)
    self.init(blob.dropFirst(8), at: overflow ? base : sum)
  }

  /// A ticket that is too large to be read.
  package init(refused byteCount: Int, at offset: Int) {
    (octets, refusedBytes, self.offset) = ([], byteCount, offset)
  }

  /// A property list under the name of a ticket: the seal of the last century, or somebody's attempt to pass for one.
  package var isPropertyList: Bool {
    octets.starts(with: Array("<?xml".utf8)) || octets.starts(with: Array("<plist".utf8))
      || octets.starts(with: Array("bplist".utf8)) || octets.starts(with: Array("<!DOCTYPE".utf8))
  }

  /// True if the first 20 bytes of one of the digests stand in it.
  package func names(anyOf hashes: [[UInt8]]) -> Bool {
    hashes.contains { hash in
      let wanted = Array(hash.prefix(20))
      guard wanted.count == 20, let first = wanted.first, octets.count >= 20 else { return false }
      var index = octets.startIndex
      while index <= octets.endIndex - 20 {
        if octets[index] == first, octets[index..<(index + 20)].elementsEqual(wanted) { return true }
        index += 1
      }
      return false
    }
  }
}

extension StapledTicket {
  /// `Contents/CodeResources` of a deep bundle where it is a plain file, which is where systems look for a ticket.
  static func attached(to layout: BundleLayout, in tree: any ArtifactTree) throws(ParseError) -> StapledTicket? {
    let path = layout.path("CodeResources")
    guard layout.shape == .contents, try tree.kind(path) == .file else { return nil }
    let source = try tree.open(path)
    guard source.byteCount <= byteLimit else { return StapledTicket(refused: source.byteCount, at: 0) }
    return StapledTicket(try source.bytes(0..<source.byteCount)[...], at: 0)
  }
}

extension AppleCodeClaim {
  /// Of every code directory; empty where there is no readable signature.
  package var cdhashes: [[UInt8]] {
    guard case .success(let signature)? = signature else { return [] }
    return signature.directories.map(\.cdhash)
  }

  /// A ticket in a slot of the signature, which nothing covers.
  package var embeddedTicket: StapledTicket? {
    guard case .success(let signature)? = signature else { return nil }
    return signature.blobs[CodeSlot.ticket].map { StapledTicket(blob: $0, at: signatureOffset) }
  }
}
