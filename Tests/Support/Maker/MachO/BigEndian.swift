/// Big-endian writing, as code signatures and universal headers have it.
package enum BigEndian {
  package static func word(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
  package static func wide(_ number: Int) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) } }

  /// A blob: magic, length with both, content.
  package static func blob(_ magic: Int, _ content: [UInt8]) -> [UInt8] { word(magic) + word(content.count + 8) + content }

  package static func read(_ octets: [UInt8], _ place: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(octets[place + $1]) } }
}
