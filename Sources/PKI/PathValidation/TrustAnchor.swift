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
      tbsDigests: [.sha1: certificate.tbsDigest(.sha1), .sha256: certificate.tbsDigest(.sha256), .sha384: certificate.tbsDigest(.sha384)],
      limits: limits, certificate: certificate)
  }

  package static func == (left: TrustAnchor, right: TrustAnchor) -> Bool { left.sha256 == right.sha256 && left.bundle == right.bundle }
  package func hash(into hasher: inout Hasher) { hasher.combine(sha256) }
}

/// The anchors in use and the certificates and keys that are refused whatever their path. A value.
package struct TrustStore: Sendable {
  package private(set) var anchors: [TrustAnchor]
  private var bySubject: [ArraySlice<UInt8>: [Int]] = [:]
  /// SHA-256 of certificates that are refused (Microsoft's disallowedcert.stl and the like), with the list's name.
  package var disallowed: [[UInt8]: String] = [:]

  package init(_ anchors: [TrustAnchor]) {
    self.anchors = anchors
    for (index, anchor) in anchors.enumerated() { bySubject[anchor.subject.encoded, default: []].append(index) }
  }

  /// Anchors whose subject is the name, byte for byte first; a name that only matches by RFC 5280 7.1 is found by `matches`.
  package func anchors(named name: DistinguishedName) -> [TrustAnchor] {
    if let exact = bySubject[name.encoded] { return exact.map { anchors[$0] } }
    return anchors.filter { $0.subject.matches(name) }
  }
}
