import AssayBytes
import AssayCore
import AssayMaker
import AssayPKI
import Testing

/// Attacks on PE images, each by changing one thing of a file that is trusted. Numbers are those of Tests/Conformance/Attacks/windows.tsv.
struct AttacksOnPE {
  let judge = Judging()

  @Test func theFileThatEveryAttackChangesIsTrusted() {
    let report = judge(PESigner.sign(Sample.program, Sample.stamped))
    #expect(report.state == .trusted)
    #expect(report.findings.isEmpty)
    #expect(report.signatures.first?.signer != nil)
    #expect(report.signatures.first?.ladder.rungs.contains { $0.outcome == .failed } == false)
  }

  @Test("row 1: bytes after the signature inside its entry (CVE-2013-3900)", arguments: [false, true])
  func padding(isStrict: Bool) throws {
    let payload = Array("<script>payload</script>".utf8)
    let file = PESigner.sign(Sample.program, Sample.stamped, table: CertificateTableSpec().with { $0.padding = payload })
    let report = judge.with { $0.isStrict = isStrict }(file)
    #expect(report.state == (isStrict ? .malformed : .trusted))
    let finding = try #require(report.finding("pe.certificate.padding"))
    #expect(finding.severity == (isStrict ? .failure : .warning))
    let offset = try #require(finding.offset)
    #expect(file[offset...].starts(with: payload))
    #expect(finding.message.contains("a script"))
  }

  @Test("row 1: up to seven zero bytes are the entry's own padding", arguments: 1...7)
  func zeroPadding(count: Int) {
    let table = CertificateTableSpec().with { $0.padding = [UInt8](repeating: 0, count: count) }
    let report = judge.with { $0.isStrict = true }(PESigner.sign(Sample.program, Sample.stamped, table: table))
    #expect(report.state == .trusted)
    #expect(!report.codes.contains("pe.certificate.padding"))
  }

  @Test("row 1: bytes that align an entry are zero")
  func slack() throws {
    var file = PESigner.sign(Sample.program, Sample.stamped)
    // The entry's length without its padding, as some signing tools write it; then the padding is the table's.
    let (offset, size) = PEImage(file).certificateTable
    var budget = Budget()
    var reader = ASN1Reader(file[(offset + 8)...], rules: .ber)
    let length = try reader.next(&budget).encoded.count
    file.put32(8 + length, at: offset)
    let count = size - 8 - length
    try #require(count > 0, "the sample has padding")
    #expect(judge(file).state == .trusted)
    #expect(!judge(file).codes.contains("pe.certificate.padding"))
    file[file.count - 1] = 0x41
    #expect(judge(file).state == .trusted)
    #expect(judge(file).finding("pe.certificate.padding")?.offset == file.count - count)
    #expect(judge.with { $0.isStrict = true }(file).state == .malformed)
  }

  @Test("row 2: every byte but checksum, directory entry and table is covered")
  func everyCoveredByte() {
    let file = PESigner.sign(Sample.small, Sample.signer)
    let image = PEImage(file)
    var series = judge.series
    for place in 0..<image.certificateTable.0 {
      let isFree =
        (image.checksumOffset..<(image.checksumOffset + 4)).contains(place)
        || (image.certificateEntryOffset..<(image.certificateEntryOffset + 8)).contains(place)
      guard !isFree else { continue }
      var changed = file
      changed[place] ^= 0x01
      let state = series.state(changed, as: "program.exe")
      // Without MZ, or with a place for the PE header that is none, it is no PE file at all.
      #expect(state != .trusted && state != .unsigned, "byte \(place): \(state)")
    }
  }

  @Test("row 2: the checksum is only a note")
  func checksum() {
    var file = PESigner.sign(Sample.program, Sample.stamped)
    file[PEImage(file).checksumOffset] ^= 0x01
    let report = judge(file)
    #expect(report.state == .trusted)
    #expect(report.finding("pe.checksum.mismatch")?.severity == .note)
  }

