import AssayBytes
import AssayCore

/// A folder in memory, for tests: what stands at each path.
struct MemoryTree: ArtifactTree {
  enum Node {
    case file([UInt8])
    case link(String)
    case folder
    case special
    case unreadable
  }
  private(set) var nodes: [[UInt8]: Node] = [:]
  /// Extended attributes by path and name.
  var attributes: [String: [String: [UInt8]]] = [:]

  init(_ nodes: [String: Node] = [:]) {
    for (path, node) in nodes { self[path] = node }
  }

  /// Setting makes the folders that are needed; nil takes away what stands there and below.
  subscript(path: String) -> Node? {
    get { nodes[Array(path.utf8)] }
    set {
      let octets = Array(path.utf8)
      guard let newValue else {
        nodes = nodes.filter { $0.key != octets && !$0.key.starts(with: octets + [0x2F]) }
        return
      }
      nodes[octets] = newValue
      for (place, octet) in octets.enumerated() where octet == 0x2F {
        let folder = Array(octets[..<place])
        if nodes[folder] == nil { nodes[folder] = .folder }
      }
    }
  }

  func with(_ change: (inout MemoryTree) -> Void) -> MemoryTree {
    var copy = self
    change(&copy)
    return copy
  }

  var paths: [String] { nodes.keys.map { String(decoding: $0, as: UTF8.self) }.sorted() }

  func list(_ path: String) throws(ParseError) -> [TreeEntry] {
    let prefix = path.isEmpty ? [] : Array(path.utf8) + [0x2F]
    if !path.isEmpty {
      guard case .folder? = nodes[Array(path.utf8)] else { throw ParseError("io.missing", "no folder \(path)") }
    }
    var entries: [(name: [UInt8], kind: TreeEntry.Kind)] = []
    for (key, node) in nodes where key.count > prefix.count && key.starts(with: prefix) && !key[prefix.count...].contains(0x2F) {
      entries.append((Array(key[prefix.count...]), MemoryTree.kind(node)))
    }
    entries.sort { $0.name.lexicographicallyPrecedes($1.name) }
    return entries.map { TreeEntry(String(decoding: $0.name, as: UTF8.self), $0.kind) }
  }

  private static func kind(_ node: Node) -> TreeEntry.Kind {
    switch node {
    case .file, .unreadable: .file
    case .link: .link
    case .folder: .folder
    case .special: .special
    }
  }

  func open(_ path: String) throws(ParseError) -> any ByteSource {
    switch nodes[Array(path.utf8)] {
    case .file(let bytes)?: return MemorySource(bytes)
    case .unreadable?: throw ParseError("io.denied", "no")
    case .link?: throw ParseError("io.link-loop", "a link")
    case .folder?: throw ParseError("io.folder", "a folder")
    case .special?: throw ParseError("io.special", "special")
    case nil: throw ParseError("io.missing", "nothing at \(path)")
    }
  }

  func readLink(_ path: String) throws(ParseError) -> String {
    guard case .link(let target)? = nodes[Array(path.utf8)] else { throw ParseError("io.special", "no link") }
    return target
  }

  func attribute(_ name: String, of path: String) throws(ParseError) -> [UInt8]? { attributes[path]?[name] }
  func attributeNames(of path: String) throws(ParseError) -> [String] { attributes[path]?.keys.sorted() ?? [] }
}
