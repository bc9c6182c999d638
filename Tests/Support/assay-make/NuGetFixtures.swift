import AssayMaker

/// NuGet packages: author, repository, both, and each rule broken by itself.
enum NuGetFixtures {
  private static let files: [(name: String, octets: [UInt8])] = [
    ("example.nuspec", Array("<package><metadata><id>example</id></metadata></package>".utf8)),
    ("lib/net8.0/example.dll", Fixtures.plain),
  ]
  private static let spec = NuGetSpec(Demo.vendor, files).with { $0.stamp = TimeStampSpec(at: Demo.signed2025) }

  static func all() -> [Fixture] { good() + bad() }

  private static func made(_ name: String, _ state: String, _ why: String, _ spec: NuGetSpec) -> Fixture {
    Fixture(format: "nupkg", name: name, file: "example.nupkg", state: state, why: why, octets: spec.sign())
  }

  private static func good() -> [Fixture] {
    let expired = NuGetSpec(Demo.expired, files)
    return [
      made("good", "trusted", "author's signature with timestamp", spec),
      made("good-sha512", "trusted", "SHA-512", spec.with { $0.hash = .sha512 }),
      made("good-repository", "trusted", "repository's signature", spec.with { $0.kind = .repository }),
      made(
        "good-countersigned", "trusted", "author's signature, countersigned by a repository",
        spec.with { $0.countersigner = Demo.other }),
      made(
        "good-line-feeds", "trusted", "line feeds in the signed text",
        spec.with { $0.editText = { $0.replacing("\r\n", with: "\n") } }),
      made(
        "author-expired-countersigned", "trusted", "expired author, repository's countersignature holds",
        expired.with { $0.countersigner = Demo.other }),
      Fixture(
        format: "nupkg", name: "unsigned", file: "example.nupkg", state: "unsigned", why: "no signature",
        octets: spec.unsigned().build()),
      made("self-signed", "untrusted", "self-signed", NuGetSpec(TestCA.selfSigned(), files)),
      made("expired", "expired", "no timestamp", expired),
      made(
        "revoked", "revoked", "revoked before it was signed",
        NuGetSpec(Demo.stolen, files).with { $0.stamp = TimeStampSpec(at: Demo.signed2025) }),
      made("usage-email", "wrong-usage", "certificate for mail", NuGetSpec(Demo.mailer, files)),
    ]
  }

  private static func bad() -> [Fixture] {
    [
      made("tampered-file", "tampered", "one bit of a file", spec.with { $0.editArchive = { $0.entries[0].octets[3] ^= 1 } }),
      made(
        "file-added", "tampered", "a file that was not signed",
        spec.with { $0.editArchive = { $0.entries.insert(ZIPSpec.Entry("tools/init.ps1", [1]), at: 1) } }),
      made(
        "tampered-countersigned", "tampered", "one bit of a file, countersigned",
        spec.with {
          $0.countersigner = Demo.other
          $0.editArchive = { $0.entries[0].octets[3] ^= 1 }
        }),
      made(
        "text-version", "malformed", "a later version of the signed text",
        spec.with { $0.editText = { $0.replacing("Version:1", with: "Version:2") } }),
      made(
        "text-without-digest", "malformed", "no digest in the signed text", spec.with { $0.editText = { _ in "Version:1\r\n\r\n" } }
      ),
      made("certificate-unnamed", "malformed", "no signing-certificate-v2", spec.with { $0.namesCertificate = false }),
      made(
        "repository-nameless", "malformed", "repository without address",
        spec.with {
          $0.kind = .repository
          $0.serviceIndex = nil
        }),
      made(
        "signature-compressed", "malformed", "a compressed signature",
        spec.with { $0.editArchive = { $0.entries[$0.entries.count - 1].isDeflated = true } }),
      made("signature-trailing", "malformed", "octets after the signature", spec.with { $0.trailing = [0] }),
      made(
        "signature-bit", "tampered", "one bit of the signature value", spec.with { $0.editSigner = { $0.breaksSignature = true } }),
      made(
        "duplicate-name", "malformed", "two files of one name",
        spec.with { $0.editArchive = { $0.entries.insert($0.entries[0], at: 0) } }),
      made(
        "gap", "malformed|tampered", "octets between the entries", spec.with { $0.editArchive = { $0.entries[1].gap = [1, 2, 3] } }),
    ]
  }
}
