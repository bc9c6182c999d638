package import AssayBytes
package import AssayContainers

/// Canonical XML of an element and what is in it, as octets: Canonical XML 1.0 (W3C 2001) or Exclusive XML Canonicalization 1.0 (W3C
/// 2002), both without comments. Comments never carry meaning in a signature, and a reference that keeps them is refused elsewhere.
package struct CanonicalXML {
  package enum Method: Hashable, Sendable {
    case inclusive
    /// With the prefixes of InclusiveNamespaces (`#default` as the empty text).
    case exclusive(prefixes: [XMLText])
  }
  private let method: Method
  /// An element that is left out with all that is in it (enveloped-signature, XMLDSig 6.6.4).
  private let omitted: XMLElement?
  private var octets: [UInt8] = []
  private var scope: [XMLText: XMLText]

  /// `scope`: namespace declarations in force around the element, by prefix; those of the elements that it stands in.
  package static func octets(
    of element: XMLElement, _ method: Method, scope: [XMLText: XMLText] = [:], omitting omitted: XMLElement? = nil,
    _ budget: inout Budget
  ) throws(ParseError) -> [UInt8] {
    var writer = CanonicalXML(method: method, omitted: omitted, scope: scope)
    // What surrounds the element is no part of the output: whatever of it is used must be declared anew.
    try writer.write(element, rendered: [:], &budget)
    return writer.octets
  }

  /// The declarations in force inside an element that stands in `scope`.
  package static func scope(inside element: XMLElement, _ scope: [XMLText: XMLText]) -> [XMLText: XMLText] {
    var inner = scope
    for declaration in element.declarations { inner[declaration.prefix] = declaration.uri }
    return inner
  }

  private init(method: Method, omitted: XMLElement?, scope: [XMLText: XMLText]) {
    self.method = method
    self.omitted = omitted
    self.scope = scope
  }

  /// `rendered`: what the output has declared around it. The reader limits the depth.
  private mutating func write(
    _ element: XMLElement, rendered: [XMLText: XMLText], _ budget: inout Budget
  ) throws(ParseError) {
    try budget.spend(nodes: 1 + element.attributes.count)
    let outer = scope
    scope = CanonicalXML.scope(inside: element, scope)
    defer { scope = outer }
    var rendered = rendered
    let name = CanonicalXML.qualified(element.prefix, element.name)
    octets.append(UInt8(ascii: "<"))
    octets += name
    for (prefix, uri) in needed(element, rendered) {
      rendered[prefix] = uri
      octets += Array((prefix.isEmpty ? " xmlns" : " xmlns:").utf8) + prefix.octets + Array("=\"".utf8)
      CanonicalXML.escape(uri.octets, isAttribute: true, into: &octets)
      octets.append(UInt8(ascii: "\""))
    }
    for attribute in CanonicalXML.sorted(element.attributes) {
      octets.append(0x20)
      octets += CanonicalXML.qualified(attribute.prefix, attribute.name)
      octets += Array("=\"".utf8)
      CanonicalXML.escape(attribute.value.octets, isAttribute: true, into: &octets)
      octets.append(UInt8(ascii: "\""))
    }
    octets.append(UInt8(ascii: ">"))
    for child in element.children {
      switch child {
      case .element(let inner):
        if let omitted, inner === omitted { continue }
        try write(inner, rendered: rendered, &budget)
      case .text(let text): CanonicalXML.escape(text.octets, isAttribute: false, into: &octets)
      case .comment: continue
      case .instruction(let target, let data):
        octets += Array("<?".utf8) + target.octets
        if !data.isEmpty { octets += [0x20] + data.octets }
        octets += Array("?>".utf8)
      }
    }
    octets += Array("</".utf8) + name
    octets.append(UInt8(ascii: ">"))
  }

  /// Declarations that the element's tag must show, in order of their prefixes' octets, the default one first.
  private func needed(_ element: XMLElement, _ rendered: [XMLText: XMLText]) -> [(XMLText, XMLText)] {
    var wanted: [XMLText: XMLText] = [:]
    switch method {
    case .inclusive:
      for (prefix, uri) in scope { wanted[prefix] = uri }
    case .exclusive(let prefixes):
      for prefix in prefixes { if let uri = scope[prefix] { wanted[prefix] = uri } }
      wanted[element.prefix] = element.namespace
      for attribute in element.attributes where !attribute.prefix.isEmpty { wanted[attribute.prefix] = attribute.namespace }
    }
    return wanted.filter { prefix, uri in
      if prefix == "xml" { return false }
      // An empty default namespace is said only to undo another.
      if prefix.isEmpty, uri.isEmpty { return rendered[prefix].map { !$0.isEmpty } ?? false }
      return rendered[prefix] != uri
    }.map { ($0.key, $0.value) }.sorted { $0.0.octets.lexicographicallyPrecedes($1.0.octets) }
  }

  /// By namespace, then local name; those without a namespace come first.
  private static func sorted(_ attributes: [XMLAttribute]) -> [XMLAttribute] {
    attributes.count < 2
      ? attributes
      : attributes.sorted {
        $0.namespace == $1.namespace
          ? $0.name.octets.lexicographicallyPrecedes($1.name.octets)
          : $0.namespace.octets.lexicographicallyPrecedes($1.namespace.octets)
      }
  }

  private static func qualified(_ prefix: XMLText, _ name: XMLText) -> [UInt8] {
    prefix.isEmpty ? name.octets : prefix.octets + [UInt8(ascii: ":")] + name.octets
  }

  /// Canonical XML 1.0, 2.3: what is replaced in text and in attribute values.
  private static func escape(_ text: [UInt8], isAttribute: Bool, into octets: inout [UInt8]) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "&"): octets += Array("&amp;".utf8)
      case UInt8(ascii: "<"): octets += Array("&lt;".utf8)
      case UInt8(ascii: ">") where !isAttribute: octets += Array("&gt;".utf8)
      case UInt8(ascii: "\"") where isAttribute: octets += Array("&quot;".utf8)
      case 0x09 where isAttribute: octets += Array("&#x9;".utf8)
      case 0x0A where isAttribute: octets += Array("&#xA;".utf8)
      case 0x0D: octets += Array("&#xD;".utf8)
      default: octets.append(byte)
      }
    }
  }
}
