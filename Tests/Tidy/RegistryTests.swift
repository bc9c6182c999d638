import Testing

/// What a line in FormatRegistry demands: a sheet, fixtures of each kind, a fuzz target.
struct RegistryTests {
  static let identifiers = Repository.formatIdentifiers()

  @Test func registryIsSeen() {
    #expect(Self.identifiers.contains("pe") && Self.identifiers.contains("powershell"), "\(Self.identifiers)")
  }

  @Test(arguments: identifiers) func hasSheet(id: String) {
    let sheet = Repository.text("Docs/Formats/\(id).md").lowercased()
    for part in ["reference", "covered", "not checked"] {
      #expect(sheet.contains(part), "Docs/Formats/\(id).md says nothing of '\(part)'")
    }
  }

  @Test(arguments: identifiers) func hasFixtures(id: String) {
    let states = FixtureTests.rows.filter { $0[0].hasPrefix(id + "/") }.map { $0[4] }
    for state in ["trusted", "tampered", "unsigned", "malformed"] {
      #expect(states.contains(state), "\(id) has no \(state) fixture")
    }
  }

  @Test(arguments: identifiers) func hasFuzzTarget(id: String) {
    let targets = Repository.files.filter { $0.hasPrefix("Fuzz/") && $0.hasSuffix(".swift") }
    #expect(targets.contains { Repository.text($0).contains("\"\(id)\"") }, "no fuzz target names \(id)")
  }
}
