import Testing

/// Ids of ATT&CK in the sources against the map that gives their names.
struct TechniqueTests {
  private static let map = "Trust/AttackMap.swift"

  private static func ids(_ text: String) -> Set<String> {
    Set(text.matches(of: /"(T1[0-9]{3}(?:\.[0-9]{3})?)"/).map { String($0.1) })
  }

  @Test("every technique that a finding or a rule points to has a name")
  func everyIdHasAName() {
    let named = Self.ids(Repository.text(Self.map))
    #expect(named.count > 40)
    for path in Repository.swift where path.hasPrefix("Sources/") {
      let missing = Self.ids(Repository.text(path)).subtracting(named).sorted()
      #expect(missing.isEmpty, "\(path): name \(missing.joined(separator: ", ")) in \(Self.map)")
    }
  }
}
