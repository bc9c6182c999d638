import AssayBytes
import AssayCore
import AssayImporters
import AssayMaker
import AssayPKI
import AssayPolicy
import Testing

@Suite struct AppControlTests {
  private static let root = "<CertRoot Type=\"TBS\" Value=\"\(Imported.tbs(TestCA.codeIntermediate))\"/>"

  /// A driver denied by a signer with these parts.
  private func denied(by parts: String, files: String = "", eku: String = "") -> String {
    Imported.appControl(
      eku: eku, files: files, signers: "<Signer ID=\"ID_SIGNER_X\" Name=\"Example CA\">\(parts)</Signer>",
      kernel: "<DeniedSigners><DeniedSigner SignerId=\"ID_SIGNER_X\"/></DeniedSigners>")
  }

  private func verdict(_ list: String, _ bytes: [UInt8] = Imported.driver) throws -> Verdict {
    try Imported.denying(list).judge(try Imported.report(bytes), beside: FolderFacts())
  }

  // MARK: Digests

  @Test(arguments: ["sha1", "sha256"], [false, true])
  func aDigestDenies(_ algorithm: String, _ isPage: Bool) throws {
    let hash: Hash = algorithm == "sha1" ? .sha1 : .sha256
    let image = PEImage(Imported.plain)
    // The maker's own page hashes: an offset of four octets, then the digest of the first page.
    let digest = isPage ? Array(image.pageHashes(hash)[4..<(4 + hash([]).count)]) : image.digest(hash)
    let list = Imported.appControl(
      files: "<Deny ID=\"ID_DENY_X\" FriendlyName=\"Example Hash\" Hash=\"\(Imported.hex(digest))\"/>",
      kernel: Imported.ref("ID_DENY_X"))
    let verdict = try verdict(list)
    #expect(verdict.decision == .reject && verdict.state == .distrusted)
    #expect(verdict.reason.contains("ID_DENY_X") && verdict.reason.contains("\"Example Hash\"") && verdict.reason.contains("list"))
    #expect(verdict.reason.contains(isPage ? "first page" : "Authenticode"))
    // Another image is not denied: one byte of code for the whole, one of the headers for the first page.
    var other = Imported.plain
    other[isPage ? 0x4E : other.count - 1] ^= 1
    #expect(try self.verdict(list, PESigner.sign(other, Imported.signer)).decision == .accept)
  }

  @Test func aDigestThatIsNotMeasuredIsUnknown() throws {
    let list = Imported.appControl(
      files: "<Deny ID=\"A\" Hash=\"\(String(repeating: "0", count: 64))\"/>", kernel: Imported.ref("A"))
    let policy = try Imported.denying(list)
    #expect(policy.listedDigests == [.sha256])
    let report = try Imported.report(Imported.driver, listed: [])
    let verdict = policy.judge(report, beside: FolderFacts())
    #expect(verdict.decision == .undecided && verdict.reason.contains("first-page-sha256"))
  }

  @Test func whatIsNoImageIsKnownByAllItsBytes() throws {
    let bytes = Array("Write-Host 1\r\n".utf8)
    let list = Imported.appControl(
      files: "<Deny ID=\"A\" Hash=\"\(Imported.hex(Hash.sha256(bytes)))\"/>", user: Imported.ref("A"))
    let verdict = try Imported.denying(list).judge(try Imported.report(bytes, as: "x.ps1"), beside: FolderFacts())
    #expect(verdict.state == .distrusted)
  }

  // MARK: Signers

