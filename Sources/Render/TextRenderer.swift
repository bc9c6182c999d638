package import AssayCore

/// One line a file, `STATE  path  signer  (time)`, with the reason below what was not accepted, and counts at the end.
package struct TextRenderer: Renderer, Sendable {
  private let style: TextStyle
  private var run: RunInfo?
  package init(_ style: TextStyle) { self.style = style }

  package mutating func begin(_ run: RunInfo) -> String {
    self.run = run
    return ""
  }

  package mutating func add(_ judged: JudgedReport) -> String { text(judged) }
  package var drawing: (@Sendable (JudgedReport) -> String)? {
    let copy = self
    return { copy.text($0) }
  }

  private func text(_ judged: JudgedReport) -> String {
    guard isShown(judged) else { return "" }
    var text = line(judged) + "\n"
    if judged.verdict.decision != .accept && judged.verdict.isJudged || style.verbose { text += details(judged) }
    return text
  }

  package mutating func end(_ summary: Summary) -> String {
    style.quiet ? "" : SummaryText(style).render(summary, run)
  }

  /// A scan tells what is wrong; who names a file wants to hear of it.
  private func isShown(_ judged: JudgedReport) -> Bool {
    if style.verbose { return true }
    if !judged.verdict.isJudged { return (run?.command != "scan" || judged.report.isWorthALook) && !style.quiet }
    return judged.verdict.decision != .accept || run?.command != "scan" && !style.quiet
  }

  private func line(_ judged: JudgedReport) -> String {
    let state = judged.verdict.state.rawValue
    let padding = String(repeating: " ", count: max(0, TextRenderer.stateWidth - state.utf8.count))
    var line =
      Paint(style).state(judged.verdict.state, state) + padding + "  " + Paint(style).bold(Printable.text(judged.report.target))
    if let signature = judged.headline, let signer = signature.signerName {
      line += "  " + (signer.isVerified ? "" : "claims ") + Printable.text(signer.name)
      if let time = signature.time.value { line += "  (\(time.rfc3339), \(signature.time.source.rawValue))" }
    }
    if !judged.verdict.isJudged { line += "  not judged" }
    line += TextRenderer.decision(judged.verdict, Paint(style))
    let attack = judged.attack
    if !attack.isEmpty { line += "  " + attack.joined(separator: " ") }
    return line
  }

  /// Indented below the path: the failure with its values, then the rule and its reason. Verbose adds the other findings.
  private func details(_ judged: JudgedReport) -> String {
    let indent = String(repeating: " ", count: TextRenderer.stateWidth + 2)
    var text = ""
    let cause = judged.verdict.decision == .accept ? nil : Explanation.cause(of: judged)
    let rule = judged.verdict.rule.map { "rule \"\(Printable.text($0))\"" }
    // The finding says with its values what the reason repeats.
    let repeats = cause.map { judged.verdict.reason.hasSuffix($0.message) } ?? false
    let warnings = judged.verdict.isJudged ? [] : judged.report.findings.filter { $0.severity == .warning }
    let brief = warnings.isEmpty ? cause.map { [$0] } ?? [] : warnings
    for finding in style.verbose ? judged.findings : brief {
      text += indent + Printable.text(finding.message) + TextRenderer.values(finding) + "  " + Paint(style).dim(finding.code)
      text += (finding == cause && repeats ? rule.map { "  \($0)" } ?? "" : "") + "\n"
    }
    guard judged.verdict.decision != .accept, judged.verdict.isJudged, !repeats else { return text }
    return text + indent + (rule.map { "\($0): " } ?? "") + Printable.text(judged.verdict.reason) + "\n"
  }

  /// The decision where the state does not imply it, and what a watching policy would have decided.
  private static func decision(_ verdict: Verdict, _ paint: Paint) -> String {
    guard verdict.isJudged else { return "" }
    let words: [Decision: String] = [.accept: "accepted", .reject: "rejected", .undecided: "undecided"]
    let word = words[verdict.decision] ?? ""
    if verdict.mode != .enforce { return verdict.decision == .accept ? "" : "  [\(verdict.mode.rawValue): would be \(word)]" }
    let implied: Decision =
      switch verdict.state {
      case .trusted: .accept
      case .notAssessed: .undecided
      default: .reject
      }
    return verdict.decision == implied ? "" : "  " + paint.bold(word)
  }

  /// ` (at byte 4660; expected ab12, found cd34)`, empty where there is nothing to add.
  static func values(_ finding: Finding) -> String {
    var parts: [String] = []
    if let offset = finding.offset { parts.append("at byte \(offset)") }
    var pair: [String] = []
    if let expected = finding.expected { pair.append("expected \(shortened(expected))") }
    if let found = finding.found { pair.append("found \(shortened(found))") }
    if !pair.isEmpty { parts.append(pair.joined(separator: ", ")) }
    return parts.isEmpty ? "" : " (" + parts.joined(separator: "; ") + ")"
  }

  /// Long digests by their first 16 digits: whole ones stand in JSON and in `explain`.
  static func shortened(_ value: String) -> String {
    let isDigest = value.utf8.count >= 32 && value.utf8.allSatisfy { $0.isDigit || (0x61...0x66).contains($0) }
    return isDigest ? String(value.prefix(16)) + "..." : Printable.text(value)
  }

  static let stateWidth = State.allCases.map(\.rawValue.utf8.count).max() ?? 0
}

/// ANSI colours where the style asks for them.
struct Paint {
  private let isOn: Bool
  init(_ style: TextStyle) { isOn = style.colour }

  func bold(_ text: String) -> String { wrap("1", text) }
  func dim(_ text: String) -> String { wrap("2", text) }
  func red(_ text: String) -> String { wrap("1;31", text) }
  func green(_ text: String) -> String { wrap("32", text) }
  func yellow(_ text: String) -> String { wrap("33", text) }

  func state(_ state: State, _ text: String) -> String {
    switch state {
    case .trusted: green(text)
    case .stale, .expired, .notAssessed: yellow(text)
    default: red(text)
    }
  }
  private func wrap(_ code: String, _ text: String) -> String { isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}
