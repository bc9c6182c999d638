package import AssayBytes

/// What one check of RFC 5652 5.4 and 5.6 found. Made by PKI only.
package struct SignerCheck: Sendable {
  package enum Step: String, Sendable {
    case certificate, digestAlgorithm, contentType, messageDigest, signature
  }
  package struct Outcome: Sendable {
    package let step: Step
    /// nil: could not be established; the words say why.
    package let passed: Bool?
    package let expected: String?
    package let found: String?
    package let message: String
    package let clause: String
    init(
      _ step: Step, _ passed: Bool?, _ message: String, expected: String? = nil, found: String? = nil, clause: String
    ) {
      self.step = step
      self.passed = passed
      self.message = message
      self.expected = expected
      self.found = found
      self.clause = clause
    }
  }
  package let outcomes: [Outcome]
  package let certificate: Certificate?
  package let digest: DigestAlgorithm?
  /// True when the signature holds only over the attributes put into DER's order and form, not as they were sent.
  package let isOverReorderedAttributes: Bool
  package var isValid: Bool { !outcomes.isEmpty && outcomes.allSatisfy { $0.passed == true } }
  /// The same without some of its steps, for a signature of which less is asked. It proves less: what is left out must not be needed.
  package func keeping(_ isKept: (Step) -> Bool) -> SignerCheck {
    SignerCheck(
      outcomes: outcomes.filter { isKept($0.step) }, certificate: nil, digest: digest,
      isOverReorderedAttributes: isOverReorderedAttributes)
  }
  package func outcome(_ step: Step) -> Outcome? { outcomes.first { $0.step == step } }
}

/// What a signer signed: the octets, or only their digest by the signer's algorithm.
package enum SignedContent: Sendable {
  case octets(ArraySlice<UInt8>)
  case digest([UInt8])
}

extension SignerInfo {
  /// Checks digest, attributes and signature. `contentOctets` is what messageDigest covers. Throws `limit.*` only.
  package func check(
    contentType: OID, contentOctets: ArraySlice<UInt8>, certificates: [Certificate], _ budget: inout Budget
  ) throws(ParseError) -> SignerCheck {
    try check(.octets(contentOctets), contentType: contentType, certificates: certificates, &budget)
  }

  /// The same where the content's digest, by this signer's digest algorithm, is known and the content is not in memory. Without
  /// signed attributes a key that signs messages, not digests (Ed25519, ML-DSA), cannot be established so.
  package func check(
    contentType: OID, contentDigest: [UInt8], certificates: [Certificate], _ budget: inout Budget
  ) throws(ParseError) -> SignerCheck {
    try check(.digest(contentDigest), contentType: contentType, certificates: certificates, &budget)
  }

  /// The same for a signer whose DSA key takes its parameters from its issuers: the path, which must be valid and the signer's,
  /// says which they are. No other key is changed by it.
  package func check(
    contentType: OID, contentOctets: ArraySlice<UInt8>, certificates: [Certificate], under path: PathResult, _ budget: inout Budget
  ) throws(ParseError) -> SignerCheck {
    try check(.octets(contentOctets), contentType: contentType, certificates: certificates, under: path, &budget)
  }

  /// `contentType` nil: a countersignature, which needs no contentType attribute (RFC 5652 11.4) and may say id-data.
  func check(
    _ content: SignedContent, contentType: OID?, certificates: [Certificate], under path: PathResult? = nil, _ budget: inout Budget
  ) throws(ParseError) -> SignerCheck {
    var outcomes: [SignerCheck.Outcome] = []
    let certificate = certificate(among: certificates)
    outcomes.append(certificateOutcome(certificate, count: certificates.count))

    let digest = DigestAlgorithm(oid: digestAlgorithm.algorithm)
    if let digest {
      outcomes.append(.init(.digestAlgorithm, true, "digest algorithm is \(digest.rawValue)", clause: "RFC 5652 5.3"))
    } else {
      outcomes.append(
        .init(
          .digestAlgorithm, nil, "digest algorithm \(digestAlgorithm.algorithm) is not offered", clause: "RFC 5652 5.3"))
    }
    outcomes.append(try contentTypeOutcome(contentType, content, &budget))
    outcomes.append(try messageDigestOutcome(content, digest, &budget))
    let key = certificate.map { path?.workingKey(of: $0) ?? $0.publicKey }
    let (signature, isReordered) = try signatureOutcome(
      content, digest, key, isCountersignature: contentType == nil, &budget)
    outcomes.append(signature)
    return SignerCheck(
      outcomes: outcomes, certificate: certificate, digest: digest, isOverReorderedAttributes: isReordered)
  }

