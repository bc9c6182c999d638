import AssayBytes
import AssayCore
import AssayMaker
import AssayPKI
import Testing

/// Attacks 36 and 37 of the list of Apple code signing, on flat packages: one thing is changed against a package that is trusted.
struct AttacksOnFlatPackages {
  static let program = MachOSpec().with { $0.codeBytes = 300 }.sign(
    CodeSignatureSpec(AppleTestCA.developer()).with { $0.team = "ASSAYTEAM1" })
  static let files = PackageSample.files(program: program)
  static let package = XarSpec(files, AppleTestCA.installer()).with { $0.time = MakerTime(2026, 3, 2) }
  static let good = package.encode()

  struct Attack: Sendable, CustomStringConvertible {
    let description: String
    let state: State
    let code: String
    let bytes: [UInt8]
    init(_ description: String, _ state: State, _ code: String, _ bytes: [UInt8]) {
      (self.description, self.state, self.code, self.bytes) = (description, state, code, bytes)
    }
    init(_ description: String, _ state: State, _ code: String, _ change: (inout XarSpec) -> Void) {
      self.init(description, state, code, package.with(change).encode())
    }
  }

  private static func table(_ part: String, _ other: String) -> @Sendable (String) -> String {
    { text in
      guard let range = text.firstRange(of: part) else { preconditionFailure("the table has no \(part)") }
      return text[..<range.lowerBound] + other + text[range.upperBound...]
    }
  }

  /// What no file is covered by.
  static let onCoverage: [Attack] =
    [
      Attack("one bit of a file", .tampered, "xar.file.altered", good.flipping(good.count - 700)),
      Attack("one bit of the table's stored checksum", .tampered, "xar.toc.checksum") { $0.editHeap = { $0.flipping(0) } },
      Attack("a file without a checksum", .malformed, "xar.checksum.missing") { $0.files[2].style = "none" },
      Attack("a file with an MD5 checksum", .malformed, "xar.checksum.style") { $0.files[2].style = "md5" },
      Attack("a file with a checksum of an unknown style", .malformed, "xar.checksum.style") {
        $0.editTable = table("archived-checksum style=\"sha1\"", "archived-checksum style=\"crc\"")
      },
      Attack("a file with a checksum that is too short", .malformed, "xar.checksum.style") { $0.files[2].archived = [1, 2, 3] },
      Attack("a file's checksum of its unpacked content differs", .tampered, "xar.file.extracted") {
        $0.files[0].extracted = Hash.sha1([1])
      },
      Attack("the same of a file that is not packed", .tampered, "xar.file.extracted") { $0.files[2].extracted = Hash.sha1([1]) },
      Attack("a file unpacks to more than it says", .tampered, "xar.file.data") {
        $0.editTable = table("<size>\(files[0].octets.count)</size>", "<size>\(files[0].octets.count - 1)</size>")
      },
      Attack("a file unpacks to less than it says", .tampered, "xar.file.extracted") {
        $0.editTable = table("<size>\(files[0].octets.count)</size>", "<size>\(files[0].octets.count + 1)</size>")
      },
      Attack("the table is covered by nothing", .malformed, "xar.checksum.style") {
        $0.editHeader = { Array($0[..<24]) + BigEndian.word(0) }
      },
      Attack("the table is covered by MD5", .malformed, "xar.checksum.style") { $0.digest = .md5 },
      Attack("header and table name different digests", .malformed, "xar.checksum.disagree") {
        $0.editTable = table("checksum style=\"sha1\"", "checksum style=\"sha256\"")
      },
    ] + [exchanged]

  /// Everything of another package but its signatures.
  private static let exchanged: Attack = {
    let other = package.with { $0.files[3].octets = [1, 2, 3] }.encode()
    let (mine, theirs) = (28 + BigEndian.read(good, 12), 28 + BigEndian.read(other, 12))
    let signatures = good[(mine + 20)..<(mine + 6_276)]
    return Attack(
      "a file was exchanged, and every checksum with it", .tampered, "pkg.signature.mismatch",
      Array(other[..<(theirs + 20)]) + signatures + other[(theirs + 6_276)...])
  }()

