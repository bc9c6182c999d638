import AssayBytes
package import AssayCore

/// A test case a report: rejected is a failure, undecided an error, what is not judged is skipped.
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
    case _ where !judged.isEnforced, .accept: cases += "/>\n"
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
      \(cases)  </testsuite>
      </testsuites>

      """
  }

  private func body(_ judged: JudgedReport) -> String {
    judged.findings.map { Printable.markup("\($0.code): \($0.message)" + TextRenderer.values($0)) }.joined(separator: "\n")
  }
}
