import AssayBytes
import AssayCore
import AssayMaker
import Testing

/// Damage of every kind to small signed files: no crash, and never better than the whole.
struct DamageTests {
  let judge = Judging()

  /// Small files of both formats, up to 8 kB.
  static let samples: [(String, [UInt8])] = [
    ("program.exe", PESigner.sign(Sample.small, Sample.signer)),
    ("stamped.exe", PESigner.sign(Sample.small, Sample.stamped)),
    (
      "pages.exe", PESigner.sign(Sample.small, Sample.signer.with { $0.pageHashes = .v2 })
    ),
    ("nested.exe", PESigner.sign(Sample.small, Sample.signer.with { $0.nested = [Sample.signer.with { $0.digest = .sha384 }] })),
    ("entries.exe", PESigner.sign(Sample.small, entries: [Sample.signer, Sample.signer])),
    ("pe32.dll", PESigner.sign(PESpec().with { ($0.is64, $0.isDLL) = (false, true) }.build(), Sample.signer)),
    ("script.ps1", ScriptSpec().sign(Sample.script, Sample.signer)),
    ("mark.psm1", ScriptSpec(.hash, .utf8BOM).sign(Sample.script, Sample.signer)),
    ("wide.ps1", ScriptSpec(.hash, .utf16LE).sign("exit\r\n", Sample.signer)),
    ("format.ps1xml", ScriptSpec(.xml).sign("<Configuration/>\r\n", Sample.signer)),
    ("list.cat", CatalogSpec([.image(Sample.small, .sha256, name: "small.exe")]).signed(Sample.signer)),
    ("types.mof", ScriptSpec(.mof).sign("#pragma x\r\n", Sample.signer)),
  ]

  @Test("every prefix is judged, and none better than the whole", arguments: samples.indices)
  func prefixes(index: Int) {
    let (name, bytes) = DamageTests.samples[index]
    var series = judge.series
    #expect(series.state(bytes, as: name) == .trusted)
    // Of the two characters that end a script's block one is enough.
    let end = bytes.count - (name.hasSuffix("exe") || name.hasSuffix("dll") ? 0 : name == "wide.ps1" ? 2 : 1)
    for count in 0..<min(end, 8 << 10) {
      let state = series.state(Array(bytes[..<count]), as: name)
      #expect(state > .trusted, "\(name) cut at \(count)")
    }
  }

  @Test("every byte of a script that is covered is covered, and no byte of it gives a crash", arguments: [6, 7, 8])
  func scriptBytes(index: Int) {
    let (name, bytes) = DamageTests.samples[index]
    var series = judge.series
    let text = name == "wide.ps1" ? 2 + 12 : Sample.script.utf8.count + (name == "mark.psm1" ? 3 : 0)
    for place in bytes.indices {
      for bit: UInt8 in place < text ? [0x01, 0x20, 0x80] : [0x01] {
        var changed = bytes
        changed[place] ^= bit
        let state = series.state(changed, as: name)
        if place < text { #expect(state != .trusted, "\(name) byte \(place) bit \(bit)") }
      }
    }
  }

  @Test("no byte of the certificate table gives a crash; what stays trusted is not covered by design", arguments: [1, 2])
  func tableBytes(index: Int) {
    let (name, bytes) = DamageTests.samples[index]
    let (table, _) = PEImage(bytes).certificateTable
    var kept = 0
    var series = judge.series
    for place in table..<bytes.count {
      var changed = bytes
      changed[place] ^= 0x01
      if series.state(changed, as: name) == .trusted { kept += 1 }
    }
    // Unsigned attributes, names of algorithms that only declare, padding: never more than a fraction of the table.
    #expect(kept * 100 < (bytes.count - table) * 70, "\(kept) of \(bytes.count - table)")
  }

  @Test("numbers at their limits in every header field", arguments: [UInt8(0x00), 0x7F, 0x80, 0xFF])
  func headerNumbers(value: UInt8) {
    let (name, bytes) = DamageTests.samples[2]
    var series = judge.series
    for place in 0..<(PEImage(bytes).headerSize - 4) {
      var changed = bytes
      for index in 0..<4 { changed[place + index] = value }
      let isSame = changed == bytes
      let image = PEImage(bytes)
      let touchesFree = (image.checksumOffset - 3..<image.checksumOffset + 4).contains(place)
      let state = series.state(changed, as: name)
      #expect(isSame || touchesFree || state != .trusted, "\(place)")
    }
  }
}
