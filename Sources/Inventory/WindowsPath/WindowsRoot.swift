import AssayContainers
import AssayCore

/// Where in a tree a Windows system is: the folder of its volume and that of Windows.
package struct WindowsRoot: Hashable, Sendable {
  /// Of the tree, with `/`; empty where the tree's root is the volume.
  package var volume: String
  /// `Windows`, below the tree's root.
  package var windows: String
  /// The volume's letter in capitals, C unless the registry says otherwise.
  package var letter: Character = "C"
  /// Other volumes of the same machine, by letter: folders `D`, `D:` or `D%3A` beside the system's own.
  package var drives: [Character: String] = [:]

  /// `Windows/System32/config`, as it is written on the disk.
  package var config: String

  /// Whether a path of the tree is on one of its volumes.
  func holds(_ path: String) -> Bool {
    ([volume] + drives.values).contains { $0.isEmpty || path.utf8.starts(with: ($0 + "/").utf8) }
  }

  /// Folders looked at when systems are searched, and how deep: collections keep volumes in `uploads/auto/C%3A`.
  static let folderLimit = 2_000
  static let depthLimit = 5

  /// Names of the folder that Windows is in, in lower case.
  package static let folderNames = ["windows", "winnt"]

  /// Every system in the tree, in the order of their paths. A volume is not searched inside. `volumes`: the only folders that hold one
  /// of `folderNames`, where that is known.
  package static func find(in tree: WindowsTree, among volumes: [String]? = nil) -> [WindowsRoot] {
    if let volumes { return find(in: tree, volumes) }
    var found: [WindowsRoot] = []
    var queue: [(path: String, depth: Int)] = [("", 0)]
    var looked = 0
    while looked < queue.count, looked < folderLimit {
      let (path, depth) = queue[looked]
      looked += 1
      if let root = system(tree, path) {
        found.append(root)
        continue
      }
      guard depth < depthLimit else { continue }
      for entry in tree.list(path) where entry.kind == .folder && queue.count < folderLimit {
        queue.append((WindowsTree.join(path, entry.name), depth + 1))
      }
    }
    return found.sorted { $0.windows.utf8.lexicographicallyPrecedes($1.windows.utf8) }
  }

  private static func find(in tree: WindowsTree, _ volumes: [String]) -> [WindowsRoot] {
    var found: [WindowsRoot] = []
    for volume in volumes.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }).prefix(folderLimit) {
      guard WindowsText.split(volume, at: { $0 == "/" }).count <= depthLimit,
        !found.contains(where: { $0.volume.isEmpty || volume.utf8.starts(with: ($0.volume + "/").utf8) })
      else { continue }
      if let root = system(tree, volume) { found.append(root) }
    }
    return found.sorted { $0.windows.utf8.lexicographicallyPrecedes($1.windows.utf8) }
  }

  private static func system(_ tree: WindowsTree, _ volume: String) -> WindowsRoot? {
    for name in ["Windows", "WINNT"] {
      let windows = tree.locate([name], from: volume)
      guard windows.kind == .folder, let config = tree.folder("System32/config", from: windows.path),
        ["SYSTEM", "SOFTWARE"].contains(where: { tree.file($0, from: config) != nil })
      else { continue }
      var root = WindowsRoot(volume: volume, windows: windows.path, config: config)
      let last = WindowsText.split(volume) { $0 == "/" }.last ?? ""
      if let own = letter(of: last) {
        root.letter = own
        let parent = WindowsTree.parent(volume)
        for entry in tree.list(parent) where entry.kind == .folder {
          if let other = letter(of: entry.name), other != own, root.drives[other] == nil {
            root.drives[other] = WindowsTree.join(parent, entry.name)
          }
        }
      }
      return root
    }
    return nil
  }

  /// `C`, `C:`, `C%3A`, `C_` and `%5C%5C.%5CC%3A` are names that collectors give to a drive.
  static func letter(of folder: String) -> Character? {
    var name = folder[...]
    for prefix in ["%5C%5C.%5C", "\\\\.\\"] where name.hasPrefix(prefix) { name = name.dropFirst(prefix.count) }
    guard let first = name.first, first.isASCII, first.isLetter else { return nil }
    guard ["", ":", "%3A", "%3a", "_"].contains(name.dropFirst()) else { return nil }
    return Character(first.uppercased())
  }
}