  private func certificateOutcome(_ certificate: Certificate?, count: Int) -> SignerCheck.Outcome {
    let wanted: String
    switch identifier {
    case .issuerAndSerial(let issuer, let serial): wanted = "serial number \(Hex.encode(serial)) of \(issuer.description)"
    case .subjectKeyIdentifier(let key): wanted = "subject key identifier \(Hex.encode(key))"
    }
    if let certificate {
      return .init(
        .certificate, true, "signed by \(certificate.subject.description)", expected: wanted, found: wanted, clause: "RFC 5652 5.3")
    }
    return .init(
      .certificate, nil, "the signer's certificate is not among the \(count) at hand; add it with --certs", expected: wanted,
      clause: "RFC 5652 5.3")
  }

  private static let idData: OID = "1.2.840.113549.1.7.1"

  /// RFC 5652 11.1: once, one value, equal to eContentType.
  private func contentTypeOutcome(
    _ contentType: OID?, _ content: SignedContent, _ budget: inout Budget
  ) throws(ParseError) -> SignerCheck.Outcome {
    let idData = SignerInfo.idData
    guard let signedAttributes else {
      guard contentType == nil || contentType == idData else {
        return .init(
          .contentType, false, "there are no signed attributes, which content of type \(contentType ?? idData) must have",
          clause: "RFC 5652 5.3")
      }
      if case .octets(let octets) = content, try SignerInfo.looksLikeAttributes(octets, &budget) {
        return .init(
          .contentType, false, "the content is itself a set of signed attributes, taken from another signature",
          clause: "RFC 5652 5.4")
      }
      return .init(.contentType, true, "no signed attributes: the signature is over the content", clause: "RFC 5652 5.4")
    }
    let found = signedAttributes.filter { $0.type == AttributeType.contentType }
    guard let attribute = found.first else {
      if contentType == nil {
        return .init(.contentType, true, "a countersignature has no content type", clause: "RFC 5652 11.4")
      }
      return .init(.contentType, false, "signed attribute contentType is missing", clause: "RFC 5652 11.1")
    }
    guard found.count == 1, attribute.values.count == 1, let value = attribute.values.first else {
      return .init(.contentType, false, "signed attribute contentType is there more than once", clause: "RFC 5652 11.1")
    }
    let expected = contentType ?? idData
    var reader = ASN1Reader(value, rules: .ber)
    let type: OID
    do throws(ParseError) {
      type = try reader.next(.objectIdentifier, "contentType", &budget).objectIdentifier("contentType")
    } catch {
      if error.isLimit { throw error }
      return .init(.contentType, false, error.message, expected: expected.description, clause: "RFC 5652 11.1")
    }
    let isSame = type == expected
    return .init(
      .contentType, isSame, isSame ? "signed content type is \(type)" : "signed content type differs from the content's",
      expected: expected.description, found: type.description, clause: "RFC 5652 11.1")
  }

  /// RFC 5652 11.2: once, one value, equal to the content's digest.
  private func messageDigestOutcome(
    _ content: SignedContent, _ digest: DigestAlgorithm?, _ budget: inout Budget
  ) throws(ParseError) -> SignerCheck.Outcome {
    guard let signedAttributes else {
      return .init(.messageDigest, true, "no signed attributes: the signature is over the content", clause: "RFC 5652 5.4")
    }
    let found = signedAttributes.filter { $0.type == AttributeType.messageDigest }
    guard let attribute = found.first else {
      return .init(.messageDigest, false, "signed attribute messageDigest is missing", clause: "RFC 5652 11.2")
    }
    guard found.count == 1, attribute.values.count == 1, let value = attribute.values.first else {
      return .init(.messageDigest, false, "signed attribute messageDigest is there more than once", clause: "RFC 5652 11.2")
    }
    var reader = ASN1Reader(value, rules: .ber)
    let signed: ArraySlice<UInt8>
    do throws(ParseError) {
      signed = try reader.next(.octetString, "messageDigest", &budget).octetString("messageDigest", &budget)
    } catch {
      if error.isLimit { throw error }
      return .init(.messageDigest, false, error.message, clause: "RFC 5652 11.2")
    }
    guard let digest else {
      return .init(
        .messageDigest, nil, "the digest algorithm is not offered", expected: Hex.encode(signed), clause: "RFC 5652 5.4")
    }
    let actual: [UInt8]
    switch content {
    case .octets(let octets): actual = digest.digest(octets)
    case .digest(let value): actual = value
    }
    let isSame = signed.elementsEqual(actual)
    return .init(
      .messageDigest, isSame,
      isSame ? "\(digest.rawValue) of the content is the signed one" : "\(digest.rawValue) of the content is not the signed one",
      expected: Hex.encode(signed), found: Hex.encode(actual), clause: "RFC 5652 5.4")
  }

