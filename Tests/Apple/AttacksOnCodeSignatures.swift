import AssayCore
import AssayMaker
import Testing

/// More attacks of the list: layouts, slots, entitlements, signers and times, one thing changed against code that is trusted.
struct AttacksOnCodeSignatures {
  typealias Attack = AttacksOnMachO.Attack

  static let signature = AttacksOnMachO.signature
  static let image = MachOSpec()
  static let good = AttacksOnMachO.good
  static let intel = MachOSpec(.x86_64)

  static func signed(_ change: (inout CodeSignatureSpec) -> Void) -> [UInt8] { image.sign(signature.with(change)) }
  private static func patched(_ place: Int, _ octets: [UInt8]) -> @Sendable ([UInt8], Int) -> [UInt8] {
    { directory, _ in Array(directory[..<place]) + octets + Array(directory[(place + octets.count)...]) }
  }
  /// The number of bytes that LC_CODE_SIGNATURE names, changed by so much (little-endian).
  private static func commandSize(changedBy difference: Int) -> @Sendable ([UInt8]) -> [UInt8] {
    { code in
      guard let place = (32..<1_024).first(where: { Array(code[$0..<($0 + 8)]) == [0x1D, 0, 0, 0, 16, 0, 0, 0] }) else {
        return code
      }
      let size = (0..<4).reduce(0) { $0 | Int(code[place + 12 + $1]) << (8 * $1) } + difference
      return Array(code[..<(place + 12)]) + BigEndian.word(size).reversed() + Array(code[(place + 16)...])
    }
  }
  static func entitlements(_ body: String, before: String = "") -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\(before)<plist version=\"1.0\"><dict>\(body)</dict></plist>"
  }
  /// `{key: value, ...}` in DER, in the order given.
  static func der(_ members: [(String, [UInt8])]) -> [UInt8] {
    let pairs = members.flatMap { DER.seq(DER.utf8($0.0), $0.1) }
    return DER.value(0x70, DER.int(1) + DER.value(0xB0, pairs))
  }
  /// Blobs as they are, and one more.
  private static func adding(_ slot: Int, _ octets: [UInt8]) -> @Sendable ([CodeSignatureSpec.Blob]) -> [CodeSignatureSpec.Blob] {
    { $0 + [(slot, octets)] }
  }

  static let onLayout: [Attack] = [
    Attack(
      1, "signed for a machine that nobody has, and the payload beside it", .unsigned, "apple.signature.none",
      MachOSpec.universal([(.ppc, MachOSpec(.ppc).sign(signature)), (.x86_64, intel.build())])),
    Attack(
      1, "another image without a team", .malformed, "macho.universal.mixed",
      MachOSpec.universal([(.arm64, good), (.x86_64, intel.sign(signature.with { $0.team = nil }))])),
    Attack(
      1, "another image under another identifier", .malformed, "macho.universal.mixed",
      MachOSpec.universal([(.arm64, good), (.x86_64, intel.sign(signature.with { $0.identifier = "com.example.other" }))])),
    Attack(
      4, "the command names less than __LINKEDIT holds", .malformed, "macho.signature.place",
      image.with { $0.editCode = commandSize(changedBy: -16) }.sign(signature)),
    Attack(
      4, "the command names more than there is", .malformed, "macho.signature.range",
      image.with { $0.editCode = commandSize(changedBy: 16) }.sign(signature)),
    Attack(
      5, "the code limit reaches into the signature", .malformed, "apple.directory.limit",
      signed {
        $0.codeLimit = 16_000
        $0.pageBits = 0
      }),
    Attack(
      6, "the wide code limit names less", .malformed, "apple.directory.slots",
      signed { $0.editDirectory = patched(56, BigEndian.wide(4_096)) }),
    Attack(
      6, "the wide code limit names fewer bytes of the last page", .tampered, "apple.directory.limit",
      signed { $0.editDirectory = patched(56, BigEndian.wide(8_200)) }),
    Attack(
      6, "a wide code limit beyond all", .malformed, "apple.directory.invalid",
      signed { $0.editDirectory = patched(56, [255, 255, 255, 255, 255, 255, 255, 255]) }),
    Attack(
      8, "a directory was put in", .tampered, "apple.cms.directories",
      signed {
        $0.editBlobs = { blobs in
          let code = image.sign(adhoc.with { $0.hashTypes = [1] })
          return blobs + [(0x1000, directory(in: code))]
        }
      }),
    Attack(
      10, "a cut digest with its whole size", .malformed, "apple.directory.hash", signed { $0.editDirectory = patched(37, [3]) }),
    Attack(10, "digests of no bytes", .malformed, "apple.directory.hash", signed { $0.editDirectory = patched(36, [0]) }),
    Attack(
      11, "a launch constraint that nothing covers", .malformed, "apple.slot.unsealed",
      signed { $0.editBlobs = adding(8, BigEndian.blob(0xFADE_8181, [0x31, 0])) }),
    Attack(
      11, "DER entitlements that nothing covers", .malformed, "apple.slot.unsealed",
      signed {
        $0.entitlements = entitlements("<key>a</key><true/>")
        $0.editBlobs = adding(7, BigEndian.blob(0xFADE_7172, der([("a", DER.bool(true))])))
      }),
    Attack(
      11, "other entitlements in the slot", .tampered, "apple.slot.mismatch",
      signed {
        $0.entitlements = entitlements("<key>a</key><true/>")
        let other = BigEndian.blob(0xFADE_7171, Array(entitlements("<key>b</key><true/>").utf8))
        $0.editBlobs = { $0.map { $0.slot == 5 ? (5, other) : $0 } }
      }),
    Attack(
      11, "entitlements under the magic of requirements", .malformed, "apple.slot.magic",
      signed {
        $0.editDirectory = sealing(5, wrongMagic)
        $0.entitlements = entitlements("<key>a</key><true/>")
        $0.editBlobs = { $0.map { $0.slot == 5 ? (5, wrongMagic) : $0 } }
      }),
    Attack(
      13, "two blobs overlap", .malformed, "apple.superblob.overlap",
      signed { $0.editWhole = { Array($0[..<24]) + $0[16..<20] + Array($0[28...]) } }),
    Attack(
      13, "more blobs than fit", .malformed, "apple.superblob.length",
      signed { $0.editWhole = { Array($0[..<8]) + [0, 0, 255, 255] + Array($0[12...]) } }),
    Attack(
      13, "the whole says to be longer than its place", .malformed, "apple.superblob.length",
      signed { $0.editWhole = { Array($0[..<4]) + [0, 255, 255, 255] + Array($0[8...]) } }),
  ]

  static let adhoc = CodeSignatureSpec()
  static let wrongMagic = BigEndian.blob(0xFADE_0C01, Array(entitlements("<key>a</key><true/>").utf8))

  /// The code directory of a made file.
  private static func directory(in file: [UInt8]) -> [UInt8] {
    guard let place = (0..<file.count - 8).first(where: { Array(file[$0..<($0 + 4)]) == [0xFA, 0xDE, 0x0C, 0x02] }) else {
      return []
    }
    return Array(file[place..<(place + BigEndian.read(file, place + 4))])
  }

  /// The digest of a special slot in a SHA-256 directory becomes that of other octets, so that only what they are is wrong.
  private static func sealing(_ slot: Int, _ octets: [UInt8]) -> @Sendable ([UInt8], Int) -> [UInt8] {
    { directory, _ in
      let place = BigEndian.read(directory, 16) - slot * 32
      return Array(directory[..<place]) + Hash.sha256(octets) + Array(directory[(place + 32)...])
    }
  }

  static let onEntitlements: [Attack] = [
    Attack(
      12, "a key in the XML alone", .malformed, "apple.entitlements.disagree",
      signed {
        $0.entitlements = entitlements("<key>a</key><true/><key>b</key><true/>")
        $0.entitlementsDER = der([("a", DER.bool(true))])
      }),
    Attack(
      12, "a key in the DER alone", .malformed, "apple.entitlements.disagree",
      signed {
        $0.entitlements = entitlements("<key>a</key><true/>")
        $0.entitlementsDER = der([("a", DER.bool(true)), ("b", DER.bool(true))])
      }),
    Attack(
      12, "keys of the DER out of order", .malformed, "apple.entitlements.malformed",
      signed { $0.entitlementsDER = der([("b", DER.bool(true)), ("a", DER.bool(true))]) }),
    Attack(
      12, "a key twice in the DER", .malformed, "apple.entitlements.malformed",
      signed { $0.entitlementsDER = der([("a", DER.bool(true)), ("a", DER.bool(false))]) }),
    Attack(
      12, "a boolean that is not DER", .malformed, "apple.entitlements.malformed",
      signed { $0.entitlementsDER = der([("a", [1, 1, 1])]) }),
    Attack(
      12, "a length that is not DER", .malformed, "apple.entitlements.malformed",
      signed { $0.entitlementsDER = der([("a", [1, 0x81, 1, 255])]) }),
    Attack(
      12, "a comment that ends in two ways", .malformed, "apple.entitlements.malformed",
      signed { $0.entitlements = entitlements("<!---><key>a</key><true/><!-->-->") }),
    Attack(
      12, "a processing instruction that hides a key", .malformed, "apple.entitlements.malformed",
      signed { $0.entitlements = entitlements("<?<key>a</key><true/><!--?><key>b</key><true/>-->") }),
    Attack(
      12, "bytes after the XML", .malformed, "apple.entitlements.malformed",
      signed { $0.entitlements = entitlements("<key>a</key><true/>") + "<plist><dict><key>b</key><true/></dict></plist>" }),
    Attack(
      12, "entities", .malformed, "apple.entitlements.malformed",
      signed {
        $0.entitlements = entitlements(
          "<key>&x;</key><true/>", before: "<!DOCTYPE plist [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>")
      }),
    Attack(
      12, "entitlements that are an array", .malformed, "apple.entitlements.malformed",
      signed { $0.entitlements = "<plist version=\"1.0\"><array/></plist>" }),
  ]

  static let onSigners: [Attack] = [
    Attack(
      15, "an authority that is none", .untrusted, "pki.path.not-a-ca",
      signed { $0.identity = issued(by: .basicConstraints(ca: false)) }),
    Attack(15, "a leaf as authority", .wrongUsage, "pki.path.not-a-ca", signed { $0.identity = leafAsAuthority }),
    Attack(
      15, "a root with the name of the real one", .untrusted, "pki.path.root-untrusted",
      signed { $0.identity = look(alike: AppleTestCA.root) }),
    Attack(
      16, "another's certificate beside the signer's", .untrusted, "pki.path.issuer-missing",
      signed {
        $0.identity = TestCA.rogueCode { $0.subject = Name(commonName: "Mallory", unit: "ASSAYTEAM1") }
        $0.editSignedData = { $0.certificates = AppleTestCA.developer().chain + TestCA.rogueCode().chain }
        $0.editSignedData = { data in data.extraCertificates = AppleTestCA.developer().chain }
      }),
    Attack(
      17, "no message digest", .tampered, "apple.cms.mismatch",
      signed { $0.editSigner = edit { $0.filter { $0.oid != "1.2.840.113549.1.9.4" } } }),
    Attack(
      17, "two message digests", .tampered, "apple.cms.mismatch",
      signed { $0.editSigner = edit { $0 + $0.filter { $0.oid == "1.2.840.113549.1.9.4" } } }),
    Attack(
      17, "another content type", .malformed, "apple.cms.invalid",
      signed {
        $0.editSigner = edit { $0.map { $0.oid == "1.2.840.113549.1.9.3" ? .contentType("1.2.840.113549.1.7.2") : $0 } }
      }),
    Attack(
      17, "a signature over the directory beside attributes that say otherwise", .tampered, "apple.cms.mismatch",
      signed {
        $0.editSigner = {
          $0.editSignedAttributes = { $0 }
          $0.messageDigest = [UInt8](repeating: 7, count: 32)
        }
      }),
    Attack(
      18, "a CMS blob that is garbage", .malformed, "asn1.length.indefinite",
      signed { $0.editBlobs = { $0.map { $0.slot == 0x10000 ? ($0.slot, BigEndian.blob(0xFADE_0B01, [0x30, 0x80])) : $0 } } }),
    Attack(
      18, "a CMS under another magic", .malformed, "apple.cms.magic",
      signed {
        $0.editBlobs = { $0.map { $0.slot == 0x10000 ? ($0.slot, [0xFA, 0xDE, 0x0B, 0x02] + Array($0.octets[4...])) : $0 } }
      }),
    Attack(
      21, "a timestamp over another signature", .expired, "pki.path.expired",
      signed {
        $0.identity = AppleTestCA.developer { $0.notAfter = MakerTime(2026, 6, 1) }
        $0.editSigner = stamped(TimeStampSpec(at: MakerTime(2026, 3, 2)).token(over: [1, 2, 3]))
      }),
    Attack(
      21, "a timestamp after the certificate's end", .expired, "pki.path.expired",
      signed {
        $0.identity = AppleTestCA.developer { $0.notAfter = MakerTime(2026, 6, 1) }
        $0.time = MakerTime(2026, 7, 1)
      }),
    Attack(
      21, "a timestamp by a signer of code", .expired, "pki.path.expired",
      signed {
        $0.identity = AppleTestCA.developer { $0.notAfter = MakerTime(2026, 6, 1) }
        ($0.time, $0.authority) = (MakerTime(2026, 3, 2), TestCA.code())
      }),
  ]

  private static func edit(_ change: @escaping @Sendable ([CMSAttribute]) -> [CMSAttribute]) -> @Sendable (inout SignerSpec) -> Void
  {
    { signer in
      let before = signer.editSignedAttributes
      signer.editSignedAttributes = { change(before($0)) }
    }
  }
  private static func stamped(_ token: [UInt8]) -> @Sendable (inout SignerSpec) -> Void {
    { signer in signer.unsignedAttributes = { _ in [CMSAttribute("1.2.840.113549.1.9.16.2.14", token)] } }
  }
  /// A developer under an authority that has another basic constraint.
  private static func issued(by constraint: CertificateExtension) -> TestIdentity {
    let model = AppleTestCA.authority()
    let spec = CertificateSpec(subject: model.subject).with {
      $0.extensions = [constraint, .keyUsage(.keyCertSign), CertificateExtension(AppleTestCA.developerAuthorityMarker, DER.null)]
    }
    return developer(under: [TestCertificate.issue(spec, key: .fixed(10), by: AppleTestCA.root)])
  }
  private static var leafAsAuthority: TestIdentity {
    let first = AppleTestCA.developer("Mallory", unit: "MALLORY001", key: .fixed(7))
    return developer(under: [first.leaf] + first.intermediates)
  }
  /// The same names all the way up, under a root of the attacker's own key.
  private static func look(alike root: TestCertificate) -> TestIdentity {
    let spec = CertificateSpec(subject: root.subject).with {
      $0.extensions = [.basicConstraints(ca: true), .keyUsage(.keyCertSign, .cRLSign)]
    }
    let own = TestCertificate.issue(spec, key: .fixed(4))
    let model = AppleTestCA.authority()
    let between = CertificateSpec(subject: model.subject).with {
      $0.extensions = [
        .basicConstraints(ca: true), .keyUsage(.keyCertSign), CertificateExtension(AppleTestCA.developerAuthorityMarker, DER.null),
      ]
    }
    let issuer = TestCertificate.issue(between, key: .fixed(5), by: own)
    return developer(under: [issuer, own])
  }
  private static func developer(under issuers: [TestCertificate]) -> TestIdentity {
    let spec = CertificateSpec(
      subject: Name(commonName: "Developer ID Application: Assay Example Ltd (ASSAYTEAM1)", unit: "ASSAYTEAM1")
    ).with {
      $0.extensions = [
        .basicConstraints(ca: false), .keyUsage(.digitalSignature), .extendedKeyUsage([Purpose.codeSigning], critical: true),
        CertificateExtension(AppleTestCA.developerMarker, critical: true, DER.null),
      ]
    }
    return TestIdentity(leaf: .issue(spec, key: .fixed(6), by: issuers[0]), intermediates: issuers, root: AppleTestCA.root)
  }

  @Test(arguments: onLayout + onEntitlements + onSigners) func verdict(attack: Attack) {
    let report = MachOJudging()(attack.bytes)
    #expect(report.state == attack.state, "\(attack.number) \(attack): \(report.allCodes.sorted())")
    #expect(report.allCodes.contains(attack.code), "\(attack.number) \(attack): \(report.allCodes.sorted())")
    #expect(report.signatures.allSatisfy { ($0.signer != nil) == ($0.state == .trusted) })
  }

  /// The same without the change is trusted: what is refused above is refused for its change alone.
  @Test func withoutTheChangeAllAreTrusted() {
    let both = Self.signed {
      $0.entitlements = Self.entitlements("<key>a</key><true/>")
      $0.entitlementsDER = Self.der([("a", DER.bool(true))])
    }
    let marked = Self.signed { $0.identity = Self.issued(by: .basicConstraints(ca: true)) }
    let odd = Self.signed { $0.entitlements = Self.entitlements("<!-- once --><key>a</key><true/>") }
    for (index, bytes) in [Self.good, both, marked, odd].enumerated() {
      #expect(MachOJudging()(bytes).state == .trusted, "\(index): \(MachOJudging()(bytes).allCodes.sorted())")
    }
  }

  @Test("3, 7, 13: tolerated by systems, told always and refused under --strict") func strictness() {
    var late = MachOSpec.universal([(.x86_64, Self.intel.sign(Self.signature)), (.arm64, Self.good)])
    late.append(contentsOf: [1, 2, 3])
    let steep = MachOSpec.universal([(.x86_64, Self.intel.sign(Self.signature)), (.arm64, Self.good)]) { $0[0][4] = 20 }
    let gap = Self.signed {
      $0.editWhole = { whole in
        let longer = Array(whole[..<4]) + BigEndian.word(whole.count + 4) + Array(whole[8...])
        return longer + [0, 0, 0, 0]
      }
    }
    for (bytes, code) in [
      (late, "macho.universal.trailing"), (steep, "macho.universal.alignment"), (gap, "apple.superblob.gap"),
      (Self.signed { $0.hashTypes = [1] }, "apple.digest.weak"),
    ] {
      let report = MachOJudging()(bytes)
      #expect(report.state == .trusted && report.allCodes.contains(code), "\(report.state) \(report.allCodes.sorted())")
      #expect(MachOJudging(isStrict: true)(bytes).state == .malformed, "\(code)")
    }
  }

  @Test("19: nobody is named by the CMS that ad hoc code carries") func adhocNamesNobody() {
    let report = MachOJudging()(Self.signed { $0.flags = 2 })
    #expect(report.signatures.allSatisfy { $0.signer == nil && $0.claimedSigner == nil && $0.teamID == nil && $0.path.isEmpty })
  }

  @Test("20: code of a developer that names no team") func noTeam() {
    let report = MachOJudging()(Self.signed { $0.team = nil })
    #expect(report.state == .trusted && report.allCodes.contains("apple.team.absent"))
    #expect(report.signatures.allSatisfy { $0.teamID == nil })
  }

  @Test(
    "35: every entitlement that takes protection away is named",
    arguments: [
      "com.apple.security.cs.disable-library-validation", "com.apple.security.cs.allow-dyld-environment-variables",
      "com.apple.security.get-task-allow", "com.apple.security.cs.allow-unsigned-executable-memory",
      "com.apple.security.cs.disable-executable-page-protection",
    ])
  func weakening(entitlement: String) {
    func codes(_ value: String) -> Set<String> {
      MachOJudging()(Self.signed { $0.entitlements = Self.entitlements("<key>\(entitlement)</key><\(value)/>") }).allCodes
    }
    #expect(codes("true").contains("apple.hardening.weakened"))
    #expect(!codes("false").contains("apple.hardening.weakened"))
  }

  @Test("33: re-signed by another it is that signer's, stripped it is unsigned") func signedAgain() {
    let injected = Self.image.with { $0.dylibs.append(.init("/tmp/x.dylib")) }
    #expect(MachOJudging()(injected.build()).state == .unsigned)
    let adhoc = MachOJudging()(injected.sign(Self.adhoc))
    #expect(adhoc.state == .untrusted && adhoc.allCodes.contains("apple.signer.adhoc"))
    let other = MachOJudging()(
      injected.sign(
        Self.signature.with { ($0.identity, $0.team) = (AppleTestCA.developer("Mallory Ltd", unit: "MALLORY001"), "MALLORY001") }))
    #expect(other.state == .trusted && other.signatures.map(\.teamID) == ["MALLORY001"])
  }

  @Test("revocation lists and answers that a signature brings along count") func broughtEvidence() {
    let identity = AppleTestCA.developer()
    func state(_ date: MakerTime) -> (State, Set<String>) {
      let list = RevocationListSpec(AppleTestCA.authority(), [.init(identity.leaf.serial, date)]).encode()
      let report = MachOJudging()(
        Self.signed {
          $0.time = MakerTime(2026, 3, 2)
          $0.editSignedData = { $0.revocationLists = [list, RevocationListSpec(AppleTestCA.root).encode()] }
        })
      return (report.state, report.allCodes)
    }
    #expect(state(MakerTime(2026, 2, 1)).0 == .revoked)
    let after = state(MakerTime(2026, 5, 1))
    #expect(after.0 == .trusted && !after.1.contains("pki.revocation.not-established"))
  }
}
