import Testing

/// Every attack on Windows' formats that is known has its verdict and a test that shows it: Tests/Conformance/Attacks/windows.tsv.
struct AttackListTests {
  struct Row {
    let attack: Int
    let state: String
    let finding: String
    let evidence: [Substring]
  }
  /// Attacks are numbered without a gap.
  static let attackCount = 37
  static let path = "Tests/Conformance/Attacks/windows.tsv"

  static let lines = Repository.lines(path).dropFirst().filter { !$0.isEmpty }
    .map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
  static let rows: [Row] = lines.compactMap { cells in
    guard cells.count == 5, let attack = Int(cells[0]), !cells[1].isEmpty else { return nil }
    return Row(attack: attack, state: String(cells[2]), finding: String(cells[3]), evidence: cells[4].split(separator: " "))
  }

  @Test func everyAttackIsListed() {
    #expect(Self.rows.count == Self.lines.count, "a line has other than five cells, or no number")
    #expect(Set(Self.rows.map(\.attack)) == Set(1...Self.attackCount))
    #expect(Self.rows.map(\.attack) == Self.rows.map(\.attack).sorted())
  }

  @Test func whatIsNamedExists() {
    #expect(TestSources.all.count > 500, "the sources were not read")
    let codes = Set(Repository.text("Docs/Findings.md").matches(of: /`([a-z0-9-]+(?:\.[a-z0-9-]+)+)`/).map { String($0.1) })
    let fixtures = Dictionary(grouping: FixtureTests.rows) { $0[0].split(separator: "/").prefix(2).joined(separator: "/") }
    for row in Self.rows {
      #expect(!row.evidence.isEmpty, "attack \(row.attack): nothing shows it")
      #expect(row.state == "-" || FixtureTests.states.contains(row.state), "attack \(row.attack): state \(row.state)")
      #expect(row.finding == "-" || codes.contains(row.finding), "attack \(row.attack): finding \(row.finding)")
      for name in row.evidence where name.contains("/") {
        let states = fixtures[String(name)]?.first?[4].split(separator: "|") ?? []
        #expect(states.contains { $0 == row.state }, "attack \(row.attack): fixture \(name)")
      }
      for name in row.evidence where !name.contains("/") {
        let fault = TestSources.all.fault(of: String(name))
        #expect(fault == nil, "attack \(row.attack): \(name): \(fault ?? "")")
      }
    }
  }

  /// The words of the verdict stand where the verdict is said to be shown.
  @Test func findingsAreExpectedWhereTheyAreShown() {
    for row in Self.rows where row.finding != "-" {
      let files = row.evidence.compactMap { TestSources.all.path(of: $0) }
      let isFixture = row.evidence.contains { $0.contains("/") }
      #expect(
        isFixture || files.contains { Repository.text($0).contains("\"\(row.finding)\"") },
        "attack \(row.attack): no named test expects \(row.finding)")
    }
  }

  /// A test that says in its title which attack it shows is on the list.
  @Test func titlesAreOnTheList() {
    var named: [Int: Set<String>] = [:]
    for row in Self.rows { named[row.attack, default: []].formUnion(row.evidence.map(String.init)) }
    for path in Repository.swift where path.hasPrefix("Tests/Authenticode/Attacks") {
      let type = path.split(separator: "/").last?.dropLast(6) ?? ""
      let text = Repository.text(path)
      for match in text.matches(of: /"(?:row )?(\d+)(?: and (\d+))?: [^"]*"/) {
        guard let function = text[match.range.upperBound...].firstMatch(of: /func (\w+)\(/) else { continue }
        for number in [match.1, match.2 ?? match.1].compactMap({ Int($0) }) {
          #expect(named[number]?.contains("\(type).\(function.1)") == true, "attack \(number): \(type).\(function.1) is not listed")
        }
      }
    }
  }
}
