import AssayBytes
import AssayMaker
import AssayPKI
import Testing

@Suite struct CertificateTrustListTests {
  static func read(_ spec: TrustListSpec) throws -> CertificateTrustList {
    var budget = Budget()
    return try CertificateTrustList(encoded: spec.encode()[...], &budget)
  }

  static func limits(_ properties: [(Int, [UInt8])]) throws -> TrustAnchor.Limits {
    let list = try read(TrustListSpec([.init([UInt8](repeating: 7, count: 20), properties)]))
    var budget = Budget()
    return try #require(list.subjects.first).limits(&budget)
  }

  static let code = DER.seq(DER.oid(Purpose.codeSigning))
  static let stamp = DER.seq(DER.oid(Purpose.timeStamping))
  static let day = MakerTime(2021, 2, 1)

  @Test func everyField() throws {
    var spec = TrustListSpec([.init([1, 2, 3], [(11, TrustListSpec.text("Wurzel Ä")), (98, [9, 9]), (20, [8]), (29, [7])])])
    spec.listIdentifier = [0x41]
    spec.nextUpdate = MakerTime(2026, 12, 1)
    let list = try CertificateTrustListTests.read(spec)
    #expect(list.subjectUsage == [CertificateTrustList.rootList])
    #expect(list.listIdentifier == [0x41])
    #expect(list.sequence == "1401")
    #expect(list.thisUpdate == Moment(rfc3339: "2026-10-01"))
    #expect(list.nextUpdate == Moment(rfc3339: "2026-12-01"))
    #expect(list.subjectAlgorithm.algorithm == DigestAlgorithm.sha1.oid)
    let subject = try #require(list.subjects.first)
    var budget = Budget()
    #expect(subject.identifier == [1, 2, 3])
    #expect(try subject.friendlyName(&budget) == "Wurzel Ä")
    #expect(try subject.sha256(&budget) == [9, 9])
    #expect(try subject.keyIdentifier(&budget) == [8])
    #expect(try subject.nameMD5(&budget) == [7])
    #expect(try subject.limits(&budget) == TrustAnchor.Limits())
  }

  @Test func leastFields() throws {
    var spec = TrustListSpec([])
    spec.sequence = nil
    let list = try CertificateTrustListTests.read(spec)
    #expect(list.sequence == nil && list.nextUpdate == nil && list.listIdentifier == nil && list.subjects.isEmpty)
  }

  @Test func limitsOfARoot() throws {
    typealias Suite = CertificateTrustListTests
    let day = Moment(rfc3339: "2021-02-01")
    let codeSigning: [OID] = ["1.3.6.1.5.5.7.3.3"]
    var expected = TrustAnchor.Limits()
    expected.allowedUsages = ["1.3.6.1.5.5.7.3.8"]
    #expect(try Suite.limits([(9, Suite.stamp)]) == expected)
    expected = TrustAnchor.Limits()
    expected.disabledFrom = day
    #expect(try Suite.limits([(104, TrustListSpec.time(Suite.day))]) == expected)
    expected.disabledUsages = codeSigning
    #expect(try Suite.limits([(104, TrustListSpec.time(Suite.day)), (122, Suite.code)]) == expected)
    expected = TrustAnchor.Limits()
    expected.issuedBefore = day
    #expect(try Suite.limits([(126, TrustListSpec.time(Suite.day))]) == expected)
    expected.issuedBeforeUsages = codeSigning
    #expect(try Suite.limits([(126, TrustListSpec.time(Suite.day)), (127, Suite.code)]) == expected)
    // Usages without a time: from the beginning.
    expected = TrustAnchor.Limits()
    expected.disallowedUsages = codeSigning
    #expect(try Suite.limits([(122, Suite.code)]) == expected)
    #expect(try Suite.limits([(127, Suite.code)]) == expected)
    #expect(try Suite.limits([(122, Suite.code), (104, [])]) == expected)
    // An empty time takes a limit back.
    #expect(try Suite.limits([(104, []), (126, [])]) == TrustAnchor.Limits())
  }

  static let broken: [(String, [(Int, [UInt8])])] = [
    ("ctl.property.time", [(104, [1, 2, 3])]),
    ("ctl.property.time", [(126, [UInt8](repeating: 0, count: 9))]),
    ("ctl.property.repeated", [(9, code), (9, stamp)]),
    ("asn1.tag.unexpected", [(9, DER.null)]),
    ("asn1.trailing", [(122, code + [0])]),
  ]
  @Test(arguments: broken) func brokenProperty(_ code: String, _ properties: [(Int, [UInt8])]) {
    let error = #expect(throws: ParseError.self) { try CertificateTrustListTests.limits(properties) }
    #expect(error?.code == code)
  }

  /// Every prefix of a list throws, and neither it nor a list with one octet changed crashes.
  @Test func brokenLists() throws {
    let list = TrustListSpec([
      .init(
        [UInt8](repeating: 7, count: 20), [(9, CertificateTrustListTests.code), (104, TrustListSpec.time(MakerTime(2021, 2, 1)))])
    ]).encode()
    for length in 0..<list.count {
      var budget = Budget()
      #expect(throws: ParseError.self) { try CertificateTrustList(encoded: list[..<length], &budget) }
    }
    for index in list.indices {
      for change: UInt8 in [1, 0x80, 0xFF] {
        var other = list
        other[index] ^= change
        var budget = Budget()
        let read = try? CertificateTrustList(encoded: other[...], &budget)
        for subject in read?.subjects ?? [] { _ = try? subject.limits(&budget) }
      }
    }
  }

  @Test func budgetIsSpent() {
    let spec = TrustListSpec((0..<100).map { .init([UInt8](repeating: UInt8($0), count: 20)) })
    var budget = Budget(nodes: 150)
    let error = #expect(throws: ParseError.self) { try CertificateTrustList(encoded: spec.encode()[...], &budget) }
    #expect(error?.code == "limit.nodes")
  }

  @Test func order() {
    let early = Moment(rfc3339: "2026-01-01")
    let late = Moment(rfc3339: "2026-02-01")
    let isNewer = CertificateTrustList.isNewerOrSame
    #expect(isNewer("1401", early, ("1401", late)))
    #expect(isNewer("1402", early, ("1401", late)))
    #expect(isNewer("010000", early, ("ffff", late)))
    #expect(!isNewer("1400", late, ("1401", early)))
    #expect(!isNewer("ff", late, ("1401", early)))
    #expect(isNewer(nil, late, ("1401", late)))
    #expect(!isNewer(nil, early, ("1401", late)))
    #expect(isNewer(nil, nil, (nil, nil)))
    #expect(!isNewer(nil, nil, ("1401", early)))
  }

  @Test func otherContent() throws {
    let identity = TestCA.code()
    let other = SignedDataSpec(content: .octets([1]), signers: [SignerSpec(identity)]).encode()
    var budget = Budget()
    let data = try SignedData(contentInfo: other[...], &budget)
    let error = #expect(throws: ParseError.self) { try CertificateTrustList(data, &budget) }
    #expect(error?.code == "ctl.type.unexpected")
  }
}
