package import AssayBytes

/// An X.509 certificate (RFC 5280 4.1), leniently read: raw bytes are kept, unknown algorithms stay opaque, and only an encoding
/// with no recognizable TBSCertificate throws. What a strict reader would refuse is kept in `irregularities`.
package final class Certificate: Sendable, Hashable {
  package struct Extension: Hashable, Sendable {
    package let id: OID
    package let isCritical: Bool
    /// Contents of extnValue.
    package let value: ArraySlice<UInt8>
  }
  package let encoded: ArraySlice<UInt8>
  package let tbs: ArraySlice<UInt8>
  /// 1, 2 or 3 (0 for a value out of range, which is an irregularity).
  package let version: Int
  /// The serial number's two's-complement octets as encoded.
  package let serialNumber: ArraySlice<UInt8>
  package let issuer: DistinguishedName
  package let subject: DistinguishedName
  package let notBefore: Moment
  package let notAfter: Moment
  package let publicKey: PublicKey
  package let extensions: [Extension]
  /// Outer algorithm; the inner one is compared by the path validator.
  package let signatureAlgorithm: AlgorithmIdentifier
  package let innerSignatureAlgorithm: AlgorithmIdentifier
  package let signature: ArraySlice<UInt8>
  /// Where RFC 5280 or DER is broken but reading went on: `x509.*` errors with offsets. The path validator judges them by profile.
  package let irregularities: [ParseError]

  package init(encoded: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) { fatalError("unimplemented") }

  package static func == (left: Certificate, right: Certificate) -> Bool { left === right || left.encoded == right.encoded }
  package func hash(into hasher: inout Hasher) { hasher.combine(signature) }

  package func fingerprint(_ algorithm: DigestAlgorithm) -> [UInt8] { algorithm.digest(encoded) }
  package func tbsDigest(_ algorithm: DigestAlgorithm) -> [UInt8] { algorithm.digest(tbs) }
  package var isSelfIssued: Bool { issuer.matches(subject) }
  package func `extension`(_ id: OID) -> Extension? { extensions.first { $0.id == id } }
  /// Decoded extension facts that reports, policy and formats ask for. Nil when absent; unreadable ones are irregularities.
  package var extendedKeyUsage: [OID]? { fatalError("unimplemented") }
  package var keyUsage: KeyUsage? { fatalError("unimplemented") }
  package var basicConstraints: (isCA: Bool, pathLength: Int?)? { fatalError("unimplemented") }
  package var subjectKeyIdentifier: ArraySlice<UInt8>? { fatalError("unimplemented") }
  package var authorityKeyIdentifier: ArraySlice<UInt8>? { fatalError("unimplemented") }
  /// caIssuers addresses of authorityInfoAccess.
  package var issuerAddresses: [String] { fatalError("unimplemented") }
}

/// RFC 5280 4.2.1.3; bit n of the BIT STRING is 1 << n.
package struct KeyUsage: OptionSet, Hashable, Sendable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
  package static let digitalSignature = KeyUsage(rawValue: 1 << 0)
  package static let contentCommitment = KeyUsage(rawValue: 1 << 1)
  package static let keyEncipherment = KeyUsage(rawValue: 1 << 2)
  package static let dataEncipherment = KeyUsage(rawValue: 1 << 3)
  package static let keyAgreement = KeyUsage(rawValue: 1 << 4)
  package static let keyCertSign = KeyUsage(rawValue: 1 << 5)
  package static let crlSign = KeyUsage(rawValue: 1 << 6)
  package static let encipherOnly = KeyUsage(rawValue: 1 << 7)
  package static let decipherOnly = KeyUsage(rawValue: 1 << 8)
}
