import AssayBytes
import AssayCore
import AssayPKI
import AssayTrustData
import Testing

@Suite struct BuiltinTrustTests {
  @Test func everyAnchorIsFoundByItsName() throws {
    for bundle in BuiltinTrust.bundles {
      let all = bundle.anchors.all()
      #expect(all.count == bundle.anchors.count)
      #expect(Set(all.map(\.sha256)).count == all.count)
      for anchor in all {
        #expect(bundle.anchors.named(anchor.subject.encoded).contains(anchor), "\(anchor.name)")
        #expect(!anchor.subject.isOpaque, "\(anchor.name)")
        #expect(anchor.sha1.count == 20 && anchor.sha256.count == 32)
        #expect(anchor.tbsDigests.allSatisfy { $0.key.byteCount == $0.value.count } && anchor.tbsDigests.count == 3)
      }
    }
  }

  /// A root whose key cannot be read could never verify anything: none is known.
  @Test func everyAnchorHasAKeyThatIsOffered() {
    let opaque = BuiltinTrust.bundles.flatMap { $0.anchors.all() }.filter {
      if case .opaque = PublicKey(spki: $0.spki).kind { return true }
      return false
    }
    #expect(opaque.map(\.name) == [])
  }

  @Test func unknownNames() {
    let set = BuiltinTrust.bundles[0].anchors
    #expect(set.named([]).isEmpty)
    #expect(set.named([0x30, 0x00]).isEmpty)
    #expect(BuiltinTrust.bundle("Microsoft") == nil)
  }

  @Test func microsoft() throws {
    let bundle = try #require(BuiltinTrust.bundle("microsoft"))
    #expect(bundle.anchors.count == 557)
    #expect(bundle.date == Moment(rfc3339: "2026-10-23T23:18:35Z"))
    #expect(bundle.sequenceNumber == "1401dd6344d40f0a15")
    let roots = Dictionary(grouping: bundle.anchors.all(), by: { Hex.encode($0.sha1) }).mapValues { $0[0] }
    // Microsoft Root Certificate Authority 2010: no limit at all.
    #expect(try #require(roots["3b1efd3a66ea28b16697394703a72ca340a05bd5"]).limits == TrustAnchor.Limits())
    // Thawte Timestamping CA: for stamps only, closed in 2021, off in 2023.
    let thawte = try #require(roots["be36a4562fb2ee05dbb3d32323adf445084ed656"])
    #expect(thawte.name == "Thawte Timestamping CA")
    #expect(thawte.limits.allowedUsages == ["1.3.6.1.5.5.7.3.8"])
    #expect(thawte.limits.disabledFrom == Moment(rfc3339: "2023-02-01") && thawte.limits.disabledUsages == nil)
    #expect(thawte.limits.issuedBefore == Moment(rfc3339: "2021-02-01") && thawte.limits.issuedBeforeUsages == nil)
    // VeriSign Class 3 Public Primary CA - G5: an empty date takes an earlier limit back.
    let verisign = try #require(roots["4eb6d578499b1ccf5f581ead56be3d9b6744a5e5"])
    #expect(verisign.limits.disabledFrom == nil && verisign.limits.issuedBefore == Moment(rfc3339: "2021-02-01"))
    // Older than the list.
    #expect(try #require(roots["245c97df7514e7cf2df8be72ae957b9e04741e85"]).limits.allowedUsages == ["1.3.6.1.5.5.7.3.8"])
  }
}
