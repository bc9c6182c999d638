import AssayBytes
import AssayCore
import AssayImporters
import AssayMaker
import AssayPKI
import AssayPolicy
import Foundation
import Testing

@Suite struct AppLockerTests {
  private static let program = PESpec().with {
    $0.versionStrings = PESpec.version(company: "Assay Example Ltd", name: "tool.exe")
  }.build()
  private static let signed = PESigner.sign(program, AuthenticodeSpec(TestCA.code()))
  private static let name = "O=ASSAY EXAMPLE LTD, L=BERLIN, C=DE"

  private static func list(_ rules: String, type: String = "Exe", mode: String = "Enabled") -> String {
    "<AppLockerPolicy Version=\"1\"><RuleCollection Type=\"\(type)\" EnforcementMode=\"\(mode)\">\(rules)</RuleCollection></AppLockerPolicy>"
  }

  private static func rule(_ kind: String, _ condition: String, allows: Bool = false, id: String = "r1", more: String = "")
    -> String
  {
    """
    <File\(kind)Rule Id="\(id)" Name="Example rule" Description="" UserOrGroupSid="S-1-1-0" Action="\(allows ? "Allow" : "Deny")">
    <Conditions>\(condition)</Conditions>\(more)</File\(kind)Rule>
    """
  }

  private static func publisher(
    _ name: String, product: String = "*", binary: String = "*", low: String = "*", high: String = "*"
  ) -> String {
    """
    <FilePublisherCondition PublisherName="\(name)" ProductName="\(product)" BinaryName="\(binary)">
    <BinaryVersionRange LowSection="\(low)" HighSection="\(high)"/></FilePublisherCondition>
    """
  }

  private static func digest(_ bytes: [UInt8]) -> String {
    "<FileHashCondition><FileHash Type=\"SHA256\" Data=\"0x\(Imported.hex(bytes))\" SourceFileName=\"x\" SourceFileLength=\"1\"/></FileHashCondition>"
  }

  private func denied(_ condition: String, _ kind: String, _ bytes: [UInt8] = signed, _ target: String = "C/Tools/tool.exe") throws
    -> Decision
  {
    try Imported.denying(Self.list(Self.rule(kind, condition))).judge(
      try Imported.report(bytes, as: target), beside: FolderFacts()
    ).decision
  }

  @Test(arguments: [
    (publisher(name), true), (publisher("*"), true), (publisher("O=ASSAY EXAMPLE, L=BERLIN, C=DE"), false),
    (publisher("Assay Example Ltd"), false),
    (publisher("CN=Assay Example Ltd, O=Assay Example Ltd, L=Berlin, C=DE"), true),
    (publisher(name, product: "TOOL.EXE"), true), (publisher(name, product: "OTHER"), false),
    (publisher(name, binary: "TOOL.EXE"), true), (publisher(name, binary: "OTHER.EXE"), false),
    // Wildcards count in the file's name alone, which then has to contain what they make up.
    (publisher(name, binary: "?"), true), (publisher(name, binary: "OOL*"), true), (publisher(name, binary: "*T?OL"), true),
    (publisher(name, binary: "TOOL"), false), (publisher(name, binary: "OTHER*"), false),
    (publisher(name, product: "TOOL*"), false),
    (publisher("O=ASSAY*"), false),
    // The program has 1.2.3.4.
    (publisher(name, binary: "TOOL.EXE", low: "1.2.3.4"), true), (publisher(name, low: "1.2.3.5"), false),
    (publisher(name, high: "1.2.3.4"), true), (publisher(name, high: "1.2.3.3"), false),
    (publisher(name, low: "1.2.3.4", high: "1.2.3.4"), true),
  ]) func aPublisherDenies(_ condition: String, _ isDenied: Bool) throws {
    #expect(try denied(condition, "Publisher") == (isDenied ? .reject : .accept))
  }

