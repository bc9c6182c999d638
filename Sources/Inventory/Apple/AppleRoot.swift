package import AssayCore

/// Where in a tree a Mac's volume is.
package enum AppleRoot {
  /// Folders looked at when systems are searched, and how deep.
  static let folderLimit = 2_000
  static let depthLimit = 4

  /// Volumes in the order of their paths; none is searched inside. `list` gives a folder of the tree.
  package static func find(_ list: (String) -> [TreeEntry]) -> [String] {
    var found: [String] = []
    var queue: [(path: String, depth: Int)] = [("", 0)]
    var looked = 0
    while looked < queue.count, looked < folderLimit {
      let (path, depth) = queue[looked]
      looked += 1
      let entries = list(path)
      let names = Set(entries.lazy.filter { $0.kind == .folder }.map { Array($0.name.utf8) })
      let isVolume = isVolume { name in
        let parts = AppleDisk.parts(name)
        guard names.contains(Array(parts[0].utf8)) else { return false }
        return parts.count == 1
          || list(AppleDisk.join(path, AppleDisk.parent(name))).contains {
            $0.kind == .folder && $0.name.utf8.elementsEqual(parts[parts.count - 1].utf8)
          }
      }
      if isVolume {
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

  /// `Library` with something of a system's beside `Users`, `Applications` or `System`: system volumes, data volumes and copies of either.
  /// `isFolder` answers for paths below the folder in question.
  package static func isVolume(_ isFolder: (String) -> Bool) -> Bool {
    if isFolder("System") && isFolder("System/Library") && isFolder("System/Library/CoreServices") { return true }
    guard isFolder("Library"), ["Users", "Applications", "System", "private"].contains(where: isFolder) else { return false }
    return ["Library/LaunchDaemons", "Library/LaunchAgents", "Library/Preferences", "Library/Application Support"].contains(
      where: isFolder)
  }
}
