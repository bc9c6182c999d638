package import AssayBytes

/// Certification path building and validation, RFC 5280 section 6 (with RFC 4158's building), pure and budgeted.
package struct PathValidator: Sendable {
  package let profile: PathProfile
  package init(_ profile: PathProfile) { self.profile = profile }

  /// Tries paths from the end entity to an anchor within the budget; answers with the first valid one, else the most useful
  /// failure. `signedAt` is the time that counts, `now` the time of judging: they differ under a verified timestamp, and anchor
  /// limits and revocation need both. Total: an exhausted budget is a failure of kind `limit`.
  package func validate(
    _ endEntity: Certificate, with intermediates: [Certificate], trust: TrustStore, signedAt: Moment, now: Moment,
    revocation: RevocationEvidence, _ work: inout Work
  ) -> PathResult {
    var search = PathSearch(profile: profile, trust: trust, signedAt: signedAt, now: now)
    do throws(ParseError) {
      try search.gather(endEntity, intermediates, &work)
      let revocationChecker =
        revocation.isEmpty
        ? nil : RevocationChecker(revocation, certificates: intermediates + [endEntity], signedAt: signedAt, now: now)
      return try search.best(revocationChecker, &work)
    } catch {
      let failure = PathFailure(
        .limit, "pki.path.limit", "path building stopped: \(error.message)", clause: "RFC 5280 6.1", certificate: 0)
      return search.closest?.adding(failure)
        ?? PathResult(path: [endEntity], anchor: nil, failures: [failure], revocation: .notEstablished)
    }
  }
}

extension PathResult {
  /// The same path with one failure more.
  func adding(_ failure: PathFailure) -> PathResult {
    PathResult(
      path: path, anchor: anchor, failures: failures + [failure], revocation: revocation, revocationDate: revocationDate,
      weaknesses: weaknesses, authorityPolicies: authorityPolicies, userPolicies: userPolicies)
  }
}
