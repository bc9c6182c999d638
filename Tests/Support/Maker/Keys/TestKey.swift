import Crypto
import CryptoExtras
import FoundationEssentials

/// A private key for tests. RSA signatures with PKCS#1 v1.5 padding are deterministic, so fixtures are made with the fixed keys.
package struct TestKey: Sendable {
  private enum Secret: Sendable {
    case rsa(_RSA.Signing.PrivateKey)
    case p256(P256.Signing.PrivateKey)
    case p384(P384.Signing.PrivateKey)
    case ed25519(Curve25519.Signing.PrivateKey)
  }
  private let secret: Secret

  /// One of the committed RSA keys, 0 to 15. They are public: nothing real may trust them.
  package static func fixed(_ index: Int) -> TestKey { fixedKeys[index] }
  private static let fixedKeys: [TestKey] = FixedKeys.rsa.map { text in
    made { TestKey(secret: .rsa(try _RSA.Signing.PrivateKey(unsafeDERRepresentation: Base64.decode(text)))) }
  }

  package static func rsa(bits: Int = 2048) -> TestKey {
    made { TestKey(secret: .rsa(try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: bits)))) }
  }
  package static func p256() -> TestKey { TestKey(secret: .p256(P256.Signing.PrivateKey())) }
  package static func p384() -> TestKey { TestKey(secret: .p384(P384.Signing.PrivateKey())) }
  package static func ed25519() -> TestKey { TestKey(secret: .ed25519(Curve25519.Signing.PrivateKey())) }

  package var isRSA: Bool { if case .rsa = secret { true } else { false } }

  /// Modulus and exponent without leading zeros; empty for another kind of key.
  package var rsaNumbers: (modulus: [UInt8], exponent: [UInt8]) {
    guard case .rsa(let key) = secret else { return ([], []) }
    let numbers = made { try key.publicKey.getKeyPrimitives() }
    return (Array(numbers.modulus.drop { $0 == 0 }), Array(numbers.publicExponent.drop { $0 == 0 }))
  }

  /// The private key for other programs that sign; empty for other keys than RSA.
  package var pem: String { if case .rsa(let key) = secret { key.pemRepresentation + "\n" } else { "" } }

  /// SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
  package var publicKeyInfo: [UInt8] {
    switch secret {
    case .rsa(let key):
      let numbers = made { try key.publicKey.getKeyPrimitives() }
      let pkcs1 = DER.seq(DER.int(unsigned: Array(numbers.modulus)), DER.int(unsigned: Array(numbers.publicExponent)))
      return DER.seq(DER.seq(DER.oid("1.2.840.113549.1.1.1"), DER.null), DER.bits(pkcs1))
    case .p256(let key): return Array(key.publicKey.derRepresentation)
    case .p384(let key): return Array(key.publicKey.derRepresentation)
    case .ed25519(let key): return DER.seq(DER.seq(DER.oid("1.3.101.112")), DER.bits(Array(key.publicKey.rawRepresentation)))
    }
  }

  /// subjectPublicKey: the content of the BIT STRING.
  package var publicKeyBits: [UInt8] {
    switch secret {
    case .rsa(let key):
      let numbers = made { try key.publicKey.getKeyPrimitives() }
      return DER.seq(DER.int(unsigned: Array(numbers.modulus)), DER.int(unsigned: Array(numbers.publicExponent)))
    case .p256(let key): return Array(key.publicKey.x963Representation)
    case .p384(let key): return Array(key.publicKey.x963Representation)
    case .ed25519(let key): return Array(key.publicKey.rawRepresentation)
    }
  }

  /// AlgorithmIdentifier of a signature by this key over `hash`.
  package func signatureAlgorithm(_ hash: Hash) -> [UInt8] {
    let oid: String
    switch secret {
    case .rsa:
      switch hash {
      case .md5: oid = "1.2.840.113549.1.1.4"
      case .sha1: oid = "1.2.840.113549.1.1.5"
      case .sha256: oid = "1.2.840.113549.1.1.11"
      case .sha384: oid = "1.2.840.113549.1.1.12"
      case .sha512: oid = "1.2.840.113549.1.1.13"
      }
      return DER.seq(DER.oid(oid), DER.null)
    case .p256, .p384:
      switch hash {
      case .md5, .sha1: oid = "1.2.840.10045.4.1"
      case .sha256: oid = "1.2.840.10045.4.3.2"
      case .sha384: oid = "1.2.840.10045.4.3.3"
      case .sha512: oid = "1.2.840.10045.4.3.4"
      }
      return DER.seq(DER.oid(oid))
    case .ed25519: return DER.seq(DER.oid("1.3.101.112"))
    }
  }

  /// Signature over `octets`: PKCS#1 v1.5 for RSA, DER ECDSA-Sig-Value for the curves. RSA with MD5 is not offered.
  package func sign(_ octets: [UInt8], _ hash: Hash) -> [UInt8] {
    made {
      switch (secret, hash) {
      case (.rsa(let key), .md5), (.rsa(let key), .sha1):
        Array(try key.signature(for: Insecure.SHA1.hash(data: octets), padding: .insecurePKCS1v1_5).rawRepresentation)
      case (.rsa(let key), .sha256):
        Array(try key.signature(for: SHA256.hash(data: octets), padding: .insecurePKCS1v1_5).rawRepresentation)
      case (.rsa(let key), .sha384):
        Array(try key.signature(for: SHA384.hash(data: octets), padding: .insecurePKCS1v1_5).rawRepresentation)
      case (.rsa(let key), .sha512):
        Array(try key.signature(for: SHA512.hash(data: octets), padding: .insecurePKCS1v1_5).rawRepresentation)
      case (.p256(let key), .sha384): Array(try key.signature(for: SHA384.hash(data: octets)).derRepresentation)
      case (.p256(let key), .sha512): Array(try key.signature(for: SHA512.hash(data: octets)).derRepresentation)
      case (.p256(let key), .sha256): Array(try key.signature(for: SHA256.hash(data: octets)).derRepresentation)
      case (.p256(let key), _): Array(try key.signature(for: Insecure.SHA1.hash(data: octets)).derRepresentation)
      case (.p384(let key), .sha256): Array(try key.signature(for: SHA256.hash(data: octets)).derRepresentation)
      case (.p384(let key), .sha512): Array(try key.signature(for: SHA512.hash(data: octets)).derRepresentation)
      case (.p384(let key), .sha384): Array(try key.signature(for: SHA384.hash(data: octets)).derRepresentation)
      case (.p384(let key), _): Array(try key.signature(for: Insecure.SHA1.hash(data: octets)).derRepresentation)
      case (.ed25519(let key), _): Array(try key.signature(for: octets))
      }
    }
  }
}

/// The maker works on its own input only: what fails here is a fault of the maker, and stops it.
func made<Value>(_ body: () throws -> Value) -> Value {
  do { return try body() } catch { preconditionFailure("maker: \(error)") }
}