  /// Publishers of the Store have a common name and nothing else; programs are then named by it as if it were an organization.
  @Test(arguments: [
    ("CN=22BAF22C-B18E-47D6", true), ("O=22BAF22C-B18E-47D6", true), ("CN=22BAF22C-B18E-47D6, O=22BAF22C-B18E-47D6", false),
    ("CN=22BAF22C-B18E", false), ("22BAF22C-B18E-47D6", false),
  ]) func aPublisherWithoutAnOrganization(_ wanted: String, _ isDenied: Bool) throws {
    let identity = TestCA.code { $0.subject = Name(commonName: "22BAF22C-B18E-47D6") }
    let signed = PESigner.sign(Self.program, AuthenticodeSpec(identity))
    #expect(try denied(Self.publisher(wanted), "Publisher", signed) == (isDenied ? .reject : .accept))
  }

  @Test(arguments: [
    ("%OSDRIVE%\\Tools\\*", "C/Tools/tool.exe", Decision.reject), ("C:\\Tools\\*", "mnt/C/tools/a/b.exe", .reject),
    ("D:\\Tools\\*", "C/Tools/tool.exe", .accept), ("*\\tool.exe", "anywhere/tool.exe", .reject),
    ("%PROGRAMFILES%\\App\\*", "C/Program Files (x86)/App/tool.exe", .reject), ("%WINDIR%\\*", "C/Windows/tool.exe", .reject),
    ("%WINDIR%\\*", "C/Tools/tool.exe", .accept), ("%OSDRIVE%\\Tools\\tool.exe", "C/Tools/x/tool.exe", .accept),
    ("%REMOVABLE%\\*", "C/Tools/tool.exe", .accept), ("%SystemDrive%\\*", "C/Tools/tool.exe", .accept),
    ("%OSDRIVE%\\Tools\\t??l.exe", "C/Tools/tool.exe", .accept), ("%OSDRIVE%\\*", "tool.exe", .undecided),
    ("%OSDRIVE%\\a*b*c", "C/aXbYbZc", .reject), ("%OSDRIVE%\\a*b*c", "C/aXbYbZ", .accept),
    ("%OSDRIVE%\\Windows\\..\\x", "C/x", .accept),
  ]) func aPathDenies(_ path: String, _ target: String, _ decision: Decision) throws {
    #expect(try denied("<FilePathCondition Path=\"\(path)\"/>", "Path", Self.signed, target) == decision)
  }

  @Test func aDigestDenies() throws {
    #expect(try denied(Self.digest(PEImage(Self.program).digest(.sha256)), "Hash") == .reject)
    #expect(try denied(Self.digest(Hash.sha256(Self.program)), "Hash") == .accept)
  }

  private static let installer = InstallerSpec().sign(AuthenticodeSpec(TestCA.code()))
  private static let script = Array("echo hello\r\n".utf8)

  /// Files of every collection that is told by its name or its form.
  private static let ofCollections: [(type: String, target: String, bytes: [UInt8])] = [
    ("Exe", "C/Tools/tool.exe", signed), ("Exe", "C/Tools/tool.com", program), ("Exe", "C/Tools/tool", signed),
    ("Dll", "C/Tools/a.dll", signed), ("Dll", "C/Tools/a.ocx", signed),
    ("Script", "C/a.ps1", script), ("Script", "C/a.bat", script), ("Script", "C/a.cmd", script), ("Script", "C/a.vbs", script),
    ("Script", "C/a.js", script), ("Msi", "C/setup.msi", installer), ("Msi", "C/setup.msp", installer),
  ]

  private static func flat(_ digest: [UInt8]) -> String {
    Self.digest(digest).replacing("Type=\"SHA256\"", with: "Type=\"SHA256Flat\"")
  }

  @Test(arguments: ofCollections.indices) func aFlatDigestHitsEveryKindOfFile(_ number: Int) throws {
    let (type, target, bytes) = Self.ofCollections[number]
    func answer(_ digest: [UInt8], _ type: String, knowing: Bool = true) throws -> String {
      let rules = try Imported.rules(Self.list(Self.rule("Hash", Self.flat(digest)), type: type))
      #expect(rules.flatDigests == [.sha256] && rules.listedDigests.isEmpty)
      let report = try Imported.report(bytes, as: target, listed: [], flat: knowing ? rules.flatDigests : [])
      switch rules.refuses(ReportFacts(report)) {
      case .hit(let rule): return rule.isExact ? "hit" : "hit by more"
      case .clear: return "clear"
      case .unknown: return "unknown"
      }
    }
    let whole = Hash.sha256(bytes)
    var other = whole
    other[0] ^= 1
    #expect(try answer(whole, type) == "hit", "\(target)")
    #expect(try answer(other, type) == "clear", "\(target)")
    // The digest was not made: nobody knows.
    #expect(try answer(whole, type, knowing: false) == "unknown", "\(target)")
    // A collection of other files says nothing of it.
    #expect(try answer(whole, type == "Exe" ? "Appx" : "Exe") == "clear", "\(target)")
  }