  /// What one reader sees and another does not.
  static let onArchives: [Attack] = {
    let second = 20 + 256 + 6_000 + StoredStream.zlib(files[0].octets).count
    return [
      Attack("two files overlap", .tampered, "xar.heap.overlap") {
        $0.editTable = table("<offset>\(second)</offset>", "<offset>\(second - 1)</offset>")
      },
      Attack("a file lies in the signature", .tampered, "xar.heap.overlap") {
        $0.editTable = table("<offset>\(second)</offset>", "<offset>30</offset>")
      },
      Attack("a file lies outside", .malformed, "xar.heap.range") {
        $0.editTable = table("<offset>\(second)</offset>", "<offset>99999999</offset>")
      },
      Attack("a file begins at 10^17", .malformed, "xar.heap.range") {
        $0.editTable = table("<offset>\(second)</offset>", "<offset>100000000000000000</offset>")
      },
      Attack("a file begins at 2^64", .malformed, "xar.toc.number") {
        $0.editTable = table("<offset>\(second)</offset>", "<offset>18446744073709551616</offset>")
      },
      Attack("a file begins before the heap", .malformed, "xar.toc.number") {
        $0.editTable = table("<offset>\(second)</offset>", "<offset>-1</offset>")
      },
      Attack("a file has two offsets", .malformed, "xar.toc.duplicate") {
        $0.editTable = table("<offset>\(second)</offset>", "<offset>\(second)</offset><offset>0</offset>")
      },
      Attack("a file has two checksums", .malformed, "xar.toc.duplicate") {
        $0.editTable = table("<encoding", "<archived-checksum style=\"sha1\">00</archived-checksum><encoding")
      },
      Attack("the same in another name space", .malformed, "xar.toc.duplicate") {
        $0.editTable = table("<encoding", "<x:offset xmlns:x=\"y\">0</x:offset><encoding")
      },
      Attack("the table has two checksums", .malformed, "xar.toc.duplicate") {
        $0.editTable = table("<checksum", "<checksum style=\"sha1\"><offset>0</offset><size>20</size></checksum><checksum")
      },
      Attack("a CMS signature is called RSA", .malformed, "xar.signature.style") {
        $0.editTable = table("style=\"CMS\"", "style=\"RSA\"")
      },
      Attack("two tables", .malformed, "xar.toc.duplicate") { $0.editTable = table("</xar>", "<toc/></xar>") },
      Attack("a file has two names", .malformed, "xar.toc.duplicate") {
        $0.editTable = table("<name>Bom<", "<name>Bam</name><name>Bom<")
      },
      Attack("two files of one name", .malformed, "xar.name.duplicate") { $0.files[1].path = "PackageInfo" },
      Attack("a name that leads out", .malformed, "xar.name.unsafe") { $0.editTable = table(">Bom<", ">..<") },
      Attack("a name with a slash", .malformed, "xar.name.unsafe") { $0.editTable = table(">Bom<", ">a/b<") },
      Attack("a name in Base64 that leads out", .malformed, "xar.name.unsafe") {
        $0.editTable = table("<name>Bom<", "<name enctype=\"base64\">Li4=<")
      },
      Attack("entities", .malformed, "xml.doctype.refused") {
        $0.editTable = table("<xar>", "<!DOCTYPE xar [<!ENTITY a \"b\">]><xar>")
      },
      Attack("bytes behind the heap", .malformed, "xar.heap.trailing") { $0.trailing = [0] },
      Attack("bytes before the ticket", .malformed, "xar.heap.trailing") {
        $0.trailing = [1, 2, 3] + XarSpec.trailers([5])
      },
      Attack("a ticket longer than the file", .malformed, "xar.heap.trailing") {
        $0.trailing = XarSpec.trailer(1, 0) + XarSpec.trailer(2, 0xFFFF_FFFF)
      },
      Attack("a terminator with content", .malformed, "xar.heap.trailing") { $0.trailing = XarSpec.trailer(1, 16) },
      Attack("the table is longer than the header says", .malformed, "xar.toc.size") {
        $0.editHeader = { Array($0[..<16]) + BigEndian.wide(100) + Array($0[24...]) }
      },
      Attack("the table is shorter than the header says", .malformed, "xar.toc.size") {
        $0.editHeader = { Array($0[..<16]) + BigEndian.wide(1 << 20) + Array($0[24...]) }
      },
      Attack("a table of 2^63 bytes", .notAssessed, "limit.xar-table") {
        $0.editHeader = { Array($0[..<16]) + BigEndian.wide(Int.max) + Array($0[24...]) }
      },
      Attack("a header of another version", .malformed, "xar.header.version") {
        $0.editHeader = { Array($0[..<7]) + [2] + $0[8...] }
      },
      Attack("a header that is too short", .malformed, "xar.header.size") { $0.editHeader = { Array($0[..<5]) + [27] + $0[6...] } },
      Attack("a header that names a digest nobody knows", .malformed, "xar.checksum.style") {
        $0.editHeader = { Array($0[..<24]) + BigEndian.word(9) }
      },
      Attack("no checksum of the table", .malformed, "xar.toc.missing") { $0.editTable = { _ in "<xar><toc/></xar>" } },
    ]
  }()

