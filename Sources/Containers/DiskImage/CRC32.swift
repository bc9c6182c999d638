import CZlib
package import AssayBytes

/// CRC-32 of a range of octets (ITU-T V.42), as disk images keep it. It finds accidents; it protects from nobody.
package enum CRC32 {
  package static func checksum(of range: Range<Int>, in source: any ByteSource) throws(ParseError) -> UInt32 {
    var value = crc32(0, nil, 0)
    try source.forEachChunk(range) { _, chunk in
      value = crc32(value, chunk.bindMemory(to: UInt8.self).baseAddress, uInt(truncatingIfNeeded: chunk.count))
    }
    return UInt32(truncatingIfNeeded: value)
  }
}
