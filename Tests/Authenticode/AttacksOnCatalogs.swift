import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI
import Testing

/// Membership in catalogs, and attack 29: what a catalog may vouch for, and what not.
struct AttacksOnCatalogs {
  static let program = Sample.program
  static let script = Array("@echo off\r\necho hello\r\n".utf8)
  static let strong = CatalogSpec([
    .image(program, .sha256, name: "tool.exe"), .flat(script, .sha256, name: "start.cmd"),
  ])
  static let good = strong.signed(Sample.stamped)

  private func judge(_ catalogs: [UInt8]..., windows: (Int, Int)? = nil) -> Judging {
    Judging().with {
      $0.catalogs = catalogs
      $0.windowsVersion = windows
    }
  }

  @Test("a file without a signature of its own is judged by the catalog that lists it")
  func member() throws {
    let report = judge(AttacksOnCatalogs.good)(AttacksOnCatalogs.program)
    #expect(report.state == .trusted)
    let signature = try #require(report.signatures.first)
    #expect(report.signatures.count == 1 && signature.kind == .catalog && signature.index == 0 && signature.state == .trusted)
    #expect(signature.signer?.certificate.subject.organization == "Assay Example Ltd")
    #expect(signature.time.source == .rfc3161)
    let note = try #require(report.finding("catalog.member.found"))
    #expect(note.found == "0.cat" && note.message == "listed in 0.cat as tool.exe, for Windows 2:10.0")
    let rung = try #require(report.rung("catalog membership"))
    #expect(rung.outcome == .passed && rung.found == signature.contentDigest.map { Hex.encode($0) })
    #expect(report.rung("signature")?.outcome == .passed)
    #expect(!report.codes.contains("authenticode.digest.weak"))
  }

  @Test("version 1 lists by SHA-1, and this is said")
  func oldMember() {
    let list = CatalogSpec([.image(AttacksOnCatalogs.program, .sha1)], version: 1)
    let report = judge(list.signed(Sample.stamped))(AttacksOnCatalogs.program)
    #expect(report.state == .trusted)
    #expect(report.finding("authenticode.digest.weak")?.message.contains("listed by its sha1") == true)
    #expect(report.signatures.first?.digestAlgorithm == .sha1)
  }

  @Test("what is not listed stays what it is")
  func strangers() {
    let judge = judge(AttacksOnCatalogs.good)
    var changed = AttacksOnCatalogs.program
    changed[PEImage(changed).sections[0].1 + 10] ^= 1
    #expect(judge(changed).state == .unsigned)
    #expect(judge(changed).signatures.isEmpty)
    #expect(judge(AttacksOnCatalogs.script + [0x20], as: "start.cmd").state == .notAssessed)
    // Without catalogs nothing vouches for it.
    #expect(Judging()(AttacksOnCatalogs.program).state == .unsigned)
  }

  @Test(
    "files of kinds that carry no signature are judged by the catalog", arguments: ["start.cmd", "start.bat", "a.hta", "a.inf"])
  func flatMembers(name: String) throws {
    let report = judge(AttacksOnCatalogs.good)(AttacksOnCatalogs.script, as: name)
    #expect(report.state == .trusted && report.isCode)
    #expect(report.signatures.first?.kind == .catalog)
    #expect(report.finding("engine.format.unsupported")?.severity == .note)
    #expect(report.digests.isEmpty)
  }

  @Test("what is no code is neither hashed nor judged, listed or not")
  func otherFiles() {
    let report = judge(AttacksOnCatalogs.good)(AttacksOnCatalogs.script, as: "notes.txt")
    #expect(!report.isCode && report.signatures.isEmpty && report.state == .notAssessed)
  }

  @Test("a script is listed by every byte, as Windows does")
  func listedScript() {
    let script = Array(Sample.script.utf8)
    let list = CatalogSpec([.flat(script, .sha256)])
    #expect(judge(list.signed(Sample.stamped))(script, as: "a.ps1").state == .trusted)
    let signed = ScriptSpec().sign(Sample.script, AuthenticodeSpec(Sample.ended))
    let both = CatalogSpec([.flat(signed, .sha256)])
    let report = judge(both.signed(Sample.stamped))(signed, as: "a.ps1")
    #expect(report.state == .trusted && report.signatures.map(\.state) == [.expired, .trusted])
    #expect(report.signatures.map(\.kind) == [.embedded, .catalog] && report.signatures.map(\.index) == [0, 1])
  }

  @Test("29: embedded invalid but catalog valid: the best counts, and each is reported")
  func embeddedInvalid() {
    var file = PESigner.sign(AttacksOnCatalogs.program, Sample.stamped)
    file[PEImage(file).sections[0].1 + 10] ^= 1
    let list = CatalogSpec([.image(file, .sha256)])
    #expect(Judging()(file).state == .tampered)
    let report = judge(list.signed(Sample.stamped))(file)
    #expect(report.state == .trusted)
    #expect(report.signatures.map(\.state) == [.tampered, .trusted])
    #expect(report.codes.contains("pe.digest.mismatch"))
    #expect(report.attack.contains("T1036.001"))
  }

