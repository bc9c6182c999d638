import AssayMaker

/// Configuration and provisioning profiles.
enum ProfileFixtures {
  static func all() -> [Fixture] {
    let issuer = ProfileSpec.issuer()
    return of("mobileconfig", "Sample.mobileconfig", ProfileSpec.configuration(), TestCA.code("Assay Example Ltd"))
      + of("provisionprofile", "embedded.provisionprofile", ProfileSpec.provisioning(), issuer)
  }

  private static func of(_ format: String, _ file: String, _ content: [UInt8], _ signer: TestIdentity) -> [Fixture] {
    func made(_ name: String, _ state: String, _ why: String, _ octets: [UInt8]) -> Fixture {
      Fixture(format: format, name: name, file: file, state: state, why: why, octets: octets)
    }
    let good = ProfileSpec.sign(content, signer)
    var changed = good
    // A digit of the version in the property list's first line.
    if let place = good.indices.first(where: { good[$0...].starts(with: Array("1.0\" encoding".utf8)) }) { changed[place] ^= 1 }
    return [
      made("good", "trusted", "signed", good),
      made(
        "good-indefinite", "trusted", "signed, in BER of indefinite length",
        ProfileSpec.sign(content, signer) { $0.indefinite = true }),
      made("unsigned", "unsigned", "the property list alone", content), made("tampered", "tampered", "another digit", changed),
      made("self-signed", "untrusted", "self-signed", ProfileSpec.sign(content, TestCA.selfSigned())),
      made(
        "two-signers", "malformed", "two signers", ProfileSpec.sign(content, signer) { $0.signers.append(SignerSpec(Demo.other)) }),
      made("detached", "malformed", "no content", ProfileSpec.sign(content, signer) { $0.content = .detached(content) }),
      made("no-profile", "malformed", "a signed text", ProfileSpec.sign(Array("text".utf8), signer)),
    ]
  }
}
