import ArgumentParser
import AssayEngine
import AssaySystem

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show every check of one file: passed, failed or not established, and what would mend it.",
    discussion: "Exit codes as of `assay verify`.")

  @Argument(help: "The file, or - for standard input.")
  var target: String

  @Option(help: "What standard input is called: its ending may say what it is.")
  var name: String?

  @OptionGroup(title: "Judging") var judging: JudgingOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Exit code") var exit: ExitOptions

  func run() throws {
    var setup = try JudgingSetup(judging, command: "explain")
    try setup.openCatalogs(jobs: Terminal.coreCount)
    var item: ScanItem? = try Target(RawArguments.path(target), standardInputName: name).item
    var run = JudgingRun(
      setup: setup, output: output, exit: try exit.decision(countsOther: true), jobs: 1, showsOther: true, isExplaining: true)
    throw try run.run {
      defer { item = nil }
      return item.map { .item($0) }
    }
  }
}
