import ArgumentParser
import AssayCore
import AssayPKI
import AssayRender

/// The root of the command line. Completions and the manual page are made from these declarations.
struct Assay: ParsableCommand {
  static let version = "0.2.0"

  static let configuration = CommandConfiguration(
    commandName: "assay",
    abstract: "Judges code signatures: what is signed, by whom, whether it holds, and what your policy says of it.",
    discussion: """
      `assay PATH` alone scans a folder and verifies a file. Nothing is fetched: no socket is opened.

      Exit codes: 0 all accepted, 1 something rejected, 2 usage, policy or configuration error, 3 something undecided or nothing \
      to judge, 4 a fault of assay's own.
      """,
    subcommands: [
      VerifyCommand.self, ScanCommand.self, ExplainCommand.self, InspectCommand.self, PolicyCommand.self, TrustCommand.self,
      FormatsCommand.self, DemoCommand.self, VersionCommand.self,
    ])

  /// The subcommand of that name where it has none of its own.
  static func leaf(_ name: String?) -> (any ParsableCommand.Type)? {
    configuration.subcommands.first { $0.configuration.commandName == name && $0.configuration.subcommands.isEmpty }
  }

  static let commandNames = Set(configuration.subcommands.compactMap { $0.configuration.commandName })
}

/// How to judge.
struct JudgingOptions: ParsableArguments {
  @Option(help: "The policy: a YAML file, or builtin:NAME.")
  var policy = "builtin:m1045"

  @Option(help: "Trust only this; repeat for more: builtin:NAME, a file of certificates (PEM or DER), or a folder of them.")
  var trust: [String] = []

  @Option(help: "Certificates that are no anchors, to complete paths: a file or a folder; repeat for more.")
  var certs: [String] = []

  @Option(help: "CRLs or OCSP responses: a file or a folder; repeat for more.")
  var crl: [String] = []

  @Option(help: "Security catalogs that may list the files: a file or a folder (*.cat in it, at any depth); repeat for more.")
  var catalog: [String] = []

  @Option(help: "Judge as of this time (RFC 3339, or a date).")
  var at: String?

  @Flag(help: "Open no socket. This is always so.")
  var offline = false

  @Flag(help: "Take what platforms tolerate for malformed.")
  var strict = false

  @Option(help: "Demand this of whatever would be accepted: a requirement's text, or @FILE with its text or csreq's binary form.")
  var requirement: String?

  @Option(
    help:
      "Also compute this digest of every file (\(DigestAlgorithm.allCases.map(\.rawValue).joined(separator: ", "))); repeat for more."
  )
  var digest: [String] = []
}

/// What to print, and where.
struct OutputOptions: ParsableArguments {
  @Option(help: "How to print: \(OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: OutputFormat = .text

  @Option(name: [.customShort("o"), .long], help: "Write results to this file, whole or not at all.")
  var output: String?

  @Flag(name: [.customShort("v"), .long], help: "Show what is good, too, and what is no code.")
  var verbose = false

  @Flag(name: [.customShort("q"), .long], help: "Show only what is not accepted; no notes.")
  var quiet = false
}

/// What the exit code says.
struct ExitOptions: ParsableArguments {
  @Option(
    help: "Exit 1 for these states and no others, with commas between: \(State.allCases.map(\.rawValue).joined(separator: ", ")).")
  var failOn: String?

  @Flag(help: "Exit 0 in place of 1 and 3.")
  var exitZero = false

  func decision(countsOther: Bool) throws -> ExitDecision {
    var states: Set<State>?
    if let failOn {
      states = []
      for word in failOn.split(separator: ",", omittingEmptySubsequences: false) {
        guard let state = State(rawValue: String(word)) else {
          throw ToolFailure(
            "--fail-on: \"\(word)\" is no state; the states are \(State.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        states?.insert(state)
      }
    }
    return ExitDecision(failOn: states, exitsZero: exitZero, countsOther: countsOther)
  }
}

extension OutputFormat: ExpressibleByArgument {}
