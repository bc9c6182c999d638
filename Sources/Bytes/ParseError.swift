/// Why some input could not be read: a stable code to compare, and the words and place for a person.
///
/// Every parser throws this and nothing else. It ends as a failure finding, never past Engine.
package struct ParseError: Error, Equatable, Sendable {
  /// `family.thing.problem`; stable, listed by `assay formats --findings`.
  package let code: String
  /// Lower case, no final period; names the thing, the value and, where there is one, the limit.
  package let message: String
  /// Byte offset from the start of the artifact (or of the structure, where the caller has no file offset), if known.
  package let offset: Int?

  package init(_ code: String, _ message: String, offset: Int? = nil) {
    self.code = code
    self.message = message
    self.offset = offset
  }

  /// True for an exhausted `Budget`: the input is not known to be wrong, only too much for the limits.
  package var isLimit: Bool { code.hasPrefix("limit.") }
  /// True when the bytes could not be had: the input is not known to be wrong, only unreadable.
  package var isUnreadable: Bool { code.hasPrefix("io.") || code == "inventory.content.placeholder" }

  /// The same error with its offset moved by the place of the enclosing structure.
  package func shifted(by base: Int) -> ParseError {
    guard let offset else { return ParseError(code, message, offset: base) }
    let (sum, overflow) = base.addingReportingOverflow(offset)
    return ParseError(code, message, offset: overflow ? base : sum)
  }
}
