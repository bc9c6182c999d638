import AssayBytes
import AssayCore

/// The counts at the end of text, with their denominators.
struct SummaryText {
  private let style: TextStyle
  init(_ style: TextStyle) { self.style = style }

  func render(_ summary: Summary, _ run: RunInfo?) -> String {
    var text = style.verbose || summary.seen != 1 ? "\n" : ""
    text += counts(summary, isEnforced: run?.mode ?? .enforce == .enforce) + "\n"
    let states = State.allCases.filter { summary.byState[$0] ?? 0 > 0 }
    if !states.isEmpty {
      text += "states: " + states.map { "\($0.rawValue) \(summary.byState[$0] ?? 0)" }.joined(separator: ", ") + "\n"
    }
    let rows = summary.techniques.filter { style.verbose || $0.counts.failing > 0 || $0.counts.notAssessed > 0 }
    for (id, counts) in rows {
      let name = run?.attack?.technique(id).map { " \($0.name)" } ?? ""
      let gap = counts.notAssessed > 0 ? ", \(counts.notAssessed) not assessed" : ""
      text += "\(id)\(name): \(counts.failing) of \(counts.seen) rejected\(gap)\n"
    }
    if let run { text += head(run) + "\n" }
    return text
  }

  private func counts(_ summary: Summary, isEnforced: Bool) -> String {
    func count(_ decision: Decision) -> Int { summary.byDecision[decision] ?? 0 }
    var text = Printable.count(summary.judged, "file") + " judged"
    if summary.judged > 0 {
      text += ": \(count(.accept)) accepted, \(count(.reject)) \(isEnforced ? "rejected" : "would be rejected"), "
      text += "\(count(.undecided)) undecided"
    }
    if summary.notCode > 0 { text += "; \(Printable.count(summary.notCode, "other")) not judged" }
    return Paint(style).bold(text)
  }

  private func head(_ run: RunInfo) -> String {
    let trust = run.trust.map { bundle in
      let date = bundle.date.map { " of \($0.rfc3339.prefix(10))" } ?? ""
      return "\(Printable.text(bundle.name))\(date) (\(Printable.count(bundle.anchors, "anchor")))"
    }
    let mode = run.mode == .enforce ? "" : ", mode \(run.mode.rawValue)"
    return "policy \(Printable.text(run.policy))\(mode); trust \(trust.isEmpty ? "none" : trust.joined(separator: ", "))"
  }
}