  @Test func aFlatDigestIsNoOtherDigest() throws {
    let image = PEImage(Self.program).digest(.sha256)
    func verdict(_ condition: String) throws -> Verdict {
      let policy = try Imported.denying(Self.list(Self.rule("Hash", condition)))
      let report = try Imported.report(
        Self.signed, as: "C/Tools/tool.exe", listed: policy.listedDigests, flat: policy.wantedDigests)
      return policy.judge(report, beside: FolderFacts())
    }
    #expect(try verdict(Self.digest(image)).state == .distrusted)
    #expect(try verdict(Self.flat(image)).decision == .accept)
    #expect(try verdict(Self.digest(Hash.sha256(Self.signed))).decision == .accept)
    // Both kinds in one condition.
    let both =
      Self.flat(Hash.sha256(Self.signed)).replacing("</FileHashCondition>", with: "")
      + Self.digest([UInt8](repeating: 1, count: 32)).replacing("<FileHashCondition>", with: "")
    #expect(try verdict(both).state == .distrusted)
  }

  /// Scripts and installers by the digest that Windows itself makes of them: every octet of what is no image.
  @Test(arguments: [5, 6, 8, 9, 10, 11]) func anOwnDigestHitsScriptsAndInstallers(_ number: Int) throws {
    let (type, target, bytes) = Self.ofCollections[number]
    let policy = try Imported.denying(Self.list(Self.rule("Hash", Self.digest(Hash.sha256(bytes))), type: type))
    let report = try Imported.report(bytes, as: target, listed: policy.listedDigests, flat: policy.wantedDigests)
    #expect(policy.judge(report, beside: FolderFacts()).state == .distrusted, "\(target)")
  }

  @Test func aFlatDigestAllows() throws {
    let rules = Self.list(Self.rule("Hash", Self.flat(Hash.sha256(Self.program)), allows: true))
    let policy = try Imported.allowing(rules)
    func decision(_ bytes: [UInt8]) throws -> Decision {
      let report = try Imported.report(bytes, as: "C/Tools/tool.exe", listed: policy.listedDigests, flat: policy.wantedDigests)
      return policy.judge(report, beside: FolderFacts()).decision
    }
    #expect(try decision(Self.program) == .accept)
    #expect(try decision(Self.program + [0]) == .reject)
  }

  @Test func exceptionsAndOrder() throws {
    func decision(_ rules: String, _ bytes: [UInt8] = Self.signed, type: String = "Exe") throws -> Decision {
      try Imported.allowing(Self.list(rules, type: type)).judge(
        try Imported.report(bytes, as: "C/Tools/tool.exe"), beside: FolderFacts()
      )
      .decision
    }
    let allow = Self.rule("Publisher", Self.publisher(Self.name), allows: true)
    #expect(try decision(allow) == .accept)
    let except = "<Exceptions><FilePathCondition Path=\"*\\tool.exe\"/></Exceptions>"
    #expect(try decision(Self.rule("Publisher", Self.publisher(Self.name), allows: true, more: except)) == .reject)
    // What denies goes first; what no rule allows does not run; a collection of other files says nothing.
    #expect(try decision(allow + Self.rule("Path", "<FilePathCondition Path=\"*\"/>", id: "r2")) == .reject)
    #expect(try decision(Self.rule("Publisher", Self.publisher("O=X"), allows: true)) == .reject)
    #expect(try decision(Self.rule("Publisher", Self.publisher("O=X"), allows: true), type: "Msi") == .accept)
    // Unsigned: by digest, not by path.
    let byDigest = Self.rule("Hash", Self.digest(PEImage(Self.program).digest(.sha256)), allows: true)
    #expect(try decision(byDigest, Self.program) == .accept)
    #expect(try decision(Self.rule("Path", "<FilePathCondition Path=\"*\"/>", allows: true), Self.program) == .reject)
    // The name of the publisher under a root that nobody trusts.
    #expect(try decision(allow, PESigner.sign(Self.program, AuthenticodeSpec(TestCA.rogueCode()))) == .reject)
  }

