package import AssayCore

/// Things that can run or install and that no format here can judge yet. They are reported as not assessed, so that what was
/// not judged is counted and never silently left out.
package struct UnsupportedCode: Hashable, Sendable {
  /// For people: `ELF program or library`.
  package let name: String
  package let platform: String
  package let role: Role?

  /// Nil for what is no code as far as the table knows.
  package static func recognize(_ probe: Probe) -> UnsupportedCode? {
    if probe.isFolder { return nil }
    // An AppleDouble file is no code; it is named after the file that it belongs to.
    if probe.name.utf8.starts(with: "._".utf8), probe.head.starts(with: [0x00, 0x05, 0x16, 0x07]) { return nil }
    if let found = signatures.first(where: { probe.head.starts(with: $0.magic) }) {
      // CAFEBABE begins fat Mach-O files and Java classes; a class file's version word is above any count of slices.
      if found.magic == fatMagic, probe.head.count >= 8, probe.head[4] != 0 || probe.head[5] != 0 || probe.head[7] > 43 {
        return UnsupportedCode(name: "Java class", platform: "any", role: .library)
      }
      if found.magic != compoundMagic { return found.code }
    }
    return extensions[probe.fileExtension]
  }

  private static let fatMagic: [UInt8] = [0xCA, 0xFE, 0xBA, 0xBE]
  private static let compoundMagic: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]

  private static let signatures: [(magic: [UInt8], code: UnsupportedCode)] = [
    ([0x7F, 0x45, 0x4C, 0x46], UnsupportedCode(name: "ELF program or library", platform: "linux", role: .executable)),
    (fatMagic, UnsupportedCode(name: "universal Mach-O program or library", platform: "macos", role: .executable)),
    (compoundMagic, UnsupportedCode(name: "compound file", platform: "windows", role: nil)),
    ([0x4D, 0x53, 0x43, 0x46], UnsupportedCode(name: "cabinet", platform: "windows", role: nil)),
    ([0x78, 0x61, 0x72, 0x21], UnsupportedCode(name: "flat installer package (xar)", platform: "macos", role: nil)),
    ([0x23, 0x21], UnsupportedCode(name: "script with an interpreter line", platform: "linux", role: .script)),
    ([0x4D, 0x5A], UnsupportedCode(name: "DOS or 16-bit Windows program", platform: "windows", role: .executable)),
  ]

  private static let extensions: [String: UnsupportedCode] = {
    let script = { (name: String) in UnsupportedCode(name: name, platform: "windows", role: .script) }
    let package = { (name: String) in UnsupportedCode(name: name, platform: "windows", role: nil) }
    var table: [String: UnsupportedCode] = [
      "vbs": script("VBScript"), "vbe": script("encoded VBScript"), "js": script("JScript or JavaScript"),
      "jse": script("encoded JScript"), "wsf": script("Windows script file"), "wsc": script("Windows script component"),
      "wsh": script("Windows script settings"), "sct": script("Windows scriptlet"), "hta": script("HTML application"),
      "bat": script("batch file"), "cmd": script("batch file"), "inf": package("setup information file"),
      "msi": package("Windows Installer package"), "msp": package("Windows Installer patch"),
      "mst": package("Windows Installer transform"), "msm": package("Windows Installer merge module"),
      "cab": package("cabinet"), "cat": package("file named .cat that is no security catalog"), "msix": package("MSIX package"),
      "appx": package("AppX package"),
    ]
    let others: [(String, String, String, Role?)] = [
      ("sh", "shell script", "linux", .script), ("ko", "Linux kernel module", "linux", .kernelModule),
      ("jar", "Java archive", "any", .library), ("pkg", "installer package", "macos", nil), ("dmg", "disk image", "macos", nil),
      ("scpt", "compiled AppleScript", "macos", .script), ("applescript", "AppleScript", "macos", .script),
      ("command", "shell script", "macos", .script), ("com", "DOS program", "windows", .executable),
    ]
    for (ending, name, platform, role) in others {
      table[ending] = UnsupportedCode(name: name, platform: platform, role: role)
    }
    // Names that only a program or library carries, whatever is in them: an empty or damaged one is worth a line.
    for ending in ["exe", "dll", "sys", "ocx", "scr", "cpl", "drv", "efi", "mui", "ax", "acm"] {
      table[ending] = UnsupportedCode(name: "file named .\(ending) that is no Windows program", platform: "windows", role: nil)
    }
    return table
  }()
}
