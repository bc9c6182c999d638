import AssayApple
import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI
import AssayPolicy
import Testing

/// Attack 26: code in a bundle is what the bundle's seal says, by the requirement that it was sealed with.
struct NestedRequirementTests {
  private typealias R = RequirementSpec
  private static let signer = AppleTestCA.developer()
  private static let stranger = AppleTestCA.developer("Stranger Ltd", unit: "STRANGER01")
  private static let inner = BundleSpec(signer: signer).with {
    $0.identifier = "com.example.assay.inner"
    $0.info = BundleSpec.info("com.example.assay.inner")
  }
  static let demand =
    "identifier \"com.example.assay.inner\" and anchor apple generic and certificate leaf[subject.OU] = ASSAYTEAM1"
  private static let place = "PlugIns/Inner.bundle"

  private func judge(_ requirement: String, _ nested: BundleSpec, sealed: BundleSpec = inner) throws -> Report {
    let outer = BundleSpec(signer: Self.signer).sealing(sealed, at: Self.place, requirement: requirement)
    var tree = MemoryTree()
    for (path, node) in outer.build(with: [Self.place: nested]) {
      switch node {
      case .file(let octets): tree[path] = .file(octets)
      case .link(let target): tree[path] = .link(target)
      }
    }
    return try BundleFixtureTests.assess(tree, MachOJudging().context)
  }
  private func refusal(_ report: Report) -> Finding? { report.findings.first { $0.code == "bundle.nested.requirement" } }
  private func rungs(_ report: Report) -> [Rung] {
    report.signatures.flatMap(\.ladder.rungs).filter { $0.name == "nested requirements" }
  }

  @Test func whatWasSealedIsAccepted() throws {
    let report = try judge(Self.demand, Self.inner)
    #expect(report.state == .trusted, "\(report.codes) \(report.nested.flatMap { $0.codes })")
    #expect(refusal(report) == nil)
    #expect(rungs(report).map(\.outcome) == [.passed])
    #expect(report.nested.count == 1)
  }

  /// A later version of the same maker is what the requirement is for; the other build is told.
  @Test func anotherBuildOfTheMakerIsAccepted() throws {
    let later = Self.inner.with { $0.nodes["Resources/main.txt"] = .file(Array("new\n".utf8)) }
    let report = try judge(Self.demand, later)
    #expect(report.state == .trusted)
    #expect(report.codes.contains("bundle.nested.cdhash") && refusal(report) == nil)
  }

  @Test(arguments: [
    ("a stranger's", inner.with { $0.signer = stranger }, "certificate leaf[subject.OU] = ASSAYTEAM1"),
    ("ad hoc", inner.with { $0.signer = nil }, "anchor apple generic"),
    ("other code of the maker", inner.with { $0.identifier = "com.example.assay.else" }, "identifier \"com.example.assay.inner\""),
  ])
  func otherCodeInItsPlaceIsRefused(_ what: String, _ nested: BundleSpec, _ term: String) throws {
    let report = try judge(Self.demand, nested)
    #expect(report.state == .tampered, "\(what)")
    let finding = try #require(refusal(report))
    #expect(finding.severity == .failure && finding.message.contains(Self.place) && finding.message.contains(term), "\(finding)")
    #expect(finding.expected == Self.demand && finding.found?.contains("identifier") == true)
    #expect(rungs(report).map(\.outcome) == [.failed])
  }

  /// A weak demand is met by others' code, as on a Mac; whose it is, the nested report tells.
  @Test func aWeakDemandIsMet() throws {
    let report = try judge("identifier \"com.example.assay.inner\"", Self.inner.with { $0.signer = nil })
    #expect(report.state == .untrusted)
    #expect(refusal(report) == nil && report.codes.contains("bundle.nested.cdhash"))
  }

  @Test func anExactDemandIsExact() throws {
    let hash = Hex.encode(Self.inner.cdHash)
    #expect(try judge("cdhash H\"\(hash)\"", Self.inner).state == .trusted)
    let later = Self.inner.with { $0.nodes["Resources/main.txt"] = .file(Array("new\n".utf8)) }
    #expect(try judge("cdhash H\"\(hash)\"", later).state == .tampered)
  }

  /// Terms over Info.plist, which a bundle has.
  @Test(arguments: [
    ("info[CFBundleIdentifier] = \"com.example.assay.inner\"", State.trusted), ("info[CFBundlePackageType] = BNDL", .trusted),
    ("info[CFBundlePackageType] = bndl", .tampered), ("info[CFBundleVersion] exists", .tampered),
    ("info[CFBundleVersion] absent", .trusted), ("!(info[CFBundleVersion] exists)", .trusted), ("entitlement[x] absent", .trusted),
    ("entitlement[x] exists", .tampered), ("notarized", .notAssessed), ("never or (dev)", .notAssessed),
    ("notarized and never", .tampered), ("anchor apple generic or notarized", .trusted),
  ])
  func terms(_ requirement: String, _ state: State) throws {
    #expect(try judge(requirement, Self.inner).state == state)
  }

  @Test(arguments: ["", "identifier", "anchor apple generic and", "always always", "identifier \"\u{1}", "cdhash H\"00\""])
  func aDemandThatCannotBeReadIsAFailure(_ requirement: String) throws {
    let report = try judge(requirement.replacing("\u{1}", with: ""), Self.inner)
    #expect(report.state == .tampered || report.state == .malformed, "\(report.codes)")
    #expect(report.findings.contains { $0.severity == .failure })
  }
}
