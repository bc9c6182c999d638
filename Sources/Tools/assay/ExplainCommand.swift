import ArgumentParser
import AssaySystem

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show every check of one file: passed, failed or not established, and what would mend it.")

  @Argument(help: "The file, or - for standard input.")
  var target: String

  func run() throws { throw ToolFailure("explain is not here yet", status: .fault) }
}
