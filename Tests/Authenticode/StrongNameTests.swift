import AssayCore
import AssayMaker
import Testing

/// .NET strong names: what is said of them, and never a reason to trust or to distrust.
struct StrongNameTests {
  let judge = Judging()
  static let spec = AssemblySpec()

  static let cases: [(String, AssemblySpec, String)] = [
    ("good", spec, "intact"),
    ("SHA-256", spec.with { $0.hash = .sha256 }, "intact"), ("SHA-512", spec.with { $0.hash = .sha512 }, "intact"),
    ("PE32", spec.with { $0.image.is64 = false }, "intact"),
    ("more sections", spec.with { $0.image.sections = [.init(".data", PESpec.code(count: 1500))] }, "intact"),
    ("signed without the flag", spec.with { $0.flags = 1 }, "intact"),
    ("another's signature", spec.with { $0.signature = PESpec.code(count: 256) }, "mismatch"),
    ("a shorter signature", spec.with { $0.signature = PESpec.code(count: 128) }, "mismatch"),
    ("the neutral key", spec.with { $0.publicKey = [0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0] }, "mismatch"),
    ("filled room without the flag", spec.with { ($0.flags, $0.signature) = (1, PESpec.code(count: 256)) }, "delay-signed"),
    (
      "room of zeros without the flag", spec.with { ($0.flags, $0.signature) = (1, .init(repeating: 0, count: 256)) },
      "delay-signed"
    ),
    ("room of zeros", spec.with { $0.signature = .init(repeating: 0, count: 256) }, "public-signed"),
    ("no room", spec.with { $0.hasRoom = false }, "missing"),
    ("no key", spec.with { $0.publicKey = [] }, "unverified"),
    ("no RSA key", spec.with { $0.publicKey = [1, 2, 3, 4] }, "unverified"),
    ("another digest", spec.with { $0.publicKey = Array($0.keyBlob[..<4] + [3, 0x80] + $0.keyBlob[6...]) }, "unverified"),
    ("a key of its own", spec.with { $0.namesSignatureKey = true }, "enhanced"),
  ]

  @Test("what is said", arguments: cases.indices)
  func standing(index: Int) {
    let (name, spec, code) = Self.cases[index]
    let image = spec.build()
    let report = judge(image, as: "a.dll")
    #expect(report.state == .unsigned, "\(name): a strong name is no signature")
    #expect(report.codes.filter { $0.hasPrefix("pe.strong-name.") } == ["pe.strong-name.\(code)"], "\(name)")
    #expect(report.finding("pe.strong-name.\(code)")?.severity == (code == "mismatch" ? .warning : .note), "\(name)")
    let signed = judge(PESigner.sign(image, Sample.stamped), as: "a.dll")
    #expect(signed.state == .trusted && signed.codes.contains("pe.strong-name.\(code)"), "\(name): \(signed.codes)")
  }

  @Test func theKeyIsNamed() {
    // The token of ECMA's neutral key is in the standard.
    let neutral = judge(Self.cases[8].1.build(), as: "a.dll")
    #expect(neutral.finding("pe.strong-name.mismatch")?.found == "b77a5c561934e089")
    let own = judge(Self.spec.build(), as: "a.dll").finding("pe.strong-name.intact")
    #expect(own?.found?.count == 16 && own?.found != "b77a5c561934e089")
  }

  /// Signing, and any other change of what the name does not cover, leaves it as it is; every covered byte counts.
  @Test func everyCoveredByteCounts() throws {
    let file = Self.spec.build()
    let image = PEImage(file)
    let table = image.certificateEntryOffset + 12 * 8
    let end = table + 40
    let section = file.get32(table + 20)
    var intact: Set<Int> = []
    for place in 0..<file.count where place % 3 == 0 || place < end {
      var changed = file
      changed[place] ^= 0x10
      if judge(changed, as: "a.dll").codes.contains("pe.strong-name.intact") { intact.insert(place) }
    }
    // The checksum, the certificate entry, and the fill between headers and sections. A changed certificate entry names a table that is
    // none, so only some of it can be seen here.
    for place in intact {
      #expect(
        (image.checksumOffset..<(image.checksumOffset + 4)).contains(place)
          || (image.certificateEntryOffset..<(image.certificateEntryOffset + 8)).contains(place) || (end..<section).contains(place),
        "byte \(place)")
    }
    #expect(intact.contains(image.checksumOffset) && intact.contains { $0 > end })
  }

  @Test("metadata that breaks its rules is a note, not a crash", arguments: [0, 4, 6, 8, 12, 16, 24, 27, 28, 31])
  func hostileTables(place: Int) {
    for value in [UInt8(0xFF), 0x80, 0x41] {
      let file = Self.spec.with { $0.editTables = { $0[place] = value } }.build()
      let report = judge(file, as: "a.dll")
      #expect(report.state == .unsigned)
      #expect(judge(PESigner.sign(file, Sample.stamped), as: "a.dll").state == .trusted)
    }
  }

  @Test func everyByteOfTheMetadataMayBeAnything() {
    let file = Self.spec.with { $0.namesSignatureKey = true }.build()
    let start = 0x200
    for place in start..<file.count {
      for value in [UInt8(0), 0x7F, 0xFF] where file[place] != value {
        var changed = file
        changed[place] = value
        #expect(judge(changed, as: "a.dll").state == .unsigned, "byte \(place)")
      }
    }
  }

  @Test func otherImagesHaveNone() {
    let plain = Self.spec.with { ($0.flags, $0.hasRoom) = (1, false) }.build()
    #expect(!judge(plain, as: "a.dll").codes.contains { $0.hasPrefix("pe.strong-name.") })
    #expect(!judge(Sample.program).codes.contains { $0.hasPrefix("pe.strong-name.") })
  }
}
