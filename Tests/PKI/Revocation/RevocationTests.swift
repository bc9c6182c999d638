import AssayBytes
import AssayMaker
import AssayPKI
import Testing

/// One-link paths below TestCA.codeIntermediate, which stands as the anchor.
enum RevocationLab {
  static let leaf = TestCA.code().leaf
  static let issuer = TestCA.codeIntermediate
  static let now = moment(2026, 11, 23)

  static func moment(_ year: Int, _ month: Int, _ day: Int) -> Moment {
    Moment(secondsSince1970: Int64(MakerTime(year, month, day).seconds))
  }

  static func certificate(_ certificate: TestCertificate) throws -> Certificate {
    var budget = Budget()
    return try Certificate(encoded: certificate.der[...], &budget)
  }

  static func judge(
    crls: [[UInt8]] = [], answers: [[UInt8]] = [], certificates: [TestCertificate] = [], leaf: TestCertificate = leaf,
    anchor: TestCertificate = issuer, signedAt: Moment = now, now: Moment = now
  ) throws -> CertificateRevocation {
    var evidence = RevocationEvidence()
    evidence.crls = crls.map { $0[...] }
    evidence.ocspResponses = answers.map { $0[...] }
    let checker = RevocationChecker(
      evidence, certificates: try certificates.map { try certificate($0) }, signedAt: signedAt, now: now)
    var work = Work()
    let result = try checker.check(
      [try certificate(leaf)], anchor: TrustAnchor(try certificate(anchor), bundle: "test"), &work)
    return try #require(result.certificates.first)
  }

  static func list(_ entries: [RevocationListSpec.Entry] = [], _ change: (inout RevocationListSpec) -> Void = { _ in }) -> [UInt8] {
    var spec = RevocationListSpec(issuer, entries)
    change(&spec)
    return spec.encode()
  }

  static func revoked(_ date: MakerTime = MakerTime(2026, 3, 1), reason: UInt8? = 1) -> RevocationListSpec.Entry {
    RevocationListSpec.Entry(leaf.serial, date, reason: reason)
  }
}

@Suite struct CRLTests {
  typealias Lab = RevocationLab
  private static let issuingPoint = "2.5.29.28"

