import AssayBytes
import AssayConfig
import AssayCore
import AssayEngine
import AssayImporters
import AssayMaker
import AssayPKI
import AssayPolicy
import AssayTrustData
import Foundation

/// Judges house-made files by policies that name foreign lists.
enum Imported {
  static let now = Moment(rfc3339: "2026-11-23T00:00:00Z")!
  static let corpus = ProcessInfo.processInfo.environment["ASSAY_CORPUS"].map { $0 + "/windows" }

  struct NoFile: Error {}

  static func policy(_ text: String, _ files: [String: [UInt8]]) throws -> CompiledPolicy {
    let tree = try YAMLTree.parse(Array(("version: 1\n" + text).utf8), file: "p.yaml")
    return try CompiledPolicy(tree, file: "p.yaml", names: .windows, foreign: ForeignList()) { path in
      guard let bytes = files[path] else { throw NoFile() }
      return bytes
    }
  }

  /// A policy that refuses what the list refuses and trusts the rest.
  static func denying(_ list: String) throws -> CompiledPolicy {
    try policy("deny: [{file: list}]\ndefault: trusted", ["list": Array(list.utf8)])
  }

  /// A policy that accepts what the list allows.
  static func allowing(_ list: String, more: String = "") throws -> CompiledPolicy {
    try policy("rules: [{name: listed, allowed-by: list\(more)}]", ["list": Array(list.utf8)])
  }

  static func rules(_ list: String) throws(ParseError) -> any ForeignRules {
    guard let rules = try ForeignList().rules("list", Array(list.utf8)) else {
      throw ParseError("test", "no foreign list")
    }
    return rules
  }

  static func certificate(_ der: [UInt8]) -> Certificate {
    var budget = Budget()
    guard let certificate = try? Certificate(encoded: der[...], &budget) else { preconditionFailure("the maker's certificate") }
    return certificate
  }

  static func report(
    _ bytes: [UInt8], as target: String = "driver.sys", listed: [DigestAlgorithm] = [.sha1, .sha256], flat: [DigestAlgorithm] = [],
    trust: TrustStore? = nil
  ) throws -> Report {
    let name = target.split(separator: "/").last.map(String.init) ?? target
    let artifact = try Artifact(target: target, name: name, source: MemorySource(bytes))
    let anchors = [TestCA.codeRoot, TestCA.timeRoot].map { TrustAnchor(certificate($0.der), bundle: "corp") }
    var context = TrustContext(trust: trust ?? TrustStore(anchors: anchors), now: now)
    context.listedDigests = listed
    context.wantedDigests = flat
    var work = Work()
    return Assessor().assess(artifact, in: context, &work)
  }

  /// A driver of version 1.2.3.4 (maker's fixed version), unsigned.
  static let plain = PESpec().with {
    $0.subsystem = 1
    $0.versionStrings = PESpec.version(company: "Assay Example Ltd", name: "example.sys")
  }.build()
  static let signer = AuthenticodeSpec(TestCA.code()).with { $0.programName = "Example OEM" }
  static let driver = PESigner.sign(plain, signer)

  static func hex(_ bytes: [UInt8]) -> String { Hex.encode(bytes).uppercased() }
  static func tbs(_ certificate: TestCertificate, _ algorithm: DigestAlgorithm = .sha256) -> String {
    hex(Imported.certificate(certificate.der).tbsDigest(algorithm))
  }

  /// An SiPolicy document.
  static func appControl(
    eku: String = "", files: String = "", signers: String = "", kernel: String = "", user: String = "",
    options: [String] = ["Enabled:UMCI"], more: String = ""
  ) -> String {
    """
    \u{FEFF}<?xml version="1.0" encoding="utf-8"?>
    <SiPolicy xmlns="urn:schemas-microsoft-com:sipolicy" PolicyType="Base Policy">
      <VersionEx>10.0.0.0</VersionEx>
      <Rules>\(options.map { "<Rule><Option>\($0)</Option></Rule>" }.joined())</Rules>
      <EKUs>\(eku)</EKUs>
      <FileRules>\(files)</FileRules>
      <Signers>\(signers)</Signers>
      <SigningScenarios>
        <SigningScenario Value="131" ID="ID_KERNEL" FriendlyName="k"><ProductSigners>\(kernel)</ProductSigners></SigningScenario>
        <SigningScenario Value="12" ID="ID_USER" FriendlyName="u"><ProductSigners>\(user)</ProductSigners></SigningScenario>
      </SigningScenarios>\(more)
    </SiPolicy>
    """
  }

  static func ref(_ ids: String...) -> String {
    "<FileRulesRef>" + ids.map { "<FileRuleRef RuleID=\"\($0)\"/>" }.joined() + "</FileRulesRef>"
  }
}
