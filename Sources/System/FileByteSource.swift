package import AssayBytes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file behind one open descriptor: what was judged is what was read.
///
/// Only regular files are opened: a FIFO would wait for a writer, and opening some devices does something. Size and times are
/// noted when it is opened; `confirmUnchanged` compares them again, and a read that meets the end early is a change, too.
package final class FileByteSource: ByteSource {
  package let byteCount: Int
  private let descriptor: Int32
  private let stamp: FileStamp

  private init(descriptor: Int32, stamp: FileStamp) {
    self.descriptor = descriptor
    self.stamp = stamp
    byteCount = stamp.size
  }

  deinit { _ = close(descriptor) }

  package var identity: SourceIdentity? {
    SourceIdentity(
      device: stamp.device, inode: stamp.inode, size: stamp.size,
      modified: .init(seconds: stamp.modified.0, nanoseconds: stamp.modified.1),
      changed: .init(seconds: stamp.changed.0, nanoseconds: stamp.changed.1))
  }

  /// Opens the path, following links: the user named it.
  package static func open(_ path: RawPath) throws(ParseError) -> FileByteSource {
    try open(path, in: AT_FDCWD, followingLinks: true)
  }

  /// Opens a name in an open folder. A link there is refused with `io.link-loop`. `isListed`: the folder's listing said that it is a
  /// regular file. It is looked at once it is open all the same, and opening waits for nothing.
  package static func open(
    _ name: RawPath, in folder: FolderHandle, isListed: Bool = false
  ) throws(ParseError) -> FileByteSource {
    try open(name, in: folder.descriptor, followingLinks: false, isListed: isListed)
  }

  private static func open(
    _ path: RawPath, in folder: Int32, followingLinks: Bool, isListed: Bool = false
  ) throws(ParseError) -> FileByteSource {
    guard !path.bytes.isEmpty, !path.bytes.contains(0) else {
      throw ParseError("io.missing", "the name is empty or holds a zero byte")
    }
    // Look before opening: the open itself could wait or act.
    var facts = stat()
    if !isListed {
      let looked = SystemCall.retrying {
        path.withCString { fstatat(folder, $0, &facts, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW) }
      }
      guard looked.result == 0 else {
        throw ContentAbsence.error(path, in: folder) ?? SystemCall.failure(looked.error, "found")
      }
      if let refusal = refusal(facts) { throw ContentAbsence.error(path, in: folder) ?? refusal }
    }
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (followingLinks ? 0 : O_NOFOLLOW)
    let opened = SystemCall.retrying { path.withCString { openat(folder, $0, flags) } }
    guard opened.result >= 0 else { throw SystemCall.failure(opened.error, "opened") }
    // And look at what was opened: the name may have changed hands in between.
    guard fstat(opened.result, &facts) == 0 else {
      let error = errno
      _ = close(opened.result)
      throw SystemCall.failure(error, "examined")
    }
    if let refusal = refusal(facts) {
      _ = close(opened.result)
      throw refusal
    }
    let source = FileByteSource(descriptor: opened.result, stamp: FileStamp(facts))
    if source.byteCount == 0 { try source.confirmEmpty() }
    return source
  }

  private static func refusal(_ facts: stat) -> ParseError? {
    switch facts.st_mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: ParseError("io.folder", "is a folder, not a file; judge what is in it with: assay scan")
    case S_IFIFO:
      ParseError("io.special", "is a FIFO, not a file; give its contents on standard input with: assay verify - --name NAME")
    case S_IFSOCK: ParseError("io.special", "is a socket, not a file")
    case S_IFCHR, S_IFBLK: ParseError("io.special", "is a device, not a file")
    case S_IFLNK: ParseError("io.link-loop", "is a symbolic link where none is followed")
    default: ParseError("io.special", "is no regular file")
    }
  }

  /// Files that the kernel makes up say that they are empty and are not.
  private func confirmEmpty() throws(ParseError) {
    var byte: UInt8 = 0
    let got = SystemCall.retrying { pread(descriptor, &byte, 1, 0) }
    guard got.result >= 0 else { throw SystemCall.failure(got.error, "read") }
    guard got.result == 0 else {
      throw ParseError("io.special", "says that it is empty and is not, as the kernel's own files do; judge a copy")
    }
  }

  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ParseError) {
    guard offset >= 0, buffer.count <= byteCount, offset <= byteCount - buffer.count else {
      throw ParseError(
        "io.range", "\(buffer.count) bytes at \(offset) are outside the \(byteCount) bytes that there are", offset: offset)
    }
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let got = SystemCall.retrying { pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done)) }
      guard got.result >= 0 else {
        throw ParseError("io.failed", "cannot be read: \(SystemCall.words(got.error))", offset: offset + done)
      }
      guard got.result > 0 else {
        throw ParseError(
          "io.changed", "became shorter while it was read: it had \(byteCount) bytes; judge a copy", offset: offset + done)
      }
      done += got.result
    }
  }

  package func confirmUnchanged() throws(ParseError) {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw SystemCall.failure(errno, "examined") }
    let now = FileStamp(facts)
    guard now == stamp else {
      throw ParseError("io.changed", "changed while it was read (\(stamp.difference(now))); judge a copy")
    }
  }
}

/// Size and times of a file at one moment.
struct FileStamp: Sendable {
  let size: Int
  let device: UInt64
  let inode: UInt64
  let modified: (Int, Int)
  let changed: (Int, Int)

  init(_ facts: stat) {
    size = Int(facts.st_size)
    device = UInt64(truncatingIfNeeded: facts.st_dev)
    inode = UInt64(facts.st_ino)
    #if canImport(Darwin)
      modified = (facts.st_mtimespec.tv_sec, facts.st_mtimespec.tv_nsec)
      changed = (facts.st_ctimespec.tv_sec, facts.st_ctimespec.tv_nsec)
    #else
      modified = (facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec)
      changed = (facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec)
    #endif
  }

  static func == (left: FileStamp, right: FileStamp) -> Bool {
    left.size == right.size && left.device == right.device && left.inode == right.inode && left.modified == right.modified
      && left.changed == right.changed
  }

  func difference(_ other: FileStamp) -> String {
    if size != other.size { return "\(size) bytes before, \(other.size) after" }
    return modified != other.modified ? "its modification time moved" : "its status time moved"
  }
}
