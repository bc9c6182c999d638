import AssayCore
import AssayMaker
import AssayPKI
import AssayPolicy
import AssayTrustData
import Testing

/// An artifact with one signature by the house authority, in bundle `corp`.
private func report(
  _ target: String = "opt/corp/tool.exe", state: State = .trusted, change: (inout ReportFacts) throws -> Void = { _ in }
) throws -> ReportFacts {
  var facts = ReportFacts(target: target, state: state)
  facts.format = "pe"
  facts.platform = "windows"
  facts.roles = [.executable]
  if state != .unsigned {
    var signature = try signature()
    signature.state = state
    signature.isVerified = state == .trusted
    signature.claimed = signature.chain ?? []
    facts.signatures = [signature]
  }
  try change(&facts)
  return facts
}

private func judge(_ text: String, _ facts: ReportFacts) throws -> Verdict { try policy("version: 1\n" + text).judge(facts) }

@Suite struct JudgeTests {
  @Test func theFirstRuleThatFitsDecides() throws {
    let rules = """
      rules:
        - {name: a, attack: T1554, match: {path: "opt/other/**"}}
        - {name: b, attack: [T1036, T1036.005], match: {format: [elf, pe], role: executable, name: "*.EXE", platform: windows}, require: never}
        - {name: c, attack: T1554.001, match: {format: pe}}
      """
    let verdict = try judge(rules, try report())
    #expect(verdict.decision == .reject && verdict.rule == "b" && verdict.attack == ["T1036", "T1036.005"])
    let accepted = try judge(rules, try report { $0.roles = [.library] })
    #expect(accepted.decision == .accept && accepted.rule == "c" && accepted.attack == ["T1554.001"])
    #expect(try judge(rules, try report { $0.platform = "linux" }).rule == "c")
    let other = try judge(rules, try report { $0.format = nil })
    #expect(other.decision == .reject && other.rule == nil && other.reason.contains("default is reject"))
  }

  @Test(arguments: [
    ("opt/corp/**", "opt/corp/a.exe", true), ("opt/corp/**", "/opt/corp/a.exe", true), ("opt/corp/**", "./opt/corp//a.exe", true),
    ("opt/corp/**", "opt/corp/../evil/a.exe", false), ("opt/corp/**", "x/../opt/corp/a.exe", true),
    ("opt/corp/**", "../opt/corp/a.exe", false),
    ("OPT/Corp/*", "opt/corp/a.exe", true),
  ])
  func pathsAreNormalised(pattern: String, target: String, fits: Bool) throws {
    let rules = "rules: [{name: a, match: {path: '\(pattern)'}}]"
    #expect(try judge(rules, try report(target)).rule == (fits ? "a" : nil))
  }

  @Test(arguments: [
    ("always", Decision.accept), ("never", .reject), ("notarized", .undecided), ("'!notarized'", .undecided),
    ("anchor corp", .accept),
    ("anchor other", .reject), ("{all: [always, notarized]}", .undecided), ("{all: [never, notarized]}", .reject),
    ("{all: [always, anchor corp]}", .accept),
    ("{all: []}", .reject), ("{any: []}", .reject), ("{any: [never, notarized]}", .undecided),
    ("{any: [always, notarized]}", .accept),
    ("{any: [never, never]}", .reject), ("{threshold: 2, of: [always, never, always]}", .accept),
    ("{threshold: 2, of: [always, never, notarized]}", .undecided), ("{threshold: 2, of: [always, never, never]}", .reject),
    ("{threshold: 1, of: [{all: [always, {any: [never, anchor corp]}]}]}", .accept),
  ])
  func demands(require: String, decision: Decision) throws {
    let verdict = try judge("rules: [{name: a, require: \(require)}]", try report())
    #expect(verdict.decision == decision, "\(verdict.reason)")
    #expect(!verdict.reason.isEmpty)
  }

