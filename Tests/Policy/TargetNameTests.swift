import AssayCore
import AssayPolicy
import AssayTrustData
import Testing

/// The short way to a target's last name gives what resolving the whole of it gives: the rules on names hit the same files.
struct TargetNameTests {
  @Test(arguments: [
    ("C/Windows/System32/svchost.exe", true), ("svchost.exe", true), ("a/SVCHOST.EXE", true), ("a//svchost.exe", true),
    ("a/x/../svchost.exe", true), ("a/svchost.exe/", true), ("a/svchost.exe/.", true), ("a/svchost.exe/x/..", true),
    ("svchost.exe/..", false), ("a/svchost.exe.", false), ("a/svchost.exe/x", false), ("", false), ("..", false), ("/", false),
  ])
  func lastNames(target: String, isSystems: Bool) throws {
    var facts = ReportFacts(target: target, state: .trusted)
    facts.format = "pe"
    facts.roles = [.executable]
    let policy = try #require(CompiledPolicy.builtin("m1045", names: .windows))
    let found = policy.judge(facts).findings.contains { $0.code.hasPrefix("policy.") && $0.attack.contains("T1036.005") }
    #expect(found == isSystems, "\(target)")
  }
}
