import AssayMaker

/// PowerShell scripts: encodings, styles, and everything that can stand where it should not.
enum ScriptFixtures {
  private static let text = "param([string]$Name = 'world')\r\nWrite-Output \"Hello, $Name\"\r\n"
  private static let accented = "# Gr\u{FC}\u{DF}e aus K\u{F6}ln\r\nWrite-Output 'hello'\r\n"
  private static let markup = "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\r\n<Types>\r\n</Types>\r\n"
  private static let spec = Demo.stamped(Demo.vendor)

  static func all() -> [Fixture] { good() + bad() }

  private static func script(
    _ name: String, _ extension: String, _ state: String, _ why: String, _ octets: [UInt8]
  ) -> Fixture {
    Fixture(format: "powershell", name: name, file: "script.\(`extension`)", state: state, why: why, octets: octets)
  }

  private static func good() -> [Fixture] {
    func made(_ style: ScriptSpec.Style, _ encoding: ScriptSpec.Encoding, _ text: String) -> [UInt8] {
      ScriptSpec(style, encoding).sign(text, spec)
    }
    return [
      script("good", "ps1", "trusted", "UTF-8 without mark", made(.hash, .utf8, text)),
      script("good-mark", "ps1", "trusted", "UTF-8 with mark", made(.hash, .utf8BOM, accented)),
      script("good-utf16le", "psm1", "trusted", "UTF-16, little-endian", made(.hash, .utf16LE, accented)),
      script("good-utf16be", "psd1", "trusted", "UTF-16, big-endian", made(.hash, .utf16BE, "@{ Name = 'K\u{F6}ln' }\r\n")),
      script("good-utf8-early", "ps1", "trusted", "UTF-8 told by its first 32 bytes", made(.hash, .utf8, accented)),
      script("good-xml", "ps1xml", "trusted", "XML comments", made(.xml, .utf8BOM, markup)),
      script("good-console", "psc1", "trusted", "XML comments", made(.xml, .utf8, markup)),
      script("good-mof", "mof", "trusted", "C comments", made(.mof, .utf8, "instance of Example\r\n{\r\n};\r\n")),
      script("good-empty-last-line", "ps1", "trusted", "body without line break", made(.hash, .utf8, "Write-Output 1")),
      script(
        "code-page-1252", "ps1", "trusted", "Windows-1252 beyond ASCII: hash depends on the machine",
        made(.hash, .windows1252, accented)),
      script("unsigned", "ps1", "unsigned", "no block", Array(text.utf8)),
      script("unsigned-xml", "ps1xml", "unsigned", "no block", Array(markup.utf8)),
      script("self-signed", "ps1", "untrusted", "self-signed", ScriptSpec().sign(text, Demo.stamped(TestCA.selfSigned()))),
      script("expired", "ps1", "expired", "no timestamp", ScriptSpec().sign(text, AuthenticodeSpec(Demo.expired))),
      script("revoked", "ps1", "revoked", "revoked before it was signed", ScriptSpec().sign(text, Demo.stamped(Demo.stolen))),
    ]
  }

  private static func bad() -> [Fixture] {
    let good = ScriptSpec().sign(text, spec)
    let block = Array(ScriptSpec().block(ScriptSpec().pkcs7(text, spec)).utf8)
    let payload = Array("Start-Process calc.exe\r\n".utf8)
    let body = Array(text.utf8)
    func laid(_ change: (inout ScriptSpec) -> Void) -> [UInt8] { ScriptSpec().with(change).sign(text, spec) }
    // A line of the block's middle stands at the third line break after its beginning.
    let breaks = good.indices.filter { good[$0] == 0x0A && $0 > body.count }
    let inside = Array(good[...breaks[3]]) + payload + Array(good[(breaks[3] + 1)...])
    return [
      script("tampered", "ps1", "tampered", "a line before", Array("# changed\r\n".utf8) + good),
      script("tampered-one-bit", "ps1", "tampered", "one bit of the text", [good[0] ^ 0x01] + good.dropFirst()),
      script("mark-added", "ps1", "tampered", "mark that was not signed", [0xEF, 0xBB, 0xBF] + good),
      script("appended", "ps1", "malformed", "code after the end line", good + payload),
      script("blank-line-after", "ps1", "malformed", "one more blank line", laid { $0.ending = "\r\n\r\n" }),
      script("line-inside-block", "ps1", "malformed", "code inside the block", inside),
      script("two-blocks", "ps1", "malformed", "the block twice", good + block),
      script("line-feeds-only", "ps1", "malformed", "line feeds only: Windows sees no block", good.filter { $0 != 0x0D }),
      script("block-cut", "ps1", "malformed", "no end line", Array(good.prefix(good.count - 40))),
      script("padding", "ps1", "trusted", "octets after the DER", laid { $0.padding = [0, 0, 0, 0] }),
      script("columns-76", "ps1", "trusted", "base64 in lines of 76", laid { $0.columns = 76 }),
      script("copied-signature", "ps1", "tampered", "block of another script", payload + block),
      script(
        "decoy", "ps1", "malformed|tampered", "a begin line inside the text",
        Array("# SIG # Begin signature block\r\n".utf8) + good),
    ]
  }
}
