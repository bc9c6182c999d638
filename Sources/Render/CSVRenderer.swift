import AssayBytes
package import AssayCore

/// One line a report (RFC 4180) under a header. A cell that a spreadsheet would run as a formula begins with `'`.
package struct CSVRenderer: Renderer {
  package init() {}

  package mutating func begin(_ run: RunInfo) -> String {
    CSVRenderer.row([
      "target", "format", "roles", "state", "decision", "rule", "reason", "mode", "signer", "organization", "signerVerified",
      "signerSHA256", "anchor", "timeSource", "time", "revocation", "digests", "findings", "attack",
    ])
  }

  package mutating func add(_ judged: JudgedReport) -> String {
    let signature = judged.headline
    let signer = signature?.signerFacts
    return CSVRenderer.row([
      judged.report.target, judged.report.format, judged.report.roles.map(\.rawValue).joined(separator: " "),
      judged.verdict.state.rawValue, judged.verdict.isJudged ? judged.verdict.decision.rawValue : "", judged.verdict.rule,
      judged.verdict.reason, judged.verdict.mode.rawValue, signer?.shortName, signer?.organization,
      signer.map { $0.isVerified ? "yes" : "no" }, signer?.sha256, signer?.anchor, signature?.time.source.rawValue,
      signature?.time.value?.rfc3339, signature?.revocation.rawValue,
      judged.report.digests.map { "\($0.name):\($0.value)" }.joined(separator: " "),
      judged.findings.map(\.code).joined(separator: " "), judged.attack.joined(separator: " "),
    ])
  }

  package mutating func end(_ summary: Summary) -> String { "" }

  private static func row(_ cells: [String?]) -> String { cells.map { cell($0 ?? "") }.joined(separator: ",") + "\r\n" }

  private static func cell(_ value: String) -> String {
    var text = Printable.text(value)
    if let first = text.utf8.first, "=+-@".utf8.contains(first) { text = "'" + text }
    guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x20 }) else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
