package import AssayBytes
package import AssayCore

/// What a run was made with; the head of every output.
package struct RunInfo: Sendable {
  package var toolVersion: String
  package var command: String
  package var policy: String
  package var mode: PolicyMode
  package var trust: [(name: String, origin: String, date: Moment?, anchors: Int)]
  package var at: Moment
  package init(
    toolVersion: String, command: String, policy: String, mode: PolicyMode,
    trust: [(name: String, origin: String, date: Moment?, anchors: Int)], at: Moment
  ) {
    self.toolVersion = toolVersion
    self.command = command
    self.policy = policy
    self.mode = mode
    self.trust = trust
    self.at = at
  }
}

/// Counts with their denominators. `notCode` were seen and are not judged.
package struct Summary: Sendable {
  package var seen = 0
  package var judged = 0
  package var notCode = 0
  package var byState: [State: Int] = [:]
  package var byDecision: [Decision: Int] = [:]
  package var byFormat: [String: Int] = [:]
  /// ATT&CK technique to (objects that the row concerns, rejected, not assessed).
  package var byTechnique: [String: (seen: Int, failing: Int, notAssessed: Int)] = [:]
  package init() {}
  package mutating func add(_ judged: JudgedReport) { fatalError("unimplemented") }
}

package enum OutputFormat: String, CaseIterable, Sendable {
  case text, json, jsonl, sarif, junit, csv, html, navigator
}

/// How text is shown.
package struct TextStyle: Sendable {
  package var colour = false
  package var verbose = false
  package var quiet = false
  package init() {}
}

/// Streams results: begin, each report in path order, end. What it returns goes to stdout as it is, at once.
package protocol Renderer {
  mutating func begin(_ run: RunInfo) -> String
  mutating func add(_ report: JudgedReport) -> String
  mutating func end(_ summary: Summary) -> String
}

extension OutputFormat {
  package func renderer(_ style: TextStyle) -> any Renderer { fatalError("unimplemented") }
}
