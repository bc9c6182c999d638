import AssayCore
import AssayPKI

/// Compiles a policy file's tree. The grammar is Docs/Policy.md.
struct PolicyReader {
  let config: ConfigReader
  let load: (String) throws -> [UInt8]
  let foreign: any ForeignReader

  static let topKeys = ["version", "mode", "trust", "revocation", "deny", "rules", "default"]
  static let ruleKeys = ["name", "attack", "match", "require", "allowed-by", "deny", "mode", "revocation", "unsafe-allow-unsigned"]
  static let matchKeys = ["format", "role", "path", "name", "platform"]
  static let modes: [(String, PolicyMode)] = [("enforce", .enforce), ("monitor", .monitor), ("learn", .learn)]
  static let maximumRules = 10_000
  /// `anchor apple` and the rows on system files must mean the builtin bundles and nothing that a file may call itself.
  static let reservedBundles = ["apple", "microsoft", "generic", "trusted"]

  func trust(_ node: ConfigNode) throws(ConfigError) -> [CompiledPolicy.TrustReference] {
    let items = try config.oneOrMore(node, "trust bundles")
    var names: [[UInt8]] = []
    var references: [CompiledPolicy.TrustReference] = []
    for item in items {
      let reference: CompiledPolicy.TrustReference
      let name: String
      if case .mapping = item {
        let entries = try config.entries(item, of: "a trust bundle", known: ["name", "file"])
        guard let nameNode = entries["name"], let fileNode = entries["file"] else {
          throw config.error(item.mark, "a trust bundle of your own has a name and a file")
        }
        name = try config.text(nameNode, "a bundle's name")
        guard !Self.reservedBundles.contains(name) else {
          throw config.error(
            nameNode.mark, "\"\(name)\" is a builtin bundle or a word of the requirement language; choose another name")
        }
        reference = .file(name: name, path: try config.text(fileNode, "a bundle's file"))
      } else {
        let text = try config.text(item, "a trust bundle")
        guard text.hasPrefix("builtin:"), text.utf8.count > 8 else {
          throw config.error(item.mark, "trust \"\(text)\" is neither builtin:NAME nor {name: NAME, file: FILE}")
        }
        name = String(text.dropFirst(8))
        reference = .builtin(name)
      }
      guard !names.contains(Array(name.utf8)) else { throw config.error(item.mark, "trust bundle \"\(name)\" stands twice") }
      names.append(Array(name.utf8))
      references.append(reference)
    }
    return references
  }

  func revocation(_ node: ConfigNode?) throws(ConfigError) -> Bool? {
    guard let node else { return nil }
    return try config.choice(node, "value of revocation", [("required", true), ("when-known", false)])
  }

  func mode(_ node: ConfigNode?) throws(ConfigError) -> PolicyMode? {
    guard let node else { return nil }
    return try config.choice(node, "mode", Self.modes)
  }

  func rules(_ node: ConfigNode, requiresRevocation: Bool) throws(ConfigError) -> [Rule] {
    let items = try config.sequence(node, "rules")
    guard items.count <= Self.maximumRules else { throw config.error(node.mark, "more than \(Self.maximumRules) rules") }
    var seen: Set<[UInt8]> = []
    var rules: [Rule] = []
    for item in items {
      let rule = try rule(item, requiresRevocation: requiresRevocation)
      guard seen.insert(Array(rule.name.utf8)).inserted else {
        throw config.error(item.mark, "a rule named \"\(rule.name)\" stands above already")
      }
      rules.append(rule)
    }
    return rules
  }

  private func rule(_ node: ConfigNode, requiresRevocation: Bool) throws(ConfigError) -> Rule {
    let entries = try config.entries(node, of: "a rule", known: Self.ruleKeys)
    guard let name = entries["name"] else { throw config.error(node.mark, "the rule has no name; reports cite rules by name") }
    var attack: [String] = []
    if let node = entries["attack"] {
      for item in try config.oneOrMore(node, "techniques") { attack.append(try technique(item)) }
    }
    return Rule(
      name: try config.text(name, "a rule's name"), attack: attack, match: try entries["match"].map(match) ?? RuleMatch(),
      require: try entries["require"].map { node throws(ConfigError) in try demand(node, depth: 0) } ?? .requirement(.always),
      allowedBy: try entries["allowed-by"].map(allowed),
      deny: try entries["deny"].map(deny) ?? [], mode: try mode(entries["mode"]),
      requiresRevocation: try revocation(entries["revocation"]) ?? requiresRevocation,
      allowsUnsigned: try entries["unsafe-allow-unsigned"].map { node throws(ConfigError) in
        try config.flag(node, "unsafe-allow-unsigned")
      } ?? false, mark: entries.mark)
  }

