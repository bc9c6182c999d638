import AssayCore
import AssayRender
import Testing

@Suite struct ExplainTests {
  private func explain(_ judged: JudgedReport, ascii: Bool = false) -> String {
    var style = TextStyle()
    style.ascii = ascii
    var renderer = OutputFormat.text.explainer(style)
    return renderer.begin(Samples.run("explain")) + renderer.add(judged) + renderer.end(Summary())
  }

  @Test func theFailedRungComesFirstWithItsValuesAndItsRemedy() throws {
    let judged = try Samples.tampered("a/x.exe")
    let finding = judged.report.findings[0]
    let expected = """
      a/x.exe  pe, executable
      TAMPERED, rejected by rule "windows code"
      state is tampered, the rule demands trusted

      ✗ content digest: the content is not what was signed
          expected \(finding.expected ?? "")
          found    \(finding.found ?? "")
          at       byte 4660 (0x1234)
          clause   PE A
          code     pe.digest.mismatch T1036.001
          remedy   get the file anew from its publisher

      signature 0, embedded, sha256: tampered
        claims to be  CN=Example Signing,O=Example Ltd,C=XX
        certificate  valid 2024-01-01T00:00:00Z to 2049-01-01T00:00:00Z, no anchor
        time  2026-03-02T10:11:12Z, rfc3161 by Example Time
        ✗ content digest  see above
        ✓ signature       the signature holds
        · path            not established: not looked at

      Windows with the same trust would say: HashMismatch, 0x80096010 TRUST_E_BAD_DIGEST
      policy builtin:m1045, trust microsoft of 2026-10-27, as of 2026-11-23T00:00:00Z

      """
    #expect(explain(judged) == expected)
  }

  @Test func asciiIsAscii() throws {
    let text = explain(try Samples.tampered(), ascii: true)
    #expect(text.utf8.allSatisfy { $0 < 0x80 } && text.contains("  FAIL content digest") && text.contains("  ok   signature"))
  }

  @Test func whatJudgingFoundComesFirstWhereTheSignatureIsNotTheReason() throws {
    var judged = try Samples.tampered()
    judged.report.state = .trusted
    judged.report.signatures[0].ladder = Ladder()
    judged.verdict.findings = [
      Finding("policy.name.publisher", .failure, "svchost.exe is a name of Windows", expected: "Microsoft")
    ]
    #expect(explain(judged).contains("✗ finding: svchost.exe is a name of Windows\n    expected Microsoft\n"))
    #expect(explain(judged).contains("also found\n  failure  the content is not what was signed"))
  }

  @Test func unsignedSaysSo() {
    var judged = Samples.plain("a.exe", .unsigned, .reject)
    judged.report.platform = "windows"
    let text = explain(judged)
    #expect(
      text.contains("✗ no signature: ") && text.contains("    remedy   ")
        && text.contains("NotSigned, 0x800B0100 TRUST_E_NOSIGNATURE"))
  }

  @Test func acceptedHasNothingFailed() {
    let text = explain(Samples.plain("a.exe", .trusted, .accept))
    #expect(text.contains("TRUSTED, accepted by the policy's default") && !text.contains("✗"))
  }

  /// As many rungs and findings as there may be: one screen of 40 lines by 100 columns.
  @Test func fitsAScreen() throws {
    var judged = try Samples.tampered()
    let names = [
      "container", "parse", "content type", "content digest", "page hashes", "signer certificate", "message digest", "signature",
      "timestamp", "path", "usage", "validity time", "revocation", "strictness",
    ]
    judged.report.signatures[0].ladder = Ladder(
      names.map { Rung($0, $0 == "path" ? .failed : .passed, "what was found about the \($0)", clause: "RFC 5652") })
    judged.report.signatures += [judged.report.signatures[0]]
    judged.report.signatures[1].index = 1
    for index in 0..<20 { judged.report.findings.append(Finding("x.y.z\(index)", .note, "a note of some length, number \(index)")) }
    let lines = explain(judged).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 41)
    #expect(lines.allSatisfy { $0.unicodeScalars.count <= 100 })
    #expect(explain(judged).contains("and 17 more: --format json lists them"))
  }

  @Test(arguments: Hostile.all) func hostileNamesAddNoLine(_ name: String) throws {
    var judged = try Samples.tampered(name, signer: name)
    judged.verdict.reason = name
    judged.report.findings[0].found = name
    judged.report.signatures[0].findings = []
    judged.report.signatures[0].ladder.rungs[1].message = name
    let text = explain(judged)
    #expect(text.unicodeScalars.allSatisfy { !Hostile.moves($0) })
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 26)
  }
}

