import AssayBytes
import AssayMaker
import AssayPKI
import Testing

/// What a root programme and a deny list take away from a path that is valid otherwise.
@Suite struct AnchorLimitTests {
  static let signedAt = Moment(secondsSince1970: 1_795_392_000)
  static let codeSigning: OID = "1.3.6.1.5.5.7.3.3"
  static let other: OID = "1.3.6.1.5.5.7.3.1"

  static func failures(
    _ limits: TrustAnchor.Limits = TrustAnchor.Limits(), disallowed: [[UInt8]: String] = [:]
  ) throws -> [String] {
    var work = Work()
    let identity = TestCA.code()
    func read(_ der: [UInt8]) throws -> Certificate { try Certificate(encoded: der[...], &work.budget) }
    let leaf = try read(identity.leaf.der)
    let intermediate = try read(TestCA.codeIntermediate.der)
    let anchor = TrustAnchor(try read(TestCA.codeRoot.der), bundle: "test", limits: limits)
    var trust = TrustStore(anchors: [anchor])
    trust.disallowed = disallowed
    let result = PathValidator(.codeSigning).validate(
      leaf, with: [intermediate], trust: trust, signedAt: signedAt, now: signedAt, revocation: RevocationEvidence(), &work)
    return result.failures.map(\.code)
  }

  @Test func limits() throws {
    var limits = TrustAnchor.Limits()
    #expect(try Self.failures() == [])
    limits.allowedUsages = [Self.codeSigning]
    #expect(try Self.failures(limits) == [])
    limits.allowedUsages = [Self.other]
    #expect(try Self.failures(limits) == ["pki.path.anchor-usage"])
    limits = TrustAnchor.Limits()
    limits.disallowedUsages = [Self.other]
    #expect(try Self.failures(limits) == [])
    limits.disallowedUsages = [Self.codeSigning]
    #expect(try Self.failures(limits) == ["pki.path.anchor-usage"])
  }

  @Test func times() throws {
    var limits = TrustAnchor.Limits()
    limits.disabledFrom = Self.signedAt.adding(seconds: 1)
    #expect(try Self.failures(limits) == [])
    limits.disabledFrom = Self.signedAt
    #expect(try Self.failures(limits) == ["pki.path.anchor-disabled"])
    limits.disabledUsages = [Self.codeSigning]
    #expect(try Self.failures(limits) == ["pki.path.anchor-disabled"])
    limits.disabledUsages = [Self.other]
    #expect(try Self.failures(limits) == [])
    limits = TrustAnchor.Limits()
    // The maker's end entities begin on 2024-01-01.
    limits.issuedBefore = Moment(rfc3339: "2024-01-02")
    #expect(try Self.failures(limits) == [])
    limits.issuedBefore = Moment(rfc3339: "2024-01-01")
    #expect(try Self.failures(limits) == ["pki.path.anchor-issued-after"])
    limits.issuedBeforeUsages = [Self.other]
    #expect(try Self.failures(limits) == [])
  }

  /// A deny list names the end entity, its issuer or the anchor in any of its ways.
  @Test func denyLists() throws {
    var budget = Budget()
    for certificate in [TestCA.code().leaf, TestCA.codeIntermediate, TestCA.codeRoot] {
      let read = try Certificate(encoded: certificate.der[...], &budget)
      let key = DigestAlgorithm.md5.digest(certificate.key.publicKeyBits)
      for name in [read.fingerprint(.sha256), read.fingerprint(.sha1), read.tbsDigest(.sha256), key] {
        #expect(try Self.failures(disallowed: [name: "list"]) == ["pki.path.disallowed"], "\(Hex.encode(name))")
      }
      #expect(try Self.failures(disallowed: [read.fingerprint(.sha512): "list"]) == [])
    }
  }
}
