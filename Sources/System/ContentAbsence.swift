package import AssayBytes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that have a size and no content here: reparse points whose driver is Windows', holes that an acquisition left.
package enum ContentAbsence: Hashable, Sendable {
  /// The data of the reparse point, its tag first.
  case reparse([UInt8])
  case hole

  /// Nil where the file has content. A file that begins with a byte that is not zero has.
  package static func find(_ name: RawPath, in folder: FolderHandle) -> ContentAbsence? {
    guard let source = try? FileByteSource.open(name, in: folder), let head = try? source.prefix(4_096),
      head.allSatisfy({ $0 == 0 })
    else { return nil }
    if let data = try? ExtendedAttribute.read(RawPath("system.ntfs_reparse_data"), of: name, in: folder) { return .reparse(data) }
    var facts = stat()
    guard name.withCString({ fstatat(folder.descriptor, $0, &facts, AT_SYMLINK_NOFOLLOW) }) == 0 else { return nil }
    // Nothing is allocated: every byte is a hole.
    return facts.st_size > 0 && facts.st_blocks == 0 ? .hole : nil
  }

  /// ntfs-3g shows a reparse point that it cannot follow as a link to these words.
  static func isBehindLink(_ name: RawPath, in folder: FolderHandle) -> Bool {
    let words = Array("unsupported reparse ".utf8)
    var target = [CChar](repeating: 0, count: 64)
    let got = name.withCString { readlinkat(folder.descriptor, $0, &target, target.count) }
    return got >= words.count && target.prefix(words.count).map { UInt8(bitPattern: $0) } == words
  }
}
