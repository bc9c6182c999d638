import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI
import Testing

/// Profiles: whose signature makes them count, and whether the one in a bundle is for its program.
struct ProfileTests {
  private func context(_ bundle: String = "apple") -> TrustContext {
    let anchors = [TestCA.codeRoot, TestCA.timeRoot].map { root in
      var budget = Budget()
      guard let read = try? Certificate(encoded: root.der[...], &budget) else { preconditionFailure("the maker's own") }
      return TrustAnchor(read, bundle: bundle)
    }
    return TrustContext(trust: TrustStore(anchors: anchors), now: MachOJudging.now)
  }

  private func assess(_ octets: [UInt8], _ name: String, _ bundle: String = "apple") throws -> Report {
    var work = Work()
    return Assessor().assess(
      try Artifact(target: name, name: name, source: MemorySource(octets)), in: context(bundle), &work)
  }

  @Test func marksDecideUnderApplesRoot() throws {
    let plist = ProfileSpec.provisioning()
    let cases: [(String, TestIdentity, State)] = [
      ("marked", ProfileSpec.issuer(), .trusted), ("leaf not marked", ProfileSpec.issuer(leafMarkers: []), .wrongUsage),
      ("issuer not marked", ProfileSpec.issuer(authorityMarkers: []), .wrongUsage),
      ("a developer", AppleTestCA.developer(), .wrongUsage), ("self-signed", TestCA.selfSigned(), .untrusted),
    ]
    for (what, signer, wanted) in cases {
      let report = try assess(ProfileSpec.sign(plist, signer), "a.provisionprofile")
      #expect(report.state == wanted, "\(what): \(report.state) \(report.allCodes)")
      #expect((report.signatures.first?.signer != nil) == (wanted == .trusted), "\(what)")
    }
    // An operator's anchor signs for what the operator says; Microsoft's programme does not.
    let own = ProfileSpec.sign(plist, AppleTestCA.developer())
    #expect(try assess(own, "a.mobileprovision", "corp").state == .trusted)
    #expect(try assess(own, "a.mobileprovision", "microsoft").state == .untrusted)
    // A configuration profile may be signed for any purpose.
    let settings = ProfileSpec.sign(ProfileSpec.configuration(), AppleTestCA.developer(markers: []))
    #expect(try assess(settings, "a.mobileconfig").state == .trusted)
  }

  /// A timestamp of just any authority would let a stolen key sign for the past.
  @Test func onlyApplesTimestampsCountUnderApplesRoot() throws {
    let old = AppleTestCA.developer(markers: ["1.2.840.113635.100.4.11"], authorityMarkers: ["1.2.840.113635.100.6.2.1"]) {
      $0.notAfter = MakerTime(2026, 6, 1)
    }
    let octets = ProfileSpec.sign(ProfileSpec.provisioning(), old) { data in
      data.signers[0].unsignedAttributes = {
        [CMSAttribute("1.2.840.113549.1.9.16.2.14", TimeStampSpec(at: MakerTime(2026, 3, 2)).token(over: $0))]
      }
    }
    let apples = MachOJudging().judged(octets, name: "a.provisionprofile")
    #expect(apples.state == .trusted && apples.signatures.first?.time.source == .rfc3161, "\(apples.allCodes)")
    let others = MachOJudging(timeBundle: "corp").judged(octets, name: "a.provisionprofile")
    #expect(others.state == .expired && others.allCodes.contains("apple.timestamp.foreign"), "\(others.allCodes)")
  }

  /// A ticket inside the program's signature does not keep the profile from being compared.
  @Test func theProfileIsComparedUnderATicketToo() throws {
    let profile = ProfileSpec.sign(ProfileSpec.provisioning(identifier: "ASSAYTEAM1.com.other"), ProfileSpec.issuer())
    let sample = AppSample().with {
      $0.contents.rules2.append(("^embedded\\.provisionprofile$", "<dict><key>weight</key><real>20</real></dict>"))
      $0.contents.nodes["embedded.provisionprofile"] = .file(profile)
    }
    let stapled = sample.with {
      $0.signature.editBlobs = { $0 + [(0x10002, BigEndian.blob(0xFADE_0B01, TestTicket.naming([Hash.sha1([1])])))] }
    }
    let (plain, under) = (try sample.assess().allCodes, try stapled.assess().allCodes)
    #expect(plain.contains("bundle.profile.identifier") && under.contains("bundle.profile.identifier"), "\(under.sorted())")
    #expect(under.contains("apple.ticket.foreign"))
  }

