import AssayPKI

/// Terms on certificates, their fields and what is asked of a value.
extension RequirementParser {
  mutating func certificate() throws(RequirementError) -> Requirement {
    switch current {
    case .word("trusted"):
      advance()
      return .anchorTrusted
    case .word("leaf"):
      advance()
      return try certificate(.leaf)
    case .word("root"), .word("anchor"):
      advance()
      return try certificate(.root)
    case .integer(let number):
      advance()
      return try certificate(Requirement.Slot(number))
    case .symbol("-"):
      advance()
      guard case .integer(let number) = current else { throw expected("a number after \"-\"") }
      advance()
      return try certificate(Requirement.Slot(-number))
    default: throw expected("\"leaf\", \"root\" or a number")
    }
  }

  mutating func certificate(_ slot: Requirement.Slot) throws(RequirementError) -> Requirement {
    switch current {
    case .word("trusted"):
      advance()
      return .certificateTrusted(slot)
    case .symbol("="), .symbol("=="):
      advance()
      if case .string = current { throw error("a certificate's file cannot be named here; write its SHA-1 as H\"...\"") }
      return .certificateHash(slot, try hash(count: 20, "a certificate's SHA-1"))
    case .symbol("["):
      let start = position + 1
      let key = try bracketed("a certificate field")
      guard let name = String(validating: key.bytes, as: UTF8.self) else {
        throw lexer.error(at: tokens[start].start, "a certificate field is text")
      }
      return .certificate(slot, try field(name, at: tokens[start].start), try match())
    default: throw expected("\"[field]\", \"= H\\\"...\\\"\" or \"trusted\"")
    }
  }

  func field(_ key: String, at place: Int) throws(RequirementError) -> Requirement.CertificateField {
    if key == "email" { return .email }
    guard let dot = key.firstIndex(of: ".") else {
      throw lexer.error(at: place, "unknown certificate field \"\(key)\"" + Suggestion.phrase(for: key, among: Self.fieldKinds))
    }
    let kind = String(key[..<dot])
    let rest = String(key[key.index(after: dot)...])
    if kind == "subject" {
      guard Requirement.subjectKeys.contains(where: { $0.key == rest }) else {
        let known = Requirement.subjectKeys.map { "subject." + $0.key }
        throw lexer.error(at: place, "unknown subject field \"\(key)\"" + Suggestion.phrase(for: key, among: known))
      }
      return .subject(rest)
    }
    guard Self.fieldKinds.contains(kind) else {
      throw lexer.error(at: place, "unknown certificate field \"\(key)\"" + Suggestion.phrase(for: kind, among: Self.fieldKinds))
    }
    guard let oid = OID(dotted: rest) else {
      throw lexer.error(at: place, "\"\(rest)\" is no object identifier; write it as numbers with dots")
    }
    switch kind {
    case "policy": return .policy(oid)
    case "timestamp": return .timestamp(oid)
    case "eku": return .usage(oid)
    default: return .extensionPresence(oid)
    }
  }

  mutating func bracketed(_ what: String) throws(RequirementError) -> Requirement.Octets {
    guard take("[") else { throw expected("\"[\"") }
    let key = try text(what)
    guard !key.bytes.isEmpty else { throw lexer.error(at: tokens[position - 1].start, "\(what) is empty") }
    guard take("]") else { throw expected("\"]\"") }
    return key
  }

  mutating func text(_ what: String) throws(RequirementError) -> Requirement.Octets {
    switch current {
    case .word(let word):
      advance()
      return Requirement.Octets(word)
    case .string(let bytes):
      advance()
      return Requirement.Octets(bytes)
    default: throw expected(what)
    }
  }

  mutating func hash(count: Int, _ what: String) throws(RequirementError) -> [UInt8] {
    guard case .hash(let bytes) = current else { throw expected("\(what) as H\"...\"") }
    guard bytes.count == count else {
      throw error("\(what) has \(count * 2) hexadecimal digits, not \(bytes.count * 2)")
    }
    advance()
    return bytes
  }

  mutating func match() throws(RequirementError) -> Requirement.Match {
    switch current {
    case .word("exists"):
      advance()
      return .exists
    case .word("absent"):
      advance()
      return .absent
    case .symbol("="), .symbol("=="):
      advance()
      return try equality()
    case .symbol("~"):
      advance()
      return .contains(try datum())
    case .symbol(let order) where ["<", ">", "<=", ">="].contains(order):
      advance()
      return try ordering(order)
    default: return .exists
    }
  }

  mutating func equality() throws(RequirementError) -> Requirement.Match {
    if let instant = try instant() { return .at(instant) }
    if take("*") {
      let value = try datum()
      return take("*") ? .contains(value) : .ends(value)
    }
    let value = try datum()
    return take("*") ? .begins(value) : .equal(value)
  }

  mutating func ordering(_ order: String) throws(RequirementError) -> Requirement.Match {
    if let instant = try instant() {
      switch order {
      case "<": return .before(instant)
      case ">": return .after(instant)
      case "<=": return .notAfter(instant)
      default: return .notBefore(instant)
      }
    }
    let value = try datum()
    switch order {
    case "<": return .less(value)
    case ">": return .greater(value)
    case "<=": return .lessOrEqual(value)
    default: return .greaterOrEqual(value)
    }
  }

  /// `timestamp "20190408000000Z"`; the word alone is a value like any other.
  mutating func instant() throws(RequirementError) -> Requirement.Instant? {
    guard current == .word("timestamp"), case .string(let text) = following else { return nil }
    advance()
    guard let instant = Requirement.Instant(text) else {
      throw error("a timestamp is written \"YYYYMMDDHHMMSSZ\"")
    }
    advance()
    return instant
  }

  mutating func datum(_ what: String = "a value") throws(RequirementError) -> Requirement.Octets {
    switch current {
    case .hex(let bytes):
      advance()
      return Requirement.Octets(bytes)
    case .integer(let number):
      advance()
      return Requirement.Octets(String(number))
    default: return try text(what)
    }
  }
}
