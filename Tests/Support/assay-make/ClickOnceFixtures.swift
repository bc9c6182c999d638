import AssayMaker

/// ClickOnce manifests: no genuine signed one may be redistributed, so all are made from the published structure.
enum ClickOnceFixtures {
  private static let stamp = TimeStampSpec(at: Demo.signed2025)
  private static let spec = ClickOnceSpec(Demo.vendor, stamp: stamp)

  static func all() -> [Fixture] {
    let good = spec.sign()
    func replaced(_ old: String, _ new: String) -> [UInt8] {
      Array(String(decoding: good, as: UTF8.self).replacing(old, with: new, maxReplacements: 1).utf8)
    }
    let text = String(decoding: good, as: UTF8.self)
    let start = text.firstRange(of: "<Signature xmlns") ?? text.startIndex..<text.startIndex
    let end = text.firstRange(of: "</Signature></asmv1") ?? text.startIndex..<text.startIndex
    let block = String(text[start.lowerBound..<end.lowerBound]) + "</Signature>"
    return [
      made("good", "trusted", "timestamped", good),
      made(
        "good-legacy-time", "trusted", "a timestamp of the old form, without which it had expired",
        ClickOnceSpec(Demo.expired).with { $0.legacyStamp = CountersignatureSpec(at: MakerTime(2021, 3, 1)) }.sign()),
      made(
        "good-files", "trusted", "names files that are not beside it",
        spec.with { $0.files = [("Example.exe", Fixtures.plain), ("de\\texts.dll", [1, 2, 3])] }.sign()),
      made("good-sha1", "trusted", "SHA-1 and no timestamp", ClickOnceSpec(Demo.vendor).with { $0.hash = .sha1 }.sign()),
      made("comment-changed", "trusted", "comments are not covered", replaced("a comment", "another text")),
      made("unsigned", "unsigned", "no signature", spec.unsigned()),
      made("digest", "tampered", "the name of the application", replaced("name=\"Example.exe\"", "name=\"Evil.exe\"")),
      made("signature", "tampered", "one character of the signature value", replaced("<SignatureValue>", "<SignatureValue>AAAA")),
      made(
        "license-digest", "tampered", "a name inside the licence", replaced("<as:SignedBy />", "<as:SignedBy x=\"y\" />")),
      made("license-missing", "untrusted", "a bare key and no certificate", spec.with { $0.hasLicense = false }.sign()),
      made(
        "license-other", "malformed", "the licence of another manifest",
        spec.with { $0.licensedHash = [UInt8](repeating: 7, count: 32) }.sign()),
      made("other-key", "malformed", "another key for the manifest", spec.with { $0.manifestKey = .fixed(8) }.sign()),
      made("token", "malformed", "another key's token", spec.with { $0.token = [1, 2, 3, 4, 5, 6, 7, 8] }.sign()),
      made(
        "transform", "not-assessed", "a transform that nobody offers",
        spec.with { $0.transforms[1] = "http://www.w3.org/TR/1999/REC-xslt-19991116" }.sign()),
      made("two-signatures", "malformed", "the signature twice", replaced(block, block + block)),
      made("doctype", "malformed", "a document type", replaced("<asmv1:assembly", "<!DOCTYPE x []><asmv1:assembly")),
      made("self-signed", "untrusted", "self-signed", ClickOnceSpec(TestCA.selfSigned(), stamp: stamp).sign()),
      made("look-alike", "untrusted", "a look-alike's authority", ClickOnceSpec(TestCA.rogueCode(), stamp: stamp).sign()),
      made("expired", "expired", "no timestamp", ClickOnceSpec(Demo.expired).sign()),
      made("revoked", "revoked", "revoked before it was signed", ClickOnceSpec(Demo.stolen, stamp: stamp).sign()),
    ]
  }

  private static func made(_ name: String, _ state: String, _ why: String, _ octets: [UInt8]) -> Fixture {
    Fixture(format: "clickonce", name: name, file: "program.application", state: state, why: why, octets: octets)
  }
}
