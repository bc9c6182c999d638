import AssayBytes

/// Local headers and data descriptors, compared with the central directory (APPNOTE 4.3.7, 4.3.9).
enum ZIPLocalHeader {
  /// Throws `zip.header.*` where the two say different things.
  static func entry(
    _ header: ZIPDirectoryHeader, _ source: any ByteSource, before directory: Int, _ budget: inout Budget
  ) throws(ParseError) -> ZIPEntry {
    let start = header.offset
    guard start <= directory - 30 else {
      throw ParseError("zip.header.place", "the local header is not before the central directory", offset: header.place.lowerBound)
    }
    let fixed = try source.bytes(start..<(start + 30))
    var reader = ByteReader(fixed[...], base: start, truncated: "zip.header.truncated")
    guard try reader.little(UInt32.self) == 0x0403_4B50 else {
      throw ParseError("zip.header.place", "no local header stands where the central directory says", offset: start)
    }
    try reader.skip(2)
    let flags: UInt16 = try reader.little()
    let method: UInt16 = try reader.little()
    try reader.skip(4)
    let checksum: UInt32 = try reader.little()
    var compressed = UInt64(try reader.little(UInt32.self))
    var size = UInt64(try reader.little(UInt32.self))
    let nameCount = Int(try reader.little(UInt16.self))
    let extraCount = Int(try reader.little(UInt16.self))
    let variable = start + 30
    guard nameCount + extraCount <= directory - variable else {
      throw ParseError("zip.header.truncated", "a local header runs into the central directory", offset: start)
    }
    try budget.spend(bytes: 30 + nameCount + extraCount)
    let rest = try source.bytes(variable..<(variable + nameCount + extraCount))
    if var fields = try ZIPExtra.wide(rest[nameCount...], at: start) {
      if size == 0xFFFF_FFFF { size = try fields.little() }
      if compressed == 0xFFFF_FFFF { compressed = try fields.little() }
    }
    let text = String(decoding: header.name, as: UTF8.self)
    func differs(_ what: String) -> ParseError {
      ParseError("zip.header.mismatch", "\(what) of \(text) differs between local header and central directory", offset: start)
    }
    guard rest[..<nameCount].elementsEqual(header.name) else { throw differs("the name") }
    guard method == header.method else { throw differs("the method") }
    guard flags == header.flags else { throw differs("a flag") }
    let hasDescriptor = flags & 8 != 0
    let isOpen = hasDescriptor && checksum == 0 && compressed == 0 && size == 0
    guard
      isOpen
        || checksum == header.checksum && compressed == UInt64(header.compressedCount) && size == UInt64(header.byteCount)
    else { throw differs("a size or the checksum") }
    let data = variable + nameCount + extraCount
    guard header.compressedCount <= directory - data else {
      throw ParseError("zip.entry.truncated", "the data of \(text) run into the central directory", offset: data)
    }
    if method == 0, header.compressedCount != header.byteCount { throw differs("the size of stored data") }
    let dataEnd = data + header.compressedCount
    let end = hasDescriptor ? try descriptorEnd(header, source, at: dataEnd, before: directory) : dataEnd
    return ZIPEntry(
      name: header.name, flags: flags, method: method, checksum: header.checksum, compressedCount: header.compressedCount,
      byteCount: header.byteCount, record: start..<end, data: data..<dataEnd, directoryRecord: header.place)
  }

  /// Signature optional, sizes of 32 or 64 bits: the one reading that says what the central directory says.
  private static func descriptorEnd(
    _ header: ZIPDirectoryHeader, _ source: any ByteSource, at place: Int, before directory: Int
  ) throws(ParseError) -> Int {
    let octets = try source.bytes(place..<min(place + 24, directory))
    func little(_ number: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
    }
    let (compressed, size) = (UInt64(header.compressedCount), UInt64(header.byteCount))
    for signature: [UInt8] in [[0x50, 0x4B, 7, 8], []] {
      for width in [8, 4] where width == 8 || max(compressed, size) <= 0xFFFF_FFFF {
        let wanted = signature + little(UInt64(header.checksum), 4) + little(compressed, width) + little(size, width)
        if octets.starts(with: wanted) { return place + wanted.count }
      }
    }
    throw ParseError(
      "zip.header.mismatch",
      "the data descriptor of \(String(decoding: header.name, as: UTF8.self)) does not say what the central directory says",
      offset: place)
  }
}