  @Test(
    "row 3: the table's place and size",
    arguments: [
      ("after it", "pe.certificate-table.trailing", CertificateTableSpec().with { $0.trailing = [1, 2, 3, 4, 5, 6, 7] }),
      ("larger", "pe.certificate-table.truncated", CertificateTableSpec().with { $0.directorySizeDelta = 8 }),
      ("smaller", "pe.certificate-table.trailing", CertificateTableSpec().with { $0.directorySizeDelta = -8 }),
      (
        "unaligned", "pe.certificate-table.unaligned",
        CertificateTableSpec().with { ($0.directoryOffsetDelta, $0.directorySizeDelta) = (4, -4) }
      ),
      ("far away", "pe.certificate-table.truncated", CertificateTableSpec().with { $0.directoryOffsetDelta = 1 << 30 }),
      ("in a section", "pe.certificate-table.overlap", CertificateTableSpec().with { $0.directoryOffsetDelta = -512 }),
      ("in the headers", "pe.certificate-table.overlap", CertificateTableSpec().with { $0.directoryOffsetDelta = -2048 }),
      ("longer entry", "pe.certificate-table.size", CertificateTableSpec().with { $0.lengthDelta = 8 }),
      ("no entry at all", "pe.certificate-table.size", CertificateTableSpec().with { $0.lengthDelta = -100_000 }),
    ])
  func table(_: String, code: String, spec: CertificateTableSpec) {
    let report = judge(PESigner.sign(Sample.program, Sample.signer, table: spec))
    #expect(report.state == .malformed)
    #expect(report.codes.contains(code), "\(report.codes.sorted())")
  }

  @Test("row 3: bytes of the table outside every entry")
  func tableLargerThanItsEntries() {
    var file = PESigner.sign(Sample.program, Sample.signer)
    file += [UInt8](repeating: 0, count: 64)
    let place = PEImage(file).certificateEntryOffset + 4
    file.put32(file.get32(place) + 64, at: place)
    let report = judge(file)
    #expect(report.state == .malformed)
    #expect(report.codes.contains("pe.certificate-table.size"))
  }

  @Test("row 3: a directory entry set to zero hides the table but not its remains")
  func orphan() throws {
    var file = PESigner.sign(Sample.program, Sample.signer)
    let (offset, _) = PEImage(file).certificateTable
    file.put32(0, at: PEImage(file).certificateEntryOffset)
    file.put32(0, at: PEImage(file).certificateEntryOffset + 4)
    let report = judge(file)
    #expect(report.state == .unsigned)
    #expect(report.finding("pe.certificate-table.orphaned")?.offset == offset)
  }

  @Test("row 4: an unsigned attribute that carries data")
  func stuffedAttribute() throws {
    let stuffed = Sample.stamped.with {
      $0.unsigned = [CMSAttribute("1.3.6.1.4.1.42921.1.2.1", DER.octets([UInt8](repeating: 0x41, count: 3000)))]
    }
    let report = judge(PESigner.sign(Sample.program, stuffed))
    #expect(report.state == .trusted)
    let finding = try #require(report.finding("authenticode.attributes.unknown"))
    #expect(finding.message.contains("1.3.6.1.4.1.42921.1.2.1") && finding.message.contains("30"))
  }

  @Test("row 5: certificates that nothing needs")
  func stuffedCertificate() {
    let dummy = TestCA.selfSigned("Copilot").leaf.der
    let stuffed = Sample.stamped.with { $0.editSignedData = { $0.extraCertificates = [dummy] } }
    let report = judge(PESigner.sign(Sample.program, stuffed))
    #expect(report.state == .trusted)
    #expect(report.finding("authenticode.certificates.unreferenced")?.message.contains("\(dummy.count) bytes") == true)
  }

  @Test("row 5: an entry of the bag that is no certificate")
  func unreadableCertificate() {
    let stuffed = Sample.stamped.with { $0.editSignedData = { $0.extraCertificates = [DER.seq(DER.octets([1, 2, 3]))] } }
    let report = judge(PESigner.sign(Sample.program, stuffed))
    #expect(report.state == .trusted)
    #expect(report.codes.contains("authenticode.certificates.unreadable"))
  }

