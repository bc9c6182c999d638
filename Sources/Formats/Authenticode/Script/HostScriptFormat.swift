package import AssayBytes
package import AssayCore

/// Scripts of Windows Script Host with a signature block: VBScript, JScript, script files.
package enum HostScriptFormat: SignatureFormat {
  package static let id = "script-host"
  package static let name = "Windows Script Host script"
  package static let platform = "windows"
  package static let extensions = ["vbs", "vbe", "js", "jse", "wsf"]
  package static let bundles = ["microsoft"]
  package static let findingCodes = HostScriptFindings.all + AuthenticodeFindings.all

  package static func recognizes(_ probe: Probe) -> Bool { !probe.isFolder && extensions.contains(probe.fileExtension) }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    guard artifact.source.byteCount <= PowerShellFormat.maximumBytes else {
      throw ParseError(
        "limit.script-bytes",
        "the script has \(artifact.source.byteCount) bytes; more than \(PowerShellFormat.maximumBytes) are not read")
    }
    return try HostScriptArtifact(artifact, &budget)
  }
}

/// The three Subject Interface Packages of Windows Script Host.
enum HostLanguage: Sendable {
  case vbscript, jscript, scriptFile

  init(fileExtension: String) {
    switch fileExtension {
    case "js", "jse": self = .jscript
    case "wsf": self = .scriptFile
    default: self = .vbscript
    }
  }

  /// How its block is written.
  var style: ScriptStyle {
    switch self {
    case .vbscript:
      ScriptStyle(prefix: "'' SIG '' ", begin: "'' SIG '' Begin signature block", end: "'' SIG '' End signature block")
    case .jscript:
      ScriptStyle(prefix: "// SIG // ", begin: "// SIG // Begin signature block", end: "// SIG // End signature block")
    case .scriptFile: ScriptStyle(prefix: "** SIG ** ", begin: "<signature>", end: "</signature>")
    }
  }

  /// GUIDs as Windows keeps them: 1629f04e-2799-4db5-8fe5-ace10f17ebab, 06c9e010-38ce-11d4-a2a3-00104bd35090,
  /// 1a610570-38ce-11d4-a2a3-00104bd35090.
  var sip: [UInt8] {
    let common: [UInt8] = [0xCE, 0x38, 0xD4, 0x11, 0xA2, 0xA3, 0x00, 0x10, 0x4B, 0xD3, 0x50, 0x90]
    return switch self {
    case .vbscript: [0x4E, 0xF0, 0x29, 0x16, 0x99, 0x27, 0xB5, 0x4D, 0x8F, 0xE5, 0xAC, 0xE1, 0x0F, 0x17, 0xEB, 0xAB]
    case .jscript: [0x10, 0xE0, 0xC9, 0x06] + common
    case .scriptFile: [0x70, 0x05, 0x61, 0x1A] + common
    }
  }

  /// A byte order mark decides. Without one VBScript and JScript are read in the machine's ANSI code page, also where the text is
  /// UTF-8; a script file is XML, UTF-8 where it is valid.
  func encoding(of bytes: [UInt8]) -> (encoding: ScriptEncoding, markBytes: Int, dependsOnMachine: Bool) {
    if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2, false) }
    if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2, false) }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3, false) }
    let isASCII = bytes.allSatisfy { $0 < 0x80 }
    if self == .scriptFile, !isASCII, HostLanguage.isUTF8(bytes) { return (.utf8, 0, true) }
    return (.codePage(.windows1252), 0, !isASCII)
  }

  private static func isUTF8(_ bytes: [UInt8]) -> Bool {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue: continue
      case .emptyInput: return true
      case .error: return false
      }
    }
  }
}
