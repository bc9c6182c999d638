import AssayBytes
import AssayContainers
import AssayPKI

/// An XML signature of an OPC package (ECMA-376 part 2, 13): its Manifest refers to parts.
struct VSIXSignature {
  struct Part {
    /// In the archive, without the leading slash.
    let name: [UInt8]
    let contentType: [UInt8]
    let algorithm: DigestAlgorithm
    let digest: [UInt8]
    let transforms: [XMLElement]
  }
  let document: XMLDocument
  let xml: XMLSignature
  /// Id of the Object that holds the Manifest.
  let objectID: XMLText
  let parts: [Part]
  let timestamp: [UInt8]?

  /// Throws `xml.*`, `xmldsig.*`, `vsix.manifest.form`.
  init(_ octets: [UInt8], _ budget: inout Budget) throws(ParseError) {
    document = try XMLDocument(parsing: octets[...], &budget)
    xml = try XMLSignature(document.root, scope: [:], &budget)
    let holders = xml.objects.filter { !$0.elements("Manifest", namespace: XMLSignature.namespace).isEmpty }
    guard let holder = holders.first, holders.count == 1, let id = holder.attribute("Id"), !id.isEmpty else {
      throw ParseError(
        "vsix.manifest.form", "the signature has \(holders.count) objects with a manifest, must be one that has an Id")
    }
    objectID = id
    let manifest = try XMLSignature.only("Manifest", in: holder)
    var parts: [Part] = []
    for reference in manifest.elements("Reference", namespace: XMLSignature.namespace) {
      try budget.spend(nodes: 1)
      parts.append(try VSIXSignature.part(reference))
    }
    self.parts = parts
    let stamp = xml.objects.lazy.compactMap { VSIXSignature.find("EncodedTime", in: $0, depth: 0) }.first
    timestamp = try stamp.map { (element) throws(ParseError) in try XMLSignature.base64(element) }
  }

  private static func part(_ element: XMLElement) throws(ParseError) -> Part {
    let method = try XMLSignature.only("DigestMethod", in: element).attribute("Algorithm") ?? .empty
    let digest = try XMLSignature.base64(try XMLSignature.only("DigestValue", in: element))
    let uri = element.attribute("URI")?.octets ?? []
    guard uri.first == 0x2F, let mark = uri.firstIndex(of: 0x3F), uri[(mark + 1)...].starts(with: "ContentType=".utf8),
      let algorithm = XMLSignatureScheme.digest(uri: method), digest.count == algorithm.byteCount
    else {
      throw ParseError(
        "vsix.manifest.form", "a reference of the manifest names no part, type or known digest", offset: element.offset)
    }
    let lists = element.elements("Transforms", namespace: XMLSignature.namespace)
    guard lists.count < 2 else { throw ParseError("vsix.manifest.form", "Transforms stands twice", offset: element.offset) }
    return Part(
      name: Array(uri[1..<mark]), contentType: Array(uri[(mark + 13)...]), algorithm: algorithm, digest: digest,
      transforms: lists.first?.elements ?? [])
  }

  private static func find(_ name: XMLText, in element: XMLElement, depth: Int) -> XMLElement? {
    if element.name == name { return element }
    guard depth < 8 else { return nil }
    for child in element.elements { if let found = find(name, in: child, depth: depth + 1) { return found } }
    return nil
  }
}

/// Types of parts ([Content_Types].xml, ECMA-376 part 2, 10.1.2).
struct ContentTypes {
  private var defaults: [XMLText: XMLText] = [:]
  private var overrides: [XMLText: XMLText] = [:]

  init(_ octets: [UInt8], _ budget: inout Budget) throws(ParseError) {
    for element in try XMLDocument(parsing: octets[...], &budget).root.elements {
      guard let type = element.attribute("ContentType") else { continue }
      if element.name == "Default", let ending = element.attribute("Extension") { defaults[ending.lowered] = type }
      if element.name == "Override", let name = element.attribute("PartName") { overrides[name.lowered] = type }
    }
  }

  /// Empty where none is stated.
  func type(of name: [UInt8]) -> [UInt8] {
    if let type = overrides[XMLText(octets: [0x2F] + name).lowered] { return type.octets }
    guard let dot = name.lastIndex(of: 0x2E) else { return [] }
    return defaults[XMLText(octets: Array(name[(dot + 1)...])).lowered]?.octets ?? []
  }
}

/// The Relationships Transform (ECMA-376 part 2, 13.2.4.24), in canonical form.
enum RelationshipTransform {
  static let algorithm: XMLText = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform"

  static func octets(_ part: [UInt8], _ transform: XMLElement, _ budget: inout Budget) throws(ParseError) -> [UInt8] {
    let root = try XMLDocument(parsing: part[...], &budget).root
    let wanted = Set(transform.elements.filter { $0.name == "RelationshipReference" }.compactMap { $0.attribute("SourceId") })
    let types = Set(
      transform.elements.filter { $0.name == "RelationshipsGroupReference" }.compactMap { $0.attribute("SourceType") })
    var chosen: [(id: [UInt8], element: XMLElement)] = []
    for element in root.elements where element.name == "Relationship" {
      guard let id = element.attribute("Id") else { continue }
      guard wanted.contains(id) || element.attribute("Type").map({ types.contains($0) }) == true else { continue }
      chosen.append((id.octets, element))
    }
    chosen.sort { $0.id.lexicographicallyPrecedes($1.id) }
    var made = Array("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">".utf8)
    for (_, element) in chosen {
      made += "<Relationship".utf8
      for name in ["Id", "Target", "TargetMode", "Type"] {
        let value = element.attribute(XMLText(name)) ?? (name == "TargetMode" ? "Internal" : .empty)
        made += " \(name)=\"".utf8
        made += escaped(value.octets)
        made += "\"".utf8
      }
      made += "></Relationship>".utf8
    }
    try budget.spend(bytes: made.count)
    return made + "</Relationships>".utf8
  }

  /// An attribute's value as Canonical XML 1.0 2.3 writes it.
  private static func escaped(_ octets: [UInt8]) -> [UInt8] {
    octets.flatMap { octet -> [UInt8] in
      switch octet {
      case 0x26: Array("&amp;".utf8)
      case 0x3C: Array("&lt;".utf8)
      case 0x22: Array("&quot;".utf8)
      case 0x09: Array("&#x9;".utf8)
      case 0x0A: Array("&#xA;".utf8)
      case 0x0D: Array("&#xD;".utf8)
      default: [octet]
      }
    }
  }
}
