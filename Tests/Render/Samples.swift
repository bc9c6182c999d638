import AssayBytes
import AssayCore
import AssayMaker
import AssayPKI
import AssayRender

/// Reports for the outputs to show.
enum Samples {
  static let at = Moment(rfc3339: "2026-11-23T00:00:00Z")!

  static let codes = [
    FindingCode("pe.digest.mismatch", "the file's digest is not the signed one", remedy: "get the file anew from its publisher"),
    FindingCode("pki.path.issuer-missing", "an issuer's certificate is not at hand", remedy: "give it with --certs"),
  ]
  static let attack = AttackMap(
    version: "18.1", date: "2026-11-23", origin: "test",
    techniques: [
      .init(id: "T1036.001", name: "Invalid Code Signature"), .init(id: "T1554", name: "Compromise Host Software Binary"),
    ])

  static func run(_ command: String = "scan", mode: PolicyMode = .enforce) -> RunInfo {
    RunInfo(
      toolVersion: "1.2.3", command: command, policy: "builtin:m1045", mode: mode,
      trust: [(name: "microsoft", origin: "list", date: Moment(rfc3339: "2026-10-27T01:02:03Z"), anchors: 555)], at: at,
      codes: codes,
      attack: attack)
  }

  static func certificate(_ commonName: String) throws -> Certificate {
    let spec = CertificateSpec(subject: Name(commonName: commonName, organization: "Example Ltd", country: "XX"))
    var budget = Budget()
    return try Certificate(encoded: TestCertificate.issue(spec, key: .fixed(0)).der[...], &budget)
  }

  static func tampered(_ target: String = "bin/app.exe", signer: String = "Example Signing") throws -> JudgedReport {
    var signature = SignatureReport(kind: .embedded, index: 0, state: .tampered)
    signature.digestAlgorithm = .sha256
    signature.claimedSigner = try certificate(signer)
    signature.path = [try certificate(signer)]
    signature.time = SigningTime(.rfc3161, value: Moment(rfc3339: "2026-03-02T10:11:12Z"), authority: "Example Time")
    signature.findings = [
      Finding(
        "pe.digest.mismatch", .failure, "the content is not what was signed", offset: 4660, expected: "ab" + digest,
        found: "cd" + digest,
        attack: ["T1036.001"])
    ]
    signature.ladder = Ladder([
      Rung(
        "content digest", .failed, "the content is not what was signed", expected: "ab", found: "cd", offset: 4660, clause: "PE A"),
      Rung("signature", .passed, "the signature holds", clause: "RFC 5652 5.6"),
      Rung("path", .notEstablished, "not looked at", clause: "RFC 5280 6"),
    ])
    var report = Report(target: target, format: "pe", state: .tampered)
    report.platform = "windows"
    report.roles = [.executable]
    report.digests = [(name: "authenticode-sha256", value: "cd" + digest)]
    report.signatures = [signature]
    report.findings = signature.findings
    let verdict = Verdict(
      .reject, rule: "windows code", reason: "state is tampered, the rule demands trusted", attack: ["T1554"], state: .tampered)
    return JudgedReport(report, verdict)
  }

  static func plain(_ target: String, _ state: State, _ decision: Decision, mode: PolicyMode = .enforce) -> JudgedReport {
    let report = Report(target: target, format: "pe", state: state)
    return JudgedReport(
      report,
      Verdict(decision, rule: nil, reason: "state is \(state.rawValue)", mode: mode, attack: ["T1554"], state: state))
  }

  static func notCode(_ target: String) -> JudgedReport {
    var report = Report(target: target, format: nil, state: .unsigned)
    report.isCode = false
    var verdict = Verdict(.undecided, rule: nil, reason: "no code", state: .unsigned)
    verdict.isJudged = false
    return JudgedReport(report, verdict)
  }

  /// One of each kind.
  static func mixed() throws -> [JudgedReport] {
    var gap = plain("b/gap.exe", .notAssessed, .undecided)
    gap.report.findings = [Finding("io.denied", .failure, "the system refuses to open it")]
    return [plain("a/good.exe", .trusted, .accept), try tampered("a/x.exe"), gap, notCode("b/readme")]
  }

  static func render(
    _ format: OutputFormat, _ reports: [JudgedReport], style: TextStyle = TextStyle(), run: RunInfo = Samples.run()
  ) -> String {
    var renderer = format.renderer(style)
    var summary = Summary()
    var text = renderer.begin(run)
    for report in reports {
      summary.add(report)
      text += renderer.add(report)
    }
    return text + renderer.end(summary)
  }

  private static let digest = String(repeating: "0123456789abcdef", count: 4).dropLast(2).description
}
