import AssayBytes
import AssayPKI

/// What an artifact says of itself, unsigned or not: version resource, names.
package struct Identity: Hashable, Sendable {
  package var companyName: String?
  package var productName: String?
  package var fileDescription: String?
  package var originalFilename: String?
  package var internalName: String?
  package var legalCopyright: String?
  /// `a.b.c.d` of the fixed file info.
  package var fileVersion: String?
  package var productVersion: String?
  /// `x86`, `x86-64`, `arm64` ...
  package var architecture: String?
  package init() {}
}

/// Facts about one artifact. `Verdict` is made from it by Policy only.
package struct Report: Sendable {
  /// As the user named it, or the path below the scanned root with `/`.
  package var target: String
  /// Format id, nil when none recognizes it.
  package var format: String?
  package var platform: String?
  package var roles: [Role] = []
  package var state: State
  package var byteCount: Int?
  /// Name to lower-case hex: `sha256` (flat, only when asked), `authenticode-sha256`.
  package var digests: [(name: String, value: String)] = []
  package var signatures: [SignatureReport] = []
  package var identity = Identity()
  package var findings: [Finding] = []
  /// ATT&CK techniques that the findings point to; the policy adds its rule's.
  package var attack: [String] = []
  package var nested: [Report] = []
  /// Of each program of Apple's systems that it is or has in it, where the tree around is at hand.
  package var libraries: [ProgramLibraries] = []
  /// False for what cannot run (a text file): listed by `verify`, not judged by the default policy.
  package var isCode = true
  /// An archive without a signature of its own: judged by each of its parts.
  package var isCarrier = false
  /// The system's configuration starts it before anything that could look into catalogs; set by who joins inventory and report.
  package var startsAtBoot = false

  /// Techniques of its findings and of its signatures', as often as they are told.
  package var attackOfFindings: [String] {
    var all: [String] = []
    for finding in findings { all += finding.attack }
    for signature in signatures {
      for finding in signature.findings { all += finding.attack }
    }
    return all
  }

  /// No code, perhaps, and yet something is wrong with it: a setting that weakens signature checks.
  package var isWorthALook: Bool { findings.contains { $0.severity == .warning } }

  package init(target: String, format: String?, state: State) {
    self.target = target
    self.format = format
    self.state = state
  }
}

package enum Decision: String, Sendable {
  case accept, reject, undecided
}

package enum PolicyMode: String, Sendable {
  case enforce, monitor, learn
}

/// What the policy says of a report, always with the rule and the reason.
package struct Verdict: Sendable {
  package var decision: Decision
  /// The rule's name; nil when the default decided.
  package var rule: String?
  package var reason: String
  package var mode: PolicyMode
  /// Techniques that it was judged for, accepted or not: the rule's, and those of what it found.
  package var attack: [String]
  /// Findings that judging adds: a name tied to another publisher, a deny rule that hit.
  package var findings: [Finding]
  /// The state after deny rules: `distrusted` where one hit, else the report's.
  package var state: State
  /// False for what is no code where no rule of the operator names it: show it, do not count it for the exit code.
  package var isJudged = true
  package init(
    _ decision: Decision, rule: String?, reason: String, mode: PolicyMode = .enforce, attack: [String] = [],
    findings: [Finding] = [],
    state: State
  ) {
    self.decision = decision
    self.rule = rule
    self.reason = reason
    self.mode = mode
    self.attack = attack
    self.findings = findings
    self.state = state
  }
}

/// A report with its verdict; what Render shows.
package struct JudgedReport: Sendable {
  package var report: Report
  package var verdict: Verdict
  package var nested: [JudgedReport]
  package init(_ report: Report, _ verdict: Verdict, nested: [JudgedReport] = []) {
    self.report = report
    self.verdict = verdict
    self.nested = nested
  }
}
