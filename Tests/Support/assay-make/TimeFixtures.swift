import AssayMaker

/// Timestamps: an expired certificate whose signature stands or falls with them.
enum TimeFixtures {
  static func all() -> [Fixture] {
    func stamped(_ change: (inout TimeStampSpec) -> Void) -> [UInt8] {
      var stamp = TimeStampSpec(at: Demo.signed2021)
      change(&stamp)
      return signed(.rfc3161(stamp))
    }
    func legacy(_ change: (inout CountersignatureSpec) -> Void) -> [UInt8] {
      var stamp = CountersignatureSpec(at: Demo.signed2021)
      change(&stamp)
      return signed(.legacy(stamp))
    }
    let lifetime = TestCA.code(key: .fixed(11)) {
      $0.notBefore = MakerTime(2020, 1, 1)
      $0.notAfter = MakerTime(2022, 1, 1)
      $0.extensions[2] = .extendedKeyUsage([Purpose.codeSigning, Purpose.lifetimeSigning])
    }
    let noPurpose = TestCA.time(key: .fixed(14)) { $0.extensions[2] = .extendedKeyUsage([Purpose.emailProtection]) }
    let rogueRoot = TestCA.root("Assay Test Time Root", key: 15)
    let rogueIntermediate = TestCA.intermediate("Assay Test Time Stamping CA", key: 5, under: rogueRoot, Purpose.timeStamping)
    let rogueLeaf = TestCertificate.issue(
      TestCA.timeSpec("Assay Test Time Stamp Authority"), key: .fixed(14), by: rogueIntermediate)
    let rogue = TestIdentity(leaf: rogueLeaf, intermediates: [rogueIntermediate], root: rogueRoot)
    let forged = signed(.none) { $0.editSignedAttributes = { $0 + [.signingTime(Demo.signed2021)] } }
    return [
      time("expired", "expired", "no timestamp", signed(.none)),
      time("expired-rfc3161", "trusted", "RFC 3161 timestamp inside the validity", stamped { _ in }),
      time("expired-legacy", "trusted", "countersignature inside the validity", legacy { _ in }),
      time("expired-legacy-sha256", "trusted", "countersignature with SHA-256", legacy { $0.digest = .sha256 }),
      time("expired-stamped-late", "expired", "timestamp after the end of the validity", stamped { $0.genTime = Demo.signed2025 }),
      time("expired-stamped-early", "expired", "timestamp before the validity", stamped { $0.genTime = MakerTime(2019, 6, 1) }),
      time("expired-signing-time-only", "expired", "signingTime attribute without a timestamp", forged),
      time("expired-imprint-other", "expired", "imprint of other bytes", stamped { $0.imprint = Hash.sha256([1]) }),
      time(
        "expired-token-bit", "expired", "one bit of the token's signature",
        stamped { $0.editSigner = { $0.breaksSignature = true } }),
      time("expired-authority-rogue", "expired", "authority that nobody trusts", stamped { $0.identity = rogue }),
      time("expired-authority-usage", "expired", "authority without timeStamping", stamped { $0.identity = noPurpose }),
      time(
        "expired-token-content", "expired", "token whose content is plain data", stamped { $0.contentType = "1.2.840.113549.1.7.1" }
      ),
      time(
        "expired-no-ess", "expired|trusted", "token without the signing certificate attribute",
        stamped { $0.hasSigningCertificate = false }),
      time("expired-legacy-digest", "expired", "countersignature of other bytes", legacy { $0.messageDigest = Hash.sha1([1]) }),
      time(
        "expired-legacy-bit", "expired", "one bit of the countersignature", legacy { $0.editSigner = { $0.breaksSignature = true } }
      ),
      time("expired-legacy-usage", "expired", "countersigner without timeStamping", legacy { $0.identity = noPurpose }),
      time(
        "lifetime", "expired", "lifetime signing ends with the certificate, timestamp or not",
        PESigner.sign(Fixtures.plain, Demo.stamped(lifetime, Demo.signed2021))),
    ]
  }

  private static func signed(_ time: AuthenticodeSpec.Time, _ change: @escaping @Sendable (inout SignerSpec) -> Void = { _ in })
    -> [UInt8]
  {
    PESigner.sign(
      Fixtures.plain,
      AuthenticodeSpec(Demo.expired).with {
        $0.time = time
        $0.editSigner = change
      })
  }

  private static func time(_ name: String, _ state: String, _ why: String, _ octets: [UInt8]) -> Fixture {
    Fixture(format: "pe", name: name, file: "program.exe", state: state, why: why, octets: octets)
  }
}
