import AssayBytes
import AssayCore
import AssayMaker
import Testing

/// Attacks on chains, times and revocation. Numbers are those of Tests/Conformance/Attacks/windows.tsv.
struct AttacksOnPaths {
  let judge = Judging()
  private func signed(_ spec: AuthenticodeSpec) -> [UInt8] { PESigner.sign(Sample.program, spec) }

  @Test("row 7: explicit curve parameters (CVE-2020-0601)")
  func curveBall() {
    let key = TestKey.p256()
    let parameters = DER.seq(DER.int(1), DER.seq(DER.oid("1.2.840.10045.1.1"), DER.int(23)))
    let explicit = DER.seq(DER.seq(DER.oid("1.2.840.10045.2.1"), parameters), DER.bits(key.publicKeyBits))
    let root = TestCertificate.issue(
      CertificateSpec(subject: TestCA.codeRoot.subject).with {
        $0.extensions = [.basicConstraints(ca: true), .keyUsage(.keyCertSign)]
        $0.publicKeyInfo = explicit
      }, key: key)
    let leaf = TestCertificate.issue(
      CertificateSpec(subject: Name(commonName: "Assay Example Ltd")).with {
        $0.extensions = [.keyUsage(.digitalSignature), .extendedKeyUsage([Purpose.codeSigning])]
      }, key: .fixed(10), by: root)
    let spec = AuthenticodeSpec(TestIdentity(leaf: leaf, intermediates: [root], root: root))
    let report = judge(signed(spec))
    #expect(report.state == .untrusted)
    #expect(report.codes.contains("authenticode.key.explicit-parameters"))
    #expect(report.signatures.first?.signer == nil)
  }

  @Test("row 10: self-signed, look-alike authority, look-alike name")
  func lookAlikes() {
    let own = judge(signed(AuthenticodeSpec(TestCA.selfSigned("Microsoft Corporation"))))
    #expect(own.state == .untrusted)
    #expect(own.finding("authenticode.signer.self-signed")?.found?.contains("Microsoft Corporation") == true)
    let rogue = judge(signed(AuthenticodeSpec(TestCA.rogueCode())))
    #expect(rogue.state == .untrusted)
    #expect(!rogue.codes.contains("authenticode.signer.self-signed"))
  }

  @Test("row 10: an issuer that is not at hand, with the address that the certificate names")
  func issuerMissing() {
    var identity = TestCA.code { $0.extensions.append(.authorityInfoAccess(issuers: ["http://ca.example/issuer.cer"])) }
    identity.intermediates = []
    let report = judge(signed(AuthenticodeSpec(identity)))
    #expect(report.state == .untrusted)
    let finding = report.finding("pki.path.issuer-missing")
    let told = [finding?.message, finding?.found].compactMap { $0 }
    #expect(told.contains { $0.contains("http://ca.example/issuer.cer") })
    #expect(judge.with { $0.certificates = [TestCA.codeIntermediate] }(signed(AuthenticodeSpec(identity))).state == .trusted)
  }

  @Test("row 20: an expired certificate without timestamp")
  func expired() {
    let file = signed(AuthenticodeSpec(Sample.ended))
    #expect(judge(file).state == .expired)
    #expect(judge(file).rung("validity time")?.outcome == .failed)
    #expect(judge.with { $0.now = Moment(rfc3339: "2026-05-01T00:00:00Z")! }(file).state == .trusted)
  }

  @Test("row 21: an expired certificate with a timestamp inside its validity")
  func expiredStamped() {
    let report = judge(signed(AuthenticodeSpec(Sample.ended).with { $0.time = .rfc3161(TimeStampSpec(at: Sample.stampedAt)) }))
    #expect(report.state == .trusted)
    #expect(report.signatures[0].time.source == .rfc3161)
    #expect(report.signatures[0].time.value == Moment(rfc3339: "2026-03-02T10:11:12Z"))
    let legacy = judge(
      signed(AuthenticodeSpec(Sample.ended).with { $0.time = .legacy(CountersignatureSpec(at: Sample.stampedAt)) }))
    #expect(legacy.state == .trusted)
    #expect(legacy.signatures[0].time.source == .authenticode)
  }

  @Test("row 21: a lifetime-signing certificate ends with its validity, timestamp or not")
  func lifetime() {
    func spec(_ end: MakerTime) -> AuthenticodeSpec {
      let identity = TestCA.code {
        $0.notAfter = end
        $0.extensions = [.keyUsage(.digitalSignature), .extendedKeyUsage([Purpose.codeSigning, Purpose.lifetimeSigning])]
      }
      return AuthenticodeSpec(identity).with { $0.time = .rfc3161(TimeStampSpec(at: Sample.stampedAt)) }
    }
    #expect(judge(signed(spec(MakerTime(2026, 6, 1)))).state == .expired)
    #expect(judge(signed(spec(MakerTime(2030, 1, 1)))).state == .trusted)
  }

