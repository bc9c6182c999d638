package import AssayBytes
package import AssayPKI

/// A CodeDirectory of any version (cs_blobs.h): digests of the code's pages and of everything else that is signed.
package struct CodeDirectory: Sendable {
  package static let magic: UInt32 = 0xFADE_0C02
  package static let versions: ClosedRange<UInt32> = 0x20001...0x2F000

  package struct Flags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let adhoc = Flags(rawValue: 0x2)
    package static let hard = Flags(rawValue: 0x100)
    package static let kill = Flags(rawValue: 0x200)
    package static let restrict = Flags(rawValue: 0x800)
    package static let libraryValidation = Flags(rawValue: 0x2000)
    package static let runtime = Flags(rawValue: 0x10000)
    package static let linkerSigned = Flags(rawValue: 0x20000)
  }

  /// The whole blob; the signature is made over it, and the cdhash of it.
  package let bytes: ArraySlice<UInt8>
  package let version: UInt32
  package let flags: Flags
  package let hashType: UInt8
  package let hashSize: Int
  package let platform: UInt8
  /// Bytes of a page; 0: one page for everything.
  package let pageSize: Int
  package let codeLimit: Int
  package let identifier: [UInt8]
  package let teamID: [UInt8]?
  /// Digests of special slots; a slot of zeros is no slot.
  package let specialSlots: [UInt32: ArraySlice<UInt8>]
  package let codeSlotCount: Int
  /// Digest of the whole blob by its own algorithm; the beginning is the cdhash.
  package let fullHash: [UInt8]
  private let hashOffset: Int

  package init(_ bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    self.bytes = bytes
    var reader = ByteReader(bytes, base: bytes.startIndex, truncated: "apple.directory.truncated")
    guard try reader.big(UInt32.self) == CodeDirectory.magic, Int(try reader.big(UInt32.self)) == bytes.count else {
      throw CodeDirectory.invalid(bytes, "magic or length of the code directory is wrong")
    }
    version = try reader.big(UInt32.self)
    guard CodeDirectory.versions.contains(version) else {
      throw ParseError(
        "apple.directory.version", "a code directory of version 0x\(String(version, radix: 16))", offset: bytes.startIndex + 8)
    }
    flags = Flags(rawValue: try reader.big(UInt32.self))
    let (hashes, name) = (Int(try reader.big(UInt32.self)), Int(try reader.big(UInt32.self)))
    let (specials, codes) = (Int(try reader.big(UInt32.self)), Int(try reader.big(UInt32.self)))
    var limit = Int(try reader.big(UInt32.self))
    hashSize = Int(try reader.big(UInt8.self))
    hashType = try reader.big(UInt8.self)
    platform = try reader.big(UInt8.self)
    let pages = try reader.big(UInt8.self)
    try reader.skip(4)
    guard pages <= 24, let size = CodeDirectory.digestSize(hashType), size == hashSize else {
      throw ParseError(
        "apple.directory.hash", "digests of \(hashSize) bytes and type \(hashType), pages of 2^\(pages) bytes",
        offset: bytes.startIndex + 36)
    }
    pageSize = pages == 0 ? 0 : 1 << Int(pages)
    if version >= 0x20100, try reader.big(UInt32.self) != 0 {
      throw ParseError(
        "apple.directory.scatter", "the code directory has scatter vectors, which no code of a user has",
        offset: bytes.startIndex + 44)
    }
    teamID = version >= 0x20200 ? try CodeDirectory.text(bytes, at: Int(try reader.big(UInt32.self))) : nil
    if version >= 0x20300 {
      try reader.skip(4)
      let wide = try reader.big(UInt64.self)
      if wide != 0 {
        guard let exact = Int(exactly: wide) else { throw CodeDirectory.invalid(bytes, "a code limit beyond 2^63") }
        limit = exact
      }
    }
    codeLimit = limit
    guard let identifier = try CodeDirectory.text(bytes, at: name) else {
      throw CodeDirectory.invalid(bytes, "there is no identifier")
    }
    self.identifier = identifier
    guard hashes >= 44, hashes <= bytes.count, specials <= (hashes - 44) / hashSize, codes <= (bytes.count - hashes) / hashSize
    else {
      throw CodeDirectory.invalid(bytes, "\(specials) and \(codes) digests do not fit")
    }
    // One for each begun page; for a single one of everything, one.
    let wanted = pageSize == 0 ? (limit > 0 ? 1 : 0) : (limit / pageSize + (limit % pageSize == 0 ? 0 : 1))
    guard wanted == codes else {
      throw ParseError(
        "apple.directory.slots", "\(codes) digests of pages for \(limit) bytes, which have \(wanted) pages",
        offset: bytes.startIndex + 28)
    }
    try budget.spend(nodes: specials)
    hashOffset = hashes
    codeSlotCount = codes
    var slots: [UInt32: ArraySlice<UInt8>] = [:]
    for slot in 0..<specials {
      let from = bytes.startIndex + hashes - (slot + 1) * hashSize
      let digest = bytes[from..<(from + hashSize)]
      if digest.firstNonzero != nil { slots[UInt32(slot + 1)] = digest }
    }
    specialSlots = slots
    fullHash = CodeDirectory.algorithm(hashType).digest(bytes)
  }

  private static func invalid(_ bytes: ArraySlice<UInt8>, _ message: String) -> ParseError {
    ParseError("apple.directory.invalid", message, offset: bytes.startIndex)
  }

  /// A text that ends with a zero inside the blob; nil for offset 0.
  private static func text(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(ParseError) -> [UInt8]? {
    if offset == 0 { return nil }
    guard offset >= 44, offset < bytes.count, let end = bytes[(bytes.startIndex + offset)...].firstIndex(of: 0) else {
      throw invalid(bytes, "a text that has no end in the code directory")
    }
    return Array(bytes[(bytes.startIndex + offset)..<end])
  }

  private static func digestSize(_ type: UInt8) -> Int? {
    switch type {
    case 1, 3: 20
    case 2: 32
    case 4: 48
    default: nil
    }
  }

  /// SHA-256 for the truncated type, too.
  package var algorithm: DigestAlgorithm { CodeDirectory.algorithm(hashType) }
  private static func algorithm(_ hashType: UInt8) -> DigestAlgorithm { hashType == 1 ? .sha1 : hashType == 4 ? .sha384 : .sha256 }
  /// Rank of Apple's choice among several: SHA-384, SHA-256, SHA-256 truncated, SHA-1.
  package var rank: Int { [1: 0, 3: 1, 2: 2, 4: 3][hashType] ?? -1 }
  package var cdhash: [UInt8] { Array(fullHash.prefix(20)) }
  package var identifierText: String { String(decoding: identifier, as: UTF8.self) }
  package var teamText: String? { teamID.map { String(decoding: $0, as: UTF8.self) } }

  /// The digest as this directory keeps it.
  package func digest(_ bytes: ArraySlice<UInt8>) -> [UInt8] { Array(algorithm.digest(bytes).prefix(hashSize)) }

  /// The stored digest of a page; `page` is below `codeSlotCount`.
  package func pageDigest(_ page: Int) -> ArraySlice<UInt8> {
    guard page >= 0, page < codeSlotCount else { return [] }
    let from = bytes.startIndex + hashOffset + page * hashSize
    return bytes[from..<(from + hashSize)]
  }

  /// The stored digests of those of these pages that there are, one after the other.
  package func pageDigests(_ pages: Range<Int>) -> ArraySlice<UInt8> {
    let pages = pages.clamped(to: 0..<codeSlotCount)
    let from = bytes.startIndex + hashOffset + pages.lowerBound * hashSize
    return bytes[from..<(from + pages.count * hashSize)]
  }
}