  @Test func anExpiredProfileIsTold() throws {
    let old = ProfileSpec.sign(ProfileSpec.provisioning(expires: "2026-01-01T00:00:00Z"), ProfileSpec.issuer())
    let report = try assess(old, "a.provisionprofile")
    #expect(report.state == .trusted && report.allCodes.contains("profile.expired"))
  }

  @Test func everyOctetOfTheContentIsCovered() throws {
    let content = ProfileSpec.configuration()
    let octets = ProfileSpec.sign(content, TestCA.code("Assay Example Ltd"))
    let start = try #require(octets.indices.first { octets[$0...].starts(with: content) })
    for place in start..<(start + content.count) {
      var changed = octets
      changed[place] ^= 0x01
      let state = try assess(changed, "a.mobileconfig").state
      #expect(state == .tampered || state == .malformed, "octet \(place - start): \(state)")
    }
    for count in Swift.stride(from: 0, to: octets.count, by: 23) {
      #expect(try assess(Array(octets[..<count]), "a.mobileconfig").state == .malformed, "cut at \(count)")
    }
    #expect(try assess(octets + [0], "a.mobileconfig").allCodes.contains("profile.content.trailing"))
  }

  @Test func theProfileOfABundleIsComparedWithItsCode() throws {
    let vendor = AppleTestCA.developer()
    let leaf = vendor.leaf.der
    func codes(_ profile: [UInt8]?) throws -> (State, Set<String>) {
      let spec = BundleSpec(signer: vendor).with {
        $0.rules2.append(("^embedded\\.provisionprofile$", "<dict><key>weight</key><real>20</real></dict>"))
        if let profile { $0.nodes["embedded.provisionprofile"] = .file(profile) }
      }
      var tree = MemoryTree()
      for (path, node) in spec.build() {
        switch node {
        case .file(let octets): tree[path] = .file(octets)
        case .link(let target): tree[path] = .link(target)
        }
      }
      var work = Work()
      let report = Assessor().assess(
        try Artifact(target: "A.bundle", name: "A.bundle", folder: TreePlace(tree)), in: context(), &work)
      return (report.state, report.allCodes.filter { $0.contains("profile") && $0 != "apple.signer.profile" })
    }
    func signed(_ content: [UInt8]) -> [UInt8] { ProfileSpec.sign(content, ProfileSpec.issuer()) }
    let fitting = ProfileSpec.provisioning(certificates: [leaf])
    let cases: [(String, [UInt8]?, Set<String>)] = [
      ("none", nil, []),
      // The bundle's signature names no team.
      ("fitting", signed(fitting), ["bundle.profile.team"]),
      (
        "another program", signed(ProfileSpec.provisioning(identifier: "ASSAYTEAM1.com.other", certificates: [leaf])),
        ["bundle.profile.team", "bundle.profile.identifier"]
      ), ("no certificate", signed(ProfileSpec.provisioning()), ["bundle.profile.team", "bundle.profile.certificate"]),
      (
        "ended", signed(ProfileSpec.provisioning(certificates: [leaf], expires: "2025-01-01T00:00:00Z")),
        ["bundle.profile.team", "profile.expired"]
      ), ("plain", fitting, ["bundle.profile.signature"]),
      ("signed by the developer", ProfileSpec.sign(fitting, vendor), ["bundle.profile.team", "bundle.profile.signature"]),
      ("garbage", [0x30, 0x80], ["bundle.profile.unreadable"]),
    ]
    for (what, profile, wanted) in cases {
      let (state, found) = try codes(profile)
      #expect(found == wanted, "\(what): \(found)")
      #expect(state == .trusted, "\(what): warnings leave the state: \(state)")
    }
  }
}
