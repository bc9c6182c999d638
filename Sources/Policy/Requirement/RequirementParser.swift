import AssayPKI

extension Requirement {
  /// Reads one requirement. Throws for a set; see `RequirementSet(parsing:)`.
  package init(parsing text: String) throws(RequirementError) {
    var parser = try RequirementParser(text)
    self = try parser.whole()
  }
}

extension RequirementSet {
  /// Reads `designated => ... library => ...`; a requirement alone is a designated one, as `csreq` takes it.
  package init(parsing text: String) throws(RequirementError) {
    var parser = try RequirementParser(text)
    self = try parser.set()
  }
}

/// Recursive descent over the tokens: `or` binds less than `and`, `and` less than `!`.
struct RequirementParser {
  /// Nesting of parentheses and `!`. Real requirements have 2; Apple's interpreter stops at 1,000.
  static let maximumDepth = 100
  private let tokens: [RequirementLexer.Placed]
  private let lexer: RequirementLexer
  private var position = 0
  private var depth = 0

  init(_ text: String) throws(RequirementError) {
    (tokens, lexer) = try RequirementLexer.tokens(text)
  }

  // The last token is always `.end`, and nothing moves past it.
  private var current: RequirementLexer.Token { tokens[position].token }
  private var following: RequirementLexer.Token { tokens[min(position + 1, tokens.count - 1)].token }
  private mutating func advance() { position = min(position + 1, tokens.count - 1) }

  private func error(_ message: String) -> RequirementError { lexer.error(at: tokens[position].start, message) }
  private func expected(_ what: String) -> RequirementError {
    var message = "expected \(what), found \(current.shown)"
    if case .word(let word) = current { message += Suggestion.phrase(for: word, among: Self.keywords) }
    return error(message)
  }

  /// Takes the token if it is the symbol or the word.
  private mutating func take(_ text: String) -> Bool {
    guard current == .symbol(text) || current == .word(text) else { return false }
    advance()
    return true
  }

  mutating func whole() throws(RequirementError) -> Requirement {
    if isKind { throw error("a requirement set cannot stand here; write the requirement after \"=>\" alone") }
    let requirement = try disjunction()
    _ = take(";")
    guard current == .end else { throw expected("\"and\", \"or\" or the end") }
    return requirement
  }

  mutating func set() throws(RequirementError) -> RequirementSet {
    guard isKind else { return RequirementSet([RequirementSet.Entry(.designated, try whole())]) }
    var entries: [RequirementSet.Entry] = []
    repeat {
      let start = position
      let kind = try kind()
      guard !entries.contains(where: { $0.kind.number == kind.number }) else {
        throw lexer.error(at: tokens[start].start, "a requirement of this kind stands twice")
      }
      entries.append(RequirementSet.Entry(kind, try disjunction()))
      _ = take(";")
    } while current != .end
    return RequirementSet(entries)
  }

  private var isKind: Bool {
    switch current {
    case .word, .integer: following == .symbol("=>")
    default: false
    }
  }

  private mutating func kind() throws(RequirementError) -> Requirement.Kind {
    let kinds: [(String, Requirement.Kind)] = [
      ("host", .host), ("guest", .guest), ("designated", .designated), ("library", .library), ("plugin", .plugin),
    ]
    let kind: Requirement.Kind
    switch current {
    case .integer(let number): kind = Requirement.Kind(number: number)
    case .word(let word):
      guard let known = kinds.first(where: { $0.0 == word }) else {
        throw error("unknown kind of requirement \"\(word)\"" + Suggestion.phrase(for: word, among: kinds.map(\.0)))
      }
      kind = known.1
    default: throw expected("a kind of requirement")
    }
    advance()
    guard take("=>") else { throw expected("\"=>\"") }
    return kind
  }

  private mutating func disjunction() throws(RequirementError) -> Requirement {
    var terms = [try conjunction()]
    while take("or") { terms.append(try conjunction()) }
    return terms.count == 1 ? terms[0] : .any(terms)
  }

  private mutating func conjunction() throws(RequirementError) -> Requirement {
    var terms = [try primary()]
    while take("and") { terms.append(try primary()) }
    return terms.count == 1 ? terms[0] : .all(terms)
  }

