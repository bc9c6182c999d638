import AssayBytes
import AssayMaker
import AssayPKI
import Testing

/// A chain of three that is right in all, and what a test wants to be wrong with it.
struct PathFixture {
  var root = CertificateSpec(subject: Name(commonName: "Root", organization: "Path Test")).with {
    $0.extensions = [.basicConstraints(ca: true), .keyUsage(.keyCertSign, .cRLSign)]
  }
  var issuer = CertificateSpec(subject: Name(commonName: "Issuer", organization: "Path Test")).with {
    $0.extensions = [.basicConstraints(ca: true), .keyUsage(.keyCertSign, .cRLSign), .extendedKeyUsage([Purpose.codeSigning])]
  }
  var leaf = CertificateSpec(subject: Name(commonName: "Leaf", organization: "Path Test")).with {
    $0.extensions = [.basicConstraints(ca: false), .keyUsage(.digitalSignature), .extendedKeyUsage([Purpose.codeSigning])]
  }
  var profile = PathProfile.codeSigning
  var limits = TrustAnchor.Limits()
  var signedAt = PathFixture.time("2026-01-01")
  var now = PathFixture.time("2026-06-01")
  var trustsRoot = true
  var keepsIssuer = true
  var isFactsOnly = false
  var evidence = RevocationEvidence()
  var disallowsIssuer = false

  static func time(_ text: String) -> Moment { Moment(rfc3339: text) ?? Moment(secondsSince1970: 0) }
  static func read(_ certificate: TestCertificate) throws -> Certificate { try CertificateTests.read(certificate.der) }

  func certificates() -> (root: TestCertificate, issuer: TestCertificate, leaf: TestCertificate) {
    let root = TestCertificate.issue(self.root, key: .fixed(0))
    let issuer = TestCertificate.issue(self.issuer, key: .fixed(1), by: root)
    return (root, issuer, TestCertificate.issue(leaf, key: .fixed(2), by: issuer))
  }

  func validate() throws -> PathResult {
    let (root, issuer, leaf) = certificates()
    let top = try PathFixture.read(root)
    var anchor = TrustAnchor(top, bundle: "test", limits: limits)
    if isFactsOnly {
      anchor = TrustAnchor(
        name: anchor.name, bundle: "test", subject: anchor.subject, spki: anchor.spki, sha1: anchor.sha1, sha256: anchor.sha256,
        limits: limits)
    }
    var trust = TrustStore(anchors: trustsRoot ? [anchor] : [])
    let middle = try PathFixture.read(issuer)
    if disallowsIssuer { trust.disallowed[middle.fingerprint(.sha256)] = "a list" }
    var work = Work()
    return PathValidator(profile).validate(
      try PathFixture.read(leaf), with: keepsIssuer ? [top, middle] : [], trust: trust, signedAt: signedAt, now: now,
      revocation: evidence, &work)
  }
}

@Suite struct PathTests {
  @Test(arguments: [false, true]) func rightPath(_ isFactsOnly: Bool) throws {
    var fixture = PathFixture()
    fixture.isFactsOnly = isFactsOnly
    let result = try fixture.validate()
    #expect(result.isValid, "\(result.failures)")
    #expect(result.path.map { $0.subject.commonName } == ["Leaf", "Issuer"])
    #expect(result.anchor?.name == "Root")
    #expect(result.weaknesses.isEmpty)
    #expect(result.revocation == .notEstablished)
    #expect(result.authorityPolicies.isEmpty)
  }

  struct Wrong: Sendable {
    let kind: PathFailure.Kind
    let code: String
    let certificate: Int
    let change: @Sendable (inout PathFixture) -> Void
    init(_ kind: PathFailure.Kind, _ code: String, _ certificate: Int, _ change: @escaping @Sendable (inout PathFixture) -> Void) {
      (self.kind, self.code, self.certificate, self.change) = (kind, code, certificate, change)
    }
  }

