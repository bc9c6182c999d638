import AssayMaker

/// Scripts of Windows Script Host: the three languages, encodings, and what can stand where it should not.
enum HostScriptFixtures {
  private static let spec = Demo.stamped(Demo.vendor)
  private static let js = "var name = 'world';\r\nWScript.Echo('Hello, ' + name);\r\n"
  private static let vbs = "MsgBox \"Hello World!\"\r\n"
  private static let wsf =
    "<?xml version=\"1.0\" ?>\r\n<job>\r\n  <script language=\"JScript\">\r\n    WScript.Echo(1);\r\n  </script>\r\n</job>\r\n"

  static func all() -> [Fixture] { good() + bad() }

  private static func script(
    _ name: String, _ extension: String, _ state: String, _ why: String, _ octets: [UInt8]
  ) -> Fixture {
    Fixture(format: "script-host", name: name, file: "script.\(`extension`)", state: state, why: why, octets: octets)
  }

  private static func good() -> [Fixture] {
    let accented = "// K\u{F6}ln\r\n" + js
    return [
      script("good-js", "js", "trusted", "JScript, ASCII", HostScriptSpec(.js).sign(js, spec)),
      script("good-vbs", "vbs", "trusted", "VBScript, ASCII", HostScriptSpec(.vbs).sign(vbs, spec)),
      script("good-vbe", "vbe", "trusted", "encoded VBScript", HostScriptSpec(.vbs).sign("#@~^BgAAAA==x{F&AgEAAA==^#~@\r\n", spec)),
      script("good-wsf", "wsf", "trusted", "script file, block before the end of the job", HostScriptSpec(.wsf).sign(wsf, spec)),
      script("good-utf16le", "js", "trusted", "UTF-16, little-endian", HostScriptSpec(.js, .utf16LE).sign(accented, spec)),
      script("good-mark", "js", "trusted", "UTF-8 with mark", HostScriptSpec(.js, .utf8BOM).sign(accented, spec)),
      script(
        "code-page-1252", "vbs", "trusted", "Windows-1252 beyond ASCII", HostScriptSpec(.vbs).sign("' \u{E9}\r\n" + vbs, spec)),
      script("unsigned-js", "js", "unsigned", "no block", Array(js.utf8)),
      script("unsigned-vbs", "vbs", "unsigned", "no block", Array(vbs.utf8)),
      script("unsigned-wsf", "wsf", "unsigned", "no block", Array(wsf.utf8)),
      script("self-signed", "js", "untrusted", "self-signed", HostScriptSpec(.js).sign(js, Demo.stamped(TestCA.selfSigned()))),
      script("expired", "vbs", "expired", "no timestamp", HostScriptSpec(.vbs).sign(vbs, AuthenticodeSpec(Demo.expired))),
    ]
  }

  private static func bad() -> [Fixture] {
    let good = HostScriptSpec(.js).sign(js, spec)
    let payload = Array("new ActiveXObject('WScript.Shell').Run('calc');\r\n".utf8)
    let file = HostScriptSpec(.wsf).sign(wsf, spec)
    let end = good.count - "// SIG // End signature block\r\n".utf8.count
    let toolMade = HostScriptSpec(.js).with {
      $0.coversPosition = false
      $0.interface = .powerShell
    }
    // The block of a script file one line earlier: the text without it is the same.
    let moved = wsf.replacing("  </script>\r\n</job>", with: "")
    let block = HostScriptSpec(.wsf).block(HostScriptSpec(.wsf).pkcs7(wsf, spec))
    return [
      script("tampered", "js", "tampered", "one bit of the text", [good[0] ^ 0x01] + good.dropFirst()),
      script("tampered-after", "wsf", "tampered", "text after the block", Array(file.dropLast(2)) + Array(" \r\n".utf8)),
      script(
        "block-moved", "wsf", "tampered", "the block elsewhere",
        Array((moved.dropLast(1) + block + "  </script>\r\n</job>\r\n").utf8)),
      script("position-left-out", "js", "tampered", "digest as osslsigncode makes it", toolMade.sign(js, spec)),
      script(
        "position-wrong", "vbs", "tampered", "another position", HostScriptSpec(.vbs).with { $0.positionDelta = 1 }.sign(vbs, spec)),
      script("mark-added", "js", "trusted", "a mark is not covered, and the text is the same", [0xEF, 0xBB, 0xBF] + good),
      script("appended", "js", "malformed", "code after the end line", good + payload),
      script("line-inside-block", "js", "malformed", "code inside the block", Array(good[..<end]) + payload + good[end...]),
      script("two-blocks", "js", "malformed", "the block twice", good + Array(good[js.utf8.count...])),
      script("decoy", "js", "malformed", "a begin line inside the text", Array("// SIG // Begin signature block\r\n".utf8) + good),
      script("line-feeds-only", "js", "malformed", "line feeds only", good.filter { $0 != 0x0D }),
      script("block-cut", "js", "malformed", "no end line", Array(good.prefix(good.count - 40))),
      script(
        "second-signature", "wsf", "malformed", "a second signature element",
        file + Array("\r\n<signature>\r\n</signature>\r\n".utf8)),
      script(
        "padding", "js", "trusted", "octets after the DER", HostScriptSpec(.js).with { $0.padding = [0, 0, 0] }.sign(js, spec)),
      script(
        "columns-76", "vbs", "trusted", "base64 in lines of 76", HostScriptSpec(.vbs).with { $0.columns = 76 }.sign(vbs, spec)),
      script("copied-signature", "js", "tampered", "block of another script", payload + Array(good[js.utf8.count...])),
      script(
        "other-language", "vbs", "tampered|malformed", "made for JScript",
        HostScriptSpec(.vbs).with { $0.interface = .jscript }.sign(vbs, spec)),
    ]
  }
}
