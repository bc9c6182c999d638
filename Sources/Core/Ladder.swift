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
  /// Rungs that stand before those of a ladder that many files share.
  private var lead: [Rung] = []
  private var shared: [Rung]
  package init(_ rungs: [Rung] = []) { shared = rungs }

  package var rungs: [Rung] {
    get { lead.isEmpty ? shared : lead + shared }
    _modify {
      if !lead.isEmpty {
        shared = lead + shared
        lead = []
      }
      yield &shared
    }
  }
  package var firstFailure: Rung? { rungs.first { $0.outcome == .failed } }

  /// Puts a rung before all others, which are not copied.
  package mutating func precede(by rung: Rung) { lead.insert(rung, at: 0) }

  package static func == (one: Ladder, other: Ladder) -> Bool { one.rungs == other.rungs }
  package func hash(into hasher: inout Hasher) { hasher.combine(rungs) }
}
