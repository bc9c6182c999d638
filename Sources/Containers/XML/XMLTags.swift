import AssayBytes

/// The prefixes in scope (Namespaces in XML 1.0). Each prefix has a stack of its own, so that looking one up costs the same however many
/// a hostile document declares.
struct XMLNamespaces {
  static let xml: XMLText = "http://www.w3.org/XML/1998/namespace"
  static let xmlns: XMLText = "http://www.w3.org/2000/xmlns/"
  private var bound: [XMLText: [XMLText]] = ["xml": [xml]]

  mutating func enter(_ declaration: XMLNamespaceDeclaration) { bound[declaration.prefix, default: []].append(declaration.uri) }

  mutating func leave(_ declarations: [XMLNamespaceDeclaration]) {
    for declaration in declarations { _ = bound[declaration.prefix]?.popLast() }
  }

  /// Nil for a prefix that is not declared.
  func uri(_ prefix: XMLText) -> XMLText? { bound[prefix]?.last ?? (prefix.isEmpty ? .empty : nil) }
}

// Start tags with their attributes (3.1).
extension XMLParser {
  private struct RawAttribute {
    let prefix: XMLText
    let name: XMLText
    let value: XMLText
    let index: Int
  }

  mutating func startTag(depth: Int, _ budget: inout Budget) throws(ParseError) -> (XMLOpenElement, isEmpty: Bool) {
    let start = index
    try budget.check(depth: depth)
    try budget.spend(nodes: 1)
    input.advance(&place, to: start)
    index += 1
    let written = try name()
    let (prefix, local) = try split(written, at: start + 1)
    var open = XMLOpenElement(qualifiedName: written, prefix: prefix, name: local, offset: place.offset, line: place.line)
    var raw: [RawAttribute] = []
    while true {
      let isSpaced = skipSpace()
      if follows(">") || follows("/>") { break }
      guard current != nil else { throw error("xml.truncated", "the tag is never closed", at: start) }
      guard isSpaced else { throw error("xml.syntax", "white space must stand before an attribute") }
      try budget.spend(nodes: 1)
      let attribute = try self.attribute()
      if let declaration = try declaration(attribute) {
        guard !open.declarations.contains(where: { $0.prefix == declaration.prefix }) || open.declarations.count > 64 else {
          throw twice(attribute)
        }
        open.declarations.append(declaration)
      } else {
        raw.append(attribute)
      }
    }
    try once(raw, open.declarations, at: start)
    for declaration in open.declarations { namespaces.enter(declaration) }
    open.namespace = try resolve(prefix, at: start)
    open.attributes = try resolve(raw)
    let isEmpty = take("/>")
    if !isEmpty { index += 1 }
    return (open, isEmpty)
  }

  private mutating func attribute() throws(ParseError) -> RawAttribute {
    let start = index
    let (prefix, local) = try split(try name(), at: start)
    skipSpace()
    guard take("=") else { throw error("xml.attribute.value", "= and a value must follow an attribute's name") }
    skipSpace()
    return RawAttribute(prefix: prefix, name: local, value: try value(), index: start)
  }

  /// AttValue, normalized (3.3.3): white space as written becomes spaces, by reference it stays.
  private mutating func value() throws(ParseError) -> XMLText {
    let start = index
    guard let quote = current, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
      throw error("xml.attribute.value", "an attribute's value stands in quotes")
    }
    index += 1
    var octets: [UInt8] = []
    while let byte = current, byte != quote {
      switch byte {
      case UInt8(ascii: "<"): throw error("xml.attribute.value", "< may not stand in an attribute's value")
      case UInt8(ascii: "&"): try reference(into: &octets)
      case 0x0D: lineEnd(as: 0x20, into: &octets)
      case 0x09, 0x0A:
        octets.append(0x20)
        index += 1
      default:
        octets.append(byte)
        index += 1
      }
    }
    guard current == quote else { throw error("xml.truncated", "the attribute's value is never closed", at: start) }
    index += 1
    return XMLText(octets: octets)
  }

  // MARK: Namespaces

  private func split(_ name: ArraySlice<UInt8>, at start: Int) throws(ParseError) -> (XMLText, XMLText) {
    guard let colon = name.firstIndex(of: UInt8(ascii: ":")) else { return (.empty, XMLText(octets: Array(name))) }
    let (prefix, local) = (name[..<colon], name[(colon + 1)...])
    let begins = local.prefix(4).withUnsafeBufferPointer { $0.isEmpty ? nil : XMLInput.scalar($0, 0) }
    guard !prefix.isEmpty, !local.contains(UInt8(ascii: ":")), let (scalar, _) = begins, XMLParser.startsName(scalar) else {
      throw error("xml.name.invalid", "a name has at most one colon, between a prefix and a name", at: start)
    }
    return (XMLText(octets: Array(prefix)), XMLText(octets: Array(local)))
  }

  /// A namespace declaration, nil for any other attribute (Namespaces in XML 3).
  private func declaration(_ attribute: RawAttribute) throws(ParseError) -> XMLNamespaceDeclaration? {
    let prefix: XMLText
    if attribute.prefix == "xmlns" {
      prefix = attribute.name
    } else if attribute.prefix.isEmpty, attribute.name == "xmlns" {
      prefix = .empty
    } else {
      return nil
    }
    let uri = attribute.value
    let isAllowed =
      prefix != "xmlns" && uri != XMLNamespaces.xmlns && (prefix == "xml") == (uri == XMLNamespaces.xml)
      && (prefix.isEmpty || !uri.isEmpty)
    guard isAllowed else {
      throw error("xml.namespace.reserved", "prefix \(prefix) may not be bound to \"\(uri)\"", at: attribute.index)
    }
    return XMLNamespaceDeclaration(prefix: prefix, uri: uri)
  }

  private func twice(_ attribute: RawAttribute) -> ParseError {
    error("xml.attribute.duplicate", "attribute \(attribute.name) stands twice", at: attribute.index)
  }

  private func once(_ raw: [RawAttribute], _ declarations: [XMLNamespaceDeclaration], at start: Int) throws(ParseError) {
    if declarations.count > 64, Set(declarations.map(\.prefix)).count < declarations.count {
      throw error("xml.attribute.duplicate", "a prefix is declared twice", at: start)
    }
    var seen: Set<[XMLText]> = []
    for attribute in raw where raw.count > 1 && !seen.insert([attribute.prefix, attribute.name]).inserted { throw twice(attribute) }
  }

  private func resolve(_ prefix: XMLText, at start: Int) throws(ParseError) -> XMLText {
    guard prefix != "xmlns", let uri = namespaces.uri(prefix) else {
      throw error("xml.namespace.unbound", "prefix \(prefix) is not declared", at: start)
    }
    return uri
  }

  private func resolve(_ raw: [RawAttribute]) throws(ParseError) -> [XMLAttribute] {
    var attributes: [XMLAttribute] = []
    var seen: Set<[XMLText]> = []
    for attribute in raw {
      let namespace = attribute.prefix.isEmpty ? .empty : try resolve(attribute.prefix, at: attribute.index)
      if !namespace.isEmpty, !seen.insert([namespace, attribute.name]).inserted { throw twice(attribute) }
      attributes.append(
        XMLAttribute(prefix: attribute.prefix, name: attribute.name, namespace: namespace, value: attribute.value))
    }
    return attributes
  }
}
