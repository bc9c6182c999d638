import AssayCore
import AssayMaker
import Testing

/// Attacks on scripts of Windows Script Host. Numbers are rows of the attack list, those of PowerShell's scripts carried over.
struct AttacksOnHostScripts {
  let judge = Judging()
  static let js = "var x = 1;\r\nWScript.Echo(x);\r\n"
  static let vbs = "MsgBox \"hello\"\r\n"
  static let wsf = "<job>\r\n<script language=\"VBScript\">\r\nMsgBox 1\r\n</script>\r\n</job>\r\n"
  private let good = HostScriptSpec(.js).sign(js, Sample.stamped)
  private func judged(_ bytes: [UInt8], _ name: String = "script.js") -> Report { judge(bytes, as: name) }

  @Test(
    "every language and encoding",
    arguments: [
      (HostScriptSpec(.js), js, "a.js"), (HostScriptSpec(.js), js, "A.JSE"), (HostScriptSpec(.vbs), vbs, "a.vbs"),
      (HostScriptSpec(.vbs), vbs, "a.vbe"), (HostScriptSpec(.wsf), wsf, "a.wsf"), (HostScriptSpec(.js, .utf16LE), js, "a.js"),
      (HostScriptSpec(.vbs, .utf16BE), vbs, "a.vbs"), (HostScriptSpec(.wsf, .utf8BOM), wsf, "a.wsf"),
      (HostScriptSpec(.wsf, .utf16LE), wsf, "a.wsf"), (HostScriptSpec(.js), "no line end", "a.js"),
    ])
  func good(spec: HostScriptSpec, text: String, name: String) {
    let report = judged(spec.sign(text, Sample.stamped), name)
    #expect(report.state == .trusted && report.format == "script-host", "\(report.codes.sorted())")
    #expect(report.findings.isEmpty && report.roles == [.script])
    #expect(judged(spec.unsigned(text), name).state == .unsigned)
  }

  @Test("row 13: code after, inside and before the block")
  func foreignCode() {
    let code = Array("evil();\r\n".utf8)
    #expect(judged(good + code).state == .malformed)
    #expect(judged(good + code).codes.contains("script-host.block.trailing"))
    let inside = good.count - "// SIG // End signature block\r\n".utf8.count
    let within = judged(Array(good[..<inside]) + code + good[inside...])
    #expect(within.state == .malformed && within.finding("script-host.block.foreign-line")?.offset == inside)
    #expect(judged(code + good).state == .tampered)
    let file = HostScriptSpec(.wsf).sign(AttacksOnHostScripts.wsf, Sample.stamped)
    #expect(judged(file + Array("<!-- -->".utf8), "a.wsf").state == .tampered)
    #expect(judged(Array("<!-- -->".utf8) + file, "a.wsf").state == .tampered)
  }

  @Test("row 13: two blocks, decoys, halves")
  func blocks() {
    let begin = Array("// SIG // Begin signature block\r\n".utf8)
    #expect(judged(good + good[AttacksOnHostScripts.js.utf8.count...]).codes.contains("script-host.block.second"))
    #expect(judged(begin + good).finding("script-host.block.decoy")?.offset == 0)
    #expect(judged(HostScriptSpec(.js).sign("// SIG // Begin signature block\r\n", Sample.stamped)).state == .malformed)
    #expect(judged(Array(AttacksOnHostScripts.js.utf8) + begin).state == .malformed)
    let element = Array("<signature>\r\n</signature>\r\n".utf8)
    let file = HostScriptSpec(.wsf).sign(AttacksOnHostScripts.wsf, Sample.stamped)
    #expect(judged(element + file, "a.wsf").state == .malformed)
    #expect(judged(file + element, "a.wsf").state == .malformed)
  }

  @Test("row 14: the block's form can be changed without breaking the signature")
  func noncanonical() {
    let wide = HostScriptSpec(.js).with { $0.columns = 76 }.sign(AttacksOnHostScripts.js, Sample.stamped)
    #expect(judged(wide).state == .trusted && judged(wide).codes.contains("script-host.block.noncanonical"))
    #expect(judge.with { $0.isStrict = true }(wide, as: "a.js").state == .malformed)
    // Windows cuts 44 characters, osslsigncode 64; both in one block is neither.
    for columns in [44, 64] {
      let usual = HostScriptSpec(.js).with { $0.columns = columns }.sign(AttacksOnHostScripts.js, Sample.stamped)
      #expect(judged(usual).state == .trusted && !judged(usual).codes.contains("script-host.block.noncanonical"), "\(columns)")
    }
    let narrow = HostScriptSpec(.js).with { $0.columns = 43 }.sign(AttacksOnHostScripts.js, Sample.stamped)
    #expect(judged(narrow).codes.contains("script-host.block.noncanonical"))
    let padded = HostScriptSpec(.js).with { $0.padding = [1, 2] }.sign(AttacksOnHostScripts.js, Sample.stamped)
    #expect(judged(padded).finding("script-host.block.padding")?.found == "2 bytes")
  }

