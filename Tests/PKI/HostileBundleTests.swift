import AssayBytes
import AssayMaker
import AssayPKI
import Testing

/// Bundles that an attacker makes so that path building explodes. What they cost is read from the budget, not from a clock.
@Suite struct HostileBundleTests {
  private static let time = PathFixture.time("2026-01-01")
  private static let ca: [CertificateExtension] = [.basicConstraints(ca: true), .keyUsage(.keyCertSign)]

  private static func spec(_ name: String, _ extensions: [CertificateExtension] = ca) -> CertificateSpec {
    CertificateSpec(subject: Name(commonName: name)).with {
      $0.extensions = extensions
      $0.keyIdentifiers = false
    }
  }

  struct Cost { let steps: Int, signatureChecks: Int }

  private static func run(
    _ leaf: TestCertificate, _ bundle: [TestCertificate], anchor: TestCertificate, isValid: Bool = false
  ) throws -> Cost {
    let end = try PathFixture.read(leaf)
    let intermediates = try bundle.map { try PathFixture.read($0) }
    let trust = TrustStore(anchors: [TrustAnchor(try PathFixture.read(anchor), bundle: "test")])
    var work = Work()
    let before = work.budget
    let clock = ContinuousClock()
    let start = clock.now
    let result = PathValidator(.codeSigning).validate(
      end, with: intermediates, trust: trust, signedAt: time, now: time, revocation: RevocationEvidence(), &work)
    #expect(result.isValid == isValid, "\(result.failures)")
    let elapsed = clock.now - start
    let cost = Cost(
      steps: before.steps - work.budget.steps, signatureChecks: before.signatureChecks - work.budget.signatureChecks)
    // For the reader only: the clock of a busy machine decides nothing.
    print("hostile bundle of \(bundle.count): \(cost.steps) steps, \(cost.signatureChecks) signature checks, \(elapsed)")
    return cost
  }

  /// Layers of certificates, each signed by every key of the layer above: width to the power of depth paths.
  private static func layers(_ width: Int, _ depth: Int, top: TestCertificate) -> [[TestCertificate]] {
    var layers = [[top]]
    for level in 0..<depth {
      layers.append(
        (0..<width).map { place in
          .issue(spec("Layer \(level)"), key: .p256(), by: layers[level][place % layers[level].count])
        })
    }
    return layers
  }

  @Test func thirtyThatReachNoAnchor() throws {
    let stranger = TestCertificate.issue(HostileBundleTests.spec("Stranger"), key: .p256())
    let bundle = HostileBundleTests.layers(3, 10, top: stranger)
    let leaf = TestCertificate.issue(HostileBundleTests.spec("Leaf", []), key: .p256(), by: bundle[10][0])
    let cost = try HostileBundleTests.run(leaf, bundle.flatMap { $0 }, anchor: TestCA.codeRoot)
    #expect(cost.signatureChecks <= 64 && cost.steps < 6_000, "\(cost)")
  }

  @Test func thirtyWithOneNameAndEveryLinkValid() throws {
    let keys = (0..<30).map { _ in TestKey.p256() }
    let first = TestCertificate.issue(HostileBundleTests.spec("Same"), key: keys[0])
    let bundle = keys.map { TestCertificate.issue(HostileBundleTests.spec("Same"), key: $0, by: first) }
    let leaf = TestCertificate.issue(HostileBundleTests.spec("Leaf", []), key: .p256(), by: first)
    let cost = try HostileBundleTests.run(leaf, bundle, anchor: TestCA.codeRoot)
    #expect(cost.signatureChecks <= 64 && cost.steps < 10_000, "\(cost)")
  }

  /// The same with the name of a trusted root, so that each claims to be issued by an anchor.
  @Test func thirtyWithTheAnchorsName() throws {
    let anchor = TestCertificate.issue(HostileBundleTests.spec("Anchor"), key: .p256())
    let false0 = TestCertificate.issue(HostileBundleTests.spec("Anchor"), key: .p256())
    let bundle = (0..<30).map { _ in TestCertificate.issue(HostileBundleTests.spec("Anchor"), key: .p256(), by: false0) }
    let leaf = TestCertificate.issue(HostileBundleTests.spec("Leaf", []), key: .p256(), by: false0)
    let cost = try HostileBundleTests.run(leaf, bundle, anchor: anchor)
    #expect(cost.signatureChecks <= 64 && cost.steps < 10_000, "\(cost)")
  }

