#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

struct OutputError: Error {
  let message: String
}

/// Writes files below one folder and makes the folders they need.
struct OutputFolder {
  let path: String

  init(_ path: String) { self.path = path }

  /// Writes `octets` to `name`, whose folders are made.
  func write(_ name: String, _ octets: [UInt8]) throws(OutputError) {
    let full = path + "/" + name
    var upTo = ""
    for part in full.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
      upTo += part + "/"
      mkdir(upTo, 0o755)
    }
    guard let file = fopen(full, "w") else { throw OutputError(message: "\(full): \(String(cString: strerror(errno)))") }
    defer { fclose(file) }
    guard fwrite(octets, 1, octets.count, file) == octets.count else { throw OutputError(message: "\(full): short write") }
  }

  func write(_ name: String, _ text: String) throws(OutputError) { try write(name, Array(text.utf8)) }
}

func complain(_ line: String) {
  let octets = Array((line + "\n").utf8)
  _ = Glibc.write(2, octets, octets.count)
}
func exitCode(_ code: Int32) { exit(code) }
