package import AssayBytes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whole contents: configuration files and standard input.
package enum FileContents {
  /// Standard input is held in memory up to this many bytes; larger artifacts go through a file.
  package static let standardInputLimit = 1 << 30

  /// Reads a configuration file whole, or throws `limit.file-bytes` above the limit. A FIFO is read, too (`--policy <(...)`), and a
  /// file of the kernel's that says it has no bytes and yet has some.
  package static func read(_ path: RawPath, limit: Int = 64 << 20) throws(ParseError) -> [UInt8] {
    let source: FileByteSource
    do throws(ParseError) {
      source = try FileByteSource.open(path)
    } catch {
      guard error.code == "io.special", isStream(path) else { throw error }
      return try readStream(path, limit: limit)
    }
    return try source.contents(upTo: limit)
  }

  /// Reads standard input to its end.
  package static func standardInput(limit: Int = standardInputLimit) throws(ParseError) -> [UInt8] {
    try drain(STDIN_FILENO, limit: limit)
  }

  private static func isStream(_ path: RawPath) -> Bool {
    var facts = stat()
    guard path.withCString({ stat($0, &facts) }) == 0 else { return false }
    return [S_IFIFO, S_IFREG].contains(facts.st_mode & S_IFMT)
  }

  /// Without waiting for a writer: a FIFO that has none is empty.
  private static func readStream(_ path: RawPath, limit: Int) throws(ParseError) -> [UInt8] {
    let opened = SystemCall.retrying { path.withCString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) } }
    guard opened.result >= 0 else { throw SystemCall.failure(opened.error, "opened") }
    defer { _ = close(opened.result) }
    return try drain(opened.result, limit: limit)
  }

  private static func drain(_ descriptor: Int32, limit: Int) throws(ParseError) -> [UInt8] {
    var bytes: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let got = SystemCall.retrying { Swift.Int(sysRead(descriptor, buffer)) }
      if got.result < 0, got.error == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&waiting, 1, -1)
        continue
      }
      guard got.result >= 0 else { throw SystemCall.failure(got.error, "read") }
      if got.result == 0 { return bytes }
      guard got.result <= limit - bytes.count else {
        throw ParseError("limit.file-bytes", "has more than the \(limit) bytes that are held in memory; give a file instead")
      }
      bytes.append(contentsOf: buffer[..<got.result])
    }
  }

  private static func sysRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    #elseif canImport(Musl)
      Musl.read(descriptor, buffer.baseAddress, buffer.count)
    #else
      Darwin.read(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }

  /// What a path is, links followed.
  package enum Kind: Sendable {
    case file, folder, special, missing
  }
  package static func kind(_ path: RawPath) -> Kind {
    var facts = stat()
    guard !path.bytes.contains(0), path.withCString({ stat($0, &facts) }) == 0 else { return .missing }
    switch facts.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .special
    }
  }

  /// The path without links, from the root of this machine; nil where nothing is there.
  package static func realPath(_ path: RawPath) -> RawPath? {
    guard !path.bytes.contains(0), let real = path.withCString({ realpath($0, nil) }) else { return nil }
    defer { free(real) }
    return RawPath(UnsafeBufferPointer(start: real, count: strlen(real)).map { UInt8(bitPattern: $0) })
  }

  /// Makes the folder and those above it; one that is there is left as it is.
  package static func makeFolders(_ path: RawPath) throws(ParseError) {
    var end = 0
    for component in path.bytes.split(separator: 0x2F) {
      end = component.endIndex
      let part = RawPath(path.bytes[..<end])
      if part.withCString({ mkdir($0, 0o755) }) != 0, errno != EEXIST { throw SystemCall.failure(errno, "made") }
    }
  }

  /// Regular files and links to such directly in a folder, in byte order of their names.
  package static func files(in folder: RawPath) throws(ParseError) -> [RawPath] {
    let listing = try FolderHandle.open(folder).listing()
    return (0..<listing.count).map { folder.appending(RawPath(listing.name($0))) }.filter { kind($0) == .file }
  }
}
