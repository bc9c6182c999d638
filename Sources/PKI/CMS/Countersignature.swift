package import AssayBytes

/// Countersignatures (RFC 5652 11.4) that are no timestamps.
extension SignerInfo {
  /// Unsigned attribute that holds SignerInfos over this one's signature value.
  package static let countersignatureAttribute: OID = "1.2.840.113549.1.9.6"

  /// Those of this signer, in the order of the attributes. Throws `asn1.*` and `limit.*`.
  package func countersigners(_ budget: inout Budget) throws(ParseError) -> [SignerInfo] {
    var found: [SignerInfo] = []
    for attribute in unsignedAttributes where attribute.type == SignerInfo.countersignatureAttribute {
      for value in attribute.values {
        var reader = ASN1Reader(value, rules: .ber)
        found.append(try SignerInfo(&reader, &budget))
        try reader.finish("countersignature")
      }
    }
    return found
  }

  /// Checks this one as a countersignature over another's signature value.
  package func check(
    countersigning signature: ArraySlice<UInt8>, certificates: [Certificate], _ budget: inout Budget
  ) throws(ParseError) -> SignerCheck {
    try check(.octets(signature), contentType: nil, certificates: certificates, &budget)
  }

  /// What the attribute signing-certificate-v2 (RFC 5035 3) says of a certificate: nil where the attribute is missing or has no form.
  package func namesSigningCertificate(_ certificate: Certificate, _ budget: inout Budget) -> Bool? {
    let attributes = (signedAttributes ?? []).filter { $0.type == AttributeType.signingCertificateV2 }
    guard attributes.count == 1, let value = attributes.first?.values.first, attributes.first?.values.count == 1 else { return nil }
    return try? SignerInfo.names(value, certificate, &budget)
  }

  private static func names(
    _ value: ArraySlice<UInt8>, _ certificate: Certificate, _ budget: inout Budget
  ) throws(ParseError) -> Bool {
    var outer = ASN1Reader(value, rules: .ber)
    var fields = try outer.sequence("SigningCertificateV2", &budget)
    var list = try fields.sequence("certs", &budget)
    var first = try list.sequence("ESSCertIDv2", &budget)
    var algorithm: DigestAlgorithm? = .sha256
    if let stated = try first.optional(.sequence, &budget) {
      var parts = try stated.reader("hashAlgorithm")
      algorithm = DigestAlgorithm(
        oid: try parts.next(.objectIdentifier, "hashAlgorithm", &budget).objectIdentifier("hashAlgorithm"))
    }
    let digest = try first.next(.octetString, "certHash", &budget).octetString("certHash", &budget)
    guard let algorithm else { return false }
    return digest.elementsEqual(certificate.fingerprint(algorithm))
  }
}
