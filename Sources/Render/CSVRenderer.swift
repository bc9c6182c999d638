import AssayBytes
package import AssayCore

/// One line a report (RFC 4180) under a header. A cell that a spreadsheet would run as a formula begins with `'`.
package struct CSVRenderer: Renderer {
  package init() {}

  package mutating func begin(_ run: RunInfo) -> String {
    CSVRenderer.row([
      "target", "format", "roles", "state", "decision", "rule", "reason", "mode", "signer", "organization", "signerVerified",
      "signerSHA256", "anchor", "timeSource", "time", "revocation", "digests", "findings", "attack", "signatureKind", "catalog",
      "details",
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
      signature?.kind.rawValue, signature?.catalogName,
      judged.findings.map { "\($0.code): \($0.message)" + TextRenderer.values($0) }.joined(separator: " | "),
    ])
  }

  package mutating func end(_ summary: Summary) -> String { "" }

  /// ASCII's and their full-width forms, which some spreadsheets take for the same.
  private static let formulaStarts: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}"]

  private static func row(_ cells: [String?]) -> String { cells.map { cell($0 ?? "") }.joined(separator: ",") + "\r\n" }

  private static func cell(_ value: String) -> String {
    var text = Printable.text(value)
    if let first = text.unicodeScalars.first, formulaStarts.contains(first) { text = "'" + text }
    // A semicolon parts cells where the decimal point is a comma.
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x20, 0x3B].contains($0) }) else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