  /// The slowest key that is offered.
  @Test func thirtyWithSlowKeys() throws {
    let anchor = TestCertificate.issue(HostileBundleTests.spec("Anchor"), key: .p256())
    let false0 = TestCertificate.issue(HostileBundleTests.spec("Same"), key: .p384())
    let bundle = (0..<30).map { _ in TestCertificate.issue(HostileBundleTests.spec("Same"), key: .p384(), by: false0) }
    let leaf = TestCertificate.issue(HostileBundleTests.spec("Leaf", []), key: .p256(), by: false0)
    let cost = try HostileBundleTests.run(leaf, bundle, anchor: anchor)
    #expect(cost.signatureChecks <= 10, "\(cost)")
  }

  /// Every link holds up to the anchor, but the purpose is wrong on each path.
  @Test func everyPathIsValidlySignedAndWrong() throws {
    let anchor = TestCertificate.issue(
      HostileBundleTests.spec(
        "Anchor", [.basicConstraints(ca: true), .keyUsage(.keyCertSign), .nameConstraints(excluded: [.dns("x")])]),
      key: .p256())
    let bundle = HostileBundleTests.layers(3, 10, top: anchor)
    let leaf = TestCertificate.issue(
      HostileBundleTests.spec("Leaf", [.subjectAlternativeName([.dns("x")])]), key: .p256(), by: bundle[10][0])
    let cost = try HostileBundleTests.run(leaf, bundle.dropFirst().flatMap { $0 }, anchor: anchor)
    #expect(cost.signatureChecks <= 64 && cost.steps < 12_000, "\(cost)")
  }

  /// The attacker's noise does not hide the honest path.
  @Test func honestPathIsFoundAmongThirty() throws {
    let anchor = TestCertificate.issue(HostileBundleTests.spec("Anchor"), key: .p256())
    let issuer = TestCertificate.issue(HostileBundleTests.spec("Same"), key: .p256(), by: anchor)
    let noise = (0..<30).map { _ in TestCertificate.issue(HostileBundleTests.spec("Same"), key: .p256(), by: issuer) }
    let leaf = TestCertificate.issue(HostileBundleTests.spec("Leaf", []), key: .p256(), by: issuer)
    let cost = try HostileBundleTests.run(leaf, noise + [issuer], anchor: anchor, isValid: true)
    #expect(cost.signatureChecks <= 64, "\(cost)")
  }

  /// Names of 20 kB that differ in their first attribute only, so that comparing them is slow.
  @Test func longNamesSpendTheBudget() throws {
    func name(_ text: String) -> Name {
      Name([Name.Attribute("2.5.4.3", DER.utf8(text))] + (0..<1_500).map { _ in Name.Attribute("2.5.4.11", DER.utf8("x")) })
    }
    let anchor = TestCertificate.issue(HostileBundleTests.spec("Anchor"), key: .p256())
    let key = TestKey.p256()
    let bundle = (0..<30).map { index in
      TestCertificate.issue(
        HostileBundleTests.spec("").with {
          $0.subject = name("\(index)"); $0.issuer = name("X")
        }, key: key)
    }
    let leaf = TestCertificate.issue(
      HostileBundleTests.spec("Leaf", []).with { $0.issuer = name("1") }, key: .p256(), by: bundle[1])
    let small = try HostileBundleTests.run(leaf, Array(bundle.prefix(8)), anchor: anchor)
    #expect(small.steps > 8 * 20_000 / 8, "\(small)")
    let end = try PathFixture.read(leaf)
    var work = Work()
    let result = PathValidator(.codeSigning).validate(
      end, with: try bundle.map { try PathFixture.read($0) }, trust: TrustStore(),
      signedAt: HostileBundleTests.time, now: HostileBundleTests.time, revocation: RevocationEvidence(), &work)
    #expect(result.failures.contains { $0.kind == .limit }, "\(result.failures)")
  }

  @Test func smallBudgetIsALimitNotACrash() throws {
    let (root, issuer, leaf) = PathFixture().certificates()
    for steps in 0..<30 {
      var work = Work(budget: Budget(signatureChecks: steps % 3, steps: steps))
      let result = PathValidator(.codeSigning).validate(
        try PathFixture.read(leaf), with: [try PathFixture.read(issuer)],
        trust: TrustStore(anchors: [TrustAnchor(try PathFixture.read(root), bundle: "test")]), signedAt: HostileBundleTests.time,
        now: HostileBundleTests.time, revocation: RevocationEvidence(), &work)
      if !result.isValid { #expect(result.failures.contains { $0.kind == .limit }) }
    }
  }
}
