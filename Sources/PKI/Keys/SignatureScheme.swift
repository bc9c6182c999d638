import AssayBytes

/// What an AlgorithmIdentifier in the place of a signature algorithm asks for.
enum SignatureScheme: Equatable {
  /// PKCS #1 v1.5 (RFC 8017 8.2). No digest: a bare rsaEncryption, the digest stands elsewhere.
  case rsa(DigestAlgorithm?)
  case pss(PSSParameters)
  /// No digest: a bare id-ecPublicKey.
  case ecdsa(DigestAlgorithm?)
  case ed25519
  case mlDSA(Int)
  /// No digest: a bare id-dsa.
  case dsa(DigestAlgorithm?)
  /// Not offered, or parameters that are wrong; the words say which.
  case unsupported(String)

  init(_ identifier: AlgorithmIdentifier) {
    guard let entry = SignatureScheme.table[identifier.algorithm] else {
      let name = SignatureScheme.foreign[identifier.algorithm] ?? identifier.algorithm.description
      self = .unsupported("signature algorithm \(name) is not offered")
      return
    }
    switch entry.scheme {
    case .rsa, .ecdsa, .dsa:
      if entry.name == SignatureScheme.specified {
        self = SignatureScheme.ecdsaSpecified(identifier)
      } else if identifier.hasNoParameters || entry.scheme == .ecdsa(nil) || entry.scheme == .dsa(nil) {
        // A bare id-ecPublicKey may repeat the curve, a bare id-dsa its parameters, which the key has the say on.
        self = entry.scheme
      } else {
        self = .unsupported("\(entry.name) with parameters, must have none")
      }
    case .pss:
      guard let encoded = identifier.parameters else {
        self = .unsupported("RSASSA-PSS without parameters (RFC 4055 3.1)")
        return
      }
      do throws(ParseError) {
        self = .pss(try PSSParameters(encoded: encoded))
      } catch {
        self = .unsupported("RSASSA-PSS parameters: \(error.message)")
      }
    case .ed25519, .mlDSA:
      // RFC 8410 3, RFC 9881 2: parameters must be absent.
      self = identifier.parameters == nil ? entry.scheme : .unsupported("\(entry.name) with parameters, must have none")
    case .unsupported: self = entry.scheme
    }
  }

  /// ecdsa-with-Specified (X9.62): the digest is the parameter.
  private static func ecdsaSpecified(_ identifier: AlgorithmIdentifier) -> SignatureScheme {
    var budget = Budget()
    var reader = ASN1Reader(identifier.parameters ?? [], rules: .der)
    guard let digest = try? AlgorithmIdentifier(&reader, "digest algorithm", &budget), reader.isAtEnd, digest.hasNoParameters,
      let algorithm = DigestAlgorithm(oid: digest.algorithm)
    else { return .unsupported("\(specified) names no digest that is offered") }
    return .ecdsa(algorithm)
  }

  private static let specified = "ecdsa-with-Specified"

  struct Entry {
    let name: String
    let scheme: SignatureScheme
  }

  static func name(of oid: OID) -> String? { table[oid]?.name ?? foreign[oid] }
  static func entry(of oid: OID) -> Entry? { table[oid] }

