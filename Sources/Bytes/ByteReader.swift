/// A bounded cursor over bytes in memory; the only code of the heart that adds offsets.
///
/// Every read checks its bounds and throws the code it was made with. Offsets in errors are file offsets: `base` is where the
/// bytes began in the artifact.
package struct ByteReader: Sendable {
  package let bytes: ArraySlice<UInt8>
  /// Offset of the first byte in the artifact.
  package let base: Int
  /// Bytes consumed so far.
  package private(set) var position = 0
  /// The code of the error for a read past the end.
  package let truncated: String

  package init(_ bytes: ArraySlice<UInt8>, base: Int = 0, truncated: String) {
    self.bytes = bytes
    self.base = base
    self.truncated = truncated
  }

  package var remaining: Int { bytes.count - position }
  package var isAtEnd: Bool { remaining == 0 }
  /// Where the next byte stands in the artifact.
  package var offset: Int { base &+ position }

  package mutating func seek(to newPosition: Int) throws(ParseError) {
    guard newPosition >= 0, newPosition <= bytes.count else { throw short(wanting: newPosition) }
    position = newPosition
  }

  package mutating func skip(_ count: Int) throws(ParseError) {
    guard count >= 0, count <= remaining else { throw short(wanting: count) }
    position += count
  }

  package mutating func take(_ count: Int) throws(ParseError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else { throw short(wanting: count) }
    let start = bytes.startIndex + position
    position += count
    return bytes[start..<(start + count)]
  }

  /// A little-endian integer.
  @_specialize(where T == UInt8)
  @_specialize(where T == UInt16)
  @_specialize(where T == UInt32)
  @_specialize(where T == UInt64)
  package mutating func little<T: FixedWidthInteger & UnsignedInteger>(_: T.Type = T.self) throws(ParseError) -> T {
    let size = MemoryLayout<T>.size
    guard size <= remaining else { throw short(wanting: size) }
    var value: T = 0
    let start = bytes.startIndex + position
    for index in 0..<size { value |= T(truncatingIfNeeded: bytes[start + index]) << T(8 * index) }
    position += size
    return value
  }

  /// A big-endian integer.
  package mutating func big<T: FixedWidthInteger & UnsignedInteger>(_: T.Type = T.self) throws(ParseError) -> T {
    try little(T.self).byteSwapped
  }

  /// A little-endian integer at a place, without moving.
  @_specialize(where T == UInt16)
  @_specialize(where T == UInt32)
  package func little<T: FixedWidthInteger & UnsignedInteger>(at place: Int, _: T.Type = T.self) throws(ParseError) -> T {
    let size = MemoryLayout<T>.size
    guard place >= 0, place <= bytes.count, size <= bytes.count - place else {
      let offset = base &+ max(place, 0)
      throw ParseError(
        truncated, "needs \(size) bytes at offset \(offset), \(max(bytes.count - place, 0)) are left", offset: offset)
    }
    var value: T = 0
    let start = bytes.startIndex + place
    for index in 0..<size { value |= T(truncatingIfNeeded: bytes[start + index]) << T(8 * index) }
    return value
  }

  private func short(wanting count: Int) -> ParseError {
    ParseError(truncated, "needs \(count) bytes at offset \(offset), \(remaining) are left", offset: offset)
  }
}
