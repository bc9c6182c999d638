import AssayCore
import AssayMaker
import Testing

/// Attacks on cabinets, each by changing one thing of a file that is trusted. Numbers are rows of the attack list.
struct AttacksOnCabinets {
  let judge = Judging()
  private func judged(_ bytes: [UInt8]) -> Report { judge(bytes, as: "data.cab") }
  private func laid(_ change: (inout CabinetSpec) -> Void) -> Report { judged(CabinetSpec().with(change).sign(Sample.stamped)) }

  static let part = CabinetSpec().with {
    ($0.setID, $0.partNumber) = (7, 1)
    ($0.previous, $0.next) = (("disk1.cab", "Disk 1"), ("disk3.cab", "Disk 3"))
  }

  @Test("single cabinets, parts of sets, reserves in use are trusted")
  func good() {
    #expect(judged(CabinetSpec().sign(Sample.stamped)).state == .trusted)
    #expect(judged(CabinetSpec().sign(Sample.stamped)).findings.isEmpty)
    let part = judged(AttacksOnCabinets.part.sign(Sample.stamped))
    #expect(part.state == .trusted && part.finding("cab.set.part")?.found == "1")
    #expect(laid { $0.firstStructure = [1, 2, 3] }.state == .trusted)
    #expect(judge(CabinetSpec().sign(Sample.stamped), as: "setup.ex_").state == .trusted)
  }

  @Test("row 2: every byte of the cabinet is covered or checked")
  func everyByte() {
    let spec = AttacksOnCabinets.part.with { $0.firstStructure = [9, 9] }
    let file = spec.sign(Sample.signer)
    var series = judge.series
    #expect(series.state(file, as: "a.cab") == .trusted)
    let end = file.get32(8)
    for place in 0..<end {
      var changed = file
      changed[place] ^= 0x01
      let state = series.state(changed, as: "a.cab")
      #expect(state != .trusted && state != .unsigned, "byte \(place): \(state)")
    }
  }

  @Test(
    "row 3: what the header says of the signature",
    arguments: [
      ("cab.signature.trailing", CabinetSpec().with { $0.trailing = [0] }),
      ("cab.signature.place", CabinetSpec().with { $0.signaturePlaceDelta = 8 }),
      ("cab.signature.place", CabinetSpec().with { $0.signaturePlaceDelta = -8 }),
      ("cab.signature.place", CabinetSpec().with { $0.signaturePlaceDelta = 0x7000_0000 }),
      ("cab.signature.place", CabinetSpec().with { $0.signatureSizeDelta = 8 }),
      ("cab.signature.place", CabinetSpec().with { $0.signatureSizeDelta = 0x7000_0000 }),
      ("cab.signature.trailing", CabinetSpec().with { $0.signatureSizeDelta = -8 }),
      ("cab.reserve.filler", CabinetSpec().with { $0.filler = [1, 0, 0, 0, 0, 0, 0, 0] }),
    ])
  func place(code: String, spec: CabinetSpec) {
    let report = judged(spec.sign(Sample.stamped))
    #expect(report.state == .malformed)
    #expect(report.codes.contains(code), "\(report.codes.sorted())")
  }

  @Test("row 1: bytes after the signature inside its size")
  func padding() {
    let report = laid { $0.padding = Array("<script>payload</script>".utf8) }
    #expect(report.state == .trusted)
    #expect(report.finding("cab.signature.padding")?.message.contains("a script") == true)
    let file = CabinetSpec().with { $0.padding = [1] }.sign(Sample.stamped)
    #expect(judge.with { $0.isStrict = true }(file, as: "a.cab").state == .malformed)
  }

  @Test("digests as osslsigncode and relic make them for a later part are named, not accepted")
  func partNumber() {
    let report = judged(AttacksOnCabinets.part.with { $0.leavesOutPartNumber = true }.sign(Sample.stamped))
    #expect(report.state == .tampered && report.codes.contains("cab.digest.part-number"))
    #expect(!judged(AttacksOnCabinets.part.attach(CabinetSpec().pkcs7(Sample.stamped))).codes.contains("cab.digest.part-number"))
    // With the part's number zero the two rules are one.
    #expect(laid { $0.leavesOutPartNumber = true }.state == .trusted)
  }

  @Test("row 9 and 35: copied and unreadable signatures")
  func signatures() {
    let copied = judged(CabinetSpec([.init("x", [1])]).attach(CabinetSpec().pkcs7(Sample.stamped)))
    #expect(copied.state == .tampered && copied.codes.contains("cab.digest.mismatch"))
    #expect(judged(CabinetSpec().attach([UInt8](repeating: 0x41, count: 100))).state == .malformed)
    let program = Sample.stamped.sign(image: PEImage(Sample.program))
    #expect(judged(CabinetSpec().attach(program)).codes.contains("authenticode.content.other-kind"))
    // SPC_LINK as Microsoft's tools write it, SPC_CAB_DATA as others do; that of an installer is neither.
    for (last, state) in [(28, State.trusted), (25, .trusted), (30, .malformed)] {
      let spec = CabinetSpec().with { $0.dataType = "1.3.6.1.4.1.311.2.1.\(last)" }
      #expect(judged(spec.sign(Sample.stamped)).state == state, "\(last)")
    }
  }