  @Test("row 8: indefinite lengths are read")
  func indefinite() {
    #expect(
      judge(PESigner.sign(Sample.program, Sample.stamped.with { $0.editSignedData = { $0.indefinite = true } })).state == .trusted)
  }

  @Test("row 8: exactly one signerInfo", arguments: [0, 2])
  func signerInfos(count: Int) {
    let spec = Sample.stamped.with {
      $0.editSignedData = { data in data.signers = [SignerSpec](repeating: data.signers[0], count: count) }
    }
    let report = judge(PESigner.sign(Sample.program, spec))
    #expect(report.state == .malformed)
    #expect(report.codes.contains("authenticode.signer-infos.count"))
  }

  @Test("row 8: signatures nested in each other end at a limit")
  func nesting() {
    var spec = Sample.signer
    for _ in 0..<12 { spec = Sample.signer.with { [inner = spec] in $0.nested = [inner] } }
    let report = judge(PESigner.sign(Sample.program, spec))
    #expect(report.signatures.count == 6)
    #expect(report.codes.contains("limit.nested-signatures"))
    #expect(report.signatures.last?.state == .notAssessed)
  }

  @Test("row 9: a signature copied from another file")
  func copied() throws {
    let signature = PESigner.signature(of: PESigner.sign(Sample.other, Sample.stamped))
    let report = judge(PESigner.attach([signature], to: Sample.program))
    #expect(report.state == .tampered)
    #expect(report.signatures.first?.signer == nil)
    #expect(report.signatures.first?.claimedSigner?.subject.organization == "Assay Example Ltd")
    #expect(report.attack.contains("T1036.001"))
    let finding = try #require(report.finding("pe.digest.mismatch"))
    #expect(finding.message.contains("other content"))
    #expect(finding.expected == Fixture.hex(PEImage(Sample.other).digest(.sha256)))
    #expect(finding.found == Fixture.hex(PEImage(Sample.program).digest(.sha256)))
  }

  @Test("row 26: digest algorithms that differ")
  func mixedDigests() {
    for spec in [
      Sample.stamped.with { $0.contentDigest = .sha1 },
      Sample.stamped.with { $0.editSignedData = { $0.digestAlgorithms = [.sha1] } },
      Sample.stamped.with { $0.editSignedData = { $0.digestAlgorithms = [.sha256, .sha1] } },
    ] {
      let report = judge(PESigner.sign(Sample.program, spec))
      #expect(report.state == .malformed)
      #expect(report.codes.contains("authenticode.digest-algorithm.inconsistent"))
    }
  }

  @Test("row 27: a forged messageDigest")
  func forgedMessageDigest() {
    let spec = Sample.stamped.with { $0.editSigner = { $0.messageDigest = [UInt8](repeating: 7, count: 32) } }
    let report = judge(PESigner.sign(Sample.program, spec))
    #expect(report.state == .tampered)
    #expect(report.codes.contains("authenticode.message-digest.mismatch"))
  }

  @Test("row 27: SpcIndirectDataContent exchanged for one that fits the file")
  func swappedContent() {
    // The signature was made over another file; its content is made to name this file's digest.
    let foreign = PEImage(Sample.other).digest(.sha256)
    let own = PEImage(Sample.program).digest(.sha256)
    var signature = Sample.stamped.with { $0.imageDigest = foreign }.sign(image: PEImage(Sample.program))
    let place = signature.indices.first { signature[$0...].starts(with: foreign) }
    if let place { signature.replaceSubrange(place..<(place + own.count), with: own) }
    let report = judge(PESigner.attach([signature], to: Sample.program))
    #expect(report.state == .tampered)
    #expect(report.rung("content digest")?.outcome == .passed)
    #expect(report.rung("message digest")?.outcome == .failed)
  }

  @Test("row 28: each signature has its own state, the best is the file's")
  func dual() {
    let weak = Sample.stamped.with { $0.digest = .sha1 }
    let broken = Sample.stamped.with { $0.editSigner = { $0.breaksSignature = true } }
    let report = judge(PESigner.sign(Sample.program, broken.with { $0.nested = [weak] }))
    #expect(report.signatures.map(\.state) == [.tampered, .trusted])
    #expect(report.signatures.map(\.kind) == [.embedded, .nested])
    #expect(report.state == .trusted)
    #expect(report.codes.contains("authenticode.digest.weak"))
    let entries = judge(PESigner.sign(Sample.program, entries: [Sample.stamped, Sample.signer]))
    #expect(entries.signatures.map(\.index) == [0, 1])
    #expect(entries.state == .trusted)
  }

  @Test(
    "row 30: what is hidden in the padding is named", arguments: [("PK\u{3}\u{4}", "a ZIP archive"), ("MZ\u{90}", "a program")])
  func polyglot(payload: String, words: String) {
    let table = CertificateTableSpec().with { $0.padding = Array(payload.utf8) }
    let report = judge(PESigner.sign(Sample.program, Sample.stamped, table: table))
    #expect(report.finding("pe.certificate.padding")?.message.contains(words) == true)
  }

  @Test(
    "row 30: what is hidden in an unsigned attribute is named",
    arguments: [("xx<SCRIPT>alert(1)</script>", "a script"), ("MZ\u{1}", "a program"), ("PK\u{3}\u{4}", "a ZIP archive")])
  func hiddenInAttribute(payload: String, words: String) {
    func message(_ octets: [UInt8]) -> String {
      let stuffed = Sample.stamped.with { $0.unsigned = [CMSAttribute("1.3.6.1.4.1.42921.1.2.1", DER.octets(octets))] }
      let report = judge(PESigner.sign(Sample.program, stuffed))
      #expect(report.state == .trusted)
      return report.finding("authenticode.attributes.unknown")?.message ?? ""
    }
    #expect(message(Array(payload.utf8)).contains("seems to hold \(words)"))
    #expect(!message(Array("nothing".utf8)).contains("seems to hold"))
  }

  @Test("row 31: an overlay between sections and table is covered")
  func overlay() {
    var file = PESigner.sign(PESpec().with { $0.overlay = PESpec.code(count: 800, seed: 3) }.build(), Sample.stamped)
    #expect(judge(file).state == .trusted)
    file[PEImage(file).certificateTable.0 - 8] ^= 0x01
    #expect(judge(file).state == .tampered)
  }

  @Test("row 35: a signature that cannot be read is never trusted and never unsigned", arguments: [4, 40, 400])
  func unreadable(place: Int) {
    var file = PESigner.sign(Sample.program, Sample.stamped)
    let (offset, _) = PEImage(file).certificateTable
    file[offset + 8 + place] = 0xFF
    let state = judge(file).state
    #expect(state != .trusted && state != .unsigned && state != .notAssessed)
  }

  @Test("row 35: entries of another type or revision", arguments: [1, 3, 4, 9])
  func otherType(type: Int) {
    let report = judge(PESigner.sign(Sample.program, Sample.stamped, table: CertificateTableSpec().with { $0.type = type }))
    #expect(report.state == .malformed)
    #expect(report.finding("pe.certificate.type")?.found == "\(type)")
  }

  @Test("revision 1.0 is tolerated unless strict")
  func revision() {
    let old = PESigner.sign(Sample.program, Sample.stamped, table: CertificateTableSpec().with { $0.revision = 0x0100 })
    #expect(judge(old).state == .trusted)
    #expect(judge(old).codes.contains("pe.certificate.revision"))
    #expect(judge.with { $0.isStrict = true }(old).state == .malformed)
    let unknown = PESigner.sign(Sample.program, Sample.stamped, table: CertificateTableSpec().with { $0.revision = 0x0300 })
    #expect(judge(unknown).state == .malformed)
  }

  @Test("a script's signature on a program")
  func otherKind() {
    let blob = ScriptSpec().pkcs7(Sample.script, Sample.stamped.with { $0.imageDigest = PEImage(Sample.program).digest(.sha256) })
    let report = judge(PESigner.attach([blob], to: Sample.program))
    #expect(report.state == .malformed)
    #expect(report.codes.contains("authenticode.content.other-kind"))
  }

  @Test("the data type that sbsign wrote by mistake is tolerated in EFI images only", arguments: [(3, false), (10, true)])
  func legacyType(subsystem: Int, isAllowed: Bool) {
    let program = PESpec().with { $0.subsystem = subsystem }.build()
    let spec = Sample.stamped.with {
      $0.editSignedData = { data in
        guard case .value(var content) = data.content else { return }
        let right = DER.oid("1.3.6.1.4.1.311.2.1.15")
        let place = content.indices.first { content[$0...].starts(with: right) }
        if let place { content.replaceSubrange(place..<(place + right.count), with: DER.oid("1.3.6.1.4.1.311.2.1.21")) }
        data.content = .value(content)
      }
    }
    let file = PESigner.sign(program, spec)
    #expect(judge(file).state == (isAllowed ? .trusted : .malformed))
    #expect(judge.with { $0.isStrict = true }(file).state == .malformed)
    #expect(judge(file).codes.contains("authenticode.content.type-legacy") == isAllowed)
  }

  @Test("changed pages are named", arguments: [AuthenticodeSpec.PageHashes.v1, .v2])
  func pages(version: AuthenticodeSpec.PageHashes) throws {
    let big = PESpec().with {
      $0.sections = [.init(".text", PESpec.code(count: 9000)), .init(".data", PESpec.code(count: 5000, seed: 4))]
    }
    var file = PESigner.sign(big.build(), Sample.stamped.with { $0.pageHashes = version })
    let good = judge(file)
    #expect(good.state == .trusted)
    #expect(good.rung("page hashes")?.outcome == .passed)
    let data = try #require(PEImage(file).sections.last)
    file[data.1 + 4100] ^= 0x01
    let report = judge(file)
    #expect(report.state == .tampered)
    let rung = try #require(report.rung("page hashes"))
    #expect(rung.outcome == .failed)
    #expect(rung.offset == data.1 + 4096)
    #expect(rung.message.contains("section .data"))
  }

  @Test("page hashes that the signer got wrong are tampered even where the whole digest holds")
  func wrongPageTable() {
    let table = [UInt8](repeating: 1, count: 36 * 2)
    let report = judge(
      PESigner.sign(
        Sample.program,
        Sample.stamped.with {
          $0.pageHashes = .v2; $0.pageHashTable = table
        }))
    #expect(report.state == .tampered)
    #expect(report.rung("content digest")?.outcome == .passed)
    #expect(report.rung("page hashes")?.outcome == .failed)
  }
}

enum Fixture {
  static func hex(_ bytes: [UInt8]) -> String { Hex.encode(bytes) }
}
