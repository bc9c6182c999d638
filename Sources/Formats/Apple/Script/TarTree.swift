package import AssayBytes
package import AssayContainers
package import AssayCore

/// The members of an archive as a tree, with the attributes that its extended headers give them.
package struct TarTree: ArtifactTree {
  private let source: any ByteSource
  private let members: [[UInt8]: TarEntry]
  private let children: [[UInt8]: [TreeEntry]]

  package init(_ archive: TarArchive, _ source: any ByteSource) {
    self.source = source
    var members: [[UInt8]: TarEntry] = [:]
    for entry in archive.entries where !entry.path.isEmpty {
      members[entry.path] = entry
      // Folders that only members' names tell of.
      for (place, octet) in entry.path.enumerated() where octet == 0x2F {
        let folder = Array(entry.path[..<place])
        if members[folder] == nil { members[folder] = TarEntry(path: folder, kind: .folder, content: 0..<0) }
      }
    }
    self.members = members
    var children: [[UInt8]: [TreeEntry]] = [:]
    for (path, entry) in members {
      let slash = path.lastIndex(of: 0x2F)
      let name = String(decoding: path[(slash.map { $0 + 1 } ?? 0)...], as: UTF8.self)
      children[slash.map { Array(path[..<$0]) } ?? [], default: []].append(TreeEntry(name, TarTree.kind(entry.kind)))
    }
    self.children = children.mapValues { $0.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } }
  }

  private static func kind(_ kind: TarEntry.Kind) -> TreeEntry.Kind {
    switch kind {
    case .file, .unsupported: .file
    case .folder: .folder
    case .link: .link
    case .special, .hardLink: .special
    }
  }

  private func member(_ path: String) throws(ParseError) -> TarEntry {
    guard let entry = members[Array(path.utf8)] else { throw ParseError("io.missing", "no member \(path)") }
    return entry
  }

  package func list(_ path: String) throws(ParseError) -> [TreeEntry] {
    if !path.isEmpty, try member(path).kind != .folder { throw ParseError("io.missing", "\(path) is no folder") }
    return children[Array(path.utf8)] ?? []
  }

  package func kind(_ path: String) throws(ParseError) -> TreeEntry.Kind? {
    path.isEmpty ? .folder : members[Array(path.utf8)].map { TarTree.kind($0.kind) }
  }

  package func open(_ path: String) throws(ParseError) -> any ByteSource {
    let entry = try member(path)
    switch entry.kind {
    case .file: return PartSource(source, entry.content)
    case .folder: throw ParseError("io.folder", "\(path) is a folder")
    case .link: throw ParseError("io.link-loop", "\(path) is a symbolic link")
    case .special, .hardLink: throw ParseError("io.special", "\(path) is no regular file")
    case .unsupported:
      throw ParseError(
        "tar.entry.unsupported", "\(path) is a member of a kind whose content is not read", offset: entry.content.lowerBound)
    }
  }

  package func readLink(_ path: String) throws(ParseError) -> String {
    let entry = try member(path)
    guard entry.kind == .link else { throw ParseError("io.special", "\(path) is no symbolic link") }
    return String(decoding: entry.target, as: UTF8.self)
  }

  package func attribute(_ name: String, of path: String) throws(ParseError) -> [UInt8]? {
    try member(path).attributes[Array(name.utf8)]
  }

  package func attributeNames(of path: String) throws(ParseError) -> [String] {
    try member(path).attributes.keys.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
  }
}
