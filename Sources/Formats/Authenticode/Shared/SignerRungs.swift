import AssayBytes
import AssayCore
import AssayPKI

/// The rungs that tie a signer to a time and to an anchor, for signatures that are no Authenticode SignedData: XML, NuGet.
struct SignerRungs: AuthenticodeLadder {
  let context: TrustContext
  /// Certificates and evidence that the signature brings along.
  let bag: [Certificate]
  var evidence: RevocationEvidence
  /// Where the signature stands in the file.
  let offset: Int
  var profile = PathProfile.codeSigning
  var report: SignatureReport
  var states: [State] = []
  var usualOffset: Int? { offset }
  private(set) var time: VerifiedTime?

  init(_ report: SignatureReport, context: TrustContext, bag: [Certificate], offset: Int) {
    self.report = report
    self.context = context
    self.bag = bag
    self.offset = offset
    evidence = context.revocation
  }

  // MARK: Time

  /// What the timestamps prove; the earliest verified one counts.
  mutating func take(_ stamps: [TimeStampCheck]) {
    let clause = "RFC 3161 2.4.2"
    time = stamps.compactMap(\.verified).min { $0.moment < $1.moment }
    noteIgnored(stamps)
    guard let time else {
      let claimed = stamps.compactMap(\.claimed).first
      report.time = SigningTime(claimed == nil ? .none : .claimed, value: claimed)
      unknown("timestamp", "no timestamp is verified, the time of judging counts", clause: clause)
      return
    }
    let stamp = stamps.first { $0.verified?.moment == time.moment }
    let source: SigningTime.Source = time.source == .rfc3161 ? .rfc3161 : .authenticode
    report.time = SigningTime(source, value: time.moment, authority: stamp?.authorityName)
    pass(
      "timestamp", "timestamp of \(stamp?.authorityName ?? "an authority") is verified", found: time.moment.rfc3339, clause: clause)
  }

  // MARK: Path

  /// Path, usage, validity time and revocation. Answers with the path, which proves the signer only together with its check.
  mutating func climb(_ certificate: Certificate, _ work: inout Work) -> PathResult {
    let result = PathValidator(profile).validate(
      certificate, with: bag + context.certificates, trust: context.trust, signedAt: time?.moment ?? context.now, now: context.now,
      revocation: evidence, &work)
    report.claimedSigner = certificate
    report.take(result)
    let when = time.map { "at \($0.moment.rfc3339), the time of the timestamp" } ?? "now"
    tell(result, of: certificate, at: offset, when: when)
    return result
  }

  // MARK: Core validation

  /// The outcomes of a signature's check as rungs.
  mutating func take(_ check: SignerCheck, family: String) {
    for outcome in check.outcomes {
      let (name, state): (String, State) =
        switch outcome.step {
        case .certificate: ("signer certificate", .malformed)
        case .digestAlgorithm: ("digest algorithm", .malformed)
        case .contentType: ("covered content", .malformed)
        case .messageDigest: ("content digest", .tampered)
        case .signature: ("signature", .tampered)
        }
      let code = "\(family).\(SignerRungs.code(outcome.step))"
      switch outcome.passed {
      case true?: pass(name, outcome.message, expected: outcome.expected, found: outcome.found, clause: outcome.clause)
      case false?:
        fail(
          name, as: state,
          Finding(
            code, .failure, outcome.message, offset: offset, expected: outcome.expected, found: outcome.found,
            attack: ["T1036.001"]), clause: outcome.clause)
      case nil: cannot(name, Finding("\(code)-unknown", .failure, outcome.message, offset: offset), clause: outcome.clause)
      }
    }
  }

  private static func code(_ step: SignerCheck.Step) -> String {
    switch step {
    case .certificate: "signer.certificate"
    case .digestAlgorithm: "algorithm"
    case .contentType: "reference"
    case .messageDigest: "digest.mismatch"
    case .signature: "signature.invalid"
    }
  }

  /// The codes that `take` makes for a family.
  static func codes(_ family: String, _ what: String) -> [FindingCode] {
    let steps: [(SignerCheck.Step, String)] = [
      (.certificate, "its signer's certificate is wrong"), (.digestAlgorithm, "its algorithms are wrong"),
      (.contentType, "what it refers to is not what it must"), (.messageDigest, "the content is not what was signed"),
      (.signature, "the signature is not the signer's"),
    ]
    return steps.flatMap { step, words in
      [
        FindingCode("\(family).\(code(step))", "\(what): \(words)", remedy: "get it anew from its publisher"),
        FindingCode(
          "\(family).\(code(step))-unknown", "\(what): it cannot be established whether \(words)", remedy: "verify it on Windows"),
      ]
    }
  }

  /// The worst of what the rungs asked for; proof of the signer only where nothing failed.
  mutating func finish(_ check: SignerCheck?, _ path: PathResult?) -> SignatureReport {
    report.state = states.max() ?? .trusted
    if report.state == .trusted, let check, let path { report.signer = VerifiedSigner(check, path, time: time) }
    if report.state == .trusted, report.signer == nil { report.state = .notAssessed }
    return report
  }
}

/// What every signature does that is no Authenticode SignedData.
extension SignerRungs {
  /// The report on one at `offset` that cannot be read: not assessed where a limit or the system is why, else malformed. `defect` is
  /// where in the file, where the error's own offset is one in it.
  static func unreadable(
    _ error: ParseError, _ report: SignatureReport, at offset: Int, defect: Int? = nil, in context: TrustContext,
    attack: [String] = ["T1036.001"], clause: String
  ) -> SignatureReport {
    var rungs = SignerRungs(report, context: context, bag: [], offset: offset)
    let finding = Finding(
      error.code, .failure, "the signature cannot be read: \(error.message)", offset: defect ?? offset, attack: attack)
    if error.isLimit || error.isUnreadable {
      rungs.cannot("parse", finding, clause: clause)
    } else {
      rungs.fail("parse", as: .malformed, finding, clause: clause)
    }
    return rungs.finish(nil, nil)
  }

  /// What `climb` reports, or that it could not come to an end.
  mutating func attempt(
    clause: String, _ climb: (inout SignerRungs) throws(ParseError) -> SignatureReport
  ) -> SignatureReport {
    do throws(ParseError) {
      return try climb(&self)
    } catch {
      cannot("signature", Finding(error.code, .failure, error.message, offset: offset), clause: clause)
      return finish(nil, nil)
    }
  }

  /// The rung of the container, whose failures the artifact tells itself.
  mutating func container(_ failures: [Finding], sound: String, clause: String) {
    guard let failure = failures.first else { return pass("container", sound, clause: clause) }
    fail("container", as: .malformed, failure, clause: clause)
    report.findings.removeAll { $0 == failure }
  }
}
