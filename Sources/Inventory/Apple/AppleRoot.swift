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

  /// `Library` with something of a system's beside `Users`, `Applications` or `System`: system volumes, data volumes and copies of either.
  package static func isVolume(_ path: String, _ entries: [TreeEntry], _ list: (String) -> [TreeEntry]) -> Bool {
    func has(_ name: String, _ entries: [TreeEntry]) -> Bool {
      entries.contains { $0.kind == .folder && $0.name.utf8.elementsEqual(name.utf8) }
    }
    if has("System", entries) {
      let system = AppleDisk.join(path, "System")
      if has("Library", list(system)), has("CoreServices", list(AppleDisk.join(system, "Library"))) { return true }
    }
    guard has("Library", entries), ["Users", "Applications", "System", "private"].contains(where: { has($0, entries) }) else {
      return false
    }
    let library = list(AppleDisk.join(path, "Library"))
    return ["LaunchDaemons", "LaunchAgents", "Preferences", "Application Support"].contains { has($0, library) }
  }
}
