import AssayBytes
import AssayCore
import AssayMaker
import AssayPKI
import AssayTrustData
import Testing

/// Lists signed by a made authority, against a bundle that trusts it as Microsoft's roots are trusted.
@Suite struct TrustUpdateTests {
  static let now = Moment(secondsSince1970: 1_795_392_000)  // 2026-11-23

  /// Who signs lists: root, authority, signer with the usage that it needs.
  static func signer(
    _ usage: String? = TrustListSpec.rootList, root: TestCertificate = TestCA.codeRoot, key: TestKey = .fixed(6)
  ) -> TestIdentity {
    let spec = CertificateSpec(subject: Name(commonName: "Assay Test List Publisher", country: "XX")).with {
      $0.extensions =
        [.basicConstraints(ca: false), .keyUsage(.digitalSignature)] + (usage.map { [.extendedKeyUsage([$0])] } ?? [])
    }
    return TestIdentity(leaf: .issue(spec, key: key, by: root), intermediates: [], root: root)
  }

  static func anchor(_ certificate: TestCertificate) throws -> TrustAnchor {
    var budget = Budget()
    return TrustAnchor(try Certificate(encoded: certificate.der[...], &budget), bundle: "microsoft")
  }

  /// The list's signer's root, a root that lists may name, and one that none names.
  static func bundle(sequence: String? = "1400", date: String? = "2026-09-01") throws -> TrustBundle {
    let unlisted = try anchor(TestCA.timeIntermediate)
    return TrustBundle(
      name: "microsoft", origin: "test", date: date.flatMap { Moment(rfc3339: $0) }, sequenceNumber: sequence,
      anchors: AnchorSet([try anchor(TestCA.codeRoot), try anchor(TestCA.timeRoot), unlisted]), unlisted: AnchorSet([unlisted]))
  }

  static func sha1(_ certificate: TestCertificate) -> [UInt8] { DigestAlgorithm.sha1.digest(certificate.der) }

  static var list: TrustListSpec {
    TrustListSpec([
      .init(sha1(TestCA.codeRoot)),
      .init(
        sha1(TestCA.timeRoot), [(9, DER.seq(DER.oid(Purpose.timeStamping))), (104, TrustListSpec.time(MakerTime(2030, 1, 1)))]),
      .init([UInt8](repeating: 1, count: 20)),
    ])
  }

  static func apply(_ bytes: [UInt8], to bundle: TrustBundle? = nil, now: Moment = now) throws -> TrustUpdate {
    var work = Work()
    return try TrustUpdate.apply(bytes[...], to: bundle ?? (try TrustUpdateTests.bundle()), origin: "authroot.stl", now: now, &work)
  }

  @Test func rootsAreMerged() throws {
    let update = try Self.apply(Self.list.signed(SignerSpec(Self.signer())))
    #expect(update.kind == .roots && update.entryCount == 3 && update.unknownCount == 1)
    #expect(update.sequenceNumber == "1401" && update.bundle.sequenceNumber == "1401")
    #expect(update.date == Moment(rfc3339: "2026-10-01") && update.bundle.date == update.date)
    #expect(update.signer.contains("Assay Test List Publisher"))
    #expect(update.bundle.anchors.count == 3)
    let time = try #require(update.bundle.anchors.named(TestCA.timeRoot.subject.der[...]).first)
    #expect(time.limits.allowedUsages == ["1.3.6.1.5.5.7.3.8"])
    #expect(time.limits.disabledFrom == Moment(rfc3339: "2030-01-01"))
  }

  /// A root that a newer list has no more is no anchor any more; what no list governs stays.
  @Test func rootsAreRemoved() throws {
    var spec = Self.list
    spec.subjects.removeLast(2)
    let update = try Self.apply(spec.signed(SignerSpec(Self.signer())))
    #expect(update.bundle.anchors.named(TestCA.timeRoot.subject.der[...]).isEmpty)
    #expect(update.bundle.anchors.named(TestCA.timeIntermediate.subject.der[...]).count == 1)
    #expect(update.bundle.anchors.count == 2)
  }

  @Test func theSameListAgain() throws {
    let bytes = Self.list.signed(SignerSpec(Self.signer()))
    let first = try Self.apply(bytes)
    let second = try Self.apply(bytes, to: first.bundle)
    #expect(second.bundle.sequenceNumber == "1401")
  }

  static func code(_ body: () throws -> TrustUpdate) -> String {
    do {
      let update = try body()
      return "accepted \(update.kind)"
    } catch {
      return (error as? ParseError)?.code ?? "\(error)"
    }
  }

  @Test func olderLists() throws {
    let bytes = Self.list.signed(SignerSpec(Self.signer()))
    #expect(Self.code { try Self.apply(bytes, to: Self.bundle(sequence: "1402")) } == "trust.list.older")
    #expect(Self.code { try Self.apply(bytes, to: Self.bundle(sequence: "020000")) } == "trust.list.older")
    #expect(Self.code { try Self.apply(bytes, to: Self.bundle(sequence: nil, date: "2026-10-02")) } == "trust.list.older")
    #expect(Self.code { try Self.apply(bytes, to: Self.bundle(sequence: nil, date: nil)) } == "accepted roots")
    #expect(Self.code { try Self.apply(bytes, now: Moment(secondsSince1970: 1_700_000_000)) } == "trust.list.future")
  }

