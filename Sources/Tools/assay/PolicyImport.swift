import ArgumentParser
import AssayBytes
import AssayImporters
import AssayPolicy
import AssaySystem

extension PolicyCommand {
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Print a policy that judges by a foreign policy or list.",
      discussion: """
        Reads Microsoft App Control policies (the recommended blocklists among them), AppLocker policies, rules of Santa (JSON or \
        a property list), and lists of vulnerable drivers in JSON or CSV. The policy that it prints names the file, whose rules stay in it and are judged as they stand there; \
        keep the file beside the policy. How many rules of each kind there are, and what is not judged by, goes to stderr.
        """)

    @Argument(help: "The foreign policies or lists.")
    var files: [String]

    func run() throws {
      var imported: [any ForeignRules] = []
      for file in files {
        let rules = try ForeignFile.read(file)
        for line in ForeignFile.words(rules) { StandardError.write("assay: \(line)\n") }
        imported.append(rules)
      }
      let output = OutputSink.standardOutput()
      output.write(ImportedPolicy.text(imported))
      try output.finish()
    }
  }
}

enum ForeignFile {
  static func read(_ file: String) throws -> any ForeignRules {
    let bytes = try ConfigurationFile.read(file, for: "policy import")
    do throws(ParseError) {
      if let rules = try ForeignList().rules(file, bytes) { return rules }
    } catch {
      throw ToolFailure("policy import: \(file): \(error.message)" + (error.offset.map { " (byte \($0))" } ?? ""))
    }
    throw ToolFailure(
      "policy import: \(file): no App Control, AppLocker or Santa policy and no list of drivers; plain digests go under deny: as they are"
    )
  }

  /// What was kept, counted, and what nothing is judged by.
  static func words(_ rules: any ForeignRules) -> [String] {
    let counts = rules.counts.map { "\($0.count) \($0.kind)" }.joined(separator: ", ")
    return ["\(rules.origin): \(rules.kind) kept whole: \(counts.isEmpty ? "no rules" : counts)"]
      + rules.notes.map { "\(rules.origin): \($0)" }
  }
}

/// A policy in our own language around foreign ones.
private enum ImportedPolicy {
  static func text(_ imported: [any ForeignRules]) -> String {
    var lines = imported.map { "# \(line($0.origin)): \($0.kind)" } + ["version: 1"]
    // One that enforces is not weakened by one that only reports.
    if imported.allSatisfy(\.isAudit) { lines.append("mode: monitor") }
    let lists = imported.filter(\.isDenyOnly)
    if !lists.isEmpty {
      lines.append("deny:")
      lines += lists.map { "  - {file: \(YAMLScalar.quoted($0.origin))}" }
    }
    let policies = imported.filter { !$0.isDenyOnly }
    if !policies.isEmpty { lines.append("rules:") }
    for rules in policies {
      lines += [
        "  - name: \(YAMLScalar.quoted(rules.origin))", "    match: {platform: \(rules.platform)}",
        "    allowed-by: \(YAMLScalar.quoted(rules.origin))",
        "    deny: [{file: \(YAMLScalar.quoted(rules.origin))}]",
      ]
      if rules.isAudit, imported.count > 1 { lines.append("    mode: monitor") }
    }
    return (lines + ["default: builtin:m1045"]).joined(separator: "\n") + "\n"
  }

  private static func line(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }
}