  @Test func noEvidenceEstablishesNothing() throws { #expect(try Lab.judge().status == .notEstablished) }
  @Test func absentFromTheListIsGood() throws { #expect(try Lab.judge(crls: [Lab.list()]).status == .good) }

  @Test func listedIsRevokedWithDateAndReason() throws {
    let result = try Lab.judge(crls: [Lab.list([Lab.revoked()])])
    #expect(result.status == .revoked)
    #expect(result.date == Lab.moment(2026, 3, 1))
    #expect(result.reason == .keyCompromise)
  }

  /// The second that counts: revoked at T is revoked for what was signed at T, good for a second before.
  @Test func theDateOfRevocationDecides() throws {
    let list = Lab.list([Lab.revoked()])
    let date = Lab.moment(2026, 3, 1)
    #expect(try Lab.judge(crls: [list], signedAt: date).status == .revoked)
    #expect(try Lab.judge(crls: [list], signedAt: date.adding(seconds: -1)).status == .good)
  }

  @Test func anotherCertificateOnTheListHarmsNoOne() throws {
    #expect(try Lab.judge(crls: [Lab.list([.init([0x41, 1, 2, 3], MakerTime(2026, 3, 1))])]).status == .good)
  }

  @Test(arguments: [
    "broken signature", "other key", "other issuer", "unknown critical extension", "end before the time", "garbage",
  ])
  func unusableListsEstablishNothing(_ change: String) throws {
    let list = Lab.list { spec in
      switch change {
      case "broken signature": spec.breaksSignature = true
      case "other key": spec.key = .fixed(5)
      case "other issuer": spec.issuerName = Name(commonName: "Somebody Else")
      case "unknown critical extension": spec.extensions = [.init("1.2.3.4", critical: true, DER.null)]
      case "end before the time": spec.nextUpdate = MakerTime(2026, 6, 1)
      default: break
      }
    }
    #expect(try Lab.judge(crls: [change == "garbage" ? Array(list.dropLast(7)) : list]).status == .notEstablished)
  }

  /// What a list that has run out still says: the revocation stays, a hold may have been lifted.
  @Test func aStaleListStillRevokes() throws {
    func stale(_ reason: UInt8) -> [UInt8] { Lab.list([Lab.revoked(reason: reason)]) { $0.nextUpdate = MakerTime(2026, 6, 1) } }
    #expect(try Lab.judge(crls: [stale(1)]).status == .revoked)
    #expect(try Lab.judge(crls: [stale(6)]).status == .notEstablished)
  }

  @Test func freshAtTheTimeOfSigningIsEnough() throws {
    let list = Lab.list { $0.nextUpdate = MakerTime(2026, 6, 1) }
    #expect(try Lab.judge(crls: [list], signedAt: Lab.moment(2026, 5, 1)).status == .good)
    #expect(try Lab.judge(crls: [list], signedAt: Lab.moment(2026, 7, 1)).status == .notEstablished)
  }

  @Test func aListFromTheFutureDoesNotMakeGood() throws {
    #expect(try Lab.judge(crls: [Lab.list { $0.thisUpdate = MakerTime(2027, 1, 1) }]).status == .notEstablished)
  }

  @Test func theYoungestListOfAScopeSpeaks() throws {
    let old = Lab.list([Lab.revoked(reason: 6)]) { $0.thisUpdate = MakerTime(2026, 4, 1) }
    let new = Lab.list { $0.thisUpdate = MakerTime(2026, 8, 1) }
    #expect(try Lab.judge(crls: [old, new]).status == .good)
    #expect(try Lab.judge(crls: [old]).status == .revoked)
  }

  @Test(arguments: [
    ("onlyContainsUserCerts", RevocationStatus.good), ("onlyContainsCACerts", .notEstablished),
    ("onlyContainsAttributeCerts", .notEstablished), ("onlySomeReasons", .notEstablished), ("another point", .notEstablished),
    ("two halves of the reasons", .good),
  ])
  func scopesAreKept(_ scope: String, _ status: RevocationStatus) throws {
    func list(_ fields: [UInt8]...) -> [UInt8] {
      Lab.list { $0.extensions = [.init(Self.issuingPoint, critical: true, DER.seq(fields))] }
    }
    let yes: [UInt8] = [0xFF]
    let lists: [[UInt8]]
    switch scope {
    case "onlyContainsUserCerts": lists = [list(DER.value(0x81, yes))]
    case "onlyContainsCACerts": lists = [list(DER.value(0x82, yes))]
    case "onlyContainsAttributeCerts": lists = [list(DER.value(0x85, yes))]
    case "onlySomeReasons": lists = [list(DER.value(0x83, [6, 0x40]))]
    case "another point":
      lists = [list(DER.explicit(0, DER.explicit(0, AssayMaker.GeneralName.uri("http://other.example/a.crl").der)))]
    default: lists = [list(DER.value(0x83, [6, 0x40])), list(DER.value(0x83, [7, 0x3F, 0x80]))]
    }
    #expect(try Lab.judge(crls: lists).status == status)
  }

  @Test func deltasChangeTheirBase() throws {
    func delta(_ entries: [RevocationListSpec.Entry], base: Int = 1) -> [UInt8] {
      Lab.list(entries) {
        $0.number = 2
        $0.extensions = [.init("2.5.29.27", critical: true, DER.int(base))]
      }
    }
    let held = Lab.list([Lab.revoked(reason: 6)])
    #expect(try Lab.judge(crls: [delta([])]).status == .notEstablished)
    #expect(try Lab.judge(crls: [Lab.list(), delta([Lab.revoked()])]).status == .revoked)
    #expect(try Lab.judge(crls: [held, delta([])]).status == .revoked)
    #expect(try Lab.judge(crls: [held, delta([Lab.revoked(reason: 8)])]).status == .good)
    // A delta from a later base does not belong to this list.
    #expect(try Lab.judge(crls: [held, delta([Lab.revoked(reason: 8)], base: 2)]).status == .revoked)
  }

  @Test func entryWithUnknownCriticalExtensionSpoilsAbsence() throws {
    let entry = RevocationListSpec.Entry(
      [0x41, 1], MakerTime(2026, 3, 1), extensions: [.init("1.2.3.4", critical: true, DER.null)])
    #expect(try Lab.judge(crls: [Lab.list([entry])]).status == .notEstablished)
    #expect(try Lab.judge(crls: [Lab.list([entry, Lab.revoked()])]).status == .revoked)
  }

  @Test func indirectEntriesBelongToTheIssuerThatTheyName() throws {
    func list(_ name: Name) -> [UInt8] {
      let named = CertificateExtension("2.5.29.29", critical: true, DER.seq(AssayMaker.GeneralName.directory(name).der))
      let entry = RevocationListSpec.Entry(Lab.leaf.serial, MakerTime(2026, 3, 1), extensions: [named])
      return Lab.list([entry]) { $0.extensions = [.init(Self.issuingPoint, critical: true, DER.seq(DER.value(0x84, [0xFF])))] }
    }
    #expect(try Lab.judge(crls: [list(Lab.issuer.subject)]).status == .revoked)
    #expect(try Lab.judge(crls: [list(Name(commonName: "Somebody Else"))]).status == .good)
  }

  @Test func everyPrefixOfAListThrows() {
    let encoded = Lab.list([Lab.revoked()])
    for count in encoded.indices {
      #expect(throws: ParseError.self) {
        var budget = Budget()
        _ = try CertificateList(encoded: encoded[..<count], &budget)
      }
    }
  }
}

@Suite struct OCSPTests {
  typealias Lab = RevocationLab

