package import AssayBytes

extension PublicKey {
  /// Checks a signature over a message as certificates, CRLs and OCSP answers name it: one AlgorithmIdentifier.
  package func verify(
    signature: ArraySlice<UInt8>, algorithm: AlgorithmIdentifier, message: ArraySlice<UInt8>, _ budget: inout Budget
  ) throws(ParseError) -> SignatureCheck {
    try verify(signature, SignatureScheme(algorithm), given: nil, .message(message), &budget)
  }

  /// Checks a signature as CMS names it (RFC 5652 5.4): digest algorithm and signature algorithm apart; the latter may be a bare
  /// key algorithm (rsaEncryption, id-ecPublicKey) or name its own digest, which must then be the same.
  package func verify(
    signature: ArraySlice<UInt8>, digest: DigestAlgorithm, algorithm: AlgorithmIdentifier, message: ArraySlice<UInt8>,
    _ budget: inout Budget
  ) throws(ParseError) -> SignatureCheck {
    try verify(signature, SignatureScheme(algorithm), given: digest, .message(message), &budget)
  }

  /// The same over a digest that is already computed, for content that was streamed. Ed25519 and ML-DSA sign messages, not digests:
  /// unsupported.
  package func verify(
    signature: ArraySlice<UInt8>, digest: DigestAlgorithm, algorithm: AlgorithmIdentifier, digestValue: [UInt8],
    _ budget: inout Budget
  ) throws(ParseError) -> SignatureCheck {
    try verify(signature, SignatureScheme(algorithm), given: digest, .digest(digestValue), &budget)
  }

  /// An RSA signature over a bare SHA-1 digest, for legacy countersignatures only; any other key or digest is `invalid`.
  func verifyBareDigest(
    signature: ArraySlice<UInt8>, digest: DigestAlgorithm, message: ArraySlice<UInt8>, _ budget: inout Budget
  ) throws(ParseError) -> SignatureCheck {
    guard digest == .sha1, case .rsa(let key) = material else { return .invalid }
    try budget.spend(signatureChecks: key.cost)
    return key.verifyBareDigest(signature, digest.digest(message))
  }

  private enum Content {
    case message(ArraySlice<UInt8>)
    case digest([UInt8])

    func value(_ algorithm: DigestAlgorithm) -> [UInt8] {
      switch self {
      case .message(let message): algorithm.digest(message)
      case .digest(let value): value
      }
    }
  }

  private func verify(
    _ signature: ArraySlice<UInt8>, _ scheme: SignatureScheme, given: DigestAlgorithm?, _ content: Content, _ budget: inout Budget
  ) throws(ParseError) -> SignatureCheck {
    if case .opaque(_, let reason) = kind { return .unsupported(reason) }
    switch (scheme, material) {
    case (.unsupported(let reason), _): return .unsupported(reason)
    case (.rsa(let named), .rsa(let key)):
      guard let digest = named ?? given else { return .unsupported("rsaEncryption names no digest") }
      guard given == nil || given == digest else { return .invalid }
      try budget.spend(signatureChecks: key.cost)
      return key.verifyPKCS1(signature, digest, content.value(digest))
    case (.pss(let parameters), .rsa(let key)):
      guard given == nil || given == parameters.digest else { return .invalid }
      try budget.spend(signatureChecks: key.cost)
      return key.verifyPSS(signature, parameters, content.value(parameters.digest))
    case (.ecdsa(let named), .ec(let key)):
      guard let digest = named ?? given else { return .unsupported("id-ecPublicKey names no digest") }
      guard given == nil || given == digest else { return .invalid }
      let value = content.value(digest)
      guard value.count == digest.byteCount else { return .invalid }
      try budget.spend(signatureChecks: 1)
      return key.verify(signature, value)
    case (.dsa(let named), .dsa(let key)):
      guard let digest = named ?? given else { return .unsupported("id-dsa names no digest") }
      guard given == nil || given == digest else { return .invalid }
      let value = content.value(digest)
      guard value.count == digest.byteCount else { return .invalid }
      try budget.spend(signatureChecks: key.primeBits > 2_048 ? 4 : 1)
      return key.verify(signature, value)
    case (.ed25519, .octets(let key)):
      guard kind == .ed25519 else { return .invalid }
      guard case .message(let message) = content else { return .unsupported("Ed25519 over a digest is not offered") }
      try budget.spend(signatureChecks: 1)
      return OctetKeys.verifyEd25519(key, signature, message)
    case (.mlDSA(let parameterSet), .octets(let key)):
      guard kind == .mlDSA(parameterSet: parameterSet) else { return .invalid }
      guard case .message(let message) = content else { return .unsupported("ML-DSA over a digest is not offered") }
      try budget.spend(signatureChecks: 1)
      return OctetKeys.verifyMLDSA(parameterSet, key, signature, message)
    default: return .invalid
    }
  }
}