  /// Only `trusted` can be accepted; what could not be assessed is undecided, whatever the rule.
  @Test(arguments: State.allCases)
  func states(state: State) throws {
    let expected: Decision = state == .trusted ? .accept : state == .notAssessed ? .undecided : .reject
    for text in ["rules: [{name: a}]", "default: trusted", "default: builtin:m1045", "rules: [{name: a, require: always}]"] {
      #expect(try judge(text, try report(state: state)).decision == expected, "\(text)")
    }
    let unsafe: Decision = state == .unsigned ? .accept : expected
    #expect(try judge("default: unsafe-allow-unsigned", try report(state: state)).decision == unsafe)
    let lenient = try judge("rules: [{name: a, require: never, unsafe-allow-unsigned: true}]", try report(state: state))
    #expect(lenient.decision == (state == .unsigned ? .accept : state == .notAssessed ? .undecided : .reject))
    #expect(try judge("default: reject", try report(state: state)).decision == (state == .notAssessed ? .undecided : .reject))
  }

  @Test func unsignedIsAcceptedWithAWarningOnly() throws {
    let verdict = try judge("default: unsafe-allow-unsigned", try report(state: .unsigned))
    #expect(verdict.findings.map(\.code) == ["policy.unsigned.allowed"] && verdict.findings[0].severity == .warning)
  }

