import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI
import AssayPolicy
import AssayTrustData
import Testing

/// `builtin:gatekeeper` over tools with the marks that Apple gives.
struct GatekeeperTests {
  private static func policy() throws -> CompiledPolicy { try #require(CompiledPolicy.builtin("gatekeeper", names: .windows)) }

  private static func account(_ text: String) -> CertificateExtension {
    CertificateExtension("1.2.840.113635.100.6.1.33", [0x0C, 0x0F] + Array(text.utf8))
  }
  private static let storeAuthority = "1.2.840.113635.100.6.2.1"

  private static func tool(_ signer: TestIdentity?, _ team: String? = "ASSAYTEAM1") -> Report {
    MachOJudging()(
      MachOSpec().sign(
        CodeSignatureSpec(signer).with {
          $0.team = signer == nil ? nil : team
          $0.time = signer == nil ? nil : MakerTime(2026, 3, 2)
        }))
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let report: Report
    let decision: Decision
    let words: String
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(
      name: "an account of before", report: tool(AppleTestCA.developer { $0.extensions.append(account("20190407235959Z")) }),
      decision: .accept, words: "Developer ID: "),
    Case(name: "no date of the account", report: tool(AppleTestCA.developer()), decision: .accept, words: "Developer ID: "),
    Case(
      name: "an account of after", report: tool(AppleTestCA.developer { $0.extensions.append(account("20190408000000Z")) }),
      decision: .undecided, words: "\"notarized\" cannot be told"),
    Case(
      name: "Mac App Store",
      report: tool(AppleTestCA.developer(markers: ["1.2.840.113635.100.6.1.9"], authorityMarkers: [storeAuthority])),
      decision: .accept, words: "Mac App Store: "),
    Case(name: "ad hoc", report: tool(nil), decision: .reject, words: "untrusted"),
    Case(name: "self-signed", report: tool(TestCA.selfSigned(), nil), decision: .reject, words: "untrusted"),
    Case(name: "unsigned", report: MachOJudging()(MachOSpec().build()), decision: .reject, words: "no signature of any kind"),
    Case(
      name: "for development",
      report: tool(AppleTestCA.developer(markers: ["1.2.840.113635.100.6.1.12"], authorityMarkers: [storeAuthority])),
      decision: .reject, words: "development"),
  ]

  @Test(arguments: cases) func execution(_ row: Case) throws {
    let verdict = try Self.policy().judge(row.report, beside: FolderFacts())
    #expect(verdict.decision == row.decision && verdict.reason.contains(row.words), "\(row.name): \(verdict.reason)")
    #expect(verdict.rule == "gatekeeper execute")
  }

  /// Installers by their marks, whatever form their signature has.
  @Test(arguments: [
    ("1.2.840.113635.100.6.1.14", "1.2.840.113635.100.6.2.6", MakerTime(2019, 5, 31), Decision.accept, "Developer ID: "),
    ("1.2.840.113635.100.6.1.13", "1.2.840.113635.100.6.2.6", MakerTime(2019, 5, 31), .accept, "Developer ID: "),
    ("1.2.840.113635.100.6.1.14", "1.2.840.113635.100.6.2.6", MakerTime(2019, 6, 1), .undecided, "cannot be told"),
    ("1.2.840.113635.100.6.1.10", "1.2.840.113635.100.6.2.1", MakerTime(2026, 3, 2), .accept, "Mac App Store: "),
    ("1.2.840.113635.100.6.1.9", "1.2.840.113635.100.6.2.1", MakerTime(2026, 3, 2), .reject, "does not satisfy"),
  ])
  func installation(_ marker: String, _ authority: String, _ time: MakerTime, _ decision: Decision, _ words: String) throws {
    let signer = AppleTestCA.developer(markers: [marker], authorityMarkers: [authority]) { $0.notBefore = MakerTime(2018, 1, 1) }
    func read(_ made: TestCertificate) throws -> CertificateFacts {
      var budget = Budget()
      return CertificateFacts(try Certificate(encoded: made.der[...], &budget))
    }
    var signature = SignatureFacts(label: "embedded signature 0", state: .trusted, isVerified: true, revocation: .good)
    signature.chain = try ([signer.leaf] + signer.intermediates + [signer.root]).map(read)
    signature.anchorBundle = "apple"
    signature.signedAt = Moment(year: time.year, month: time.month, day: time.day)
    var facts = ReportFacts(target: "tool.pkg", state: .trusted)
    facts.format = "pkg"
    facts.platform = "macos"
    facts.signatures = [signature]
    let verdict = try Self.policy().judge(facts)
    #expect(verdict.decision == decision && verdict.reason.contains(words), "\(verdict.reason)")
    #expect(verdict.rule == "gatekeeper install")
  }

  @Test func everyRuleReads() throws {
    let policy = try Self.policy()
    #expect(policy.rules.map(\.name) == ["gatekeeper execute", "gatekeeper install", "gatekeeper open"])
    #expect(!policy.printed().contains("never"))
    #expect(policy.warnings().isEmpty, "\(policy.warnings())")
    #expect(CompiledPolicy.builtinNames.allSatisfy { CompiledPolicy.builtin($0, names: .windows) != nil })
    // Of other systems' code Gatekeeper says nothing, and what nobody allows is refused.
    var facts = ReportFacts(target: "a.exe", state: .trusted)
    facts.format = "pe"
    #expect(policy.judge(facts).decision == .reject)
  }
}
