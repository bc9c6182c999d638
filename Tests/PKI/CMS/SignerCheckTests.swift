import AssayBytes
import AssayMaker
import AssayPKI
import Testing

@Suite struct SignerCheckTests {
  static let message = SignedDataTests.message
  private static let contentTypeID = "1.2.840.113549.1.9.3"

  static func check(_ encoded: [UInt8], content: [UInt8]? = nil, certificates: [Certificate]? = nil) throws -> SignerCheck {
    let data = try SignedDataTests.parse(encoded)
    let signer = try #require(data.signerInfos.first)
    var budget = Budget()
    return try signer.check(
      contentType: data.contentType, contentOctets: content.map { $0[...] } ?? data.contentOctets ?? [],
      certificates: certificates ?? data.certificates, &budget)
  }

  static func check(_ change: (inout SignedDataSpec) -> Void) throws -> SignerCheck {
    try check(SignedDataTests.spec(.octets(message), change).encode())
  }

  /// Steps that did not pass, in words.
  static func problems(_ check: SignerCheck) -> [String] {
    check.outcomes.filter { $0.passed != true }.map { "\($0.step.rawValue) \($0.passed == nil ? "unknown" : "failed")" }
  }

  @Test(arguments: [Hash.sha1, .sha256, .sha384, .sha512])
  func everyDigestPasses(_ hash: Hash) throws {
    let check = try Self.check { $0.signers[0].digest = hash }
    #expect(Self.problems(check).isEmpty)
    #expect(check.isValid)
    #expect(check.outcomes.map(\.step) == [.certificate, .digestAlgorithm, .contentType, .messageDigest, .signature])
  }

  @Test func keysOfOtherKindsPass() throws {
    for key in [TestKey.p256(), .p384()] {
      let check = try Self.check { $0.signers = [SignerSpec(TestCA.code(key: key))] }
      #expect(Self.problems(check).isEmpty, "\(check.outcomes)")
    }
  }

  @Test func keyIdentifierFindsTheCertificate() throws {
    #expect(try Self.check { $0.signers[0].usesKeyIdentifier = true }.isValid)
  }

  /// One change each, and the step that must notice it.
  @Test(arguments: [
    ("other digest", "messageDigest failed"),
    ("broken signature", "signature failed"),
    ("signed with another hash", "signature failed"),
    ("no contentType", "contentType failed"),
    ("contentType of another type", "contentType failed"),
    ("contentType twice", "contentType failed"),
    ("contentType with two values", "contentType failed"),
    ("no messageDigest", "messageDigest failed"),
    ("messageDigest twice", "messageDigest failed"),
    ("messageDigest is no octet string", "messageDigest failed"),
    ("no signed attributes for other content", "contentType failed"),
  ])
  func oneChangeFailsOneStep(_ change: String, _ problem: String) throws {
    let check = try Self.check { spec in
      func edit(_ body: @escaping @Sendable ([AssayMaker.CMSAttribute]) -> [AssayMaker.CMSAttribute]) {
        spec.signers[0].editSignedAttributes = body
      }
      let id = Self.contentTypeID
      let data = DER.oid("1.2.840.113549.1.7.1")
      switch change {
      case "other digest": spec.signers[0].messageDigest = [UInt8](repeating: 7, count: 32)
      case "broken signature": spec.signers[0].breaksSignature = true
      case "signed with another hash": spec.signers[0].signatureHash = .sha512
      case "no contentType": edit { Array($0.dropFirst()) }
      case "contentType of another type": edit { [.contentType("1.2.3")] + $0.dropFirst() }
      case "contentType twice": edit { $0 + [AssayMaker.CMSAttribute(id, data)] }
      case "contentType with two values": edit { [AssayMaker.CMSAttribute(id, data, DER.oid("1.2.3"))] + $0.dropFirst() }
      case "no messageDigest": edit { Array($0.prefix(1)) }
      case "messageDigest twice": edit { $0 + $0.suffix(1) }
      case "messageDigest is no octet string":
        edit { $0.prefix(1) + [AssayMaker.CMSAttribute("1.2.840.113549.1.9.4", DER.int(5))] }
      default:
        spec.signers[0].hasSignedAttributes = false
        spec.contentType = "1.2.3.4"
      }
    }
    #expect(Self.problems(check) == [problem])
    #expect(!check.isValid)
  }

  @Test func mismatchNamesBothDigests() throws {
    let check = try Self.check(SignedDataTests.spec().encode(), content: Self.message + [0])
    let outcome = try #require(check.outcome(.messageDigest))
    #expect(outcome.expected == Hex.encode(Hash.sha256(Self.message)))
    #expect(outcome.found == Hex.encode(Hash.sha256(Self.message + [0])))
    #expect(outcome.clause == "RFC 5652 5.4")
  }

  @Test func withoutAttributesTheContentIsSigned() throws {
    #expect(try Self.check { $0.signers[0].hasSignedAttributes = false }.isValid)
    let encoded = SignedDataTests.spec { $0.signers[0].hasSignedAttributes = false }.encode()
    #expect(Self.problems(try Self.check(encoded, content: Self.message + [0])) == ["signature failed"])
  }