  private func signatureOutcome(
    _ content: SignedContent, _ digest: DigestAlgorithm?, _ key: PublicKey?, isCountersignature: Bool,
    _ budget: inout Budget
  ) throws(ParseError) -> (SignerCheck.Outcome, isReordered: Bool) {
    let clause = "RFC 5652 5.6"
    guard let digest else { return (.init(.signature, nil, "the digest algorithm is not offered", clause: clause), false) }
    guard let key else { return (.init(.signature, nil, "the signer's key is not at hand", clause: clause), false) }
    var result: SignatureCheck
    switch (signedAttributesEncoded, content) {
    case (let attributes?, _):
      result = try key.verify(
        signature: signature, digest: digest, algorithm: signatureAlgorithm, message: attributes, &budget)
    case (nil, .octets(let octets)):
      result = try key.verify(
        signature: signature, digest: digest, algorithm: signatureAlgorithm, message: octets, &budget)
    case (nil, .digest(let value)):
      result = try key.verify(
        signature: signature, digest: digest, algorithm: signatureAlgorithm, digestValue: value, &budget)
    }
    var isReordered = false
    if result == .invalid, let signedAttributesEncoded {
      let canonical = try canonicalAttributes(signedAttributesEncoded, &budget)
      if let canonical, !canonical.elementsEqual(signedAttributesEncoded) {
        result = try key.verify(
          signature: signature, digest: digest, algorithm: signatureAlgorithm, message: canonical[...], &budget)
        isReordered = result == .valid
      }
    }
    if result == .invalid, isCountersignature, digest == .sha1, let signedAttributesEncoded {
      result = try key.verifyBareDigest(
        signature: signature, digest: digest, message: signedAttributesEncoded, &budget)
    }
    switch result {
    case .valid:
      return (.init(.signature, true, "signature holds under the signer's \(key.description) key", clause: clause), isReordered)
    case .invalid:
      return (.init(.signature, false, "signature does not hold under the signer's \(key.description) key", clause: clause), false)
    case .unsupported(let reason):
      return (.init(.signature, nil, "signature could not be checked: \(reason)", clause: clause), false)
    }
  }

  /// The signed attributes in DER's form; nil when they cannot be brought into it.
  private func canonicalAttributes(_ encoded: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) -> [UInt8]? {
    do throws(ParseError) {
      var reader = ASN1Reader(encoded, rules: .ber)
      return try reader.next(&budget).inDERForm(&budget)
    } catch {
      if error.isLimit { throw error }
      return nil
    }
  }

  /// True for a SET OF Attribute with a messageDigest: the signed attributes of one signature presented as content of another
  /// would verify, because both are signed in the same form.
  private static func looksLikeAttributes(_ octets: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) -> Bool {
    guard octets.first == 0x31 else { return false }
    do throws(ParseError) {
      var reader = ASN1Reader(octets, rules: .ber)
      let element = try reader.next(&budget)
      guard reader.isAtEnd else { return false }
      return try CMSAttribute.set(element, "attributes", &budget).contains { $0.type == AttributeType.messageDigest }
    } catch {
      if error.isLimit { throw error }
      return false
    }
  }
}

extension PathResult {
  /// The end entity's key with the parameters that the verified path hands on; nil unless the path is valid and begins with it.
  fileprivate func workingKey(of certificate: Certificate) -> PublicKey? {
    guard isValid, let anchor, path.first == certificate else { return nil }
    return path.reversed().reduce(PublicKey(spki: anchor.spki)) { $1.publicKey.inheritingParameters(from: $0) }
  }
}
