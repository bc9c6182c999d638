import AssayConfig
import AssayCore
import AssayPolicy

/// Reports of an earlier run, as `--format json` or `jsonl` wrote them.
enum SavedReports {
  static func read(_ path: String) throws -> [ReportFacts] {
    let bytes = try ConfigurationFile.read(path, for: "--reports")
    var nodes: [ConfigNode] = []
    for node in try documents(bytes, path) {
      if case .mapping(let entries, _) = node, let reports = entries.first(where: { $0.key == "reports" })?.value {
        guard case .sequence(let items, _) = reports else { throw ToolFailure("--reports: \(path): \"reports\" is no list") }
        nodes += items
      } else {
        nodes.append(node)
      }
    }
    return try nodes.map { try ReportFacts(saved: $0, file: path) }
  }

  /// One object that fills the file, or one a line.
  private static func documents(_ bytes: [UInt8], _ path: String) throws(ConfigError) -> [ConfigNode] {
    let isWhole = bytes.starts(with: Array("{\"schema\"".utf8)) || bytes.starts(with: [0x7B, 0x0A])
    return isWhole ? [try JSONTree.parse(bytes[...], file: path)] : try JSONTree.lines(bytes, file: path)
  }

  /// What renders and exit codes need of saved facts with their verdict.
  static func judged(_ facts: ReportFacts, by policy: CompiledPolicy) -> JudgedReport {
    var report = Report(target: facts.target, format: facts.format, state: facts.state)
    report.isCode = facts.isCode
    return JudgedReport(report, policy.judge(facts))
  }
}
