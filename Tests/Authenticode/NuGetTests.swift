import AssayCore
import AssayMaker
import Testing

/// NuGet packages: what no committed example can show.
struct NuGetTests {
  let judge = Judging()
  static let spec = NuGetSpec(Sample.signer.identity, [("a.nuspec", Array("<package/>".utf8)), ("lib/a.dll", [1, 2, 3])])

  @Test func goodIsTrustedWithEveryRung() {
    let report = judge(Self.spec.sign(), as: "a.nupkg")
    #expect(report.state == .trusted && report.format == "nupkg", "\(report.codes)")
    for name in ["package digest", "commitment", "signing certificate", "signature", "path"] {
      #expect(report.rung(name)?.outcome == .passed, "\(name)")
    }
    #expect(report.signatures.count == 1 && report.signatures[0].signer != nil)
  }

  @Test func everyByteOutsideTheSignatureCounts() {
    let bytes = Self.spec.sign()
    let (records, directory) = Self.spec.unsigned().layout()
    var series = judge.series
    // The signature's own entry of the directory is in no digest.
    let own = (bytes.count - 22 - 46 - ".signature.p7s".utf8.count)..<(bytes.count - 22)
    for place in Array(0..<records.count) + Array((bytes.count - directory.count - own.count)..<bytes.count)
    where !own.contains(place) {
      var changed = bytes
      changed[place] ^= 1 << UInt8(place % 8)
      #expect(series.state(changed, as: "a.nupkg") > .trusted, "byte \(place)")
    }
  }

  @Test func prefixesAreNeverBetter() {
    let bytes = Self.spec.sign()
    var series = judge.series
    for count in 0..<bytes.count { #expect(series.state(Array(bytes[..<count]), as: "a.nupkg") > .trusted, "\(count)") }
  }

  @Test("a countersignature counts only over a primary signature that is intact")
  func countersignature() {
    let other = TestCA.code("Repository Inc", key: .fixed(10))
    let both = judge(Self.spec.with { $0.countersigner = other }.sign(), as: "a.nupkg")
    #expect(both.state == .trusted && both.signatures.map(\.state) == [.trusted, .trusted], "\(both.codes)")
    #expect(both.signatures[1].signer?.certificate.subject.organization == "Repository Inc")
    let broken = judge(
      Self.spec.with {
        $0.countersigner = other
        $0.editSigner = { $0.breaksSignature = true }
      }.sign(), as: "a.nupkg")
    #expect(broken.signatures.allSatisfy { $0.signer == nil } && broken.state == .tampered)
    let author = judge(
      Self.spec.with {
        $0.countersigner = other
        $0.countersignerKind = .author
      }.sign(), as: "a.nupkg")
    #expect(author.signatures[1].state == .malformed && author.codes.contains("nupkg.attributes.commitment"))
    let rogue = judge(Self.spec.with { $0.countersigner = TestCA.rogueCode() }.sign(), as: "a.nupkg")
    #expect(rogue.signatures.map(\.state) == [.trusted, .untrusted])
  }

  @Test func weakDigestsAreNotTaken() {
    let report = judge(Self.spec.with { $0.editSigner = { $0.digest = .sha1 } }.sign(), as: "a.nupkg")
    #expect(report.state == .malformed && report.codes.contains("nupkg.key.weak"), "\(report.state)")
    let curve = NuGetSpec(TestCA.code(key: .p256()), [("a", [1])])
    #expect(judge(curve.sign(), as: "a.nupkg").state == .malformed)
  }

  @Test func aSignatureOfAnotherPackageIsTampered() {
    let signature = Self.spec.signature()
    let other = NuGetSpec(Sample.signer.identity, [("b.nuspec", [9])]).with {
      $0.editArchive = { $0.entries[$0.entries.count - 1].octets = signature }
    }
    let report = judge(other.sign(), as: "a.nupkg")
    #expect(report.state == .tampered && report.codes.contains("nupkg.package.digest"))
  }
}
