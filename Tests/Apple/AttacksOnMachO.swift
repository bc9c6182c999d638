import AssayCore
import AssayMaker
import Testing

/// Attacks of the list of Apple code signing that need no bundle: one thing is changed against a file that is trusted.
struct AttacksOnMachO {
  struct Attack: Sendable, CustomStringConvertible {
    let number: Int
    let description: String
    let state: State
    let code: String
    let bytes: [UInt8]
    init(_ number: Int, _ description: String, _ state: State, _ code: String, _ bytes: [UInt8]) {
      (self.number, self.description, self.state, self.code, self.bytes) = (number, description, state, code, bytes)
    }
  }

  static let signature = CodeSignatureSpec(AppleTestCA.developer()).with {
    $0.team = "ASSAYTEAM1"
    $0.flags = 0x10000
  }
  static let adhoc = CodeSignatureSpec()
  static let image = MachOSpec()
  static let good = image.sign(signature)

  private static func signed(_ change: (inout CodeSignatureSpec) -> Void) -> [UInt8] { image.sign(signature.with(change)) }
  private static func patched(_ place: Int, _ octets: [UInt8]) -> @Sendable ([UInt8], Int) -> [UInt8] {
    { directory, _ in Array(directory[..<place]) + octets + Array(directory[(place + octets.count)...]) }
  }
  private static let text =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><plist version=\"1.0\"><dict><key>a</key><true/></dict></plist>"
  /// `{a: value}` in DER.
  private static func der(_ value: [UInt8]) -> [UInt8] {
    DER.value(0x70, DER.int(1) + DER.value(0xB0, DER.seq(DER.utf8("a"), value)))
  }

  @Test func goodOnesAreTrusted() {
    let judge = MachOJudging()
    let universal = MachOSpec.universal([(.x86_64, MachOSpec(.x86_64).sign(Self.signature)), (.arm64, Self.good)])
    let others: [[UInt8]] = [
      Self.good, universal, Self.signed { $0.hashTypes = [1, 2] }, Self.signed { $0.hashTypes = [2, 4] },
      Self.signed { $0.hashTypes = [3] }, Self.signed { $0.pageBits = 0 }, Self.signed { $0.pageBits = 14 },
      Self.signed { $0.version = 0x20500 },
      Self.signed { ($0.entitlements, $0.entitlementsDER) = (Self.text, Self.der(DER.bool(true))) },
      Self.signed { $0.time = MakerTime(2026, 3, 2) },
      // The old form, which Apple's own binaries once had.
      Self.signed { $0.editSigner = { $0.hasSignedAttributes = false } },
    ]
    for (index, bytes) in others.enumerated() {
      let report = judge(bytes)
      #expect(report.state == .trusted, "\(index): \(report.state) \(report.allCodes.sorted())")
      #expect(report.signatures.allSatisfy { $0.signer != nil && $0.teamID == "ASSAYTEAM1" })
    }
  }

  static let onImages: [Attack] = {
    let intel = MachOSpec(.x86_64)
    let signedIntel = intel.sign(signature)
    let otherTeam = CodeSignatureSpec(AppleTestCA.developer("Other Ltd", unit: "OTHERTEAM1")).with {
      $0.team = "OTHERTEAM1"
      $0.flags = 0x10000
    }
    let both: [(MachOSpec.Machine, [UInt8])] = [(.x86_64, signedIntel), (.arm64, good)]
    var gap = MachOSpec.universal(both)
    gap[60] = 1
    return [
      Attack(
        1, "another slice is ad hoc", .malformed, "macho.universal.mixed",
        MachOSpec.universal([(.arm64, good), (.x86_64, intel.sign(adhoc))])),
      Attack(
        1, "another slice is unsigned", .unsigned, "apple.signature.none",
        MachOSpec.universal([(.arm64, good), (.x86_64, intel.build())])),
      Attack(
        2, "another slice has another team", .malformed, "macho.universal.mixed",
        MachOSpec.universal([(.arm64, good), (.x86_64, intel.sign(otherTeam))])),
      Attack(3, "slices overlap", .malformed, "macho.universal.overlap", MachOSpec.universal(both) { $0[0][3] += 8_192 }),
      Attack(
        3, "one architecture twice", .malformed, "macho.universal.duplicate", MachOSpec.universal([(.arm64, good), (.arm64, good)])),
      Attack(
        3, "a fat file in a fat file", .malformed, "macho.image.magic",
        MachOSpec.universal([(.arm64, MachOSpec.universal([(.arm64, good)]))])),
      Attack(
        3, "the table lies about a machine", .malformed, "macho.universal.architecture", MachOSpec.universal(both) { $0[0][0] = 7 }),
      Attack(4, "bytes after the signature", .malformed, "macho.image.trailing", image.with { $0.trailing = [1] }.sign(signature)),
      Attack(
        33, "a library was put in after signing", .tampered, "apple.pages.mismatch",
        image.with { $0.dylibs.append(.init("/tmp/x.dylib")) }.sign(signature).replacing(good, at: 0..<4_096)),
      Attack(33, "code changed", .tampered, "apple.pages.mismatch", good.flipping(5_000)),
    ]
  }()

