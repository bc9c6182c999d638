package import AssayBytes
import AssayCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open folder. Names are opened relative to it, so that a component swapped for a link cannot lead elsewhere.
package final class FolderHandle: Sendable {
  let descriptor: Int32
  let device: UInt64
  let inode: UInt64

  private init(descriptor: Int32, facts: stat) {
    self.descriptor = descriptor
    device = UInt64(truncatingIfNeeded: facts.st_dev)
    inode = UInt64(facts.st_ino)
  }

  deinit { _ = close(descriptor) }

  /// Opens the path, following links: the user named it.
  package static func open(_ path: RawPath) throws(ParseError) -> FolderHandle {
    try open(path, in: AT_FDCWD, flags: 0)
  }

  package static func open(_ name: RawPath, in folder: FolderHandle) throws(ParseError) -> FolderHandle {
    try open(name, in: folder.descriptor, flags: O_NOFOLLOW)
  }

  private static func open(_ path: RawPath, in folder: Int32, flags: Int32) throws(ParseError) -> FolderHandle {
    let opened = SystemCall.retrying {
      path.withCString { openat(folder, $0, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | flags) }
    }
    guard opened.result >= 0 else {
      if opened.error == ENOTDIR { throw ParseError("io.missing", "is no folder") }
      throw SystemCall.failure(opened.error, "opened")
    }
    var facts = stat()
    guard fstat(opened.result, &facts) == 0 else {
      let error = errno
      _ = close(opened.result)
      throw SystemCall.failure(error, "examined")
    }
    return FolderHandle(descriptor: opened.result, facts: facts)
  }

  /// Entries without `.` and `..`, sorted so that whole paths come in byte order: a folder's name counts with its `/`.
  func listing() throws(ParseError) -> FolderListing {
    // A descriptor of its own: closedir closes it.
    let copy = SystemCall.retrying { openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard copy.result >= 0 else { throw SystemCall.failure(copy.error, "listed") }
    guard let stream = fdopendir(copy.result) else {
      let error = errno
      _ = close(copy.result)
      throw SystemCall.failure(error, "listed")
    }
    defer { _ = closedir(stream) }
    var listing = FolderListing()
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        let error = errno
        guard error == 0 || error == EINTR else { throw SystemCall.failure(error, "listed") }
        if error == EINTR { continue }
        break
      }
      let place = UnsafeRawPointer(entry) + (MemoryLayout<dirent>.offset(of: \.d_name) ?? 0)
      let name = UnsafeRawBufferPointer(start: place, count: strlen(place.assumingMemoryBound(to: CChar.self)))
      if name.elementsEqual([0x2E]) || name.elementsEqual([0x2E, 0x2E]) { continue }
      listing.append(name, kind(of: name, type: Int(entry.pointee.d_type)))
    }
    listing.sort()
    return listing
  }

  private func kind(of name: UnsafeRawBufferPointer, type: Int) -> FolderListing.Kind {
    switch type {
    case Int(DT_REG): return .file
    case Int(DT_DIR): return .folder
    case Int(DT_LNK): return .link
    case Int(DT_UNKNOWN):
      var facts = stat()
      guard RawPath(name).withCString({ fstatat(descriptor, $0, &facts, AT_SYMLINK_NOFOLLOW) }) == 0 else { return .file }
      return FolderHandle.kind(facts)
    default: return .special
    }
  }
}

extension FolderHandle {
  /// What stands under a name, a link not followed. Throws `io.missing` where nothing does.
  func kind(of name: RawPath) throws(ParseError) -> TreeEntry.Kind {
    var facts = stat()
    let looked = SystemCall.retrying { name.withCString { fstatat(descriptor, $0, &facts, AT_SYMLINK_NOFOLLOW) } }
    guard looked.result == 0 else { throw SystemCall.failure(looked.error, "found") }
    return FolderTree.kind(FolderHandle.kind(facts))
  }

  fileprivate static func kind(_ facts: stat) -> FolderListing.Kind {
    switch facts.st_mode & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .folder
    case S_IFLNK: .link
    default: .special
    }
  }
}

/// Names of one folder in one buffer: a hundred thousand of them take a few megabytes.
package struct FolderListing: Sendable {
  package enum Kind: UInt8, Sendable {
    case file, folder, link, special
  }
  private var names: [UInt8] = []
  private var entries: [(start: UInt32, count: UInt16, kind: Kind)] = []

  package var count: Int { entries.count }
  package func name(_ index: Int) -> ArraySlice<UInt8> {
    let entry = entries[index]
    return names[Int(entry.start)..<(Int(entry.start) + Int(entry.count))]
  }
  package func kind(_ index: Int) -> Kind { entries[index].kind }

  mutating func append(_ name: UnsafeRawBufferPointer, _ kind: Kind) {
    // No system has names over 64 kB, and 4 GB of names in one folder are none either.
    guard let count = UInt16(exactly: name.count), let start = UInt32(exactly: names.count) else { return }
    names.append(contentsOf: name)
    entries.append((start, count, kind))
  }

  mutating func sort() {
    names.withUnsafeBufferPointer { names in
      func next(_ entry: (start: UInt32, count: UInt16, kind: Kind), _ place: Int) -> Int {
        if place < Int(entry.count) { return Int(names[Int(entry.start) + place]) }
        return place == Int(entry.count) && entry.kind == .folder ? 0x2F : -1
      }
      entries.sort { left, right in
        var place = 0
        while true {
          let (one, other) = (next(left, place), next(right, place))
          if one != other { return one < other }
          if one < 0 { return false }
          place += 1
        }
      }
    }
  }
}
