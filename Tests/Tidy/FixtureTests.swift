import Testing

/// Fixtures are listed, listed ones exist, and none came from elsewhere.
struct FixtureTests {
  static let rows: [[String]] = Repository.lines("Fixtures/manifest.tsv").dropFirst().filter { !$0.isEmpty }
    .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }

  static let states: Set = [
    "trusted", "expired", "revoked", "untrusted", "distrusted", "wrong-usage", "tampered", "malformed", "stale", "unsigned",
    "not-assessed",
  ]

  @Test func manifestIsWellFormed() {
    #expect(Self.rows.count >= 100)
    for row in Self.rows {
      #expect(row.count == 7, "\(row)")
      guard row.count == 7 else { continue }
      #expect(row[4].split(separator: "|").allSatisfy { Self.states.contains(String($0)) }, "\(row[0]): unknown state \(row[4])")
      #expect(row[3].count == 64, "\(row[0]): no SHA-256")
      #expect(!row[1].isEmpty && !row[2].isEmpty && !row[6].isEmpty, "\(row[0]): origin, licence and reason are wanted")
    }
  }

  @Test func noOrphans() {
    let listed = Set(Self.rows.map { "Fixtures/" + $0[0] })
    let present = Set(Repository.files.filter { $0.hasPrefix("Fixtures/") && $0.split(separator: "/").count == 4 })
    #expect(present.subtracting(listed).sorted() == [], "fixtures that the manifest does not list")
    #expect(listed.subtracting(present).sorted() == [], "listed fixtures that do not exist")
  }

  @Test func noBinaryFromElsewhere() {
    let binary = [".exe", ".dll", ".sys", ".whl", ".msi", ".cab", ".pyd", ".zip", ".gz", ".xz", ".stl", ".p7b"]
    for path in Repository.files where binary.contains(where: path.hasSuffix) {
      #expect(path.hasPrefix("Fixtures/"), "\(path): no binary is committed outside Fixtures")
    }
    for path in Repository.files where !Repository.isTable(path) {
      #expect(Repository.bytes(path).count <= 400_000, "\(path): too large to commit")
    }
  }
}
