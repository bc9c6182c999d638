import AssayMaker
import AssayPKI
import Testing

private typealias MadeName = AssayMaker.GeneralName

@Suite struct NameConstraintTests {
  fileprivate struct Row: Sendable {
    let constraint: MadeName
    let name: MadeName
    /// Whether the name lies within; nil where that cannot be judged, which refuses either way.
    let isWithin: Bool?
    init(_ constraint: MadeName, _ name: MadeName, _ isWithin: Bool?) {
      (self.constraint, self.name, self.isWithin) = (constraint, name, isWithin)
    }
  }

  private static let other = MadeName.other(oid: "1.2.3", value: DER.utf8("x"))
  private static let dn = MadeName.directory(Name(organization: "Path Test"))

  fileprivate static let rows: [Row] = [
    Row(.dns("example.com"), .dns("example.com"), true), Row(.dns("example.com"), .dns("a.b.EXAMPLE.com"), true),
    Row(.dns("example.com"), .dns("notexample.com"), false), Row(.dns("example.com"), .dns("com"), false),
    Row(.dns(""), .dns("a.example"), true), Row(.dns("example.com"), .dns(".example.com"), nil),
    Row(.dns(".example.com"), .dns("a.example.com"), true), Row(.dns(".example.com"), .dns("example.com"), false),
    Row(.dns("*.example.com"), .dns("a.example.com"), nil), Row(.dns("example.com"), .dns("a..example.com"), nil),
    Row(.ip([10, 0, 0, 0, 255, 0, 0, 0]), .ip([10, 1, 2, 3]), true),
    Row(.ip([10, 0, 0, 0, 255, 0, 0, 0]), .ip([11, 1, 2, 3]), false),
    Row(.ip([10, 0, 0, 0, 255, 0, 0, 0]), .ip(Array(repeating: 0, count: 16)), false),
    Row(.ip([10, 0, 0, 0, 255, 0, 255, 0]), .ip([10, 1, 2, 3]), nil), Row(.ip([10, 0, 0, 0]), .ip([10, 0, 0, 0]), nil),
    Row(.ip([10, 0, 0, 0, 255, 128, 0, 0]), .ip([10, 127, 0, 1]), true),
    Row(.ip([10, 0, 0, 0, 255, 128, 0, 0]), .ip([10, 128, 0, 1]), false),
    Row(.ip([10, 0, 0, 0, 255, 0, 0, 0]), .ip([10, 0, 0]), nil), Row(.ip([0, 0, 0, 0, 0, 0, 0, 0]), .ip([1, 2, 3, 4]), true),
    Row(.rfc822("a@example.com"), .rfc822("a@EXAMPLE.com"), true), Row(.rfc822("a@example.com"), .rfc822("A@example.com"), false),
    Row(.rfc822("example.com"), .rfc822("a@example.com"), true), Row(.rfc822("example.com"), .rfc822("a@b.example.com"), false),
    Row(.rfc822(".example.com"), .rfc822("a@b.example.com"), true), Row(.rfc822(".example.com"), .rfc822("a@example.com"), false),
    Row(.rfc822("a@b@example.com"), .rfc822("a@example.com"), nil), Row(.rfc822("example.com"), .rfc822("example.com"), nil),
    Row(.uri("example.com"), .uri("https://example.com/x"), true),
    Row(.uri("example.com"), .uri("https://u@example.com:8/x"), true),
    Row(.uri("example.com"), .uri("https://a.example.com/x"), false),
    Row(.uri(".example.com"), .uri("https://a.example.com"), true),
    Row(.uri("example.com"), .uri("urn:x"), nil), Row(.uri("example.com"), .uri("https://127.0.0.1/"), nil),
    Row(.uri("example.com"), .uri("https://[::1]/"), nil), Row(.uri("example.com"), .uri("https://evil.org/@example.com"), false),
    Row(other, other, nil), Row(.registeredID("1.2.3"), .registeredID("1.2.3"), nil),
  ]

