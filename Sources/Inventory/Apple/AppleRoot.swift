package import AssayCore

/// Where in a tree a Mac's volume is.
package enum AppleRoot {
  /// Folders looked at when systems are searched, and how deep.
  static let folderLimit = 2_000
  static let depthLimit = 4

  /// Names, in lower case, that a volume has one of: a folder without them is none.
  package static let folderNames = ["library", "system"]

  /// Volumes in the order of their paths; none is searched inside. `list` gives a folder of the tree. `candidates`: the only folders that
  /// may be one, where they are known; without them the tree is searched.
  package static func find(among candidates: [String]? = nil, _ list: (String) -> [TreeEntry]) -> [String] {
    var found: [String] = []
    if let candidates {
      for path in candidates.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }).prefix(folderLimit) {
        let isInside = found.contains { $0.isEmpty || path.utf8.starts(with: ($0 + "/").utf8) }
        if !isInside, isVolume(path, list(path), list) { found.append(path) }
      }
      return found
    }
    var queue: [(path: String, depth: Int)] = [("", 0)]
    var looked = 0
    while looked < queue.count, looked < folderLimit {
      let (path, depth) = queue[looked]
      looked += 1
      let entries = list(path)
      if isVolume(path, entries, list) {
        found.append(path)
        continue
      }
      guard depth < depthLimit else { continue }
      for entry in entries where entry.kind == .folder && queue.count < folderLimit {
        queue.append((AppleDisk.join(path, entry.name), depth + 1))
      }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func isVolume(_ path: String, _ entries: [TreeEntry], _ list: (String) -> [TreeEntry]) -> Bool {
    let names = Set(entries.lazy.filter { $0.kind == .folder }.map { Array($0.name.utf8) })
    return isVolume { name in
      let parts = AppleDisk.parts(name)
      guard names.contains(Array(parts[0].utf8)) else { return false }
      return parts.count == 1
        || list(AppleDisk.join(path, AppleDisk.parent(name))).contains {
          $0.kind == .folder && $0.name.utf8.elementsEqual(parts[parts.count - 1].utf8)
        }
    }
  }

  /// `Library` with something of a system's beside `Users`, `Applications` or `System`: system volumes, data volumes and copies of either.
  /// `isFolder` answers for paths below the folder in question.
  package static func isVolume(_ isFolder: (String) -> Bool) -> Bool {
    if isFolder("System") && isFolder("System/Library") && isFolder("System/Library/CoreServices") { return true }
    guard isFolder("Library"), ["Users", "Applications", "System", "private"].contains(where: isFolder) else { return false }
    return ["Library/LaunchDaemons", "Library/LaunchAgents", "Library/Preferences", "Library/Application Support"].contains(
      where: isFolder)
  }
}
