import AssayBytes

extension Requirement: CustomStringConvertible {
  /// Text that reads back to an equal requirement, in the form that `codesign -d -r-` prints.
  package var description: String { RequirementPrinter.text(self, within: .or) }
}

extension Requirement {
  /// For people: as `description`, with the word `exists` in place of Apple's comment.
  package var shown: String {
    let text = Array(description.utf8)
    let (comment, word) = (Array("/* exists */".utf8), Array("exists".utf8))
    var shown: [UInt8] = []
    shown.reserveCapacity(text.count)
    var place = 0
    while place < text.count {
      if text[place] == comment[0], text[place...].starts(with: comment) {
        shown += word
        place += comment.count
      } else {
        shown.append(text[place])
        place += 1
      }
    }
    return String(decoding: shown, as: UTF8.self)
  }
}

extension RequirementSet: CustomStringConvertible {
  package var description: String {
    entries.map { "\($0.kind.name) => \($0.requirement)" }.joined(separator: "\n")
  }
}

extension Requirement.Kind {
  /// As a set's text has it: `designated`; a number for what has no name.
  package var name: String {
    switch self {
    case .host: "host"
    case .guest: "guest"
    case .designated: "designated"
    case .library: "library"
    case .plugin: "plugin"
    case .other(let number): String(number)
    }
  }
}

enum RequirementPrinter {
  /// How tightly the surroundings bind.
  enum Level: Int {
    case or, and, primary
  }

  static func text(_ requirement: Requirement, within level: Level) -> String {
    switch requirement {
    case .any(let terms): list(terms, " or ", inner: .and, needsParentheses: level != .or, whenEmpty: "never")
    case .all(let terms): list(terms, " and ", inner: .primary, needsParentheses: level == .primary, whenEmpty: "always")
    case .not(let inner): "!" + text(inner, within: .primary)
    case .always: "always"
    case .never: "never"
    case .identifier(let value): "identifier \(isText(value) ? quoted(value) : data(value))"
    case .cdHash(let hash): "cdhash \(hex(hash))"
    case .anchorApple: "anchor apple"
    case .anchorAppleGeneric: "anchor apple generic"
    case .anchorAppleNamed(let name): "anchor apple \(quoted(name))"
    case .anchorTrusted: "anchor trusted"
    case .anchorBundle(let name): "anchor \(bare(name))"
    case .certificateHash(let slot, let hash): "certificate \(place(slot)) = \(hex(hash))"
    case .certificateTrusted(let slot): "certificate \(place(slot)) trusted"
    case .certificate(let slot, let field, let match): "certificate \(place(slot))[\(key(field))] \(text(match))"
    case .key(let hash): "key \(hex(hash))"
    case .info(let key, let match): "info[\(bare(key))] \(text(match))"
    case .infoLegacy(let key, let value): "info[\(bare(key))] = \(data(value))"
    case .unknownFalse(let code, _): "false /* opcode \(code & 0xFF_FFFF) */"
    case .unknownSkipped(let code, _, let next): "/* opcode \(code & 0xFF_FFFF) */ \(text(next, within: level))"
    case .marked(_, let term): text(term, within: level)
    case .entitlement(let key, let match): "entitlement[\(quoted(key))] \(text(match))"
    case .platform(let number): "platform = \(number)"
    case .notarized: "notarized"
    case .legacy: "legacy"
    case .named(let name): "(\(quoted(name)))"
    }
  }

  private static func list(
    _ terms: [Requirement], _ separator: String, inner: Level, needsParentheses: Bool, whenEmpty: String
  ) -> String {
    guard let only = terms.first else { return whenEmpty }
    if terms.count == 1 { return text(only, within: .primary) }
    // A nested list of the same kind keeps its parentheses, so that the tree survives.
    let printed = terms.map { text($0, within: inner) }.joined(separator: separator)
    return needsParentheses ? "(\(printed))" : printed
  }

  private static func place(_ slot: Requirement.Slot) -> String {
    slot == .leaf ? "leaf" : slot == .root ? "root" : String(slot.index)
  }

  private static func key(_ field: Requirement.CertificateField) -> String {
    switch field {
    case .subject(let key): bare(Requirement.Octets("subject." + key))
    case .email: "email"
    case .extensionPresence(let oid): "field.\(oid)"
    case .policy(let oid): "policy.\(oid)"
    case .timestamp(let oid): "timestamp.\(oid)"
    case .usage(let oid): "eku.\(oid)"
    }
  }

  private static func text(_ match: Requirement.Match) -> String {
    switch match {
    case .exists: "/* exists */"
    case .absent: "absent"
    case .equal(let value): "= \(data(value))"
    case .contains(let value): "~ \(data(value))"
    case .begins(let value): "= \(data(value))*"
    case .ends(let value): "= *\(data(value))"
    case .less(let value): "< \(data(value))"
    case .greater(let value): "> \(data(value))"
    case .lessOrEqual(let value): "<= \(data(value))"
    case .greaterOrEqual(let value): ">= \(data(value))"
    case .at(let instant): "= timestamp \"\(instant.text)\""
    case .before(let instant): "< timestamp \"\(instant.text)\""
    case .after(let instant): "> timestamp \"\(instant.text)\""
    case .notAfter(let instant): "<= timestamp \"\(instant.text)\""
    case .notBefore(let instant): ">= timestamp \"\(instant.text)\""
    }
  }

  private static func hex(_ bytes: [UInt8]) -> String { "H\"\(Hex.encode(bytes))\"" }

  private static func quoted(_ value: Requirement.Octets) -> String {
    // On octets: to Swift a quote with a combining mark after it is another Character.
    let escaped = value.bytes.flatMap { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") ? [UInt8(ascii: "\\"), $0] : [$0] }
    return "\"" + String(decoding: escaped, as: UTF8.self) + "\""
  }

  /// A value: bare where it is one plain word, quoted where it is text, else hexadecimal.
  private static func data(_ value: Requirement.Octets) -> String {
    isText(value) ? bare(value) : "0x" + Hex.encode(value.bytes)
  }

  private static func isText(_ value: Requirement.Octets) -> Bool {
    String(validating: value.bytes, as: UTF8.self) != nil && value.bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  /// A word without quotes where the lexer reads it back whole and no keyword stands in the way.
  private static func bare(_ value: Requirement.Octets) -> String {
    guard let first = value.bytes.first, first.isLetter, !RequirementParser.keywords.contains(value.shown),
      value.shown != "timestamp"
    else { return quoted(value) }
    let parts = value.bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy { part in
      part.first.map { $0.isLetter ? part.allSatisfy { $0.isLetter || $0.isDigit } : part.allSatisfy(\.isDigit) } ?? false
    }
    return isPlain ? value.shown : quoted(value)
  }
}