  @Test func noLists() throws {
    let signed = SignedDataSpec(content: .octets([1, 2, 3]), signers: [SignerSpec(TestCA.code())]).encode()
    var catalog = Self.list
    catalog.usages = ["1.3.6.1.4.1.311.12.1.1"]
    var sha512 = Self.list
    sha512.algorithm = Hash.sha512.oid
    for bytes in [[], Array("no list at all".utf8), TestCA.codeRoot.der, signed, Self.list.encode()] {
      #expect(Self.code { try Self.apply(bytes) } == "trust.list.format")
    }
    #expect(Self.code { try Self.apply(catalog.signed(SignerSpec(Self.signer()))) } == "trust.list.format")
    #expect(Self.code { try Self.apply(sha512.signed(SignerSpec(Self.signer()))) } == "trust.list.format")
  }

  @Test func foreignSigners() throws {
    let rejected = "trust.list.signature"
    // Usage of another kind, none, another root of the same name, its own root, and a list nobody signed.
    for signer in [
      Self.signer(Purpose.codeSigning), Self.signer(nil), Self.signer(root: TestCA.rogueRoot), TestCA.selfSigned(),
    ] {
      #expect(Self.code { try Self.apply(Self.list.signed(SignerSpec(signer))) } == rejected)
    }
    var spec = SignedDataSpec(content: .value(Self.list.encode()), signers: [])
    spec.contentType = TrustListSpec.contentType
    #expect(Self.code { try Self.apply(spec.encode()) } == rejected)
    // Usages of root programmes hold for list signers too.
    var limited = try Self.bundle()
    var anchor = try Self.anchor(TestCA.codeRoot)
    anchor.limits.allowedUsages = ["1.3.6.1.5.5.7.3.3"]
    limited = TrustBundle(name: "microsoft", origin: "test", date: nil, anchors: AnchorSet([anchor]))
    #expect(Self.code { try Self.apply(Self.list.signed(SignerSpec(Self.signer())), to: limited) } == rejected)
  }

  @Test func tamperedLists() throws {
    let bytes = Self.list.signed(SignerSpec(Self.signer()))
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: Self.sha1(TestCA.timeRoot)) })
    var other = bytes
    other[place] ^= 1
    #expect(Self.code { try Self.apply(other) } == "trust.list.signature")
    // Whatever octet is changed, the list is never taken for another one.
    for index in stride(from: 0, to: bytes.count, by: 7) {
      var other = bytes
      other[index] ^= 0x10
      if let update = try? Self.apply(other) {
        #expect(update.sequenceNumber == "1401" && update.entryCount == 3 && update.unknownCount == 1, "octet \(index)")
      }
    }
  }

  @Test func denyLists() throws {
    var spec = TrustListSpec([
      .init(DigestAlgorithm.sha256.digest([1])), .init(DigestAlgorithm.md5.digest(TestCA.rogueRoot.key.publicKeyBits)),
    ])
    spec.usages = [TrustListSpec.disallowedList]
    spec.algorithm = TrustListSpec.disallowedHash
    let bytes = spec.signed(SignerSpec(Self.signer(TrustListSpec.disallowedList)))
    let update = try Self.apply(bytes)
    #expect(update.kind == .disallowed && update.entryCount == 2 && update.kind.fileName == "disallowedcert.stl")
    #expect(update.bundle.sequenceNumber == "1400" && update.bundle.denyList?.sequenceNumber == "1401")
    var trust = TrustStore([update.bundle.anchors])
    trust.disallowed = update.bundle.disallowed
    var budget = Budget()
    let rogue = try Certificate(encoded: TestCA.rogueRoot.der[...], &budget)
    #expect(trust.refusal(of: rogue) == "authroot.stl of 2026-10-01T00:00:00Z")
    #expect(trust.refusal(of: TrustAnchor(rogue, bundle: "x")) != nil)
    #expect(trust.refusal(of: try Certificate(encoded: TestCA.codeRoot.der[...], &budget)) == nil)
    // An older deny list is refused by its own number, not by that of the roots.
    spec.sequence = [0x13, 0x00]
    let older = spec.signed(SignerSpec(Self.signer(TrustListSpec.disallowedList)))
    #expect(Self.code { try Self.apply(older) } == "accepted disallowed")
    #expect(Self.code { try Self.apply(older, to: update.bundle) } == "trust.list.older")
    spec.subjects.append(.init([1, 2, 3]))
    #expect(
      Self.code { try Self.apply(spec.signed(SignerSpec(Self.signer(TrustListSpec.disallowedList)))) } == "trust.list.format")
  }

  /// TBSCertificate digests, as CERT_SIGNATURE_HASH_PROP_ID.
  @Test func refusalByTBSDigest() throws {
    var budget = Budget()
    let certificate = try Certificate(encoded: TestCA.codeIntermediate.der[...], &budget)
    for key in [certificate.tbsDigest(.sha256), certificate.fingerprint(.sha1), certificate.fingerprint(.sha256)] {
      var trust = TrustStore()
      trust.disallowed = [key: "why"]
      #expect(trust.refusal(of: certificate) == "why")
    }
    var trust = TrustStore()
    trust.disallowed = [certificate.tbsDigest(.sha384): "why"]
    #expect(trust.refusal(of: certificate) == nil)
  }
}