  /// One thing changed, exactly one failure expected.
  static let wrong: [Wrong] = [
    Wrong(.issuerMissing, "pki.path.issuer-missing", 0) { $0.keepsIssuer = false },
    Wrong(.issuerMissing, "pki.path.root-untrusted", 2) { $0.trustsRoot = false },
    Wrong(.signatureInvalid, "pki.path.signature-invalid", 0) { $0.leaf.breaksSignature = true },
    Wrong(.signatureInvalid, "pki.path.signature-invalid", 1) { $0.issuer.breaksSignature = true },
    Wrong(.malformed, "pki.path.algorithm-mismatch", 0) {
      $0.leaf.innerAlgorithm = DER.seq(DER.oid("1.2.840.113549.1.1.5"), DER.null)
    },
    Wrong(.notYetValid, "pki.path.not-yet-valid", 0) { $0.leaf.notBefore = MakerTime(2026, 1, 1, 0, 0, 1) },
    Wrong(.expired, "pki.path.expired", 0) { $0.leaf.notAfter = MakerTime(2025, 12, 31, 23, 59, 59) },
    Wrong(.expired, "pki.path.expired", 1) { $0.issuer.notAfter = MakerTime(2025, 12, 31) },
    Wrong(.usage, "pki.path.key-usage", 0) { $0.leaf.extensions[1] = .keyUsage(.keyEncipherment) },
    Wrong(.usage, "pki.path.extended-key-usage", 0) { $0.leaf.extensions[2] = .extendedKeyUsage([Purpose.serverAuth]) },
    Wrong(.usage, "pki.path.extended-key-usage", 0) { $0.leaf.extensions[2] = .extendedKeyUsage([Purpose.any]) },
    Wrong(.usage, "pki.path.extended-key-usage", 0) {
      $0.profile.allowsAbsentUsage = false
      $0.leaf.extensions.remove(at: 2)
    },
    Wrong(.usage, "pki.path.usage-not-sole", 0) {
      $0.profile.usageMustBeSoleAndCritical = true
      $0.leaf.extensions[2] = .extendedKeyUsage([Purpose.codeSigning, Purpose.lifetimeSigning], critical: true)
    },
    Wrong(.usage, "pki.path.usage-not-sole", 0) { $0.profile.usageMustBeSoleAndCritical = true },
    Wrong(.usage, "pki.path.issuer-usage", 1) { $0.issuer.extensions[2] = .extendedKeyUsage([Purpose.serverAuth]) },
    Wrong(.usage, "pki.path.issuer-usage", 2) { $0.root.extensions.append(.extendedKeyUsage([Purpose.serverAuth])) },
    Wrong(.usage, "pki.path.cert-sign", 1) { $0.issuer.extensions[1] = .keyUsage(.cRLSign) },
    Wrong(.constraint, "pki.path.not-a-ca", 1) { $0.issuer.extensions[0] = .basicConstraints(ca: false) },
    Wrong(.constraint, "pki.path.not-a-ca", 1) { $0.issuer.extensions.remove(at: 0) },
    Wrong(.constraint, "pki.path.length", 1) { $0.root.extensions[0] = .basicConstraints(ca: true, pathLength: 0) },
    Wrong(.constraint, "pki.path.length", 1) { $0.profile.maximumPathLength = 0 },
    Wrong(.policy, "pki.path.policy", 1) { $0.profile.policyInputs.explicitPolicy = true },
    Wrong(.malformed, "pki.path.critical-extension", 0) {
      $0.leaf.extensions.append(CertificateExtension("1.2.3.4", critical: true, [5, 0]))
    },
    Wrong(.malformed, "pki.path.critical-extension", 1) {
      $0.issuer.extensions.append(CertificateExtension("1.2.3.4", critical: true, [5, 0]))
    },
    Wrong(.malformed, "pki.path.extension-unreadable", 0) { $0.leaf.extensions[2] = CertificateExtension("2.5.29.37", [4, 0]) },
    Wrong(.malformed, "pki.path.extension-unreadable", 0) { $0.leaf.extensions.append($0.leaf.extensions[2]) },
    Wrong(.malformed, "pki.path.irregular", 0) {
      $0.profile.refusesIrregularities = true
      $0.leaf.serial = [0]
    },
    Wrong(.signatureUnsupported, "pki.path.weak-signature", 0) {
      $0.profile.refusesWeakAlgorithms = true
      $0.leaf.hash = .sha1
    },
    Wrong(.disallowed, "pki.path.disallowed", 1) { $0.disallowsIssuer = true },
    Wrong(.anchorLimit, "pki.path.anchor-usage", 2) { $0.limits.allowedUsages = ["1.3.6.1.5.5.7.3.1"] },
    Wrong(.anchorLimit, "pki.path.anchor-usage", 2) { $0.limits.disallowedUsages = ["1.3.6.1.5.5.7.3.3"] },
    Wrong(.anchorLimit, "pki.path.anchor-disabled", 2) { $0.limits.disabledFrom = $0.signedAt },
    Wrong(.anchorLimit, "pki.path.anchor-issued-after", 0) { $0.limits.issuedBefore = PathFixture.time("2024-01-01") },
    Wrong(.expired, "pki.path.expired", 2) {
      $0.profile.checksAnchorCertificate = true
      $0.root.notAfter = MakerTime(2025, 12, 31)
    },
  ]

