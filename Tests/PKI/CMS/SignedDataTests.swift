import AssayBytes
import AssayMaker
import AssayPKI
import Testing

@Suite struct SignedDataTests {
  static let message = Array("the quick brown fox".utf8)

  static func parse(_ bytes: [UInt8]) throws -> SignedData {
    var budget = Budget()
    return try SignedData(contentInfo: bytes[...], &budget)
  }

  static func spec(
    _ content: SignedDataSpec.Content = .octets(message), _ change: (inout SignedDataSpec) -> Void = { _ in }
  ) -> SignedDataSpec {
    var spec = SignedDataSpec(content: content, signers: [SignerSpec(TestCA.code())])
    change(&spec)
    return spec
  }

  @Test func cmsContentIsTheOctetStringsOctets() throws {
    let data = try Self.parse(Self.spec().encode())
    #expect(data.version == 1)
    #expect(data.contentType == "1.2.840.113549.1.7.1")
    #expect(data.contentOctets.map(Array.init) == Self.message)
    #expect(data.content.map(Array.init) == DER.octets(Self.message))
    #expect(data.certificates.count == 2)
    #expect(data.signerInfos.count == 1)
    #expect(data.irregularities.isEmpty)
  }

  /// PKCS #7 as Authenticode uses it: the digest leaves out the SEQUENCE's tag and length.
  @Test func pkcs7ContentIsTheValueWithoutTagAndLength() throws {
    let value = DER.seq(DER.int(5), DER.octets([1, 2, 3]))
    let data = try Self.parse(Self.spec(.value(value)) { $0.contentType = "1.3.6.1.4.1.311.2.1.4" }.encode())
    #expect(data.content.map(Array.init) == value)
    #expect(data.contentOctets.map(Array.init) == Array(value.dropFirst(2)))
  }

  @Test func detachedContentIsAbsent() throws {
    let data = try Self.parse(Self.spec(.detached(Self.message)).encode())
    #expect(data.content == nil)
    #expect(data.contentOctets == nil)
  }

  @Test func indefiniteLengthsAndOctetsInPartsReadTheSame() throws {
    let long = [UInt8](repeating: 0x5A, count: 3_500)
    let data = try Self.parse(Self.spec(.octets(long)) { $0.indefinite = true }.encode())
    #expect(data.contentOctets.map(Array.init) == long)
    #expect(data.signerInfos.count == 1)
  }

  @Test func bytesAfterTheContentInfoAreCountedOut() throws {
    let encoded = Self.spec().encode()
    #expect(try Self.parse(encoded + [0, 0, 0, 0, 7]).encodedCount == encoded.count)
  }

  @Test func anUnreadableCertificateDoesNotFailTheWhole() throws {
    let garbage = DER.seq(DER.int(1))
    let attribute = DER.value(0xA2, DER.int(1))
    let data = try Self.parse(Self.spec { $0.extraCertificates = [garbage, attribute] }.encode())
    #expect(data.certificates.count == 2)
    #expect(data.otherCertificates.map { Array($0.encoded) } == [garbage, attribute])
    #expect(data.otherCertificates.last?.reason.code == "cms.certificate.other")
  }

  @Test func listsAndOCSPAnswersComeOutApart() throws {
    let list = RevocationListSpec(TestCA.codeIntermediate).encode()
    let answer = OCSPSpec(TestCA.code().leaf, issuer: TestCA.codeIntermediate, .good).encode()
    let other = DER.value(0xA1, DER.oid("1.3.6.1.5.5.7.16.2") + answer)
    let unknown = DER.value(0xA1, DER.oid("1.2.3.4") + DER.null)
    let data = try Self.parse(Self.spec { $0.revocationLists = [list, other, unknown] }.encode())
    #expect(data.crls.map(Array.init) == [list])
    #expect(data.ocspResponses.map(Array.init) == [answer])
    #expect(data.irregularities.map(\.code) == ["cms.revocation.other"])
  }

  @Test func strangeVersionsAndDigestsAreNotes() throws {
    let data = try Self.parse(
      Self.spec {
        $0.version = 9
        $0.digestAlgorithms = [.sha512]
        $0.signers[0].version = 3
      }.encode())
    #expect(
      data.irregularities.map(\.code) == [
        "cms.version.unexpected", "cms.version.unexpected", "cms.digest-algorithm.undeclared",
      ])
  }

  @Test func anotherContentTypeIsRefused() {
    #expect(throws: ParseError.self) { try Self.parse(DER.seq(DER.oid("1.2.840.113549.1.7.3"), DER.explicit(0, DER.seq()))) }
  }

  @Test func everyPrefixThrows() throws {
    let encoded = Self.spec().encode()
    for count in stride(from: 0, to: encoded.count, by: 1) {
      #expect(throws: ParseError.self, "prefix of \(count)") { try Self.parse(Array(encoded.prefix(count))) }
    }
  }

  /// Every flipped byte is read or refused; what is read and differs from the original in what is signed does not verify.
  @Test func noFlippedByteMakesAnotherMessageVerify() throws {
    let encoded = Self.spec().encode()
    for index in encoded.indices {
      var bytes = encoded
      bytes[index] ^= 0x04
      guard let data = try? Self.parse(bytes), let signer = data.signerInfos.first, let octets = data.contentOctets else {
        continue
      }
      var budget = Budget()
      let check = try signer.check(
        contentType: data.contentType, contentOctets: octets, certificates: data.certificates, &budget)
      if check.isValid { #expect(Array(octets) == Self.message) }
    }
  }

  @Test func nestingIsBounded() {
    var bomb: [UInt8] = []
    for _ in 0..<200 { bomb = DER.indefinite(0x24, bomb) }
    #expect(throws: ParseError.self) { try Self.parse(Self.spec(.value(bomb)).encode()) }
  }
}
