package import AssayBytes

/// Attribute (RFC 5652 5.3).
package struct CMSAttribute: Hashable, Sendable {
  package let type: OID
  /// Each value's whole encoding.
  package let values: [ArraySlice<UInt8>]
  package let encoded: ArraySlice<UInt8>

  init(_ element: ASN1Element, _ budget: inout Budget) throws(ParseError) {
    encoded = element.encoded
    var fields = try element.reader("Attribute")
    type = try fields.next(.objectIdentifier, "attrType", &budget).objectIdentifier("attrType")
    var set = try fields.next(.set, "attrValues", &budget).reader("attrValues")
    var found: [ArraySlice<UInt8>] = []
    while !set.isAtEnd { found.append(try set.next(&budget).encoded) }
    values = found
    try fields.finish("Attribute")
  }

  /// Attributes of a SET OF, whatever its tag.
  static func set(_ element: ASN1Element, _ what: StaticString, _ budget: inout Budget) throws(ParseError) -> [CMSAttribute] {
    var reader = try element.reader(what)
    var found: [CMSAttribute] = []
    while !reader.isAtEnd { found.append(try CMSAttribute(try reader.next(.sequence, what, &budget), &budget)) }
    return found
  }
}

/// SignerInfo (RFC 5652 5.3). Unverified.
///
///     SignerInfo ::= SEQUENCE { version INTEGER, sid SignerIdentifier, digestAlgorithm AlgorithmIdentifier,
///       signedAttrs [0] IMPLICIT SET OF Attribute OPTIONAL, signatureAlgorithm AlgorithmIdentifier, signature OCTET STRING,
///       unsignedAttrs [1] IMPLICIT SET OF Attribute OPTIONAL }
package struct SignerInfo: Sendable {
  package enum Identifier: Sendable {
    case issuerAndSerial(issuer: DistinguishedName, serial: ArraySlice<UInt8>)
    case subjectKeyIdentifier(ArraySlice<UInt8>)
  }
  package let version: Int
  package let identifier: Identifier
  package let digestAlgorithm: AlgorithmIdentifier
  package let signatureAlgorithm: AlgorithmIdentifier
  /// Nil when absent: the signature is then over the content itself.
  package let signedAttributes: [CMSAttribute]?
  /// As they are signed: the encoding with a SET OF tag in place of [0].
  package let signedAttributesEncoded: ArraySlice<UInt8>?
  package let signature: ArraySlice<UInt8>
  package let unsignedAttributes: [CMSAttribute]
  /// The whole SignerInfo.
  package let encoded: ArraySlice<UInt8>
  package var offset: Int { encoded.startIndex }

  package func signedAttribute(_ type: OID) -> CMSAttribute? { signedAttributes?.first { $0.type == type } }

  /// Well-known attribute types (RFC 5652 11, RFC 5035, PKCS #9).
  enum AttributeType {
    static let contentType: OID = "1.2.840.113549.1.9.3"
    static let messageDigest: OID = "1.2.840.113549.1.9.4"
    static let signingTime: OID = "1.2.840.113549.1.9.5"
    static let countersignature: OID = "1.2.840.113549.1.9.6"
    static let signingCertificate: OID = "1.2.840.113549.1.9.16.2.12"
    static let signingCertificateV2: OID = "1.2.840.113549.1.9.16.2.47"
  }

  /// The next SignerInfo of a set, or a bare one as a countersignature holds it.
  package init(_ reader: inout ASN1Reader, _ budget: inout Budget) throws(ParseError) {
    let element = try reader.next(.sequence, "SignerInfo", &budget)
    encoded = element.encoded
    var fields = try element.reader("SignerInfo")
    version = try fields.next(.integer, "SignerInfo version", &budget).integer("SignerInfo version")
    if let key = try fields.optional(.context(0), &budget) {
      identifier = .subjectKeyIdentifier(try key.octetString("subjectKeyIdentifier", &budget))
    } else {
      var pair = try fields.sequence("issuerAndSerialNumber", &budget)
      let issuer = try pair.next(.sequence, "issuer", &budget)
      let serial = try pair.next(.integer, "serialNumber", &budget).integerOctets("serialNumber")
      try pair.finish("issuerAndSerialNumber")
      identifier = .issuerAndSerial(issuer: DistinguishedName(encoded: issuer.encoded), serial: serial)
    }
    digestAlgorithm = try AlgorithmIdentifier(&fields, "digestAlgorithm", &budget)
    if let attributes = try fields.optional(.context(0), &budget) {
      signedAttributes = try CMSAttribute.set(attributes, "signedAttrs", &budget)
      try budget.spend(bytes: attributes.encoded.count)
      signedAttributesEncoded = ([0x31] + attributes.encoded.dropFirst())[...]
    } else {
      signedAttributes = nil
      signedAttributesEncoded = nil
    }
    signatureAlgorithm = try AlgorithmIdentifier(&fields, "signatureAlgorithm", &budget)
    signature = try fields.next(.octetString, "signature", &budget).octetString("signature", &budget)
    if let attributes = try fields.optional(.context(1), &budget) {
      unsignedAttributes = try CMSAttribute.set(attributes, "unsignedAttrs", &budget)
    } else {
      unsignedAttributes = []
    }
    try fields.finish("SignerInfo")
  }
}

extension SignerInfo {
  /// The certificate that the identifier names among those at hand: issuer by its encoding, else as RFC 5280 7.1 compares names.
  package func certificate(among certificates: [Certificate]) -> Certificate? {
    switch identifier {
    case .issuerAndSerial(let issuer, let serial):
      let candidates = certificates.filter { $0.serialNumber == serial }
      return candidates.first { $0.issuer == issuer } ?? candidates.first { $0.issuer.matches(issuer) }
    case .subjectKeyIdentifier(let key):
      return certificates.first { $0.subjectKeyIdentifier == key }
    }
  }

  /// The time in the signingTime attribute, signed but only claimed. Nil when absent, multiple or unreadable.
  package var claimedSigningTime: Moment? {
    let found = (signedAttributes ?? []).filter { $0.type == AttributeType.signingTime }
    guard found.count == 1, let attribute = found.first, attribute.values.count == 1, let value = attribute.values.first else {
      return nil
    }
    var budget = Budget(bytes: 0, nodes: 4, signatureChecks: 0, steps: 0)
    var reader = ASN1Reader(value, rules: .ber)
    return try? reader.next(&budget).time("signingTime")
  }
}
