#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the terminal and the environment ask of the output.
package enum Terminal {
  package static func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    return String(cString: value)
  }

  package static var isStandardOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  package static var isStandardErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// `NO_COLOR` (any value that is not empty) wins, then `CLICOLOR_FORCE` (not empty, not 0), then a terminal that is not `dumb`.
  package static var wantsColour: Bool {
    wantsColour(
      noColour: environment("NO_COLOR"), force: environment("CLICOLOR_FORCE"), term: environment("TERM"),
      isTerminal: isStandardOutputTerminal)
  }

  package static func wantsColour(noColour: String?, force: String?, term: String?, isTerminal: Bool) -> Bool {
    if let noColour, !noColour.isEmpty { return false }
    if let force, !force.isEmpty, force != "0" { return true }
    return isTerminal && term != "dumb"
  }

  /// A dumb terminal, or a locale that is named and not UTF-8. No locale at all is most often a container: UTF-8.
  package static var wantsASCII: Bool {
    if environment("TERM") == "dumb" { return true }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment($0) }.first { !$0.isEmpty }
    guard let locale else { return false }
    let folded = locale.lowercased()
    return !folded.contains("utf-8") && !folded.contains("utf8")
  }

  /// Cores that this process may use.
  package static var coreCount: Int {
    let count = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    return count > 0 ? Int(count) : 1
  }
}