  @Test("a signature that the header does not name is told")
  func orphan() {
    let file = CabinetSpec().with { $0.trailing = CabinetSpec().pkcs7(Sample.stamped) }.unsigned()
    #expect(judged(file).state == .unsigned && judged(file).codes.contains("cab.signature.orphaned"))
    // Where the reserve is in use, but names none, it was made to hide it.
    var hidden = CabinetSpec().sign(Sample.stamped)
    hidden[42] = 17
    #expect(judged(hidden).state == .malformed && judged(hidden).codes.contains("cab.signature.orphaned"))
    let text = CabinetSpec().with { $0.trailing = Array("PK\u{3}\u{4}".utf8) }.unsigned()
    #expect(judged(text).finding("cab.container.trailing")?.message.contains("a ZIP archive") == true)
  }

  @Test("no prefix is better than the whole")
  func prefixes() {
    let file = CabinetSpec().sign(Sample.signer)
    var series = judge.series
    for count in file.indices { #expect(series.state(Array(file[..<count]), as: "a.cab") > .trusted, "cut at \(count)") }
  }

  /// As the first tools signed: into the room that `cabarc -s 6144` keeps free.
  static let room = CabinetSpec().with { $0.roomForSignature = 6_144 }

  @Test("a signature in the reserve itself is judged like any other")
  func inReserve() {
    let report = judged(AttacksOnCabinets.room.sign(Sample.stamped))
    #expect(report.state == .trusted && report.findings.isEmpty && report.signatures.count == 1)
    #expect(judged(AttacksOnCabinets.room.with { $0.firstStructure = [1, 2, 3] }.sign(Sample.stamped)).state == .trusted)
    let copied = CabinetSpec([.init("x", [1])]).with { $0.roomForSignature = 6_144 }
    #expect(judged(copied.attach(AttacksOnCabinets.room.pkcs7(Sample.stamped))).state == .tampered)
    // One made for a place behind the cabinet, where sizes differ, is of another cabinet.
    #expect(judged(AttacksOnCabinets.room.attach(CabinetSpec().pkcs7(Sample.stamped))).state == .tampered)
    let broken = judged(AttacksOnCabinets.room.attach([0x30, 0x82] + [UInt8](repeating: 0x41, count: 200)))
    #expect(broken.state == .malformed)
  }

  @Test("what the signature in the reserve does not cover is refused")
  func aroundTheReserve() {
    let filled = judged(AttacksOnCabinets.room.with { $0.filler = [0, 0, 0, 0, 0, 0, 0, 9] }.sign(Sample.stamped))
    #expect(filled.state == .malformed && filled.codes.contains("cab.reserve.filler"))
    let longer = judged(AttacksOnCabinets.room.with { $0.trailing = Array("PK".utf8) }.sign(Sample.stamped))
    #expect(longer.state == .malformed && longer.codes.contains("cab.signature.trailing"))
  }

  @Test("row 2: every byte of a cabinet signed in its reserve is covered or checked")
  func everyByteOfAReservedOne() {
    let file = CabinetSpec().with { $0.roomForSignature = 3_000 }.sign(Sample.signer)
    var series = judge.series
    #expect(series.state(file, as: "a.cab") == .trusted)
    let length = Int(file[42]) | Int(file[43]) << 8
    // All but the signature, whose own octets other tests change.
    for place in Array(0..<44) + Array((44 + length)..<file.count) {
      var changed = file
      changed[place] ^= 0x01
      let state = series.state(changed, as: "a.cab")
      #expect(state != .trusted && state != .unsigned, "byte \(place): \(state)")
    }
  }

  @Test("a signature in a reserve whose lengths name none is told")
  func orphanInReserve() {
    for (place, value) in [(42, 0), (43, 0xFF), (40, 0xFF)] as [(Int, UInt8)] {
      var file = AttacksOnCabinets.room.sign(Sample.stamped)
      file[place] = value
      if place == 42 { file[43] = 0 }
      let report = judged(file)
      #expect(report.state == .malformed && report.codes.contains("cab.signature.orphaned"), "\(place)")
    }
    // Another application's reserve is nobody's signature.
    var other = CabinetSpec().with { $0.freeReserve = 128 }.unsigned()
    other.replaceSubrange(40..<60, with: Array("an application's own".utf8))
    #expect(judged(other).state == .unsigned && judged(other).codes.isEmpty)
  }

  @Test("row 2: the length of the blocks' reserve, which no digest covers, must fit the blocks", arguments: [0, 4])
  func blockReserve(_ count: Int) {
    let file = CabinetSpec().with { $0.blockReserve = count }.sign(Sample.stamped)
    #expect(judged(file).state == .trusted && judged(file).findings.isEmpty)
    var longer = file
    longer[39] += 3
    let report = judged(longer)
    #expect(report.state == .malformed && report.codes.contains("cab.data.overrun"))
    guard count > 0 else { return }
    var shorter = file
    shorter[39] = 0
    #expect(judged(shorter).codes.contains("cab.data.gap"))
    #expect(judge.with { $0.isStrict = true }(shorter, as: "a.cab").state == .malformed)
  }
}