  @Test("row 22: revoked before, at and after the time that counts")
  func revoked() {
    let identity = TestCA.code("Stolen Ltd")
    func crl(_ date: MakerTime) -> [UInt8] {
      RevocationListSpec(TestCA.codeIntermediate, [.init(identity.leaf.serial, date)]).encode()
    }
    let stamped = signed(AuthenticodeSpec(identity).with { $0.time = .rfc3161(TimeStampSpec(at: Sample.stampedAt)) })
    let bare = signed(AuthenticodeSpec(identity))
    let early = judge.with { $0.crls = [crl(MakerTime(2026, 1, 15))] }
    let late = judge.with { $0.crls = [crl(MakerTime(2026, 5, 15))] }
    #expect(early(stamped).state == .revoked)
    #expect(early(stamped).rung("revocation")?.outcome == .failed)
    #expect(late(stamped).state == .trusted)
    #expect(late(bare).state == .revoked)
    #expect(judge(bare).state == .trusted)
    #expect(judge(bare).signatures[0].revocation == .notEstablished)
    #expect(judge(bare).finding("pki.revocation.not-established")?.severity == .note)
  }

  @Test("row 23: timestamps that do not count leave the time of judging")
  func fakeTimes() {
    let plain = TestCA.time { $0.extensions = [.keyUsage(.digitalSignature), .extendedKeyUsage([Purpose.codeSigning])] }
    let unknown = TestIdentity(
      leaf: TestCertificate.issue(
        CertificateSpec(subject: Name(commonName: "Nobody's Time")).with {
          $0.extensions = [.keyUsage(.digitalSignature), .extendedKeyUsage([Purpose.timeStamping], critical: true)]
        }, key: .fixed(11)), intermediates: [], root: TestCA.rogueRoot)
    let wrong = TimeStampSpec(at: Sample.stampedAt)
    let times: [(String, AuthenticodeSpec.Time)] = [
      ("no timeStamping usage", .rfc3161(TimeStampSpec(plain, at: Sample.stampedAt))),
      ("unknown authority", .rfc3161(TimeStampSpec(unknown, at: Sample.stampedAt))),
      ("imprint of other bytes", .rfc3161(with(wrong) { $0.imprint = [UInt8](repeating: 9, count: 32) })),
      ("broken token", .rfc3161(with(wrong) { $0.editSigner = { $0.breaksSignature = true } })),
      ("countersigner without usage", .legacy(CountersignatureSpec(plain, at: Sample.stampedAt))),
      ("countersignature of other bytes", .legacy(with(CountersignatureSpec(at: Sample.stampedAt)) { $0.messageDigest = [1, 2] })),
      ("countersigner unknown", .legacy(CountersignatureSpec(unknown, at: Sample.stampedAt))),
    ]
    for (what, time) in times {
      let report = judge(signed(AuthenticodeSpec(Sample.ended).with { $0.time = time }))
      #expect(report.state == .expired, "\(what)")
      #expect(report.signatures[0].time.source == .claimed || report.signatures[0].time.source == .none, "\(what)")
      #expect(report.rung("timestamp")?.outcome == .failed, "\(what)")
      let unneeded = judge(signed(Sample.signer.with { $0.time = time }))
      #expect(unneeded.state == .trusted, "\(what)")
    }
  }

  @Test("row 23: a signingTime that nobody countersigned is a claim")
  func claimedTime() {
    let spec = AuthenticodeSpec(Sample.ended).with {
      $0.editSigner = { signer in
        let edit = signer.editSignedAttributes
        signer.editSignedAttributes = { edit($0) + [.signingTime(Sample.stampedAt)] }
      }
    }
    let report = judge(signed(spec))
    #expect(report.state == .expired)
    #expect(report.signatures[0].time.source == .claimed)
  }

  @Test("row 24: a certificate refused by name")
  func refused() {
    let report = judge.with { $0.disallowed = [Sample.signer.identity.leaf] }(signed(Sample.stamped))
    #expect(report.state == .distrusted)
    #expect(report.signatures[0].signer == nil)
  }

  @Test("row 25: a weak digest is trusted with a finding")
  func weakDigest() {
    let report = judge(signed(Sample.stamped.with { $0.digest = .sha1 }))
    #expect(report.state == .trusted)
    #expect(report.finding("authenticode.digest.weak")?.severity == .warning)
    #expect(report.signatures[0].digestAlgorithm == .sha1)
  }

  @Test("row 25: a key below 2048 bits is named")
  func shortKey() {
    let report = judge(signed(AuthenticodeSpec(TestCA.code(key: .rsa(bits: 1024)))))
    #expect(report.state == .trusted)
    #expect(report.finding("pki.path.weak")?.message == "certificate 0 has the weak key RSA 1024")
  }

  @Test(
    "row 32: certificates that may not sign code",
    arguments: [
      [CertificateExtension.keyUsage(.digitalSignature), .extendedKeyUsage([Purpose.serverAuth])],
      [.keyUsage(.digitalSignature), .extendedKeyUsage([Purpose.emailProtection])],
      [.keyUsage(.keyEncipherment), .extendedKeyUsage([Purpose.codeSigning])],
    ])
  func wrongUsage(extensions: [CertificateExtension]) {
    let report = judge(signed(AuthenticodeSpec(TestCA.code { $0.extensions = extensions })))
    #expect(report.state == .wrongUsage)
    #expect(report.rung("usage")?.outcome == .failed)
  }

  private func with<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
    var copy = value
    change(&copy)
    return copy
  }
}
