import AssayBytes

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

  package static func == (left: OID, right: OID) -> Bool { left.content.hasSameOctets(as: right.content) }

  /// In one piece: a slice hashes its elements one by one, and identifiers are looked up everywhere.
  package func hash(into hasher: inout Hasher) {
    content.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  /// Dotted decimal, for constants. Traps on a typo, which a unit test of the constant shows.
  package init(stringLiteral dotted: StaticString) {
    guard let octets = dotted.withUTF8Buffer({ OID.octets(dotted: $0) }) else {
      preconditionFailure("not an object identifier: \(dotted)")
    }
    content = octets[...]
  }

  /// Dotted decimal from a person; nil when it is none.
  package init?(dotted: String) {
    var text = dotted
    guard let octets = text.withUTF8({ OID.octets(dotted: $0) }) else { return nil }
    content = octets[...]
  }

  /// Content octets of two arcs or more (X.690 8.19.4: the first two are one number); nil for what is no dotted decimal of numbers
  /// below 2^64. Constants stand in code that runs for every file, so that this reads each character once.
  private static func octets(dotted text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var octets: [UInt8] = []
    octets.reserveCapacity(text.count)
    var (first, arc): (UInt64, UInt64) = (0, 0)
    var (arcs, digits) = (0, 0)
    for place in 0...text.count {
      if place < text.count, text[place].isDigit {
        let (tens, isTooLarge) = arc.multipliedReportingOverflow(by: 10)
        let (sum, isTooLargeByOne) = tens.addingReportingOverflow(UInt64(text[place] - 0x30))
        guard !isTooLarge, !isTooLargeByOne else { return nil }
        (arc, digits) = (sum, digits + 1)
        continue
      }
      guard digits > 0, place == text.count || text[place] == 0x2E else { return nil }
      switch arcs {
      case 0:
        guard arc <= 2 else { return nil }
        first = arc
      case 1:
        guard first == 2 || arc < 40, arc < UInt64.max - 80 else { return nil }
        append(first * 40 + arc, to: &octets)
      default: append(arc, to: &octets)
      }
      (arcs, arc, digits) = (arcs + 1, 0, 0)
    }
    return arcs >= 2 ? octets : nil
  }

  /// In groups of seven bits, the highest first.
  private static func append(_ arc: UInt64, to octets: inout [UInt8]) {
    var shift = 63
    while shift > 0, arc >> UInt64(shift) == 0 { shift -= 7 }
    while shift > 0 {
      octets.append(UInt8(truncatingIfNeeded: arc >> UInt64(shift)) | 0x80)
      shift -= 7
    }
    octets.append(UInt8(truncatingIfNeeded: arc) & 0x7F)
  }

  /// Dotted decimal; an arc over 64 bits is shown as `?`.
  package var description: String {
    var text = ""
    var value: UInt64 = 0
    var tooLarge = false
    for byte in content {
      if value >> 57 != 0 { tooLarge = true }
      value = value << 7 | UInt64(byte & 0x7F)
      guard byte & 0x80 == 0 else { continue }
      if text.isEmpty && !tooLarge {
        let first = min(value / 40, 2)
        text += "\(first).\(value - first * 40)"
      } else {
        if !text.isEmpty { text += "." }
        text += tooLarge ? "?" : String(value)
      }
      value = 0
      tooLarge = false
    }
    return text
  }
}
