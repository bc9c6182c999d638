package import AssayBytes
package import AssayContainers

/// A Signature element (XML Signature Syntax and Processing, W3C 2002 and 1.1), read and not believed.
package struct XMLSignature: Sendable {
  package static let namespace: XMLText = "http://www.w3.org/2000/09/xmldsig#"

  /// One Reference of SignedInfo.
  package struct Reference: Sendable {
    /// Empty for the document that the signature stands in; nil where the attribute is missing.
    package let uri: XMLText?
    package let type: XMLText?
    package let transforms: [XMLElement]
    package let digestAlgorithm: DigestAlgorithm?
    package let digestMethod: XMLText
    package let digest: [UInt8]
    package let offset: Int
  }

  package let element: XMLElement
  package let signedInfo: XMLElement
  /// Nil for one that is not read; its name is `canonicalizationName`.
  package let canonicalization: CanonicalXML.Method?
  package let canonicalizationName: XMLText
  package let scheme: XMLSignatureScheme?
  package let schemeName: XMLText
  package let references: [Reference]
  package let value: [UInt8]
  package let keyInfo: XMLElement?
  /// Of every X509Data, in order.
  package let certificates: [Certificate]
  /// RSAKeyValue as a SubjectPublicKeyInfo.
  package let keyValue: PublicKey?
  package let objects: [XMLElement]
  /// Declarations in force where the element stands.
  package let scope: [XMLText: XMLText]

  static let maximumReferences = 100_000
  static let maximumCertificates = 32

  /// Throws `xmldsig.*` where something mandatory is missing or stands twice, `limit.*`, and what base64 and certificates throw.
  package init(_ element: XMLElement, scope: [XMLText: XMLText], _ budget: inout Budget) throws(ParseError) {
    guard element.is("Signature", in: XMLSignature.namespace) else {
      throw ParseError("xmldsig.structure", "the element is no Signature", offset: element.offset)
    }
    self.element = element
    self.scope = scope
    let signedInfo = try XMLSignature.only("SignedInfo", in: element)
    self.signedInfo = signedInfo
    let canonical = try XMLSignature.only("CanonicalizationMethod", in: signedInfo)
    canonicalizationName = canonical.attribute("Algorithm") ?? .empty
    canonicalization = XMLSignature.method(canonical)
    schemeName = try XMLSignature.only("SignatureMethod", in: signedInfo).attribute("Algorithm") ?? .empty
    scheme = XMLSignatureScheme(uri: schemeName)
    var references: [Reference] = []
    for reference in signedInfo.elements("Reference") {
      try budget.spend(nodes: 1)
      references.append(try XMLSignature.reference(reference))
    }
    guard !references.isEmpty else {
      throw ParseError("xmldsig.reference.missing", "SignedInfo refers to nothing", offset: signedInfo.offset)
    }
    self.references = references
    value = try XMLSignature.base64(try XMLSignature.only("SignatureValue", in: element))
    guard element.elements("KeyInfo").count < 2 else {
      throw ParseError("xmldsig.structure", "KeyInfo stands more than once", offset: element.offset)
    }
    let keyInfo = element.first("KeyInfo")
    self.keyInfo = keyInfo
    var certificates: [Certificate] = []
    for data in keyInfo?.elements("X509Data") ?? [] {
      for encoded in data.elements("X509Certificate") {
        guard certificates.count < XMLSignature.maximumCertificates else {
          throw ParseError("limit.nodes", "more than \(XMLSignature.maximumCertificates) certificates", offset: encoded.offset)
        }
        certificates.append(try Certificate(encoded: XMLSignature.base64(encoded)[...], &budget))
      }
    }
    self.certificates = certificates
    keyValue = try keyInfo?.first("KeyValue")?.first("RSAKeyValue").map { (value) throws(ParseError) in
      PublicKey(
        rsaModulus: try XMLSignature.base64(XMLSignature.only("Modulus", in: value)),
        exponent: try XMLSignature.base64(XMLSignature.only("Exponent", in: value)))
    }
    objects = element.elements("Object")
  }

  /// The child of that name, which must stand there once.
  package static func only(_ name: XMLText, in element: XMLElement) throws(ParseError) -> XMLElement {
    let found = element.elements(name, namespace: namespace)
    guard let first = found.first, found.count == 1 else {
      throw ParseError(
        "xmldsig.structure", "\(element.name) has \(found.count) elements \(name), must have one", offset: element.offset)
    }
    return first
  }

  /// The element's text as octets; white space is passed by.
  package static func base64(_ element: XMLElement) throws(ParseError) -> [UInt8] {
    let text = element.text.octets.filter { !($0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D)) }
    guard element.elements.isEmpty, let octets = Base64.decode(text) else {
      throw ParseError("xmldsig.base64", "\(element.name) is no base64", offset: element.offset)
    }
    return octets
  }

  private static func reference(_ element: XMLElement) throws(ParseError) -> Reference {
    let method = try only("DigestMethod", in: element).attribute("Algorithm") ?? .empty
    let lists = element.elements("Transforms")
    guard lists.count < 2 else { throw ParseError("xmldsig.structure", "Transforms stands twice", offset: element.offset) }
    return Reference(
      uri: element.attribute("URI"), type: element.attribute("Type"), transforms: lists.first?.elements("Transform") ?? [],
      digestAlgorithm: XMLSignatureScheme.digest(uri: method), digestMethod: method,
      digest: try base64(only("DigestValue", in: element)), offset: element.offset)
  }

  /// CanonicalizationMethod or a Transform as a canonicalization; nil for anything else, and for those that keep comments.
  package static func method(_ element: XMLElement) -> CanonicalXML.Method? {
    switch element.attribute("Algorithm") {
    case "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": .inclusive
    case "http://www.w3.org/2001/10/xml-exc-c14n#":
      .exclusive(
        prefixes: element.first("InclusiveNamespaces", namespace: "http://www.w3.org/2001/10/xml-exc-c14n#")?
          .attribute("PrefixList").map { list in
            list.octets.split(separator: 0x20).map { XMLText(octets: Array($0)) }.map { $0 == "#default" ? .empty : $0 }
          } ?? [])
    default: nil
    }
  }
}

