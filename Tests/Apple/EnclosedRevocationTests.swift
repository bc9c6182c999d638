import AssayBytes
import AssayCore
import AssayMaker
import AssayPKI
import Testing

/// CRLs and OCSP answers inside the CMS count like those at hand, in whatever Apple's systems sign.
struct EnclosedRevocationTests {
  /// What is signed, and by whom.
  enum Subject: String, CaseIterable, Sendable {
    case code, package, profile

    var identity: TestIdentity {
      switch self {
      case .code: AppleTestCA.developer()
      case .package: AppleTestCA.installer()
      case .profile: ProfileSpec.issuer()
      }
    }
    var name: String {
      switch self {
      case .code: "tool"
      case .package: "x.pkg"
      case .profile: "a.provisionprofile"
      }
    }

    /// Without a timestamp: the time of judging counts.
    func signed(enclosing lists: [[UInt8]]) -> [UInt8] {
      switch self {
      case .code:
        let spec = CodeSignatureSpec(identity).with {
          $0.team = "ASSAYTEAM1"
          $0.editSignedData = { $0.revocationLists = lists }
        }
        return MachOSpec().with { $0.codeBytes = 300 }.sign(spec)
      case .package:
        let files = [XarSpec.File("PackageInfo", Array("<pkg-info identifier=\"a\" version=\"1\"/>".utf8))]
        return XarSpec(files, identity).with {
          $0.hasRSA = false
          $0.editSignedData = { $0.revocationLists = lists }
        }.encode()
      case .profile:
        return ProfileSpec.sign(ProfileSpec.provisioning(), identity) { $0.revocationLists = lists }
      }
    }
  }

  private static let date = MakerTime(2026, 5, 1)

  private func report(_ subject: Subject, _ lists: [[UInt8]]) -> Report {
    MachOJudging().judged(subject.signed(enclosing: lists), name: subject.name)
  }

  @Test(arguments: Subject.allCases) func aListThatNamesTheSignerRevokes(_ subject: Subject) {
    let identity = subject.identity
    let issuer = identity.intermediates[0]
    let own = RevocationListSpec(issuer, [.init(identity.leaf.serial, Self.date)])
    let revoked = report(subject, [own.encode()])
    #expect(revoked.state == .revoked, "\(revoked.state) \(revoked.allCodes)")
    #expect(revoked.signatures.first?.revocation == .revoked && revoked.signatures.first?.signer == nil)
    // One thing changed: another number, another signer of the list, nothing enclosed.
    let other = report(subject, [RevocationListSpec(issuer, [.init([0x41, 1, 2], Self.date)]).encode()])
    #expect(other.state == .trusted, "\(other.state) \(other.allCodes)")
    var forged = own
    forged.key = .fixed(7)
    let ignored = report(subject, [forged.encode()])
    #expect(ignored.state == .trusted && ignored.signatures.first?.revocation == .notEstablished, "\(ignored.allCodes)")
    #expect(report(subject, []).signatures.first?.revocation == .notEstablished)
  }

  @Test(arguments: Subject.allCases) func anAnswerThatNamesTheSignerRevokes(_ subject: Subject) {
    let identity = subject.identity
    func enclosed(_ status: OCSPSpec.Status) -> [UInt8] {
      let answer = OCSPSpec(identity.leaf, issuer: identity.intermediates[0], status).encode()
      return DER.value(0xA1, DER.oid("1.3.6.1.5.5.7.16.2") + answer)
    }
    #expect(report(subject, [enclosed(.revoked(Self.date, reason: 1))]).state == .revoked)
    #expect(report(subject, [enclosed(.good)]).state == .trusted)
  }
}