  @Test(arguments: wrong.indices) func oneThingWrong(_ index: Int) throws {
    let expected = PathTests.wrong[index]
    var fixture = PathFixture()
    expected.change(&fixture)
    let result = try fixture.validate()
    #expect(!result.isValid)
    #expect(result.failures.count == 1, "\(expected.code): \(result.failures.map(\.code))")
    let failure = try #require(result.failures.first)
    #expect(failure.kind == expected.kind, "\(failure)")
    #expect(failure.code == expected.code)
    #expect(failure.certificate == expected.certificate)
    #expect(!failure.clause.isEmpty && failure.message.first?.isUppercase == false && failure.message.last != ".")
  }

  /// What stays right beside its wrong neighbour of the table above.
  static let right: [@Sendable (inout PathFixture) -> Void] = [
    { $0.leaf.notBefore = MakerTime(2026, 1, 1) },
    { $0.leaf.notAfter = MakerTime(2026, 1, 1) },
    { $0.leaf.extensions.remove(at: 2) },
    { $0.leaf.extensions.remove(at: 1) },
    { $0.issuer.extensions.remove(at: 2) },
    { $0.issuer.extensions[2] = .extendedKeyUsage([Purpose.any]) },
    { $0.root.extensions[0] = .basicConstraints(ca: true, pathLength: 1) },
    { $0.root.notAfter = MakerTime(2025, 12, 31) },
    { $0.root.extensions.removeAll() },
    { $0.limits.disabledFrom = PathFixture.time("2026-01-01T00:00:01Z") },
    {
      $0.limits.disabledFrom = $0.signedAt
      $0.limits.disabledUsages = ["1.3.6.1.5.5.7.3.1"]
    },
    { $0.limits.issuedBefore = PathFixture.time("2024-01-02") },
    {
      $0.limits.issuedBefore = PathFixture.time("2024-01-01")
      $0.limits.issuedBeforeUsages = ["1.3.6.1.5.5.7.3.1"]
    },
    { $0.limits.allowedUsages = ["1.3.6.1.5.5.7.3.3"] },
    { $0.leaf.serial = [0] },
    { $0.leaf.extensions.append(CertificateExtension("1.2.3.4", [5, 0])) },
    {
      $0.leaf.extensions.append(CertificateExtension("1.2.3.4", critical: true, [5, 0]))
      $0.profile.recognizedExtensions = ["1.2.3.4"]
    },
  ]

  @Test(arguments: right.indices) func stillRight(_ index: Int) throws {
    var fixture = PathFixture()
    PathTests.right[index](&fixture)
    let result = try fixture.validate()
    #expect(result.isValid, "\(result.failures)")
  }