  /// The default rules let administrators run everything: that says nothing of anybody else.
  @Test func rulesForSomeUsersAllowNobodyElse() throws {
    let everything = Self.rule("Path", "<FilePathCondition Path=\"*\"/>", allows: true)
    let some = everything.replacing("S-1-1-0", with: "S-1-5-32-544").replacing("r1", with: "r0")
    func decision(_ rules: String) throws -> Verdict {
      try Imported.allowing(Self.list(rules)).judge(try Imported.report(Self.signed, as: "C/Tools/tool.exe"), beside: FolderFacts())
    }
    #expect(try decision(everything).decision == .accept)
    #expect(try decision(some).decision == .undecided)
    #expect(try decision(some).reason.contains("rule r0 allows S-1-5-32-544 alone"))
    #expect(try decision(some + everything).decision == .accept)
    #expect(try decision(some.replacing("Path=\"*\"", with: "Path=\"*\\x.exe\"")).decision == .reject)
    // What is denied to some is refused.
    let denied = some.replacing("\"Allow\"", with: "\"Deny\"")
    #expect(try decision(denied + everything).decision == .reject)
    #expect(
      try Imported.rules(Self.list(some)).notes == [
        "rule r0 is for S-1-5-32-544 alone; it settles nothing, since who runs a file is not known"
      ])
    #expect(try Imported.rules(Self.list(denied)).notes.first?.hasSuffix("as if for everyone") == true)
  }

  /// Parts of Microsoft's schema that are not about what may run.
  @Test func otherPartsAreSaid() throws {
    let rule = Self.rule("Publisher", Self.publisher("*"))
    let installers = Self.list(rule, type: "ManagedInstaller", mode: "AuditOnly")
    let more =
      "<PolicyExtensions><ThresholdExtensions><Services><InstallationPolicy/></Services></ThresholdExtensions></PolicyExtensions></AppLockerPolicy>"
    let list = installers.replacing("</AppLockerPolicy>", with: more)
    #expect(try Imported.rules(list).notes.map { $0.contains("who may install") } == [true, false])
    #expect(try Imported.rules(list).counts.isEmpty)
    let audited =
      "<RuleCollection Type=\"Script\" EnforcementMode=\"AuditOnly\">\(rule.replacing("r1", with: "r2"))</RuleCollection>"
    let mixed = Self.list(rule).replacing("</AppLockerPolicy>", with: audited + "</AppLockerPolicy>")
    #expect(try Imported.rules(mixed).notes == ["collection Script only audits, others enforce; it is judged by as if it enforced"])
    #expect(try Imported.rules(Self.list(rule, mode: "AuditOnly")).notes.isEmpty)
  }

  @Test(arguments: [
    ("<FileColourRule Id=\"a\" Action=\"Deny\"/>", "import.rule.unknown"), (rule("Hash", ""), "import.rule.malformed"),
    (rule("Hash", "<FileHashCondition><FileHash Type=\"MD5\" Data=\"0x00\"/></FileHashCondition>"), "import.rule.malformed"),
    (rule("Path", "<FilePathCondition/>"), "import.rule.malformed"), (rule("Path", "<Other/>"), "import.rule.unknown"),
    (rule("Publisher", publisher("*", low: "x")), "import.rule.malformed"),
    (rule("Publisher", publisher("*")) + rule("Publisher", publisher("*")), "import.rule.duplicate"),
    ("<FilePathRule Id=\"a\" Action=\"Ask\"/>", "import.rule.malformed"),
  ]) func aRuleThatCannotBeKeptIsAnError(_ rules: String, _ code: String) {
    #expect {
      try Imported.rules(Self.list(rules))
    } throws: { ($0 as? ParseError)?.code == code }
  }

  @Test(
    .enabled(if: Imported.corpus != nil, "ASSAY_CORPUS is not set: real AppLocker policies are not read"),
    arguments: [
      ("executable", 79), (" windows installer rules", 1), ("-packaged app rules", 3), ("-script rules", 10),
    ]) func realPoliciesAreKeptWhole(_ name: String, _ written: Int) throws
  {
    let file =
      name == "executable"
      ? "applocker policy - executable.xml" : name.hasPrefix(" ") ? "applocker policy -\(name).xml" : "applocker policy \(name).xml"
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(Imported.corpus ?? "")/policy/\(file)")))
    let rules = try #require(try ForeignList().rules(file, bytes))
    print("\(file): " + rules.counts.map { "\($0.count) \($0.kind)" }.joined(separator: ", "))
    #expect(rules.counts.filter { $0.kind != "exceptions of these" }.reduce(0) { $0 + $1.count } == written)
  }
}

