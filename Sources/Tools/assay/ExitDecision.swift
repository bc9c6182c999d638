import AssayCore

/// Turns what was judged into the exit code.
///
/// A rejection beats doubt, doubt beats acceptance, and nothing judged is doubt: an empty selection is never a success. Under
/// `mode: monitor` or `learn` decisions are shown and not counted. `--fail-on` makes the named states, and only them, count as
/// rejected; what is undecided stays so. `--exit-zero` gives 0 in place of 1 and 3.
struct ExitDecision {
  let failOn: Set<State>?
  let exitsZero: Bool
  /// `verify` was asked about each target by name: one that is no code is undecided there. A scan passes it by.
  let countsOther: Bool
  private var rejected = 0
  private var undecided = 0
  private var accepted = 0

  init(failOn: Set<State>?, exitsZero: Bool, countsOther: Bool) {
    self.failOn = failOn
    self.exitsZero = exitsZero
    self.countsOther = countsOther
  }

  mutating func add(_ judged: JudgedReport) {
    let verdict = judged.verdict
    guard verdict.isJudged || countsOther else { return }
    if verdict.isJudged, verdict.mode != .enforce {
      accepted += 1
    } else if let failOn {
      if failOn.contains(verdict.state) {
        rejected += 1
      } else if verdict.decision == .undecided {
        undecided += 1
      } else {
        accepted += 1
      }
    } else {
      switch verdict.decision {
      case .reject: rejected += 1
      case .undecided: undecided += 1
      case .accept: accepted += 1
      }
    }
  }

  var status: ExitStatus {
    if exitsZero { return .accepted }
    if rejected > 0 { return .rejected }
    return undecided > 0 || accepted == 0 ? .undecided : .accepted
  }
}