@Suite struct PlatformAnswerTests {
  @Test(
    arguments: [
      (State.trusted, "", "0x00000000 ERROR_SUCCESS Valid"), (.stale, "", "0x00000000 ERROR_SUCCESS Valid"),
      (.unsigned, "", "0x800B0100 TRUST_E_NOSIGNATURE NotSigned"), (.expired, "", "0x800B0101 CERT_E_EXPIRED UnknownError"),
      (.revoked, "", "0x800B010C CERT_E_REVOKED UnknownError"), (.wrongUsage, "", "0x800B0110 CERT_E_WRONG_USAGE UnknownError"),
      (.untrusted, "", "0x800B0109 CERT_E_UNTRUSTEDROOT UnknownError"),
      (.untrusted, "pki.path.issuer-missing", "0x800B010A CERT_E_CHAINING UnknownError"),
      (.distrusted, "", "0x800B0111 TRUST_E_EXPLICIT_DISTRUST NotTrusted"),
      (.tampered, "pe.digest.mismatch", "0x80096010 TRUST_E_BAD_DIGEST HashMismatch"),
      (.tampered, "powershell.digest.line-ends", "0x80096010 TRUST_E_BAD_DIGEST HashMismatch"),
      (.tampered, "authenticode.signature.invalid", "- - not Valid"), (.malformed, "", "- - not Valid"),
    ] as [(State, String, String)])
  func windowsAnswers(_ state: State, _ code: String, _ expected: String) throws {
    var report = Report(target: "x", format: "pe", state: state)
    report.platform = "windows"
    if !code.isEmpty { report.findings = [Finding(code, .failure, "m")] }
    let answer = try #require(PlatformAnswer(report))
    #expect("\(answer.code.map(PlatformAnswer.hex) ?? "-") \(answer.symbol ?? "-") \(answer.status)" == expected)
  }

  @Test func nothingIsSaidOfWhatIsNotKnown() {
    var report = Report(target: "x", format: "pe", state: .notAssessed)
    report.platform = "windows"
    #expect(PlatformAnswer(report) == nil)
    report.state = .trusted
    report.platform = "linux"
    #expect(PlatformAnswer(report) == nil)
  }
}

@Suite struct InspectAndTablesTests {
  @Test func inspectionIsIndentedAndHarmless() {
    let lines = [
      InspectionLine("signer", "CN=\u{1B}[2Jx"), InspectionLine("serial", "01", level: 1), InspectionLine("deep", "v", level: 99),
    ]
    let text = InspectRenderer.text(lines, target: "a\nb", TextStyle())
    #expect(text == "a\\nb\n  signer: CN=\\u{1b}[2Jx\n    serial: 01\n" + String(repeating: " ", count: 18) + "deep: v\n")
    #expect(
      InspectRenderer.json([lines[1]], target: "t")
        == "{\"schema\":\"assay.inspection/1\",\"target\":\"t\",\"lines\":[\n{\"level\":1,\"label\":\"serial\",\"value\":\"01\"}]}\n"
    )
  }

  @Test func findingsAreListed() {
    #expect(
      FindingsTable.text(Samples.codes).hasPrefix(
        "pe.digest.mismatch\n    the file's digest is not the signed one\n    remedy: get"))
    #expect(FindingsTable.json(Samples.codes).contains("{\"code\":\"pki.path.issuer-missing\",\"summary\":\"an issuer's"))
  }
}
