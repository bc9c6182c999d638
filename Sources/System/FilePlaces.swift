import AssayBytes
package import AssayCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a named file really stands: links followed, as its bytes are read, so that what is kept beside them is that of the same file.
package enum FilePlaces {
  /// Nil where the folder cannot be opened; the file's bytes are judged without what is beside them.
  package static func of(_ path: RawPath) -> TreePlace? {
    guard !path.bytes.contains(0), let resolved = path.withCString({ realpath($0, nil) }) else { return nil }
    defer { free(resolved) }
    let octets = UnsafeRawBufferPointer(start: resolved, count: strlen(resolved))
    guard let slash = octets.lastIndex(of: 0x2F), slash + 1 < octets.count else { return nil }
    let folder = slash == 0 ? RawPath("/") : RawPath(Array(octets[..<slash]))
    guard let tree = try? FolderTree(root: folder) else { return nil }
    return TreePlace(tree, path: RawPath(Array(octets[(slash + 1)...])).shown)
  }
}