  /// The signed attributes of one signature, presented as the content of a signature without attributes, are signed by the same
  /// octets.
  @Test func attributesDoNotPassAsContent() throws {
    let spec = SignedDataTests.spec()
    let signer = try #require(try SignedDataTests.parse(spec.encode()).signerInfos.first)
    let attributes = Array(try #require(signer.signedAttributesEncoded))
    let forged = DER.seq(
      DER.oid("1.2.840.113549.1.7.2"),
      DER.explicit(
        0,
        DER.seq(
          DER.int(1), DER.setOf([Hash.sha256.algorithm]),
          DER.seq(DER.oid("1.2.840.113549.1.7.1"), DER.explicit(0, DER.octets(attributes))),
          DER.value(0xA0, TestCA.code().leaf.der),
          DER.setOf([
            DER.seq(
              DER.int(1), TestCA.code().leaf.issuerAndSerial, Hash.sha256.algorithm,
              DER.seq(DER.oid("1.2.840.113549.1.1.1"), DER.null), DER.octets(Array(signer.signature)))
          ]))))
    let check = try Self.check(forged)
    #expect(check.outcome(.signature)?.passed == true)
    #expect(Self.problems(check) == ["contentType failed"])
  }

  /// Signed in DER's order, sent in another (RFC 5652 5.4 signs the DER form).
  @Test func attributesOutOfOrderPassWhenTheirDERFormWasSigned() throws {
    var encoded = SignedDataTests.spec().encode()
    let signer = try #require(try SignedDataTests.parse(encoded).signerInfos.first)
    let attributes = try #require(signer.signedAttributes)
    let (first, last) = (try #require(attributes.first).encoded, try #require(attributes.last).encoded)
    encoded.replaceSubrange(first.startIndex..<last.endIndex, with: Array(last) + Array(first))
    let check = try Self.check(encoded)
    #expect(check.isValid)
    #expect(check.isOverReorderedAttributes)
    #expect(try Self.check(SignedDataTests.spec().encode()).isOverReorderedAttributes == false)
  }

  @Test func attributesSignedAsSentPassWithoutDERsOrder() throws {
    let check = try Self.check {
      $0.signers[0].keepsAttributeOrder = true
      $0.signers[0].editSignedAttributes = { $0.reversed() }
    }
    #expect(check.isValid)
  }

  @Test func withoutTheCertificateNothingIsEstablished() throws {
    let check = try Self.check { $0.certificates = [TestCA.codeIntermediate.der] }
    #expect(Self.problems(check) == ["certificate unknown", "signature unknown"])
    #expect(!check.isValid)
  }

  @Test func anotherKeyUnderTheSameNameDoesNotPass() throws {
    let impostor = TestCA.code(key: .fixed(7)) { $0.serial = TestCA.code().leaf.serial }
    let check = try Self.check { $0.certificates = [impostor.leaf.der] }
    #expect(Self.problems(check) == ["signature failed"])
  }

  @Test func unknownDigestIsNotEstablished() throws {
    var encoded = SignedDataTests.spec().encode()
    let sha256: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]
    for start in encoded.indices.dropLast(sha256.count) where Array(encoded[start..<(start + sha256.count)]) == sha256 {
      encoded[start + sha256.count - 1] = 0x7E
    }
    let data = try SignedDataTests.parse(encoded)
    #expect(data.signerInfos.first?.digestAlgorithm.algorithm.description == "2.16.840.1.101.3.4.2.126")
    // The certificates' own algorithms are sha256WithRSAEncryption and stay as they were.
    #expect(
      Self.problems(try Self.check(encoded)) == ["digestAlgorithm unknown", "messageDigest unknown", "signature unknown"])
  }

  @Test func everySignerIsCheckedOnItsOwn() throws {
    let encoded = SignedDataTests.spec {
      $0.signers.append(SignerSpec(TestCA.selfSigned("Second Ltd")))
      $0.signers[1].breaksSignature = true
    }.encode()
    let data = try SignedDataTests.parse(encoded)
    var budget = Budget()
    let verdicts = try data.signerInfos.map {
      try $0.check(
        contentType: data.contentType, contentOctets: data.contentOctets ?? [], certificates: data.certificates, &budget
      ).isValid
    }
    #expect(verdicts.sorted { !$0 && $1 } == [false, true])
  }

  @Test(arguments: [true, false]) func aDigestStandsForTheContent(_ hasAttributes: Bool) throws {
    let spec = SignedDataTests.spec(.detached(Self.message)) { $0.signers[0].hasSignedAttributes = hasAttributes }
    let data = try SignedDataTests.parse(spec.encode())
    let signer = try #require(data.signerInfos.first)
    var budget = Budget()
    func check(_ digest: [UInt8]) throws -> SignerCheck {
      try signer.check(contentType: data.contentType, contentDigest: digest, certificates: data.certificates, &budget)
    }
    #expect(try check(Hash.sha256(Self.message)).isValid)
    #expect(Self.problems(try check(Hash.sha256([]))) == [hasAttributes ? "messageDigest failed" : "signature failed"])
  }

  @Test func checksSpendTheBudget() throws {
    let data = try SignedDataTests.parse(SignedDataTests.spec().encode())
    let signer = try #require(data.signerInfos.first)
    var budget = Budget(signatureChecks: 0)
    #expect(throws: ParseError.self) {
      try signer.check(
        contentType: data.contentType, contentOctets: data.contentOctets ?? [], certificates: data.certificates, &budget)
    }
  }
}
