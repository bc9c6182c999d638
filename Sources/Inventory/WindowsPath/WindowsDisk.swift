import AssayContainers
package import AssayCore

/// One Windows system on a mount: turns its paths into paths of the tree.
package final class WindowsDisk {
  package let tree: WindowsTree
  package private(set) var root: WindowsRoot
  /// Variables of the system, by their name in capitals; `Session Manager\Environment` adds to them.
  package private(set) var environment: [[UInt16]: String] = [:]

  package init(_ tree: WindowsTree, _ root: WindowsRoot) {
    self.tree = tree
    self.root = root
    tree.know(root)
    standardEnvironment()
  }

  /// `systemRoot`: `D:\Windows`, as the SOFTWARE hive says it.
  package func take(systemRoot: String) {
    guard case .drive(let letter)? = WindowsPath(systemRoot, windows: "C:\\Windows")?.start, letter != root.letter else { return }
    root.drives[letter] = nil
    root.letter = letter
    tree.know(root)
    standardEnvironment()
  }

  package func set(_ name: String, to value: String) {
    let key = WindowsCase.key(name)
    // What Windows sets itself stays: a hive cannot move its own system.
    guard environment[key] == nil else { return }
    environment[key] = value
  }

  private func standardEnvironment() {
    let drive = "\(root.letter):"
    let folder = WindowsText.names(root.windows).last ?? "Windows"
    for (name, value) in [
      ("SystemDrive", drive), ("SystemRoot", "\(drive)\\\(folder)"), ("windir", "\(drive)\\\(folder)"),
      ("ProgramFiles", "\(drive)\\Program Files"), ("ProgramW6432", "\(drive)\\Program Files"),
      ("ProgramFiles(x86)", "\(drive)\\Program Files (x86)"), ("CommonProgramFiles", "\(drive)\\Program Files\\Common Files"),
      ("CommonProgramW6432", "\(drive)\\Program Files\\Common Files"),
      ("CommonProgramFiles(x86)", "\(drive)\\Program Files (x86)\\Common Files"), ("ProgramData", "\(drive)\\ProgramData"),
      ("ALLUSERSPROFILE", "\(drive)\\ProgramData"), ("PUBLIC", "\(drive)\\Users\\Public"),
      ("ComSpec", "\(drive)\\\(folder)\\System32\\cmd.exe"),
    ] { environment[WindowsCase.key(name)] = value }
  }

  /// Where Windows would look for what a path means; nil where that is no place on this disk: another machine, an unknown variable.
  package func locate(_ text: String, _ context: WindowsPathContext = WindowsPathContext()) -> WindowsPlace? {
    guard let expanded = expand(text, for: context.user) else { return nil }
    guard let path = WindowsPath(expanded, windows: systemRootPath) else { return nil }
    switch path.start {
    case .drive(let letter):
      return place(letter, path.names, context)
    case .systemDrive:
      return place(root.letter, path.names, context)
    case .relative:
      return search(path.names, context)
    }
  }

  /// `C:\Windows`.
  package var systemRootPath: String { environment[WindowsCase.key("SystemRoot")] ?? "C:\\Windows" }

  private func search(_ names: [String], _ context: WindowsPathContext) -> WindowsPlace? {
    var first: WindowsPlace?
    for folder in context.base.folders(names.count) {
      guard let base = WindowsPath(systemRootPath + folder, windows: systemRootPath) else { continue }
      guard let found = place(root.letter, base.names + names, context) else { continue }
      if found.isPresent { return found }
      first = first ?? found
    }
    return first
  }

  private func place(_ letter: Character, _ names: [String], _ context: WindowsPathContext) -> WindowsPlace? {
    guard let volume = letter == root.letter ? root.volume : root.drives[letter], !names.isEmpty else { return nil }
    var names = names
    var stream: String?
    if let last = names.last?.unicodeScalars, let colon = last.firstIndex(of: ":") {
      stream = String(last[last.index(after: colon)...])
      names[names.count - 1] = String(last[..<colon])
    }
    if letter == root.letter { names = redirected(names, is32Bit: context.is32Bit) }
    let found = tree.locate(names, from: volume)
    return WindowsPlace(path: found.path, kind: found.kind, stream: stream)
  }

  /// `Sysnative` is System32 as 32-bit programs must call it; for them System32 is SysWOW64, where there is one.
  private func redirected(_ names: [String], is32Bit: Bool) -> [String] {
    guard names.count >= 2, WindowsCase.areEqual(names[0], WindowsText.names(root.windows).last ?? "") else {
      return names
    }
    var names = names
    if WindowsCase.areEqual(names[1], "Sysnative") {
      names[1] = "System32"
    } else if is32Bit, WindowsCase.areEqual(names[1], "System32"), tree.folder("SysWOW64", from: root.windows) != nil {
      names[1] = "SysWOW64"
    }
    return names
  }

  /// Variables between percent signs; nil where one is unknown and stands where a path begins, since then nothing can be said.
  package func expand(_ text: String, for user: WindowsUser? = nil) -> String? {
    var result = ""
    var rest = text.unicodeScalars[...]
    for _ in 0..<64 {
      guard let open = rest.firstIndex(of: "%") else { break }
      let after = rest.index(after: open)
      guard let close = rest[after...].firstIndex(of: "%") else { break }
      let name = String(rest[after..<close])
      result += String(rest[..<open])
      if let value = user?.variable(name) ?? environment[WindowsCase.key(name)] {
        result += value
        rest = rest[rest.index(after: close)...]
      } else {
        if result.utf8.allSatisfy({ $0 == 0x22 || $0 == 0x20 }) { return nil }
        // No variable: the percent sign is one of the name.
        result += "%"
        rest = rest[after...]
      }
    }
    return result + String(rest)
  }
}

