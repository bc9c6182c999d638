package import AssayCore

/// Counts with their denominators, of artifacts as named or found; what is nested in one counts with it.
package struct Summary: Sendable {
  /// One row of ATT&CK: the artifacts that a rule of it concerned or that a finding of it was made on.
  package struct Technique: Equatable, Sendable {
    package var seen = 0
    package var accepted = 0
    package var failing = 0
    package var notAssessed = 0
    package init() {}
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
    for technique in judged.techniques {
      byTechnique[technique, default: Technique()].seen += 1
      if judged.verdict.decision == .accept { byTechnique[technique, default: Technique()].accepted += 1 }
      if judged.verdict.decision == .reject { byTechnique[technique, default: Technique()].failing += 1 }
      if judged.verdict.state == .notAssessed { byTechnique[technique, default: Technique()].notAssessed += 1 }
    }
  }

  /// The sum of two parts of a run.
  package mutating func merge(_ other: Summary) {
    seen += other.seen
    judged += other.judged
    notCode += other.notCode
    byState.merge(other.byState, uniquingKeysWith: +)
    byDecision.merge(other.byDecision, uniquingKeysWith: +)
    byFormat.merge(other.byFormat, uniquingKeysWith: +)
    for (technique, counts) in other.byTechnique {
      byTechnique[technique, default: Technique()].seen += counts.seen
      byTechnique[technique, default: Technique()].accepted += counts.accepted
      byTechnique[technique, default: Technique()].failing += counts.failing
      byTechnique[technique, default: Technique()].notAssessed += counts.notAssessed
    }
  }

  /// Techniques in order of their ids' bytes.
  var techniques: [(id: String, counts: Technique)] {
    byTechnique.map { (id: $0.key, counts: $0.value) }.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
  }
  var formats: [(id: String, count: Int)] {
    byFormat.map { (id: $0.key, count: $0.value) }.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
  }
}
