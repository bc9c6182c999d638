import AssayCore

/// A command of a Mac's configuration: which file it runs, and which one that file is told to run.
struct AppleCommand {
  /// Folders that a program without a folder is looked for in.
  static let searchFolders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]
  /// Words that are looked at.
  static let wordLimit = 64

  /// Paths of the Mac, the program first; then the script that it is an interpreter of.
  private(set) var files: [String] = []
  /// Text that an interpreter is given to run.
  private(set) var inlineText: String?

  /// `words`: program and arguments. Empty names nothing.
  init(_ words: [String]) {
    var rest = words.prefix(AppleCommand.wordLimit)[...]
    // Programs that run what follows them.
    while let word = rest.popFirst() {
      files.append(word)
      let name = AppleDisk.name(word)
      guard AppleCommand.isOne(name, of: AppleCommand.wrappers) else {
        interpret(name, rest)
        return
      }
      while let next = rest.first, next.utf8.first == UInt8(ascii: "-") || AppleCommand.isAssignment(next) { rest.removeFirst() }
    }
  }

  private static let wrappers = ["env", "nohup", "nice", "sudo", "caffeinate", "exec", "time", "arch"]
  private static let interpreters = [
    "sh", "bash", "zsh", "dash", "ksh", "csh", "tcsh", "osascript", "perl", "ruby", "node", "php", "swift",
  ]

  private mutating func interpret(_ name: String, _ arguments: ArraySlice<String>) {
    let isPython = name.utf8.starts(with: "python".utf8)
    if AppleCommand.isOne(name, of: ["java"]) {
      if let jar = arguments.firstIndex(where: { $0.utf8.elementsEqual("-jar".utf8) }), arguments.indices.contains(jar + 1) {
        files.append(arguments[jar + 1])
      }
      return
    }
    guard isPython || AppleCommand.isOne(name, of: AppleCommand.interpreters) else { return }
    var rest = arguments
    while let word = rest.popFirst() {
      guard word.utf8.first == UInt8(ascii: "-") else {
        files.append(word)
        return
      }
      // `-c TEXT` of shells and Python, `-e TEXT` of the others; `-lc` and the like are both.
      let isText = ["c", "e"].contains { word.utf8.last == $0.utf8.first && !word.utf8.starts(with: "--".utf8) }
      if isText, let text = rest.first {
        inlineText = text
        if let first = AppleCommand.split(text).first, first.utf8.first == 0x2F { files.append(first) }
        return
      }
      // `python -m MODULE` names no file.
      if isPython, word.utf8.elementsEqual("-m".utf8) { return }
    }
  }

  private static func isOne(_ name: String, of names: [String]) -> Bool {
    names.contains { $0.utf8.elementsEqual(name.utf8) }
  }

  private static func isAssignment(_ word: String) -> Bool {
    guard let sign = word.utf8.firstIndex(of: UInt8(ascii: "=")), sign != word.utf8.startIndex else { return false }
    return word.utf8[..<sign].allSatisfy { $0 == 0x5F || $0.isLetter || $0.isDigit }
  }

  /// A line of a shell as words: blanks outside of quotes part them, a backslash keeps what follows. The first command of several counts.
  static func split(_ line: String) -> [String] {
    var words: [[UInt8]] = []
    var word: [UInt8]?
    var quote: UInt8?
    var isEscaped = false
    for octet in line.utf8 {
      if isEscaped {
        word = (word ?? []) + [octet]
        isEscaped = false
      } else if let open = quote {
        if octet == open { quote = nil } else { word = (word ?? []) + [octet] }
      } else if octet == 0x5C {
        isEscaped = true
      } else if octet == 0x22 || octet == 0x27 {
        quote = octet
        word = word ?? []
      } else if octet == 0x20 || octet == 0x09 {
        if let done = word { words.append(done) }
        word = nil
        if words.count >= wordLimit { break }
      } else if [0x3B, 0x7C, 0x26, 0x0A, 0x3E, 0x3C].contains(octet) {
        break
      } else {
        word = (word ?? []) + [octet]
      }
    }
    if let last = word { words.append(last) }
    return words.prefix(wordLimit).map { String(decoding: $0, as: UTF8.self) }
  }
}

extension AppleConfiguration {
  /// Entries for everything that a command runs. `bundle`: the application that names without a leading slash stand in.
  func entries(
    _ words: [String], name: String, origin: String, role: Role, attack: [String], facts: [String] = [], bundle: String? = nil
  ) -> [InventoryEntry] {
    let command = AppleCommand(words)
    var entries: [InventoryEntry] = []
    for file in command.files {
      let place = bundle.map { disk.locate(file, from: $0) } ?? locate(program: file)
      var entry = InventoryEntry(
        role, name: name, origin: origin, command: words.joined(separator: " "), path: nil, isPresent: false)
      switch place {
      case .present(let path, let kind):
        entry.path = path
        entry.isPresent = kind == .file || AppleDisk.bundle(around: path).map { $0.utf8.elementsEqual(path.utf8) } ?? false
      case .absent(let path):
        // Without the system's volume its own programs are not missing.
        if isSystems(file), !hasSystem { continue }
        entry.path = path
      case .outside: continue
      }
      entry.platform = "macos"
      entry.facts = facts
      entry.attack = attack
      entries.append(entry)
    }
    if let text = command.inlineText, !entries.isEmpty {
      entries[entries.count - 1].findings.append(
        Finding(AppleInventoryFindings.inlineText.name, .warning, "the command runs text of the configuration", found: text))
    }
    return entries
  }

  private func locate(program: String) -> AppleDisk.Place {
    guard !program.utf8.contains(0x2F) else {
      return disk.locate(program.utf8.first == 0x2F ? program : "/" + program)
    }
    for folder in AppleCommand.searchFolders {
      let found = disk.locate(folder + "/" + program)
      if found.file != nil { return found }
    }
    return disk.locate("/usr/bin/" + program)
  }

  private func isSystems(_ path: String) -> Bool {
    !path.utf8.contains(0x2F)
      || ["/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/libexec/", "/bin/", "/sbin/", "/System/"].contains {
        path.utf8.starts(with: $0.utf8)
      }
  }

  /// The volume holds the system itself, not its data alone.
  private var hasSystem: Bool { if case .present = disk.locate("/System/Library/CoreServices") { true } else { false } }
}
