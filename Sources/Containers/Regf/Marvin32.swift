/// Marvin32, the hash that guards the entries of a hive's log against torn writes. No protection against people: the seed is fixed.
struct Marvin32 {
  // 82EF4D887A4E55C5, the seed of Windows' configuration manager.
  private var low: UInt32 = 0x7A4E_55C5
  private var high: UInt32 = 0x82EF_4D88
  private var pending: [UInt8] = []

  /// Any number of bytes; those that fill no block of four wait for the next call.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var index = 0
    while !pending.isEmpty, index < bytes.count {
      pending.append(bytes[index])
      index += 1
      if pending.count == 4 {
        take(UInt32(pending[0]) | UInt32(pending[1]) << 8 | UInt32(pending[2]) << 16 | UInt32(pending[3]) << 24)
        pending = []
      }
    }
    while bytes.count - index >= 4 {
      take(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self)))
      index += 4
    }
    while index < bytes.count {
      pending.append(bytes[index])
      index += 1
    }
  }

  mutating func finalize() -> UInt64 {
    var last: UInt32 = 0x80
    for byte in pending.reversed() { last = last << 8 | UInt32(byte) }
    take(last)
    mix()
    return UInt64(high) << 32 | UInt64(low)
  }

  private mutating func take(_ block: UInt32) {
    low = low &+ block
    mix()
  }

  private mutating func mix() {
    high ^= low
    low = (low << 20 | low >> 12) &+ high
    high = (high << 9 | high >> 23) ^ low
    low = (low << 27 | low >> 5) &+ high
    high = high << 19 | high >> 13
  }

  static func hash(_ bytes: [UInt8]) -> UInt64 {
    var hasher = Marvin32()
    bytes.withUnsafeBytes { hasher.update($0) }
    return hasher.finalize()
  }
}
