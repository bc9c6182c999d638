import AssayAuthenticode
import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI
import Testing

/// Catalogs as files: their own signature, their limits, damage.
struct CatalogTests {
  private func judged(_ bytes: [UInt8], _ name: String = "list.cat") -> Report { Judging()(bytes, as: name) }

  @Test("a catalog is known by its content, and by its name where it may be a broken one")
  func recognized() {
    #expect(judged(AttacksOnCatalogs.good, "anything.bin").format == "catalog")
    #expect(judged(AttacksOnCatalogs.good, "anything.bin").state == .trusted)
    #expect(judged([0x30, 0x03, 0x02, 0x01, 0x00]).state == .malformed)
    // Other things are named so, too.
    let text = judged(Array("OVERRIDE YES\nPUBLIC \"x\" \"y\"\n".utf8))
    #expect(text.format == nil && text.state == .notAssessed)
    let rootList = TrustListSpec([.init(Hash.sha1([1]))]).signed(SignerSpec(TestCA.code()))
    #expect(judged(rootList, "authroot.stl").format == nil)
    #expect(judged(rootList, "authroot.cat").state == .malformed)
  }

  @Test("the ladder has every rung, and the list's signer is proven")
  func ladder() {
    let report = judged(AttacksOnCatalogs.good)
    let names = report.signatures.first?.ladder.rungs.map(\.name) ?? []
    #expect(
      names == [
        "container", "parse", "content type", "content digest", "signer certificate", "digest algorithm", "signed content type",
        "message digest", "signature", "timestamp", "path", "usage", "validity time", "revocation", "strictness",
      ])
    #expect(report.signatures.first?.signer != nil && report.signatures.first?.digestAlgorithm == .sha256)
  }

  @Test("what stands after the catalog is named, and refused under --strict")
  func trailing() {
    let bytes = AttacksOnCatalogs.good + [1, 2, 3]
    #expect(judged(bytes).state == .trusted)
    #expect(judged(bytes).finding("catalog.content.trailing")?.offset == AttacksOnCatalogs.good.count)
    #expect(Judging().with { $0.isStrict = true }(bytes, as: "list.cat").state == .malformed)
  }

  @Test("digests that are mixed, two signers")
  func rules() {
    func made(_ change: @escaping @Sendable (inout SignedDataSpec) -> Void) -> [UInt8] {
      AttacksOnCatalogs.strong.signed(Sample.stamped.with { $0.editSignedData = change })
    }
    #expect(judged(made { $0.digestAlgorithms = [.sha1] }).codes.contains("authenticode.digest-algorithm.inconsistent"))
    #expect(judged(made { $0.digestAlgorithms = [.sha1] }).state == .malformed)
    #expect(judged(made { $0.signers += $0.signers }).state == .malformed)
    #expect(judged(made { $0.signers += $0.signers }).codes.contains("authenticode.signer-infos.count"))
    #expect(judged(made { $0.indefinite = true }).state == .trusted)
  }

  @Test("no bit of the list can be changed")
  func flips() {
    let bytes = AttacksOnCatalogs.good
    let list = AttacksOnCatalogs.strong.encode()
    let start = (0..<(bytes.count - list.count)).first { Array(bytes[$0..<($0 + list.count)]) == list } ?? 0
    #expect(start > 0)
    var series = Judging().series
    for place in start..<(start + list.count) {
      var changed = bytes
      changed[place] ^= 0x01
      #expect(series.state(changed, as: "list.cat") > .trusted, "byte \(place)")
    }
  }

  @Test("damage to catalogs at hand never lifts a file above the truth, and gives no crash")
  func damage() {
    let bytes = AttacksOnCatalogs.good
    let signer = Judging()(bytes, as: "list.cat").signatures.first?.signer?.certificate
    #expect(signer != nil)
    var seed: UInt64 = 0x9E37_79B9_7F4A_7C15
    func random() -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33)
    }
    for _ in 0..<400 {
      var changed = bytes
      for _ in 0...(random() % 3) {
        let place = random() % changed.count
        switch random() % 3 {
        case 0: changed[place] = [0, 0x7F, 0x80, 0x84, 0xFF, 0x30, 0x31][random() % 7]
        case 1: changed[place] ^= UInt8(1 << (random() % 8))
        default: changed.removeSubrange(place..<min(place + 1 + random() % 8, changed.count))
        }
        if changed.count < 32 { break }
      }
      let judge = Judging().with { $0.catalogs = [changed] }
      let report = judge(Sample.other)
      #expect(report.state == .unsigned)
      // What the signature does not cover may change; then it is still its signer's.
      let own = judge(changed, as: "list.cat")
      #expect(own.state > .trusted || own.signatures.map { $0.signer?.certificate } == [signer])
    }
  }

  @Test("a catalog of 20,000 members is judged, listed in part, and finds its members")
  func large() throws {
    let bytes = Self.catalog(members: 20_000)
    let report = judged(bytes)
    #expect(report.state == .trusted)
    let judge = Judging().with { $0.catalogs = [bytes] }
    #expect(judge(AttacksOnCatalogs.program).state == .trusted)
    var budget = Budget()
    let lines = try Inspector.inspect(try Artifact(target: "a.cat", name: "a.cat", source: MemorySource(bytes)), &budget)
    #expect(lines.contains(InspectionLine("members", "20001")))
    #expect(lines.contains(InspectionLine("further members", "19745")))
    #expect(lines.count < 2_000)
  }

  @Test("a member more than are read is a limit")
  func tooLarge() {
    let report = judged(Self.catalog(members: CatalogList.memberLimit))
    #expect(report.state == .notAssessed)
    #expect(report.codes.contains("limit.catalog-members"))
  }

  /// So many small members and one for the program.
  private static func catalog(members count: Int) -> [UInt8] {
    var entries: [UInt8] = []
    entries.reserveCapacity(count * 44)
    for number in 0..<count {
      entries += [0x30, 0x24, 0x04, 0x20]
      for place in 0..<32 { entries.append(UInt8(truncatingIfNeeded: (number &* 2_654_435_761) >> (place % 4 * 8) &+ place)) }
      // SET OF nothing.
      entries[entries.count - 35] = 0x24
      entries += [0x31, 0x00]
    }
    let own = PEImage(AttacksOnCatalogs.program).digest(.sha256)
    entries += DER.seq(DER.octets(own), DER.set())
    let list = DER.seq(
      DER.seq(DER.oid("1.3.6.1.4.1.311.12.1.1")), DER.octets([1]), DER.time(MakerTime(2026, 2, 1)),
      DER.seq(DER.oid("1.3.6.1.4.1.311.12.1.3"), DER.null), DER.value(0x30, entries))
    return AuthenticodeSpec(TestCA.code()).signedList(list)
  }

  @Test(
    "OSAttr",
    arguments: [
      ("2:10.0", true), ("2:6.1,2:10.0", true), ("2:6.1", false), ("2:10", true), ("2:10.X", true), ("1:4.0", true), ("", true),
      ("2:5.1,2:5.2", false), ("nonsense", true), ("2:", true), (" 2:10.0 ", true), ("2:99999999999999999999.0", true),
    ])
  func systems(text: String, fits: Bool) {
    let list = CatalogSpec([.image(AttacksOnCatalogs.program, .sha256).with { $0.osAttribute = text }])
      .with { $0.osAttribute = nil }
    let judge = Judging().with {
      $0.catalogs = [list.signed(Sample.signer)]
      $0.windowsVersion = (10, 0)
    }
    let report = judge(AttacksOnCatalogs.program)
    #expect(report.state == .trusted)
    #expect(report.codes.contains("catalog.member.other-system") == !fits, "\(text)")
  }
}
