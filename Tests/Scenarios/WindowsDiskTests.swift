import Testing

/// The disk of `assay demo windows`, scanned as a person scans a mounted one.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct WindowsDiskTests {
  /// Path, state, one role that it has, codes that it carries.
  static let rows: [(path: String, state: String, role: String?, codes: [String])] = [
    ("Program Files/Example/agent.exe", "trusted", "windows-service", ["inventory.started-by"]),
    ("Program Files/Example/replaced.exe", "tampered", "windows-service", ["inventory.command.unquoted"]),
    ("Program Files/Microsoft/Exchange Server/V15/TransportRoles/agents/Example/agent.dll", "unsigned", "transport-agent", []),
    ("ProgramData/nightly.cmd", "not-assessed", "scheduled-task", ["inventory.started-by"]),
    ("ProgramData/updater.exe", "untrusted", "executable", ["inventory.started-by"]),
    ("Users/ann/Documents/WindowsPowerShell/profile.ps1", "unsigned", "powershell-profile", ["powershell.policy.would-run"]),
    ("Users/ann/Downloads/signed.ps1", "trusted", "script", ["powershell.policy.would-ask"]),
    ("Users/ann/Downloads/unsigned.ps1", "unsigned", "script", ["powershell.policy.would-refuse"]),
    ("Windows/System32/WindowsPowerShell/v1.0/profile.ps1", "trusted", "powershell-profile", []),
    ("Windows/System32/drivers/examplefilter.sys", "unsigned", "kernel-driver", ["inventory.started-by"]),
    ("Windows/System32/drivers/forgotten.sys", "not-assessed", "kernel-driver", ["inventory.target.missing"]),
    ("Windows/System32/inetsrv/backdoor.dll", "unsigned", "iis-module", []),
    ("Program Files/Example/examplemodule.dll", "trusted", "iis-module", []),
  ]

  private func scan(_ scratch: Scratch, _ more: [String] = []) throws -> [ReportLine] {
    let outcome = try RunningTool.run(
      [
        "scan", scratch.place("disk"), "--trust", scratch.place("trust/root.pem"), "--at", "2025-06-01T00:00:00Z", "--format",
        "jsonl",
      ]
        + more)
    #expect(outcome.status == 1, "\(outcome.errors)")
    return try ReportLine.all(in: outcome.output)
  }

  @Test func everyRowHasItsState() throws {
    let lines = try scan(DemoDisk.made("windows"))
    for row in Self.rows {
      let line = try #require(lines.first { $0.target == row.path }, "\(row.path)")
      let codes = line.findings.map(\.code)
      #expect(line.state == row.state, "\(row.path)")
      #expect(row.role.map { line.roles.contains($0) } ?? true, "\(row.path): \(line.roles)")
      for code in row.codes { #expect(codes.contains(code), "\(row.path): \(codes)") }
    }
    #expect(lines.map { Array($0.target.utf8) } == lines.map { Array($0.target.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
    // Nothing else: the mark beside a script and the hives are no code.
    #expect(Set(lines.map(\.target)) == Set(Self.rows.map(\.path)))
  }

  @Test func aUserPolicyAndAnUnknownZoneAreWeighed() throws {
    let scratch = try DemoDisk.made("windows")
    func words(_ lines: [ReportLine], _ path: String) -> [String] {
      lines.first { $0.target == path }?.findings.filter { $0.code.hasPrefix("powershell.policy.") }.map(\.message) ?? []
    }
    let profile = "Users/ann/Documents/WindowsPowerShell/profile.ps1"
    let local = words(try scan(scratch), profile)
    #expect(local.contains { $0.hasPrefix("Windows PowerShell would run: RemoteSigned (LocalMachine)") })
    #expect(local.contains { $0.hasPrefix("Windows PowerShell, user ann would refuse: AllSigned (CurrentUser)") })
    let remote = words(try scan(scratch, ["--zone", "unknown"]), profile)
    #expect(remote.allSatisfy { $0.contains("would refuse") } && remote.count == 2)
  }

  @Test func anExcludedFolderHidesWhatIsMissingInIt() throws {
    let lines = try scan(DemoDisk.made("windows"), ["--exclude", "Windows/System32/drivers/*"])
    #expect(!lines.contains { $0.target.contains("drivers/") })
  }

  @Test func aWrongZoneIsAMistake() throws {
    let outcome = try RunningTool.run(["scan", ".", "--zone", "moon"])
    #expect(outcome.status == 2 && outcome.errors.contains("--zone"))
  }

  @Test func twoRunsAreTheSame() throws {
    let scratch = try DemoDisk.made("windows")
    let arguments = [
      "scan", scratch.place("disk"), "--trust", scratch.place("trust/root.pem"), "--at", "2025-06-01T00:00:00Z", "-v",
    ]
    let one = try RunningTool.run(arguments + ["--jobs", "1"])
    let two = try RunningTool.run(arguments + ["--jobs", "4"])
    #expect(one.output == two.output && !one.output.isEmpty)
  }
}
