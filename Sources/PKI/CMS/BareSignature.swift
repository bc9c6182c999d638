package import AssayBytes

extension SignerCheck {
  /// Checks a signature that is nothing but its value (PKCS #1 v1.5) over a digest that is known, by a certificate that stands beside it.
  ///
  /// `digests`: those that the value may be over, by the same algorithm; one of them must hold. There are no attributes, so that nothing
  /// binds it but the digest. Throws `limit.*` only.
  package static func bare(
    _ signature: ArraySlice<UInt8>, by certificate: Certificate?, _ algorithm: DigestAlgorithm, over digests: [[UInt8]],
    _ budget: inout Budget
  ) throws(ParseError) -> SignerCheck {
    let clause = "RFC 8017 8.2.2"
    guard let certificate else {
      return SignerCheck(
        outcomes: [Outcome(.certificate, nil, "the signature brings no certificate of its key", clause: clause)], certificate: nil,
        digest: algorithm, isOverReorderedAttributes: false)
    }
    var outcomes = [Outcome(.certificate, true, "signed by \(certificate.subject.description)", clause: clause)]
    var answer = SignatureCheck.invalid
    for digest in digests where answer == .invalid {
      answer = try certificate.publicKey.verify(
        signature: signature, digest: algorithm,
        algorithm: AlgorithmIdentifier(algorithm: "1.2.840.113549.1.1.1", parameters: nil), digestValue: digest, &budget)
    }
    switch answer {
    case .valid: outcomes.append(Outcome(.signature, true, "the signature is the key's", clause: clause))
    case .invalid: outcomes.append(Outcome(.signature, false, "the signature is not the key's over this digest", clause: clause))
    case .unsupported(let reason): outcomes.append(Outcome(.signature, nil, reason, clause: clause))
    }
    return SignerCheck(outcomes: outcomes, certificate: certificate, digest: algorithm, isOverReorderedAttributes: false)
  }
}
