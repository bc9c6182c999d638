import AssayBytes
package import AssayCore

/// One self-contained page, streamed: no network, no external script. The summary comes last in the file and first on the page.
///
/// Everything from files is escaped, and the page's own policy allows exactly one script and one style sheet, by their hashes.
package struct HTMLRenderer: Renderer {
  private var run: RunInfo?
  package init() {}

  package mutating func begin(_ run: RunInfo) -> String {
    self.run = run
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(HTMLPage.securityPolicy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Assay: code signatures</title>
      <style>\(HTMLPage.style)</style>
      </head>
      <body>
      <section id="files">
      <h2>Files</h2>
      <p><input id="words" type="search" placeholder="filter by words" autocomplete="off" aria-label="filter by words">
      <select id="state" aria-label="filter by state"><option value="">every state</option>\(HTMLPage.stateOptions)</select>
      <span id="shown" role="status"></span></p>
      <table id="reports">
      <thead><tr><th>State</th><th>Decision</th><th>File and details</th><th>Signer</th><th>Time</th><th>ATT&amp;CK</th></tr></thead>
      <tbody>

      """
  }

  package mutating func add(_ judged: JudgedReport) -> String {
    let state = judged.verdict.state.rawValue
    let signature = judged.headline
    let signer = signature?.signerName.map { ($0.isVerified ? "" : "claims ") + $0.name } ?? ""
    let time = signature?.time.value.map { "\($0.rfc3339) (\(signature?.time.source.rawValue ?? ""))" } ?? ""
    let would = judged.isEnforced ? "" : "would "
    let decision =
      judged.verdict.isJudged ? (judged.verdict.decision == .reject ? would : "") + judged.verdict.decision.rawValue : "not judged"
    let attack = judged.attack.map(Printable.markup).joined(separator: " ")
    return "<tr data-state=\"\(state)\"><td><b class=\"\(state)\">\(state)</b></td><td>\(decision)</td><td>"
      + "<details><summary>\(Printable.markup(judged.report.target))</summary>\(details(judged))</details></td>"
      + "<td>\(Printable.markup(signer))</td><td>\(time)</td><td>\(attack)</td></tr>\n"
  }

  package mutating func end(_ summary: Summary) -> String {
    """
    </tbody>
    </table>
    </section>
    <header>
    <h1>Code signatures</h1>
    \(head(summary))
    \(states(summary))
    \(techniques(summary))
    </header>
    <script>\(HTMLPage.script)</script>
    </body>
    </html>

    """
  }

  private func head(_ summary: Summary) -> String {
    func count(_ decision: Decision) -> Int { summary.byDecision[decision] ?? 0 }
    let would = run?.mode ?? .enforce == .enforce ? "" : "would be "
    var text = "<p><strong>\(Printable.markup(summary.denominators))</strong>: "
    text += "\(count(.accept)) accepted, \(count(.reject)) \(would)rejected, \(count(.undecided)) undecided</p>"
    guard let run else { return text }
    text +=
      "<p>Policy <code>\(Printable.markup(run.policy))</code>, mode \(run.mode.rawValue), judged\(run.at.map { " as of \($0.rfc3339)" } ?? "") by "
    text += "assay \(Printable.markup(run.toolVersion)). Trust: "
    let trust = run.trust.map { bundle in
      "\(Printable.markup(bundle.name)), \(Printable.count(bundle.anchors, "anchor")), "
        + "from \(Printable.markup(bundle.origin))" + (bundle.date.map { ", dated \($0.rfc3339)" } ?? ", without a date")
    }
    return text + (trust.isEmpty ? "none" : trust.joined(separator: "; ")) + ".</p>"
  }

  private func states(_ summary: Summary) -> String {
    let rows = State.allCases.filter { summary.byState[$0] ?? 0 > 0 }.map { state in
      "<tr><td><b class=\"\(state.rawValue)\">\(state.rawValue)</b></td><td>\(summary.byState[state] ?? 0) of \(summary.judged)</td></tr>"
    }
    guard !rows.isEmpty else { return "" }
    return "<table><thead><tr><th>State</th><th>Files</th></tr></thead><tbody>\(rows.joined())</tbody></table>"
  }

  private func techniques(_ summary: Summary) -> String {
    guard !summary.techniques.isEmpty else { return "" }
    let rows = summary.techniques.map { id, counts in
      let name = run?.attack?.technique(id)?.name ?? ""
      return "<tr><td>\(Printable.markup(id))</td><td>\(Printable.markup(name))</td><td>\(counts.seen)</td>"
        + "<td>\(counts.accepted) of \(counts.seen)</td><td>\(counts.failing) of \(counts.seen)</td>"
        + "<td>\(counts.notAssessed) of \(counts.seen)</td><td>\(Printable.markup(counts.whyNot))</td></tr>"
    }
    return
      "<table><thead><tr><th>ATT&amp;CK</th><th>Technique</th><th>Seen</th><th>Accepted</th><th>Rejected</th><th>Not assessed</th><th>Why not</th></tr></thead>"
      + "<tbody>\(rows.joined())</tbody></table>"
  }

  private func details(_ judged: JudgedReport) -> String {
    var lines: [(String, String)] = []
    if let rule = judged.verdict.rule { lines.append(("rule", rule)) }
    lines.append(("reason", judged.verdict.reason))
    if !judged.isEnforced { lines.append(("mode", judged.verdict.mode.rawValue)) }
    if let format = judged.report.format { lines.append(("format", format)) }
    if !judged.report.roles.isEmpty { lines.append(("roles", judged.report.roles.map(\.rawValue).joined(separator: ", "))) }
    lines += judged.report.digests.map { ($0.name, $0.value) }
    for signature in judged.report.signatures { lines += describe(signature) }
    for finding in judged.findings {
      lines.append(("\(finding.severity.rawValue) \(finding.code)", finding.message + TextRenderer.values(finding)))
    }
    let items = lines.map { "<dt>\(Printable.markup($0.0))</dt><dd>\(Printable.markup($0.1))</dd>" }
    return "<dl>\(items.joined())</dl>"
  }

  private func describe(_ signature: SignatureReport) -> [(String, String)] {
    let title = "signature \(signature.index), \(signature.kind.rawValue)"
    let algorithm = signature.digestAlgorithm.map { ", \($0.rawValue)" } ?? ""
    var lines = [
      (
        signature.catalogName.map { "\(title) \($0)" } ?? title,
        signature.state.rawValue + algorithm + ", revocation \(signature.revocation.rawValue)"
      )
    ]
    if let signer = signature.signerFacts {
      lines.append((signer.isVerified ? "signer" : "signer, as claimed", signer.subject))
      lines.append(("certificate", "\(signer.sha256), \(signer.notBefore.rfc3339) to \(signer.notAfter.rfc3339)"))
      lines.append(("anchor", signer.anchor ?? "none"))
    }
    return lines
  }
}
