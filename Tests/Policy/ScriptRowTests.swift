import AssayCore
import AssayPolicy
import AssayTrustData
import Testing

/// T1059, T1059.001, T1059.002 and T1127.002: what is no program and runs one. Each row for a trusted and for every other state.
struct ScriptRowTests {
  private static let rows: [(format: String, technique: String, code: String)] = [
    ("powershell", "T1059.001", "policy.script.unsigned"), ("script-host", "T1059", "policy.script.unsigned"),
    ("clickonce", "T1127.002", "policy.deployment.unsigned"), ("applescript", "T1059.002", "policy.script.unsigned"),
  ]

  private func judge(_ format: String, _ state: State) throws -> Verdict {
    let policy = try #require(CompiledPolicy.builtin("m1045", names: .windows))
    var facts = ReportFacts(target: "a/b.x", state: state)
    facts.format = format
    facts.platform = "windows"
    facts.signatures = [
      SignatureFacts(label: "embedded signature 0", state: state, isVerified: state == .trusted, revocation: .good)
    ]
    return policy.judge(facts)
  }

  @Test(arguments: rows.indices) func everyState(_ row: Int) throws {
    let (format, technique, code) = Self.rows[row]
    let good = try judge(format, .trusted)
    #expect(good.decision == .accept && good.attack.contains(technique))
    for state in State.allCases where state != .trusted && state != .notAssessed {
      let verdict = try judge(format, state)
      #expect(verdict.decision == .reject, "\(state)")
      #expect(verdict.findings.contains { $0.code == code && $0.attack == [technique] }, "\(state)")
    }
    #expect(try judge(format, .notAssessed).decision == .undecided)
  }

  @Test func otherFormatsHaveNoneOfTheseRows() throws {
    let verdict = try judge("msi", .unsigned)
    #expect(verdict.decision == .reject && !verdict.findings.contains { $0.code.hasPrefix("policy.script") })
  }
}
