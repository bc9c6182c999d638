import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI
import Testing

/// Attack 36 on bundles and programs: a ticket for other code, and a ticket's place taken for the seal.
struct TicketTests {
  private static let path = "Contents/CodeResources"

  private static func bundle(_ ticket: (_ cdhash: [UInt8]) -> MemoryTree.Node?) throws -> (MemoryTree, Report) {
    let tree = try BundleFixtureTests.tree("bundle/good/Sample.bundle.tar")
    let plain = try BundleFixtureTests.assess(tree, try BundleFixtureTests.context())
    let text = try #require(plain.digests.first { $0.name.hasPrefix("cdhash") }?.value)
    let cdhash = try #require(Hex.decode(text))
    let changed = tree.with { $0[path] = ticket(cdhash) }
    return (changed, try BundleFixtureTests.assess(changed, try BundleFixtureTests.context()))
  }

  @Test func ticketForThisBundleProvesNothing() throws {
    let (_, report) = try Self.bundle { .file(TestTicket.naming([Hash.sha1([1]), $0])) }
    #expect(report.state == .trusted && report.codes.contains("apple.ticket.not-established"), "\(report.codes.sorted())")
    #expect(report.signatures.first?.ladder.rungs.contains { $0.name == "ticket" && $0.outcome == .notEstablished } == true)
  }

  @Test func ticketForOtherCodeIsRefused() throws {
    let (_, report) = try Self.bundle { _ in .file(TestTicket.naming([Hash.sha1([1])])) }
    #expect(report.state == .malformed && report.codes.contains("apple.ticket.foreign"), "\(report.codes.sorted())")
    #expect(report.signatures.first?.signer == nil)
  }

  @Test func bundleWithoutATicketSaysNothingOfOne() throws {
    let (_, report) = try Self.bundle { _ in nil }
    #expect(report.state == .trusted && !report.codes.contains { $0.hasPrefix("apple.ticket") })
  }

  /// A seal that stands in the ticket's place is not the seal: without the real one the bundle has none.
  @Test func sealInTheTicketsPlaceIsNoSeal() throws {
    let context = try BundleFixtureTests.context()
    let tree = try BundleFixtureTests.tree("bundle/good/Sample.bundle.tar")
    guard case .file(let seal)? = tree["Contents/_CodeSignature/CodeResources"] else {
      Issue.record("the fixture has no seal")
      return
    }
    let both = try BundleFixtureTests.assess(tree.with { $0[Self.path] = .file(seal) }, context)
    #expect(both.state == .trusted && both.codes.contains("apple.ticket.none"), "\(both.codes.sorted())")
    let moved = try BundleFixtureTests.assess(
      tree.with {
        $0[Self.path] = .file(seal)
        $0["Contents/_CodeSignature/CodeResources"] = nil
      }, context)
    #expect(moved.state > .untrusted && moved.codes.contains("bundle.seal.missing"), "\(moved.state) \(moved.codes.sorted())")
    // The link of the last century is neither.
    let link = try BundleFixtureTests.assess(tree.with { $0[Self.path] = .link("_CodeSignature/CodeResources") }, context)
    #expect(link.state == .trusted && !link.codes.contains { $0.hasPrefix("apple.ticket") })
  }

  @Test func ticketThatIsTooLarge() throws {
    let (_, report) = try Self.bundle { .file($0 + [UInt8](repeating: 0, count: 16 << 20)) }
    #expect(report.state == .notAssessed && report.codes.contains("limit.ticket-bytes"), "\(report.codes.sorted())")
  }

  @Test func ticketInAProgramsSignature() {
    let signature = CodeSignatureSpec(AppleTestCA.developer()).with { $0.team = "ASSAYTEAM1" }
    func judged(_ ticket: [UInt8]) -> Report {
      MachOJudging()(MachOSpec().sign(signature.with { $0.editBlobs = { $0 + [(0x10002, BigEndian.blob(0xFADE_0B01, ticket))] } }))
    }
    #expect(judged(TestTicket.naming([Hash.sha1([1])])).state == .malformed)
    let plain = MachOJudging()(MachOSpec().sign(signature))
    let cdhash = plain.digests.first { $0.name.hasPrefix("cdhash") }.flatMap { Hex.decode($0.value) } ?? []
    // A longer signature asks for more room, which a load command names: the ticket is made for the code with that room.
    let probe = judged(TestTicket.naming([cdhash]))
    let own = probe.digests.first { $0.name.hasPrefix("cdhash") }.flatMap { Hex.decode($0.value) } ?? []
    let report = judged(TestTicket.naming([own]))
    #expect(report.state == .trusted && report.allCodes.contains("apple.ticket.not-established"), "\(report.allCodes.sorted())")
  }
}
