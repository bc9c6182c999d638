package import AssayBytes

/// A trust anchor as facts (RFC 5280 6.1.1 d): a name, a public key and the limits its programme puts on it.
package struct TrustAnchor: Hashable, Sendable {
  /// Limits of the anchor's programme. Empty values mean no limit.
  package struct Limits: Hashable, Sendable {
    /// EKUs that the anchor may vouch for; nil for all.
    package var allowedUsages: [OID]?
    package var disallowedUsages: [OID] = []
    /// From then on nothing signed is trusted; what carries an earlier verified timestamp stays so. nil: never disabled.
    package var disabledFrom: Moment?
    /// The usages that `disabledFrom` is about; nil for all.
    package var disabledUsages: [OID]?
    /// Certificates that begin at or after this are not trusted, for the usages named (nil: for all).
    package var issuedBefore: Moment?
    package var issuedBeforeUsages: [OID]?
    package init() {}
  }
  /// The name that a person and a policy call it by: the subject's common name, or its organization.
  package let name: String
  /// Bundle that it came with: `microsoft`, `apple`, or the name the operator gave.
  package let bundle: String
  package let subject: DistinguishedName
  package let spki: ArraySlice<UInt8>
  package let sha1: [UInt8]
  package let sha256: [UInt8]
  /// TBSCertificate digests by algorithm, as App Control names certificates.
  package let tbsDigests: [DigestAlgorithm: [UInt8]]
  package var limits: Limits
  /// The certificate, where the operator gave one. Builtin anchors are facts only.
  package let certificate: Certificate?

  package init(
    name: String, bundle: String, subject: DistinguishedName, spki: ArraySlice<UInt8>, sha1: [UInt8], sha256: [UInt8],
    tbsDigests: [DigestAlgorithm: [UInt8]] = [:], limits: Limits = Limits(), certificate: Certificate? = nil
  ) {
    self.name = name
    self.bundle = bundle
    self.subject = subject
    self.spki = spki
    self.sha1 = sha1
    self.sha256 = sha256
    self.tbsDigests = tbsDigests
    self.limits = limits
    self.certificate = certificate
  }

  /// From a certificate that the operator trusts.
  package init(_ certificate: Certificate, bundle: String, limits: Limits = Limits()) {
    self.init(
      name: certificate.subject.commonName ?? certificate.subject.organization ?? certificate.subject.description, bundle: bundle,
      subject: certificate.subject, spki: certificate.publicKey.spki, sha1: certificate.fingerprint(.sha1),
      sha256: certificate.fingerprint(.sha256),
      tbsDigests: [
        .sha1: certificate.tbsDigest(.sha1), .sha256: certificate.tbsDigest(.sha256), .sha384: certificate.tbsDigest(.sha384),
      ],
      limits: limits, certificate: certificate)
  }

  package static func == (left: TrustAnchor, right: TrustAnchor) -> Bool {
    left.sha256 == right.sha256 && left.bundle == right.bundle
  }
  package func hash(into hasher: inout Hasher) { sha256.withUnsafeBytes { hasher.combine(bytes: $0) } }
}

/// Anchors found by name on demand, so that a start does not decode hundreds of them. Stateless.
package struct AnchorSet: Sendable {
  package var count: Int { counted() }
  private let counted: @Sendable () -> Int
  /// Anchors whose subject has exactly this encoding.
  package let named: @Sendable (_ subject: ArraySlice<UInt8>) -> [TrustAnchor]
  package let all: @Sendable () -> [TrustAnchor]

  package init(
    count: @escaping @Sendable @autoclosure () -> Int, named: @escaping @Sendable (ArraySlice<UInt8>) -> [TrustAnchor],
    all: @escaping @Sendable () -> [TrustAnchor]
  ) {
    counted = count
    self.named = named
    self.all = all
  }

  package init(_ anchors: [TrustAnchor]) {
    let bySubject = Dictionary(grouping: anchors) { $0.subject.encoded }
    self.init(count: anchors.count, named: { bySubject[$0] ?? [] }, all: { anchors })
  }
}

/// The anchors in use and the certificates and keys that are refused whatever their path. A value.
package struct TrustStore: Sendable {
  package var sets: [AnchorSet] {
    didSet { identity = Identity() }
  }
  /// Certificates and keys that are refused (Microsoft's disallowedcert.stl and the like), with the list's name. What the keys are:
  /// see `refusal(of:)`.
  package var disallowed: [[UInt8]: String] = [:]

  /// Tells one choice of sets from any other as long as it is held: what `AnchorMemory` remembers belongs to it alone.
  final class Identity: Sendable {}
  private(set) var identity = Identity()

  package init(_ sets: [AnchorSet] = []) { self.sets = sets }
  package init(anchors: [TrustAnchor]) { sets = [AnchorSet(anchors)] }

  /// Anchors whose subject is the name, byte for byte (as CryptoAPI compares names).
  package func anchors(named name: DistinguishedName) -> [TrustAnchor] { sets.flatMap { $0.named(name.encoded) } }
}
