import AssayContainers

/// Where a target stands on its Windows disk, as far as its path tells.
struct WindowsPlace {
  /// Components below the drive's root in lower case; nil where the path shows no folder that Windows has at its root.
  let components: [[UInt8]]?
  /// The whole target in lower case, for patterns that begin with `*`.
  let whole: [UInt8]
  /// `c`, where the target names it.
  let drive: UInt8?

  private static let topFolders = [
    "windows", "winnt", "users", "programdata", "program files", "program files (x86)", "perflogs", "documents and settings",
  ]

  init(_ target: String) {
    var parts: [[UInt8]] = []
    for part in Folded.octets(target).split(separator: 0x2F) where !part.elementsEqual([0x2E]) {
      if part.elementsEqual([0x2E, 0x2E]), let last = parts.last, last != [0x2E, 0x2E] {
        parts.removeLast()
      } else {
        parts.append(Array(part))
      }
    }
    whole = Array(parts.joined(separator: [0x5C]))
    let tops = parts.indices.dropLast().filter { index in
      Self.topFolders.contains { parts[index].elementsEqual($0.utf8) }
    }
    // What follows a drive's folder is the disk's root; else the first folder that Windows has there tells where the root is.
    let drives = parts.indices.dropLast().filter { Self.drive(parts[$0]) != nil }
    if let top = tops.first(where: { $0 > 0 && Self.drive(parts[$0 - 1]) != nil }) ?? tops.first {
      components = Array(parts[top...])
      drive = top > 0 ? Self.drive(parts[top - 1]) : nil
    } else if let found = drives.first {
      components = Array(parts[(found + 1)...])
      drive = Self.drive(parts[found])
    } else {
      components = nil
      drive = nil
    }
  }

  /// The letter of `c:`, `c$`, `c%3a`, or of a folder that is called by a letter alone.
  private static func drive(_ folder: [UInt8]) -> UInt8? {
    guard let letter = folder.first, (0x61...0x7A).contains(letter) else { return nil }
    return ["", ":", "$", "%3a"].contains { folder.dropFirst().elementsEqual($0.utf8) } ? letter : nil
  }
}

/// A path as rules of App Control and AppLocker write it, with variables of their own, which are not those of the environment: `%WINDIR%`
/// has a meaning and `%SystemRoot%` none. Case is not compared.
///
/// MicrosoftDocs/windows-itpro-docs, app-control-for-business: design/select-types-of-rules-to-create.md, "Using wildcards in App Control
/// filepath rules", and applocker/understanding-the-path-rule-condition-in-applocker.md.
struct WindowsPathPattern: Sendable {
  enum Dialect: Sendable { case appControl, appLocker }
  /// What the rule says.
  let text: String
  /// Below the drive's root in lower case, one for each place that a variable stands for.
  private let patterns: [[UInt8]]
  /// The letter of a drive.
  private let drive: UInt8?
  /// `*\tool.exe`: it does not matter where the disk's root is.
  private let isAnywhere: Bool
  /// Windows 11 takes `?` for any one character in App Control; AppLocker knows `*` alone.
  private let hasQuestionMark: Bool

  private static let common: [(String, [String])] = [
    ("%osdrive%", [""]), ("%windir%", ["\\windows"]), ("%system32%", ["\\windows\\system32", "\\windows\\syswow64"]),
  ]
  /// Both folders of that name.
  private static let ofAppLocker = common + [("%programfiles%", ["\\program files", "\\program files (x86)"])]

  /// Nil for a path that no file on a system's own disk has, or that cannot be told: other variables, a share, a medium.
  init?(_ text: String, _ dialect: Dialect) {
    self.text = text
    hasQuestionMark = dialect == .appControl
    let variables = dialect == .appControl ? Self.common : Self.ofAppLocker
    let folded = Folded.octets(text).map { $0 == 0x2F ? 0x5C : $0 }
    isAnywhere = folded.first == UInt8(ascii: "*")
    if isAnywhere {
      (patterns, drive) = ([folded], nil)
    } else if let variable = variables.first(where: { folded.starts(with: $0.0.utf8) }) {
      let rest = folded.dropFirst(variable.0.utf8.count)
      (patterns, drive) = (variable.1.map { Array($0.utf8) + rest }, nil)
    } else if folded.count >= 2, folded[1] == UInt8(ascii: ":"), (0x61...0x7A).contains(folded[0]) {
      (patterns, drive) = ([Array(folded.dropFirst(2))], folded[0])
    } else {
      return nil
    }
    guard patterns.allSatisfy({ !$0.contains(UInt8(ascii: "%")) }) else { return nil }
  }

  /// Nil where nobody knows where the file stands on its disk.
  func matches(_ place: WindowsPlace) -> Bool? {
    if isAnywhere { return Wildcards.match(patterns[0], [0x5C] + place.whole, questionMark: hasQuestionMark) }
    guard let components = place.components else { return nil }
    // A system's disk is C: unless the target says another.
    if let drive, drive != place.drive ?? UInt8(ascii: "c") { return place.drive == nil ? nil : false }
    let path = components.reduce(into: [UInt8]()) { $0 += [0x5C] + $1 }
    return patterns.contains { Wildcards.match($0, path, questionMark: hasQuestionMark) }
  }
}

enum Wildcards {

  /// `*` is any characters, `?` one where it counts. Takes at most pattern times path steps: only the last `*` is ever tried again.
  static func match(_ pattern: [UInt8], _ path: [UInt8], questionMark: Bool) -> Bool {
    var (at, place) = (0, 0)
    var retry: (pattern: Int, place: Int)?
    while place < path.count {
      if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
        at += 1
        retry = (at, place)
      } else if at < pattern.count, pattern[at] == path[place] || questionMark && pattern[at] == UInt8(ascii: "?") {
        at += 1
        place += 1
      } else if let again = retry {
        at = again.pattern
        place = again.place + 1
        retry = (again.pattern, place)
      } else {
        return false
      }
    }
    return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}

/// Text without its case, as Windows compares names; compared as octets.
enum Folded {
  static func octets(_ text: String) -> [UInt8] {
    // The same letters in two canonical forms stay two names, as they do for Windows.
    text.utf8.allSatisfy { $0 < 0x80 }
      ? text.utf8.lowered : Array(text.lowercased().utf8)
  }
  static func octets(_ text: XMLText) -> [UInt8] { octets(text.string) }
}
