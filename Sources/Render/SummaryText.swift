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
    if summary.whole.notAssessed > 0 { text += "not assessed: \(summary.whole.whyNot)\n" }
    // A scan says what each row was judged on, also where nothing is wrong; a few named files need no table.
    let showsAll = style.verbose || run?.command == "scan"
    for (id, counts) in summary.techniques where showsAll || counts.failing > 0 || counts.notAssessed > 0 {
      let name = run?.attack?.technique(id).map { " \($0.name)" } ?? ""
      text += "\(id)\(name): \(SummaryText.words(counts))\n"
    }
    if let run { text += head(run) + "\n" }
    return text
  }

  /// `1 of 3 rejected, 2 accepted` with what could not be assessed and why.
  private static func words(_ counts: Summary.Technique) -> String {
    let undecided = counts.seen - counts.accepted - counts.failing
    return "\(counts.failing) of \(counts.seen) rejected, \(counts.accepted) accepted"
      + (undecided > 0 ? ", \(undecided) undecided" : "")
      + (counts.notAssessed > 0 ? "; \(counts.notAssessed) not assessed: \(counts.whyNot)" : "")
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