  @Test("29: a broken container is not mended by a catalog")
  func brokenContainer() {
    let signed = PESigner.sign(AttacksOnCatalogs.program, Sample.stamped)
    let list = CatalogSpec([.image(signed, .sha256)])
    #expect(judge(list.signed(Sample.stamped))(signed + Array("payload".utf8)).state == .malformed)
  }

  @Test("29: an unsigned catalog vouches for nothing")
  func unsignedCatalog() {
    let report = judge(AttacksOnCatalogs.strong.signed(nil))(AttacksOnCatalogs.program)
    #expect(report.state == .unsigned && report.signatures.isEmpty)
    #expect(report.finding("catalog.member.unverified")?.message.contains("unsigned") == true)
  }

  @Test("29: a changed catalog vouches for nothing, neither for what it lists now nor for what it listed before")
  func changedCatalog() {
    var catalog = CatalogSpec([.image(Sample.other, .sha256)]).signed(Sample.stamped)
    let before = PEImage(Sample.other).digest(.sha256)
    let after = PEImage(AttacksOnCatalogs.program).digest(.sha256)
    var count = 0
    for start in 0..<(catalog.count - 32) where Array(catalog[start..<(start + 32)]) == before {
      catalog.replaceSubrange(start..<(start + 32), with: after)
      count += 1
    }
    #expect(count == 2)
    let report = judge(catalog)(AttacksOnCatalogs.program)
    #expect(report.state == .unsigned && report.signatures.isEmpty)
    #expect(report.finding("catalog.member.unverified")?.message.contains("tampered") == true)
    #expect(judge(catalog)(Sample.other).state == .unsigned)
  }

  @Test("29: a catalog whose signer is nobody's gives its own state")
  func strangeSigners() {
    let cases: [(AuthenticodeSpec, State)] = [
      (Sample.stamped.with { $0.identity = TestCA.selfSigned() }, .untrusted),
      (Sample.stamped.with { $0.identity = TestCA.rogueCode() }, .untrusted),
      (AuthenticodeSpec(Sample.ended), .expired),
      (AuthenticodeSpec(TestCA.code { $0.extensions[2] = .extendedKeyUsage([Purpose.emailProtection]) }), .wrongUsage),
    ]
    for (spec, state) in cases {
      let report = judge(AttacksOnCatalogs.strong.signed(spec))(AttacksOnCatalogs.program)
      #expect(report.state == state)
      #expect(report.signatures.first?.kind == .catalog && report.signatures.first?.signer == nil)
    }
    let other = TestCA.code("Unrelated Software GmbH", key: .fixed(10))
    let report = judge(AttacksOnCatalogs.strong.signed(Sample.stamped.with { $0.identity = other }))(AttacksOnCatalogs.program)
    // Not Microsoft's, and no policy asks here whose: the signer is named.
    #expect(report.signatures.first?.signer?.certificate.subject.organization == "Unrelated Software GmbH")
  }

  @Test("a refused signer of a catalog does not taint what is signed well, and does not pass for a signature")
  func refusedSigner() {
    let stolen = TestCA.code("Careless Corp", key: .fixed(12))
    let catalog = AttacksOnCatalogs.strong.signed(Sample.stamped.with { $0.identity = stolen })
    let judge = judge(catalog).with { $0.disallowed = [stolen.leaf] }
    #expect(judge(AttacksOnCatalogs.program).state == .distrusted)
    let signed = PESigner.sign(AttacksOnCatalogs.program, Sample.stamped)
    #expect(judge(signed).state == .trusted)
    // The other way round a catalog does not help what is refused itself.
    let refused = PESigner.sign(AttacksOnCatalogs.program, Sample.stamped.with { $0.identity = stolen })
    let fine = self.judge(AttacksOnCatalogs.good).with { $0.disallowed = [stolen.leaf] }
    #expect(fine(refused).state == .distrusted)
    #expect(fine(refused).signatures.map(\.state) == [.distrusted, .trusted])
  }