  /// RFC 3279, 4055, 5758, 8017, 8410, 9688, 9881, NIST CSOR, and the two of OIW that old signers wrote.
  private static let table: [OID: Entry] = [
    "1.2.840.113549.1.1.1": Entry(name: "rsaEncryption", scheme: .rsa(nil)),
    "1.2.840.113549.1.1.2": Entry(name: "md2WithRSAEncryption", scheme: .rsa(.md2)),
    "1.2.840.113549.1.1.4": Entry(name: "md5WithRSAEncryption", scheme: .rsa(.md5)),
    "1.2.840.113549.1.1.5": Entry(name: "sha1WithRSAEncryption", scheme: .rsa(.sha1)),
    "1.2.840.113549.1.1.10": Entry(name: "RSASSA-PSS", scheme: .pss(PSSParameters())),
    "1.2.840.113549.1.1.11": Entry(name: "sha256WithRSAEncryption", scheme: .rsa(.sha256)),
    "1.2.840.113549.1.1.12": Entry(name: "sha384WithRSAEncryption", scheme: .rsa(.sha384)),
    "1.2.840.113549.1.1.13": Entry(name: "sha512WithRSAEncryption", scheme: .rsa(.sha512)),
    "1.2.840.113549.1.1.14": Entry(name: "sha224WithRSAEncryption", scheme: .rsa(.sha224)),
    "1.2.840.113549.1.1.15": Entry(name: "sha512-224WithRSAEncryption", scheme: .rsa(.sha512_224)),
    "1.2.840.113549.1.1.16": Entry(name: "sha512-256WithRSAEncryption", scheme: .rsa(.sha512_256)),
    "1.3.14.3.2.3": Entry(name: "md5WithRSA", scheme: .rsa(.md5)),
    "1.3.14.3.2.29": Entry(name: "sha1WithRSA", scheme: .rsa(.sha1)),
    "2.16.840.1.101.3.4.3.13": Entry(name: "sha3-224WithRSAEncryption", scheme: .rsa(.sha3_224)),
    "2.16.840.1.101.3.4.3.14": Entry(name: "sha3-256WithRSAEncryption", scheme: .rsa(.sha3_256)),
    "2.16.840.1.101.3.4.3.15": Entry(name: "sha3-384WithRSAEncryption", scheme: .rsa(.sha3_384)),
    "2.16.840.1.101.3.4.3.16": Entry(name: "sha3-512WithRSAEncryption", scheme: .rsa(.sha3_512)),
    "1.2.840.10045.2.1": Entry(name: "id-ecPublicKey", scheme: .ecdsa(nil)),
    "1.2.840.10045.4.1": Entry(name: "ecdsa-with-SHA1", scheme: .ecdsa(.sha1)),
    "1.2.840.10045.4.3": Entry(name: specified, scheme: .ecdsa(nil)),
    "1.2.840.10045.4.3.1": Entry(name: "ecdsa-with-SHA224", scheme: .ecdsa(.sha224)),
    "1.2.840.10045.4.3.2": Entry(name: "ecdsa-with-SHA256", scheme: .ecdsa(.sha256)),
    "1.2.840.10045.4.3.3": Entry(name: "ecdsa-with-SHA384", scheme: .ecdsa(.sha384)),
    "1.2.840.10045.4.3.4": Entry(name: "ecdsa-with-SHA512", scheme: .ecdsa(.sha512)),
    "2.16.840.1.101.3.4.3.9": Entry(name: "ecdsa-with-SHA3-224", scheme: .ecdsa(.sha3_224)),
    "2.16.840.1.101.3.4.3.10": Entry(name: "ecdsa-with-SHA3-256", scheme: .ecdsa(.sha3_256)),
    "2.16.840.1.101.3.4.3.11": Entry(name: "ecdsa-with-SHA3-384", scheme: .ecdsa(.sha3_384)),
    "2.16.840.1.101.3.4.3.12": Entry(name: "ecdsa-with-SHA3-512", scheme: .ecdsa(.sha3_512)),
    "1.2.840.10040.4.1": Entry(name: "DSA", scheme: .dsa(nil)),
    "1.2.840.10040.4.3": Entry(name: "dsa-with-SHA1", scheme: .dsa(.sha1)),
    "1.3.14.3.2.27": Entry(name: "dsaWithSHA1", scheme: .dsa(.sha1)),
    "2.16.840.1.101.3.4.3.1": Entry(name: "dsa-with-SHA224", scheme: .dsa(.sha224)),
    "2.16.840.1.101.3.4.3.2": Entry(name: "dsa-with-SHA256", scheme: .dsa(.sha256)),
    "2.16.840.1.101.3.4.3.3": Entry(name: "dsa-with-SHA384", scheme: .dsa(.sha384)),
    "2.16.840.1.101.3.4.3.4": Entry(name: "dsa-with-SHA512", scheme: .dsa(.sha512)),
    "1.3.101.112": Entry(name: "Ed25519", scheme: .ed25519),
    "2.16.840.1.101.3.4.3.17": Entry(name: "ML-DSA-44", scheme: .mlDSA(44)),
    "2.16.840.1.101.3.4.3.18": Entry(name: "ML-DSA-65", scheme: .mlDSA(65)),
    "2.16.840.1.101.3.4.3.19": Entry(name: "ML-DSA-87", scheme: .mlDSA(87)),
  ]

  /// Names of algorithms that are known and not offered, keys and signatures alike.
  private static let foreign: [OID: String] = [
    "1.2.840.113549.1.1.3": "md4WithRSAEncryption",
    "1.2.840.10046.2.1": "dhpublicnumber", "1.2.840.113549.1.3.1": "DH", "1.2.840.113549.1.1.7": "RSAES-OAEP",
    "1.3.101.110": "X25519", "1.3.101.111": "X448", "1.3.101.113": "Ed448",
    "1.3.6.1.5.5.7.6.30": "RSASSA-PSS-SHAKE128", "1.3.6.1.5.5.7.6.31": "RSASSA-PSS-SHAKE256",
    "1.3.6.1.5.5.7.6.32": "ecdsa-with-SHAKE128", "1.3.6.1.5.5.7.6.33": "ecdsa-with-SHAKE256",
    "1.2.643.2.2.19": "GOST R 34.10-2001", "1.2.643.7.1.1.1.1": "GOST R 34.10-2012-256",
    "1.2.643.7.1.1.1.2": "GOST R 34.10-2012-512", "1.2.156.10197.1.501": "SM2-with-SM3",
    "2.16.840.1.101.3.4.3.32": "HashML-DSA-44", "2.16.840.1.101.3.4.3.33": "HashML-DSA-65",
    "2.16.840.1.101.3.4.3.34": "HashML-DSA-87", "2.16.840.1.101.3.4.3.20": "SLH-DSA-SHA2-128s",
  ]
}

/// Name and strength of a signature algorithm, for reports. `digest` is nil where the algorithm has its own (Ed25519, ML-DSA) or
/// names none (a bare rsaEncryption).
package struct SignatureAlgorithmName: Hashable, Sendable {
  package let name: String
  package let digest: DigestAlgorithm?
  package let isWeak: Bool

  package init(_ identifier: AlgorithmIdentifier) {
    name = SignatureScheme.name(of: identifier.algorithm) ?? identifier.algorithm.description
    switch SignatureScheme(identifier) {
    case .rsa(let named), .ecdsa(let named), .dsa(let named): digest = named
    case .pss(let parameters): digest = parameters.digest
    case .ed25519, .mlDSA, .unsupported:
      if case .rsa(let named)? = SignatureScheme.entry(of: identifier.algorithm)?.scheme { digest = named } else { digest = nil }
    }
    isWeak = digest?.isWeak ?? false
  }
}
