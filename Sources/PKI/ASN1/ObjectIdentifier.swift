/// OBJECT IDENTIFIER (X.690 8.19), kept as its content octets, so that equal identifiers have equal bytes.
package struct OID: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  package let content: ArraySlice<UInt8>

  /// From content octets; nil when they are empty, end inside an arc or pad one with 0x80.
  package init?(content: ArraySlice<UInt8>) {
    guard let last = content.last, last & 0x80 == 0 else { return nil }
    var atStart = true
    for byte in content {
      if atStart && byte == 0x80 { return nil }
      atStart = byte & 0x80 == 0
    }
    self.content = content
  }

  /// In one piece: a slice hashes its elements one by one, and identifiers are looked up everywhere.
  package func hash(into hasher: inout Hasher) {
    content.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  /// Dotted decimal, for constants. Traps on a typo, which a unit test of the constant shows.
  package init(stringLiteral dotted: StaticString) {
    guard let oid = OID(dotted: dotted.description) else { preconditionFailure("not an object identifier: \(dotted)") }
    self = oid
  }

  /// Dotted decimal from a person; nil when it is none.
  package init?(dotted: String) {
    var arcs: [UInt64] = []
    for part in dotted.split(separator: ".", omittingEmptySubsequences: false) {
      guard let first = part.utf8.first, (0x30...0x39).contains(first), let arc = UInt64(part) else { return nil }
      arcs.append(arc)
    }
    guard arcs.count >= 2, arcs[0] <= 2, arcs[0] == 2 || arcs[1] < 40, arcs[1] < UInt64.max - 80 else { return nil }
    var bytes: [UInt8] = []
    for arc in [arcs[0] * 40 + arcs[1]] + arcs[2...] {
      var group: [UInt8] = [UInt8(arc & 0x7F)]
      var rest = arc >> 7
      while rest > 0 {
        group.append(UInt8(rest & 0x7F) | 0x80)
        rest >>= 7
      }
      bytes += group.reversed()
    }
    content = bytes[...]
  }

  /// Dotted decimal; an arc over 64 bits is shown as `?`.
  package var description: String {
    var arcs: [String] = []
    var value: UInt64 = 0
    var tooLarge = false
    for byte in content {
      if value >> 57 != 0 { tooLarge = true }
      value = value << 7 | UInt64(byte & 0x7F)
      guard byte & 0x80 == 0 else { continue }
      if arcs.isEmpty && !tooLarge {
        let first = min(value / 40, 2)
        arcs += [String(first), String(value - first * 40)]
      } else {
        arcs.append(tooLarge ? "?" : String(value))
      }
      value = 0
      tooLarge = false
    }
    return arcs.joined(separator: ".")
  }
}