  /// A CRL entry counts from its date on: a signature with an earlier verified time stays good.
  @Test(arguments: [("2025-12-31", true), ("2026-01-01", true), ("2026-01-02", false)])
  func revocation(_ date: String, _ isRevoked: Bool) throws {
    var fixture = PathFixture()
    let (root, issuer, leaf) = fixture.certificates()
    let parts = date.split(separator: "-").compactMap { Int($0) }
    let entry = RevocationListSpec.Entry(leaf.serial, MakerTime(parts[0], parts[1], parts[2]))
    var list = RevocationListSpec(issuer, [entry])
    list.thisUpdate = MakerTime(2026, 1, 3)
    var top = RevocationListSpec(root)
    top.thisUpdate = MakerTime(2026, 1, 3)
    fixture.evidence.crls = [list.encode()[...], top.encode()[...]]
    let result = try fixture.validate()
    #expect(result.isValid != isRevoked, "\(result.failures)")
    #expect(result.revocation == (isRevoked ? .revoked : .good))
    #expect(result.revocationDate == PathFixture.time(date))
    if isRevoked { #expect(result.failures.map(\.code) == ["pki.path.revoked"]) }
  }

  @Test func everyFailureIsCollected() throws {
    var fixture = PathFixture()
    fixture.leaf.notAfter = MakerTime(2025, 1, 1)
    fixture.leaf.extensions[2] = .extendedKeyUsage([Purpose.serverAuth])
    fixture.issuer.extensions[1] = .keyUsage(.cRLSign)
    let codes = try fixture.validate().failures.map(\.code)
    #expect(codes == ["pki.path.expired", "pki.path.extended-key-usage", "pki.path.cert-sign"])
  }

  @Test func weaknessesAreSaid() throws {
    var fixture = PathFixture()
    fixture.leaf.hash = .sha1
    fixture.root.hash = .sha1
    let result = try fixture.validate()
    #expect(result.isValid)
    #expect(result.weaknesses == ["certificate 0 is signed with sha1WithRSAEncryption"])
  }

  @Test func selfSigned() throws {
    let made = TestCA.selfSigned().leaf
    let certificate = try PathFixture.read(made)
    for isTrusted in [true, false] {
      var work = Work()
      let trust = TrustStore(anchors: isTrusted ? [TrustAnchor(certificate, bundle: "own")] : [])
      let time = PathFixture.time("2026-01-01")
      let result = PathValidator(.codeSigning).validate(
        certificate, with: [certificate], trust: trust, signedAt: time, now: time, revocation: RevocationEvidence(), &work)
      #expect(result.isValid == isTrusted, "\(result.failures)")
      #expect(result.path == [certificate])
      if !isTrusted { #expect(result.failures.map(\.code) == ["pki.path.self-signed"]) }
    }
  }

  /// A look-alike with the names of the real authority and keys of its own, with and without its root in the bundle.
  @Test(arguments: [false, true]) func lookAlike(_ bringsRoot: Bool) throws {
    let rogue = TestCA.rogueCode()
    var bundle = try rogue.intermediates.map { try PathFixture.read($0) }
    if bringsRoot { bundle.append(try PathFixture.read(rogue.root)) }
    let trust = TrustStore(anchors: [TrustAnchor(try PathFixture.read(TestCA.codeRoot), bundle: "test")])
    var work = Work()
    let time = PathFixture.time("2026-01-01")
    let result = PathValidator(.codeSigning).validate(
      try PathFixture.read(rogue.leaf), with: bundle, trust: trust, signedAt: time, now: time, revocation: RevocationEvidence(),
      &work)
    #expect(result.anchor == nil)
    #expect(result.failures.map(\.kind) == [.issuerMissing])
    #expect(result.failures.first?.code == (bringsRoot ? "pki.path.root-untrusted" : "pki.path.issuer-missing"))
  }

  @Test func rememberedLinksAreForTheseBytesOnly() throws {
    let fixture = PathFixture()
    let (root, issuer, leaf) = fixture.certificates()
    let anchor = TrustAnchor(try PathFixture.read(root), bundle: "test")
    var work = Work()
    func run(_ end: TestCertificate) throws -> PathResult {
      PathValidator(.codeSigning).validate(
        try PathFixture.read(end), with: [try PathFixture.read(issuer)], trust: TrustStore(anchors: [anchor]),
        signedAt: fixture.signedAt, now: fixture.now, revocation: RevocationEvidence(), &work)
    }
    #expect(try run(leaf).isValid)
    let left = work.budget.signatureChecks
    #expect(work.links.count == 2)
    #expect(try run(leaf).isValid)
    #expect(work.budget.signatureChecks == left)
    let forged = TestCertificate.issue(fixture.leaf.with { $0.breaksSignature = true }, key: .fixed(2), by: issuer)
    #expect(!(try run(forged).isValid))
  }

  /// Names of few anchors are compared folded, and what is remembered of them belongs to one choice of anchors alone.
  @Test func rememberedAnchorsAreOfTheirStoreOnly() throws {
    let fixture = PathFixture()
    let (root, issuer, leaf) = fixture.certificates()
    let read = try PathFixture.read(root)
    let exact = TrustAnchor(read, bundle: "test")
    let louder = read.subject.encoded.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }
    let anchor = TrustAnchor(
      name: exact.name, bundle: "test", subject: DistinguishedName(encoded: louder[...]), spki: exact.spki, sha1: exact.sha1,
      sha256: exact.sha256, tbsDigests: exact.tbsDigests)
    #expect(anchor.subject.encoded != read.subject.encoded && anchor.subject.matches(read.subject))
    var work = Work()
    func isValid(_ anchors: [TrustAnchor]) throws -> Bool {
      PathValidator(.codeSigning).validate(
        try PathFixture.read(leaf), with: [try PathFixture.read(issuer)], trust: TrustStore(anchors: anchors),
        signedAt: fixture.signedAt, now: fixture.now, revocation: RevocationEvidence(), &work
      ).isValid
    }
    #expect(try isValid([anchor]))
    #expect(!(try isValid([])))
    #expect(try isValid([anchor]))
    // Of as many the names count as they are encoded.
    #expect(!(try isValid(Array(repeating: anchor, count: 65))))
  }
}
