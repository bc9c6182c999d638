import AssayCore
import AssayMaker
import Testing

/// Visual Studio extensions: what no committed example can show.
struct VSIXTests {
  let judge = Judging()
  static let spec = VSIXSpec(
    Sample.signer.identity, [("extension.vsixmanifest", Array("<PackageManifest/>".utf8)), ("lib/a.dll", [1, 2, 3])])

  @Test func goodIsTrustedWithEveryRung() {
    let report = judge(Self.spec.sign(), as: "a.vsix")
    #expect(report.state == .trusted && report.format == "vsix", "\(report.codes)")
    for name in ["parts", "signature", "content digest", "path"] { #expect(report.rung(name)?.outcome == .passed, "\(name)") }
  }

  @Test func everyByteOfAPartCounts() {
    let part = Self.spec.files[1].octets
    for place in part.indices {
      let bytes = Self.spec.with { $0.editArchive = { $0.entries[2].octets[place] ^= 1 } }.sign()
      #expect(judge(bytes, as: "a.vsix").state == .tampered)
    }
  }

  @Test func prefixesAreNeverBetter() {
    let bytes = Self.spec.sign()
    var series = judge.series
    for count in 0..<bytes.count { #expect(series.state(Array(bytes[..<count]), as: "a.vsix") > .trusted, "\(count)") }
  }

  @Test func everyBitOfTheArchiveThatMattersIsRefused() {
    let bytes = Self.spec.sign()
    var series = judge.series
    var kept = 0
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 1 << UInt8(place % 8)
      if series.state(changed, as: "a.vsix") == .trusted { kept += 1 }
    }
    // Times, versions and attributes in the headers of seven entries: no OPC signature covers the archive itself. And the 297 bytes of
    // the signature's origin with its relationships, which lead to the signature and are not signed.
    #expect(kept < 7 * 24 + 297, "\(kept)")
  }

  @Test func aSecondManifestIsNotBelieved() {
    let wrapped = Self.spec.with {
      $0.editSignature = {
        $0.replacing(
          "<KeyInfo>", with: "<Object Id=\"idPackageObject\"><Manifest></Manifest></Object><KeyInfo>")
      }
    }
    #expect(judge(wrapped.sign(), as: "a.vsix").state >= .malformed)
  }
}
