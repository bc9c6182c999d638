package import AssayBytes
package import AssayCore

/// What a run was made with; the head of every output.
package struct RunInfo: Sendable {
  package var toolVersion: String
  /// The verb: `verify`, `scan`, `explain`.
  package var command: String
  /// `builtin:m1045`, or the file's name as given.
  package var policy: String
  package var mode: PolicyMode
  package var trust: [(name: String, origin: String, date: Moment?, anchors: Int)]
  /// The moment that was asked for with `--at`. Nil is now, which no output names: same input and trust, same bytes.
  package var at: Moment?
  /// Every code that a finding may carry: rules of SARIF, remedies of explanations.
  package var codes: [FindingCode] = []
  /// Names of techniques and the rows that a layer shows.
  package var attack: AttackMap?

  package init(
    toolVersion: String, command: String, policy: String, mode: PolicyMode,
    trust: [(name: String, origin: String, date: Moment?, anchors: Int)], at: Moment? = nil, codes: [FindingCode] = [],
    attack: AttackMap? = nil
  ) {
    self.toolVersion = toolVersion
    self.command = command
    self.policy = policy
    self.mode = mode
    self.trust = trust
    self.at = at
    self.codes = codes
    self.attack = attack
  }

  /// Code to remedy.
  package var remedies: [String: String] {
    Dictionary(codes.map { ($0.name, $0.remedy) }, uniquingKeysWith: { first, _ in first })
  }
}