  @Test func oneTrustedSignatureIsEnough() throws {
    let facts = try report {
      var bad = $0.signatures[0]
      bad.state = .tampered
      bad.isVerified = false
      var other = try signature(organization: "Other", bundle: "other")
      other.revocation = .notEstablished
      $0.signatures = [bad, other, $0.signatures[0]]
    }
    #expect(try judge("rules: [{name: a, require: anchor corp}]", facts).decision == .accept)
    #expect(try judge("rules: [{name: a, require: anchor other}]", facts).decision == .accept)
    #expect(try judge("rules: [{name: a, require: {all: [anchor corp, anchor other]}}]", facts).decision == .accept)
    #expect(try judge("rules: [{name: a, require: anchor corp and anchor other}]", facts).decision == .reject)
    // The signature that decides is the one whose revocation must be known.
    #expect(try judge("revocation: required\nrules: [{name: a, require: anchor corp}]", facts).decision == .accept)
    #expect(try judge("revocation: required\nrules: [{name: a, require: anchor other}]", facts).decision == .undecided)
    #expect(try judge("rules: [{name: a, revocation: required, require: anchor other}]", facts).decision == .undecided)
    #expect(
      try judge("revocation: required\nrules: [{name: a, revocation: when-known, require: anchor other}]", facts).decision
        == .accept)
  }

  @Test func aClaimedSignerSatisfiesNothing() throws {
    let facts = try report { $0.signatures[0].isVerified = false }
    #expect(try judge("rules: [{name: a, require: always}]", facts).decision == .reject)
    #expect(try judge("rules: [{name: a, require: '!anchor x'}]", facts).decision == .reject)
  }

  private static let digest = String(repeating: "ab", count: 32)

  @Test func denyLists() throws {
    let deny = "rules: [{name: a, deny: [{sha256: \(Self.digest.uppercased()), reason: known bad}]}]"
    let hit = try judge(deny, try report { $0.digests["sha256"] = Self.digest })
    #expect(hit.decision == .reject && hit.state == .distrusted && hit.rule == "a" && hit.reason.contains("known bad"))
    #expect(hit.findings.map(\.code) == ["policy.deny.hit"])
    let clear = try judge(deny, try report { $0.digests["sha256"] = String(repeating: "00", count: 32) })
    #expect(clear.decision == .accept && clear.state == .trusted)
    let unknown = try judge(deny, try report())
    #expect(unknown.decision == .undecided && unknown.reason.contains("sha256"))
    #expect(try judge(deny, try report(state: .tampered)).decision == .reject)
    #expect(try policy("version: 1\n" + deny).wantedDigests == [.sha256])
  }

  /// A bundle whose tool is banned is banned; whom the tool is signed by is the seal's affair.
  @Test func denyListsReachParts() throws {
    let deny = "deny: [{sha256: \(Self.digest), reason: known bad}]\ndefault: trusted"
    let other = String(repeating: "00", count: 32)
    func whole(_ inner: String?) throws -> ReportFacts {
      let tool = try report("a.app/Contents/MacOS/tool") { $0.digests["sha256"] = inner }
      let middle = try report("a.app/Contents/Frameworks/F.framework") { ($0.digests["sha256"], $0.parts) = (other, [tool]) }
      return try report("a.app") { ($0.digests["sha256"], $0.parts) = (other, [middle]) }
    }
    let hit = try judge(deny, whole(Self.digest))
    #expect(hit.decision == .reject && hit.state == .distrusted && hit.reason.contains("a.app/Contents/MacOS/tool"))
    #expect(try judge(deny, whole(other)).decision == .accept)
    #expect(try judge(deny, whole(nil)).decision == .undecided)
  }

  @Test func denyOfEveryKind() throws {
    let leaf = try certificate(TestCA.code("Corp Ltd").leaf)
    let issuer = try certificate(TestCA.codeIntermediate)
    func hex(_ bytes: [UInt8]) -> String { bytes.map { (($0 < 16 ? "0" : "") + String($0, radix: 16)) }.joined() }
    let hits = [
      "certificate-sha256: \(hex(leaf.fingerprint(.sha256)))", "certificate-sha1: \(hex(issuer.fingerprint(.sha1)))",
      "key-sha256: \(hex(DigestAlgorithm.sha256.digest(issuer.publicKey.spki)))", "requirement: anchor corp", "state: trusted",
      "authenticode-sha256: \(Self.digest)",
    ]
    let facts = try report { $0.digests["authenticode-sha256"] = Self.digest }
    for entry in hits {
      let verdict = try judge("deny: [{\(entry)}]\ndefault: trusted", facts)
      #expect(verdict.decision == .reject && verdict.state == .distrusted, "\(entry)")
    }
    for entry in [
      "certificate-sha256: \(Self.digest)", "key-sha256: \(Self.digest)", "requirement: anchor x", "state: [expired, revoked]",
    ] {
      #expect(try judge("deny: [{\(entry)}]\ndefault: trusted", facts).decision == .accept, "\(entry)")
    }
    #expect(try judge("deny: [{requirement: notarized}]\ndefault: trusted", facts).decision == .undecided)
    // A certificate is denied also where nothing is verified.
    let tampered = try judge("deny: [{\(hits[0])}]\ndefault: trusted", try report(state: .tampered))
    #expect(tampered.state == .distrusted)
    // A format without an Authenticode digest cannot be on such a list.
    let elf = try report { $0.format = "elf" }
    #expect(try judge("deny: [{authenticode-sha256: \(Self.digest)}]\ndefault: trusted", elf).decision == .accept)
    #expect(try judge("deny: [{authenticode-sha256: \(Self.digest)}]\ndefault: trusted", try report()).decision == .undecided)
  }

  @Test func modes() throws {
    let text = "mode: monitor\nrules: [{name: a, match: {format: pe}, mode: enforce}]"
    #expect(try judge(text, try report()).mode == .enforce)
    #expect(try judge(text, try report { $0.format = "elf" }).mode == .monitor)
    #expect(try policy("version: 1\nmode: learn").isMonitor)
  }

  @Test func whatIsNoCodeIsNotJudged() throws {
    let text = try report("a.txt", state: .unsigned) { $0.isCode = false }
    for rules in ["default: builtin:m1045", "default: reject", "default: unsafe-allow-unsigned"] {
      let verdict = try judge(rules, text)
      #expect(!verdict.isJudged && verdict.decision == .undecided)
    }
    #expect(try judge("rules: [{name: a}]", text).isJudged)
    #expect(try judge("default: reject", try report()).isJudged)
  }

  @Test func aRequirementOfTheCommandLine() throws {
    let builtin = try #require(CompiledPolicy.builtin("m1045", names: .windows))
    #expect(try builtin.requiring("anchor corp", origin: "--requirement").judge(try report()).decision == .accept)
    #expect(try builtin.requiring("anchor x", origin: "--requirement").judge(try report()).decision == .reject)
    #expect(try builtin.requiring("notarized", origin: "--requirement").judge(try report()).decision == .undecided)
    let unsigned = try policy("version: 1\ndefault: unsafe-allow-unsigned").requiring("always", origin: "--requirement")
    #expect(unsigned.judge(try report(state: .unsigned)).decision == .reject)
    do {
      _ = try builtin.requiring("anchor corp and", origin: "--requirement")
      Issue.record("accepted")
    } catch {
      #expect(error.description == "--requirement:1:16: expected a term, found the end")
    }
  }
}

@Suite struct NameRuleTests {
  private let builtin = CompiledPolicy.builtin("m1045", names: .windows)

