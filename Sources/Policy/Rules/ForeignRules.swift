package import AssayBytes
package import AssayPKI

/// A foreign policy or list (App Control, AppLocker, a list of vulnerable drivers), read and ready to be asked. Importers make them.
package protocol ForeignRules: Sendable {
  /// The file's name as the operator gave it.
  var origin: String { get }
  /// For people: `App Control policy`.
  var kind: String { get }
  /// The system whose files it is about: `windows`, `macos`.
  var platform: String { get }
  /// How many rules of each kind it holds, in order; together all of them.
  var counts: [(kind: String, count: Int)] { get }
  /// What stands in it and is not judged by, in words.
  var notes: [String] { get }
  /// It holds nothing that allows: it is meant to refuse.
  var isDenyOnly: Bool { get }
  /// It reports and does not enforce.
  var isAudit: Bool { get }
  /// Digests of `TrustContext.listedDigests` that its rules compare.
  var listedDigests: [DigestAlgorithm] { get }
  /// Flat digests that its rules compare.
  var flatDigests: [DigestAlgorithm] { get }
  /// Does a rule of it refuse the artifact?
  func refuses(_ facts: ReportFacts) -> ForeignAnswer
  /// Does a rule of it allow the artifact, with nothing that refuses it?
  func allows(_ facts: ReportFacts) -> ForeignAnswer
}

/// The rule that decided.
package struct ForeignRule: Hashable, Sendable {
  /// As the file has it: `ID_DENY_X`.
  package let id: String
  /// The friendly name, empty where there is none.
  package let name: String
  /// What of the artifact it fits: `Authenticode sha256`, `publisher`.
  package let by: String
  /// It names these very bytes, so that no signature is needed for it to mean this artifact and no other.
  package let isExact: Bool

  package init(id: String, name: String, by: String, isExact: Bool) {
    self.id = id
    self.name = name
    self.by = by
    self.isExact = isExact
  }

  /// `ID_DENY_X "Example" by its Authenticode sha256`
  package var words: String { "\(id)\(name.isEmpty || name == id ? "" : " \"\(name)\"") by \(by)" }
}

package enum ForeignAnswer: Hashable, Sendable {
  case hit(ForeignRule)
  case clear
  /// A fact is missing that a rule needs; which, in words.
  case unknown(String)
}

/// Makes rules of a file's text. Importers know how; the tool hands one over.
package protocol ForeignReader: Sendable {
  /// The file's kind is told by its content; nil for text of no kind that is known.
  func rules(_ path: String, _ bytes: [UInt8]) throws(ParseError) -> (any ForeignRules)?
}

/// Knows no foreign kinds.
package struct NoForeignReader: ForeignReader {
  package init() {}
  package func rules(_ path: String, _ bytes: [UInt8]) throws(ParseError) -> (any ForeignRules)? { nil }
}

extension ForeignRules {
  package var platform: String { "windows" }
}
