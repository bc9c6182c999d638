import Testing

/// Every attack on Apple's formats has tests, by name: a row names test functions that exist in the sources, or says why it has none.
///
/// A row: number, attack, verdict, tests. Tests are `Suite.function`, separated by `; `; for a table of cases
/// `Suite.function: case`, where the case's name stands in quotes in the same file. A row without tests says `open: why`.
struct AppleAttackListTests {
  static let path = "Tests/Conformance/Attacks/apple.tsv"
  static let attackCount = 42
  /// Rows that may still be open; only ever lowered.
  static let openCount = 0

  @Test func everyAttackHasItsTests() throws {
    let lines = Repository.lines(Self.path).filter { !$0.isEmpty }
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    #expect(lines.first == ["number", "attack", "verdict", "tests"])
    let rows = Array(lines.dropFirst())
    #expect(rows.map { Int($0[0]) } == Array(1...Self.attackCount), "every number once and in order")
    var open: [String] = []
    for row in rows {
      guard row.count == 4, !row[1].isEmpty, !row[2].isEmpty, !row[3].isEmpty else {
        Issue.record("row \(row.first ?? "") has other than four filled columns")
        continue
      }
      if row[3].hasPrefix("open: ") {
        open.append("\(row[0]) (\(row[3].dropFirst(6)))")
        continue
      }
      for name in row[3].split(separator: "; ") {
        if let fault = TestSources.all.fault(of: String(name)) { Issue.record("row \(row[0]): \(name): \(fault)") }
      }
    }
    #expect(open.count <= Self.openCount, "\(open)")
  }

  @Test func namesThatDoNotExistAreSeen() {
    let sources = TestSources.all
    #expect(sources.fault(of: "AppleAttackListTests.namesThatDoNotExistAreSeen") == nil)
    for name in ["AppleAttackListTests.gone", "Nobody.namesThatDoNotExistAreSeen", "AppleAttackListTests.path", "nothing", ""] {
      #expect(sources.fault(of: name) != nil, "\(name)")
    }
    // A function that is no test, and a case that stands in no quotes.
    #expect(sources.fault(of: "TestSources.fault") != nil)
    #expect(sources.fault(of: "AppleAttackListTests.everyAttackHasItsTests: " + "number") == nil)
    #expect(sources.fault(of: "AppleAttackListTests.everyAttackHasItsTests: " + "num" + "bers") != nil)
  }
}
