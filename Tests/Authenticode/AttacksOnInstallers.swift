import AssayBytes
import AssayCore
import AssayMaker
import Testing

/// Attacks on Windows Installer files, each by changing one thing of a file that is trusted. Numbers are rows of the attack list.
struct AttacksOnInstallers {
  let judge = Judging()
  private func judged(_ bytes: [UInt8], _ name: String = "setup.msi") -> Report { judge(bytes, as: name) }
  private let extended = InstallerSpec().with { $0.hasExtendedHash = true }
  private let archive =
    [0x50, 0x4B, 0x03, 0x04] + Array("payload".utf8) + [0x50, 0x4B, 0x05, 0x06] + [UInt8](repeating: 0, count: 18)

  @Test("the files that every attack changes are trusted", arguments: [3, 4], [false, true])
  func good(version: Int, isExtended: Bool) {
    let spec = InstallerSpec().with {
      $0.file.majorVersion = version
      $0.hasExtendedHash = isExtended
    }
    let report = judged(spec.sign(Sample.stamped))
    #expect(report.state == .trusted && report.format == "msi")
    #expect(report.codes.contains("msi.extended-hash.absent") != isExtended)
    #expect(report.findings.allSatisfy { $0.severity == .note })
  }

  @Test("an installer is known by its content, other compound files are left alone")
  func recognition() {
    let spec = InstallerSpec()
    #expect(judged(spec.sign(Sample.stamped), "picture.dat").state == .trusted)
    let other = spec.with { $0.file.classID = [UInt8](repeating: 7, count: 16) }
    #expect(judged(other.unsigned(), "letter.doc").format == nil)
    #expect(judged(other.unsigned(), "letter.doc").isCode == false)
    let named = judged(other.sign(Sample.stamped))
    #expect(named.state == .trusted && named.codes.contains("msi.class.other"))
  }

  @Test("row 6: an archive appended, in free sectors or past the end", arguments: [0, 512, 4096])
  func appended(padding: Int) {
    let file = InstallerSpec().sign(Sample.stamped)
    let report = judged(file + [UInt8](repeating: 0, count: padding) + archive)
    #expect(report.state == .malformed)
    #expect(report.finding("msi.container.trailing")?.offset == file.count)
    #expect(report.codes.contains("msi.container.polyglot"))
    #expect(report.attack.contains("T1036.001"))
    #expect(judged(InstallerSpec().unsigned() + archive).state == .unsigned)
  }

  @Test("row 6: an archive in sectors that the table claims to be in use")
  func appendedAndAllocated() throws {
    var file = InstallerSpec().sign(Sample.stamped)
    let sector = file.count / 512 - 1
    file += archive + [UInt8](repeating: 0, count: 512 - archive.count)
    file.put32(0xFFFF_FFFE, at: 512 + sector * 4)
    let report = judged(file)
    #expect(report.state == .malformed)
    #expect(report.codes.isSuperset(of: ["msi.container.polyglot", "msi.container.orphans"]))
    #expect(!report.codes.contains("msi.container.trailing"))
  }

  @Test("row 6: any content past the end, and zeros")
  func trailing() {
    let file = InstallerSpec().sign(Sample.stamped)
    #expect(judged(file + [0, 0, 7]).state == .malformed)
    let zeros = file + [UInt8](repeating: 0, count: 512)
    #expect(judged(zeros).state == .trusted)
    #expect(judged(zeros).finding("msi.container.padding")?.severity == .warning)
    #expect(judge.with { $0.isStrict = true }(zeros, as: "a.msi").state == .malformed)
  }

  @Test("row 6: an archive's end inside a covered stream is content")
  func storedArchive() {
    let spec = InstallerSpec(InstallerSpec.sample + [.stream("z.zip", PESpec.code(count: 4200) + archive)])
    #expect(judged(spec.sign(Sample.stamped)).state == .trusted)
  }

  @Test("row 33: the extended hash taken away, added, exchanged")
  func extendedHash() {
    let dropped = judged(InstallerSpec().attach(extended.pkcs7(Sample.stamped)))
    #expect(dropped.state == .tampered && dropped.codes.contains("msi.extended-hash.removed"))
    let added = judged(extended.attach(InstallerSpec().pkcs7(Sample.stamped)))
    #expect(added.state == .tampered && added.codes.contains("msi.extended-hash.added"))
    for forged in [Hash.sha256([1]), [], [1], [UInt8](repeating: 1, count: 65), [UInt8](repeating: 1, count: 5000)] {
      let report = judged(extended.with { $0.extendedHash = forged }.attach(extended.pkcs7(Sample.stamped)))
      #expect(report.state == .tampered && report.codes.contains("msi.extended-hash.mismatch"), "\(forged.count) bytes")
      // Also where the signer signed it so.
      let signed = judged(extended.with { $0.extendedHash = forged }.sign(Sample.stamped))
      #expect(signed.state == .tampered, "\(forged.count) bytes signed")
    }
  }

