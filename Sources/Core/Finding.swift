package import AssayBytes
package import AssayPKI

package enum Severity: String, CaseIterable, Sendable {
  /// The state is not `trusted` because of it.
  case failure
  /// Tolerated by the platform, worth a look.
  case warning
  /// A fact.
  case note
}

/// A stable code with what it means; the rooms that raise it list it, `assay formats --findings` prints the list.
package struct FindingCode: Hashable, Sendable {
  /// `family.thing.problem`.
  package let name: String
  /// One sentence, lower case, no final period.
  package let summary: String
  /// What a person can do about it.
  package let remedy: String
  package init(_ name: String, _ summary: String, remedy: String) {
    self.name = name
    self.summary = summary
    self.remedy = remedy
  }
}

/// One thing worth telling about an artifact.
package struct Finding: Hashable, Sendable {
  package var code: String
  package var severity: Severity
  /// Lower case, no final period; names the thing, the value and the remedy where there is one.
  package var message: String
  /// Byte offset in the artifact.
  package var offset: Int?
  package var expected: String?
  package var found: String?
  /// ATT&CK techniques that it is a sign of.
  package var attack: [String]

  package init(
    _ code: String, _ severity: Severity, _ message: String, offset: Int? = nil, expected: String? = nil, found: String? = nil,
    attack: [String] = []
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.offset = offset
    self.expected = expected
    self.found = found
    self.attack = attack
  }

  package init(_ error: ParseError, _ severity: Severity = .failure) {
    self.init(error.code, severity, error.message, offset: error.offset)
  }

  package init(_ failure: PathFailure, _ severity: Severity = .failure) {
    self.init(failure.code, severity, failure.message, expected: failure.expected, found: failure.found)
  }
}