  private mutating func primary() throws(RequirementError) -> Requirement {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw error("nested deeper than \(Self.maximumDepth)") }
    switch current {
    case .symbol("("): return try group()
    case .symbol("!"):
      advance()
      return .not(try primary())
    case .word(let word): return try term(word)
    default: throw expected("a term")
    }
  }

  private mutating func group() throws(RequirementError) -> Requirement {
    advance()
    // `(name)`: a word or string alone names a requirement, unless the word is a term of its own.
    if following == .symbol(")") {
      switch current {
      case .string(let name):
        position += 2
        return .named(Requirement.Octets(name))
      case .word(let name) where !Self.loneTerms.contains(name):
        position += 2
        return .named(Requirement.Octets(name))
      default: break
      }
    }
    let inner = try disjunction()
    guard take(")") else { throw expected("\")\"") }
    return inner
  }

  private mutating func term(_ word: String) throws(RequirementError) -> Requirement {
    let start = position
    advance()
    switch word {
    case "always", "true": return .always
    case "never", "false": return .never
    case "notarized": return .notarized
    case "legacy": return .legacy
    case "identifier":
      _ = take("=") || take("==")
      return .identifier(try text("an identifier"))
    case "cdhash":
      _ = take("=") || take("==")
      return .cdHash(try hash(count: 20, "a code directory hash"))
    case "key": return .key(try hash(count: 32, "a key's SHA-256"))
    case "platform":
      guard take("=") || take("==") else { throw expected("\"=\"") }
      guard case .integer(let number) = current else { throw expected("a platform number") }
      advance()
      return .platform(number)
    case "info":
      let key = try bracketed("a key of Info.plist")
      return .info(key, try match())
    case "entitlement":
      let key = try bracketed("an entitlement")
      return .entitlement(key, try match())
    case "anchor": return try anchor()
    case "certificate", "cert": return try certificate()
    default:
      position = start
      throw error("unknown term \"\(word)\"" + Suggestion.phrase(for: word, among: Self.keywords))
    }
  }

  private mutating func anchor() throws(RequirementError) -> Requirement {
    switch current {
    case .word("apple"):
      advance()
      if take("generic") { return .anchorAppleGeneric }
      switch current {
      // In a set the next entry's kind may stand here.
      case .word(let name) where !Self.keywords.contains(name) && following != .symbol("=>"):
        advance()
        return .anchorAppleNamed(Requirement.Octets(name))
      case .string(let name):
        advance()
        return .anchorAppleNamed(Requirement.Octets(name))
      default: return .anchorApple
      }
    case .word("generic"):
      advance()
      guard take("apple") else { throw expected("\"apple\" after \"anchor generic\"") }
      return .anchorAppleGeneric
    case .word("trusted"):
      advance()
      return .anchorTrusted
    case .symbol("="), .symbol("=="), .symbol("["): return try certificate(.root)
    case .word(let name) where !Self.keywords.contains(name):
      advance()
      return .anchorBundle(Requirement.Octets(name))
    case .string(let name):
      guard !name.isEmpty else { throw error("the name of a trust bundle is empty") }
      advance()
      return .anchorBundle(Requirement.Octets(name))
    default: throw expected("\"apple\", \"trusted\", the name of a trust bundle, \"= H\\\"...\\\"\" or \"[field]\"")
    }
  }

  private mutating func certificate() throws(RequirementError) -> Requirement {
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

  private mutating func certificate(_ slot: Requirement.Slot) throws(RequirementError) -> Requirement {
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

  private func field(_ key: String, at place: Int) throws(RequirementError) -> Requirement.CertificateField {
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

  private mutating func bracketed(_ what: String) throws(RequirementError) -> Requirement.Octets {
    guard take("[") else { throw expected("\"[\"") }
    let key = try text(what)
    guard !key.bytes.isEmpty else { throw lexer.error(at: tokens[position - 1].start, "\(what) is empty") }
    guard take("]") else { throw expected("\"]\"") }
    return key
  }

  private mutating func text(_ what: String) throws(RequirementError) -> Requirement.Octets {
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

  private mutating func hash(count: Int, _ what: String) throws(RequirementError) -> [UInt8] {
    guard case .hash(let bytes) = current else { throw expected("\(what) as H\"...\"") }
    guard bytes.count == count else {
      throw error("\(what) has \(count * 2) hexadecimal digits, not \(bytes.count * 2)")
    }
    advance()
    return bytes
  }

  private mutating func match() throws(RequirementError) -> Requirement.Match {
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

  private mutating func equality() throws(RequirementError) -> Requirement.Match {
    if let instant = try instant() { return .at(instant) }
    if take("*") {
      let value = try datum()
      return take("*") ? .contains(value) : .ends(value)
    }
    let value = try datum()
    return take("*") ? .begins(value) : .equal(value)
  }

  private mutating func ordering(_ order: String) throws(RequirementError) -> Requirement.Match {
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
  private mutating func instant() throws(RequirementError) -> Requirement.Instant? {
    guard current == .word("timestamp"), case .string(let text) = following else { return nil }
    advance()
    guard let instant = Requirement.Instant(text) else {
      throw error("a timestamp is written \"YYYYMMDDHHMMSSZ\"")
    }
    advance()
    return instant
  }

  private mutating func datum() throws(RequirementError) -> Requirement.Octets {
    switch current {
    case .hex(let bytes):
      advance()
      return Requirement.Octets(bytes)
    case .integer(let number):
      advance()
      return Requirement.Octets(String(number))
    default: return try text("a value")
    }
  }

  /// Words that are a term on their own and so never a name in parentheses.
  private static let loneTerms = ["always", "true", "never", "false", "notarized", "legacy"]
  private static let fieldKinds = ["subject", "field", "extension", "policy", "timestamp", "eku", "email"]
  static let keywords = [
    "always", "true", "never", "false", "notarized", "legacy", "identifier", "cdhash", "key", "platform", "info", "entitlement",
    "anchor", "certificate", "cert", "leaf", "root", "trusted", "apple", "generic", "and", "or", "exists", "absent",
  ]
}