  /// `T1543` or `T1543.003`.
  private func technique(_ node: ConfigNode) throws(ConfigError) -> String {
    let text = try config.text(node, "a technique")
    let bytes = Array(text.utf8)
    let isTechnique =
      bytes.first == UInt8(ascii: "T") && bytes.dropFirst().prefix(4).allSatisfy(\.isDigit)
      && (bytes.count == 5 || bytes.count == 9 && bytes[5] == UInt8(ascii: ".") && bytes[6...].allSatisfy(\.isDigit))
    guard isTechnique else { throw config.error(node.mark, "\"\(text)\" is no ATT&CK technique; write T1036 or T1036.001") }
    return text
  }

  private func match(_ node: ConfigNode) throws(ConfigError) -> RuleMatch {
    let entries = try config.entries(node, of: "match", known: Self.matchKeys)
    var match = RuleMatch()
    if let node = entries["format"] {
      for item in try config.oneOrMore(node, "formats") { match.formats.append(try config.text(item, "a format")) }
    }
    if let node = entries["platform"] {
      for item in try config.oneOrMore(node, "platforms") { match.platforms.append(try config.text(item, "a platform")) }
    }
    if let node = entries["role"] {
      let known = Role.allCases.map { ($0.rawValue, $0) }
      for item in try config.oneOrMore(node, "roles") { match.roles.append(try config.choice(item, "role", known)) }
    }
    if let node = entries["path"] {
      for item in try config.oneOrMore(node, "paths") { match.paths.append(try glob(item)) }
    }
    if let node = entries["name"] {
      for item in try config.oneOrMore(node, "names") {
        let glob = try glob(item)
        guard !glob.text.utf8.contains(0x2F) else {
          throw config.error(item.mark, "a name has no \"/\"; use path: for \"\(glob.text)\"")
        }
        match.names.append(glob)
      }
    }
    return match
  }

  private func glob(_ node: ConfigNode) throws(ConfigError) -> Glob {
    let text = try config.text(node, "a pattern")
    do throws(Glob.Problem) {
      return try Glob(text)
    } catch {
      throw config.error(node.mark, "pattern \"\(text)\": \(error.message)")
    }
  }

  private func demand(_ node: ConfigNode, depth: Int) throws(ConfigError) -> Demand {
    guard depth < 16 else { throw config.error(node.mark, "require is nested deeper than 16 levels") }
    func list(_ node: ConfigNode, _ what: String) throws(ConfigError) -> [Demand] {
      var demands: [Demand] = []
      for item in try config.sequence(node, what) { demands.append(try demand(item, depth: depth + 1)) }
      return demands
    }
    switch node {
    case .scalar: return .requirement(try config.requirement(node))
    case .sequence: throw config.error(node.mark, "say how many of the list must hold: all:, any: or {threshold: N, of: [...]}")
    case .mapping(let keys, _):
      let entries = try config.entries(node, of: "require", known: ["all", "any", "threshold", "of"])
      if let threshold = entries["threshold"] {
        guard let of = entries["of"], keys.count == 2 else {
          throw config.error(node.mark, "threshold stands with of: and nothing else")
        }
        let demands = try list(of, "of")
        let count = try config.number(threshold, "threshold")
        guard count >= 1, count <= demands.count else {
          throw config.error(threshold.mark, "threshold \(count) of \(demands.count) can never decide; use 1 to the number in of:")
        }
        return .threshold(count, of: demands)
      }
      guard keys.count == 1, let only = keys.first, only.key != "of" else {
        throw config.error(node.mark, "require is one of all:, any: or {threshold: N, of: [...]}")
      }
      return only.key == "all" ? .all(try list(only.value, "all")) : .any(try list(only.value, "any"))
    }
  }
}
