/// Text of an XML document: octets of valid UTF-8, compared as octets, so that nothing that carries identity folds canonical
/// equivalents. A string literal makes one: `element.name == "Deny"`.
package struct XMLText: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  package let octets: [UInt8]

  package init(octets: [UInt8]) { self.octets = octets }
  package init(_ text: String) { octets = Array(text.utf8) }
  package init(stringLiteral text: StaticString) {
    octets = text.hasPointerRepresentation ? text.withUTF8Buffer { Array($0) } : Array(text.description.utf8)
  }

  package static let empty = XMLText(octets: [])
  package var isEmpty: Bool { octets.isEmpty }
  /// For people, and for readers that take text.
  package var string: String { String(decoding: octets, as: UTF8.self) }
  package var description: String { string }

  /// Without the white space of XML (2.3 S) at both ends.
  package var trimmed: XMLText {
    var part = octets[...]
    while let byte = part.first, byte.isXMLSpace { part.removeFirst() }
    while let byte = part.last, byte.isXMLSpace { part.removeLast() }
    return part.count == octets.count ? self : XMLText(octets: Array(part))
  }

  /// Letters of ASCII without their case, for the values that Windows compares so.
  package var lowered: XMLText { XMLText(octets: octets.lowered) }
}
