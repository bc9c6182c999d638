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
    // A ones' complement sum may be taken in wider words and folded later (RFC 1071 2): four sums of eight bytes, each with its carry.
    var sums: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    while index + 32 <= bytes.count {
      PEChecksum.add(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self), to: &sums.0)
      PEChecksum.add(bytes.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self), to: &sums.1)
      PEChecksum.add(bytes.loadUnaligned(fromByteOffset: index + 16, as: UInt64.self), to: &sums.2)
      PEChecksum.add(bytes.loadUnaligned(fromByteOffset: index + 24, as: UInt64.self), to: &sums.3)
      index += 32
    }
    var partial = PEChecksum.fold(sums.0) &+ PEChecksum.fold(sums.1) &+ PEChecksum.fold(sums.2) &+ PEChecksum.fold(sums.3)
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

  /// Adds a little-endian word with end-around carry.
  @inline(__always)
  private static func add(_ word: UInt64, to sum: inout UInt64) {
    let (total, carry) = sum.addingReportingOverflow(UInt64(littleEndian: word))
    sum = total &+ (carry ? 1 : 0)
  }

  private static func fold(_ value: UInt64) -> UInt64 {
    var folded = value
    while folded >> 16 != 0 { folded = (folded & 0xFFFF) &+ (folded >> 16) }
    return folded
  }
}
