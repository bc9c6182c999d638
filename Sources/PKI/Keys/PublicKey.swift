import AssayBytes

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
    /// 0 bits where the parameters are the issuer's.
    case dsa(primeBits: Int)
    case opaque(OID, reason: String)
  }
  package let kind: Kind
  /// The whole SubjectPublicKeyInfo.
  package let spki: ArraySlice<UInt8>
  let material: Material

  /// The key in the form that its arithmetic takes.
  enum Material: Sendable {
    case rsa(RSAKey)
    case ec(ECKey)
    case octets(ArraySlice<UInt8>)
    case dsa(DSAKey)
    case none
  }

  init(kind: Kind, spki: ArraySlice<UInt8>, material: Material) {
    self.kind = kind
    self.spki = spki
    self.material = material
  }

  package init(spki: ArraySlice<UInt8>) {
    self.spki = spki
    var algorithm = KeyAlgorithm.unknown
    do throws(ParseError) {
      var budget = Budget()
      var outer = ASN1Reader(spki, rules: .ber)
      var fields = try outer.sequence("SubjectPublicKeyInfo", &budget)
      try outer.finish("SubjectPublicKeyInfo")
      let identifier = try AlgorithmIdentifier(&fields, "key algorithm", &budget)
      algorithm = identifier.algorithm
      let (octets, unusedBits) = try fields.next(.bitString, "subjectPublicKey", &budget).bitString("subjectPublicKey")
      try fields.finish("SubjectPublicKeyInfo")
      guard unusedBits == 0 else { throw ParseError("key.bits", "subjectPublicKey does not end with a whole octet") }
      (kind, material) = try PublicKey.read(identifier, octets, &budget)
    } catch {
      kind = .opaque(algorithm, reason: error.message)
      material = .none
    }
  }

  private static func read(_ identifier: AlgorithmIdentifier, _ octets: ArraySlice<UInt8>, _ budget: inout Budget)
    throws(ParseError) -> (Kind, Material)
  {
    switch identifier.algorithm {
    case KeyAlgorithm.rsa:
      guard identifier.hasNoParameters else { throw ParseError("key.parameters", "rsaEncryption key has parameters") }
      let key = try RSAKey(encoded: octets, &budget)
      return (.rsa(modulusBits: key.modulusBits), .rsa(key))
    case KeyAlgorithm.pss:
      var restriction: PSSParameters?
      if let parameters = identifier.parameters { restriction = try PSSParameters(encoded: parameters) }
      let key = try RSAKey(encoded: octets, onlyPSS: true, restriction: restriction, &budget)
      return (.rsa(modulusBits: key.modulusBits), .rsa(key))
    case KeyAlgorithm.ec:
      let key = try elliptic(identifier, octets, &budget)
      return (.ec(curve: key.curve.rawValue), .ec(key))
    case KeyAlgorithm.ed25519:
      guard identifier.parameters == nil, octets.count == 32 else {
        throw ParseError("key.ed25519", "Ed25519 key has parameters or \(octets.count) octets, must have none and 32")
      }
      return (.ed25519, .octets(octets))
    case KeyAlgorithm.mlDSA44, KeyAlgorithm.mlDSA65, KeyAlgorithm.mlDSA87:
      let parameterSet = identifier.algorithm == KeyAlgorithm.mlDSA44 ? 44 : identifier.algorithm == KeyAlgorithm.mlDSA65 ? 65 : 87
      guard identifier.parameters == nil, octets.count == OctetKeys.mlDSAKeyBytes(parameterSet) else {
        throw ParseError("key.mldsa", "ML-DSA-\(parameterSet) key has parameters or a wrong length, \(octets.count) octets")
      }
      return (.mlDSA(parameterSet: parameterSet), .octets(octets))
    case KeyAlgorithm.dsa:
      let key = try DSAKey(encoded: octets, parameters: identifier.parameters, &budget)
      return (.dsa(primeBits: key.primeBits), .dsa(key))
    default:
      let name = SignatureScheme.name(of: identifier.algorithm) ?? identifier.algorithm.description
      throw ParseError("key.algorithm", "key algorithm \(name) is not offered")
    }
  }

  private static func elliptic(_ identifier: AlgorithmIdentifier, _ octets: ArraySlice<UInt8>, _ budget: inout Budget)
    throws(ParseError) -> ECKey
  {
    guard let encoded = identifier.parameters else { throw ParseError("key.ec.curve", "elliptic curve key names no curve") }
    var reader = ASN1Reader(encoded, rules: .der)
    let element = try reader.next(&budget)
    guard element.tag == .objectIdentifier else {
      throw ParseError(
        "key.ec.explicit",
        "elliptic curve key spells out its curve, which lets a forger choose the generator (CVE-2020-0601); only named curves are offered"
      )
    }
    let name = try element.objectIdentifier("curve")
    guard let curve = ECKey.Curve(name) else { throw ParseError("key.ec.curve", "elliptic curve \(name) is not offered") }
    guard let key = ECKey(curve, point: octets) else {
      throw ParseError("key.ec.point", "public key is no point of \(curve.rawValue)")
    }
    return key
  }

  /// Contents of subjectPublicKey without the count of unused bits; nil where the whole cannot be read.
  package var octets: ArraySlice<UInt8>? {
    var budget = Budget()
    var outer = ASN1Reader(spki, rules: .ber)
    guard var fields = try? outer.sequence("SubjectPublicKeyInfo", &budget), (try? fields.next(&budget)) != nil else { return nil }
    return try? fields.next(.bitString, "subjectPublicKey", &budget).bitString("subjectPublicKey").octets
  }

  /// `RSA 2048`, `EC P-256`, `ML-DSA-87`, or the algorithm's name.
  package var description: String {
    switch kind {
    case .rsa(let bits): "RSA \(bits)"
    case .ec(let curve): "EC \(curve)"
    case .ed25519: "Ed25519"
    case .mlDSA(let parameterSet): "ML-DSA-\(parameterSet)"
    case .dsa(let bits): bits == 0 ? "DSA" : "DSA \(bits)"
    case .opaque(let oid, _): SignatureScheme.name(of: oid) ?? oid.description
    }
  }

  /// Less than 112 bits of strength (NIST SP 800-57 part 1, table 2): RSA under 2048 bits; and DSA, which FIPS 186-5 withdrew. An
  /// opaque key checks nothing, so it is not called weak.
  package var isWeak: Bool {
    switch kind {
    case .rsa(let bits): bits < 2048
    case .dsa: true
    case .ec, .ed25519, .mlDSA, .opaque: false
    }
  }
}

/// Key algorithms, made once: a certificate's key is looked up in no more time than its bytes are compared.
private enum KeyAlgorithm {
  static let unknown: OID = "0.0"
  static let rsa: OID = "1.2.840.113549.1.1.1"
  static let pss: OID = "1.2.840.113549.1.1.10"
  static let ec: OID = "1.2.840.10045.2.1"
  static let ed25519: OID = "1.3.101.112"
  static let dsa: OID = "1.2.840.10040.4.1"
  static let mlDSA44: OID = "2.16.840.1.101.3.4.3.17"
  static let mlDSA65: OID = "2.16.840.1.101.3.4.3.18"
  static let mlDSA87: OID = "2.16.840.1.101.3.4.3.19"
}
