/// Little-endian writing into a growing or given array.
extension Array where Element == UInt8 {
  package mutating func append16(_ number: Int) { append(contentsOf: [UInt8(number & 0xFF), UInt8(number >> 8 & 0xFF)]) }

  package mutating func append32(_ number: Int) {
    append16(number)
    append16(number >> 16)
  }

  package mutating func append64(_ number: Int) {
    append32(number)
    append32(number >> 32)
  }

  package mutating func put32(_ number: Int, at offset: Int) {
    for place in 0..<4 { self[offset + place] = UInt8(number >> (8 * place) & 0xFF) }
  }

  package func get16(_ offset: Int) -> Int { Int(self[offset]) | Int(self[offset + 1]) << 8 }
  package func get32(_ offset: Int) -> Int { get16(offset) | get16(offset + 2) << 16 }

  /// Zeroes up to the next multiple of `unit`.
  package mutating func pad(to unit: Int) {
    while count % unit != 0 { append(0) }
  }
}
