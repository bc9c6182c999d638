import AssayMaker
import AssayPKI
import Testing

@Suite struct PolicyTests {
  private static let one = "1.2.3.1"
  private static let two = "1.2.3.2"
  private static let any = "2.5.29.32.0"

  private static func fixture(
    issuer: [CertificateExtension], leaf: [CertificateExtension], _ initial: Set<OID>? = nil
  ) -> PathFixture {
    var fixture = PathFixture()
    fixture.issuer.extensions += issuer
    fixture.leaf.extensions += leaf
    fixture.profile.policyInputs.initialPolicies = initial
    fixture.profile.policyInputs.explicitPolicy = true
    return fixture
  }

  struct Row: Sendable {
    let issuer: [CertificateExtension]
    let leaf: [CertificateExtension]
    let initial: Set<OID>?
    /// nil: refused.
    let user: [OID]?
    init(_ issuer: [CertificateExtension], _ leaf: [CertificateExtension], _ initial: Set<OID>? = nil, user: [OID]?) {
      (self.issuer, self.leaf, self.initial, self.user) = (issuer, leaf, initial, user)
    }
  }

  static let rows: [Row] = [
    Row([.certificatePolicies([one])], [.certificatePolicies([one])], user: ["1.2.3.1"]),
    Row([.certificatePolicies([one])], [.certificatePolicies([two])], user: nil),
    Row([.certificatePolicies([one])], [], user: nil),
    Row([], [.certificatePolicies([one])], user: nil),
    Row([.certificatePolicies([any])], [.certificatePolicies([two])], user: ["1.2.3.2"]),
    Row([.certificatePolicies([one, two])], [.certificatePolicies([any])], user: ["1.2.3.1", "1.2.3.2"]),
    Row([.certificatePolicies([one, two])], [.certificatePolicies([one, two])], ["1.2.3.2"], user: ["1.2.3.2"]),
    Row([.certificatePolicies([one])], [.certificatePolicies([one])], ["1.2.3.2"], user: nil),
    Row([.certificatePolicies([any])], [.certificatePolicies([any])], ["1.2.3.2"], user: ["1.2.3.2"]),
    Row([.certificatePolicies([one]), .policyMappings([(one, two)])], [.certificatePolicies([two])], user: ["1.2.3.1"]),
    Row([.certificatePolicies([one]), .policyMappings([(one, two)])], [.certificatePolicies([one])], user: nil),
    Row([.certificatePolicies([any]), .policyMappings([(one, two)])], [.certificatePolicies([two])], user: ["1.2.3.1"]),
    Row([.certificatePolicies([one]), .policyMappings([(one, any)])], [.certificatePolicies([one])], user: nil),
    Row([.certificatePolicies([any]), .inhibitAnyPolicy(0)], [.certificatePolicies([any])], user: nil),
    Row([.certificatePolicies([any]), .inhibitAnyPolicy(1)], [.certificatePolicies([any])], user: ["2.5.29.32.0"]),
  ]

  @Test(arguments: rows.indices) func explicitPolicy(_ index: Int) throws {
    let row = PolicyTests.rows[index]
    let result = try PolicyTests.fixture(issuer: row.issuer, leaf: row.leaf, row.initial).validate()
    #expect(result.isValid == (row.user != nil), "\(result.failures)")
    if let user = row.user { #expect(result.userPolicies == user) }
    if row.user == nil { #expect(result.failures.map(\.kind) == [.policy]) }
  }

  @Test func initialInhibitions() throws {
    var fixture = PolicyTests.fixture(
      issuer: [.certificatePolicies([PolicyTests.any])], leaf: [.certificatePolicies([PolicyTests.one])])
    fixture.profile.policyInputs.inhibitAnyPolicy = true
    #expect(!(try fixture.validate().isValid))
    fixture = PolicyTests.fixture(
      issuer: [.certificatePolicies([PolicyTests.one]), .policyMappings([(PolicyTests.one, PolicyTests.two)])],
      leaf: [.certificatePolicies([PolicyTests.two])])
    fixture.profile.policyInputs.inhibitMapping = true
    #expect(!(try fixture.validate().isValid))
  }

  @Test func requiredByAnIssuer() throws {
    for (skip, isValid) in [(0, false), (1, false), (2, true)] {
      var fixture = PathFixture()
      fixture.issuer.extensions.append(.policyConstraints(requireExplicit: skip))
      // The end of the path counts one more certificate down (6.1.5 (a)), so a skip of one is used up by the leaf.
      #expect(try fixture.validate().isValid == isValid, "skip \(skip)")
      fixture.issuer.extensions.append(.certificatePolicies([PolicyTests.one]))
      fixture.leaf.extensions.append(.certificatePolicies([PolicyTests.one]))
      #expect(try fixture.validate().isValid)
    }
  }

  /// RFC 9618: mappings that make RFC 5280's tree explode leave the graph small.
  @Test func mappingsDoNotExplode() throws {
    let policies = (0..<40).map { "1.2.3.4.\($0)" }
    let mappings = policies.flatMap { left in policies.map { (left, $0) } }
    var specs: [CertificateSpec] = []
    for depth in 0..<8 {
      specs.append(
        CertificateSpec(subject: Name(commonName: "Depth \(depth)")).with {
          $0.extensions = [
            .basicConstraints(ca: true), .keyUsage(.keyCertSign), .certificatePolicies(policies), .policyMappings(mappings),
          ]
        })
    }
    var chain: [TestCertificate] = []
    for spec in specs { chain.append(.issue(spec, key: .fixed(chain.count), by: chain.last)) }
    let leaf = TestCertificate.issue(
      CertificateSpec(subject: Name(commonName: "Leaf")).with { $0.extensions = [.certificatePolicies(policies)] }, key: .fixed(9),
      by: chain.last)
    var profile = PathProfile.codeSigning
    profile.policyInputs.explicitPolicy = true
    var work = Work()
    let before = work.budget.steps
    let time = PathFixture.time("2026-01-01")
    let result = PathValidator(profile).validate(
      try PathFixture.read(leaf), with: try chain.dropFirst().map { try PathFixture.read($0) },
      trust: TrustStore(anchors: [TrustAnchor(try PathFixture.read(chain[0]), bundle: "test")]), signedAt: time, now: time,
      revocation: RevocationEvidence(), &work)
    #expect(result.isValid, "\(result.failures)")
    #expect(result.userPolicies.count == 40)
    #expect(before - work.budget.steps < 40_000, "\(before - work.budget.steps) steps")
  }
}
