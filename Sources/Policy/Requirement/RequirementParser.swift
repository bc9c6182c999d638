extension Requirement {
  /// Reads one requirement. Throws for a set; see `RequirementSet(parsing:)`.
  package init(parsing text: String) throws(RequirementError) {
    var parser = try RequirementParser(text)
    self = try parser.whole()
  }

  /// Reads one requirement of octets that somebody else wrote.
  package init(parsing octets: [UInt8]) throws(RequirementError) {
    guard let text = String(validating: octets, as: UTF8.self) else {
      throw RequirementError(line: 1, column: 1, message: "the text is no UTF-8")
    }
    try self.init(parsing: text)
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
  static let maximumDepth = 250
  let tokens: [RequirementLexer.Placed]
  let lexer: RequirementLexer
  var position = 0
  private var depth = 0

  init(_ text: String) throws(RequirementError) {
    (tokens, lexer) = try RequirementLexer.tokens(text)
  }

  // The last token is always `.end`, and nothing moves past it.
  var current: RequirementLexer.Token { tokens[position].token }
  var following: RequirementLexer.Token { tokens[min(position + 1, tokens.count - 1)].token }
  mutating func advance() { position = min(position + 1, tokens.count - 1) }

  func error(_ message: String) -> RequirementError { lexer.error(at: tokens[position].start, message) }
  func expected(_ what: String) -> RequirementError {
    var message = "expected \(what), found \(current.shown)"
    if case .word(let word) = current { message += Suggestion.phrase(for: word, among: Self.keywords) }
    return error(message)
  }

  /// Takes the token if it is the symbol or the word.
  mutating func take(_ text: String) -> Bool {
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
      return .identifier(try datum("an identifier"))
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

  /// Words that are a term on their own and so never a name in parentheses.
  private static let loneTerms = ["always", "true", "never", "false", "notarized", "legacy"]
  static let fieldKinds = ["subject", "field", "extension", "policy", "timestamp", "eku", "email"]
  static let keywords = [
    "always", "true", "never", "false", "notarized", "legacy", "identifier", "cdhash", "key", "platform", "info", "entitlement",
    "anchor", "certificate", "cert", "leaf", "root", "trusted", "apple", "generic", "and", "or", "exists", "absent",
  ]
}
