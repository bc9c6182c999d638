import AssayContainers
package import AssayCore

/// Files that a host program runs because its arguments name them: the script of PowerShell, the library of rundll32.
package enum HostedFile {
  /// How a host finds its file among the arguments.
  private enum Habit {
    /// PowerShell: after `-File`, or the first that is no option and names a script.
    case powershell
    /// The first argument that is no option.
    case first
    /// The first, up to its comma.
    case library
    /// After `/c`, `/k` or `/r`.
    case shell
    /// After `/i` or `/package`.
    case installer
  }

  private static let hosts: [(names: [String], habit: Habit)] = [
    (["powershell.exe", "pwsh.exe"], .powershell),
    (["wscript.exe", "cscript.exe", "mshta.exe", "regsvr32.exe", "dotnet.exe"], .first),
    (["python.exe", "pythonw.exe", "py.exe", "node.exe", "perl.exe", "ruby.exe", "php.exe", "php-cgi.exe"], .first),
    (["rundll32.exe"], .library), (["cmd.exe"], .shell), (["msiexec.exe"], .installer),
  ]
  private static let fileEndings = [
    ".ps1", ".psm1", ".bat", ".cmd", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".hta", ".dll", ".ocx", ".cpl", ".exe", ".msi", ".py",
    ".pl", ".rb", ".php",
  ]

  /// Entries beside the host's own; empty where the program is no host or names no file.
  package static func entries(
    of host: InventoryEntry, arguments: String, _ disk: WindowsDisk, base: String?
  ) -> [InventoryEntry] {
    guard let last = host.path?.utf8.split(separator: 0x2F).last.map({ String(decoding: $0, as: UTF8.self) }),
      let habit = hosts.first(where: { $0.names.contains { WindowsCase.areEqual($0, last) } })?.habit,
      let file = file(in: words(arguments), habit)
    else { return [] }
    var entry = host
    entry.command = file
    entry.facts.append("run by \(last)")
    entry.findings = []
    var place = disk.locate(file, WindowsPathContext(habit == .library ? .library : .command))
    if let base, place?.isPresent != true, !file.utf8.contains(0x3A) {
      let own = disk.tree.locate(file, from: base)
      if own.kind == .file { place = WindowsPlace(path: own.path, kind: .file) }
    }
    entry.path = place?.path
    entry.isPresent = place?.isPresent ?? false
    return [entry]
  }

  private static func file(in words: [String], _ habit: Habit) -> String? {
    switch habit {
    case .powershell:
      if let option = words.firstIndex(where: { isOption($0, ["-file", "-f", "/file", "/f"]) }) {
        return words.dropFirst(option + 1).first
      }
      // `& 'C:\x.ps1'` and `. C:\x.ps1` stand in commands.
      return words.map { WindowsText.trimmed($0.unicodeScalars, ["'", "\"", "&", ";", "{", "}", "(", ")", " "]) }.first {
        hasEnding($0)
      }
    case .first: return words.first { $0.utf8.first != 0x2D && $0.utf8.first != 0x2F }
    case .library:
      guard let word = words.first(where: { $0.utf8.first != 0x2D && $0.utf8.first != 0x2F }) else { return nil }
      let name = WindowsText.string(word.unicodeScalars.prefix { $0 != "," })
      return hasEnding(name) ? name : name + ".dll"
    case .shell:
      guard let option = words.firstIndex(where: { isOption($0, ["/c", "/k", "/r"]) }) else { return nil }
      return words.dropFirst(option + 1).map { WindowsText.trimmed($0.unicodeScalars, ["\"", " "]) }.first { hasEnding($0) }
    case .installer:
      guard let option = words.firstIndex(where: { isOption($0, ["/i", "-i", "/package", "-package"]) }) else { return nil }
      return words.dropFirst(option + 1).first
    }
  }

  private static func isOption(_ word: String, _ options: [String]) -> Bool { options.contains { WindowsCase.areEqual($0, word) } }
  private static func hasEnding(_ word: String) -> Bool { fileEndings.contains { WindowsCase.hasSuffix(word, $0) } }

  /// Arguments at blanks, double quotes taken away. More than 256 are no command that a person wrote.
  static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word: [Unicode.Scalar] = []
    var isQuoted = false
    var isOpen = false
    for scalar in text.unicodeScalars {
      if scalar == "\"" {
        isQuoted.toggle()
        isOpen = true
      } else if !isQuoted, scalar == " " || scalar == "\t" {
        if isOpen || !word.isEmpty { words.append(WindowsText.string(word)) }
        word = []
        isOpen = false
        if words.count >= 256 { return words }
      } else {
        word.append(scalar)
      }
    }
    if !word.isEmpty { words.append(WindowsText.string(word)) }
    return words
  }
}
