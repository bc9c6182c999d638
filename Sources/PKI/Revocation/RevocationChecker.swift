package import AssayBytes

/// Judges the certificates of a path by the CRLs and OCSP responses at hand (RFC 5280 6.3, RFC 6960). Pure: nothing is fetched.
///
/// Who was revoked at or before the time that counts is revoked, by the entry's revocationDate as Windows does (invalidityDate is
/// the issuer's opinion and not looked at). Good needs evidence that was fresh at the time that counts, or came later.
package struct RevocationChecker: Sendable {
  package let evidence: RevocationEvidence
  /// Certificates that may hold a separate CRL or OCSP signing key.
  package let certificates: [Certificate]
  /// The time that counts: who was revoked later was good then.
  package let signedAt: Moment
  package let now: Moment

  /// A CRL signer's own status may hang on a CRL with a signer of its own; real hierarchies need one level.
  static let maximumNesting = 3

  package init(_ evidence: RevocationEvidence, certificates: [Certificate], signedAt: Moment, now: Moment) {
    self.evidence = evidence
    self.certificates = certificates
    self.signedAt = signedAt
    self.now = now
  }

  /// `path`: end entity first, without the anchor's own certificate, already valid otherwise. Throws `limit.*` only; unreadable
  /// evidence is passed over.
  package func check(
    _ path: [Certificate], anchor: TrustAnchor, _ work: inout Work
  ) throws(ParseError) -> RevocationResult {
    try check(path, anchor: anchor, signers: [], try ReadEvidence(evidence, &work.budget), &work)
  }

  func check(
    _ path: [Certificate], anchor: TrustAnchor, signers: [Certificate], _ read: ReadEvidence, _ work: inout Work
  ) throws(ParseError) -> RevocationResult {
    // From the anchor down, as the working key is handed on (RFC 5280 6.1.4 (d) to (f)).
    var results: [CertificateRevocation] = []
    var key = PublicKey(spki: anchor.spki)
    var issuer = (name: anchor.subject, certificate: anchor.certificate)
    for certificate in path.reversed() {
      let subject = RevocationSubject(
        certificate: certificate, issuerName: issuer.name, issuerKey: key, issuerCertificate: issuer.certificate)
      results.append(try status(of: subject, anchor: anchor, signers: signers, read, &work))
      key = certificate.publicKey.inheritingParameters(from: key)
      issuer = (certificate.subject, certificate)
    }
    return RevocationResult(certificates: results.reversed())
  }

  func status(
    of subject: RevocationSubject, anchor: TrustAnchor, signers: [Certificate], _ read: ReadEvidence, _ work: inout Work
  ) throws(ParseError) -> CertificateRevocation {
    if evidence.crls.isEmpty && evidence.ocspResponses.isEmpty {
      return CertificateRevocation(.notEstablished, message: "no CRL or OCSP answer at hand")
    }
    let online = try OCSPCheck(checker: self, read: read, subject: subject, anchor: anchor, signers: signers).status(&work)
    if let online, online.status == .revoked { return online }
    var check = CRLCheck(self, read, subject, anchor: anchor, signers: signers)
    let offline = try check.status(&work)
    if offline.status == .revoked { return offline }
    if let online, online.status == .good || offline.status == .notEstablished { return online }
    return offline
  }

  /// Fresh at the time that counts, or made between then and now.
  func isFresh(thisUpdate: Moment, nextUpdate: Moment?) -> Bool {
    thisUpdate <= now && (nextUpdate ?? thisUpdate) >= signedAt
  }
}

/// The evidence, read once for a whole path.
struct ReadEvidence {
  /// Youngest first: an older list of the same scope adds nothing to what a younger one covers.
  let complete: [CertificateList]
  let deltas: [CertificateList]
  let answers: [OCSPResponse]

  init(_ evidence: RevocationEvidence, _ budget: inout Budget) throws(ParseError) {
    let lists = try ReadEvidence.all(evidence.crls, &budget) { (bytes, budget) throws(ParseError) in
      try CertificateList(encoded: bytes, &budget)
    }
    .sorted { $0.thisUpdate > $1.thisUpdate }
    complete = lists.filter { !$0.isDelta }
    deltas = lists.filter { $0.isDelta }
    answers = try ReadEvidence.all(evidence.ocspResponses, &budget) { (bytes, budget) throws(ParseError) in
      try OCSPResponse(encoded: bytes, &budget)
    }
  }

  private static func all<T>(
    _ encodings: [ArraySlice<UInt8>], _ budget: inout Budget, _ read: (ArraySlice<UInt8>, inout Budget) throws(ParseError) -> T
  ) throws(ParseError) -> [T] {
    var found: [T] = []
    for encoding in encodings {
      do throws(ParseError) {
        found.append(try read(encoding, &budget))
      } catch {
        if error.isLimit && error.code != "limit.depth" { throw error }
      }
    }
    return found
  }
}
