import AssayBytes
import AssayCore
import AssayEngine
import AssayImporters
import AssayMaker
import AssayPKI
import AssayPolicy
import AssayTrustData
import Foundation
import Testing

/// Microsoft's recommended blocklists, App Control and AppLocker policies of others, and a real driver.
@Suite(.enabled(if: Imported.corpus != nil, "ASSAY_CORPUS is not set: real policies are not read"))
struct CorpusListTests {
  private static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(Imported.corpus ?? "")/\(path)")))
  }

  private static func rules(_ name: String) throws -> any ForeignRules {
    try #require(try ForeignList().rules(name, try bytes("policy/\(name)")))
  }

  /// Counted in the document by itself: `<` and the name, comments left out.
  private static func count(_ words: [String], in text: String) -> Int {
    let text = text.replacing(/(?s)<!--.*?-->/, with: "")
    return words.reduce(0) { $0 + text.components(separatedBy: "<\($1) ").count - 1 }
  }

  @Test(arguments: [
    "MS-Recommended_Driver_Blocklist.xml", "MS-Recommended_UserMode_Blocklist.xml", "LOLDrivers-DenyPolicy.xml", "WDACPolicy.xml",
    "WinSiPolicy.xml", "DefaultWindows_Audit.xml", "AllowMicrosoft.xml",
  ]) func everyRuleIsKept(_ name: String) throws {
    let rules = try Self.rules(name)
    let text = String(decoding: try Self.bytes("policy/\(name)"), as: UTF8.self)
    let written = Self.count(["Allow", "Deny", "FileAttrib", "Signer"], in: text)
    let kept = rules.counts.reduce(0) { $0 + $1.count }
    print("\(name): \(kept) rules, " + rules.counts.map { "\($0.count) \($0.kind)" }.joined(separator: ", "))
    #expect(kept == written && kept > 0)
  }

  @Test func theDriverBlocklistIsWhole() throws {
    let rules = try Self.rules("MS-Recommended_Driver_Blocklist.xml")
    let counts = Dictionary(uniqueKeysWithValues: rules.counts.map { ($0.kind, $0.count) })
    #expect(
      counts == [
        "digests denied": 1_690, "file attributes denied": 11, "file attributes of signers": 145, "signers denied": 202,
        "signers that nothing refers to": 3,
      ])
    #expect(rules.isDenyOnly && rules.notes.count == 3 && rules.notes.allSatisfy { $0.contains("ZEMANA") })
  }

  private static let microsoft: TrustStore? = BuiltinTrust.bundle("microsoft").map { TrustStore([$0.anchors]) }
  private static func driver() throws -> Report {
    try Imported.report(try bytes("drivers/WinDivert64.sys"), as: "WinDivert64.sys", trust: microsoft)
  }

  @Test func aRealDriverIsNotOnTheListsAsTheyAre() throws {
    let report = try Self.driver()
    #expect(report.state == .trusted && report.roles == [.kernelDriver])
    for name in ["MS-Recommended_Driver_Blocklist.xml", "LOLDrivers-DenyPolicy.xml"] {
      let rules = try Self.rules(name)
      #expect(rules.refuses(ReportFacts(report)) == .clear, "\(name)")
    }
  }

  /// The blocklist with one rule more, for the real driver: attestation-signed by Microsoft, and by the maker's EV certificate.
  @Test(arguments: [
    (
      "<Deny ID=\"ID_X\" FriendlyName=\"WinDivert\" Hash=\"5ADED75D6BEB315849F698A78F8033DE26EB151955A1CBC01E3037320E2A0EB6\"/>", ""
    ),
    ("<Deny ID=\"ID_X\" FriendlyName=\"WinDivert\" Hash=\"@PAGE@\"/>", ""),
    ("<Deny ID=\"ID_X\" FriendlyName=\"WinDivert\" Hash=\"@PAGE1@\"/>", ""),
    ("", "<CertOemID Value=\"成都密思听科技有限公司\"/>"),
    (
      "<FileAttrib ID=\"ID_F\" FriendlyName=\"f\" FileName=\"WinDivert.sys\" MinimumFileVersion=\"0.0.0.0\" MaximumFileVersion=\"2.2.65535.65535\"/>",
      "<FileAttribRef RuleID=\"ID_F\"/>"
    ),
  ]) func theRealDriverIsDeniedByName(_ file: String, _ parts: String) throws {
    let bytes = try Self.bytes("drivers/WinDivert64.sys")
    let image = PEImage(bytes)
    var file = file.replacing("@PAGE@", with: Imported.hex(Array(image.pageHashes(.sha256)[4..<36])))
    file = file.replacing("@PAGE1@", with: Imported.hex(Array(image.pageHashes(.sha1)[4..<24])))
    var text = String(decoding: try Self.bytes("policy/MS-Recommended_Driver_Blocklist.xml"), as: UTF8.self)
    text = text.replacing("<FileRules>", with: "<FileRules>\(file)")
    // Microsoft Windows Third Party Component CA 2014, as the list itself names it.
    let root = "D8BE9E4D9074088EF818BC6F6FB64955E90378B2754155126FEEBBBD969CF0AE"
    if parts.isEmpty {
      text = text.replacing("<FileRulesRef>", with: "<FileRulesRef><FileRuleRef RuleID=\"ID_X\"/>")
    } else {
      text = text.replacing(
        "<Signers>",
        with: "<Signers><Signer ID=\"ID_X\" Name=\"WinDivert\"><CertRoot Type=\"TBS\" Value=\"\(root)\"/>\(parts)</Signer>")
      text = text.replacing("<DeniedSigners>", with: "<DeniedSigners><DeniedSigner SignerId=\"ID_X\"/>")
    }
    let policy = try Imported.denying(text)
    let verdict = policy.judge(try Self.driver(), beside: FolderFacts())
    #expect(verdict.decision == .reject && verdict.state == .distrusted)
    #expect(verdict.reason.contains("ID_X \"WinDivert\""), "\(verdict.reason)")
  }

  /// The driver has two signatures: one under Microsoft's root of 2010, one under a root of the programme that is not Microsoft's.
  @Test(arguments: [
    ("06", "Microsoft Windows Hardware Compatibility Publisher", true),
    ("05", "Microsoft Windows Hardware Compatibility Publisher", false),
    ("14", "@LEAF@", true), ("07", "@LEAF@", false), ("16", "@LEAF@", false), ("14", "Someone Else", false),
  ]) func wellKnownRootsOfTheRealDriver(_ number: String, _ publisher: String, _ isDenied: Bool) throws {
    let report = try Self.driver()
    let leaf = ReportFacts(report).signatures.compactMap(\.commonName).first { !$0.hasPrefix("Microsoft") }
    let name = publisher.replacing("@LEAF@", with: try #require(leaf))
    let list = Imported.appControl(
      signers:
        "<Signer ID=\"S\" Name=\"n\"><CertRoot Type=\"Wellknown\" Value=\"\(number)\"/><CertPublisher Value=\"\(name)\"/></Signer>",
      kernel: "<DeniedSigners><DeniedSigner SignerId=\"S\"/></DeniedSigners>")
    #expect(try Imported.denying(list).judge(report, beside: FolderFacts()).decision == (isDenied ? .reject : .accept))
  }

  /// The same with the version below, another OEM, another page: accepted.
  @Test(arguments: ["MaximumFileVersion=\"1.9.9.9\"", "MaximumFileVersion=\"65535.65535.65535.65535\" InternalName=\"other\""])
  func theRealDriverOfAnotherVersionIsNot(_ attributes: String) throws {
    var text = String(decoding: try Self.bytes("policy/MS-Recommended_Driver_Blocklist.xml"), as: UTF8.self)
    text = text.replacing(
      "<FileRules>", with: "<FileRules><Deny ID=\"ID_X\" FileName=\"WinDivert.sys\" MinimumFileVersion=\"0.0.0.0\" \(attributes)/>")
    text = text.replacing("<FileRulesRef>", with: "<FileRulesRef><FileRuleRef RuleID=\"ID_X\"/>")
    #expect(try Imported.denying(text).judge(try Self.driver(), beside: FolderFacts()).decision == .accept)
  }

  /// Microsoft's own templates judge a driver as the page of their meaning says: WHQL and attestation are allowed, others are not.
  @Test func theTemplatesAllowWhatMicrosoftSigned() throws {
    let text = String(decoding: try Self.bytes("policy/DefaultWindows_Audit.xml"), as: UTF8.self)
    let policy = try Imported.allowing(text)
    #expect(policy.foreign.first?.isAudit == true)
    let verdict = policy.judge(try Self.driver(), beside: FolderFacts())
    #expect(verdict.decision == .accept, "\(verdict.reason)")
    #expect(policy.judge(try Imported.report(Imported.driver), beside: FolderFacts()).decision == .reject)
  }
}
