import AssayBytes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// System calls as this room uses them: interrupted ones are repeated, and an error number becomes a `ParseError`.
enum SystemCall {
  /// Repeats the call while a signal interrupts it. Nil on success of the last attempt is never given: see `result`.
  static func retrying<Result: SignedInteger>(_ call: () -> Result) -> (result: Result, error: Int32) {
    while true {
      let result = call()
      if result != -1 { return (result, 0) }
      let error = errno
      if error != EINTR { return (result, error) }
    }
  }

  /// `Permission denied` and so on, lower case.
  static func words(_ error: Int32) -> String {
    guard let text = strerror(error) else { return "error \(error)" }
    let words = String(cString: text)
    return words.prefix(1).lowercased() + words.dropFirst()
  }

  /// What an error of opening or reading says of the thing.
  static func failure(_ error: Int32, _ action: String) -> ParseError {
    switch error {
    case ENOENT, ENOTDIR: ParseError("io.missing", "there is no such file; check the name")
    case EACCES, EPERM:
      ParseError("io.denied", "cannot be \(action): \(words(error)); check its permissions or run with more rights")
    case ELOOP: ParseError("io.link-loop", "is a loop of symbolic links, or a link where none is followed")
    case ENAMETOOLONG: ParseError("io.missing", "the name is longer than the system allows")
    case EISDIR: ParseError("io.folder", "is a folder, not a file")
    case EMFILE, ENFILE: ParseError("io.failed", "cannot be \(action): too many files are open; give fewer --jobs")
    default: ParseError("io.failed", "cannot be \(action): \(words(error))")
    }
  }
}

/// A path or a name as the system has it: any bytes but zero.
package struct RawPath: Hashable, Sendable, Comparable {
  package let bytes: [UInt8]
  package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
  package init(_ text: String) { bytes = Array(text.utf8) }
  private init(octets: [UInt8]) { bytes = octets }

  package static func < (left: RawPath, right: RawPath) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }

  /// For people and reports: valid UTF-8 as it is, any other byte as `\xNN`.
  package var shown: String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = ""
    var rest = bytes[...]
    while !rest.isEmpty {
      // The longest valid scalar at the front, else one escaped byte.
      let width = (1...4).first { $0 <= rest.count && String(validating: rest.prefix($0), as: UTF8.self) != nil }
      if let width {
        text += String(decoding: rest.prefix(width), as: UTF8.self)
        rest = rest.dropFirst(width)
      } else {
        text += "\\x" + Hex.encode(rest.prefix(1))
        rest = rest.dropFirst()
      }
    }
    return text
  }

  /// The part after the last `/` that is not at the end.
  package var lastComponent: RawPath {
    var end = bytes.count
    while end > 1, bytes[end - 1] == 0x2F { end -= 1 }
    let start = bytes[..<end].lastIndex(of: 0x2F).map { $0 + 1 } ?? 0
    return RawPath(start < end ? bytes[start..<end] : bytes[..<end])
  }

  package func appending(_ name: RawPath) -> RawPath {
    if bytes.isEmpty { return name }
    var joined: [UInt8] = []
    joined.reserveCapacity(bytes.count + 1 + name.bytes.count)
    joined += bytes
    if bytes.last != 0x2F { joined.append(0x2F) }
    joined += name.bytes
    return RawPath(octets: joined)
  }

  /// Hands out a zero-terminated copy.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    var text: [CChar] = []
    text.reserveCapacity(bytes.count + 1)
    for byte in bytes { text.append(CChar(bitPattern: byte)) }
    text.append(0)
    return body(text)
  }
}
