/// One rung of a claim's ladder of checks.
package struct Rung: Hashable, Sendable {
  package enum Outcome: String, Sendable {
    case passed, failed
    case notEstablished = "not established"
  }
  /// Short and stable within a format: `content digest`, `signature`, `path`, `usage`, `time`, `revocation`.
  package var name: String
  package var outcome: Outcome
  /// One sentence: what was found, or why it failed.
  package var message: String
  package var expected: String?
  package var found: String?
  package var offset: Int?
  /// The standard's clause: `RFC 5652 5.4`, `PE format, Appendix A`.
  package var clause: String
  package init(
    _ name: String, _ outcome: Outcome, _ message: String, expected: String? = nil, found: String? = nil, offset: Int? = nil,
    clause: String
  ) {
    self.name = name
    self.outcome = outcome
    self.message = message
    self.expected = expected
    self.found = found
    self.offset = offset
    self.clause = clause
  }
}

/// Every rung of one signature, in the order of checking.
package struct Ladder: Hashable, Sendable {
  package var rungs: [Rung] = []
  package init(_ rungs: [Rung] = []) { self.rungs = rungs }
  package var firstFailure: Rung? { rungs.first { $0.outcome == .failed } }
}
