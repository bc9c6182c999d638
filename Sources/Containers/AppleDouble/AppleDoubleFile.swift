package import AssayBytes

/// The file `._NAME` that holds what a Mac keeps beside the bytes of NAME where a file system has no place for it (RFC 1740, version 2),
/// with extended attributes behind the Finder's information, as Darwin's copyfile and tar write them.
package struct AppleDoubleFile: Sendable {
  package struct Attribute: Sendable {
    package let name: [UInt8]
    /// Indices are offsets in the file.
    package let value: ArraySlice<UInt8>
  }
  /// Entries of one file; about ten kinds are defined.
  package static let entryLimit = 64
  /// Attributes of one file.
  package static let attributeLimit = 4_096

  package let attributes: [Attribute]
  /// Kinds of entries: 2 is the resource fork, 9 the Finder's information.
  package let entries: [UInt32: Range<Int>]

  private static let magic: [UInt8] = [0x00, 0x05, 0x16, 0x07]
  private static let finderInfo: UInt32 = 9
  /// The Finder's 32 octets and two of padding stand before the attributes.
  private static let finderInfoCount = 34
  private static let attributeMagic: UInt32 = 0x4154_5452

  package static func recognizes(_ head: some Collection<UInt8>) -> Bool { head.starts(with: magic) }

  /// `bytes`: the whole file. Throws `appledouble.*` and `limit.appledouble`.
  package init(_ bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var reader = ByteReader(bytes, base: bytes.startIndex, truncated: "appledouble.truncated")
    guard try reader.take(4).elementsEqual(AppleDoubleFile.magic) else {
      throw ParseError("appledouble.magic", "the file does not begin as an AppleDouble file", offset: bytes.startIndex)
    }
    let version = try reader.big(UInt32.self)
    guard version == 0x0002_0000 else {
      throw ParseError(
        "appledouble.version", "an AppleDouble file of version 0x\(String(version, radix: 16))", offset: bytes.startIndex + 4)
    }
    try reader.skip(16)
    let count = Int(try reader.big(UInt16.self))
    guard count <= AppleDoubleFile.entryLimit else {
      throw ParseError("limit.appledouble", "the file has \(count) entries; more than \(AppleDoubleFile.entryLimit) are not read")
    }
    try budget.spend(nodes: count)
    var entries: [UInt32: Range<Int>] = [:]
    for _ in 0..<count {
      let place = reader.offset
      let kind = try reader.big(UInt32.self)
      let (offset, length) = (Int(try reader.big(UInt32.self)), Int(try reader.big(UInt32.self)))
      guard offset >= 26 + 12 * count, offset <= bytes.count, length <= bytes.count - offset else {
        throw ParseError("appledouble.range", "the entry \(kind) lies outside of the file or in its table", offset: place)
      }
      guard entries.updateValue(offset..<(offset + length), forKey: kind) == nil else {
        throw ParseError("appledouble.duplicate", "the entry \(kind) stands twice", offset: place)
      }
    }
    self.entries = entries
    attributes =
      try entries[AppleDoubleFile.finderInfo].map { (range) throws(ParseError) in
        try AppleDoubleFile.attributes(bytes, in: range, &budget)
      } ?? []
  }

  /// The header `ATTR`, then entries; their values may stand anywhere in the file's part for data.
  private static func attributes(
    _ bytes: ArraySlice<UInt8>, in range: Range<Int>, _ budget: inout Budget
  ) throws(ParseError) -> [Attribute] {
    guard range.count >= finderInfoCount + 4 else { return [] }
    var reader = ByteReader(bytes, base: bytes.startIndex, truncated: "appledouble.truncated")
    try reader.seek(to: range.lowerBound + finderInfoCount)
    guard try reader.big(UInt32.self) == attributeMagic else { return [] }
    try reader.skip(4)
    let (total, start) = (Int(try reader.big(UInt32.self)), Int(try reader.big(UInt32.self)))
    let length = Int(try reader.big(UInt32.self))
    try reader.skip(12)
    _ = try reader.big(UInt16.self)
    let count = Int(try reader.big(UInt16.self))
    guard total <= bytes.count, start <= total, length <= total - start, start >= reader.position else {
      throw ParseError(
        "appledouble.range", "the attributes' header says \(total) bytes with data from \(start), of \(bytes.count) that are there",
        offset: bytes.startIndex + range.lowerBound + finderInfoCount)
    }
    guard count <= attributeLimit else {
      throw ParseError("limit.appledouble", "the file has \(count) attributes; more than \(attributeLimit) are not read")
    }
    try budget.spend(nodes: count)
    var found: [Attribute] = []
    for _ in 0..<count {
      let place = reader.offset
      let (offset, size) = (Int(try reader.big(UInt32.self)), Int(try reader.big(UInt32.self)))
      try reader.skip(2)
      let nameCount = Int(try reader.big(UInt8.self))
      let name = try reader.take(nameCount)
      // Entries are padded to four octets, counted from each one's beginning.
      try reader.skip(min(reader.remaining, (4 - (11 + nameCount) % 4) % 4))
      guard name.last == 0, nameCount > 1, !name.dropLast().contains(0) else {
        throw ParseError("appledouble.name", "the name of an attribute has no end or is empty", offset: place)
      }
      guard offset >= start, offset <= total, size <= total - offset else {
        throw ParseError("appledouble.range", "an attribute's value lies outside of the file's part for data", offset: place)
      }
      let octets = Array(name.dropLast())
      guard !found.contains(where: { $0.name == octets }) else {
        throw ParseError("appledouble.duplicate", "an attribute stands twice", offset: place)
      }
      found.append(
        Attribute(name: octets, value: bytes[(bytes.startIndex + offset)..<(bytes.startIndex + offset + size)]))
    }
    return found
  }
}
