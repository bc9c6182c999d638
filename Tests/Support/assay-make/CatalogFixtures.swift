import AssayMaker

/// Catalogs: signed lists of the digests of `Fixtures/pe/unsigned` and others.
enum CatalogFixtures {
  private static let spec = Demo.stamped(Demo.vendor)
  private static let script = Array("@echo off\r\n".utf8)
  private static let strong = CatalogSpec([
    .image(Fixtures.plain, .sha256, name: "program.exe"), .flat(script, .sha256, name: "start.cmd"),
    .image(Fixtures.plain, .sha256).with {
      $0.tag = Hash.sha1([1]); $0.digest = nil
    },
  ])
  private static let old = CatalogSpec(
    [
      .image(Fixtures.plain, .sha1, name: "program.exe").with { $0.osAttribute = "2:5.1,2:6.0" },
      .flat(script, .sha1, name: "start.cmd"),
    ], version: 1)

  static func all() -> [Fixture] { good() + bad() }

  private static func made(_ name: String, _ state: String, _ why: String, _ octets: [UInt8]) -> Fixture {
    Fixture(format: "catalog", name: name, file: "list.cat", state: state, why: why, octets: octets)
  }

  private static func good() -> [Fixture] {
    let paged = strong.with { $0.members[0].pageHashes = PEImage(Fixtures.plain).pageHashes(.sha256) }
    return [
      made("good", "trusted", "version 2, SHA-256 with an RFC 3161 timestamp", strong.signed(spec)),
      made("good-v1", "trusted", "version 1, SHA-1 tags as text", old.signed(spec.with { $0.digest = .sha1 })),
      made("good-page-hashes", "trusted", "a member with page hashes", paged.signed(spec)),
      made("good-empty", "trusted", "no member at all", CatalogSpec([]).signed(spec)),
      made("unsigned", "unsigned", "nobody signed it", strong.signed(nil)),
      made("self-signed", "untrusted", "self-signed", strong.signed(Demo.stamped(TestCA.selfSigned()))),
      made("expired", "expired", "no timestamp", strong.signed(AuthenticodeSpec(Demo.expired))),
      made("revoked", "revoked", "revoked before it was signed", strong.signed(Demo.stamped(Demo.stolen))),
      made("usage-email", "wrong-usage", "certificate for mail", strong.signed(Demo.stamped(Demo.mailer))),
      made(
        "member-named", "trusted", "a name in place of a digest as tag",
        strong.with { $0.members[0].tag = TrustListSpec.text("program") }.signed(spec)),
      made(
        "member-mismatch", "trusted", "a tag that is another digest",
        strong.with { $0.members[0].tag = Hash.sha256([7]) }.signed(spec)),
    ]
  }

  private static func bad() -> [Fixture] {
    let good = strong.signed(spec)
    func flip(_ wanted: [UInt8]) -> [UInt8] {
      var file = good
      for start in 0..<(file.count - wanted.count) where Array(file[start..<(start + wanted.count)]) == wanted {
        file[start] ^= 0x01
        break
      }
      return file
    }
    return [
      made("tampered", "tampered", "one bit of a member's tag", flip(Hash.sha256(script))),
      made("tampered-name", "tampered", "one bit of a member's file name", flip(TrustListSpec.text("start.cmd"))),
      made(
        "list-exchanged", "tampered", "another list under the signature",
        strong.signed(
          spec.with {
            $0.editSignedData = { $0.content = .value(old.encode()) }; $0.editSigner = { $0.messageDigest = Hash.sha256([]) }
          })
      ),
      made(
        "usage-other", "malformed", "the list's usage is that of a root list",
        strong.with { $0.usage = TrustListSpec.rootList }.signed(spec)),
      made(
        "members-other", "malformed", "members by an algorithm that is no catalog's",
        strong.with { $0.subjectAlgorithm = Hash.sha256.oid }.signed(spec)),
      made(
        "content-other", "malformed", "SpcIndirectDataContent in place of the list",
        spec.sign(image: PEImage(Fixtures.plain))),
      made(
        "trailing", "trusted", "bytes after the catalog", good + Array("<script>after</script>".utf8)),
    ]
  }
}
