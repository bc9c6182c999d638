package import AssayBytes
import AssayContainers
package import AssayCore

/// A tree as Windows looks at it: names without case, short names, links that stay inside. What a folder holds is remembered.
/// A class because of that; one task uses it at a time.
package final class WindowsTree {
  package let tree: any ArtifactTree
  private var folders: [String: [TreeEntry]] = [:]
  private var keys: [String: [[UInt16]: Int]] = [:]
  private var remembered = 0
  /// Names remembered before all are forgotten, which costs time only.
  private static let capacity = 200_000
  /// As many links may lead on to another.
  private static let linkLimit = 16

  package init(_ tree: any ArtifactTree) { self.tree = tree }

  /// Empty where there is no such folder or it cannot be read. `path` is that of the tree, with `/`.
  package func list(_ path: String) -> [TreeEntry] {
    if let known = folders[path] { return known }
    var entries: [TreeEntry] = []
    do throws(ParseError) { entries = try tree.list(path) } catch {}
    if remembered > WindowsTree.capacity {
      folders = [:]
      keys = [:]
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
    return ShortName(name).flatMap { short in short.match(entries) }
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

  /// Relative links that stay inside the tree, as NTFS drivers show junctions.
  private func follow(_ link: String, in folder: String, _ links: inout Int) -> (path: String, kind: TreeEntry.Kind?)? {
    links += 1
    guard links <= WindowsTree.linkLimit, let target = try? tree.readLink(link), target.utf8.first != 0x2F else { return nil }
    var parts = WindowsTree.parts(folder)
    for part in WindowsTree.parts(target) where part != "." {
      if part == ".." {
        guard parts.popLast() != nil else { return nil }
      } else {
        parts.append(part)
      }
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

  package static func join(_ folder: String, _ name: String) -> String { folder.isEmpty ? name : folder + "/" + name }

  package static func parent(_ path: String) -> String {
    parts(path).dropLast().joined(separator: "/")
  }

  private static func parts(_ path: String) -> [String] { WindowsText.split(path) { $0 == "/" } }
}

/// A name of eight and three characters that stands for a long one: `PROGRA~1`.
struct ShortName {
  private let stem: [UInt16]
  private let suffix: [UInt16]
  private let number: Int

  init?(_ name: String) {
    let units = WindowsCase.key(name)
    let parts = units.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, first.count <= 8, let tilde = first.lastIndex(of: 0x7E), tilde > 0 else { return nil }
    let digits = first[(tilde + 1)...]
    guard (1...6).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }), parts.count < 2 || parts[1].count <= 3
    else { return nil }
    stem = Array(first[..<tilde])
    suffix = parts.count > 1 ? Array(parts[1]) : []
    number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// The one long name that fits. Of the folders that every Windows has, the order in which setup makes them is known; of others
  /// the disk alone knows, and nothing is guessed.
  func match(_ entries: [TreeEntry]) -> TreeEntry? {
    let usual = ["Program Files", "Program Files (x86)", "ProgramData"]
    if stem == WindowsCase.key("PROGRA"), suffix.isEmpty, usual.indices.contains(number - 1) {
      if let known = entries.first(where: { WindowsCase.areEqual($0.name, usual[number - 1]) }) { return known }
    }
    let found = entries.filter { fits($0.name) }
    return found.count == 1 ? found[0] : nil
  }

  private func fits(_ name: String) -> Bool {
    var units = WindowsCase.key(name)
    var ending: [UInt16] = []
    if let dot = units.lastIndex(of: 0x2E), dot > 0 {
      ending = Array(units[(dot + 1)...].filter { $0 != 0x20 }.prefix(3))
      units = Array(units[..<dot])
    }
    let odd = Set("+,;=[]".utf16)
    let base = units.filter { $0 != 0x20 && $0 != 0x2E }.map { odd.contains($0) ? 0x5F : $0 }
    return ending == suffix && base.starts(with: stem) && (stem.count == 6 || base.count >= stem.count)
  }
}
