import AssayBytes
import CLibrary

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Extended attributes: where file systems of Linux show what Windows keeps beside a file's bytes.
///
/// ntfs-3g shows a stream as `user.NAME` and the data of a reparse point as `system.ntfs_reparse_data`.
enum ExtendedAttribute {
  /// Larger values are not read. Linux allows 64 KiB.
  static let byteLimit = 64 << 10

  /// Nil where there is none, where the file system has none, and where the thing cannot be opened for reading.
  static func read(_ attribute: RawPath, of name: RawPath, in folder: FolderHandle) throws(ParseError) -> [UInt8]? {
    guard !attribute.bytes.contains(0), !name.bytes.contains(0), !name.bytes.isEmpty else { return nil }
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY
    let opened = SystemCall.retrying { name.withCString { openat(folder.descriptor, $0, flags) } }
    if opened.result >= 0 {
      defer { _ = close(opened.result) }
      return try value(attribute) { ofOpen(opened.result, $0, $1, $2) }
    }
    // A link itself has attributes, too: reparse points that a driver cannot follow look like links.
    guard opened.error == ELOOP else { return nil }
    let place = RawPath("/proc/self/fd/\(folder.descriptor)").appending(name)
    return try value(attribute) { attribute, buffer, size in place.withCString { ofLink($0, attribute, buffer, size) } }
  }

  /// Names of all of them, none where the file system has none or the thing cannot be opened for reading. Longer lists than
  /// `byteLimit` are an error: Linux allows no longer one.
  static func names(of name: RawPath, in folder: FolderHandle) throws(ParseError) -> [String] {
    guard !name.bytes.contains(0), !name.bytes.isEmpty else { return [] }
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY
    let opened = SystemCall.retrying { name.withCString { openat(folder.descriptor, $0, flags) } }
    guard opened.result >= 0 else { return [] }
    defer { _ = close(opened.result) }
    // Most files have none: asked first, without a buffer.
    let size = SystemCall.retrying { listOfOpen(opened.result, nil, 0) }
    guard size.result > 0 else { return [] }
    guard size.result <= byteLimit else {
      throw ParseError("limit.file-bytes", "the names of attributes have more than \(byteLimit) bytes")
    }
    var bytes = [CChar](repeating: 0, count: byteLimit)
    let got = SystemCall.retrying { bytes.withUnsafeMutableBufferPointer { listOfOpen(opened.result, $0.baseAddress, $0.count) } }
    guard got.result > 0 else { return [] }
    return bytes.prefix(got.result).split(separator: 0).map { RawPath($0.map { UInt8(bitPattern: $0) }).shown }
  }

  /// Whether the file system has attributes of such names, whatever this file has; true where that cannot be asked.
  static func isOffered(_ attribute: RawPath, of name: RawPath, in folder: FolderHandle) -> Bool {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY
    let opened = SystemCall.retrying { name.withCString { openat(folder.descriptor, $0, flags) } }
    guard opened.result >= 0 else { return true }
    defer { _ = close(opened.result) }
    let got = SystemCall.retrying { attribute.withCString { ofOpen(opened.result, $0, nil, 0) } }
    return got.result >= 0 || got.error != ENOTSUP
  }

  private static func listOfOpen(_ file: Int32, _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int) -> Int {
    #if canImport(Darwin)
      flistxattr(file, buffer, size, 0)
    #else
      flistxattr(file, buffer, size)
    #endif
  }

  private static func value(
    _ attribute: RawPath, _ ask: (UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) -> Int
  ) throws(ParseError) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: byteLimit)
    let got = SystemCall.retrying {
      attribute.withCString { name in bytes.withUnsafeMutableBytes { ask(name, $0.baseAddress, $0.count) } }
    }
    guard got.result >= 0 else {
      if got.error == ERANGE || got.error == E2BIG {
        throw ParseError("limit.file-bytes", "the attribute \(attribute.shown) has more than \(byteLimit) bytes")
      }
      return nil
    }
    return Array(bytes.prefix(got.result))
  }

  private static func ofOpen(_ file: Int32, _ name: UnsafePointer<CChar>, _ buffer: UnsafeMutableRawPointer?, _ size: Int) -> Int {
    #if canImport(Darwin)
      fgetxattr(file, name, buffer, size, 0, 0)
    #else
      fgetxattr(file, name, buffer, size)
    #endif
  }

  private static func ofLink(
    _ path: UnsafePointer<CChar>, _ name: UnsafePointer<CChar>, _ buffer: UnsafeMutableRawPointer?, _ size: Int
  ) -> Int {
    #if canImport(Darwin)
      getxattr(path, name, buffer, size, 0, XATTR_NOFOLLOW)
    #else
      lgetxattr(path, name, buffer, size)
    #endif
  }
}
