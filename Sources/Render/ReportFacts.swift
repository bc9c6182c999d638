package import AssayCore

/// What several outputs ask of a judged report.
extension JudgedReport {
  /// The report's own, its signatures' and the verdict's, each once, in that order.
  package var findings: [Finding] {
    var all = report.findings
    for signature in report.signatures { all += signature.findings }
    all += verdict.findings
    if all.count < 2 { return all }
    // Most have a handful, which are sooner compared than hashed.
    if all.count <= 8 {
      return all.indices.filter { place in !all[..<place].contains(all[place]) }.map { all[$0] }
    }
    var seen: Set<Finding> = []
    return all.filter { seen.insert($0).inserted }
  }

  /// Rows of ATT&CK that the artifact concerns, accepted or not: those of its rule and of its findings. In order of their bytes.
  package var techniques: [String] { (verdict.attack + attackOfFacts).sortedOnce() }

  private var attackOfFacts: [String] {
    report.attack + report.attackOfFindings + verdict.findings.flatMap(\.attack)
  }

  /// Techniques that the artifact is a sign of: those of its findings, and where it was not accepted its rule's too.
  package var attack: [String] {
    guard verdict.decision == .accept else { return techniques }
    return attackOfFacts.sortedOnce()
  }

  /// The signature that the artifact's state comes from: the first of the best ones.
  package var headline: SignatureReport? {
    report.signatures.min { $0.state < $1.state }
  }

  /// The findings that made the state what it is, best first; never a warning or a note.
  package var failures: [Finding] { findings.filter { $0.severity == .failure } }

  /// True where the decision counts.
  var isEnforced: Bool { verdict.mode == .enforce }
}
