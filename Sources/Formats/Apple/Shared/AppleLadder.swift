import AssayBytes
import AssayCore
import AssayPKI

/// The rungs that every signature of Apple's systems has, whatever it is over: CMS, time, path. Code, packages and profiles add theirs.
protocol AppleLadder {
  var context: TrustContext { get }
  var report: SignatureReport { get set }
  /// What each rung that did not hold asks for.
  var states: [State] { get set }
  var signerCheck: SignerCheck? { get set }
  var time: VerifiedTime? { get set }
  var path: PathResult? { get set }
  /// CRLs and OCSP answers that the signature brings along.
  var enclosed: RevocationEvidence { get set }
  /// What the signer's path must be for.
  var pathProfile: PathProfile { get }
}

/// Finding codes of one format for what a signer's check yields.
struct SignerCodes {
  /// The content or the signature value is another.
  let mismatch: String
  let invalid: String
  let unsupported: String
}

extension AppleLadder {
  mutating func pass(_ name: String, _ message: String, _ clause: String, found: String? = nil) {
    report.ladder.rungs.append(Rung(name, .passed, message, found: found, clause: clause))
  }

  /// A rung that did not hold, with its finding and the state that it asks for.
  mutating func fail(_ name: String, _ state: State, _ finding: Finding, _ clause: String, _ outcome: Rung.Outcome = .failed) {
    states.append(state)
    report.findings.append(finding)
    report.ladder.rungs.append(
      Rung(name, outcome, finding.message, expected: finding.expected, found: finding.found, offset: finding.offset, clause: clause)
    )
  }

  /// What systems take: a warning, and under --strict malformed.
  mutating func tolerate(_ finding: Finding) {
    guard context.isStrict else {
      report.findings.append(finding)
      return
    }
    var refused = finding
    refused.severity = .failure
    fail("strictness", .malformed, refused, "Assay contract, --strict")
  }

  /// The worst of all rungs. Proof is asked for, not the absence of failures.
  mutating func settle() {
    report.state = states.max() ?? .trusted
    guard report.state == .trusted else { return }
    if let signerCheck, let path { report.signer = VerifiedSigner(signerCheck, path, time: time) }
    if report.signer == nil { report.state = .notAssessed }
  }

  // MARK: - Signer

  mutating func record(_ outcome: SignerCheck.Outcome, _ codes: SignerCodes, named which: String = "", at offset: Int? = nil) {
    let name = which + (outcome.step == .certificate ? "signer certificate" : outcome.step.rawValue)
    switch outcome.passed {
    case true?: pass(name, outcome.message, outcome.clause, found: outcome.found)
    case false?:
      let isContent = outcome.step == .messageDigest || outcome.step == .signature
      fail(
        name, isContent ? .tampered : .malformed,
        Finding(
          isContent ? codes.mismatch : codes.invalid, .failure, outcome.message, offset: offset, expected: outcome.expected,
          found: outcome.found, attack: ["T1036.001"]), outcome.clause)
    case nil:
      fail(
        name, .notAssessed, Finding(codes.unsupported, .failure, outcome.message, offset: offset), outcome.clause, .notEstablished)
    }
  }

  mutating func enclose(_ signed: SignedData) {
    enclosed.crls += signed.crls
    enclosed.ocspResponses += signed.ocspResponses
  }

  /// Evidence at hand and what the signature brings along.
  private var evidence: RevocationEvidence {
    var evidence = context.revocation
    evidence.crls += enclosed.crls
    evidence.ocspResponses += enclosed.ocspResponses
    return evidence
  }

  // MARK: - Time

  /// The earliest timestamp that is verified.
  mutating func checkTime(_ signed: SignedData, _ signer: SignerInfo, _ work: inout Work) {
    let stamps = signer.checkTimeStamps(
      tokenAttributes: [SignerInfo.tokenAttribute], certificates: signed.certificates + context.certificates, trust: context.trust,
      now: context.now, revocation: evidence, &work)
    time = stamps.compactMap(\.verified).min { $0.moment < $1.moment }
    if let time {
      let stamp = stamps.first { $0.verified?.moment == time.moment }
      report.time = SigningTime(.rfc3161, value: time.moment, authority: stamp?.authorityName)
      pass(
        "timestamp", "a timestamp of \(stamp?.authorityName ?? "an authority") is verified", "RFC 3161 2.4.2",
        found: time.moment.rfc3339)
      return
    }
    for failure in stamps.flatMap(\.failures).prefix(4) {
      report.findings.append(Finding(failure.code, .warning, "timestamp ignored: \(failure.message)"))
    }
    let claimed = stamps.compactMap(\.claimed).first ?? signer.claimedSigningTime
    report.time = SigningTime(claimed == nil ? .none : .claimed, value: claimed)
    report.ladder.rungs.append(
      Rung("timestamp", .notEstablished, "no verified timestamp, the time of judging counts", clause: "RFC 3161 2.4.2"))
  }

  // MARK: - Path

  /// From the signer's certificate to an anchor, at the time that counts.
  mutating func followPath(_ certificate: Certificate, _ certificates: [Certificate], _ work: inout Work) -> PathResult {
    var result = validate(certificate, certificates, &work)
    // A timestamp of just any authority would let a stolen key sign for the past.
    if result.anchor?.bundle == "apple", let stamped = time, stamped.authority.anchor?.bundle != "apple" {
      report.findings.append(
        Finding(
          "apple.timestamp.foreign", .warning,
          "timestamp ignored: its authority is not Apple's, as the signer's certificate is", found: report.time.authority))
      time = nil
      report.time = SigningTime(.claimed, value: stamped.moment)
      result = validate(certificate, certificates, &work)
    }
    path = result
    report.take(result)
    for failure in result.failures {
      var finding = Finding(failure)
      finding.attack = ["T1036.001"]
      fail("path", State(failure.kind), finding, failure.clause)
    }
    report.noteWeaknesses(of: result)
    if result.failures.isEmpty {
      pass("path", "to \(result.anchor?.name ?? "an anchor") through \(max(result.path.count - 1, 0)) issuers", "RFC 5280 6.1")
    } else if certificate.isSelfIssued {
      report.findings.append(
        Finding(
          "apple.signer.self-signed", .failure,
          "self-signed by \(certificate.subject.description): the name is the signer's own claim",
          found: certificate.subject.description))
    }
    return result
  }

  private func validate(_ certificate: Certificate, _ certificates: [Certificate], _ work: inout Work) -> PathResult {
    PathValidator(pathProfile).validate(
      certificate, with: certificates + context.certificates, trust: context.trust, signedAt: time?.moment ?? context.now,
      now: context.now, revocation: evidence, &work)
  }

  mutating func noteRevocation(_ result: PathResult) {
    guard result.failures.isEmpty, case .notEstablished = result.revocation else { return }
    report.noteUnknownRevocation()
  }

  /// True where the anchor is Microsoft's: its programme lists anchors for Windows' code alone. An operator's anchors are for whatever
  /// the operator says.
  mutating func refusesAnchor(_ result: PathResult, _ rung: String, _ clause: String, for what: String) -> Bool {
    guard result.anchor?.bundle == "microsoft" else { return false }
    fail(
      rung, .untrusted,
      Finding("apple.anchor.foreign", .failure, "\(result.anchor?.name ?? "the anchor") is not trusted for \(what)"), clause)
    return true
  }
}
