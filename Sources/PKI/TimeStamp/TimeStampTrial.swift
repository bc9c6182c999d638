import AssayBytes

/// A timestamp while it is being judged. `verdict` holds a verified time only where nothing failed.
struct TimeStampTrial {
  let source: VerifiedTime.Source
  let claimed: Moment?
  var digest: DigestAlgorithm?
  var policy: OID?
  var serialNumber: ArraySlice<UInt8>?
  var notes: [String] = []
  private(set) var failures: [PathFailure] = []
  private(set) var authority: Certificate?
  private var path: PathResult?

  /// RFC 3161 2.3.
  private static let timeStampingUsage: OID = "1.3.6.1.5.5.7.3.8"
  private static let extendedKeyUsageID: OID = "2.5.29.37"

  init(_ source: VerifiedTime.Source, claimed: Moment?) {
    self.source = source
    self.claimed = claimed
  }

  mutating func fail(
    _ kind: PathFailure.Kind, _ problem: String, _ message: String, expected: String? = nil, found: String? = nil, clause: String
  ) {
    failures.append(
      PathFailure(
        kind, "pki.timestamp.\(problem)", message, expected: expected, found: found, clause: clause, certificate: 0))
  }

  mutating func fail(_ error: ParseError) {
    if error.isLimit {
      fail(.limit, "limit", error.message, clause: "Docs/Limits.md")
    } else {
      fail(.malformed, "malformed", "the timestamp cannot be read: \(error.message)", clause: source.clause)
    }
  }

  /// Takes over what the check of the authority's own signature found.
  mutating func take(_ check: SignerCheck) {
    authority = check.certificate
    for outcome in check.outcomes where outcome.passed != true {
      let kind: PathFailure.Kind
      switch (outcome.step, outcome.passed) {
      case (.certificate, _): kind = .issuerMissing
      case (_, nil): kind = .signatureUnsupported
      case (.contentType, _): kind = .malformed
      default: kind = .signatureInvalid
      }
      // Without a certificate the signature cannot be checked either; one reason is enough.
      if outcome.step == .signature && check.certificate == nil { continue }
      fail(
        kind, outcome.step.problem, outcome.message, expected: outcome.expected, found: outcome.found,
        clause: outcome.clause)
    }
    if check.isOverReorderedAttributes { notes.append("the authority's signed attributes are not in DER's order") }
  }

  /// The authority's certification path at the time that it vouches for, and its usage.
  mutating func judgeAuthority(
    _ check: SignerCheck, _ certificates: [Certificate], trust: TrustStore, now: Moment, revocation: RevocationEvidence,
    _ work: inout Work
  ) {
    guard let certificate = check.certificate, let claimed else { return }
    judgeUsage(certificate)
    if claimed > now {
      fail(
        .notYetValid, "future", "the timestamp is later than the time of judging", expected: "not after the time of judging",
        found: claimed.rfc3339, clause: source.clause)
    }
    // A signature that does not hold makes a path pointless, and each check of it costs.
    guard check.isValid else { return }
    let result = PathValidator(.timeStamping).validate(
      certificate, with: certificates, trust: trust, signedAt: claimed, now: now, revocation: revocation, &work)
    path = result
    for failure in result.failures {
      let problem = failure.code.hasPrefix("pki.path.") ? String(failure.code.dropFirst("pki.path.".count)) : failure.kind.rawValue
      failures.append(
        PathFailure(
          failure.kind, "pki.timestamp.path-\(problem)", "time-stamping authority: \(failure.message)", expected: failure.expected,
          found: failure.found, clause: failure.clause, certificate: failure.certificate))
    }
    notes += result.weaknesses.map { "time-stamping authority: \($0)" }
  }

  /// RFC 3161 2.3 wants exactly this usage, critical. Authorities of Windows' first decades are not so, and Windows takes
  /// them: more usages or a missing criticality is a note, a missing usage a failure.
  private mutating func judgeUsage(_ certificate: Certificate) {
    let usages = certificate.extendedKeyUsage ?? []
    guard usages.contains(TimeStampTrial.timeStampingUsage) else {
      fail(
        .usage, "usage", "the certificate is not for time stamping", expected: TimeStampTrial.timeStampingUsage.description,
        found: usages.isEmpty ? "no extended key usage" : usages.map(\.description).joined(separator: ", "),
        clause: "RFC 3161 2.3")
      return
    }
    if usages.count > 1 { notes.append("the authority's certificate has other usages beside time stamping (RFC 3161 2.3)") }
    if certificate.extension(TimeStampTrial.extendedKeyUsageID)?.isCritical == false {
      notes.append("the authority's extended key usage is not critical (RFC 3161 2.3)")
    }
  }

  var verdict: TimeStampCheck {
    var failures = failures
    var verified: VerifiedTime?
    if failures.isEmpty, let claimed, let digest, let path, path.isValid {
      verified = VerifiedTime(source: source, moment: claimed, authority: path, digest: digest)
    } else if failures.isEmpty {
      failures.append(
        PathFailure(
          .malformed, "pki.timestamp.not-established", "the timestamp could not be established", clause: source.clause,
          certificate: 0))
    }
    return TimeStampCheck(
      source: source, claimed: claimed, authorityName: authority.map { $0.subject.commonName ?? $0.subject.description },
      verified: verified, failures: failures, notes: notes, authority: authority, policy: policy, serialNumber: serialNumber)
  }
}

extension VerifiedTime.Source {
  var clause: String { self == .rfc3161 ? "RFC 3161 2.4.2" : "RFC 5652 11.4" }
}

extension SignerCheck.Step {
  /// The last part of a `pki.timestamp.*` code.
  var problem: String {
    switch self {
    case .certificate: "certificate-missing"
    case .digestAlgorithm: "digest"
    case .contentType: "attributes"
    case .messageDigest: "message-digest"
    case .signature: "signature"
    }
  }
}
