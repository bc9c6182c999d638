import AssayCore

/// What runs a file, by its first octets and its name.
package enum ScriptLanguage {
  /// A compiled script begins so; its version follows.
  static let compiled = Array("FasdUAS ".utf8)
  /// The same for JavaScript that is compiled for Open Scripting.
  static let compiledJavaScript = Array("JsOsaDAS".utf8)
  static let compiledEnd: [UInt8] = [0xFA, 0xDE, 0xDE, 0xAD]
  static let interpreter = "osascript"

  /// Nil for what is no script of Apple's Open Scripting Architecture.
  static func appleScript(_ probe: Probe) -> String? {
    if probe.isFolder || SignatureSearch.isCompanion(probe.name, probe.head) { return nil }
    if probe.head.starts(with: compiled) { return "compiled AppleScript" }
    if probe.head.starts(with: compiledJavaScript) { return "compiled JavaScript for Automation" }
    if let words = interpreterWords(probe.head), runs(words, interpreter) { return "text for osascript" }
    switch probe.fileExtension {
    case "scpt": return "file named .scpt that is no compiled script"
    case "applescript": return "AppleScript text"
    default: return nil
    }
  }

  /// Words after `#!`; empty for a line that names nothing, which shells run all the same; nil without `#!`.
  static func interpreterWords(_ head: [UInt8]) -> [[UInt8]]? {
    guard head.starts(with: [0x23, 0x21]) else { return nil }
    let line = head.dropFirst(2).prefix { $0 != 0x0A && $0 != 0x0D }
    return line.split { $0 == 0x20 || $0 == 0x09 }.map(Array.init)
  }

  /// The program that `#!` names; nil where a file names none.
  package static func interpreterPath(_ head: [UInt8]) -> [UInt8]? { interpreterWords(head)?.first }

  /// Named directly, or as the first word after `env` that is neither an option nor a variable.
  private static func runs(_ words: [[UInt8]], _ program: String) -> Bool {
    func last(_ path: [UInt8]) -> [UInt8] { Array(path.split(separator: 0x2F).last ?? []) }
    guard let first = words.first else { return false }
    if last(first).elementsEqual(program.utf8) { return true }
    guard last(first).elementsEqual("env".utf8) else { return false }
    let named = words.dropFirst().first { $0.first != 0x2D && !$0.contains(0x3D) }
    return named.map { last($0).elementsEqual(program.utf8) } ?? false
  }

  /// Endings of text that an interpreter runs.
  private static let scriptEndings: Set<String> = [
    "sh", "bash", "zsh", "ksh", "csh", "command", "tool", "py", "pl", "rb", "tcl", "php", "js", "mjs", "lua", "awk", "swift",
  ]
  static func isScript(_ probe: Probe) -> Bool {
    interpreterWords(probe.head) != nil || scriptEndings.contains(probe.fileExtension)
  }
}