  @Test("row 15: the mark is not covered, but the text that it makes is")
  func mark() {
    #expect(judged([0xEF, 0xBB, 0xBF] + good).state == .trusted)
    // Two characters under Windows-1252, one behind a mark.
    let accented = HostScriptSpec(.js, .windows1252).sign("// \u{C3}\u{A9}\r\n", Sample.stamped)
    #expect(judged(accented).state == .trusted)
    #expect(judged([0xEF, 0xBB, 0xBF] + accented).state == .tampered)
  }

  @Test("row 16: without a mark the digest depends on the code page")
  func codePage() {
    let western = judged(HostScriptSpec(.vbs).sign("' caf\u{E9}\r\n", Sample.stamped), "a.vbs")
    #expect(western.state == .trusted && western.finding("script-host.encoding.code-page")?.found == "windows-1252")
    let cyrillic = judged(
      HostScriptSpec(.vbs).with { $0.hashedText = "' caf\u{439}\r\n" }.sign("' caf\u{E9}\r\n", Sample.stamped), "a.vbs")
    #expect(cyrillic.state == .trusted && cyrillic.finding("script-host.encoding.code-page")?.found == "windows-1251")
    let utf8 = judged(HostScriptSpec(.vbs, .utf8).sign("' caf\u{E9}\r\n", Sample.stamped), "a.vbs")
    #expect(utf8.state == .trusted && utf8.finding("script-host.encoding.code-page")?.found?.contains("65001") == true)
    let file = judged(HostScriptSpec(.wsf, .utf8).sign("<!-- \u{E9} -->" + AttacksOnHostScripts.wsf, Sample.stamped), "a.wsf")
    #expect(file.state == .trusted && file.finding("script-host.encoding.code-page")?.found?.contains("65001") == true)
  }

  @Test("row 17: line ends rewritten")
  func lineEnds() {
    #expect(judged(good.filter { $0 != 0x0D }).codes.contains("script-host.block.line-ends"))
    let head = AttacksOnHostScripts.js.utf8.count
    let body = judged(good[..<head].filter { $0 != 0x0D } + good[head...])
    #expect(body.state == .tampered && body.codes.contains("script-host.digest.line-ends"))
  }

  @Test("the block's position is covered")
  func position() {
    for delta in [-1, 1, 256, 65_536] {
      let file = HostScriptSpec(.js).with { $0.positionDelta = delta }.sign(AttacksOnHostScripts.js, Sample.stamped)
      #expect(judged(file).state == .tampered && !judged(file).codes.contains("script-host.digest.position"))
    }
    let spec = HostScriptSpec(.wsf)
    let block = spec.block(spec.pkcs7(AttacksOnHostScripts.wsf, Sample.stamped))
    let moved = "<job>\r\n" + block.dropFirst(2) + AttacksOnHostScripts.wsf.dropFirst(7)
    #expect(judged(Array(("<job>\r\n" + block + AttacksOnHostScripts.wsf.dropFirst(7)).utf8), "a.wsf").state == .tampered)
    #expect(judged(Array(moved.utf8), "a.wsf").state != .trusted)
  }

  @Test("digests as osslsigncode makes them are named, not accepted", arguments: [false, true])
  func positionLeftOut(isPowerShell: Bool) {
    let spec = HostScriptSpec(.js).with {
      $0.coversPosition = false
      $0.interface = isPowerShell ? .powerShell : nil
    }
    let report = judged(spec.sign(AttacksOnHostScripts.js, Sample.stamped))
    #expect(report.state == .tampered && report.codes.contains("script-host.digest.position"))
    #expect(report.codes.contains("authenticode.content.other-kind") == isPowerShell)
  }

  @Test("a signature of another language, of PowerShell, of a program")
  func otherKind() {
    for interface in [SubjectInterface.vbscript, .scriptFile, .powerShell, .installer] {
      let file = HostScriptSpec(.js).with { $0.interface = interface }.sign(AttacksOnHostScripts.js, Sample.stamped)
      #expect(judged(file).state == .malformed && judged(file).codes.contains("authenticode.content.other-kind"))
    }
    let program = Sample.stamped.sign(image: PEImage(Sample.program))
    #expect(judged(HostScriptSpec(.js).attach(program, to: AttacksOnHostScripts.js)).state == .tampered)
  }

  @Test("no byte of the text can be changed, no prefix is better than the whole", arguments: ["a.js", "a.wsf"])
  func damage(name: String) {
    let isFile = name.hasSuffix("wsf")
    let file =
      isFile
      ? HostScriptSpec(.wsf).sign(AttacksOnHostScripts.wsf, Sample.signer)
      : HostScriptSpec(.js).sign(AttacksOnHostScripts.js, Sample.signer)
    var series = judge.series
    #expect(series.state(file, as: name) == .trusted)
    let text = isFile ? AttacksOnHostScripts.wsf.utf8.count - 8 : AttacksOnHostScripts.js.utf8.count
    for place in Array(0..<text) + (isFile ? Array((file.count - 8)..<file.count) : []) {
      for bit: UInt8 in [0x01, 0x20, 0x80] {
        var changed = file
        changed[place] ^= bit
        #expect(series.state(changed, as: name) != .trusted, "byte \(place)")
      }
    }
    for count in 0..<(file.count - (isFile ? 0 : 1)) { #expect(series.state(Array(file[..<count]), as: name) > .trusted) }
  }
}