  static let onSignatures: [Attack] = [
    Attack("the CMS signature's value", .tampered, "pkg.signature.mismatch") { $0.editSigner = { $0.breaksSignature = true } },
    Attack("the message digest of something else", .tampered, "pkg.signature.mismatch") {
      $0.editSigner = { $0.messageDigest = Hash.sha256([1]) }
    },
    Attack("one bit of the RSA signature beside a good CMS signature", .tampered, "pkg.signature.mismatch") {
      $0.editHeap = { $0.flipping(100) }
    },
    Attack("one bit of the RSA signature alone", .tampered, "pkg.signature.mismatch") {
      $0.hasCMS = false
      $0.editHeap = { $0.flipping(100) }
    },
    Attack("two signatures by two signers", .malformed, "pkg.signature.two-signers") {
      $0.otherIdentity = AppleTestCA.installer("Other Ltd", unit: "OTHERTEAM1", key: .fixed(12))
    },
    Attack("two signers in one", .malformed, "apple.cms.signers") {
      $0.room = 9_000
      $0.editSignedData = { $0.signers.append(SignerSpec(TestCA.code())) }
    },
    Attack("content of its own", .malformed, "apple.cms.attached") { $0.editSignedData = { $0.content = .octets([1]) } },
    Attack("no signature in the place of one", .malformed, "asn1") {
      $0.editHeap = { Array($0[..<276]) + [UInt8](repeating: 0, count: 6_000) + $0[6_276...] }
    },
    Attack("the RSA certificates are gone", .notAssessed, "pkg.signature.unsupported") {
      $0.hasCMS = false
      $0.editTable = { text in
        guard let from = text.firstRange(of: "<KeyInfo"), let to = text.firstRange(of: "</KeyInfo>") else { return text }
        return String(text[..<from.lowerBound]) + String(text[to.upperBound...])
      }
    },
    Attack("a ticket for another package", .malformed, "apple.ticket.foreign") {
      $0.ticket = { _ in TestTicket.naming([Hash.sha1([9])]) }
    },
    Attack("self-signed with an installer's names", .untrusted, "apple.signer.self-signed") {
      $0.identity = TestCA.selfSigned {
        $0.subject = Name(commonName: "Developer ID Installer: X (ASSAYTEAM1)", unit: "ASSAYTEAM1")
      }
    },
    Attack("a look-alike's root", .untrusted, "pki.path.root-untrusted") { $0.identity = TestCA.rogueCode() },
    Attack("no marker in the leaf", .wrongUsage, "pkg.signer.profile") { $0.identity = AppleTestCA.installer(markers: []) },
    Attack("no marker in the authority", .wrongUsage, "pkg.signer.profile") {
      $0.identity = AppleTestCA.installer(authorityMarkers: [])
    },
    Attack("a certificate for mail", .wrongUsage, "pkg.signer.profile") {
      $0.identity = AppleTestCA.installer(usage: ["1.3.6.1.5.5.7.3.4"])
    },
    Attack("a development certificate", .untrusted, "apple.signer.development") {
      $0.identity = AppleTestCA.installer(
        markers: ["1.2.840.113635.100.6.1.12"], authorityMarkers: ["1.2.840.113635.100.6.2.1"])
    },
    Attack("ended before now, no timestamp", .expired, "pki.path.expired") {
      $0.time = nil
      $0.identity = AppleTestCA.installer { $0.notAfter = MakerTime(2026, 6, 1) }
    },
    Attack("the payload's program is not what was signed", .tampered, "engine.nested.worse") {
      $0.files = PackageSample.files(program: program.flipping(4_200))
    },
    Attack("the payload's program is ad hoc", .untrusted, "engine.nested.worse") {
      $0.files = PackageSample.files(program: MachOSpec().with { $0.codeBytes = 300 }.sign(CodeSignatureSpec()))
    },
  ]

