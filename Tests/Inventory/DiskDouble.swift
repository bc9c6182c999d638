import AssayBytes
import AssayCore
import AssayInventory
import AssayMaker

/// A Windows disk in memory: files by path, hives by description.
struct DiskDouble: ArtifactTree {
  private(set) var files: [String: [UInt8]] = [:]
  private(set) var links: [String: String] = [:]
  /// By path, then by name.
  var attributes: [String: [String: [UInt8]]] = [:]
  var refusesToOpen: Set<String> = []

  init(_ paths: [String] = []) {
    for path in paths { files[path] = [0x4D, 0x5A] }
  }

  /// With hives at their places below `volume`.
  static func windows(
    _ paths: [String] = [], volume: String = "", system: HiveSpec? = nil, software: HiveSpec? = nil, users: [String: HiveSpec] = [:]
  ) -> DiskDouble {
    let prefix = volume.isEmpty ? "" : volume + "/"
    var disk = DiskDouble(paths.map { prefix + $0 })
    let config = prefix + "Windows/System32/config/"
    disk.files[config + "SYSTEM"] = (system ?? HiveSpec([("Select", [.number("Current", 1)])])).encoded()
    disk.files[config + "SOFTWARE"] = (software ?? HiveSpec()).encoded()
    for (name, hive) in users { disk.files[prefix + "Users/\(name)/NTUSER.DAT"] = hive.encoded() }
    return disk
  }

  func with(_ change: (inout DiskDouble) -> Void) -> DiskDouble {
    var copy = self
    change(&copy)
    return copy
  }

  mutating func put(_ path: String, _ bytes: [UInt8]) { files[path] = bytes }
  mutating func link(_ path: String, to target: String) { links[path] = target }

  func list(_ path: String) throws(ParseError) -> [TreeEntry] {
    let depth = path.utf8.split(separator: 0x2F).count
    var found: [[UInt8]: TreeEntry.Kind] = [:]
    for (key, isLink) in files.keys.map({ ($0, false) }) + links.keys.map({ ($0, true) }) {
      let parts = key.utf8.split(separator: 0x2F)
      guard parts.count > depth, path.isEmpty || key.utf8.starts(with: Array((path + "/").utf8)) else { continue }
      found[Array(parts[depth])] = parts.count == depth + 1 ? (isLink ? .link : .file) : .folder
    }
    guard !found.isEmpty || path.isEmpty else { throw ParseError("io.missing", "no folder \(path)") }
    return found.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
      TreeEntry(String(decoding: $0.key, as: UTF8.self), $0.value)
    }
  }

  func kind(_ path: String) throws(ParseError) -> TreeEntry.Kind? {
    if files[path] != nil { return .file }
    if links[path] != nil { return .link }
    let inside = Array((path + "/").utf8)
    return path.isEmpty
      || (files.keys.contains { $0.utf8.starts(with: inside) } || links.keys.contains { $0.utf8.starts(with: inside) })
      ? .folder : nil
  }

  func open(_ path: String) throws(ParseError) -> any ByteSource {
    guard !refusesToOpen.contains(path) else { throw ParseError("io.denied", "may not be read") }
    guard let bytes = files[path] else { throw ParseError("io.missing", "nothing at \(path)") }
    return MemorySource(bytes)
  }

  func readLink(_ path: String) throws(ParseError) -> String {
    guard let target = links[path] else { throw ParseError("io.special", "no link") }
    return target
  }

  func attribute(_ name: String, of path: String) throws(ParseError) -> [UInt8]? { attributes[path]?[name] }
}

extension HiveSpec {
  /// A SYSTEM hive whose current set is 1, with these keys below it.
  static func control(_ paths: [(path: String, values: [ValueSpec])]) -> HiveSpec {
    HiveSpec([("Select", [.number("Current", 1)])] + paths.map { ("ControlSet001\\" + $0.path, $0.values) })
  }

  static func service(_ name: String, type: Int, image: String?, start: Int = 2) -> HiveSpec {
    var values: [ValueSpec] = [.number("Type", type), .number("Start", start)]
    if let image { values.append(.expandable("ImagePath", image)) }
    return control([("Services\\" + name, values)])
  }
}

extension SystemInventory {
  func codes(_ prefix: String = "inventory.") -> [String] {
    (findings.map(\.finding.code) + entries.flatMap { $0.findings.map(\.code) }).filter { $0.hasPrefix(prefix) }
  }
}
