// Octets compared eight at a time: a collection's own comparison takes one after the other.

extension UnsafeRawBufferPointer {
  /// Place of the first octet that is not zero.
  package var firstNonzero: Int? {
    var place = 0
    while place + 8 <= count {
      if loadUnaligned(fromByteOffset: place, as: UInt64.self) != 0 { break }
      place += 8
    }
    while place < count {
      if self[place] != 0 { return place }
      place += 1
    }
    return nil
  }

  package func hasSameOctets(as other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    var place = 0
    while place + 8 <= count {
      if loadUnaligned(fromByteOffset: place, as: UInt64.self) != other.loadUnaligned(fromByteOffset: place, as: UInt64.self) {
        return false
      }
      place += 8
    }
    while place < count {
      if self[place] != other[place] { return false }
      place += 1
    }
    return true
  }
}

extension ArraySlice<UInt8> {
  /// Index of the first octet that is not zero.
  package var firstNonzero: Int? { withUnsafeBytes { $0.firstNonzero }.map { startIndex + $0 } }

  /// As `==`, faster where they are long.
  package func hasSameOctets(as other: ArraySlice<UInt8>) -> Bool {
    guard count == other.count else { return false }
    return withUnsafeBytes { own in other.withUnsafeBytes { own.hasSameOctets(as: $0) } }
  }
}
