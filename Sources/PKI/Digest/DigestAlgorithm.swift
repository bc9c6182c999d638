/// A message digest by its standard's name. The raw value is the name used in output and policy.
package enum DigestAlgorithm: String, CaseIterable, Sendable, Comparable {
  case md2, md5, sha1, sha224, sha256, sha384, sha512
  case sha512_224 = "sha512-224"
  case sha512_256 = "sha512-256"
  case sha3_224 = "sha3-224"
  case sha3_256 = "sha3-256"
  case sha3_384 = "sha3-384"
  case sha3_512 = "sha3-512"

  package static func < (left: DigestAlgorithm, right: DigestAlgorithm) -> Bool {
    left.strength < right.strength
  }

  /// Place in the order of the cases, weakest first.
  private var strength: Int {
    switch self {
    case .md2: 0
    case .md5: 1
    case .sha1: 2
    case .sha224: 3
    case .sha256: 4
    case .sha384: 5
    case .sha512: 6
    case .sha512_224: 7
    case .sha512_256: 8
    case .sha3_224: 9
    case .sha3_256: 10
    case .sha3_384: 11
    case .sha3_512: 12
    }
  }

  /// Broken or too short for collision resistance: MD2, MD5, SHA-1 (NIST SP 800-131A r2).
  package var isWeak: Bool { self <= .sha1 }

  /// Size of the digest in bytes.
  package var byteCount: Int {
    switch self {
    case .md2, .md5: 16
    case .sha1: 20
    case .sha224, .sha512_224, .sha3_224: 28
    case .sha256, .sha512_256, .sha3_256: 32
    case .sha384, .sha3_384: 48
    case .sha512, .sha3_512: 64
    }
  }

  /// In the order of the cases.
  private static let oids = allCases.map(\.madeOID)
  package var oid: OID { Self.oids[strength] }

  private var madeOID: OID {
    switch self {
    case .md2: "1.2.840.113549.2.2"
    case .md5: "1.2.840.113549.2.5"
    case .sha1: "1.3.14.3.2.26"
    case .sha224: "2.16.840.1.101.3.4.2.4"
    case .sha256: "2.16.840.1.101.3.4.2.1"
    case .sha384: "2.16.840.1.101.3.4.2.2"
    case .sha512: "2.16.840.1.101.3.4.2.3"
    case .sha512_224: "2.16.840.1.101.3.4.2.5"
    case .sha512_256: "2.16.840.1.101.3.4.2.6"
    case .sha3_224: "2.16.840.1.101.3.4.2.7"
    case .sha3_256: "2.16.840.1.101.3.4.2.8"
    case .sha3_384: "2.16.840.1.101.3.4.2.9"
    case .sha3_512: "2.16.840.1.101.3.4.2.10"
    }
  }

  private static let byOID = Dictionary(uniqueKeysWithValues: allCases.map { ($0.oid, $0) })
  package init?(oid: OID) {
    guard let match = DigestAlgorithm.byOID[oid] else { return nil }
    self = match
  }
}
