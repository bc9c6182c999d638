package import AssayBytes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where results go: a descriptor, or a file that appears whole or not at all.
///
/// Writes are gathered to 64 KiB. A reader that has gone away (`assay ... | head`) is no error: `isClosed` turns true and the
/// rest is dropped.
package final class OutputSink {
  private var buffer: [UInt8] = []
  private let descriptor: Int32
  private let temporary: RawPath?
  private let destination: RawPath?
  /// Nobody reads any more.
  package private(set) var isClosed = false
  private var failure: ParseError?

  private init(descriptor: Int32, temporary: RawPath?, destination: RawPath?) {
    self.descriptor = descriptor
    self.temporary = temporary
    self.destination = destination
    buffer.reserveCapacity(64 << 10)
  }

  package static func standardOutput() -> OutputSink {
    // A write to a closed pipe gives EPIPE in place of a signal.
    _ = signal(SIGPIPE, SIG_IGN)
    return OutputSink(descriptor: STDOUT_FILENO, temporary: nil, destination: nil)
  }

  /// A file beside the destination that takes its name on `finish`. A device or FIFO is written to directly.
  package static func file(_ path: RawPath) throws(ParseError) -> OutputSink {
    switch FileContents.kind(path) {
    case .folder: throw ParseError("io.folder", "is a folder; name a file")
    case .special:
      let opened = SystemCall.retrying { path.withCString { open($0, O_WRONLY | O_CLOEXEC) } }
      guard opened.result >= 0 else { throw SystemCall.failure(opened.error, "written") }
      return OutputSink(descriptor: opened.result, temporary: nil, destination: nil)
    case .file, .missing: break
    }
    let temporary = RawPath(path.bytes + Array(".assay-\(getpid()).tmp".utf8))
    let opened = SystemCall.retrying {
      temporary.withCString { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644) }
    }
    guard opened.result >= 0 else { throw SystemCall.failure(opened.error, "written") }
    return OutputSink(descriptor: opened.result, temporary: temporary, destination: path)
  }

  package func write(_ text: String) {
    if isClosed || failure != nil { return }
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= 64 << 10 { flush() }
  }

  package func write(_ bytes: [UInt8]) {
    if isClosed || failure != nil { return }
    buffer.append(contentsOf: bytes)
    if buffer.count >= 64 << 10 { flush() }
  }

  package func flush() {
    if isClosed || failure != nil { return buffer.removeAll() }
    buffer.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
        let wrote = SystemCall.retrying { sysWrite(descriptor, rest) }
        if wrote.result < 0 {
          if wrote.error == EAGAIN {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = poll(&waiting, 1, -1)
            continue
          }
          if wrote.error == EPIPE { isClosed = true } else { failure = SystemCall.failure(wrote.error, "written") }
          return
        }
        done += wrote.result
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes what is left; a file is synced and takes its name. Throws what went wrong on the way.
  package func finish() throws(ParseError) {
    flush()
    guard let temporary, let destination else {
      if let failure { throw failure }
      return
    }
    if failure == nil, fsync(descriptor) != 0, errno != EINVAL { failure = SystemCall.failure(errno, "written") }
    if close(descriptor) != 0, failure == nil { failure = SystemCall.failure(errno, "written") }
    if failure == nil {
      let renamed = temporary.withCString { from in destination.withCString { rename(from, $0) } }
      if renamed != 0 { failure = SystemCall.failure(errno, "written") }
    }
    if let failure {
      _ = temporary.withCString { unlink($0) }
      throw failure
    }
  }

  /// Gives up: a file under way is removed.
  package func abandon() {
    guard let temporary else { return }
    _ = close(descriptor)
    _ = temporary.withCString { unlink($0) }
  }
}

/// Notes and progress. Never results.
package enum StandardError {
  package static func write(_ text: String) {
    let bytes = Array(text.utf8)
    bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let wrote = SystemCall.retrying { sysWrite(STDERR_FILENO, UnsafeRawBufferPointer(rebasing: bytes[done...])) }
        if wrote.result <= 0 { return }
        done += wrote.result
      }
    }
  }
}

private func sysWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  #if canImport(Glibc)
    Glibc.write(descriptor, bytes.baseAddress, bytes.count)
  #elseif canImport(Musl)
    Musl.write(descriptor, bytes.baseAddress, bytes.count)
  #else
    Darwin.write(descriptor, bytes.baseAddress, bytes.count)
  #endif
}
