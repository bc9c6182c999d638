import ArgumentParser
import AssayCore
import AssayEngine
import AssayPolicy
import AssayRender
import AssaySystem

struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Check a policy, try it, print it, make one of a foreign one.",
    subcommands: [Check.self, Test.self, Show.self, Import.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Read a policy whole and say what is wrong with it, by line and column.")

    @Argument(help: "YAML files, or builtin:NAME.")
    var policies: [String]

    func run() throws {
      let output = OutputSink.standardOutput()
      var failed = false
      for name in policies {
        do {
          let policy = try PolicyFile.load(name)
          // The files that it names count, too: a bundle that is missing is found now and not in the night.
          let bundles = try TrustSelection.bundles([], policy: policy, policyFile: name)
          let mistake = policy.unknownBundle(among: bundles.map(\.name)).map { [$0] } ?? []
          for warning in mistake + policy.warnings() { StandardError.write("assay: \(warning.description) (warning)\n") }
          var told: Set<String> = []
          for rules in policy.foreign where told.insert(rules.origin).inserted {
            for line in ForeignFile.words(rules) { StandardError.write("assay: \(name): \(line)\n") }
          }
          output.write("\(name): ok\n")
        } catch let error as ConfigError {
          failed = true
          StandardError.write("assay: \(error.description)\n")
        } catch let error as ToolFailure {
          failed = true
          StandardError.write("assay: \(error.message)\n")
        }
      }
      try output.finish()
      if failed { throw ExitStatus.usage }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Print a policy as it was understood.")

    @Argument(help: "A YAML file, or builtin:NAME.")
    var policy = "builtin:m1045"

    func run() throws {
      let text = try PolicyFile.load(policy).printed()
      let output = OutputSink.standardOutput()
      output.write(text.hasSuffix("\n") ? text : text + "\n")
      try output.finish()
    }
  }

  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "test", abstract: "Show what a policy would decide about files, and how that differs from the default policy.",
      discussion: "Nothing is enforced and nothing is written. Exit codes as of `assay verify`.")

    @Argument(help: "The policy to try: a YAML file, or builtin:NAME.")
    var policy: String

    @Argument(help: "Files to judge with it.")
    var targets: [String] = []

    @Option(help: "Judge the reports saved in this file, too: what --format json or jsonl wrote.")
    var reports: [String] = []

    @Option(help: "The policy to compare with.")
    var against = "builtin:m1045"

    @OptionGroup(title: "Judging") var judging: JudgingOptions

    func run() throws {
      var options = judging
      options.policy = policy
      let setup = try JudgingSetup(options, command: "policy test")
      let other = try PolicyFile.load(against)
      let output = OutputSink.standardOutput()
      var exit = ExitDecision(failOn: nil, exitsZero: false, countsOther: true)
      let saved = try reports.flatMap { try SavedReports.read($0) }
      guard !targets.isEmpty || !saved.isEmpty else {
        throw ToolFailure("nothing to try the policy on: name files, or --reports FILE")
      }
      var chosen = try targets.map { RawArguments.path($0) }.sorted().map { try Target($0, standardInputName: nil).item }[...]
      let scanner = Scanner(context: setup.context, policy: setup.policy, jobs: 1)
      scanner.run {
        chosen.popFirst().map { .item($0) }
      } emit: { judged in
        exit.add(judged)
        output.write(PolicyTrial.text(judged, other: other.judge(judged.report, beside: FolderFacts()), named: other.name))
        return !output.isClosed
      }
      for facts in saved {
        let judged = SavedReports.judged(facts, by: setup.policy)
        exit.add(judged)
        output.write(PolicyTrial.text(judged, other: other.judge(facts), named: other.name))
      }
      try output.finish()
      throw exit.status
    }
  }
}

/// One artifact under two policies.
enum PolicyTrial {
  static func text(_ judged: JudgedReport, other: Verdict, named name: String) -> String {
    let verdict = judged.verdict
    var text = "\(verdict.decision.rawValue)\t\(verdict.state.rawValue)\t\(InspectionText.shown(judged.report.target))\n"
    text += "    \(words(verdict))\n"
    if other.decision != verdict.decision { text += "    \(name): \(other.decision.rawValue), \(words(other))\n" }
    return text
  }

  private static func words(_ verdict: Verdict) -> String {
    let rule = verdict.rule.map { "rule \"\($0)\"" } ?? "default"
    let mode = verdict.mode == .enforce ? "" : " (mode: \(verdict.mode.rawValue))"
    return InspectionText.shown("\(rule)\(mode): \(verdict.reason)")
  }
}
