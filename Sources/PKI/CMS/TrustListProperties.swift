package import AssayBytes

/// Properties that Microsoft's lists put on a root, attributes 1.3.6.1.4.1.311.10.11.N whose value is an OCTET STRING (wincrypt.h,
/// CERT_*_PROP_ID).
extension CertificateTrustList.Subject {
  private enum Property {
    static let enhancedKeyUsage: OID = "1.3.6.1.4.1.311.10.11.9"
    static let friendlyName: OID = "1.3.6.1.4.1.311.10.11.11"
    static let keyIdentifier: OID = "1.3.6.1.4.1.311.10.11.20"
    static let nameMD5: OID = "1.3.6.1.4.1.311.10.11.29"
    static let sha256: OID = "1.3.6.1.4.1.311.10.11.98"
    static let disallowedTime: OID = "1.3.6.1.4.1.311.10.11.104"
    static let disallowedUsage: OID = "1.3.6.1.4.1.311.10.11.122"
    static let notBeforeTime: OID = "1.3.6.1.4.1.311.10.11.126"
    static let notBeforeUsage: OID = "1.3.6.1.4.1.311.10.11.127"
  }

  /// The octets of a property; nil when it is absent. More than one value is an error: which one counts would be a guess.
  private func octets(_ type: OID, _ budget: inout Budget) throws(ParseError) -> ArraySlice<UInt8>? {
    guard let attribute = attribute(type) else { return nil }
    guard attribute.values.count == 1, attributes.count(where: { $0.type == type }) == 1, let value = attribute.values.first else {
      throw ParseError("ctl.property.repeated", "property \(type) has more than one value", offset: attribute.encoded.startIndex)
    }
    var reader = ASN1Reader(value, rules: .ber)
    return try reader.next(.octetString, "property", &budget).octetString("property", &budget)
  }

  /// UTF-16LE with a final zero.
  package func friendlyName(_ budget: inout Budget) throws(ParseError) -> String? {
    guard let octets = try octets(Property.friendlyName, &budget), octets.count % 2 == 0 else { return nil }
    let units = stride(from: octets.startIndex, to: octets.endIndex, by: 2).map {
      UInt16(octets[$0]) | UInt16(octets[$0 + 1]) << 8
    }
    return String(decoding: units.prefix { $0 != 0 }, as: UTF16.self)
  }

  package func sha256(_ budget: inout Budget) throws(ParseError) -> ArraySlice<UInt8>? { try octets(Property.sha256, &budget) }
  package func nameMD5(_ budget: inout Budget) throws(ParseError) -> ArraySlice<UInt8>? { try octets(Property.nameMD5, &budget) }
  package func keyIdentifier(_ budget: inout Budget) throws(ParseError) -> ArraySlice<UInt8>? {
    try octets(Property.keyIdentifier, &budget)
  }

  /// The limits that the list puts on this root.
  ///
  /// A time that is present and empty takes an earlier list's limit back. Usages without a time hold from the beginning of time;
  /// usages with one from then on.
  package func limits(_ budget: inout Budget) throws(ParseError) -> TrustAnchor.Limits {
    var limits = TrustAnchor.Limits()
    limits.allowedUsages = try usages(Property.enhancedKeyUsage, &budget)
    limits.disabledFrom = try time(Property.disallowedTime, &budget)
    limits.issuedBefore = try time(Property.notBeforeTime, &budget)
    let disabledUsages = try usages(Property.disallowedUsage, &budget)
    let issuedUsages = try usages(Property.notBeforeUsage, &budget)
    if limits.disabledFrom != nil {
      limits.disabledUsages = disabledUsages
    } else {
      limits.disallowedUsages += disabledUsages ?? []
    }
    if limits.issuedBefore != nil {
      limits.issuedBeforeUsages = issuedUsages
    } else {
      limits.disallowedUsages += issuedUsages ?? []
    }
    return limits
  }

  private func usages(_ type: OID, _ budget: inout Budget) throws(ParseError) -> [OID]? {
    guard let octets = try octets(type, &budget) else { return nil }
    var reader = ASN1Reader(octets, rules: .ber)
    let list = try reader.sequence("usages", &budget)
    try reader.finish("usages")
    return try CertificateTrustList.usages(list, &budget)
  }

  private func time(_ type: OID, _ budget: inout Budget) throws(ParseError) -> Moment? {
    guard let octets = try octets(type, &budget), !octets.isEmpty else { return nil }
    guard octets.count == 8 else {
      throw ParseError(
        "ctl.property.time", "property \(type) has \(octets.count) octets, must be a FILETIME of 8", offset: octets.startIndex)
    }
    return Moment(fileTime: octets.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }
}
