import AssayBytes
package import AssayCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that have a size and no content here: reparse points whose driver is Windows', holes that an acquisition left.
package enum ContentAbsence: Hashable, Sendable {
  case reparse(ReparsePoint, isFolder: Bool)
  case hole
  /// The content is on other storage, by the file's attributes of Windows.
  case offline
  /// What is read are octets that Windows deciphers (EFS).
  case encrypted

  /// Attributes of Windows (MS-FSCC 2.6).
  private enum Flag {
    static let directory: UInt32 = 0x10
    static let reparsePoint: UInt32 = 0x400
    static let encrypted: UInt32 = 0x4000
    /// OFFLINE, RECALL_ON_OPEN and RECALL_ON_DATA_ACCESS.
    static let elsewhere: UInt32 = 0x1000 | 0x4_0000 | 0x40_0000
  }

  /// Nil where the file has content. A file that begins with a byte that is not zero has, unless it is encrypted.
  package static func find(_ name: RawPath, in folder: FolderHandle) -> ContentAbsence? {
    guard let source = try? FileByteSource.open(name, in: folder) else { return nil }
    let head = try? source.prefix(4_096)
    let attributes = attributes(name, in: folder) ?? 0
    if attributes & Flag.encrypted != 0 { return .encrypted }
    guard let head else {
      // Drivers of the kernel refuse to read what they do not know, and show no data of the reparse point.
      return attributes & Flag.reparsePoint == 0 ? nil : .reparse(reparsePoint(name, in: folder) ?? ReparsePoint(), isFolder: false)
    }
    guard head.allSatisfy({ $0 == 0 }) else { return nil }
    if let point = reparsePoint(name, in: folder) { return .reparse(point, isFolder: false) }
    if attributes & Flag.elsewhere != 0 { return .offline }
    var facts = stat()
    guard name.withCString({ fstatat(folder.descriptor, $0, &facts, AT_SYMLINK_NOFOLLOW) }) == 0 else { return nil }
    // Nothing is allocated: every byte is a hole.
    return facts.st_size > 0 && facts.st_blocks == 0 ? .hole : nil
  }

  /// What ntfs-3g shows as a link because it cannot follow it; nil for links, and for links of Windows that lead nowhere.
  static func behindLink(_ name: RawPath, in folder: FolderHandle) -> ContentAbsence? {
    guard let shown = point(ofLink: name, in: folder.descriptor) else { return nil }
    // The attribute knows more than the link's words; a copy of the link has only these.
    let point = reparsePoint(name, in: folder) ?? shown
    guard !point.isLink else { return nil }
    return .reparse(point, isFolder: (attributes(name, in: folder) ?? 0) & Flag.directory != 0)
  }

  /// Why a path cannot be opened, where that is because ntfs-3g cannot follow it.
  static func error(_ path: RawPath, in folder: Int32) -> ParseError? {
    guard let content = point(ofLink: path, in: folder)?.content else { return nil }
    return ParseError("inventory.content.placeholder", "the content is \(content) and not here")
  }

  private static func point(ofLink name: RawPath, in folder: Int32) -> ReparsePoint? {
    var target = [CChar](repeating: 0, count: 64)
    let got = SystemCall.retrying { name.withCString { readlinkat(folder, $0, &target, target.count) } }
    guard got.result > 0 else { return nil }
    return ReparsePoint(link: target.prefix(got.result).map { UInt8(bitPattern: $0) })
  }

  private static func reparsePoint(_ name: RawPath, in folder: FolderHandle) -> ReparsePoint? {
    (try? ExtendedAttribute.read(RawPath(ReparsePoint.attribute), of: name, in: folder)).flatMap { ReparsePoint($0) }
  }

  /// The attributes of Windows, as the drivers of Linux show them.
  private static func attributes(_ name: RawPath, in folder: FolderHandle) -> UInt32? {
    guard let value = try? ExtendedAttribute.read(RawPath("system.ntfs_attrib_be"), of: name, in: folder), value.count == 4 else {
      return nil
    }
    return value.reduce(0) { $0 << 8 | UInt32($1) }
  }
}
