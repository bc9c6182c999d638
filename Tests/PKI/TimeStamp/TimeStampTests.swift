import AssayBytes
import AssayMaker
import AssayPKI
import Testing

@Suite struct TimeStampTests {
  static let now = RevocationLab.moment(2026, 11, 23)
  static let time = MakerTime(2024, 6, 15, 12, 30, 5)
  static let moment = Moment(secondsSince1970: Int64(time.seconds))
  static let authenticode: OID = "1.3.6.1.4.1.311.3.3.1"

  static func trust(_ roots: [TestCertificate] = [TestCA.timeRoot]) throws -> TrustStore {
    TrustStore(anchors: try roots.map { TrustAnchor(try RevocationLab.certificate($0), bundle: "test") })
  }

  /// Checks of the timestamps on a signature that carries these attributes.
  static func check(
    _ attributes: @escaping @Sendable ([UInt8]) -> [AssayMaker.CMSAttribute], bag: [TestCertificate] = [], trust: TrustStore? = nil,
    evidence: RevocationEvidence = RevocationEvidence(), now: Moment = now, tokenAttributes: [OID] = [authenticode]
  ) throws -> [TimeStampCheck] {
    let encoded = SignedDataTests.spec {
      $0.signers[0].unsignedAttributes = attributes
      $0.extraCertificates = bag.map(\.der)
    }.encode()
    let data = try SignedDataTests.parse(encoded)
    var work = Work()
    return try #require(data.signerInfos.first).checkTimeStamps(
      tokenAttributes: tokenAttributes, certificates: data.certificates, trust: try trust ?? Self.trust(), now: now,
      revocation: evidence, &work)
  }

  static func token(
    _ identity: TestIdentity = TestCA.time(), _ change: (inout TimeStampSpec) -> Void = { _ in }
  ) -> @Sendable ([UInt8]) -> [AssayMaker.CMSAttribute] {
    var spec = TimeStampSpec(identity, at: time)
    change(&spec)
    let made = UncheckedBox(spec)
    return { [made.value.attribute(over: $0)] }
  }

  static func countersignature(
    _ identity: TestIdentity = TestCA.time(), _ change: (inout CountersignatureSpec) -> Void = { _ in }
  ) -> @Sendable ([UInt8]) -> [AssayMaker.CMSAttribute] {
    var spec = CountersignatureSpec(identity, at: time)
    change(&spec)
    let made = UncheckedBox(spec)
    return { [made.value.attribute(over: $0)] }
  }

  static func bag(_ identity: TestIdentity = TestCA.time()) -> [TestCertificate] { [identity.leaf] + identity.intermediates }

  static func codes(_ checks: [TimeStampCheck]) -> [String] { checks.flatMap { $0.failures.map(\.code) } }

  // MARK: RFC 3161

  @Test func aTokenVouchesForItsTime() throws {
    let checks = try Self.check(Self.token())
    let check = try #require(checks.first)
    #expect(checks.count == 1)
    #expect(Self.codes(checks) == [])
    #expect(check.verified?.moment == Self.moment)
    #expect(check.verified?.source == .rfc3161)
    #expect(check.verified?.digest == .sha256)
    #expect(check.verified?.authority.isValid == true)
    #expect(check.authorityName == "Assay Test Time Stamp Authority")
    #expect(check.policy == "1.3.6.1.4.1.4146.2.3")
    #expect(check.notes == [])
  }

  @Test func fieldsOfTheTokenAreRead() throws {
    var spec = TimeStampSpec(at: Self.time)
    spec.nonce = 77
    spec.accuracySeconds = 2
    var budget = Budget()
    let token = try TimeStampToken(encoded: spec.token(over: [1])[...], &budget)
    #expect(token.info.genTime == Self.moment)
    #expect(token.info.accuracyMicroseconds == 2_000_000)
    #expect(token.info.nonce.map(Array.init) == [77])
    #expect(token.info.ordering == false)
    let response = try TimeStampToken(response: spec.response(over: [1])[...], &budget)
    #expect(response.info.imprint == token.info.imprint)
    #expect(throws: ParseError.self) { try TimeStampToken(response: DER.seq(DER.seq(DER.int(2)))[...], &budget) }
  }

  /// Each change spoils the token in one way; it is reported and no time is verified.
  @Test(arguments: [
    ("imprint of something else", "pki.timestamp.imprint"), ("broken signature", "pki.timestamp.signature"),
    ("changed TSTInfo", "pki.timestamp.message-digest"), ("no usage", "pki.timestamp.usage"),
    ("usage for code", "pki.timestamp.usage"), ("another certificate named", "pki.timestamp.certificate-binding"),
    ("other content type", "pki.timestamp.malformed"), ("two signers", "pki.timestamp.signers"),
    ("no certificate", "pki.timestamp.certificate-missing"), ("expired authority", "pki.timestamp.path-expired"),
    ("later than now", "pki.timestamp.future"),
  ])
  func oneChangeFailsTheToken(_ change: String, _ code: String) throws {
    var identity = TestCA.time()
    switch change {
    case "no usage": identity = TestCA.time { $0.extensions.removeLast() }
    case "usage for code":
      identity = TestCA.time { $0.extensions[2] = .extendedKeyUsage([Purpose.codeSigning], critical: true) }
    case "expired authority": identity = TestCA.time { $0.notAfter = MakerTime(2023, 1, 1) }
    default: break
    }
    let checks = try Self.check(
      Self.token(identity) { spec in
        switch change {
        case "imprint of something else": spec.imprint = Hash.sha256([1, 2, 3])
        case "broken signature": spec.editSigner = { $0.breaksSignature = true }
        case "changed TSTInfo": spec.editSigner = { $0.messageDigest = Hash.sha256([9]) }
        case "another certificate named":
          spec.hasSigningCertificate = false
          spec.editSigner = { signer in
            signer.editSignedAttributes = { $0 + [.signingCertificateV2(TestCA.code().leaf.der)] }
          }
        case "other content type": spec.contentType = "1.2.840.113549.1.7.1"
        case "two signers": spec.editSignedData = { $0.signers.append($0.signers[0]) }
        case "no certificate": spec.editSignedData = { $0.certificates = [TestCA.timeIntermediate.der] }
        case "later than now": spec.genTime = MakerTime(2026, 11, 23, 0, 0, 1)
        default: break
        }
      })
    #expect(checks.first?.verified == nil)
    #expect(Self.codes(checks).contains(code), "\(Self.codes(checks))")
  }

  @Test func anAuthorityThatNobodyTrustsDoesNotCount() throws {
    let checks = try Self.check(Self.token(), trust: try Self.trust([TestCA.codeRoot]))
    #expect(checks.first?.verified == nil)
    #expect(checks.first?.claimed == Self.moment)
    #expect(Self.codes(checks) == ["pki.timestamp.path-issuer-missing"])
  }

  @Test func aRevokedAuthorityDoesNotCount() throws {
    let identity = TestCA.time()
    func evidence(_ date: MakerTime) -> RevocationEvidence {
      var evidence = RevocationEvidence()
      evidence.crls = [RevocationListSpec(TestCA.timeIntermediate, [.init(identity.leaf.serial, date)]).encode()[...]]
      return evidence
    }
    let before = try Self.check(Self.token(identity), evidence: evidence(MakerTime(2024, 1, 1)))
    #expect(before.first?.verified == nil)
    #expect(before.first?.failures.map(\.kind) == [.revoked])
    let after = try Self.check(Self.token(identity), evidence: evidence(MakerTime(2025, 1, 1)))
    #expect(after.first?.verified?.moment == Self.moment)
  }

  /// RFC 3161 2.3 wants the usage alone and critical, 2.4.2 wants the certificate named; old authorities do neither.
  @Test func leniencesAreNoted() throws {
    let identity = TestCA.time { $0.extensions[2] = .extendedKeyUsage([Purpose.timeStamping, Purpose.codeSigning]) }
    let checks = try Self.check(Self.token(identity) { $0.hasSigningCertificate = false })
    #expect(checks.first?.verified != nil)
    #expect(checks.first?.notes.count == 3)
  }

  @Test func everyTokenIsReported() throws {
    let good = Self.token()
    let bad = Self.token { $0.imprint = Hash.sha256([1]) }
    let legacy = Self.countersignature()
    let checks = try Self.check({ good($0) + bad($0) + legacy($0) }, bag: Self.bag())
    #expect(checks.filter { $0.verified != nil }.count == 2)
    #expect(checks.count == 3)
  }

  @Test func otherAttributesAreNotTokens() throws {
    let token = Self.token()
    #expect(try Self.check(token, tokenAttributes: [SignerInfo.tokenAttribute]).isEmpty)
  }

  @Test func garbageIsAFailureNotSilence() throws {
    let checks = try Self.check({ _ in
      [
        AssayMaker.CMSAttribute("1.3.6.1.4.1.311.3.3.1", DER.seq(DER.int(1))),
        AssayMaker.CMSAttribute("1.2.840.113549.1.9.6", DER.octets([1])),
      ]
    })
    #expect(checks.count == 2)
    #expect(checks.allSatisfy { $0.verified == nil && $0.failures.map(\.code) == ["pki.timestamp.malformed"] })
  }

  // MARK: legacy countersignature

  @Test(arguments: [Hash.sha1, .sha256]) func aCountersignatureVouchesForItsTime(_ hash: Hash) throws {
    let checks = try Self.check(Self.countersignature { $0.digest = hash }, bag: Self.bag())
    #expect(Self.codes(checks) == [])
    #expect(checks.first?.verified?.moment == Self.moment)
    #expect(checks.first?.verified?.source == .authenticode)
  }

  @Test(arguments: [
    ("other signature", "pki.timestamp.message-digest"), ("broken signature", "pki.timestamp.signature"),
    ("no signingTime", "pki.timestamp.time-missing"), ("two signingTimes", "pki.timestamp.time-missing"),
    ("no attributes", "pki.timestamp.attributes"), ("code signer", "pki.timestamp.usage"),
    ("other content type", "pki.timestamp.attributes"), ("certificate not in the bag", "pki.timestamp.certificate-missing"),
  ])
  func oneChangeFailsTheCountersignature(_ change: String, _ code: String) throws {
    let identity = change == "code signer" ? TestCA.code() : TestCA.time()
    let checks = try Self.check(
      Self.countersignature(identity) { spec in
        switch change {
        case "other signature": spec.messageDigest = Hash.sha1([1])
        case "broken signature": spec.editSigner = { $0.breaksSignature = true }
        case "no signingTime": spec.editSigner = { $0.editSignedAttributes = { $0 } }
        case "two signingTimes":
          spec.editSigner = { $0.editSignedAttributes = { $0 + [.signingTime(Self.time), .signingTime(Self.time)] } }
        case "no attributes": spec.editSigner = { $0.hasSignedAttributes = false }
        case "other content type":
          spec.editSigner = {
            $0.editSignedAttributes = { [.contentType("1.2.3")] + $0.dropFirst() + [.signingTime(Self.time)] }
          }
        default: break
        }
      }, bag: change == "certificate not in the bag" ? [] : Self.bag(identity),
      trust: try Self.trust([TestCA.timeRoot, TestCA.codeRoot]))
    #expect(checks.first?.verified == nil)
    #expect(Self.codes(checks).contains(code), "\(Self.codes(checks))")
  }

  /// Made with `openssl pkeyutl -sign` and fixed key 9 over the SHA-1 of the attributes below, without DigestInfo.
  private static let bareSignature =
    "6e8ed2a5c7191fd213a11ceb8dd3ffcb27321ce7d8daea7430f851500d803bebccdc80afdc042d0f7ce6291eb2c64e19929c499e22e77094"
    + "3b78a317799f28f4503843a2177f01df9c4773f50aae123cd79cfafdda787554441bbc48cbc09df0c6380737f4a3df8682f4228abdccc0fd"
    + "78c493048647e7264ac233c8dff8961a8e29d92ee56d1845a8408b71f85d367a55a525d6c506e6815743f1dcb1c3723bdf408e1841f8498f"
    + "282d0777911db1f0d5a0487013ce0d154187994cf97758b0730dfd348b80431f84602495563d6a1324325aa8562fd1c169dff209af71ca5c"
    + "342878bfd98e13a2fc820779199a40dda08be4268b1b0ad90060672a5bf79b9c"

  /// A SignerInfo as Symantec's legacy authority made it, over `octets`.
  private static func bareSigner(over octets: [UInt8]) -> [UInt8] {
    let attributes = [
      AssayMaker.CMSAttribute.contentType("1.2.840.113549.1.7.1"), .signingTime(time), .messageDigest(Hash.sha1(octets)),
    ].map(\.der)
    return DER.seq(
      DER.int(1), TestCA.time().leaf.issuerAndSerial, Hash.sha1.algorithm, DER.value(0xA0, DER.sorted(attributes)),
      DER.seq(DER.oid("1.2.840.113549.1.1.1"), DER.null), DER.octets(Hex.decode(bareSignature) ?? []))
  }

  @Test func aBareDigestPassesInACountersignatureOnly() throws {
    let checks = try Self.check(
      { [AssayMaker.CMSAttribute("1.2.840.113549.1.9.6", Self.bareSigner(over: $0))] }, bag: Self.bag())
    #expect(Self.codes(checks) == [])
    #expect(checks.first?.verified?.moment == Self.moment)

    let signature = Array(try #require(try SignedDataTests.parse(SignedDataTests.spec().encode()).signerInfos.first).signature)
    var budget = Budget()
    var reader = ASN1Reader(Self.bareSigner(over: signature)[...], rules: .ber)
    let signer = try SignerInfo(&reader, &budget)
    let check = try signer.check(
      contentType: "1.2.840.113549.1.7.1", contentOctets: signature[...],
      certificates: [try RevocationLab.certificate(TestCA.time().leaf)], &budget)
    #expect(SignerCheckTests.problems(check) == ["signature failed"])
  }

  @Test func aSigningTimeThatNobodyCountersignedIsNoTimestamp() throws {
    let encoded = SignedDataTests.spec { $0.signers[0].editSignedAttributes = { $0 + [.signingTime(Self.time)] } }.encode()
    let signer = try #require(try SignedDataTests.parse(encoded).signerInfos.first)
    #expect(signer.claimedSigningTime == Self.moment)
    var work = Work()
    let checks = signer.checkTimeStamps(
      tokenAttributes: [Self.authenticode], certificates: [], trust: try Self.trust(), now: Self.now,
      revocation: RevocationEvidence(), &work)
    #expect(checks.isEmpty)
  }

  @Test func theBudgetEndsIt() throws {
    let many = Self.token()
    let encoded = SignedDataTests.spec { $0.signers[0].unsignedAttributes = { many($0) } }.encode()
    let signer = try #require(try SignedDataTests.parse(encoded).signerInfos.first)
    var work = Work(budget: Budget(signatureChecks: 0))
    let checks = signer.checkTimeStamps(
      tokenAttributes: [Self.authenticode], certificates: [], trust: try Self.trust(), now: Self.now,
      revocation: RevocationEvidence(), &work)
    #expect(checks.count == 1)
    #expect(checks.first?.verified == nil)
    #expect(Self.codes(checks) == ["pki.timestamp.limit"])
  }
}

/// Test specifications hold closures that are not marked Sendable; each is used by one test only.
private struct UncheckedBox<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
