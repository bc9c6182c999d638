/// How a signature block is written as comments of the language.
struct ScriptStyle: Sendable {
  let prefix: [UInt8]
  let suffix: [UInt8]
  let begin: [UInt8]
  let end: [UInt8]
  /// Characters of base64 in every line but the last, as the tools that sign cut them.
  let lineLengths: [Int]

  private init(_ prefix: String, _ suffix: String) {
    self.prefix = Array(prefix.utf8)
    self.suffix = Array(suffix.utf8)
    begin = Array("\(prefix)SIG # Begin signature block\(suffix)".utf8)
    end = Array("\(prefix)SIG # End signature block\(suffix)".utf8)
    lineLengths = [64]
  }

  /// Windows Script Host: begin and end lines of the caller's choice. Windows cuts 44 characters, osslsigncode 64.
  init(prefix: String, begin: String, end: String) {
    self.prefix = Array(prefix.utf8)
    suffix = []
    self.begin = Array(begin.utf8)
    self.end = Array(end.utf8)
    lineLengths = [44, 64]
  }

  static let hash = ScriptStyle("# ", "")
  static let xml = ScriptStyle("<!-- ", " -->")
  static let mof = ScriptStyle("/* ", " */")

  init(fileExtension: String) {
    switch fileExtension {
    case "ps1xml", "psc1", "cdxml": self = .xml
    case "mof": self = .mof
    default: self = .hash
    }
  }
}