  @Test(arguments: onCoverage + onArchives + onSignatures) func attack(_ attack: Attack) {
    let report = MachOJudging()(attack.bytes, name: "x.pkg")
    #expect(
      report.state == attack.state && report.allCodes.contains { $0.hasPrefix(attack.code) },
      "\(report.state) \(report.allCodes.sorted())")
    #expect(report.format == "pkg")
  }

  @Test func goodOnesAreTrusted() {
    let spec = Self.package
    let others: [XarSpec] = [
      spec, spec.with { $0.hasRSA = false }, spec.with { $0.hasCMS = false }, spec.with { $0.digest = .sha256 },
      spec.with { $0.digest = .sha512 }, spec.with { ($0.hasCMS, $0.digestsTwice) = (false, true) },
      spec.with { for index in $0.files.indices { $0.files[index].style = "sha256" } },
      spec.with { $0.ticket = { TestTicket.naming([Hash.sha1([1]), $0]) } },
      // Two files of the same content in one place, as the archiver folds them.
      spec.with {
        $0.files += [XarSpec.File("a", [1, 2, 3]), XarSpec.File("b", [1, 2, 3])]
        $0.files[5].isShared = true
      },
      // Genuine packages repeat their names.
      spec.with { $0.editTable = Self.table("<name>Bom</name>", "<name>Bom</name><name>Bom</name>") },
      // Another writer's data behind the heap, which systems step over.
      spec.with { $0.trailing = XarSpec.trailer(1, 0) + [9, 9, 9] + XarSpec.trailer(7, 3) },
      spec.with {
        $0.identity = AppleTestCA.installer(markers: ["1.2.840.113635.100.6.1.10"], authorityMarkers: ["1.2.840.113635.100.6.2.1"])
      },
      spec.with { $0.identity = AppleTestCA.developer() },
    ]
    for (index, other) in others.enumerated() {
      let report = MachOJudging()(other.encode(), name: "x.pkg")
      #expect(report.state == .trusted, "\(index): \(report.state) \(report.allCodes.sorted())")
      #expect(report.signatures.first?.signer != nil && report.signatures.first?.teamID == "ASSAYTEAM1", "\(index)")
    }
  }

  @Test func whatIsToleratedIsToldAndRefusedUnderStrict() {
    let gap = Self.package.with { $0.gap = [1, 2, 3] }.encode()
    let padding = Self.package.with { $0.editHeap = { Array($0[..<6_275]) + [1] + $0[6_276...] } }.encode()
    for (bytes, code) in [(gap, "xar.heap.gap"), (padding, "pkg.signature.padding")] {
      let report = MachOJudging()(bytes, name: "x.pkg")
      #expect(report.state == .trusted && report.allCodes.contains(code), "\(code): \(report.state)")
      #expect(MachOJudging(isStrict: true)(bytes, name: "x.pkg").state == .malformed, "\(code)")
    }
    #expect(MachOJudging(isStrict: true)(Self.good, name: "x.pkg").state == .trusted)
  }

  @Test func microsoftsAnchorsAreNotForPackages() {
    let report = MachOJudging(bundle: "microsoft")(Self.good, name: "x.pkg")
    #expect(report.state == .untrusted && report.allCodes.contains("apple.anchor.foreign"))
  }

  @Test func unsignedOnesSayWhatIsWrongAndStayUnsigned() {
    let plain = Self.package.with { $0.identity = nil }
    let report = MachOJudging()(plain.encode(), name: "x.pkg")
    #expect(report.state == .unsigned && report.signatures.isEmpty)
    let broken = MachOJudging()(plain.encode().flipping(plain.encode().count - 700), name: "x.pkg")
    #expect(broken.state == .unsigned && broken.allCodes.contains("xar.file.altered"))
    #expect(broken.findings.allSatisfy { $0.severity != .failure })
  }

  // MARK: - Parts

  @Test func partsAreJudged() {
    let report = MachOJudging()(Self.good, name: "x.pkg")
    #expect(report.nested.map(\.target) == ["x.pkg/Payload/usr/local/bin/tool", "x.pkg/Scripts/preinstall"])
    #expect(report.nested.map(\.format) == ["macho", "pkg"])
    #expect(report.nested.map(\.roles) == [[.executable], [.script]])
    #expect(report.nested.allSatisfy { $0.state == .trusted }, "\(report.nested.map(\.state))")
    #expect(report.nested[1].signatures.first?.kind == .manifest)
    #expect(report.identity.internalName == "com.example.tool" && report.identity.productVersion == "1.2.3")
  }

  /// A script has no signature of its own: it is as good as the package.
  @Test func scriptsAreAsGoodAsThePackage() {
    let unsigned = MachOJudging()(Self.package.with { $0.identity = nil }.encode(), name: "x.pkg")
    #expect(unsigned.nested.last?.state == .unsigned && unsigned.nested.last?.roles == [.script])
    let expired = MachOJudging()(
      Self.package.with {
        $0.time = nil
        $0.identity = AppleTestCA.installer { $0.notAfter = MakerTime(2026, 6, 1) }
      }.encode(), name: "x.pkg")
    #expect(expired.nested.last?.state == .expired)
  }

  @Test func programsWithoutASignatureAreCoveredAndNamed() {
    let files = PackageSample.files(program: MachOSpec().with { $0.codeBytes = 300 }.build())
    let report = MachOJudging()(Self.package.with { $0.files = files }.encode(), name: "x.pkg")
    #expect(report.state == .trusted && report.nested.first?.allCodes.contains("pkg.payload.unsigned") == true)
    let bare = MachOJudging()(Self.package.with { ($0.files, $0.identity) = (files, nil) }.encode(), name: "x.pkg")
    #expect(bare.state == .unsigned && bare.nested.first?.state == .unsigned)
  }

  @Test func packagesInPackagesAreJudged() {
    func outer(_ inner: [UInt8]) -> Report {
      MachOJudging()(Self.package.with { $0.files.append(XarSpec.File("inner.pkg", inner)) }.encode(), name: "x.pkg")
    }
    let good = outer(Self.good)
    #expect(good.state == .trusted && good.nested.contains { $0.target == "x.pkg/inner.pkg" && $0.nested.count == 2 })
    let bad = outer(Self.good.flipping(Self.good.count - 700))
    #expect(bad.state == .tampered && bad.allCodes.contains("engine.nested.worse"))
  }

  @Test(arguments: [
    (Array("pbzx".utf8) + [0, 0, 0, 1], "pbzx (Apple's frames of xz)"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz"),
    (Array("BZh91AY".utf8), "bzip2"), (Array("AA01".utf8), "an Apple Archive"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
    ([1, 2, 3], "an unknown form"),
  ])
  func theReasonNamesTheCompression(_ payload: [UInt8], _ form: String) throws {
    let report = MachOJudging()(Self.package.with { $0.files[2].octets = payload }.encode(), name: "x.pkg")
    let finding = try #require(report.findings.first { $0.code == "pkg.payload.not-read" })
    #expect(finding.message.contains("compressed as \(form), which is not read") && finding.found == form)
  }

  @Test func whatIsNotReadIsSaid() {
    func codes(_ payload: [UInt8]) -> (State, Set<String>) {
      let report = MachOJudging()(Self.package.with { $0.files[2].octets = payload }.encode(), name: "x.pkg")
      return (report.state, report.allCodes)
    }
    for (payload, code) in [
      (Array("pbzx".utf8) + [0, 0, 0, 1], "pkg.payload.not-read"), (Array("BZh91AY".utf8), "pkg.payload.not-read"),
      ([1, 2, 3], "pkg.payload.not-read"), ([0x1F, 0x8B, 8, 0, 1], "cpio.truncated"),
      (StoredStream.gzip([]), "cpio.truncated"), (StoredStream.gzip(Array("070708".utf8)), "cpio.header.magic"),
      (StoredStream.gzip(CPIOSpec([]).encode()).dropLast(8) + [9, 9, 9], "cpio.truncated"),
      (StoredStream.gzip(CPIOSpec([.init("a", [1])]).with { $0.hasEnd = false }.encode()), "cpio.header.magic"),
    ] as [([UInt8], String)] {
      let (state, found) = codes(payload)
      #expect(state == .trusted && found.contains(code), "\(code): \(state) \(found.sorted())")
    }
    // Both forms, packed and not.
    let archive = CPIOSpec([.init("./tool", Self.program)])
    for octets in [archive.encode(), StoredStream.gzip(archive.with { $0.isNew = true }.encode())] {
      let report = MachOJudging()(Self.package.with { $0.files[2].octets = octets }.encode(), name: "x.pkg")
      #expect(report.nested.contains { $0.target == "x.pkg/Payload/tool" && $0.state == .trusted }, "\(report.allCodes)")
    }
  }

  @Test func partsAreLimited() {
    let scripts = (0..<1_100).map { CPIOSpec.Entry("./s\($0)", PackageSample.script) }
    let files = PackageSample.files(program: Self.program, scripts: scripts)
    let report = MachOJudging()(Self.package.with { ($0.files, $0.identity) = (files, nil) }.encode(), name: "x.pkg")
    #expect(report.nested.count == 1_000 && report.allCodes.contains("limit.package-parts"), "\(report.nested.count)")
  }
}