  static func answer(
    _ status: OCSPSpec.Status = .good, leaf: TestCertificate = Lab.leaf, _ change: (inout OCSPSpec) -> Void = { _ in }
  ) -> [UInt8] {
    var spec = OCSPSpec(leaf, issuer: Lab.issuer, status)
    change(&spec)
    return spec.encode()
  }

  static func responder(
    usage: String? = Purpose.ocspSigning, by parent: TestCertificate = Lab.issuer,
    _ change: (inout CertificateSpec) -> Void = { _ in }
  ) -> TestCertificate {
    var spec = CertificateSpec(subject: Name(commonName: "Assay Test OCSP Responder"))
    spec.extensions = [.keyUsage(.digitalSignature)] + (usage.map { [.extendedKeyUsage([$0])] } ?? [])
    change(&spec)
    return .issue(spec, key: .fixed(10), by: parent)
  }

  @Test(arguments: [Hash.sha1, .sha256, .sha384]) func anyHashOfTheIdentifierIsRead(_ hash: Hash) throws {
    #expect(try Lab.judge(answers: [Self.answer { $0.identifierHash = hash }]).status == .good)
  }

  @Test func respondersAreNamedByNameOrKey() throws {
    #expect(try Lab.judge(answers: [Self.answer { $0.identifiesByKey = true }]).status == .good)
  }

  @Test func theDateOfRevocationDecides() throws {
    let answer = Self.answer(.revoked(MakerTime(2026, 3, 1), reason: 1))
    let date = Lab.moment(2026, 3, 1)
    #expect(try Lab.judge(answers: [answer]).status == .revoked)
    #expect(try Lab.judge(answers: [answer], signedAt: date).date == date)
    #expect(try Lab.judge(answers: [answer], signedAt: date.adding(seconds: -1)).status == .good)
  }

  @Test(arguments: [
    "unknown", "broken signature", "other serial", "try later", "end before the time", "rogue issuer", "responder without usage",
    "responder of another issuer", "responder that has expired",
  ])
  func unusableAnswersEstablishNothing(_ change: String) throws {
    let answer = Self.answer(change == "unknown" ? .unknown : .good) { spec in
      switch change {
      case "broken signature": spec.breaksSignature = true
      case "other serial": spec.serial = [0x40, 9]
      case "try later": spec.responseStatus = 3
      case "end before the time": spec.nextUpdate = MakerTime(2026, 6, 1)
      case "rogue issuer": spec.issuer = TestCA.rogueIntermediate
      case "responder without usage": spec.responder = Self.responder(usage: nil)
      case "responder of another issuer": spec.responder = Self.responder(by: TestCA.rogueIntermediate)
      case "responder that has expired": spec.responder = Self.responder { $0.notAfter = MakerTime(2025, 1, 1) }
      default: break
      }
    }
    #expect(try Lab.judge(answers: [answer]).status == .notEstablished)
  }

  @Test func anAppointedResponderMaySign() throws {
    #expect(try Lab.judge(answers: [Self.answer { $0.responder = Self.responder() }]).status == .good)
  }

  @Test func aRevokedResponderMayNot() throws {
    let responder = Self.responder()
    let answer = Self.answer { $0.responder = responder }
    let partial = CertificateExtension("2.5.29.28", critical: true, DER.seq(DER.value(0x83, [6, 0x40])))
    // The list covers one reason only, so that it says nothing about the leaf itself.
    let list = Lab.list([.init(responder.serial, MakerTime(2026, 3, 1))]) { $0.extensions = [partial] }
    #expect(try Lab.judge(crls: [list], answers: [answer]).status == .notEstablished)
    let exempt = Self.responder { $0.extensions.append(.init("1.3.6.1.5.5.7.48.1.5", DER.null)) }
    #expect(try Lab.judge(crls: [list], answers: [Self.answer { $0.responder = exempt }]).status == .good)
  }

  @Test func revokedInEitherEvidenceIsRevoked() throws {
    #expect(try Lab.judge(crls: [Lab.list([Lab.revoked()])], answers: [Self.answer()]).status == .revoked)
    #expect(
      try Lab.judge(crls: [Lab.list()], answers: [Self.answer(.revoked(MakerTime(2026, 3, 1), reason: nil))]).status == .revoked)
  }

  @Test func everyPrefixOfAnAnswerThrows() {
    let encoded = Self.answer { $0.responder = Self.responder() }
    for count in encoded.indices {
      #expect(throws: ParseError.self) {
        var budget = Budget()
        _ = try OCSPResponse(encoded: encoded[..<count], &budget)
      }
    }
  }
}
