package import AssayBytes

/// Digests that xar archives name. MD5 and none are read, so that they can be refused by name.
package enum XarDigest: String, Sendable {
  case none, md5, sha1, sha256, sha384, sha512

  package var byteCount: Int {
    switch self {
    case .none: 0
    case .md5: 16
    case .sha1: 20
    case .sha256: 32
    case .sha384: 48
    case .sha512: 64
    }
  }

  init?(name: [UInt8]) {
    // Writers differ in case.
    let lower = name.lowered
    guard let found = XarDigest(rawValue: String(decoding: lower, as: UTF8.self)) else { return nil }
    self = found
  }
}

/// The header of a xar archive: big-endian, 28 octets, or more where the digest's name follows.
package struct XarHeader: Sendable {
  package static let magic = Array("xar!".utf8)
  /// Larger tables of contents are not read. One of 20,000 files has about 20 MB.
  package static let tableByteLimit = 64 << 20

  /// The compressed table of contents, in the file.
  package let table: Range<Int>
  package let tableByteCount: Int
  package let digest: XarDigest
  /// Offsets of the table count from here.
  package var heap: Int { table.upperBound }

  package init(_ source: any ByteSource) throws(ParseError) {
    let head = try source.prefix(64)
    var reader = ByteReader(head[...], truncated: "xar.header.truncated")
    guard try reader.take(4).elementsEqual(XarHeader.magic) else {
      throw ParseError("xar.header.magic", "the file does not begin as a xar archive", offset: 0)
    }
    let size = Int(try reader.big(UInt16.self))
    let version = try reader.big(UInt16.self)
    let (packed, whole) = (try reader.big(UInt64.self), try reader.big(UInt64.self))
    let algorithm = try reader.big(UInt32.self)
    guard version == 1 else {
      throw ParseError("xar.header.version", "a xar archive of version \(version), must be 1", offset: 6)
    }
    guard size >= 28, size <= 64, size <= head.count else {
      throw ParseError("xar.header.size", "a header of \(size) bytes, must be 28 to 64", offset: 4)
    }
    guard whole <= UInt64(XarHeader.tableByteLimit), packed <= UInt64(XarHeader.tableByteLimit) else {
      throw ParseError(
        "limit.xar-table", "a table of contents of \(whole) bytes; more than \(XarHeader.tableByteLimit) are not read", offset: 8)
    }
    guard let count = Int(exactly: packed), count <= source.byteCount - size, count > 0 else {
      throw ParseError("xar.header.truncated", "the table of contents has \(packed) bytes, more than there are", offset: 8)
    }
    table = size..<(size + count)
    tableByteCount = Int(whole)
    digest = try XarHeader.digest(algorithm, name: head[28..<max(28, size)])
  }

  /// 3 means another digest, by name, in the archiver's own numbering, and SHA-256 in Apple's: only a longer header has a name.
  private static func digest(_ algorithm: UInt32, name: ArraySlice<UInt8>) throws(ParseError) -> XarDigest {
    let text = Array(name.prefix { $0 != 0 })
    switch algorithm {
    case 0: return .none
    case 1: return .sha1
    case 2: return .md5
    case 3 where name.isEmpty: return .sha256
    case 3:
      if let named = XarDigest(name: text) { return named }
    case 4: return .sha512
    default: break
    }
    throw ParseError(
      "xar.checksum.style", "the header names the digest \(algorithm) \(String(decoding: text, as: UTF8.self).debugDescription)",
      offset: 24)
  }
}
