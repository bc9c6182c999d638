import AssayBytes
package import AssayCore

/// A test case a report: rejected is a failure, undecided an error, what is not judged is skipped. What passes with a warning, or
/// because the policy only watches, says so in `system-out`. The run's denominators are properties.
///
/// Kept until the end, because the counts stand in the first tag.
package struct JUnitRenderer: Renderer {
  private var cases = ""
  private var counts = (tests: 0, failures: 0, errors: 0, skipped: 0)
  private var run: RunInfo?
  package init() {}

  package mutating func begin(_ run: RunInfo) -> String {
    self.run = run
    return ""
  }

  package mutating func add(_ judged: JudgedReport) -> String {
    counts.tests += 1
    cases += "    <testcase classname=\"\(judged.report.format ?? "unknown")\" name=\"\(Printable.markup(judged.report.target))\""
    let message = "message=\"\(Printable.markup(judged.verdict.reason))\""
    let type = "type=\"\(judged.verdict.state.rawValue)\""
    switch judged.verdict.decision {
    case _ where !judged.verdict.isJudged:
      counts.skipped += 1
      cases += ">\n      <skipped \(message)/>\n    </testcase>\n"
    // What a policy only watches does not break a build.
    case _ where !judged.isEnforced, .accept: cases += passed(judged)
    case .reject:
      counts.failures += 1
      cases += ">\n      <failure \(message) \(type)>\(body(judged))</failure>\n    </testcase>\n"
    case .undecided:
      counts.errors += 1
      cases += ">\n      <error \(message) \(type)>\(body(judged))</error>\n    </testcase>\n"
    }
    return ""
  }

  package mutating func end(_ summary: Summary) -> String {
    let totals =
      "tests=\"\(counts.tests)\" failures=\"\(counts.failures)\" errors=\"\(counts.errors)\" skipped=\"\(counts.skipped)\""
    let time = run?.at.map { " timestamp=\"\($0.rfc3339.dropLast())\"" } ?? ""
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="assay" \(totals)>
        <testsuite name="assay \(Printable.markup(run?.command ?? ""))" \(totals) time="0"\(time)>
      \(properties(summary))\(cases)  </testsuite>
      </testsuites>

      """
  }

  private func passed(_ judged: JudgedReport) -> String {
    let warnings = judged.findings.filter { $0.severity == .warning }.map(JUnitRenderer.line)
    let isWatched = judged.verdict.decision != .accept
    guard isWatched || !warnings.isEmpty else { return "/>\n" }
    let head =
      isWatched
      ? [
        "\(judged.verdict.mode.rawValue): would be \(judged.verdict.decision == .reject ? "rejected" : "undecided"): \(judged.verdict.reason)"
      ] : []
    let lines = isWatched ? judged.findings.map(JUnitRenderer.line) : warnings
    let text = (head + lines).map(Printable.markup).joined(separator: "\n")
    return ">\n      <system-out>\(text)</system-out>\n    </testcase>\n"
  }

  /// What the contract's summary counts, for readers of no more than the suite's head.
  private func properties(_ summary: Summary) -> String {
    var list = [
      ("seen", String(summary.seen)), ("judged", String(summary.judged)), ("not judged, no code", String(summary.notCode)),
    ]
    list.append(("not assessed", String(summary.whole.notAssessed)))
    if !summary.whole.whyNot.isEmpty { list.append(("not assessed because", summary.whole.whyNot)) }
    for (id, counts) in summary.techniques {
      let why = counts.whyNot.isEmpty ? "" : ": \(counts.whyNot)"
      list.append(
        (
          "ATT&CK \(id)",
          "\(counts.accepted) of \(counts.seen) accepted, \(counts.failing) rejected, \(counts.notAssessed) not assessed\(why)"
        ))
    }
    if let run {
      list.append(("policy", run.policy))
      list.append(("mode", run.mode.rawValue))
      list += run.trust.map { ("trust", $0.name) }
    }
    let lines = list.map { "      <property name=\"\(Printable.markup($0.0))\" value=\"\(Printable.markup($0.1))\"/>\n" }
    return "    <properties>\n\(lines.joined())    </properties>\n"
  }

  private static func line(_ finding: Finding) -> String { "\(finding.code): \(finding.message)" + TextRenderer.values(finding) }

  private func body(_ judged: JudgedReport) -> String {
    judged.findings.map { Printable.markup(JUnitRenderer.line($0)) }.joined(separator: "\n")
  }
}