  static let onSignatures: [Attack] = [
    Attack(5, "the code limit leaves a page out", .malformed, "apple.directory.limit", signed { $0.codeLimit = 8_192 }),
    Attack(
      6, "more pages than digests", .malformed, "apple.directory.slots",
      signed { $0.editDirectory = patched(28, BigEndian.word(1)) }),
    Attack(
      6, "scatter vectors", .malformed, "apple.directory.scatter", signed { $0.editDirectory = patched(44, BigEndian.word(88)) }),
    Attack(
      6, "one page of everything and many digests", .malformed, "apple.directory.slots",
      signed { $0.editDirectory = patched(39, [0]) }),
    Attack(
      7, "a directory behind a gap", .malformed, "apple.directory.gap",
      signed {
        $0.hashTypes = [2, 1]
        $0.editBlobs = { $0.map { $0.slot == 0x1000 ? (0x1001, $0.octets) : $0 } }
      }),
    Attack(7, "two directories of one type", .malformed, "apple.directory.duplicate", signed { $0.hashTypes = [2, 2] }),
    Attack(7, "an unknown type of digest", .malformed, "apple.directory.hash", signed { $0.editDirectory = patched(37, [9]) }),
    Attack(
      8, "a directory was taken away", .tampered, "apple.cms.directories",
      signed {
        $0.hashTypes = [1, 2]
        $0.editBlobs = { $0.filter { $0.slot != 0x1000 } }
      }),
    Attack(
      8, "several directories, and the signer names none", .malformed, "apple.cms.directories",
      signed { ($0.hashTypes, $0.hasAgility) = ([1, 2], false) }),
    Attack(
      10, "size and type of digests differ", .malformed, "apple.directory.hash", signed { $0.editDirectory = patched(36, [4]) }),
    Attack(
      11, "entitlements that nothing covers", .malformed, "apple.slot.unsealed",
      signed {
        $0.editBlobs = { $0 + [(5, BigEndian.blob(0xFADE_7171, Array(text.utf8)))] }
      }),
    Attack(
      11, "requirements were taken out", .tampered, "apple.slot.missing", signed { $0.editBlobs = { $0.filter { $0.slot != 2 } } }),
    Attack(
      12, "XML and DER differ", .malformed, "apple.entitlements.disagree",
      signed { ($0.entitlements, $0.entitlementsDER) = (text, der(DER.bool(false))) }),
    Attack(
      12, "DER with a byte after it", .malformed, "apple.entitlements.malformed",
      signed { ($0.entitlements, $0.entitlementsDER) = (text, der(DER.bool(true)) + [0]) }),
    Attack(
      12, "a key twice", .malformed, "apple.entitlements.malformed",
      signed { $0.entitlements = text.replacing("<true/>", with: "<true/><key>a</key><false/>") }),
    Attack(13, "a slot twice", .malformed, "apple.superblob.duplicate", signed { $0.editBlobs = { $0 + [$0[1]] } }),
    Attack(
      13, "a blob in the index", .malformed, "apple.superblob.range",
      signed { $0.editWhole = { Array($0[..<16]) + BigEndian.word(4) + Array($0[20...]) } }),
    Attack(
      13, "a blob of 4 GiB", .malformed, "apple.superblob.range",
      signed {
        $0.editWhole = { whole in
          let start = BigEndian.read(whole, 16)
          return Array(whole[..<(start + 4)]) + [255, 255, 255, 255] + Array(whole[(start + 8)...])
        }
      }),
    Attack(
      14, "self-signed with a developer's names", .untrusted, "apple.signer.self-signed",
      signed {
        $0.identity = TestCA.selfSigned {
          $0.subject = Name(commonName: "Developer ID Application: X (ASSAYTEAM1)", unit: "ASSAYTEAM1")
        }
      }),
    Attack(
      15, "no marker in the leaf", .wrongUsage, "apple.signer.profile", signed { $0.identity = AppleTestCA.developer(markers: []) }),
    Attack(
      15, "no marker in the authority", .wrongUsage, "apple.signer.profile",
      signed { $0.identity = AppleTestCA.developer(authorityMarkers: []) }),
    Attack(
      15, "a development certificate", .untrusted, "apple.signer.development",
      signed {
        $0.identity = AppleTestCA.developer(markers: ["1.2.840.113635.100.6.1.12"], authorityMarkers: ["1.2.840.113635.100.6.2.1"])
      }),
    Attack(
      15, "a look-alike's root", .untrusted, "pki.path.issuer-missing",
      signed { ($0.identity, $0.team) = (TestCA.rogueCode(), nil) }),
    Attack(
      16, "two signers", .malformed, "apple.cms.signers",
      signed { $0.editSignedData = { $0.signers.append(SignerSpec(TestCA.code())) } }),
    Attack(
      17, "content of its own", .malformed, "apple.cms.attached", signed { $0.editSignedData = { $0.content = .octets([1]) } }),
    Attack(
      17, "the message digest of something else", .tampered, "apple.cms.mismatch",
      signed { $0.editSigner = { $0.messageDigest = Hash.sha256([1]) } }),
    Attack(17, "the signature value", .tampered, "apple.cms.mismatch", signed { $0.editSigner = { $0.breaksSignature = true } }),
    Attack(18, "no CMS and not ad hoc", .malformed, "apple.cms.empty", signed { $0.identity = nil }),
    Attack(19, "the flag of ad hoc code beside a CMS", .malformed, "apple.adhoc.cms", signed { $0.flags = 2 }),
    Attack(20, "another team than the certificate's", .malformed, "apple.team.mismatch", signed { $0.team = "OTHERTEAM1" }),
    Attack(
      21, "ended before now, no timestamp", .expired, "pki.path.expired",
      signed {
        $0.identity = AppleTestCA.developer { $0.notAfter = MakerTime(2026, 6, 1) }
      }),
  ]

