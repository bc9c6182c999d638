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
  /// The far future where it cannot be read, so that such a certificate is never valid.
  package let notBefore: Moment
  /// The far past where it cannot be read.
  package let notAfter: Moment
  package let publicKey: PublicKey
  /// Contents of the BIT STRINGs issuerUniqueID and subjectUniqueID, count of unused bits first.
  package let issuerUniqueID: ArraySlice<UInt8>?
  package let subjectUniqueID: ArraySlice<UInt8>?
  package let extensions: [Extension]
  /// Outer algorithm; the inner one is compared by the path validator.
  package let signatureAlgorithm: AlgorithmIdentifier
  package let innerSignatureAlgorithm: AlgorithmIdentifier
  package let signature: ArraySlice<UInt8>
  /// Where RFC 5280 or DER is broken but reading went on: `x509.*` errors with offsets. The path validator judges them by profile.
  package let irregularities: [ParseError]
  /// Extensions that are present and cannot be read, or that occur twice: no path over them can be judged, whatever the profile.
  package var unreadableExtensions: [OID] { decoded.unreadable }
  /// False where the list of extensions itself cannot be read, so that nobody knows what it holds.
  package let extensionsAreReadable: Bool
  private let decoded: DecodedExtensions
  /// Paths, lists of what is refused and reports all ask for it.
  private let sha256: [UInt8]

  /// Reads one certificate from the start of the bytes; what follows it is an irregularity. DER, else BER with an irregularity.
  /// Throws `asn1.*` or `limit.*` when there is no recognizable TBSCertificate within the budget.
  package init(encoded bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    let fields = try CertificateReader.read(bytes, &budget)
    encoded = fields.encoded
    tbs = fields.tbs
    version = fields.version
    serialNumber = fields.serialNumber
    issuer = fields.issuer
    subject = fields.subject
    notBefore = fields.notBefore
    notAfter = fields.notAfter
    publicKey = PublicKey(spki: fields.spki)
    issuerUniqueID = fields.issuerUniqueID
    subjectUniqueID = fields.subjectUniqueID
    extensions = fields.extensions
    signatureAlgorithm = fields.outerAlgorithm
    innerSignatureAlgorithm = fields.innerAlgorithm
    signature = fields.signature
    irregularities = fields.irregularities
    extensionsAreReadable = fields.extensionsAreReadable
    decoded = fields.decoded
    sha256 = DigestAlgorithm.sha256.digest(fields.encoded)
  }

  package static func == (left: Certificate, right: Certificate) -> Bool {
    left === right || left.encoded.hasSameOctets(as: right.encoded)
  }
  package func hash(into hasher: inout Hasher) { signature.withUnsafeBytes { hasher.combine(bytes: $0) } }

  package func fingerprint(_ algorithm: DigestAlgorithm) -> [UInt8] { algorithm == .sha256 ? sha256 : algorithm.digest(encoded) }
  package func tbsDigest(_ algorithm: DigestAlgorithm) -> [UInt8] { algorithm.digest(tbs) }
  package var isSelfIssued: Bool { issuer.matches(subject) }
  package func `extension`(_ id: OID) -> Extension? { extensions.first { $0.id == id } }
}

/// Decoded extension facts that reports, policy and formats ask for. Nil when absent; unreadable ones are irregularities.
extension Certificate {
  package var extendedKeyUsage: [OID]? { decoded.extendedKeyUsage }
  package var keyUsage: KeyUsage? { decoded.keyUsage }
  package var basicConstraints: (isCA: Bool, pathLength: Int?)? { decoded.basicConstraints }
  package var subjectKeyIdentifier: ArraySlice<UInt8>? { decoded.subjectKeyIdentifier }
  /// keyIdentifier of the authorityKeyIdentifier.
  package var authorityKeyIdentifier: ArraySlice<UInt8>? { decoded.authorityKeyIdentifier?.keyIdentifier }
  /// The whole authorityKeyIdentifier.
  package var authorityKey: AuthorityKeyIdentifier? { decoded.authorityKeyIdentifier }
  package var subjectAlternativeNames: [GeneralName]? { decoded.subjectAlternativeNames }
  package var issuerAlternativeNames: [GeneralName]? { decoded.issuerAlternativeNames }
  package var nameConstraints: NameConstraints? { decoded.nameConstraints }
  package var policies: [PolicyInformation]? { decoded.policies }
  package var policyMappings: [PolicyMapping]? { decoded.policyMappings }
  package var policyConstraints: PolicyConstraints? { decoded.policyConstraints }
  package var inhibitAnyPolicy: Int? { decoded.inhibitAnyPolicy }
  package var authorityInformationAccess: [AccessDescription]? { decoded.authorityInformationAccess }
  package var crlDistributionPoints: [DistributionPoint]? { decoded.crlDistributionPoints }
  package var freshestCRL: [DistributionPoint]? { decoded.freshestCRL }
  /// caIssuers addresses of authorityInfoAccess.
  package var issuerAddresses: [String] {
    (decoded.authorityInformationAccess ?? []).filter { $0.method == ExtensionID.issuerAddress }.compactMap {
      if case .uri = $0.location { $0.location.ascii } else { nil }
    }
  }
}
