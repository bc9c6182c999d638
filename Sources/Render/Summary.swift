package import AssayCore

/// Counts with their denominators, of artifacts as named or found; what is nested in one counts with it.
package struct Summary: Sendable {
  /// One row of ATT&CK: the artifacts that a rule of it concerned or that a finding of it was made on.
  package struct Technique: Equatable, Sendable {
    package var seen = 0
    package var accepted = 0
    package var failing = 0
    package var notAssessed = 0
    /// Why: the finding code that each one not assessed begins with.
    package var reasons: [String: Int] = [:]
    package init() {}

    /// `io.denied 2, limit.nodes 1`: the most frequent first; empty where all were assessed.
    var whyNot: String {
      reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    fileprivate mutating func add(_ judged: JudgedReport) {
      seen += 1
      if judged.verdict.decision == .accept { accepted += 1 }
      if judged.verdict.decision == .reject { failing += 1 }
      guard judged.verdict.state == .notAssessed else { return }
      notAssessed += 1
      reasons[judged.failures.first?.code ?? "unknown", default: 0] += 1
    }

    fileprivate mutating func merge(_ other: Technique) {
      seen += other.seen
      accepted += other.accepted
      failing += other.failing
      notAssessed += other.notAssessed
      reasons.merge(other.reasons, uniquingKeysWith: +)
    }
  }
  /// Everything that was looked at; `judged + notCode`.
  package var seen = 0
  /// What the decisions are about. The counts by state, decision, format and technique are of these.
  package var judged = 0
  /// Looked at and not judged: no code, and no rule names it.
  package var notCode = 0
  package var byState: [State: Int] = [:]
  package var byDecision: [Decision: Int] = [:]
  package var byFormat: [String: Int] = [:]
  package var byTechnique: [String: Technique] = [:]
  /// The whole run as one row: what of everything judged was not assessed, and why.
  package var whole = Technique()
  package init() {}

  package mutating func add(_ judged: JudgedReport) {
    seen += 1
    guard judged.verdict.isJudged else {
      notCode += 1
      return
    }
    self.judged += 1
    byState[judged.verdict.state, default: 0] += 1
    byDecision[judged.verdict.decision, default: 0] += 1
    byFormat[judged.report.format ?? "unknown", default: 0] += 1
    whole.add(judged)
    for technique in judged.techniques { byTechnique[technique, default: Technique()].add(judged) }
  }

  /// The sum of two parts of a run.
  package mutating func merge(_ other: Summary) {
    seen += other.seen
    judged += other.judged
    notCode += other.notCode
    byState.merge(other.byState, uniquingKeysWith: +)
    byDecision.merge(other.byDecision, uniquingKeysWith: +)
    byFormat.merge(other.byFormat, uniquingKeysWith: +)
    whole.merge(other.whole)
    for (technique, counts) in other.byTechnique { byTechnique[technique, default: Technique()].merge(counts) }
  }

  /// Techniques in order of their ids' bytes.
  var techniques: [(id: String, counts: Technique)] {
    byTechnique.map { (id: $0.key, counts: $0.value) }.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
  }
  var formats: [(id: String, count: Int)] {
    byFormat.map { (id: $0.key, count: $0.value) }.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
  }
}
