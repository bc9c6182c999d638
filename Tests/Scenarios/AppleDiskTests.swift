import Testing

/// The disk of `assay demo apple`, scanned as a person scans a mounted one.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct AppleDiskTests {
  /// Path, state, decision, one role that it has, codes that it carries.
  static let rows: [(path: String, state: String, decision: String, role: String?, codes: [String])] = [
    ("Applications/Example.app", "trusted", "accept", "executable", []),
    ("Applications/Patched.app", "untrusted", "reject", "executable", ["library.host.resigned", "macho.command.late"]),
    ("Library/Application Support/Example/agentd", "trusted", "accept", "launch-item", ["inventory.started-by"]),
    ("Library/LaunchDaemons/com.example.torn.plist", "not-assessed", "undecided", nil, ["inventory.plist.unreadable"]),
    ("Users/Shared/.update", "unsigned", "reject", "launch-item", ["inventory.launchd.label", "policy.start.untrusted"]),
    ("Users/ann/Library/insert.dylib", "untrusted", "reject", "loaded-dylib", ["apple.signer.adhoc"]),
    ("opt/example/gone", "not-assessed", "undecided", "launch-item", ["inventory.target.missing"]),
    ("usr/local/bin/hijacked", "trusted", "reject", "executable", ["library.hijackable", "policy.library.untrusted"]),
    ("usr/local/bin/mixed", "trusted", "reject", "executable", ["policy.library.validation"]),
    ("usr/local/bin/nightly.sh", "", "", "launch-item", ["inventory.login-hook"]),
    ("usr/local/bin/patched", "tampered", "reject", "executable", ["macho.command.added"]),
    ("usr/local/bin/tool", "trusted", "accept", "scheduled-task", ["inventory.started-by"]),
    ("usr/local/bin/weak", "trusted", "accept", "executable", ["library.missing"]),
    ("usr/local/lib/libforeign.dylib", "trusted", "accept", "library", []),
    ("usr/local/lib/libplanted.dylib", "unsigned", "reject", "library", []),
  ]

  private func arguments(_ verb: String, _ place: String, _ scratch: Scratch) -> [String] {
    [verb, scratch.place(place), "--trust", scratch.place("trust/root.pem"), "--at", "2026-11-23T00:00:00Z"]
  }

  @Test func everyRowHasItsState() throws {
    let scratch = try DemoDisk.made("apple")
    let outcome = try RunningTool.run(arguments("scan", "disk", scratch) + ["--format", "jsonl"])
    #expect(outcome.status == 1, "\(outcome.errors)")
    let lines = try ReportLine.all(in: outcome.output)
    for row in Self.rows {
      let line = try #require(lines.first { $0.target == row.path }, "\(row.path)")
      let codes = line.findings.map(\.code)
      // What a script without a signature is, its own format says.
      if !row.state.isEmpty { #expect(line.state == row.state && line.decision == row.decision, "\(row.path): \(line)") }
      #expect(row.role.map { line.roles.contains($0) } ?? true, "\(row.path): \(line.roles)")
      for code in row.codes { #expect(codes.contains(code), "\(row.path): \(codes)") }
    }
    // Configuration whose settings are worth a look is told beside.
    let others = Set(lines.map(\.target)).subtracting(Self.rows.map(\.path))
    #expect(others == ["Users/ann/Library/LaunchAgents/com.example.insert.plist"])
  }

  @Test func rowsHaveTheirDenominators() throws {
    let scratch = try DemoDisk.made("apple")
    let text = try RunningTool.run(arguments("scan", "disk", scratch)).output
    for row in [
      "T1546.006 LC_LOAD_DYLIB Addition:", "T1543 Create or Modify System Process:", "T1554 ", "T1543.004 Launch Daemon:",
    ] {
      #expect(text.contains("\n\(row)"), "\(row)")
    }
  }

  @Test func explainTellsWhereLibrariesAre() throws {
    let scratch = try DemoDisk.made("apple")
    let app = try RunningTool.run(arguments("explain", "disk/Applications/Example.app", scratch))
    #expect(app.status == 0, "\(app.output)")
    #expect(app.output.contains("libraries of Example, library validation: Apple's and team ASSAYTEAM1's alone"))
    #expect(app.output.contains("/Applications/Example.app/Contents/Frameworks/libexample.dylib"))
    let patched = try RunningTool.run(arguments("explain", "disk/usr/local/bin/patched", scratch))
    #expect(patched.output.contains("/Users/Shared/evil.dylib was put in after signing"))
    let inspected = try RunningTool.run(["inspect", scratch.place("disk/usr/local/bin/hijacked")])
    #expect(inspected.output.contains("nothing at: /opt/example/lib/libplanted.dylib"))
  }

  @Test func twoRunsAreTheSame() throws {
    let scratch = try DemoDisk.made("apple")
    let one = try RunningTool.run(arguments("scan", "disk", scratch) + ["-v", "--jobs", "1"])
    let two = try RunningTool.run(arguments("scan", "disk", scratch) + ["-v", "--jobs", "4"])
    #expect(one.output == two.output && !one.output.isEmpty)
  }
}
