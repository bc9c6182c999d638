import ArgumentParser
import AssayBytes
import AssayPolicy
import AssaySystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// From the arguments to the exit code.
enum Launch {
  static func run(_ arguments: [String]) -> ExitStatus {
    do {
      let arguments = Launch.withImpliedCommand(arguments)
      if let refusal = Launch.laterWord(arguments) { throw refusal }
      var command = try parse(arguments)
      try command.run()
      return .accepted
    } catch let status as ExitStatus {
      return status
    } catch let failure as ToolFailure {
      StandardError.write("assay: \(failure.message)\n")
      return failure.status
    } catch let failure as ConfigError {
      StandardError.write("assay: \(failure.description)\n")
      return .usage
    } catch let error as ParseError {
      // What reads input has made a finding of it; here it is the output that cannot be written.
      StandardError.write("assay: standard output: \(error.message)\n")
      return .fault
    } catch {
      return report(error)
    }
  }

  /// A start takes as long as its parser: the leaf that is named first is asked alone, which spares the tree above it. Where that
  /// says no, the whole tree finds the words.
  private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
    if arguments == ["version"] { return VersionCommand() }
    if let leaf = Assay.leaf(arguments.first), let command = try? leaf.parseAsRoot(Array(arguments.dropFirst())),
      type(of: command) == leaf
    {
      return command
    }
    return try Assay.parseAsRoot(arguments)
  }

  /// Help and version go to stdout and are no failure; anything else that the parser says is a usage error.
  private static func report(_ error: any Error) -> ExitStatus {
    let message = Assay.fullMessage(for: error)
    guard Assay.exitCode(for: error) == .success else {
      StandardError.write("assay: " + (message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message) + "\n")
      return .usage
    }
    let output = OutputSink.standardOutput()
    output.write(message + "\n")
    output.flush()
    return .accepted
  }

  static func leave(with status: ExitStatus) -> Never { exit(status.rawValue) }

  /// `assay PATH` alone means `scan` for a folder and `verify` for a file.
  static func withImpliedCommand(_ arguments: [String]) -> [String] {
    guard let first = arguments.first, !first.isEmpty, !first.hasPrefix("-") || first == "-", first != "help",
      !Assay.commandNames.contains(first), laterCommands[first] == nil
    else { return arguments }
    switch FileContents.kind(RawArguments.path(first)) {
    case .folder: return ["scan"] + arguments
    case .file, .special: return ["verify"] + arguments
    case .missing:
      // A word with a slash or a dot is surely meant as a path, and gets a report; any other is left to the parser.
      return first == "-" || first.contains("/") || first.contains(".") ? ["verify"] + arguments : arguments
    }
  }

  /// Words of the contract whose work is not part of this version: said plainly, not offered.
  private static func laterWord(_ arguments: [String]) -> ToolFailure? {
    if let first = arguments.first, let what = laterCommands[first] {
      return ToolFailure("`\(first)` is not part of this version yet: \(what)")
    }
    for argument in arguments.prefix(while: { $0 != "--" }) {
      let name = argument.prefix { $0 != "=" }
      if let what = laterOptions[String(name)] { return ToolFailure("\(name) is not part of this version yet: \(what)") }
    }
    return nil
  }

  private static let laterCommands = [
    "sign": "it signs and timestamps", "run": "it runs a script if the policy accepts it", "sql": "it serves PostgreSQL routines",
    "ledger": "it keeps the anti-rollback ledger",
  ]
  private static let laterOptions = [
    "--online": "nothing is fetched; give --crl and --certs in its place"
  ]
}

/// Exit codes of the contract. Decided here and in `ExitDecision` only.
enum ExitStatus: Int32, Error {
  case accepted = 0
  case rejected = 1
  /// Usage, policy or configuration error; nothing was judged.
  case usage = 2
  case undecided = 3
  /// A fault of Assay's own.
  case fault = 4
}

/// Something that the operator has to mend before anything is judged, or a fault of ours.
struct ToolFailure: Error {
  let message: String
  let status: ExitStatus
  init(_ message: String, status: ExitStatus = .usage) {
    self.message = message
    self.status = status
  }
}

/// Arguments as the system gave them: a name that is not UTF-8 stays what it is.
enum RawArguments {
  private static let foreign: [String: RawPath] = {
    var found: [String: RawPath] = [:]
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let word = CommandLine.unsafeArgv[index] else { continue }
      let bytes = UnsafeBufferPointer(start: word, count: strlen(word)).map { UInt8(bitPattern: $0) }
      if String(validating: bytes, as: UTF8.self) == nil { found[String(decoding: bytes, as: UTF8.self)] = RawPath(bytes) }
    }
    return found
  }()

  static func path(_ argument: String) -> RawPath { foreign[argument] ?? RawPath(argument) }
}