/// How a SignatureMethod signs.
package enum XMLSignatureScheme: Hashable, Sendable {
  case rsa(DigestAlgorithm)
  case ecdsa(DigestAlgorithm)

  package var digest: DigestAlgorithm {
    switch self {
    case .rsa(let digest), .ecdsa(let digest): digest
    }
  }

  private static let bases: [XMLText] = [
    "http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/2001/04/xmldsig-more#", "http://www.w3.org/2001/04/xmlenc#",
  ]
  private static let digests: [(name: XMLText, algorithm: DigestAlgorithm)] = [
    ("sha1", .sha1), ("sha256", .sha256), ("sha384", .sha384), ("sha512", .sha512),
  ]

  /// The names of W3C, and Microsoft's, which has all of them in the first namespace.
  private static func short(_ uri: XMLText) -> XMLText? {
    for base in bases where uri.octets.starts(with: base.octets) {
      return XMLText(octets: Array(uri.octets.dropFirst(base.octets.count)))
    }
    return nil
  }

  package static func digest(uri: XMLText) -> DigestAlgorithm? {
    short(uri).flatMap { name in digests.first { $0.name == name }?.algorithm }
  }

  package init?(uri: XMLText) {
    guard let name = XMLSignatureScheme.short(uri) else { return nil }
    let parts = name.octets.split(separator: UInt8(ascii: "-"))
    guard parts.count == 2, let digest = XMLSignatureScheme.digests.first(where: { $0.name.octets[...] == parts[1] })?.algorithm
    else { return nil }
    if parts[0].elementsEqual("rsa".utf8) {
      self = .rsa(digest)
    } else if parts[0].elementsEqual("ecdsa".utf8) {
      self = .ecdsa(digest)
    } else {
      return nil
    }
  }
}