  private func judge(_ facts: ReportFacts, beside programs: [FolderFacts.Program] = []) throws -> Verdict {
    var folder = FolderFacts()
    folder.trustedPrograms = programs
    return try #require(builtin).judge(facts, beside: folder)
  }

  /// Signed by Microsoft Windows under Microsoft's root.
  private static func system(
    _ organization: String = "Microsoft Corporation", anchor: String = "Microsoft Root Certificate Authority 2010"
  )
    throws -> SignatureFacts
  {
    var root = CertificateFacts.Saved()
    root.subject = ["CN": [anchor]]
    var facts = try signature(organization: organization, bundle: "microsoft")
    facts.chain = [CertificateFacts(CertificateFacts.Saved()), CertificateFacts(root)]
    facts.commonName = "Microsoft Windows"
    facts.signerName = "Microsoft Windows"
    return facts
  }

  @Test(arguments: [
    ("Windows/System32/svchost.exe", true), ("C/WINDOWS/system32/SVCHOST.EXE", true),
    ("mnt/disk/Windows/System32/svchost.exe", true),
    ("Windows/WinSxS/amd64_x/svchost.exe", true), ("svchost.exe", true), ("evidence/svchost.exe", true),
    ("Windows/svchost.exe", false),
    ("Windows/Temp/svchost.exe", false), ("Users/Public/svchost.exe", false), ("C/Users/x/Windows/System32/svchost.exe", false),
    ("home/users/case/C/Windows/System32/svchost.exe", true), ("ProgramData/svchost.exe", false),
    ("Windows/System32/x/svchost.exe", false),
  ])
  func placeOfASystemFile(target: String, isAccepted: Bool) throws {
    let verdict = try judge(try report(target) { $0.signatures = [try Self.system()] })
    #expect(verdict.decision == (isAccepted ? .accept : .reject), "\(verdict.reason)")
    #expect(verdict.findings.map(\.code) == (isAccepted ? [] : ["policy.name.location"]))
    #expect(verdict.attack == (isAccepted ? ["T1036", "T1036.001", "T1036.005", "T1554"] : ["T1036.005"]))
  }

  @Test func publisherOfASystemFile() throws {
    for signature in [
      try signature(), try Self.system("Microsoft Corporation Ltd"), try Self.system(anchor: "DigiCert Trusted Root G4"),
      try signature(organization: "Microsoft Corporation", bundle: "corp"),
    ] {
      let verdict = try judge(try report("Windows/System32/lsass.exe") { $0.signatures = [signature] })
      #expect(verdict.decision == .reject && verdict.attack == ["T1036.005"])
      #expect(verdict.findings.map(\.code) == ["policy.name.publisher"])
    }
    // In place and unsigned: the catalogs may hold it, so nothing is said of masquerading.
    let inPlace = try judge(try report("Windows/System32/lsass.exe", state: .unsigned))
    #expect(inPlace.decision == .reject && inPlace.findings.isEmpty && inPlace.attack == ["T1036"])
    let elsewhere = try judge(try report("Users/x/lsass.exe", state: .unsigned))
    #expect(elsewhere.attack == ["T1036", "T1036.005"])
    #expect(try judge(try report("Windows/System32/lsass.exe", state: .tampered)).attack == ["T1036.001", "T1036.005"])
  }

  @Test func aRenamedSystemProgram() throws {
    let verdict = try judge(
      try report("Users/x/update.exe") {
        $0.signatures = [try Self.system()]
        $0.originalFilename = "Cmd.Exe.MUI"
      })
    #expect(verdict.decision == .accept && verdict.findings.map(\.code) == ["policy.name.renamed"])
    #expect(verdict.findings[0].attack == ["T1036"] && verdict.findings[0].severity == .warning)
    let same = try judge(
      try report("Windows/System32/cmd.exe") {
        $0.signatures = [try Self.system()]
        $0.originalFilename = "Cmd.Exe.MUI"
      })
    #expect(same.findings.isEmpty)
  }