  @Test(arguments: onImages + onSignatures) func verdict(attack: Attack) {
    let report = MachOJudging()(attack.bytes)
    #expect(report.state == attack.state, "\(attack.number) \(attack): \(report.allCodes.sorted())")
    #expect(report.allCodes.contains(attack.code), "\(attack.number) \(attack): \(report.allCodes.sorted())")
    #expect(report.signatures.allSatisfy { ($0.signer != nil) == ($0.state == .trusted) })
  }

  @Test("21: a timestamp of another authority does not prolong code under Apple's root") func foreignTimestamp() {
    let bytes = Self.signed {
      $0.identity = AppleTestCA.developer { $0.notAfter = MakerTime(2026, 6, 1) }
      $0.time = MakerTime(2026, 3, 2)
    }
    #expect(MachOJudging()(bytes).state == .trusted)
    let report = MachOJudging(timeBundle: "other")(bytes)
    #expect(report.state == .expired && report.allCodes.contains("apple.timestamp.foreign"))
  }

  @Test("anchors of Microsoft's programme are not for Apple's code") func foreignAnchor() {
    let report = MachOJudging(bundle: "microsoft")(Self.good)
    #expect(report.state == .untrusted && report.allCodes.contains("apple.anchor.foreign"))
    // An operator's own authority needs no marker.
    #expect(
      MachOJudging(bundle: "corp")(Self.image.sign(Self.signature.with { $0.identity = AppleTestCA.developer(markers: []) })).state
        == .trusted)
  }

  @Test("3, 13: what systems tolerate is refused under --strict") func strictness() {
    var gap = MachOSpec.universal([(.x86_64, MachOSpec(.x86_64).sign(Self.signature)), (.arm64, Self.good)])
    gap[60] = 1
    let padded = Self.good.dropLast() + [1]
    for (bytes, code) in [(gap, "macho.universal.gap"), (Array(padded), "apple.superblob.padding")] {
      let report = MachOJudging()(bytes)
      #expect(report.state == .trusted && report.allCodes.contains(code), "\(report.state) \(report.allCodes.sorted())")
      #expect(MachOJudging(isStrict: true)(bytes).state == .malformed, "\(code)")
    }
  }

  @Test("35, 38: weakened hardening and borrowed names are named") func warnings() {
    let weak = Self.signed {
      $0.entitlements = Self.text.replacing("<key>a", with: "<key>com.apple.security.cs.disable-library-validation")
    }
    #expect(MachOJudging()(weak).allCodes.contains("apple.hardening.weakened"))
    let named = Self.signed { ($0.identifier, $0.platform) = ("com.apple.ls", 1) }
    #expect(MachOJudging()(named).allCodes.isSuperset(of: ["apple.identifier.foreign", "apple.platform.foreign"]))
    #expect(MachOJudging()(named).attack.contains("T1036.005"))
  }

  @Test("39: a Java class is no Mach-O") func javaClass() {
    let report = MachOJudging()([0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 61] + [UInt8](repeating: 0, count: 100))
    #expect(report.format == nil)
  }

  @Test("every bit of what is covered is covered, and no byte gives a crash") func flips() {
    let end = MachOSpec().build().count
    var kept = 0
    for place in stride(from: 0, to: Self.good.count, by: 1) where place < 600 || place % 7 == 0 || place >= end {
      let state = MachOJudging()(Self.good.flipping(place)).state
      if place < end { #expect(state != .trusted, "byte \(place)") }
      if place >= end, state == .trusted { kept += 1 }
    }
    // Unsigned attributes, certificates beside the path, padding: a part of the signature only.
    #expect(kept * 100 < (Self.good.count - end) * 80, "\(kept)")
  }

  @Test("no prefix is better than the whole") func prefixes() {
    for count in stride(from: 0, to: Self.good.count, by: 5) {
      #expect(MachOJudging()(Array(Self.good[..<count])).state > .trusted, "cut at \(count)")
    }
  }
}

extension [UInt8] {
  func flipping(_ place: Int) -> [UInt8] {
    var copy = self
    copy[place] ^= 1
    return copy
  }
  /// The range of this one in the other.
  func replacing(_ other: [UInt8], at range: Range<Int>) -> [UInt8] {
    Array(other[..<range.lowerBound]) + Array(self[range]) + Array(other[range.upperBound...])
  }
}
