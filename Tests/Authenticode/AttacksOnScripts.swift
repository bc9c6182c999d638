import AssayBytes
import AssayCore
import AssayMaker
import Testing

/// Attacks on signed scripts. Numbers are the rows of Docs/Formats/powershell.md.
struct AttacksOnScripts {
  let judge = Judging()
  private let good = ScriptSpec().sign(Sample.script, Sample.stamped)
  private func judged(_ bytes: [UInt8], _ name: String = "script.ps1") -> Report { judge(bytes, as: name) }

  @Test(
    "every style and encoding",
    arguments: [
      (ScriptSpec(.hash), "a.ps1"), (ScriptSpec(.hash, .utf8BOM), "a.psm1"), (ScriptSpec(.hash, .utf16LE), "a.psd1"),
      (ScriptSpec(.hash, .utf16BE), "a.ps1"), (ScriptSpec(.xml), "a.ps1xml"), (ScriptSpec(.xml, .utf8BOM), "a.psc1"),
      (ScriptSpec(.xml), "a.cdxml"), (ScriptSpec(.mof), "a.mof"),
    ])
  func good(spec: ScriptSpec, name: String) {
    let report = judged(spec.sign(Sample.script, Sample.stamped), name)
    #expect(report.state == .trusted)
    #expect(report.findings.isEmpty)
    #expect(report.roles == [.script])
  }

  @Test("row 13: code after, inside and before the block")
  func foreignCode() throws {
    let code = Array("Write-Host EVIL\r\n".utf8)
    let after = judged(good + code)
    #expect(after.state == .malformed)
    #expect(after.finding("powershell.block.trailing")?.offset == good.count - 2)

    let inside = good.count - Array("# SIG # End signature block\r\n".utf8).count
    let within = judged(Array(good[..<inside]) + code + good[inside...])
    #expect(within.state == .malformed)
    #expect(within.finding("powershell.block.foreign-line")?.offset == inside)
    #expect(judged(Array(good[..<inside]) + Array("# a comment\r\n".utf8) + good[inside...]).state == .malformed)
    #expect(judged(Array(good[..<inside]) + Array("# \r\n".utf8) + good[inside...]).state == .malformed)
    #expect(judged(Array(good[..<inside]) + Array("\r\n".utf8) + good[inside...]).state == .malformed)

    #expect(judged(code + good).state == .tampered)
  }

  @Test("row 13: two blocks, decoys, halves")
  func blocks() {
    let block = Array(good[Sample.script.utf8.count...])
    let second = judged(good + block)
    #expect(second.state == .malformed)
    #expect(second.codes.contains("powershell.block.second"))
    let begin = Array("# SIG # Begin signature block\r\n".utf8)
    let decoy = judged(begin + good)
    #expect(decoy.state == .malformed)
    #expect(decoy.finding("powershell.block.decoy")?.offset == 0)
    // Also where the signer signed the decoy.
    let signedDecoy = judged(ScriptSpec().sign("# SIG # Begin signature block\r\n" + Sample.script, Sample.stamped))
    #expect(signedDecoy.state == .malformed)
    #expect(judged(Array(Sample.script.utf8) + begin).state == .malformed)
    #expect(judged(Array(Sample.script.utf8) + Array("# SIG # End signature block\r\n".utf8)).state == .malformed)
  }

  @Test(
    "row 13: what may follow the block",
    arguments: [
      ("\r\n", true), ("\n", true), ("\r", true), ("\n\n", true), ("", false), ("\r\n\r\n", false), (" \r\n", false),
      ("\r\n ", false),
    ])
  func ending(text: String, isAllowed: Bool) {
    let report = judged(ScriptSpec().with { $0.ending = text }.sign(Sample.script, Sample.stamped))
    #expect((report.state == .trusted) == isAllowed, "\(report.codes.sorted())")
    #expect(isAllowed || report.state == .malformed)
  }

