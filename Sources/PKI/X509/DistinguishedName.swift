import AssayBytes

/// Name (RFC 5280 4.1.2.4): its encoding and what it says.
package struct DistinguishedName: Hashable, Sendable {
  package struct Attribute: Hashable, Sendable {
    package let type: OID
    /// The value's whole encoding.
    package let encoded: ArraySlice<UInt8>
    /// Nil when it is no character string or not valid in its encoding.
    package let text: String?
    /// Index of the RDN that it stands in (a multi-valued RDN gives several attributes one index).
    package let rdn: Int
  }
  package let encoded: ArraySlice<UInt8>
  package let attributes: [Attribute]
  /// True where the name could not be read: kept raw with no attributes.
  package let isOpaque: Bool
  /// An RDNSequence with no RDN, which RFC 5280 4.1.2.6 allows a subject with a subjectAltName only.
  package var isEmpty: Bool { attributes.isEmpty && !isOpaque }

  /// Lenient: never throws for strange values. DER first, else BER.
  package init(encoded: ArraySlice<UInt8>) {
    self.encoded = encoded
    // Every element takes two bytes at least, so this budget bounds the depth and never the size.
    var budget = Budget(nodes: encoded.count + 8, depth: 8)
    if let read = try? DistinguishedName.read(encoded, .der, &budget) {
      attributes = read
      isOpaque = false
      return
    }
    budget = Budget(nodes: 2 * encoded.count + 8, depth: 8)
    let read = try? DistinguishedName.read(encoded, .ber, &budget)
    attributes = read ?? []
    isOpaque = read == nil
  }

  private static func read(
    _ bytes: ArraySlice<UInt8>, _ rules: ASN1Rules, _ budget: inout Budget
  ) throws(ParseError) -> [Attribute] {
    var outer = ASN1Reader(bytes, rules: rules)
    var rdns = try outer.sequence("name", &budget)
    try outer.finish("name")
    var attributes: [Attribute] = []
    var index = 0
    while !rdns.isAtEnd {
      var values = try rdns.next(.set, "relative distinguished name", &budget).reader("relative distinguished name")
      while !values.isAtEnd {
        var pair = try values.sequence("attribute", &budget)
        let type = try pair.next(.objectIdentifier, "attribute type", &budget).objectIdentifier("attribute type")
        let value = try pair.next(&budget)
        try pair.finish("attribute")
        attributes.append(Attribute(type: type, encoded: value.encoded, text: value.text, rdn: index))
      }
      index += 1
    }
    return attributes
  }

  /// First value of the attribute type, as text.
  package func first(_ type: OID) -> String? { attributes.first { $0.type == type }?.text }
  package var commonName: String? { first(AttributeID.commonName) }
  package var organization: String? { first(AttributeID.organization) }
  package var organizationalUnit: String? { first(AttributeID.organizationalUnit) }
  package var country: String? { first(AttributeID.country) }

  package static func == (left: DistinguishedName, right: DistinguishedName) -> Bool { left.encoded == right.encoded }
  package func hash(into hasher: inout Hasher) { encoded.withUnsafeBytes { hasher.combine(bytes: $0) } }
}

/// Attribute types that are asked for often: an OID literal is parsed wherever it stands.
package enum AttributeID {
  package static let commonName: OID = "2.5.4.3"
  package static let country: OID = "2.5.4.6"
  package static let organization: OID = "2.5.4.10"
  package static let organizationalUnit: OID = "2.5.4.11"
  package static let emailAddress: OID = "1.2.840.113549.1.9.1"
}
