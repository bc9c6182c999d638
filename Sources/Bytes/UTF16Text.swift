/// UTF-16, little-endian, as Windows writes it.
package enum UTF16Text {
  /// The text up to a zero or to the end, and the number of its units. Most of it is ASCII and needs no transcoding; what is not
  /// valid is replaced.
  package static func decode(_ bytes: ArraySlice<UInt8>) -> (text: String, count: Int) {
    bytes.withUnsafeBytes { raw in
      let most = raw.count / 2
      var count = 0
      var all: UInt16 = 0
      while count < most {
        let unit = UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: count * 2, as: UInt16.self))
        if unit == 0 { break }
        all |= unit
        count += 1
      }
      guard all < 0x80 else {
        let units = (0..<count).map { UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self)) }
        return (String(decoding: units, as: UTF16.self), count)
      }
      let text = String(unsafeUninitializedCapacity: count) { place in
        for index in 0..<count { place[index] = raw[index * 2] }
        return count
      }
      return (text, count)
    }
  }
}
