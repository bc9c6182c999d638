package import AssayBytes

/// AlgorithmIdentifier (RFC 5280 4.1.1.2), kept raw.
package struct AlgorithmIdentifier: Hashable, Sendable {
  package let algorithm: OID
  /// The parameters' encoding, nil when absent.
  package let parameters: ArraySlice<UInt8>?
  package init(algorithm: OID, parameters: ArraySlice<UInt8>?) {
    self.algorithm = algorithm
    self.parameters = parameters
  }
  package init(_ reader: inout ASN1Reader, _ what: StaticString, _ budget: inout Budget) throws(ParseError) {
    var fields = try reader.sequence(what, &budget)
    algorithm = try fields.next(.objectIdentifier, what, &budget).objectIdentifier(what)
    parameters = fields.isAtEnd ? nil : try fields.next(&budget).encoded
    try fields.finish(what)
  }
}

/// The answer of one signature check; never a bare Bool.
package enum SignatureCheck: Hashable, Sendable {
  case valid
  case invalid
  /// The algorithm, its parameters or the key are not offered; the words name it. Never `valid` in disguise.
  case unsupported(String)
}

/// What a SubjectPublicKeyInfo holds (RFC 5280 4.1.2.7). Never fails to exist: an unknown or broken key is `opaque`.
package struct PublicKey: Sendable {
  package enum Kind: Hashable, Sendable {
    case rsa(modulusBits: Int)
    case ec(curve: String)
    case ed25519
    case mlDSA(parameterSet: Int)
    case opaque(OID, reason: String)
  }
  package let kind: Kind
  /// The whole SubjectPublicKeyInfo.
  package let spki: ArraySlice<UInt8>

  package init(spki: ArraySlice<UInt8>) { fatalError("unimplemented") }

  /// `RSA 2048`, `EC P-256`, `ML-DSA-87`, or the OID.
  package var description: String { fatalError("unimplemented") }
  /// RSA under 2048 bits, P-192 and the like.
  package var isWeak: Bool { fatalError("unimplemented") }

  /// Checks a signature over a message as certificates, CRLs and OCSP answers name it: one AlgorithmIdentifier.
  package func verify(
    signature: ArraySlice<UInt8>, algorithm: AlgorithmIdentifier, message: ArraySlice<UInt8>, _ budget: inout Budget
  ) throws(ParseError) -> SignatureCheck { fatalError("unimplemented") }

  /// Checks a signature as CMS names it (RFC 5652 5.4): digest algorithm and signature algorithm apart; the latter may be a bare
  /// key algorithm (rsaEncryption, id-ecPublicKey) or name its own digest, which must then be the same.
  package func verify(
    signature: ArraySlice<UInt8>, digest: DigestAlgorithm, algorithm: AlgorithmIdentifier, message: ArraySlice<UInt8>,
    _ budget: inout Budget
  ) throws(ParseError) -> SignatureCheck { fatalError("unimplemented") }
}

/// Name and strength of a signature algorithm, for reports. `digest` is nil where the algorithm has its own (Ed25519, ML-DSA).
package struct SignatureAlgorithmName: Hashable, Sendable {
  package let name: String
  package let digest: DigestAlgorithm?
  package let isWeak: Bool
  package init(_ identifier: AlgorithmIdentifier) { fatalError("unimplemented") }
}
