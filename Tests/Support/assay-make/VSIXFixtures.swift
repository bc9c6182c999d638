import AssayMaker

/// Visual Studio extensions: signed as OPC packages, and each rule broken by itself.
enum VSIXFixtures {
  private static let files: [(name: String, octets: [UInt8])] = [
    ("extension.vsixmanifest", Array("<PackageManifest/>".utf8)), ("lib/example.dll", Fixtures.plain),
  ]
  private static let spec = VSIXSpec(Demo.vendor, files).with { $0.stamp = TimeStampSpec(at: Demo.signed2025) }

  static func all() -> [Fixture] { good() + bad() }

  private static func made(_ name: String, _ state: String, _ why: String, _ octets: [UInt8]) -> Fixture {
    Fixture(format: "vsix", name: name, file: "example.vsix", state: state, why: why, octets: octets)
  }

  private static func good() -> [Fixture] {
    [
      made("good", "trusted", "every part, a relationship transform, a timestamp", spec.sign()),
      made("good-sha512", "trusted", "SHA-512", spec.with { $0.hash = .sha512 }.sign()),
      made("unsigned", "unsigned", "no signature", spec.unsigned().build()),
      made("self-signed", "untrusted", "self-signed", VSIXSpec(TestCA.selfSigned(), files).sign()),
      made("expired", "expired", "no timestamp", VSIXSpec(Demo.expired, files).sign()),
      made(
        "expired-stamped", "trusted", "expired, timestamp in time",
        VSIXSpec(Demo.expired, files).with { $0.stamp = TimeStampSpec(at: Demo.signed2021) }.sign()),
      made(
        "revoked", "revoked", "revoked before it was signed",
        VSIXSpec(Demo.stolen, files).with { $0.stamp = TimeStampSpec(at: Demo.signed2025) }.sign()),
    ]
  }

  private static func bad() -> [Fixture] {
    func changed(_ change: @escaping @Sendable (inout ZIPSpec) -> Void) -> [UInt8] { spec.with { $0.editArchive = change }.sign() }
    return [
      made("tampered-part", "tampered", "one bit of a part", changed { $0.entries[2].octets[9] ^= 1 }),
      made(
        "part-added", "tampered", "a part that was not signed", changed { $0.entries.append(ZIPSpec.Entry("lib/evil.dll", [1])) }),
      made(
        "part-hidden", "tampered", "an unsigned part beside the signature",
        changed { $0.entries.append(ZIPSpec.Entry("package/services/digital-signature/evil.dll", [1])) }),
      made("part-missing", "tampered", "a signed part is gone", changed { $0.entries.remove(at: 2) }),
      made(
        "part-type", "tampered", "another content type",
        changed {
          let last = $0.entries.count - 1
          $0.entries[last].octets = Array(
            String(decoding: $0.entries[last].octets, as: UTF8.self).replacing("text/xml", with: "text/html").utf8)
        }),
      made(
        "relationship-changed", "tampered", "the signed relationship leads elsewhere",
        changed {
          $0.entries[0].octets = Array(
            String(decoding: $0.entries[0].octets, as: UTF8.self).replacing("/extension.vsixmanifest", with: "/other.vsixmanifest")
              .utf8)
        }),
      made(
        "digest", "tampered", "one digest of the manifest exchanged",
        spec.with { $0.editSignature = { $0.replacing("lib/example.dll", with: "lib/exampl2.dll") } }.sign()),
      made(
        "manifest-unreferenced", "malformed|tampered", "SignedInfo refers to an object without parts",
        spec.with {
          $0.reference = "#other"
          $0.editSignature = { $0.replacing("</KeyInfo>", with: "</KeyInfo><Object Id=\"other\"></Object>") }
        }.sign()),
      made(
        "transform-other", "not-assessed|tampered", "a transform that is not known",
        spec.with {
          $0.editManifest = { $0.replacing("RelationshipTransform", with: "OtherTransform") }
        }.sign()),
      made(
        "certificate-other", "tampered", "another certificate in the signature",
        spec.with {
          $0.editSignature = { text in
            let other = Demo.other.leaf.der
            return text.replacing(Base64.encode(Demo.vendor.leaf.der), with: Base64.encode(other))
          }
        }.sign()),
      made("signature-bit", "tampered", "one bit of the signature value", spec.with { $0.editSignature = { bit($0) } }.sign()),
      made("signature-empty", "malformed", "an empty signature part", spec.with { $0.editSignature = { _ in "" } }.sign()),
      made("duplicate-name", "malformed", "two parts of one name", changed { $0.entries.insert($0.entries[1], at: 0) }),
    ]
  }

  /// Exchanges one letter in the middle of the value.
  private static func bit(_ text: String) -> String {
    guard let range = text.firstRange(of: "<SignatureValue>") else { return text }
    let place = text.index(range.upperBound, offsetBy: 100)
    return String(text[..<place]) + (text[place] == "A" ? "B" : "A") + String(text[text.index(after: place)...])
  }
}
