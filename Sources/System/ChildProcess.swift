package import AssayBytes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Starts another program of this project, and finds it.
package enum ChildProcess {
  /// Folder of the running executable.
  package static func executableFolder() -> RawPath? {
    #if canImport(Darwin)
      guard let first = CommandLine.arguments.first, let slash = first.utf8.lastIndex(of: 0x2F) else { return nil }
      return RawPath(String(first[..<slash]))
    #else
      var buffer = [CChar](repeating: 0, count: 4_096)
      let count = readlink("/proc/self/exe", &buffer, buffer.count)
      guard count > 0, count < buffer.count else { return nil }
      let bytes = buffer[..<count].map { UInt8(bitPattern: $0) }
      guard let slash = bytes.lastIndex(of: 0x2F) else { return nil }
      return RawPath(bytes[..<slash])
    #endif
  }

  /// Runs the program with the same standard streams and gives its exit code; 128 and the signal's number where one ended it.
  package static func run(_ program: RawPath, _ arguments: [String]) throws(ParseError) -> Int32 {
    var words: [UnsafeMutablePointer<CChar>?] = ([program.shown] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    #if canImport(Darwin)
      let variables = _NSGetEnviron().pointee
    #else
      let variables = environ
    #endif
    let failed = program.withCString { posix_spawn(&child, $0, nil, nil, words, variables) }
    guard failed == 0 else { throw SystemCall.failure(failed, "started") }
    var status: Int32 = 0
    let waited = SystemCall.retrying { waitpid(child, &status, 0) }
    guard waited.result == child else { throw SystemCall.failure(waited.error, "waited for") }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  /// Makes a fresh folder with an unguessable name below `TMPDIR` or `/tmp`.
  package static func temporaryFolder(_ prefix: String) throws(ParseError) -> RawPath {
    let base = Terminal.environment("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var template = Array("\(base)/\(prefix)-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemCall.failure(errno, "made") }
    return RawPath(template.dropLast().map { UInt8(bitPattern: $0) })
  }
}
