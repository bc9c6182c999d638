import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI
import AssayPolicy
import Testing

/// Catalogs in a scan.
struct CatalogShelfTests {
  private static let files: [[UInt8]] = (1...24).map { seed in
    PESpec().with { $0.sections = [.init(".text", PESpec.code(count: 400, seed: UInt32(seed)))] }.build()
  }

  private static func items(_ contents: [[UInt8]], _ ending: String) -> [ScanItem] {
    contents.enumerated().map { number, bytes in
      ScanItem(target: "\(number).\(ending)", name: "\(number).\(ending)") { () throws(ParseError) in MemorySource(bytes) }
    }
  }

  private static func context(_ catalogs: [[UInt8]], jobs: Int) throws -> TrustContext {
    var budget = Budget()
    let anchors = try [TestCA.codeRoot, TestCA.timeRoot].map {
      TrustAnchor(try Certificate(encoded: $0.der[...], &budget), bundle: "test")
    }
    var context = TrustContext(trust: TrustStore(anchors: anchors), now: Moment(secondsSince1970: 1_795_392_000))
    context.catalogs = CatalogShelf(items(catalogs, "cat"), jobs: jobs)
    return context
  }

  @Test("several workers come to what one comes to")
  func workers() throws {
    let signer = AuthenticodeSpec(TestCA.code())
    let catalogs = (0..<6).map { number in
      CatalogSpec(stride(from: number, to: 24, by: 6).map { .image(Self.files[$0], .sha256, name: "\($0).exe") })
        .signed(number == 5 ? nil : signer)
    }
    let policy = try #require(CompiledPolicy.builtin("m1045", names: .windows))
    func lines(_ jobs: Int) throws -> [String] {
      var found: [String] = []
      var items = Self.items(Self.files, "exe")[...]
      let scanner = Scanner(context: try Self.context(catalogs, jobs: jobs), policy: policy, jobs: jobs)
      scanner.run({ items.popFirst().map { .item($0) } }) { judged in
        let report = judged.report
        found.append("\(report.target) \(report.state) \(report.findings) \(report.signatures.flatMap(\.findings).map(\.message))")
        return true
      }
      return found
    }
    let alone = try lines(1)
    #expect(alone.count == 24 && alone.count { $0.contains(" trusted ") } == 20)
    #expect(try lines(4) == alone)
  }

  @Test("what the strongest digest finds is not hashed by another, and what only the weaker one finds is found")
  func tiers() throws {
    let signer = AuthenticodeSpec(TestCA.code())
    let catalogs = [
      CatalogSpec([.image(Self.files[0], .sha1), .image(Self.files[1], .sha1)]).signed(signer),
      CatalogSpec([.image(Self.files[0], .sha256)]).signed(signer),
    ]
    let context = try Self.context(catalogs, jobs: 1)
    var work = Work()
    func judge(_ bytes: [UInt8]) throws -> Report {
      Assessor().assess(try Artifact(target: "a.exe", name: "a.exe", source: MemorySource(bytes)), in: context, &work)
    }
    let both = try judge(Self.files[0])
    #expect(both.state == .trusted && both.signatures.map(\.digestAlgorithm) == [.sha256])
    #expect(both.digests.map(\.name) == ["authenticode-sha256"])
    let weak = try judge(Self.files[1])
    #expect(weak.state == .trusted && weak.signatures.map(\.digestAlgorithm) == [.sha1])
    let none = try judge(Self.files[2])
    #expect(none.state == .unsigned && none.digests.map(\.name) == ["authenticode-sha1", "authenticode-sha256"])
  }

  @Test("what is no catalog is told, and the others count")
  func problems() {
    let good = CatalogSpec([.image(Self.files[0], .sha256)]).signed(AuthenticodeSpec(TestCA.code()))
    let shelf = CatalogShelf(Self.items([[1, 2, 3], good, []], "cat"), jobs: 2)
    #expect(shelf.problems.map(\.number) == [0, 2])
    #expect(shelf.memberCount == 1 && shelf.algorithms == [.sha256] && shelf.isComplete)
  }

  @Test("a shelf that is not complete says so of files that are not listed")
  func incomplete() throws {
    var context = try Self.context([], jobs: 1)
    let good = CatalogSpec([.image(Self.files[0], .sha256)]).signed(AuthenticodeSpec(TestCA.code()))
    context.catalogs = CatalogShelf(Self.items([good], "cat"), isComplete: false)
    var work = Work()
    func judge(_ bytes: [UInt8]) throws -> Report {
      Assessor().assess(try Artifact(target: "a.exe", name: "a.exe", source: MemorySource(bytes)), in: context, &work)
    }
    let first = try judge(Self.files[0])
    #expect(first.state == .trusted && first.findings.isEmpty)
    let second = try judge(Self.files[1])
    #expect(second.state == .notAssessed && second.findings.map(\.code) == ["limit.catalogs"])
  }

  @Test(
    "a catalog of the system that cannot be read may list what is unsigned",
    arguments: [
      ("C/Windows/System32/CatRoot/{F7}/x.cat", "inventory.content.placeholder", true),
      ("windows/system32/catroot/x.cat", "io.denied", true),
      ("Windows/System32/CatRoot/{F7}/x.cat", "catalog.list.type", false), ("Users/Ann/CatRoot.cat", "io.denied", false),
      ("Users/Ann/x.cat", "inventory.content.placeholder", false),
    ])
  func unread(place: String, code: String, counts: Bool) throws {
    let absent = ScanItem(target: place, name: "x.cat") { () throws(ParseError) in throw ParseError(code, "is not here") }
    let good = CatalogSpec([.image(Self.files[0], .sha256)]).signed(AuthenticodeSpec(TestCA.code()))
    let signed = PESigner.sign(Self.files[2], AuthenticodeSpec(TestCA.code()))
    for items in [[absent], Self.items([good], "cat") + [absent]] {
      var context = try Self.context([], jobs: 1)
      context.catalogs = CatalogShelf(items)
      var work = Work()
      func judge(_ bytes: [UInt8]) throws -> Report {
        Assessor().assess(try Artifact(target: "a.exe", name: "a.exe", source: MemorySource(bytes)), in: context, &work)
      }
      let bare = try judge(Self.files[1])
      #expect(bare.state == (counts ? .notAssessed : .unsigned))
      #expect(bare.findings.map(\.code) == (counts ? ["catalog.content.unread"] : []))
      if items.count > 1 { #expect(try judge(Self.files[0]).state == .trusted) }
      let own = try judge(signed)
      #expect(own.state == .trusted && !own.findings.contains { $0.code == "catalog.content.unread" })
    }
  }

  @Test("a catalog's work leaves the artifact's limits as they were")
  func limits() throws {
    let good = CatalogSpec([.image(Self.files[0], .sha256)]).signed(AuthenticodeSpec(TestCA.code()))
    let context = try Self.context([good], jobs: 1)
    var work = Work()
    let artifact = try Artifact(target: "a.exe", name: "a.exe", source: MemorySource(Self.files[0]))
    #expect(Assessor().assess(artifact, in: context, &work).state == .trusted)
    #expect(work.budget.signatureChecks == Budget().signatureChecks)
    #expect(work.budget.memory.count > 0)
  }
}
