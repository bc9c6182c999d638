package import AssayBytes

/// Seam for folders: a mounted disk, a bundle, a package's loose files. Implemented in System, doubled in tests.
///
/// Paths are relative to the tree's root, with `/`, without a leading one; the root itself is the empty path. A component that is a
/// symbolic link is not followed: it throws `io.link-loop`.
package protocol ArtifactTree: Sendable {
  /// Entries of a folder in byte order of their names. Throws `io.missing` where there is none.
  func list(_ path: String) throws(ParseError) -> [TreeEntry]
  func open(_ path: String) throws(ParseError) -> any ByteSource
  func readLink(_ path: String) throws(ParseError) -> String
  /// What stands at a path, a link not followed; nil where nothing does.
  func kind(_ path: String) throws(ParseError) -> TreeEntry.Kind?
  /// An extended attribute (`user.Zone.Identifier`, `system.ntfs_reparse_data`), nil where there is none or the file system has none.
  func attribute(_ name: String, of path: String) throws(ParseError) -> [UInt8]?
  /// Names of the extended attributes of a path; empty where there are none or the file system has none.
  func attributeNames(of path: String) throws(ParseError) -> [String]
}

extension ArtifactTree {
  /// For trees that keep no list of them.
  package func attributeNames(of path: String) throws(ParseError) -> [String] { [] }

  /// By the folder's listing, for trees that have no quicker way.
  package func kind(_ path: String) throws(ParseError) -> TreeEntry.Kind? {
    if path.isEmpty { return .folder }
    let octets = Array(path.utf8)
    let slash = octets.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(decoding: octets[..<$0], as: UTF8.self) } ?? ""
    let name = octets[(slash.map { $0 + 1 } ?? 0)...]
    do {
      return try list(folder).first { $0.name.utf8.elementsEqual(name) }?.kind
    } catch {
      if error.code == "io.missing" { return nil }
      throw error
    }
  }
}

/// One name in a folder.
package struct TreeEntry: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case file, folder, link
    /// A device, FIFO or socket.
    case special
  }
  package var name: String
  package var kind: Kind
  package init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }
}