  fileprivate struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let parts: String
    var files = ""
    var eku = ""
    let isDenied: Bool
    init(_ name: String, _ parts: String, files: String = "", eku: String = "", _ isDenied: Bool) {
      (testDescription, self.parts, self.files, self.eku, self.isDenied) = (name, parts, files, eku, isDenied)
    }
  }

  private static func file(_ attributes: String) -> String { "<FileAttrib ID=\"F\" FriendlyName=\"f\" \(attributes)/>" }
  private static let ref = "<FileAttribRef RuleID=\"F\"/>"
  private static let ekus = "<EKU ID=\"E\" Value=\"01082B06010505070303\"/><EKU ID=\"O\" OID=\"1.3.6.1.5.5.7.3.4\"/>"

  fileprivate static let cases: [Case] = [
    Case("intermediate", root, true),
    Case("root", "<CertRoot Type=\"TBS\" Value=\"\(Imported.tbs(TestCA.codeRoot))\"/>", true),
    Case("leaf", "<CertRoot Type=\"TBS\" Value=\"\(Imported.tbs(TestCA.code().leaf))\"/>", true),
    Case("by SHA-1", "<CertRoot Type=\"TBS\" Value=\"\(Imported.tbs(TestCA.codeIntermediate, .sha1))\"/>", true),
    Case("by SHA-384", "<CertRoot Type=\"TBS\" Value=\"\(Imported.tbs(TestCA.codeIntermediate, .sha384))\"/>", true),
    Case("another CA", "<CertRoot Type=\"TBS\" Value=\"\(Imported.tbs(TestCA.timeIntermediate))\"/>", false),
    // Attack 10: a look-alike has the name and not the key.
    Case("look-alike CA", "<CertRoot Type=\"TBS\" Value=\"\(Imported.tbs(TestCA.rogueIntermediate))\"/>", false),
    Case("well-known root", "<CertRoot Type=\"Wellknown\" Value=\"06\"/>", false),
    Case("publisher", root + "<CertPublisher Value=\"Assay Example Ltd\"/>", true),
    Case("publisher in another case", root + "<CertPublisher Value=\"ASSAY Example LTD\"/>", true),
    Case("another publisher", root + "<CertPublisher Value=\"Assay Example\"/>", false),
    Case("issuer", root + "<CertIssuer Value=\"Assay Test Code Signing CA\"/>", true),
    Case("another issuer", root + "<CertIssuer Value=\"X\"/>", false),
    Case("OEM", root + "<CertOemID Value=\"Example OEM\"/>", true),
    Case("another OEM", root + "<CertOemID Value=\"Other OEM\"/>", false),
    Case("original name", root + ref, files: file("FileName=\"EXAMPLE.sys\""), true),
    Case("another name", root + ref, files: file("FileName=\"other.sys\""), false),
    Case("internal name", root + ref, files: file("InternalName=\"example.sys\""), true),
    Case("product", root + ref, files: file("ProductName=\"example.sys\""), true),
    Case("description", root + ref, files: file("FileDescription=\"other\""), false),
    Case("any name", root + ref, files: file("FileName=\"*\" ProductName=\"*\""), true),
    // The driver has 1.2.3.4.
    Case(
      "range", root + ref, files: file("FileName=\"example.sys\" MinimumFileVersion=\"0.0.0.0\" MaximumFileVersion=\"1.2.3.4\""),
      true),
    Case(
      "range below", root + ref,
      files: file("FileName=\"example.sys\" MinimumFileVersion=\"0.0.0.0\" MaximumFileVersion=\"1.2.3.3\""), false),
    Case(
      "range above", root + ref,
      files: file("FileName=\"example.sys\" MinimumFileVersion=\"1.2.3.5\" MaximumFileVersion=\"9.0.0.0\""), false),
    Case("parts are numbers", root + ref, files: file("MinimumFileVersion=\"0.0.0.0\" MaximumFileVersion=\"1.10.0.0\""), true),
    Case("lowest alone, at it", root + ref, files: file("FileName=\"example.sys\" MinimumFileVersion=\"1.2.3.4\""), true),
    Case("lowest alone, below it", root + ref, files: file("FileName=\"example.sys\" MinimumFileVersion=\"1.2.3.5\""), true),
    Case("lowest alone, above it", root + ref, files: file("FileName=\"example.sys\" MinimumFileVersion=\"1.2.3.3\""), false),
    Case("highest alone, at it", root + ref, files: file("FileName=\"example.sys\" MaximumFileVersion=\"1.2.3.4\""), true),
    Case("highest alone, of another name", root + ref, files: file("FileName=\"x.sys\" MaximumFileVersion=\"1.2.3.3\""), false),
    Case("path of a driver", root + ref, files: file("FilePath=\"*\\driver.sys\""), false),
    Case("attribute in general form", root + ref, files: "<FileRule ID=\"F\" Type=\"Attribute\" FileName=\"example.sys\"/>", true),
    Case("usage", root + "<CertEKU ID=\"E\"/>", eku: "<EKU ID=\"E\" Value=\"01082B06010505070303\"/>", true),
    Case("usage in dotted form", root + "<CertEKU ID=\"E\"/>", eku: "<EKU ID=\"E\" OID=\"1.3.6.1.5.5.7.3.3\"/>", true),
    Case("another usage in dotted form", root + "<CertEKU ID=\"E\"/>", eku: "<EKU ID=\"E\" OID=\"1.3.6.1.5.5.7.3.4\"/>", false),
    Case("root for tests", "<CertRoot Type=\"Wellknown\" Value=\"0A\"/>", false),
    Case("any root, another publisher", "<CertRoot Type=\"Wellknown\" Value=\"14\"/><CertPublisher Value=\"X\"/>", false),
    Case("another usage", root + "<CertEKU ID=\"E\"/>", eku: "<EKU ID=\"E\" Value=\"010A2B0601040182370A0305\"/>", false),
    Case("signed after", "<CertRoot Type=\"TBS\" Value=\"\(Imported.tbs(TestCA.timeIntermediate))\"/>", false),
  ]

  @Test(arguments: cases) fileprivate func aSignerDenies(_ row: Case) throws {
    let verdict = try verdict(denied(by: row.parts, files: row.files, eku: row.eku))
    #expect(verdict.decision == (row.isDenied ? .reject : .accept), "\(verdict.reason)")
    if row.isDenied { #expect(verdict.reason.contains("ID_SIGNER_X \"Example CA\"") && verdict.state == .distrusted) }
  }

  /// What Windows' pages do not tell, or tell in two ways, denies nobody in silence and accepts nobody.
  @Test(arguments: [
    root + ref, root + "<CertEKU ID=\"E\"/><CertEKU ID=\"O\"/>", root + "<CertEKU ID=\"E\" Condition=\"Except\"/>",
    "<CertRoot Type=\"Wellknown\" Value=\"00\"/>",
    "<CertRoot Type=\"Wellknown\" Value=\"14\"/>",
    "<CertRoot Type=\"Wellknown\" Value=\"14\"/><CertPublisher Value=\"Assay Example Ltd\"/>",
  ]) func whatIsNotToldIsUndecided(_ parts: String) throws {
    let list = denied(by: parts, files: Self.file("FileName=\"example.sys\" MaximumFileVersion=\"1.2.3.3\""), eku: Self.ekus)
    let verdict = try verdict(list)
    #expect(verdict.decision == .undecided && verdict.reason.contains("ID_SIGNER_X"), "\(verdict.reason)")
  }

  @Test func whatIsNotJudgedByIsSaid() throws {
    let signers =
      "<Signer ID=\"S\" Name=\"n\"><CertRoot Type=\"Wellknown\" Value=\"00\"/><CertEKU ID=\"E\" Condition=\"Except\"/></Signer>"
    let list = Imported.appControl(
      eku: Self.ekus, files: "<Deny ID=\"D\" FilePath=\"\\\\server\\share\\x\"/><Allow ID=\"A\" FilePath=\"%WINDIR%\\*\"/>",
      signers: signers, kernel: "<DeniedSigners><DeniedSigner SignerId=\"S\"/></DeniedSigners>", user: Imported.ref("D", "A"))
    func notes(_ list: String) throws -> [String] { try Imported.rules(list).notes }
    let found = try notes(list)
    for words in ["root 00", "condition at <CertEKU>", "\\\\server\\share\\x is on no disk", "administrators alone"] {
      #expect(found.count { $0.contains(words) } == 1, "\(words): \(found)")
    }
    #expect(found.count == 4)
    #expect(try notes(list.replacing("Base Policy", with: "Supplemental Policy")).count { $0.contains("supplemental") } == 1)
    #expect(try notes(list.replacing("Base Policy", with: "AppID Tagging Policy")).count { $0.contains("tags processes") } == 1)
  }

  /// Windows applies rules on paths to programs alone; macros other than three mean nothing to it.
  @Test(arguments: [
    ("*\\tool.exe", Decision.reject), ("%OSDRIVE%\\Tools\\*", .reject), ("%OSDRIVE%\\Tools\\t??l.exe", .reject),
    ("%SystemDrive%\\Tools\\*", .accept), ("%PROGRAMFILES%\\*", .accept), ("\\\\server\\share\\*", .accept),
  ]) func aPathDenies(_ path: String, _ decision: Decision) throws {
    let list = Imported.appControl(files: "<FileRule ID=\"A\" Type=\"Exclude\" FilePath=\"\(path)\"/>", user: Imported.ref("A"))
    let program = PESigner.sign(PESpec().build(), Imported.signer)
    let report = try Imported.report(program, as: "mnt/C/Tools/tool.exe")
    #expect(try Imported.denying(list).judge(report, beside: FolderFacts()).decision == decision)
  }

  @Test func aDeniedSignerOfAnotherScenarioIsNot() throws {
    let list = denied(by: Self.root)
    let program = PESigner.sign(PESpec().build(), Imported.signer)
    #expect(try verdict(list, program).decision == .accept)
  }

  /// A copied signature block names its signer and is no signature of his.
  @Test func aSignatureOverOtherContentIsTamperedAndNotDenied() throws {
    var copied = Imported.driver
    copied[0x400] ^= 1
    let verdict = try verdict(denied(by: Self.root), copied)
    #expect(verdict.decision == .reject && verdict.state == .tampered)
  }

  /// Attack 10: the name alone is not enough, neither to be denied nor to be allowed.
  @Test func aLookAlikeIsNotThePublisher() throws {
    let rogue = PESigner.sign(Imported.plain, AuthenticodeSpec(TestCA.rogueCode()))
    let parts = Self.root + "<CertPublisher Value=\"Assay Example Ltd\"/>"
    #expect(try verdict(denied(by: parts), rogue).state == .untrusted)
    let list = Imported.appControl(
      signers: "<Signer ID=\"S\" Name=\"n\">\(parts)</Signer>",
      kernel: "<AllowedSigners><AllowedSigner SignerId=\"S\"/></AllowedSigners>")
    let policy = try Imported.allowing(list)
    #expect(policy.judge(try Imported.report(rogue), beside: FolderFacts()).decision == .reject)
    #expect(policy.judge(try Imported.report(Imported.driver), beside: FolderFacts()).decision == .accept)
  }

  // MARK: What is allowed

  @Test func rulesAllowAndExceptionsTakeBack() throws {
    func judged(_ list: String, _ bytes: [UInt8], _ target: String = "driver.sys", more: String = "") throws -> Decision {
      try Imported.allowing(list, more: more).judge(try Imported.report(bytes, as: target), beside: FolderFacts()).decision
    }
    let signers = "<Signer ID=\"S\" Name=\"n\">\(Self.root)</Signer>"
    let deny = "<Deny ID=\"D\" FileName=\"example.sys\" MinimumFileVersion=\"65535.65535.65535.65535\"/>"
    let allowed =
      "<AllowedSigners><AllowedSigner SignerId=\"S\"><ExceptDenyRule DenyRuleID=\"D\"/></AllowedSigner></AllowedSigners>"
    #expect(try judged(Imported.appControl(files: deny, signers: signers, kernel: allowed), Imported.driver) == .reject)
    let other = deny.replacing("example.sys", with: "other.sys")
    #expect(try judged(Imported.appControl(files: other, signers: signers, kernel: allowed), Imported.driver) == .accept)
    // Nothing allows what no rule names.
    #expect(try judged(Imported.appControl(files: other, signers: signers, user: allowed), Imported.driver) == .reject)
    // Bytes named one by one need no signature; a name does.
    let digest = Imported.hex(PEImage(Imported.plain).digest(.sha256))
    let byHash = Imported.appControl(files: "<Allow ID=\"A\" Hash=\"\(digest)\"/>", kernel: Imported.ref("A"))
    #expect(try judged(byHash, Imported.plain) == .accept)
    let byName = Imported.appControl(files: "<Allow ID=\"A\" FileName=\"example.sys\"/>", kernel: Imported.ref("A"))
    #expect(try judged(byName, Imported.plain) == .reject)
    #expect(try judged(byName, Imported.plain, more: ", unsafe-allow-unsigned: true") == .accept)
    #expect(try judged(byName, Imported.driver) == .accept)
    let byPath = Imported.appControl(
      files: "<Allow ID=\"A\" FilePath=\"%OSDRIVE%\\Tools\\*\"/>", kernel: Imported.ref("A"), user: Imported.ref("A"))
    let program = PESigner.sign(PESpec().build(), Imported.signer)
    #expect(try judged(byPath, program, "mnt/C/tools/a/tool.exe") == .accept)
    #expect(try judged(byPath, program, "mnt/C/other/tool.exe") == .reject)
    #expect(try judged(byPath, program, "tool.exe") == .undecided)
    #expect(try judged(byPath, Imported.driver, "mnt/C/tools/a/driver.sys") == .reject)
  }

  /// Attack 36: signer rules know RSA alone. A lowest version allows from it on.
  @Test func signerRulesKnowRSAAlone() throws {
    let identity = TestCA.code(key: .p256())
    let signers = "<Signer ID=\"S\" Name=\"n\">\(Self.root)<FileAttribRef RuleID=\"F\"/></Signer>"
    func list(_ version: String) -> String {
      Imported.appControl(
        files: "<FileAttrib ID=\"F\" FileName=\"example.sys\" MinimumFileVersion=\"\(version)\"/>", signers: signers,
        kernel: "<AllowedSigners><AllowedSigner SignerId=\"S\"/></AllowedSigners>")
    }
    let report = try Imported.report(PESigner.sign(Imported.plain, AuthenticodeSpec(identity)))
    #expect(report.state == .trusted)
    #expect(try Imported.allowing(list("1.0.0.0")).judge(report, beside: FolderFacts()).decision == .reject)
    let rsa = try Imported.report(Imported.driver)
    #expect(try Imported.allowing(list("1.0.0.0")).judge(rsa, beside: FolderFacts()).decision == .accept)
    #expect(try Imported.allowing(list("1.2.3.5")).judge(rsa, beside: FolderFacts()).decision == .reject)
  }

  @Test func requiredWHQLAsksForTheUsage() throws {
    let signers = "<Signer ID=\"S\" Name=\"n\">\(Self.root)</Signer>"
    let list = Imported.appControl(
      signers: signers, kernel: "<AllowedSigners><AllowedSigner SignerId=\"S\"/></AllowedSigners>", options: ["Required:WHQL"])
    #expect(try Imported.allowing(list).judge(try Imported.report(Imported.driver), beside: FolderFacts()).decision == .reject)
    let tested = TestCA.code {
      $0.extensions = [.keyUsage(.digitalSignature), .extendedKeyUsage(["1.3.6.1.5.5.7.3.3", "1.3.6.1.4.1.311.10.3.5"])]
    }
    let report = try Imported.report(PESigner.sign(Imported.plain, AuthenticodeSpec(tested)))
    #expect(try Imported.allowing(list).judge(report, beside: FolderFacts()).decision == .accept)
  }

  // MARK: Nothing is dropped

  @Test(arguments: [
    ("<Deny ID=\"A\" Hash=\"00\"/>", "import.rule.malformed"), ("<Deny ID=\"A\"/>", "import.rule.malformed"),
    ("<Deny Hash=\"00\"/>", "import.rule.malformed"), ("<Block ID=\"A\" FileName=\"x\"/>", "import.rule.unknown"),
    ("<Deny ID=\"A\" FileColour=\"red\"/>", "import.rule.unknown"),
    ("<Deny ID=\"A\" FileName=\"x\" MinimumFileVersion=\"1.2.3.4.5\"/>", "import.rule.malformed"),
    ("<Deny ID=\"A\" FileName=\"x\" MinimumFileVersion=\"70000\"/>", "import.rule.malformed"),
    ("<Deny ID=\"A\" FileName=\"x\"/><Deny ID=\"A\" FileName=\"y\"/>", "import.rule.duplicate"),
    ("<FileRule ID=\"A\" Type=\"Other\" FileName=\"x\"/>", "import.rule.unknown"),
    ("<FileRule ID=\"A\" FileName=\"x\"/>", "import.rule.unknown"),
    ("<Deny ID=\"A\" Type=\"Exclude\" FileName=\"x\"/>", "import.rule.unknown"),
  ]) func aRuleThatCannotBeKeptIsAnError(_ files: String, _ code: String) {
    #expect {
      try Imported.rules(Imported.appControl(files: files))
    } throws: { ($0 as? ParseError)?.code == code }
  }

  @Test(arguments: [
    Imported.ref("A"), "<DeniedSigners><DeniedSigner SignerId=\"A\"/></DeniedSigners>", "<DeniedSigners><Other/></DeniedSigners>",
  ]) func aReferenceToNothingIsAnError(_ kernel: String) {
    #expect(throws: ParseError.self) { try Imported.rules(Imported.appControl(kernel: kernel)) }
  }

  @Test func theErrorIsPlacedInThePolicy() throws {
    #expect {
      try Imported.denying(Imported.appControl(files: "<Deny ID=\"A\" Hash=\"00\"/>"))
    } throws: { error in
      (error as? ConfigError).map { $0.line == 2 && $0.message.contains("rule A") && $0.message.contains("line 6") } ?? false
    }
  }

  /// Every prefix is an error. So is a changed byte, or it changes what a rule says: none makes more rules of what was there.
  @Test func damagedPoliciesHaveNoMoreRules() throws {
    let text = Array(
      denied(
        by: Self.root + Self.ref + "<CertEKU ID=\"E\"/>", files: Self.file("FileName=\"x\" MinimumFileVersion=\"1.0.0.0\""),
        eku: Self.ekus
      )
      .utf8)
    func count(_ rules: any ForeignRules) -> Int { rules.counts.reduce(0) { $0 + $1.count } }
    let whole = count(try #require(try ForeignList().rules("x", text)))
    #expect(whole > 0)
    for count in stride(from: 0, to: text.count - 3, by: 3) {
      #expect((try? ForeignList().rules("x", Array(text[..<count]))) == nil, "cut at \(count)")
    }
    for index in text.indices {
      var copy = text
      copy[index] ^= 0x11
      if let changed = try? ForeignList().rules("x", copy) { #expect(count(changed) <= whole, "byte \(index)") }
    }
  }
}
