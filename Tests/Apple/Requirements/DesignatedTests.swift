import AssayApple
import AssayBytes
import AssayCore
import AssayEngine
import AssayImporters
import AssayMaker
import AssayPKI
import AssayPolicy
import Testing

/// Code against its own designated requirement, and requirements that prove nothing.
struct DesignatedTests {
  private typealias R = RequirementSpec

  private func judge(_ requirements: [UInt8]?, _ signature: CodeSignatureSpec = RequirementSamples.tool) -> Report {
    MachOJudging()(MachOSpec().sign(signature.with { $0.requirements = requirements }))
  }
  private func designated(_ report: Report) -> Rung? {
    report.signatures.first?.ladder.rungs.first { $0.name == "designated requirement" }
  }

  @Test func theDefaultOneIsSatisfied() throws {
    let report = judge(R.designated(R.developer("com.example.tool", team: "ASSAYTEAM1")))
    #expect(report.state == .trusted)
    #expect(!report.allCodes.contains { $0.hasPrefix("requirement.") })
    let rung = try #require(designated(report))
    #expect(rung.outcome == .passed && rung.message.contains("certificate leaf[subject.OU] = ASSAYTEAM1"))
    #expect(report.signatures[0].signer != nil)
  }

  @Test(arguments: [
    ("another identifier", R.developer("com.example.other", team: "ASSAYTEAM1"), "identifier \"com.example.other\""),
    ("another team", R.developer("com.example.tool", team: "ASSAYTEAM2"), "certificate leaf[subject.OU] = ASSAYTEAM2"),
    ("Apple's own", R.and(R.identifier("com.example.tool"), R.op(3)), "anchor apple"), ("nothing", R.op(0), "never"),
    ("the weaker directory's cdhash", R.op(8, R.data([UInt8](repeating: 7, count: 20))), "cdhash"),
  ])
  func codeThatContradictsItself(_ what: String, _ expression: [UInt8], _ term: String) throws {
    let report = judge(R.designated(expression))
    #expect(report.state == .malformed, "\(what)")
    let finding = try #require(report.signatures[0].findings.first { $0.code == "requirement.designated.unsatisfied" })
    #expect(finding.severity == .failure && finding.message.contains(term), "\(finding.message)")
    #expect(designated(report)?.outcome == .failed)
    #expect(report.signatures[0].signer == nil)
  }

  @Test func adhocCodeHasOneToo() {
    let adhoc = CodeSignatureSpec()
    #expect(judge(R.designated(R.identifier("com.example.tool")), adhoc).state == .untrusted)
    // As ldid writes it. Intact ad hoc code stays untrusted; that it contradicts itself is told.
    let broken = judge(R.designated(R.developer("com.example.tool", team: "X")), adhoc)
    #expect(broken.state == .untrusted && broken.allCodes.contains("requirement.designated.unsatisfied"))
    #expect(designated(broken)?.outcome == .failed)
  }

  @Test func whatCannotBeToldIsSaid() throws {
    let report = judge(R.designated(R.and(R.identifier("com.example.tool"), R.op(21))))
    #expect(report.state == .trusted)
    #expect(designated(report)?.outcome == .notEstablished)
    #expect(report.allCodes.contains("requirement.designated.not-established"))
    // Other kinds are about other code.
    #expect(judge(R.set([(1, R.op(0)), (4, R.op(0))])).state == .trusted)
  }

  @Test(arguments: [
    ("no set", BigEndian.blob(0xFADE_0C07, []), "requirement.magic"),
    ("cut", BigEndian.blob(0xFADE_0C01, BigEndian.word(1)), "requirement.truncated"),
    ("an operator of nobody's", R.designated(R.op(0x55)), "requirement.operator.unknown"),
    ("bytes behind", R.designated(R.op(1) + R.op(1)), "requirement.trailing"),
  ])
  func unreadableOnes(_ what: String, _ blob: [UInt8], _ code: String) {
    let report = judge(blob)
    #expect(report.state == .malformed && report.allCodes.contains(code), "\(what): \(report.allCodes)")
  }

  @Test func depthIsALimit() {
    let deep = (0..<1_001).reduce(R.op(1)) { inner, _ in R.op(9, inner) }
    let report = judge(R.designated(deep))
    #expect(report.state == .notAssessed && report.allCodes.contains("limit.depth"))
  }

  /// Attack 22: the requirement is the signer's own word, and its weakness is named.
  @Test(arguments: [
    ("identifier alone", R.identifier("com.example.tool"), "neither an anchor nor a signer"),
    ("or true", R.or(R.developer("com.example.tool", team: "ASSAYTEAM1"), R.op(1)), "neither an anchor nor a signer"),
    ("always", R.op(1), "neither an anchor nor a signer"),
    ("a team without an anchor", R.and(R.identifier("com.example.tool"), R.team("ASSAYTEAM1")), "no anchor"),
    ("an anchor without a signer", R.and(R.identifier("com.example.tool"), R.anchorAppleGeneric), "no signer"),
    ("passed over", R.op(0x4000_0063, R.data("x"), R.op(1)), "neither an anchor nor a signer"),
    ("one way is weak", R.or(R.developer("com.example.tool", team: "ASSAYTEAM1"), R.anchorAppleGeneric), "no signer"),
  ])
  func weakOnes(_ what: String, _ expression: [UInt8], _ words: String) throws {
    let report = judge(R.designated(expression))
    #expect(report.state == .trusted, "\(what)")
    let finding = try #require(report.signatures[0].findings.first { $0.code == "requirement.designated.weak" }, "\(what)")
    #expect(finding.severity == .note && finding.message.contains(words), "\(finding.message)")
  }

  @Test(arguments: [
    "identifier \"x\" and anchor apple", "cdhash H\"0000000000000000000000000000000000000000\"",
    "identifier \"x\" and certificate leaf = H\"0000000000000000000000000000000000000000\"",
    "(anchor apple generic and certificate leaf[field.1.2.840.113635.100.6.1.9] or anchor apple generic and certificate 1[field.1.2.840.113635.100.6.2.6] and certificate leaf[subject.OU] = T) and identifier \"x\"",
    "anchor apple generic and certificate leaf[subject.CN] = \"Apple Development: A (B)\"",
    "anchor corp and key H\"\(String(repeating: "00", count: 32))\"",
    "anchor apple or anchor corp and certificate leaf[subject.O] = C",
  ])
  func strongOnes(_ text: String) throws {
    #expect(try Requirement(parsing: text).weakness == nil)
  }

  /// With Apple's roots out of use the requirement that names them is not broken by that.
  @Test func anotherTrustDoesNotBreakIt() {
    var judging = MachOJudging()
    judging.bundle = "corp"
    judging.timeBundle = "corp"
    let signed = MachOSpec().sign(
      RequirementSamples.tool.with { $0.requirements = R.designated(R.developer("com.example.tool", team: "ASSAYTEAM1")) })
    // The maker's root is none of Apple's.
    #expect(judging(signed).allCodes.contains("requirement.designated.unsatisfied"))
  }
}
