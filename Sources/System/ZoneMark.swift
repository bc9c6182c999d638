import AssayBytes
package import AssayCore
import CLibrary

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The mark that Windows puts beside a file's bytes, wherever this machine keeps it: an extended attribute, a stream, a file beside it.
package enum ZoneMark {
  /// What the stream is called on Windows.
  package static let stream = "Zone.Identifier"
  /// No browser writes more; a longer one is read up to here, as what counts stands at its beginning.
  package static let byteLimit = 16 << 10

  /// The mark of a file, or that this mount would not show one.
  package static func look(at name: RawPath, in folder: FolderHandle) -> ZoneSighting {
    if let bytes = read(of: name, in: folder) { return .mark(bytes) }
    return hidesStreams(name, in: folder) ? .hidden : .none
  }

  /// NTFS whose streams are out of sight: the kernel's drivers show none, and ntfs-3g does not where it is told `streams_interface=none`.
  private static func hidesStreams(_ name: RawPath, in folder: FolderHandle) -> Bool {
    #if canImport(Darwin)
      return false
    #else
      var system = statfs()
      guard fstatfs(folder.descriptor, &system) == 0 else { return false }
      switch UInt32(truncatingIfNeeded: system.f_type) {
      // NTFS_SB_MAGIC, and ntfs3's own.
      case 0x5346_544E, 0x7366_746E: return true
      // FUSE_SUPER_MAGIC: the attribute tells ntfs-3g from others.
      case 0x6573_5546:
        guard let attributes = try? ExtendedAttribute.read(RawPath("system.ntfs_attrib"), of: name, in: folder),
          !attributes.isEmpty,
          !ExtendedAttribute.isOffered(RawPath("user." + stream), of: name, in: folder)
        else { return false }
        // Where streams have names, the file itself is the one without.
        var facts = stat()
        return RawPath(name.bytes + [0x3A]).withCString { fstatat(folder.descriptor, $0, &facts, AT_SYMLINK_NOFOLLOW) } != 0
      default: return false
      }
    #endif
  }

  /// Nil where there is no mark. `user.Zone.Identifier` as ntfs-3g shows streams, then `NAME:Zone.Identifier` as Samba, WSL and
  /// collectors write it, then `NAME.Zone.Identifier`.
  private static func read(of name: RawPath, in folder: FolderHandle) -> [UInt8]? {
    for attribute in ["user." + stream, "user.DosStream." + stream + ":$DATA"] {
      if let value = try? ExtendedAttribute.read(RawPath(attribute), of: name, in: folder) { return value }
    }
    for joint in [":", "."] {
      let beside = RawPath(name.bytes + Array(joint.utf8) + Array(stream.utf8))
      guard let source = try? FileByteSource.open(beside, in: folder) else { continue }
      if let bytes = try? source.prefix(byteLimit) { return bytes }
    }
    return nil
  }

  /// A file that is only the mark of another one beside it: no code whatever is in it.
  package static func isMark(_ name: RawPath) -> Bool {
    let ending = Array(stream.utf8)
    guard name.bytes.count > ending.count + 1, name.bytes.suffix(ending.count).elementsEqual(ending) else { return false }
    let joint = name.bytes[name.bytes.count - ending.count - 1]
    return joint == 0x3A || joint == 0x2E
  }
}
