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

  /// Nil where the file has content. A file that begins with a byte that is not zero has, unless it is encrypted.
  package static func find(_ name: RawPath, in folder: FolderHandle) -> ContentAbsence? {
    guard let source = try? FileByteSource.open(name, in: folder) else { return nil }
    let head = try? source.prefix(4_096)
    let attributes = attributes(name, in: folder)
    if attributes.contains(.encrypted) { return .encrypted }
    guard let head else {
      // Drivers of the kernel refuse to read what they do not know, and show no data of the reparse point.
      return attributes.contains(.reparsePoint) ? .reparse(reparsePoint(name, in: folder) ?? ReparsePoint(), isFolder: false) : nil
    }
    guard head.allSatisfy({ $0 == 0 }) else { return nil }
    if let point = reparsePoint(name, in: folder) { return .reparse(point, isFolder: false) }
    if !attributes.isDisjoint(with: .elsewhere) { return .offline }
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
    return .reparse(point, isFolder: attributes(name, in: folder).contains(.directory))
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

  /// Empty where the file system shows none.
  private static func attributes(_ name: RawPath, in folder: FolderHandle) -> WindowsAttributes {
    (try? ExtendedAttribute.read(RawPath(WindowsAttributes.attribute), of: name, in: folder)).flatMap { WindowsAttributes($0) }
      ?? []
  }
}
