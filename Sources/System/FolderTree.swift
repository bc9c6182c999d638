package import AssayBytes
package import AssayCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder of this machine as a tree: a mounted disk, an unpacked collection, a bundle.
///
/// Every component is opened in the folder above it and no link is followed, so that nothing in the tree leads out of it. Names
/// that are no UTF-8 are shown with `\xNN` for their bytes, and are found by that spelling.
package struct FolderTree: ArtifactTree {
  /// Deeper paths are refused with `limit.depth`; each level is one descriptor while it is walked.
  package static let depthLimit = TreeWalker.depthLimit

  private let root: FolderHandle

  package init(_ root: FolderHandle) { self.root = root }

  /// Follows links to the root itself: the user named it.
  package init(root: RawPath) throws(ParseError) { self.root = try FolderHandle.open(root) }

  package func list(_ path: String) throws(ParseError) -> [TreeEntry] {
    let listing = try folder(FolderTree.components(path)).listing()
    let entries = (0..<listing.count).map { index in
      TreeEntry(RawPath(listing.name(index)).shown, FolderTree.kind(listing.kind(index)))
    }
    return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  package func open(_ path: String) throws(ParseError) -> any ByteSource {
    try within(path) { (folder, name) throws(ParseError) in try FileByteSource.open(name, in: folder) }
  }

  package func readLink(_ path: String) throws(ParseError) -> String {
    try within(path) { (folder, name) throws(ParseError) in
      var target = [CChar](repeating: 0, count: 4_096)
      let got = SystemCall.retrying { name.withCString { readlinkat(folder.descriptor, $0, &target, target.count) } }
      guard got.result >= 0 else {
        if got.error == EINVAL { throw ParseError("io.special", "is no symbolic link") }
        throw SystemCall.failure(got.error, "read")
      }
      return RawPath(target.prefix(got.result).map { UInt8(bitPattern: $0) }).shown
    }
  }

  package func kind(_ path: String) throws(ParseError) -> TreeEntry.Kind? {
    if path.utf8.allSatisfy({ $0 == 0x2F }) { return .folder }
    do throws(ParseError) {
      return try within(path) { (folder, name) throws(ParseError) in try folder.kind(of: name) }
    } catch {
      if error.code == "io.missing" { return nil }
      throw error
    }
  }

  package func attribute(_ name: String, of path: String) throws(ParseError) -> [UInt8]? {
    try within(path) { (folder, entry) throws(ParseError) in
      try ExtendedAttribute.read(RawPath(name), of: entry, in: folder)
    }
  }

  package func attributeNames(of path: String) throws(ParseError) -> [String] {
    try within(path) { (folder, entry) throws(ParseError) in try ExtendedAttribute.names(of: entry, in: folder) }
  }

  private static func components(_ path: String) throws(ParseError) -> [RawPath] {
    let parts = path.utf8.split(separator: 0x2F).map { RawPath($0) }
    guard parts.count <= depthLimit else { throw ParseError("limit.depth", "is deeper than \(depthLimit) folders") }
    guard !path.utf8.starts(with: [0x2F]), !parts.contains(where: { $0.bytes == [0x2E] || $0.bytes == [0x2E, 0x2E] }) else {
      throw ParseError("io.missing", "the path leads out of the tree")
    }
    return parts
  }

  private func folder(_ components: some Sequence<RawPath>) throws(ParseError) -> FolderHandle {
    var folder = root
    for component in components {
      let above = folder
      folder = try FolderTree.spelled(component) { (name) throws(ParseError) in try FolderHandle.open(name, in: above) }
    }
    return folder
  }

  private func within<Result>(
    _ path: String, _ body: (FolderHandle, RawPath) throws(ParseError) -> Result
  ) throws(ParseError) -> Result {
    let components = try FolderTree.components(path)
    guard let last = components.last else { throw ParseError("io.folder", "is the root of the tree, a folder") }
    let folder = try folder(components.dropLast())
    return try FolderTree.spelled(last) { (name) throws(ParseError) in try body(folder, name) }
  }

  /// Tries the name as it stands, and where there is none the bytes that its `\xNN` stand for.
  private static func spelled<Result>(
    _ name: RawPath, _ body: (RawPath) throws(ParseError) -> Result
  ) throws(ParseError) -> Result {
    do throws(ParseError) {
      return try body(name)
    } catch {
      guard error.code == "io.missing", let raw = unescaped(name) else { throw error }
      return try body(raw)
    }
  }

  /// Nil where nothing is escaped.
  static func unescaped(_ name: RawPath) -> RawPath? {
    var bytes: [UInt8] = []
    var rest = name.bytes[...]
    var isChanged = false
    while let first = rest.first {
      if first == 0x5C, rest.dropFirst().first == 0x78, rest.count >= 4,
        let byte = Hex.decode(String(decoding: rest.dropFirst(2).prefix(2), as: UTF8.self)), let value = byte.first, value >= 0x80
      {
        bytes.append(value)
        rest = rest.dropFirst(4)
        isChanged = true
      } else {
        bytes.append(first)
        rest = rest.dropFirst()
      }
    }
    return isChanged ? RawPath(bytes) : nil
  }

  static func kind(_ kind: FolderListing.Kind) -> TreeEntry.Kind {
    switch kind {
    case .file: .file
    case .folder: .folder
    case .link: .link
    case .special: .special
    }
  }
}
