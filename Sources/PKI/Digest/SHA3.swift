/// SHA-3 (FIPS 202): the sponge over Keccak-f[1600] with suffix 01.
struct SHA3 {
  private var lanes = InlineArray<25, UInt64>(repeating: 0)
  private var position = 0
  private let rate: Int
  private let digestBytes: Int

  init(digestBytes: Int) {
    self.digestBytes = digestBytes
    rate = 200 - 2 * digestBytes
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var place = 0
    while place < bytes.count {
      if position & 7 == 0, bytes.count - place >= 8, rate - position >= 8 {
        lanes[position >> 3] ^= UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        position += 8
        place += 8
      } else {
        absorb(bytes[place])
        place += 1
      }
      if position == rate {
        permute()
        position = 0
      }
    }
  }

  mutating func finalize() -> [UInt8] {
    absorb(0x06)
    position = rate - 1
    absorb(0x80)
    permute()
    return (0..<digestBytes).map { UInt8(truncatingIfNeeded: lanes[$0 >> 3] >> UInt64(8 * ($0 & 7))) }
  }

  private mutating func absorb(_ byte: UInt8) {
    lanes[position >> 3] ^= UInt64(byte) << UInt64(8 * (position & 7))
    position += 1
  }

  /// FIPS 202 3.3: 24 rounds of theta, rho, pi, chi, iota.
  private mutating func permute() {
    for constant in SHA3.roundConstants {
      var parity = InlineArray<5, UInt64>(repeating: 0)
      for x in 0..<5 { parity[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] }
      for x in 0..<5 {
        let mixed = parity[(x + 4) % 5] ^ SHA3.rotate(parity[(x + 1) % 5], 1)
        for y in 0..<5 { lanes[x + 5 * y] ^= mixed }
      }
      var moved = InlineArray<25, UInt64>(repeating: 0)
      for x in 0..<5 {
        for y in 0..<5 { moved[y + 5 * ((2 * x + 3 * y) % 5)] = SHA3.rotate(lanes[x + 5 * y], SHA3.offsets[x + 5 * y]) }
      }
      for y in 0..<5 {
        for x in 0..<5 { lanes[x + 5 * y] = moved[x + 5 * y] ^ (~moved[(x + 1) % 5 + 5 * y] & moved[(x + 2) % 5 + 5 * y]) }
      }
      lanes[0] ^= constant
    }
  }

  @inline(__always)
  private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 { value &<< count | value &>> (64 &- count & 63) }

  /// FIPS 202 table 2, modulo 64, lane (x, y) at x + 5y.
  private static let offsets: [UInt64] = [
    0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
  ]

  private static let roundConstants: [UInt64] = [
    0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808A, 0x8000_0000_8000_8000, 0x0000_0000_0000_808B,
    0x0000_0000_8000_0001, 0x8000_0000_8000_8081, 0x8000_0000_0000_8009, 0x0000_0000_0000_008A, 0x0000_0000_0000_0088,
    0x0000_0000_8000_8009, 0x0000_0000_8000_000A, 0x0000_0000_8000_808B, 0x8000_0000_0000_008B, 0x8000_0000_0000_8089,
    0x8000_0000_0000_8003, 0x8000_0000_0000_8002, 0x8000_0000_0000_0080, 0x0000_0000_0000_800A, 0x8000_0000_8000_000A,
    0x8000_0000_8000_8081, 0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
  ]
}
