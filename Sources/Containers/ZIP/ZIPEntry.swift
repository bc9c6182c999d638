import AssayBytes

/// One member of an archive, as central directory and local header agree on it (APPNOTE 4.3.7, 4.3.12).
package struct ZIPEntry: Sendable {
  /// As stored, with `/`.
  package let name: [UInt8]
  package let flags: UInt16
  /// 0 stored, 8 deflated.
  package let method: UInt16
  package let checksum: UInt32
  package let compressedCount: Int
  package let byteCount: Int
  /// Local header, data and descriptor.
  package let record: Range<Int>
  /// The compressed data alone.
  package let data: Range<Int>
  /// Its header in the central directory.
  package let directoryRecord: Range<Int>

  /// For people: not to be compared with.
  package var text: String { String(decoding: name, as: UTF8.self) }
  package var isFolder: Bool { name.last == 0x2F }
  package var isEncrypted: Bool { flags & 0x2041 != 0 }

  package func isNamed(_ other: StaticString) -> Bool {
    other.withUTF8Buffer { name.elementsEqual($0) }
  }

  /// Names that one Windows folder cannot hold beside each other have one key: ASCII letters without case, one kind of separator.
  var key: [UInt8] { name.map { $0 == 0x5C ? 0x2F : $0.lowered } }

  /// The name leads out of the folder that it is unpacked to, or to another place than it says.
  var isUnsafe: Bool {
    if name.isEmpty || name.contains(0) || name.first == 0x2F || name.first == 0x5C { return true }
    if name.count > 1, name[1] == 0x3A { return true }
    return key.split(separator: 0x2F, omittingEmptySubsequences: false).contains { $0 == [0x2E, 0x2E] || $0 == [0x2E] }
  }
}

/// The end of an archive: end of central directory record and, where there are some, its ZIP64 companions (APPNOTE 4.3.14 to 4.3.16).
package struct ZIPEnd: Sendable {
  /// The end of central directory record with its comment.
  package let record: Range<Int>
  package let comment: Range<Int>
  /// ZIP64 end of central directory record.
  package let record64: Range<Int>?
  package let locator64: Range<Int>?
  package let entryCount: Int
  package let directory: Range<Int>
}

/// One header of the central directory, before its local header was looked at.
struct ZIPDirectoryHeader {
  let name: [UInt8]
  let flags: UInt16
  let method: UInt16
  let checksum: UInt32
  let compressedCount: Int
  let byteCount: Int
  let offset: Int
  let place: Range<Int>

  /// Reads the next one. ZIP64 sizes replace those of 32 bits that are all ones (APPNOTE 4.5.3).
  init(_ reader: inout ByteReader) throws(ParseError) {
    let start = reader.offset
    guard try reader.little(UInt32.self) == 0x0201_4B50 else {
      throw ParseError("zip.directory.header", "no central directory header stands where one must", offset: start)
    }
    try reader.skip(4)
    flags = try reader.little()
    method = try reader.little()
    try reader.skip(4)
    checksum = try reader.little()
    var compressed = UInt64(try reader.little(UInt32.self))
    var size = UInt64(try reader.little(UInt32.self))
    let nameCount = Int(try reader.little(UInt16.self))
    let extraCount = Int(try reader.little(UInt16.self))
    let commentCount = Int(try reader.little(UInt16.self))
    let disk = try reader.little(UInt16.self)
    try reader.skip(6)
    var local = UInt64(try reader.little(UInt32.self))
    name = Array(try reader.take(nameCount))
    let extra = try reader.take(extraCount)
    try reader.skip(commentCount)
    if var fields = try ZIPExtra.wide(extra, at: start) {
      if size == 0xFFFF_FFFF { size = try fields.little() }
      if compressed == 0xFFFF_FFFF { compressed = try fields.little() }
      if local == 0xFFFF_FFFF { local = try fields.little() }
    }
    guard disk == 0 || disk == 0xFFFF else {
      throw ParseError("zip.end.disks", "the archive is a part of several", offset: start)
    }
    guard let compressedCount = Int(exactly: compressed), let byteCount = Int(exactly: size), let offset = Int(exactly: local)
    else {
      throw ParseError("zip.directory.header", "a size or place in the central directory has no sense", offset: start)
    }
    self.compressedCount = compressedCount
    self.byteCount = byteCount
    self.offset = offset
    place = start..<reader.offset
  }
}

/// Extra fields (APPNOTE 4.5).
enum ZIPExtra {
  /// The ZIP64 field's octets; nil where there is none.
  static func wide(_ extra: ArraySlice<UInt8>, at offset: Int) throws(ParseError) -> ByteReader? {
    var reader = ByteReader(extra, base: offset, truncated: "zip.extra.truncated")
    while reader.remaining >= 4 {
      let kind = try reader.little(UInt16.self)
      let count = Int(try reader.little(UInt16.self))
      let octets = try reader.take(count)
      if kind == 1 { return ByteReader(octets, base: offset, truncated: "zip.extra.truncated") }
    }
    return nil
  }
}