/// What a path is read for.
package struct WindowsPathContext {
  /// Where a path without a folder is looked for.
  package enum Base: Hashable, Sendable {
    /// Below the folder of Windows, as the kernel does.
    case windows
    /// As a command: System32, then Windows, then the folders of PATH that every system has.
    case command
    /// As a library.
    case library

    func folders(_ nameCount: Int) -> [String] {
      switch self {
      case .windows: return [""]
      case .command where nameCount == 1:
        return ["\\System32", "", "\\System32\\Wbem", "\\System32\\WindowsPowerShell\\v1.0", "\\System32\\OpenSSH"]
      case .library where nameCount == 1: return ["\\System32", "", "\\System"]
      case .command, .library: return ["\\System32", ""]
      }
    }
  }
  package var base: Base
  /// A 32-bit program reads it.
  package var is32Bit: Bool
  package var user: WindowsUser?
  package init(_ base: Base = .command, is32Bit: Bool = false, user: WindowsUser? = nil) {
    self.base = base
    self.is32Bit = is32Bit
    self.user = user
  }
}

/// A place on the disk that a path of Windows means.
package struct WindowsPlace: Hashable, Sendable {
  /// Of the tree; as written where nothing is there.
  package var path: String
  /// Nil where nothing is.
  package var kind: TreeEntry.Kind?
  /// The alternate data stream that the path names, which a mount may not show.
  package var stream: String?
  package var isPresent: Bool { kind == .file }
}

/// A user of the system, by the folder of the profile.
package struct WindowsUser: Hashable, Sendable {
  package var name: String
  /// `C:\Users\Ann`.
  package var profile: String
  /// Of the tree: `Users/Ann`.
  package var folder: String
  package init(name: String, profile: String, folder: String) {
    self.name = name
    self.profile = profile
    self.folder = folder
  }

  func variable(_ variable: String) -> String? {
    for (known, value) in [
      ("USERPROFILE", profile), ("APPDATA", profile + "\\AppData\\Roaming"), ("LOCALAPPDATA", profile + "\\AppData\\Local"),
      ("TEMP", profile + "\\AppData\\Local\\Temp"), ("TMP", profile + "\\AppData\\Local\\Temp"), ("USERNAME", name),
      ("HOMEDRIVE", String(profile.prefix(2))), ("HOMEPATH", String(profile.dropFirst(2))),
    ] where WindowsCase.areEqual(known, variable) { return value }
    return nil
  }
}
