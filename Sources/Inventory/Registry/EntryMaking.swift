import AssayContainers
import AssayCore

/// How a line of the configuration becomes entries.
extension WindowsSystem {
  /// The program of a command line, and what it was started to load or run: the library of rundll32, the script of powershell.
  func entries(
    ofCommand command: String, name: String, origin: String, role: Role? = nil, context: WindowsPathContext, attack: [String]
  ) -> [InventoryEntry] {
    let program = disk.program(command, context)
    var first = entry(program.place, command, name: name, origin: origin, role: role)
    first.attack = attack
    if !program.plantable.isEmpty {
      first.findings.append(
        Finding(
          "inventory.command.unquoted", .warning,
          "the command has spaces and no quotes: Windows tries \(WindowsSystem.listed(program.plantable)) first; put the path in quotes",
          found: command, attack: ["T1574.009"]))
    }
    if let hidden = program.shadowed {
      first.findings.append(
        Finding(
          "inventory.command.planted", .warning,
          "the command has no quotes, and \(first.path ?? "") is started in place of \(hidden)", expected: hidden,
          found: first.path,
          attack: ["T1574.009"]))
    }
    var entries = [first]
    if let place = program.place, let hosted = HostedCode(host: place.path, arguments: program.arguments) {
      var inner = context
      inner.base = hosted.isLibrary ? .library : .command
      let found = disk.program(hosted.file, inner)
      if found.place != nil {
        var second = entry(found.place, command, name: name, origin: origin, role: role)
        second.attack = attack
        entries.append(second)
      }
    }
    return entries
  }

  /// A path that is one name and no command line.
  func entry(
    ofFile file: String, name: String, origin: String, role: Role, context: WindowsPathContext, attack: [String]
  ) -> InventoryEntry {
    var place = disk.locate(file, context)
    if context.base == .library, place?.isPresent != true, !file.lastName.unicodeScalars.contains(".") {
      place = disk.locate(file + ".dll", context)
    }
    var entry = entry(place, file, name: name, origin: origin, role: role)
    entry.attack = attack
    return entry
  }

  private func entry(_ place: WindowsPlace?, _ command: String, name: String, origin: String, role: Role?) -> InventoryEntry {
    var entry = InventoryEntry(
      role ?? WindowsSystem.role(of: place?.path ?? command), name: name, origin: origin, command: command, path: place?.path,
      isPresent: place?.isPresent ?? false)
    if let stream = place?.stream {
      entry.findings.append(
        Finding(
          "inventory.path.stream", .warning, "what is started is the stream \(stream) of a file, which hides in it", found: command,
          attack: ["T1564.004"]))
    }
    if place == nil, !command.isEmpty {
      entry.findings.append(
        Finding(
          "inventory.path.elsewhere", .note,
          "the command leads to another machine, another volume or an unknown variable: nothing of it is on this disk",
          found: command))
    }
    return entry
  }

  private static func role(of path: String) -> Role {
    for (role, endings) in [
      (Role.library, [".dll", ".ocx", ".cpl"]), (.script, [".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".bat", ".cmd", ".hta"]),
      (.kernelDriver, [".sys"]),
    ] where endings.contains(where: { WindowsCase.hasSuffix(path, $0) }) { return role }
    return .executable
  }

  private static func listed(_ names: [String]) -> String {
    names.count <= 3 ? names.joined(separator: ", ") : names.prefix(3).joined(separator: ", ") + " and \(names.count - 3) more"
  }
}

extension String {
  var lastName: String { WindowsText.names(self).last ?? self }
}

/// Programs of Windows that only run what their command line names.
struct HostedCode {
  let file: String
  let isLibrary: Bool

  init?(host: String, arguments: String) {
    let name = host.lastName
    let words = HostedCode.words(arguments)
    func isHost(_ names: String...) -> Bool { names.contains { WindowsCase.areEqual(name, $0) } }
    var found: String?
    var isLibrary = false
    if isHost("rundll32.exe") {
      isLibrary = true
      // `rundll32 "a b.dll",Entry` and `rundll32 a.dll,Entry`
      found = words.first { !HostedCode.isOption($0) }.map { word in
        WindowsText.string(word.unicodeScalars.prefix { $0 != "," })
      }
    } else if isHost("regsvr32.exe") {
      isLibrary = true
      found = words.last { !HostedCode.isOption($0) }
    } else if isHost("powershell.exe", "pwsh.exe") {
      if let option = words.firstIndex(where: { word in ["-File", "-f", "/File"].contains { WindowsCase.areEqual(word, $0) } }),
        words.indices.contains(option + 1)
      {
        found = words[option + 1]
      } else {
        found = words.first { !HostedCode.isOption($0) && WindowsCase.hasSuffix($0, ".ps1") }
      }
    } else if isHost("wscript.exe", "cscript.exe", "mshta.exe") {
      found = words.first { !HostedCode.isOption($0) }
    } else if isHost("dotnet.exe", "node.exe", "python.exe", "pythonw.exe", "php.exe", "php-cgi.exe") {
      found = words.first { word in
        !HostedCode.isOption(word) && [".dll", ".js", ".mjs", ".py", ".pyw", ".php"].contains { WindowsCase.hasSuffix(word, $0) }
      }
    } else if isHost("cmd.exe") {
      let option = words.firstIndex { word in ["/c", "/k", "/r"].contains { WindowsCase.areEqual(word, $0) } }
      found = option.flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
    }
    guard let file = found, !file.isEmpty, !WindowsCase.hasPrefix(file, "http") else { return nil }
    self.file = "\"" + file + "\""
    self.isLibrary = isLibrary
  }

  private static func isOption(_ word: String) -> Bool { word.utf8.first == 0x2D || word.utf8.first == 0x2F }

  /// At most 64 words; quotes hold one together.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word: [Unicode.Scalar] = []
    var isQuoted = false
    for scalar in text.unicodeScalars {
      if scalar == "\"" {
        isQuoted.toggle()
      } else if !isQuoted && (scalar == " " || scalar == "\t") {
        if !word.isEmpty { words.append(WindowsText.string(word)) }
        word = []
        if words.count >= 64 { return words }
      } else {
        word.append(scalar)
      }
    }
    if !word.isEmpty { words.append(WindowsText.string(word)) }
    return words
  }
}