  @Test("row 14: the block's form can be changed without breaking the signature")
  func noncanonical() {
    let wide = judged(ScriptSpec().with { $0.columns = 76 }.sign(Sample.script, Sample.stamped))
    #expect(wide.state == .trusted)
    #expect(wide.finding("powershell.block.noncanonical")?.severity == .warning)
    #expect(
      judge.with { $0.isStrict = true }(ScriptSpec().with { $0.columns = 76 }.sign(Sample.script, Sample.stamped), as: "a.ps1")
        .state == .malformed)
    let padded = judged(ScriptSpec().with { $0.padding = [1, 2, 3] }.sign(Sample.script, Sample.stamped))
    #expect(padded.state == .trusted)
    #expect(padded.finding("powershell.block.padding")?.found == "3 bytes")
  }

  @Test("row 14: a reshaped block makes another file of the same Authenticode digest, which deny lists name")
  func reshaped() throws {
    let reports = [ScriptSpec(), ScriptSpec().with { $0.columns = 76 }, ScriptSpec().with { $0.padding = [1, 2, 3] }].map {
      judged($0.sign(Sample.script, Sample.stamped))
    }
    let digests = reports.map { report in report.digests.first { $0.name == "authenticode-sha256" }?.value }
    try #require(digests[0] != nil)
    #expect(Set(digests).count == 1)
    #expect(Set(reports.map(\.byteCount)).count == 3)
  }

  @Test("row 15: the byte order mark is covered")
  func mark() {
    #expect(judged([0xEF, 0xBB, 0xBF] + good).state == .tampered)
    #expect(judged(Array(ScriptSpec(.hash, .utf8BOM).sign(Sample.script, Sample.stamped).dropFirst(3))).state == .tampered)
    let wide = good.flatMap { [$0, UInt8(0)] }
    #expect(judged([0xFF, 0xFE] + wide).state == .tampered)
    #expect(judged(wide).state == .trusted, "the same text in UTF-16 without a mark is the same text")
  }

  @Test("row 16: without a mark the digest depends on the machine's code page")
  func codePage() {
    let text = "Write-Host 'plain text at the start, then caf\u{E9}'\r\n"
    let western = judged(ScriptSpec(.hash, .windows1252).sign(text, Sample.stamped))
    #expect(western.state == .trusted)
    #expect(western.finding("powershell.encoding.code-page")?.found == "windows-1252")
    // 0xE9 is CYRILLIC SMALL LETTER SHORT I under code page 1251.
    let cyrillic = judged(
      ScriptSpec(.hash, .windows1252).with { $0.hashedText = text.replacing("\u{E9}", with: "\u{439}") }.sign(text, Sample.stamped))
    #expect(cyrillic.state == .trusted)
    #expect(cyrillic.finding("powershell.encoding.code-page")?.found == "windows-1251")
    let utf8 = judged(ScriptSpec(.hash, .utf8).sign(text, Sample.stamped))
    #expect(utf8.state == .trusted)
    #expect(utf8.finding("powershell.encoding.code-page")?.found?.contains("65001") == true)
    let early = judged(ScriptSpec(.hash, .utf8).sign("# caf\u{E9}\r\n", Sample.stamped))
    #expect(early.state == .trusted)
    #expect(!early.codes.contains("powershell.encoding.code-page"), "UTF-8 within the first 32 bytes is UTF-8 everywhere")
  }

  @Test("row 17: line ends rewritten")
  func lineEnds() {
    let all = judged(good.filter { $0 != 0x0D })
    #expect(all.state == .malformed)
    #expect(all.codes.contains("powershell.block.line-ends"))
    let head = Sample.script.utf8.count
    let body = judged(good[..<head].filter { $0 != 0x0D } + good[head...])
    #expect(body.state == .tampered)
    #expect(body.codes.contains("powershell.digest.line-ends"))
    #expect(!judged(Array("x".utf8) + good).codes.contains("powershell.digest.line-ends"))
  }

  @Test("row 18: text that two readers decode differently is named")
  func ambiguousEncoding() {
    // Valid UTF-8 after byte 32 only: the Subject Interface Package reads the code page, an editor reads UTF-8.
    let text = "Write-Host 'thirty-two bytes of ASCII, then \u{2028}'\r\n"
    #expect(judged(ScriptSpec(.hash, .utf8).sign(text, Sample.stamped)).codes.contains("powershell.encoding.code-page"))
  }

  @Test(
    "row 37: blocks quoted in documents",
    arguments: [
      "$x = '# SIG # Begin signature block'\r\n", "  # SIG # Begin signature block\r\n", "#SIG# Begin\r\n", "",
    ])
  func quotedInside(text: String) {
    #expect(judged(Array(text.utf8)).state == .unsigned)
  }

  @Test(
    "row 37: whole lines quoted in documents are malformed, not a crash",
    arguments: [
      "@'\r\n# SIG # Begin signature block\r\n# MIIbad==\r\n# SIG # End signature block\r\n'@\r\n",
      "# SIG # Begin signature block\r\n# SIG # End signature block\r\n",
      "# SIG # End signature block\r\n# SIG # Begin signature block\r\n",
      "\r\n# SIG # Begin signature block\r\n# AAAA\r\n# SIG # End signature block\r\n",
    ])
  func quotedLines(text: String) {
    #expect(judged(Array(text.utf8)).state == .malformed)
  }

  @Test("a program's signature in a script")
  func otherKind() {
    let blob = Sample.stamped.sign(image: PEImage(Sample.program))
    let report = judged(Array((Sample.script + ScriptSpec().block(blob)).utf8))
    #expect(report.state == .tampered)
    #expect(report.codes.contains("authenticode.content.other-kind"))
  }

  @Test("a compiled MOF is no script")
  func binary() {
    let report = judged(Array("FOMB".utf8) + [UInt8](repeating: 7, count: 100), "a.mof")
    #expect(report.state == .unsigned)
    #expect(report.codes.contains("powershell.content.binary"))
  }
}
