/// The optional header's CheckSum as ImageHlp's CheckSumMappedFile makes it: 16-bit words added with end-around carry, the
/// field itself left out, plus the file's size. Only ever a note: no signature covers it and no verdict depends on it.
package struct PEChecksum: Sendable {
  private var sum: UInt64 = 0
  private var count = 0
  package init() {}

  /// Adds the next bytes of the file. Where the count so far is odd, the next byte is a word's high half.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var index = 0
    while index < bytes.count && (count + index) % 2 != 0 {
      sum &+= UInt64(bytes[index]) << 8
      index += 1
    }
    var partial: UInt64 = 0
    while index + 4 <= bytes.count {
      partial &+= UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self)))
      index += 4
    }
    sum = PEChecksum.fold(sum) &+ PEChecksum.fold(partial)
    var isHigh = false
    while index < bytes.count {
      sum &+= UInt64(bytes[index]) << (isHigh ? 8 : 0)
      isHigh.toggle()
      index += 1
    }
    count += bytes.count
  }

  /// The checksum of a file of `byteCount` bytes, whose stored field `stored` was among the bytes.
  package func value(without stored: UInt32, at offset: Int, byteCount: Int) -> UInt32 {
    var total = PEChecksum.fold(sum)
    // Taken out in ones' complement; at an odd offset the halves trade places.
    let field = offset % 2 == 0 ? UInt64(stored) : UInt64(stored.byteSwapped)
    total = PEChecksum.fold(total &+ (0xFFFF - PEChecksum.fold(field)))
    return UInt32(truncatingIfNeeded: (total == 0xFFFF ? 0 : total) &+ UInt64(UInt32(truncatingIfNeeded: byteCount)))
  }

  private static func fold(_ value: UInt64) -> UInt64 {
    var folded = value
    while folded >> 16 != 0 { folded = (folded & 0xFFFF) &+ (folded >> 16) }
    return folded
  }
}
