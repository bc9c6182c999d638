import AssayBytes
import AssayContainers

/// Reads rules of Santa: `{"rules": [...]}` as `santactl rule --export` writes them, an array of rules, or a property list with
/// `StaticRules` anywhere in it, as configuration profiles have them.
struct SantaReader {
  /// Rules that count, by what they name; a later one takes the place of an earlier one.
  private(set) var rules: [SantaRuleKind: [[UInt8]: SantaRule]] = [:]
  private(set) var notes: [String] = []
  private var compilers = 0
  private var removed = 0
  /// 1 monitor, 2 lockdown, 3 standalone.
  private(set) var mode: Int?

  private static let depthLimit = 12

  /// The members of a rule that say something; others are for its keepers.
  private struct Members {
    var kind: [UInt8]?
    var policy: [UInt8]?
    var identifier: [UInt8]?
    var message: [UInt8]?
    var hasProgram = false
  }

  /// Nil for JSON of another kind.
  init?(json value: JSONValue) throws(ParseError) {
    guard let list = value.items ?? value["rules"]?.items ?? value["StaticRules"]?.items,
      list.contains(where: { $0["rule_type"] != nil && $0["policy"] != nil })
    else { return nil }
    for (index, rule) in list.enumerated() {
      func octets(_ key: String) -> [UInt8]? {
        guard case .string(let octets)? = rule[key] else { return nil }
        return octets
      }
      var members = Members(
        kind: octets("rule_type"), policy: octets("policy"), identifier: octets("identifier") ?? octets("sha256"),
        message: octets("custom_msg"))
      members.hasProgram = octets("cel_expr").map { !$0.isEmpty } ?? false
      try add(members, index + 1)
    }
    finish()
  }

  /// Whether XML may be a property list.
  static func isPropertyList(_ bytes: [UInt8]) -> Bool { bytes.prefix(1_024).firstRange(of: Array("<plist".utf8)) != nil }

  /// Nil for a property list without such rules.
  init?(plist value: PlistValue) throws(ParseError) {
    var lists: [[PlistValue]] = []
    find(value, depth: 0, &lists)
    guard !lists.isEmpty else { return nil }
    for (index, rule) in lists.joined().enumerated() {
      guard rule.members != nil else { throw SantaReader.malformed(index + 1, "is no dictionary") }
      var members = Members(
        kind: rule["rule_type"]?.octets, policy: rule["policy"]?.octets,
        identifier: rule["identifier"]?.octets ?? rule["sha256"]?.octets, message: rule["custom_msg"]?.octets)
      members.hasProgram = rule["cel_expr"]?.octets.map { !$0.isEmpty } ?? false
      try add(members, index + 1)
    }
    finish()
  }

  /// Profiles bury the key under payloads of their own.
  private mutating func find(_ value: PlistValue, depth: Int, _ lists: inout [[PlistValue]]) {
    guard depth < SantaReader.depthLimit else { return }
    if let items = value["StaticRules"]?.items { lists.append(items) }
    if let mode = value["ClientMode"]?.integer { self.mode = mode }
    for member in value.members ?? [] { find(member.value, depth: depth + 1, &lists) }
    for item in value.items ?? [] { find(item, depth: depth + 1, &lists) }
  }

  private static func malformed(_ number: Int, _ what: String) -> ParseError {
    ParseError("import.rule.malformed", "rule \(number) \(what)")
  }

  private mutating func add(_ members: Members, _ number: Int) throws(ParseError) {
    guard let typeName = members.kind, let policy = members.policy, let text = members.identifier else {
      throw SantaReader.malformed(number, "lacks rule_type, policy or identifier")
    }
    guard let kind = SantaRuleKind.allCases.first(where: { $0.rawValue.utf8.elementsEqual(typeName.raised) }) else {
      throw ParseError(
        "import.rule.unknown",
        "rule \(number) is of the type \"\(String(decoding: typeName.prefix(80), as: UTF8.self))\", which is not known")
    }
    let identifier = try SantaReader.identifier(text, kind, number)
    let word = String(decoding: policy.raised, as: UTF8.self)
    let message = members.message.map { String(decoding: $0, as: UTF8.self) } ?? ""
    switch word {
    case "ALLOWLIST", "WHITELIST": allow(true)
    case "ALLOWLIST_COMPILER", "WHITELIST_COMPILER":
      compilers += 1
      allow(true)
    case "BLOCKLIST", "BLACKLIST", "SILENT_BLOCKLIST", "SILENT_BLACKLIST", "SILENT_GUI_BLOCKLIST", "SILENT_TTY_BLOCKLIST":
      allow(false)
    case "REMOVE":
      removed += 1
      rules[kind]?[identifier] = nil
    case "CEL":
      throw ParseError(
        "import.rule.unknown",
        "rule \(number) is a program in CEL, which is not read; write what it asks as a requirement in a rule of your own")
    default: throw ParseError("import.rule.unknown", "rule \(number) has the policy \"\(word.prefix(80))\", which is not known")
    }
    if members.hasProgram, word != "REMOVE" {
      throw ParseError("import.rule.unknown", "rule \(number) has a program in CEL, which is not read")
    }
    func allow(_ allows: Bool) {
      rules[kind, default: [:]][identifier] = SantaRule(kind: kind, identifier: identifier, allows: allows, message: message)
    }
  }

  /// Santa folds hashes and takes the rest as it stands.
  private static func identifier(_ text: [UInt8], _ kind: SantaRuleKind, _ number: Int) throws(ParseError) -> [UInt8] {
    let shown = String(decoding: text.prefix(120), as: UTF8.self)
    switch kind {
    case .cdHash, .binary, .certificate:
      let count = kind == .cdHash ? 20 : 32
      guard let hash = Hex.decode(String(decoding: text, as: UTF8.self)), hash.count == count else {
        throw malformed(number, "names \"\(shown)\", which has not \(count * 2) hexadecimal digits")
      }
      return hash
    case .team:
      guard isTeam(text) else { throw malformed(number, "names \"\(shown)\", which is no team of ten letters and digits") }
      return text
    case .signingID:
      let parts = text.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[1].isEmpty, isTeam(parts[0]) || parts[0].elementsEqual("platform".utf8) else {
        throw malformed(number, "names \"\(shown)\"; a signing identifier is written TEAMID:identifier or platform:identifier")
      }
      return text
    }
  }

  private static func isTeam(_ text: some Collection<UInt8>) -> Bool {
    text.count == 10 && text.allSatisfy { $0.isDigit || (0x41...0x5A).contains($0) }
  }

  private mutating func finish() {
    if compilers > 0 {
      notes.append("\(compilers) rules of compilers allow the compiler alone: what it makes is judged like anything else")
    }
    if removed > 0 { notes.append("\(removed) rules took earlier ones away") }
    if rules[.cdHash]?.isEmpty == false { notes.append("rules by cdhash count for code with hardened runtime alone, as in Santa") }
    if mode == 1 { notes.append("its mode is monitor: code without a rule runs there, and is judged by the policy's default here") }
  }
}
