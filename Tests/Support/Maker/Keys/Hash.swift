import Crypto

/// A hash algorithm by the names that a signature gives it.
package enum Hash: String, Sendable, CaseIterable {
  case md5, sha1, sha256, sha384, sha512

  package var oid: String {
    switch self {
    case .md5: "1.2.840.113549.2.5"
    case .sha1: "1.3.14.3.2.26"
    case .sha256: "2.16.840.1.101.3.4.2.1"
    case .sha384: "2.16.840.1.101.3.4.2.2"
    case .sha512: "2.16.840.1.101.3.4.2.3"
    }
  }

  /// AlgorithmIdentifier with NULL parameters, as Windows writes it.
  package var algorithm: [UInt8] { DER.seq(DER.oid(oid), DER.null) }

  package func callAsFunction(_ octets: [UInt8]) -> [UInt8] {
    switch self {
    case .md5: Array(Insecure.MD5.hash(data: octets))
    case .sha1: Array(Insecure.SHA1.hash(data: octets))
    case .sha256: Array(SHA256.hash(data: octets))
    case .sha384: Array(SHA384.hash(data: octets))
    case .sha512: Array(SHA512.hash(data: octets))
    }
  }
}
