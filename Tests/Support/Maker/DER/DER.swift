/// A writer of DER (X.690 clause 10) that builds values from the inside out.
///
/// It is the counterpart of the reader that it tests and shares nothing with it. Nothing is checked: whoever wants a broken value
/// builds one.
package enum DER {
  /// One value: identifier octet, definite length, content.
  package static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    [tag] + length(content.count) + content
  }

  /// The shortest length octets (clause 10.1).
  package static func length(_ count: Int) -> [UInt8] {
    if count < 0x80 { return [UInt8(count)] }
    var octets: [UInt8] = []
    var rest = count
    while rest > 0 {
      octets.insert(UInt8(rest & 0xFF), at: 0)
      rest >>= 8
    }
    return [0x80 | UInt8(octets.count)] + octets
  }

  package static func seq(_ parts: [UInt8]...) -> [UInt8] { value(0x30, Array(parts.joined())) }
  package static func seq(_ parts: [[UInt8]]) -> [UInt8] { value(0x30, Array(parts.joined())) }

  /// SET OF in DER order (clause 11.6).
  package static func setOf(_ parts: [[UInt8]]) -> [UInt8] { value(0x31, sorted(parts)) }

  /// SET in the order given.
  package static func set(_ parts: [UInt8]...) -> [UInt8] { value(0x31, Array(parts.joined())) }

  package static func sorted(_ parts: [[UInt8]]) -> [UInt8] {
    Array(parts.sorted { $0.lexicographicallyPrecedes($1) }.joined())
  }

  /// OBJECT IDENTIFIER from dotted text.
  package static func oid(_ dotted: String) -> [UInt8] {
    let arcs = dotted.split(separator: ".").compactMap { UInt64($0) }
    precondition(arcs.count >= 2, "maker: \(dotted) is no object identifier")
    var content: [UInt8] = base128(arcs[0] * 40 + arcs[1])
    for arc in arcs.dropFirst(2) { content += base128(arc) }
    return value(0x06, content)
  }

  private static func base128(_ number: UInt64) -> [UInt8] {
    var octets = [UInt8(number & 0x7F)]
    var rest = number >> 7
    while rest > 0 {
      octets.insert(UInt8(rest & 0x7F) | 0x80, at: 0)
      rest >>= 7
    }
    return octets
  }

  package static func int(_ number: Int) -> [UInt8] {
    var octets: [UInt8] = []
    var rest = number
    repeat {
      octets.insert(UInt8(truncatingIfNeeded: rest), at: 0)
      rest >>= 8
    } while !((rest == 0 && octets[0] < 0x80) || (rest == -1 && octets[0] >= 0x80))
    return value(0x02, octets)
  }

  /// INTEGER from unsigned big-endian octets: leading zeroes go, one comes where the top bit is set.
  package static func int(unsigned octets: [UInt8]) -> [UInt8] {
    var content = Array(octets.drop { $0 == 0 })
    if content.isEmpty || content[0] >= 0x80 { content.insert(0, at: 0) }
    return value(0x02, content)
  }

  package static func bool(_ flag: Bool) -> [UInt8] { value(0x01, [flag ? 0xFF : 0]) }
  package static let null: [UInt8] = [0x05, 0x00]
  package static func enumerated(_ number: UInt8) -> [UInt8] { value(0x0A, [number]) }
  package static func octets(_ content: [UInt8]) -> [UInt8] { value(0x04, content) }
  package static func bits(_ content: [UInt8], unused: UInt8 = 0) -> [UInt8] { value(0x03, [unused] + content) }

  /// BIT STRING of named bits, highest set bit last (clause 11.2.2).
  package static func namedBits(_ set: [Int]) -> [UInt8] {
    guard let last = set.max() else { return bits([]) }
    var content = [UInt8](repeating: 0, count: last / 8 + 1)
    for bit in set { content[bit / 8] |= 0x80 >> UInt8(bit % 8) }
    return bits(content, unused: UInt8(7 - last % 8))
  }

  package static func utf8(_ text: String) -> [UInt8] { value(0x0C, Array(text.utf8)) }
  package static func printable(_ text: String) -> [UInt8] { value(0x13, Array(text.utf8)) }
  package static func teletex(_ text: String) -> [UInt8] { value(0x14, Array(text.utf8)) }
  package static func ia5(_ text: String) -> [UInt8] { value(0x16, Array(text.utf8)) }
  package static func bmp(_ text: String) -> [UInt8] { value(0x1E, bmpContent(text)) }
  package static func bmpContent(_ text: String) -> [UInt8] { text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }

  /// UTCTime up to 2049, GeneralizedTime after (RFC 5280 §4.1.2.5).
  package static func time(_ moment: MakerTime) -> [UInt8] {
    moment.year >= 1950 && moment.year < 2050 ? utcTime(moment) : generalizedTime(moment)
  }
  package static func utcTime(_ moment: MakerTime) -> [UInt8] { value(0x17, Array(moment.digits.dropFirst(2).utf8) + [0x5A]) }
  package static func generalizedTime(_ moment: MakerTime) -> [UInt8] { value(0x18, Array(moment.digits.utf8) + [0x5A]) }

  /// EXPLICIT tag `[number]` around `inner`.
  package static func explicit(_ number: UInt8, _ inner: [UInt8]...) -> [UInt8] { value(0xA0 | number, Array(inner.joined())) }

  /// IMPLICIT tag `[number]` in place of the tag of `inner`, whose constructed bit stays.
  package static func implicit(_ number: UInt8, _ inner: [UInt8]) -> [UInt8] {
    [0x80 | number | (inner[0] & 0x20)] + inner.dropFirst()
  }

  /// Content octets of one value: without tag and length.
  package static func content(of der: [UInt8]) -> [UInt8] {
    precondition(der.count >= 2, "maker: no value")
    let first = Int(der[1])
    return Array(der.dropFirst(first < 0x80 ? 2 : 2 + (first & 0x7F)))
  }

  /// The same constructed value with indefinite length (BER, clause 8.1.3.6).
  package static func indefinite(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag, 0x80] + content + [0, 0] }
}
