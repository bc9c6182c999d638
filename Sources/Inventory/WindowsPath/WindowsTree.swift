package import AssayBytes
import AssayContainers
package import AssayCore

/// A tree as Windows looks at it: names without case, short names, links that stay inside. What a folder holds is remembered.
/// A class because of that; one task uses it at a time.
package final class WindowsTree {
  package let tree: any ArtifactTree
  private var folders: [String: [TreeEntry]] = [:]
  private var keys: [String: [[UInt16]: Int]] = [:]
  /// Names of eight and three characters, where the volume shows them.
  private var shortNames: [String: ShortNames] = [:]
  /// Systems of which it is known where their volumes are.
  private var systems: [WindowsRoot] = []
  private var remembered = 0
  /// Names remembered before all are forgotten, which costs time only.
  private static let capacity = 200_000
  /// As many links may lead on to another.
  private static let linkLimit = 16

  package init(_ tree: any ArtifactTree) { self.tree = tree }

  /// Links that name a drive are followed on the volumes of this system.
  func know(_ system: WindowsRoot) {
    systems.removeAll { $0.windows.utf8.elementsEqual(system.windows.utf8) }
    systems.append(system)
  }

  /// Empty where there is no such folder or it cannot be read. `path` is that of the tree, with `/`.
  package func list(_ path: String) -> [TreeEntry] {
    if let known = folders[path] { return known }
    var entries: [TreeEntry] = []
    do throws(ParseError) { entries = try tree.list(path) } catch {}
    for place in entries.indices where entries[place].kind == .link && isPlaceholder(WindowsTree.join(path, entries[place].name)) {
      entries[place].kind = .file
    }
    if remembered > WindowsTree.capacity {
      folders = [:]
      keys = [:]
      shortNames = [:]
      remembered = 0
    }
    remembered += entries.count + 1
    folders[path] = entries
    var index: [[UInt16]: Int] = [:]
    // Of names that differ in case alone the first in byte order counts, unless one is asked for exactly.
    for (place, entry) in entries.enumerated() where index[WindowsCase.key(entry.name)] == nil {
      index[WindowsCase.key(entry.name)] = place
    }
    keys[path] = index
    return entries
  }

  package func open(_ path: String) throws(ParseError) -> any ByteSource { try tree.open(path) }

  /// The entry that Windows would open under this name in a folder of the tree.
  package func child(_ name: String, of folder: String) -> TreeEntry? {
    let entries = list(folder)
    if let place = keys[folder]?[WindowsCase.key(name)] {
      let first = entries[place]
      if first.name.utf8.elementsEqual(name.utf8) { return first }
      return entries.first { $0.name.utf8.elementsEqual(name.utf8) } ?? first
    }
    guard ShortName.isPossible(name) else { return nil }
    let known = shortNames(of: folder, entries)
    if let place = known.places[WindowsCase.key(name)] { return entries[place] }
    // Those whose other name is known have no second one.
    return ShortName(name).flatMap { short in
      short.match(entries.indices.filter { !known.have.contains($0) }.map { entries[$0] })
    }
  }

  private func shortNames(of folder: String, _ entries: [TreeEntry]) -> ShortNames {
    if let known = shortNames[folder] { return known }
    let names = ShortNames(entries, of: folder, in: tree)
    shortNames[folder] = names
    return names
  }

  /// A file whose content is elsewhere, which ntfs-3g shows as a link.
  private func isPlaceholder(_ path: String) -> Bool {
    guard let shown = try? tree.readLink(path), let point = ReparsePoint(link: shown.utf8), !point.isLink else { return false }
    let attributes = (try? tree.attribute(WindowsAttributes.attribute, of: path)).flatMap { WindowsAttributes($0 ?? []) }
    return attributes?.contains(.directory) != true
  }

  /// Where the names lead from a folder. Names that are not there stay as they are written.
  package func locate(_ names: [String], from folder: String) -> (path: String, kind: TreeEntry.Kind?) {
    var path = folder
    var kind: TreeEntry.Kind? = .folder
    var links = 0
    for name in names {
      guard kind == .folder, let entry = child(name, of: path) else {
        path = WindowsTree.join(path, name)
        kind = nil
        continue
      }
      let here = WindowsTree.join(path, entry.name)
      kind = entry.kind
      if entry.kind == .link, let followed = follow(here, in: path, &links) {
        (path, kind) = followed
      } else {
        path = here
      }
    }
    return (path, kind)
  }

  /// `path` with `/` or `\`, from a folder of the tree.
  package func locate(_ path: String, from folder: String) -> (path: String, kind: TreeEntry.Kind?) {
    locate(WindowsText.names(path), from: folder)
  }

  /// The path of a regular file, nil where none is.
  package func file(_ path: String, from folder: String) -> String? {
    let found = locate(path, from: folder)
    return found.kind == .file ? found.path : nil
  }

  package func folder(_ path: String, from folder: String) -> String? {
    let found = locate(path, from: folder)
    return found.kind == .folder ? found.path : nil
  }

  /// Links that stay inside the tree. Relative ones as they stand; of those that name a drive, as junctions do, ntfs-3g tells a path of
  /// this machine, and the attribute what Windows follows.
  private func follow(_ link: String, in folder: String, _ links: inout Int) -> (path: String, kind: TreeEntry.Kind?)? {
    links += 1
    guard links <= WindowsTree.linkLimit, let shown = try? tree.readLink(link) else { return nil }
    var parts: [String]
    if shown.utf8.first == 0x2F || ReparsePoint(link: shown.utf8) != nil {
      guard let target = target(of: link, in: folder) else { return nil }
      parts = target
    } else {
      guard let joined = WindowsTree.joined(folder, WindowsTree.parts(shown)) else { return nil }
      parts = joined
    }
    var path = ""
    var kind: TreeEntry.Kind? = .folder
    for part in parts {
      guard kind == .folder, let entry = child(part, of: path) else { return nil }
      path = WindowsTree.join(path, entry.name)
      kind = entry.kind
      if entry.kind == .link {
        guard let followed = follow(path, in: WindowsTree.parent(path), &links) else { return nil }
        (path, kind) = followed
      }
    }
    return (path, kind)
  }

  /// Names from the tree's root to where Windows is led; nil where that is on no volume of a known system.
  private func target(of link: String, in folder: String) -> [String]? {
    guard let data = try? tree.attribute(ReparsePoint.attribute, of: link), let target = ReparsePoint(data)?.target else {
      return nil
    }
    switch target {
    case .relative(let names): return WindowsTree.joined(folder, WindowsText.names(names))
    case .absolute(let name):
      guard let path = WindowsPath(name, windows: "C:\\Windows"), case .drive(let letter) = path.start else { return nil }
      // The innermost volume that the link is on says which system follows it.
      let system = systems.filter { $0.holds(link) }.max { $0.volume.utf8.count < $1.volume.utf8.count }
      guard let volume = letter == system?.letter ? system?.volume : system?.drives[letter] else { return nil }
      return WindowsTree.parts(volume) + path.names
    }
  }

  /// Nil where that leads out of the tree.
  private static func joined(_ folder: String, _ names: [String]) -> [String]? {
    var parts = WindowsTree.parts(folder)
    for name in names where name != "." {
      if name == ".." {
        guard parts.popLast() != nil else { return nil }
      } else {
        parts.append(name)
      }
    }
    return parts
  }

  package static func join(_ folder: String, _ name: String) -> String { folder.isEmpty ? name : folder + "/" + name }

  package static func parent(_ path: String) -> String {
    parts(path).dropLast().joined(separator: "/")
  }

  private static func parts(_ path: String) -> [String] { WindowsText.split(path) { $0 == "/" } }
}
