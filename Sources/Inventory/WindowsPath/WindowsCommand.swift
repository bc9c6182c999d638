import AssayContainers

/// A command line taken apart as CreateProcess does: which files it could mean, in the order in which they are tried.
package struct WindowsCommand: Hashable, Sendable {
  package struct Candidate: Hashable, Sendable {
    package let file: String
    package let arguments: String
  }
  package let candidates: [Candidate]
  /// Neither quoted nor without spaces: earlier candidates can be planted.
  package var isAmbiguous: Bool { candidates.count > 1 }

  /// Tried at most; a longer line has the rest as arguments.
  static let candidateLimit = 64

  package init(_ text: String) {
    let line = Array(text.unicodeScalars.drop { $0 == " " || $0 == "\t" })
    if line.first == "\"" {
      let end = line.dropFirst().firstIndex(of: "\"") ?? line.endIndex
      let file = WindowsText.string(line[1..<end])
      candidates = file.isEmpty ? [] : [Candidate(file: file, arguments: WindowsText.trimmed(line[end...].dropFirst()))]
      return
    }
    var found: [Candidate] = []
    var end = 0
    while end < line.count, found.count < WindowsCommand.candidateLimit {
      end = line[end...].firstIndex { $0 == " " || $0 == "\t" } ?? line.count
      if end > 0, line[end - 1] != " ", line[end - 1] != "\t" {
        found.append(Candidate(file: WindowsText.string(line[..<end]), arguments: WindowsText.trimmed(line[end...])))
      }
      end += 1
      // What a quote or an option begins is no part of a name any more.
      if end < line.count, ["\"", "/", "-"].contains(line[end]) { break }
    }
    candidates = found
  }
}

/// What a command line starts on a disk.
package struct WindowsProgram {
  package var place: WindowsPlace?
  package var arguments: String
  /// Files that would be started instead if they were there.
  package var plantable: [String] = []
  /// A longer reading of the same line is a file, too: what is started stands before it.
  package var shadowed: String?
}

extension WindowsDisk {
  private static let endings = [
    ".exe", ".dll", ".sys", ".com", ".bat", ".cmd", ".scr", ".ps1", ".vbs", ".js", ".wsf", ".msc", ".cpl", ".ocx", ".hta",
  ]

  /// The first candidate that is a file; where none is, the one that a reader would take for it.
  package func program(_ text: String, _ context: WindowsPathContext = WindowsPathContext()) -> WindowsProgram {
    guard let line = expand(text, for: context.user) else { return WindowsProgram(place: nil, arguments: "") }
    let candidates = WindowsCommand(line).candidates
    for (index, candidate) in candidates.enumerated() {
      guard let place = present(candidate.file, context) else { continue }
      return WindowsProgram(
        place: place, arguments: candidate.arguments, plantable: Self.plantable(candidates, upTo: index),
        shadowed: shadowed(candidates[(index + 1)...], context))
    }
    let likely = candidates.firstIndex { candidate in WindowsDisk.endings.contains { WindowsCase.hasSuffix(candidate.file, $0) } }
    guard let candidate = likely.map({ candidates[$0] }) ?? candidates.first else {
      return WindowsProgram(place: nil, arguments: "")
    }
    var place = locate(candidate.file, context)
    if likely == nil, var named = place, !Self.hasEnding(candidate.file) {
      named.path += ".exe"
      place = named
    }
    return WindowsProgram(
      place: place, arguments: candidate.arguments, plantable: likely.map { Self.plantable(candidates, upTo: $0) } ?? [])
  }

  /// Programs only: a file that a command is given stands there as well.
  private func shadowed(_ rest: ArraySlice<WindowsCommand.Candidate>, _ context: WindowsPathContext) -> String? {
    for candidate in rest where WindowsCase.hasSuffix(candidate.file, ".exe") {
      if let place = present(candidate.file, context) { return place.path }
    }
    return nil
  }

  /// As it is written, else with the ending that Windows adds.
  private func present(_ file: String, _ context: WindowsPathContext) -> WindowsPlace? {
    let endings = Self.hasEnding(file) ? [""] : [context.base == .library ? ".dll" : ".exe", ""]
    for ending in endings {
      if let place = locate(file + ending, context), place.isPresent { return place }
    }
    return nil
  }

  private static func hasEnding(_ file: String) -> Bool {
    WindowsText.names(file).last?.unicodeScalars.dropFirst().contains(".") ?? false
  }

  /// Only whole paths: a bare name is looked for in folders of the system.
  private static func plantable(_ candidates: [WindowsCommand.Candidate], upTo index: Int) -> [String] {
    candidates[..<index].filter { $0.file.unicodeScalars.contains("\\") }.map { hasEnding($0.file) ? $0.file : $0.file + ".exe" }
  }
}