  private static func validate(permitted: [MadeName], excluded: [MadeName], _ names: [MadeName]) throws -> PathResult {
    var fixture = PathFixture()
    fixture.issuer.extensions.append(.nameConstraints(permitted: permitted, excluded: excluded))
    fixture.leaf.extensions.append(.subjectAlternativeName(names))
    return try fixture.validate()
  }

  @Test(arguments: rows.indices) func permittedAndExcluded(_ index: Int) throws {
    let row = NameConstraintTests.rows[index]
    let permitted = try NameConstraintTests.validate(permitted: [row.constraint], excluded: [], [row.name])
    #expect(permitted.isValid == (row.isWithin == true), "\(row) \(permitted.failures)")
    let excluded = try NameConstraintTests.validate(permitted: [], excluded: [row.constraint], [row.name])
    #expect(excluded.isValid == (row.isWithin == false), "\(row) \(excluded.failures)")
    for failure in permitted.failures + excluded.failures {
      #expect(failure.code == "pki.path.name-constraint" && failure.certificate == 0 && failure.expected != nil)
    }
  }

  @Test func wildcardCouldStandForTheExcludedName() throws {
    let result = try NameConstraintTests.validate(permitted: [], excluded: [.dns("a.example.com")], [.dns("*.example.com")])
    #expect(!result.isValid)
    #expect(try NameConstraintTests.validate(permitted: [], excluded: [.dns("b.a.example.com")], [.dns("*.example.com")]).isValid)
  }

  @Test func otherKindsAreFree() throws {
    #expect(try NameConstraintTests.validate(permitted: [.dns("example.com")], excluded: [], [.ip([1, 2, 3, 4])]).isValid)
  }

  @Test func subjectIsADirectoryName() throws {
    #expect(try NameConstraintTests.validate(permitted: [NameConstraintTests.dn], excluded: [], []).isValid)
    #expect(!(try NameConstraintTests.validate(permitted: [], excluded: [NameConstraintTests.dn], []).isValid))
    let foreign = MadeName.directory(Name(organization: "Other"))
    #expect(!(try NameConstraintTests.validate(permitted: [foreign], excluded: [], []).isValid))
    #expect(!(try NameConstraintTests.validate(permitted: [NameConstraintTests.dn], excluded: [], [foreign]).isValid))
  }

  @Test func subjectsMailAddressCounts() throws {
    var fixture = PathFixture()
    fixture.issuer.extensions.append(.nameConstraints(permitted: [.rfc822("example.com")]))
    fixture.leaf.subject.attributes.append(Name.Attribute("1.2.840.113549.1.9.1", DER.ia5("a@example.com")))
    #expect(try fixture.validate().isValid)
    fixture.leaf.subject.attributes.append(Name.Attribute("1.2.840.113549.1.9.1", DER.ia5("a@example.org")))
    #expect(!(try fixture.validate().isValid))
  }

  /// RFC 5937: facts have no constraints to honour, a certificate has.
  @Test func anchorsConstraintsBind() throws {
    var fixture = PathFixture()
    fixture.root.extensions.append(.nameConstraints(excluded: [NameConstraintTests.dn]))
    #expect(!(try fixture.validate().isValid))
    fixture.profile.honoursAnchorConstraints = false
    #expect(try fixture.validate().isValid)
    fixture.profile.honoursAnchorConstraints = true
    fixture.isFactsOnly = true
    #expect(try fixture.validate().isValid)
  }

  @Test func thousandsOfConstraintsSpendTheBudget() throws {
    var fixture = PathFixture()
    fixture.issuer.extensions.append(.nameConstraints(permitted: (0..<600).map { .dns("n\($0).example") } + [.dns("x.example")]))
    fixture.leaf.extensions.append(.subjectAlternativeName((0..<600).map { .dns("a\($0).x.example") }))
    let result = try fixture.validate()
    #expect(result.failures.last?.code == "pki.path.limit", "\(result.failures)")
  }
}