  @Test("29: a member for another version of Windows is a note")
  func otherSystem() {
    let list = CatalogSpec([.image(AttacksOnCatalogs.program, .sha256).with { $0.osAttribute = "2:5.1,2:6.1" }]).signed(
      Sample.stamped)
    let there = judge(list, windows: (10, 0))(AttacksOnCatalogs.program)
    #expect(there.state == .trusted)
    #expect(there.finding("catalog.member.other-system")?.severity == .note)
    #expect(there.finding("catalog.member.other-system")?.expected == "2:10.0")
    #expect(!judge(list, windows: (6, 1))(AttacksOnCatalogs.program).codes.contains("catalog.member.other-system"))
    #expect(!judge(list)(AttacksOnCatalogs.program).codes.contains("catalog.member.other-system"))
    // The catalog's own attribute holds for members without one.
    #expect(
      judge(AttacksOnCatalogs.good, windows: (6, 3))(AttacksOnCatalogs.program).codes.contains("catalog.member.other-system"))
  }

  @Test("29: a tag that is not the digest it was made for lists nothing")
  func mismatch() {
    let own = CatalogSpec.Member.image(AttacksOnCatalogs.program, .sha256)
    let borrowed = CatalogSpec([
      own.with {
        $0.digest = Hash.sha256([1]); $0.tag = own.digest
      }
    ])
    #expect(judge(borrowed.signed(Sample.stamped))(AttacksOnCatalogs.program).state == .unsigned)
    let hidden = CatalogSpec([own.with { $0.tag = Hash.sha256([1]) }])
    #expect(judge(hidden.signed(Sample.stamped))(AttacksOnCatalogs.program).state == .unsigned)
    let named = CatalogSpec([own.with { $0.tag = TrustListSpec.text("tool") }])
    #expect(judge(named.signed(Sample.stamped))(AttacksOnCatalogs.program).state == .unsigned)
    // A tag alone is a digest that was signed.
    let bare = CatalogSpec([
      own.with {
        $0.tag = own.digest; $0.digest = nil
      }
    ])
    #expect(judge(bare.signed(Sample.stamped))(AttacksOnCatalogs.program).state == .trusted)
  }

  @Test("of several catalogs each is reported until one is trusted")
  func several() {
    let own = AttacksOnCatalogs.strong.signed(Sample.stamped.with { $0.identity = TestCA.selfSigned() })
    let report = judge(own, AttacksOnCatalogs.good, AttacksOnCatalogs.good)(AttacksOnCatalogs.program)
    #expect(report.state == .trusted)
    #expect(report.signatures.map(\.state) == [.untrusted, .trusted])
    #expect(report.signatures.map(\.index) == [0, 1])
  }

  @Test("more catalogs than are looked at are said to be more")
  func manyCatalogs() {
    let catalogs = (0..<65).map { _ in AttacksOnCatalogs.strong.signed(nil) } + [AttacksOnCatalogs.good]
    let report = Judging().with { $0.catalogs = catalogs }(AttacksOnCatalogs.program)
    // Nobody knows that it is unsigned.
    #expect(report.state == .notAssessed)
    #expect(report.codes.contains("limit.catalogs"))
  }

  @Test("a catalog that is gone or changed when it is asked for vouches for nothing")
  func vanished() throws {
    let once = Once(AttacksOnCatalogs.good)
    let item = ScanItem(target: "a.cat", name: "a.cat") { () throws(ParseError) in try once.open() }
    var context = Judging().context
    context.catalogs = CatalogShelf([item])
    let artifact = try Artifact(target: "a.exe", name: "a.exe", source: MemorySource(AttacksOnCatalogs.program))
    var work = Work()
    let report = Assessor().assess(artifact, in: context, &work)
    #expect(report.state == .notAssessed)
    #expect(report.finding("catalog.member.unverified")?.message.contains("not-assessed") == true)
  }

  /// Opens once.
  private final class Once: @unchecked Sendable {
    private var bytes: [UInt8]?
    init(_ bytes: [UInt8]) { self.bytes = bytes }
    func open() throws(ParseError) -> any ByteSource {
      guard let bytes else { throw ParseError("io.missing", "there is no such file") }
      self.bytes = nil
      return MemorySource(bytes)
    }
  }

  @Test("SHA-1 tags beside SHA-256 members cost no second digest")
  func algorithms() {
    func shelf(_ list: CatalogSpec) -> CatalogShelf {
      let bytes = list.signed(Sample.stamped)
      return CatalogShelf([ScanItem(target: "a.cat", name: "a.cat") { () throws(ParseError) in MemorySource(bytes) }])
    }
    let bare = CatalogSpec.Member(nil, .sha1).with { $0.tag = Hash.sha1([1]) }
    #expect(shelf(CatalogSpec(AttacksOnCatalogs.strong.members + [bare])).algorithms == [.sha256])
    #expect(shelf(CatalogSpec([bare])).algorithms == [.sha1])
    let own = CatalogSpec.Member(Hash.sha1([2]), .sha1)
    #expect(shelf(CatalogSpec(AttacksOnCatalogs.strong.members + [own])).algorithms == [.sha1, .sha256])
    #expect(shelf(CatalogSpec(AttacksOnCatalogs.strong.members, version: 2)).memberCount == 2)
  }
}
