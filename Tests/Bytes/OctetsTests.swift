import AssayBytes
import Testing

/// Comparing eight octets at a time says what comparing one by one says, wherever the octets begin and whatever their count.
struct OctetsTests {
  @Test func firstNonzero() {
    for count in 0...40 {
      for start in 0...9 {
        #expect([UInt8](repeating: 0, count: start + count)[start...].firstNonzero == nil)
        for place in 0..<count {
          var bytes = [UInt8](repeating: 0, count: start + count)
          if start > 0 { bytes[start - 1] = 1 }
          bytes[start + place] = 0x80
          bytes[start + count - 1] |= 1
          #expect(bytes[start...].firstNonzero == start + place)
        }
      }
    }
  }

  @Test func sameOctets() {
    for count in 0...40 {
      let bytes = (0..<count).map { UInt8($0) }
      for start in 0...9 {
        var other = [UInt8](repeating: 7, count: start) + bytes
        #expect(bytes[...].hasSameOctets(as: other[start...]))
        #expect(!bytes[...].hasSameOctets(as: (other + [0])[start...]))
        for place in 0..<count {
          other[start + place] ^= 1
          #expect(!bytes[...].hasSameOctets(as: other[start...]))
          other[start + place] ^= 1
        }
      }
    }
  }
}
