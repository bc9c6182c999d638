import AssayBytes

/// IMAGE_SECTION_HEADER (PE format, section table).
package struct PESection: Hashable, Sendable {
  /// Up to eight bytes, printable ones as they are, others as `?`.
  package let name: String
  package let virtualSize: Int
  package let virtualAddress: Int
  /// SizeOfRawData in bytes.
  package let rawSize: Int
  /// PointerToRawData, a file offset.
  package let rawOffset: Int
  package let characteristics: UInt32

  /// Where its bytes are; may lie outside the file.
  package var rawRange: Range<Int> { rawOffset..<(rawOffset + rawSize) }
  package func isInFile(of byteCount: Int) -> Bool { rawSize > 0 && rawRange.upperBound <= byteCount }

  init(_ reader: inout ByteReader) throws(ParseError) {
    let bytes = try reader.take(8).prefix { $0 != 0 }
    name = String(decoding: bytes.map { (0x20...0x7E).contains($0) ? $0 : 0x3F }, as: UTF8.self)
    virtualSize = Int(try reader.little(UInt32.self))
    virtualAddress = Int(try reader.little(UInt32.self))
    rawSize = Int(try reader.little(UInt32.self))
    rawOffset = Int(try reader.little(UInt32.self))
    try reader.skip(12)
    characteristics = try reader.little()
  }
}
