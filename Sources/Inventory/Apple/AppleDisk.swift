import AssayBytes
package import AssayCore

/// A tree as a Mac looks at it: absolute paths begin at the volume, links are followed and stay inside, `/etc`, `/var` and `/tmp` are in
/// `private`, and on a system's volume names that differ in ASCII case alone are one.
///
/// A class since it counts what it looks up; one task uses it at a time.
package final class AppleDisk {
  /// Where a path leads.
  package enum Place: Hashable, Sendable {
    /// Below the tree's root, without a link in it.
    case present(String, TreeEntry.Kind)
    /// Nothing is there; the path as far as it could be followed.
    case absent(String)
    /// Out of the tree: nothing is known of it.
    case outside

    package var file: String? {
      guard case .present(let path, .file) = self else { return nil }
      return path
    }
  }

  /// Links in one path, as systems allow.
  package static let linkLimit = 32
  /// Names looked up on one disk for one purpose; the path of a deep bundle has about twenty.
  package static let lookupLimit = 400_000

  package let tree: any ArtifactTree
  /// Folder of the volume below the tree's root; empty for the root itself.
  package let volume: String
  /// The volume is a Mac's: what is not on it is missing, not merely elsewhere.
  package let isSystem: Bool
  /// False once there was more to look up than is allowed.
  package private(set) var isComplete = true
  private var lookups = 0
  private var kinds: [PathOctets: TreeEntry.Kind?] = [:]
  private var listings: [PathOctets: [TreeEntry]] = [:]
  /// Absolute paths that were followed: every image of a program asks for the same.
  private var located: [PathOctets: Place] = [:]

  /// What stands before paths of a tree that is no Mac's when they are shown.
  private let prefix: String

  package init(_ tree: any ArtifactTree, volume: String = "", isSystem: Bool, prefix: String = "") {
    self.tree = tree
    self.prefix = prefix
    self.volume = volume
    self.isSystem = isSystem
  }

  /// Empty where there is no such folder or it cannot be read.
  package func list(_ folder: String) -> [TreeEntry] {
    let key = PathOctets(folder)
    if let known = listings[key] { return known }
    lookups += 1
    guard lookups <= AppleDisk.lookupLimit, let entries = try? tree.list(folder) else { return [] }
    if listings.count < 20_000 { listings[key] = entries }
    return entries
  }

  /// Where a path of the Mac leads: absolute ones from the volume, others from a folder of the tree.
  package func locate(_ path: String, from folder: String = "") -> Place {
    guard path.utf8.first == 0x2F else { return follow(AppleDisk.parts(folder) + AppleDisk.parts(path)) }
    let key = PathOctets(path)
    if let known = located[key] { return known }
    let place = locate(absolute: AppleDisk.parts(path))
    if isComplete, located.count < 20_000 { located[key] = place }
    return place
  }

  private func locate(absolute parts: [String]) -> Place {
    let root = AppleDisk.parts(volume)
    let place = follow(root + parts)
    guard isSystem, case .absent = place, let first = parts.first else { return place }
    // Copies of disks lose the links of the root, and a volume of data may stand in the system's.
    var others: [[String]] = []
    if ["etc", "var", "tmp"].contains(where: { $0.utf8.elementsEqual(first.utf8) }) { others.append(root + ["private"] + parts) }
    others.append(root + ["System", "Volumes", "Data"] + parts)
    for other in others {
      let found = follow(other)
      if case .present = found { return found }
    }
    return place
  }

  private func follow(_ components: [String]) -> Place {
    var rest = components[...]
    var done: [String] = []
    var links = 0
    let floor = isSystem ? AppleDisk.parts(volume).count : 0
    while let part = rest.popFirst() {
      if part.utf8.elementsEqual(".".utf8) { continue }
      if part.utf8.elementsEqual("..".utf8) {
        if done.count > floor {
          done.removeLast()
        } else if !isSystem {
          return .outside
        }
        continue
      }
      guard let entry = child(part, of: done) else { return .absent(((done + [part]) + rest).joined(separator: "/")) }
      let path = (done + [entry.name]).joined(separator: "/")
      switch entry.kind {
      case .link:
        links += 1
        guard links <= AppleDisk.linkLimit, let target = try? tree.readLink(path), target.utf8.count <= 4_096 else {
          return .absent(path)
        }
        if target.utf8.first == 0x2F { done = AppleDisk.parts(volume) }
        rest = (AppleDisk.parts(target) + rest)[...]
      case .folder: done.append(entry.name)
      case .file, .special:
        guard rest.isEmpty else { return .absent(((done + [part]) + rest).joined(separator: "/")) }
        return .present(path, entry.kind)
      }
    }
    return .present(done.joined(separator: "/"), .folder)
  }

  private func child(_ name: String, of folder: [String]) -> TreeEntry? {
    let path = (folder + [name]).joined(separator: "/")
    if let kind = kind(path) { return TreeEntry(name, kind) }
    guard isSystem else { return nil }
    let wanted = name.utf8.lowered
    return list(folder.joined(separator: "/")).first { $0.name.utf8.lowered == wanted }
  }

  private func kind(_ path: String) -> TreeEntry.Kind? {
    let key = PathOctets(path)
    if let known = kinds[key] { return known }
    lookups += 1
    guard lookups <= AppleDisk.lookupLimit else {
      isComplete = false
      return nil
    }
    let kind = (try? tree.kind(path)) ?? nil
    if kinds.count < 200_000 { kinds[key] = .some(kind) }
    return kind
  }

  /// A path of the tree as the Mac would write it.
  package func shown(_ path: String) -> String {
    guard isSystem else { return prefix + path }
    if volume.isEmpty { return "/" + path }
    return path.utf8.starts(with: (volume + "/").utf8) ? String(path.dropFirst(volume.count)) : path
  }

  // MARK: - Paths

  /// Components between slashes; `.` and `..` as they stand.
  package static func parts(_ path: String) -> [String] {
    var path = path
    return path.withUTF8 { octets in
      var parts: [String] = []
      var start = 0
      for place in 0...octets.count where place == octets.count || octets[place] == 0x2F {
        if place > start { parts.append(String(decoding: octets[start..<place], as: UTF8.self)) }
        start = place + 1
      }
      return parts
    }
  }

  package static func join(_ folder: String, _ name: String) -> String { folder.isEmpty ? name : folder + "/" + name }

  /// The folder of a path; empty for a name alone.
  package static func parent(_ path: String) -> String { parts(path).dropLast().joined(separator: "/") }

  package static func name(_ path: String) -> String {
    guard let last = path.utf8.lastIndex(where: { $0 != 0x2F }) else { return "" }
    let end = path.utf8.index(after: last)
    let start = path.utf8[..<end].lastIndex(of: 0x2F).map { path.utf8.index(after: $0) } ?? path.startIndex
    return String(path[start..<end])
  }

  /// The outermost bundle around a path, itself included; nil where there is none.
  package static func bundle(around path: String) -> String? {
    var folder = path.utf8.first == 0x2F ? "/" : ""
    for part in parts(path) {
      folder = folder == "/" ? "/" + part : join(folder, part)
      if bundleEndings.contains(where: { part.utf8.lowered.suffix($0.utf8.count).elementsEqual($0.utf8) }) { return folder }
    }
    return nil
  }
  private static let bundleEndings = [".app", ".framework", ".bundle", ".plugin", ".appex", ".xpc", ".kext", ".systemextension"]
}

/// A path as a key: compared as bytes, and hashed in one piece, which an array is not.
private struct PathOctets: Hashable {
  private let octets: [UInt8]
  init(_ path: String) { octets = Array(path.utf8) }
  func hash(into hasher: inout Hasher) { octets.withUnsafeBytes { hasher.combine(bytes: $0) } }
}