  @Test("row 33: names, times and sizes are covered by the extended hash only")
  func metadata() {
    let plain = InstallerSpec().sign(Sample.stamped)
    let whole = extended.sign(Sample.stamped)
    let pattern = Array("Transform".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    for (delta, words) in [(16, "name"), (96, "state bits"), (100, "creation time"), (108, "modification time")] {
      for (file, wanted) in [(plain, State.trusted), (whole, .tampered)] {
        var changed = file
        let place = changed.indices.first { changed[$0...].starts(with: pattern) } ?? 0
        changed[place + delta] ^= 0x01
        let report = judged(changed)
        #expect(report.state == wanted, "\(words)")
        #expect(report.codes.contains("msi.metadata.mismatch") == (wanted == .tampered), "\(words)")
      }
    }
  }

  @Test("row 33: a transform is signed by itself: without a signature it is unsigned, whatever the package beside it says")
  func transform() {
    let spec = InstallerSpec().with { $0.file.classID[0] = 0x82 }
    #expect(judged(spec.unsigned(), "de.mst").state == .unsigned)
    #expect(judged(spec.unsigned(), "de.mst").isCode)
    #expect(judged(spec.sign(Sample.stamped), "de.mst").state == .trusted)
  }

  @Test("row 9: a signature copied from another package")
  func copied() {
    let report = judged(InstallerSpec([.stream("Other", [1, 2, 3])]).attach(InstallerSpec().pkcs7(Sample.stamped)))
    #expect(report.state == .tampered && report.signatures.first?.signer == nil)
    #expect(report.codes.contains("msi.digest.mismatch"))
  }

  @Test("row 35: a signature that cannot be read is never unsigned", arguments: [0, 1, 300])
  func unreadable(count: Int) {
    let report = judged(InstallerSpec().attach([UInt8](repeating: 0x41, count: count)))
    #expect(report.state == .malformed)
    #expect(count > 0 || report.codes.contains("msi.signature.empty"))
  }

  @Test("a storage in place of the signature's stream")
  func storage() {
    let spec = InstallerSpec(InstallerSpec.sample + [.storage("\u{5}DigitalSignature", [.stream("x", [1])])])
    #expect(judged(spec.unsigned()).state == .malformed)
  }

  @Test("an extended hash without signature, a signature of another kind")
  func leftovers() {
    let orphan = InstallerSpec(InstallerSpec.sample + [.stream("\u{5}MsiDigitalSignatureEx", Hash.sha256([1]))])
    #expect(judged(orphan.unsigned()).state == .unsigned)
    #expect(judged(orphan.unsigned()).codes.contains("msi.extended-hash.orphaned"))
    let script = ScriptSpec().pkcs7(Sample.script, Sample.stamped)
    #expect(judged(InstallerSpec().attach(script)).codes.contains("authenticode.content.other-kind"))
    let cabinet = CabinetSpec().pkcs7(Sample.stamped)
    #expect(judged(InstallerSpec().attach(cabinet)).codes.contains("authenticode.content.other-kind"))
  }

  @Test("every byte of every stream, and of every class id, is covered")
  func everyCoveredByte() {
    let inner: [CompoundFileSpec.Node] = [.stream("A", Array(1...70)), .storage("S", [.stream("B", [5, 6])])]
    let spec = InstallerSpec(inner)
    let file = spec.sign(Sample.signer)
    var series = judge.series
    #expect(series.state(file, as: "a.msi") == .trusted)
    func places(_ pattern: [UInt8], _ count: Int, from: Int = 0) -> Range<Int> {
      let place = file.indices.first { file[$0...].starts(with: pattern) } ?? 0
      return (place + from)..<(place + from + count)
    }
    let storage: [UInt8] = Array("S".utf8) + [UInt8](repeating: 0, count: 63) + [4]
    for place in Array(places(Array(1...70), 70)) + Array(places([5, 6, 0], 2)) + Array(places(storage, 16, from: 80)) {
      var changed = file
      changed[place] ^= 0x01
      #expect(series.state(changed, as: "a.msi") == .tampered, "byte \(place)")
    }
  }

  @Test("no changed byte gives a crash, no prefix is better than the whole")
  func damage() {
    let file = extended.sign(Sample.signer)
    var series = judge.series
    for place in stride(from: 0, to: 8192, by: 1) {
      var changed = file
      changed[place] ^= 0x41
      _ = series.state(changed, as: "a.msi")
    }
    // Behind the last stream its sector goes on.
    for count in stride(from: 0, to: file.count - 512, by: 7) {
      #expect(series.state(Array(file[..<count]), as: "a.msi") > .trusted)
    }
  }
}