  @Test(arguments: [
    ("Microsoft Corporation", "Corp Ltd", [Role.executable], Decision.reject, "policy.publisher.vendor"),
    ("Microsoft", "Corp Ltd", [.library], .accept, "policy.publisher.vendor"),
    ("Microsoft Corporation", "Microsoft Corporation", [.executable], .accept, ""),
    ("Google LLC", "Google Inc", [.executable], .accept, ""), ("Mozilla.org", "Mozilla Corporation", [.executable], .accept, ""),
    ("Intel(R) Corporation", "MOSEK ApS", [.library], .accept, "policy.publisher.vendor"),
    ("Adobe Systems, Incorporated", "Corp Ltd", [.executable], .reject, "policy.publisher.vendor"),
    ("Hewlett-Packard", "HP Inc.", [.executable], .accept, ""),
    ("Contoso", "Corp Ltd", [.executable], .accept, "policy.publisher.company"),
    ("Corp Software GmbH", "Corp Ltd", [.executable], .accept, ""), ("The Qt Company Ltd.", "Qt Group", [.executable], .accept, ""),
    ("WinSoft Tools", "Winsoft", [.executable], .accept, ""), ("Software Inc.", "Corp Ltd", [.executable], .accept, ""),
    ("", "Corp Ltd", [.executable], .accept, ""),
  ])
  func versionResourceAgainstSigner(company: String, signer: String, roles: [Role], decision: Decision, code: String) throws {
    let verdict = try judge(
      try report("app/tool.bin") {
        $0.signatures = [try signature(organization: signer)]
        $0.companyName = company
        $0.roles = roles
      })
    #expect(verdict.decision == decision, "\(verdict.reason)")
    #expect(verdict.findings.map(\.code) == (code.isEmpty ? [] : [code]))
    #expect(verdict.findings.flatMap(\.attack) == (code.isEmpty ? [] : ["T1036"]))
  }

  @Test func driversTestedByMicrosoftAreTheirVendors() throws {
    let verdict = try judge(
      try report("Windows/System32/drivers/nv.sys") {
        $0.companyName = "NVIDIA Corporation"
        $0.signatures = [try Self.system()]
        $0.signatures[0].commonName = "Microsoft Windows Hardware Compatibility Publisher"
      })
    #expect(verdict.decision == .accept && verdict.findings.isEmpty)
  }

  @Test func anUnsignedLibraryBesideASignedProgram() throws {
    let program = FolderFacts.Program(name: "player.exe", publisher: "Corp Ltd")
    let library = try report("app/codec.dll", state: .unsigned) { $0.roles = [.library] }
    let verdict = try judge(library, beside: [program])
    #expect(verdict.decision == .reject && verdict.findings.map(\.code) == ["policy.component.untrusted"])
    #expect(verdict.attack == ["T1036", "T1554", "T1574.001"])
    #expect(try judge(library).findings.isEmpty)
    #expect(try judge(try report("app/codec.dll") { $0.roles = [.library] }, beside: [program]).findings.isEmpty)
    #expect(try judge(try report("app/other.exe", state: .unsigned), beside: [program]).findings.isEmpty)
  }

  @Test(arguments: [
    (State.unsigned, ["T1036", "T1059.001"]), (.tampered, ["T1036.001", "T1059.001"]),
    (.trusted, ["T1036", "T1036.001", "T1059.001"]),
  ])
  func powerShell(state: State, attack: [String]) throws {
    let verdict = try judge(
      try report("x/a.ps1", state: state) {
        $0.format = "powershell"
        $0.roles = [.script]
      })
    #expect(verdict.attack == attack)
    #expect(verdict.findings.map(\.code) == (state == .trusted ? [] : ["policy.script.unsigned"]))
  }

  @Test func theTable() {
    let table = NameTable.windows
    #expect(table.systemFiles.count >= 250)
    #expect(Set(table.systemFiles.map(\.name)).count == table.systemFiles.count)
    for file in table.systemFiles {
      #expect(!file.folders.isEmpty && file.name.contains(".") && file.name.allSatisfy { $0.isLowercase || !$0.isLetter })
      #expect(file.folders.allSatisfy { !$0.hasSuffix("/") && !$0.hasPrefix("/") && $0.lowercased() == $0 }, "\(file)")
    }
    #expect(!table.origin.isEmpty && !table.date.isEmpty && table.vendors.count >= 40)
    let ids = AttackMap.m1045.techniques.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(AttackMap.m1045.technique("T1036.001")?.url == "https://attack.mitre.org/techniques/T1036/001/")
  }
}