@Suite struct DriverListTests {
  private func verdict(_ text: String) throws -> Verdict {
    let policy = try Imported.denying(text)
    let report = try Imported.report(Imported.driver, listed: policy.listedDigests, flat: policy.wantedDigests)
    return policy.judge(report, beside: FolderFacts())
  }

  private func json(_ sample: String) -> String {
    "[{\"Id\": \"id-1\", \"Tags\": [\"example.sys\"], \"KnownVulnerableSamples\": [\(sample)]}]"
  }

  @Test func everyDigestDenies() throws {
    let flat = Imported.driver
    let image = PEImage(Imported.plain)
    for (key, value) in [("MD5", Hash.md5(flat)), ("SHA1", Hash.sha1(flat)), ("SHA256", Hash.sha256(flat))] {
      let verdict = try verdict(json("{\"Filename\": \"bad.sys\", \"\(key)\": \"\(Imported.hex(value))\"}"))
      #expect(verdict.state == .distrusted && verdict.reason.contains("id-1 \"bad.sys\""), "\(key): \(verdict.reason)")
    }
    for (key, value) in [("SHA1", image.digest(.sha1)), ("SHA256", image.digest(.sha256))] {
      let verdict = try verdict(json("{\"MD5\": \"-\", \"Authentihash\": {\"\(key)\": \"\(Imported.hex(value).lowercased())\"}}"))
      #expect(verdict.state == .distrusted && verdict.reason.contains("example.sys"), "\(key): \(verdict.reason)")
    }
    #expect(try verdict(json("{\"SHA256\": \"\(String(repeating: "0", count: 64))\"}")).decision == .accept)
  }

  @Test func tablesDeny() throws {
    let hash = Imported.hex(Hash.sha256(Imported.driver))
    let text =
      "Id,Tags,\"KnownVulnerableSamples_SHA256\",Other\r\nx,\"a \"\"b\"\", c\",\"\(String(repeating: "1", count: 64)), \(hash)\",\r\n"
    let verdict = try verdict(text)
    #expect(verdict.state == .distrusted && verdict.reason.contains("x \"a \"b\", c\""), "\(verdict.reason)")
    #expect(try self.verdict(text.replacing(hash, with: String(repeating: "2", count: 64))).decision == .accept)
  }

  @Test func whatNamesNoDigestIsSaid() throws {
    let rules = try Imported.rules(json("{\"Filename\": \"a\"}, {\"MD5\": \"\"}"))
    #expect(rules.notes == ["2 of 2 samples have no digest: nothing can be judged by them"])
    #expect(rules.counts.map(\.count) == [1, 2])
  }

  @Test(arguments: [
    "[{\"KnownVulnerableSamples\": [{\"MD5\": \"00\"}]}]", "[{\"KnownVulnerableSamples\": 1}]", "{\"a\": 1}", "[1, 2]", "{",
    "sha256,name\n00,x\n", "sha256,name\n\"00", "sha256,name\n\(String(repeating: "0", count: 64))\n",
  ]) func aListThatCannotBeKeptIsAnError(_ text: String) { #expect(throws: (any Error).self) { try Imported.denying(text) } }

  /// A plain list stays one.
  @Test func digestsOneALine() throws {
    let text =
      "# mine\n\(Hash.sha256(Imported.driver).map { String($0, radix: 16).count == 1 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined())  bad.sys\n"
    let verdict = try verdict(text)
    #expect(verdict.state == .distrusted)
  }
}
