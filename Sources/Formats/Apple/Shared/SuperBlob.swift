package import AssayBytes

/// Slots of a code signature (cs_blobs.h).
package enum CodeSlot {
  package static let directory: UInt32 = 0
  package static let info: UInt32 = 1
  package static let requirements: UInt32 = 2
  package static let resources: UInt32 = 3
  package static let application: UInt32 = 4
  package static let entitlements: UInt32 = 5
  package static let repSpecific: UInt32 = 6
  package static let entitlementsDER: UInt32 = 7
  package static let alternates: Range<UInt32> = 0x1000..<0x1005
  package static let signature: UInt32 = 0x10000
  package static let identification: UInt32 = 0x10001
  package static let ticket: UInt32 = 0x10002

  package static func name(_ slot: UInt32) -> String {
    switch slot {
    case directory: "code directory"
    case info: "Info.plist"
    case requirements: "requirements"
    case resources: "CodeResources"
    case application: "top directory"
    case entitlements: "entitlements"
    case repSpecific: "disk image header"
    case entitlementsDER: "entitlements (DER)"
    case 8...11: "launch constraint"
    case alternates: "alternate code directory"
    case signature: "CMS signature"
    case identification: "identification"
    case ticket: "ticket"
    default: "slot \(slot)"
    }
  }
}

/// Blobs of a signature by their slots; where each begins in the artifact stays with its bytes.
package struct SuperBlob: Sendable {
  package static let embeddedMagic: UInt32 = 0xFADE_0CC0
  /// Slots that exist are under 20.
  package static let countLimit = 64

  /// Whole blobs, with their headers of eight bytes.
  package let blobs: [UInt32: ArraySlice<UInt8>]
  package let byteCount: Int
  /// What systems take and strict validation refuses: bytes that belong to no blob.
  package let tolerated: [ParseError]

  /// `bytes`: from the start of the blob, with what follows it up to the end of its place.
  package init(_ bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    let start = bytes.startIndex
    var reader = ByteReader(bytes, base: start, truncated: "apple.superblob.truncated")
    let magic = try reader.big(UInt32.self)
    guard magic == SuperBlob.embeddedMagic else {
      throw ParseError(
        "apple.superblob.magic", "the signature begins with 0x\(String(magic, radix: 16)), no embedded signature", offset: start)
    }
    let (length, count) = (Int(try reader.big(UInt32.self)), Int(try reader.big(UInt32.self)))
    guard length <= bytes.count, count <= SuperBlob.countLimit, length >= 12 + 8 * count else {
      throw ParseError(
        "apple.superblob.length", "\(count) blobs in \(length) bytes, of which \(bytes.count) are there", offset: start)
    }
    try budget.spend(nodes: count)
    var tolerated: [ParseError] = []
    // Tools that sign again in the room of a larger signature leave its end behind.
    if let stray = bytes[(start + length)...].firstNonzero {
      tolerated.append(
        ParseError("apple.superblob.padding", "bytes that are not zero follow the signature in its place", offset: stray))
    }
    var blobs: [UInt32: ArraySlice<UInt8>] = [:]
    var ranges: [Range<Int>] = []
    for _ in 0..<count {
      let place = reader.offset
      let (type, offset) = (try reader.big(UInt32.self), Int(try reader.big(UInt32.self)))
      guard offset >= 12 + 8 * count, offset <= length - 8 else {
        throw ParseError("apple.superblob.range", "a blob lies outside of the signature or in its index", offset: place)
      }
      var inner = ByteReader(bytes[(start + offset)...], base: start + offset, truncated: "apple.superblob.truncated")
      try inner.skip(4)
      let size = Int(try inner.big(UInt32.self))
      guard size >= 8, size <= length - offset else {
        throw ParseError("apple.superblob.range", "a blob of \(size) bytes lies outside of the signature", offset: start + offset)
      }
      guard blobs[type] == nil else {
        throw ParseError("apple.superblob.duplicate", "the slot \(CodeSlot.name(type)) stands twice", offset: place)
      }
      guard !ranges.contains(where: { $0.overlaps(offset..<(offset + size)) }) else {
        throw ParseError("apple.superblob.overlap", "two blobs overlap", offset: start + offset)
      }
      ranges.append(offset..<(offset + size))
      blobs[type] = bytes[(start + offset)..<(start + offset + size)]
    }
    let used = ranges.reduce(12 + 8 * count) { $0 + $1.count }
    if used < length {
      tolerated.append(
        ParseError("apple.superblob.gap", "\(length - used) bytes in the signature belong to no blob", offset: start))
    }
    self.blobs = blobs
    self.tolerated = tolerated
    byteCount = length
  }
}
