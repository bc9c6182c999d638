import AssayCore

extension CompiledPolicy {
  /// What is well formed but surely not meant: rules that nothing reaches, demands that nothing meets.
  package func warnings() -> [ConfigError] {
    var found: [ConfigError] = []
    func warn(_ rule: Rule, _ message: String) {
      found.append(
        ConfigError(file: name, line: rule.mark.line, column: rule.mark.column, message: "rule \"\(rule.name)\" \(message)"))
    }
    for (index, rule) in rules.enumerated() {
      if let earlier = rules[..<index].first(where: { $0.match.covers(rule.match) }) {
        warn(rule, "is never reached: rule \"\(earlier.name)\" above fits all that it fits")
      }
      if rule.require.canNeverHold(in: self) {
        warn(
          rule,
          rule.allowsUnsigned
            ? "accepts unsigned files only: what it requires can never hold" : "can never accept: what it requires can never hold")
      }
      if rule.allowsUnsigned, rule.match.isEmpty { warn(rule, "accepts every unsigned file: it has no match") }
      for bundle in rule.require.bundles where !knows(bundle) {
        warn(rule, "asks for \"anchor \(bundle.shown)\", which trust: does not name")
      }
    }
    if rules.isEmpty, fallback == .reject {
      found.append(ConfigError(file: name, line: 1, column: 1, message: "the policy has no rules and rejects everything"))
    }
    return found
  }

  /// The first requirement that asks for an anchor of a bundle that is not in use. A mistyped name would only be false, and true
  /// where it is negated: so it is the operator's mistake, told before anything is judged.
  package func unknownBundle(among inUse: [String]) -> ConfigError? {
    func problem(_ bundles: [Requirement.Octets], _ mark: ConfigNode.Mark, _ file: String) -> ConfigError? {
      let unknown = bundles.first { bundle in !inUse.contains { Array($0.utf8) == bundle.bytes } }
      guard let unknown else { return nil }
      let known = inUse.isEmpty ? "none" : inUse.joined(separator: ", ")
      return ConfigError(
        file: file, line: mark.line, column: mark.column,
        message: "\"anchor \(unknown.shown)\" names no trust bundle in use" + Suggestion.phrase(for: unknown.shown, among: inUse)
          + "; in use: \(known)")
    }
    let start = ConfigNode.Mark(line: 1, column: 1)
    if let found = problem(extra?.bundles ?? [], start, "--requirement") { return found }
    if let found = problem(deny.flatMap(\.bundles), start, name) { return found }
    for rule in rules {
      if let found = problem(rule.require.bundles + rule.deny.flatMap(\.bundles), rule.mark, name) { return found }
    }
    return nil
  }

  /// Without `trust:` every builtin bundle counts, whatever its name.
  fileprivate func knows(_ bundle: Requirement.Octets) -> Bool {
    trust.isEmpty || trust.contains { Array($0.name.utf8) == bundle.bytes }
  }
}

extension RuleMatch {
  /// Whether all that fits `other` fits this one too; false where that cannot be told.
  fileprivate func covers(_ other: RuleMatch) -> Bool {
    func covers<Value: Equatable>(_ mine: [Value], _ others: [Value], _ everything: (Value) -> Bool = { _ in false }) -> Bool {
      mine.isEmpty || mine.contains(where: everything) || !others.isEmpty && others.allSatisfy(mine.contains)
    }
    return covers(formats, other.formats) && covers(roles, other.roles) && covers(platforms, other.platforms)
      && covers(paths, other.paths) { $0.text == "**" } && covers(names, other.names) { $0.text == "*" }
  }
}

extension Demand {
  fileprivate func canNeverHold(in policy: CompiledPolicy) -> Bool {
    switch self {
    case .requirement(let requirement): requirement.canNeverHold(in: policy)
    case .all(let demands): demands.isEmpty || demands.contains { $0.canNeverHold(in: policy) }
    case .any(let demands): demands.allSatisfy { $0.canNeverHold(in: policy) }
    case .named(_, let inner): inner.canNeverHold(in: policy)
    case .threshold(let count, let demands): demands.count { !$0.canNeverHold(in: policy) } < count
    }
  }

  /// Bundles that it names as anchors.
  fileprivate var bundles: [Requirement.Octets] {
    switch self {
    case .requirement(let requirement): requirement.bundles
    case .named(_, let inner): inner.bundles
    case .all(let demands), .any(let demands), .threshold(_, let demands): demands.flatMap(\.bundles)
    }
  }
}

extension DenyEntry {
  fileprivate var bundles: [Requirement.Octets] {
    tests.flatMap { test -> [Requirement.Octets] in
      if case .requirement(let requirement) = test { requirement.bundles } else { [] }
    }
  }
}

extension Requirement {
  fileprivate func canNeverHold(in policy: CompiledPolicy) -> Bool {
    switch self {
    case .never: true
    case .not(.always): true
    case .anchorBundle(let name): !policy.knows(name)
    case .anchorApple, .anchorAppleGeneric: !policy.knows(Octets("apple"))
    case .all(let terms): terms.contains { $0.canNeverHold(in: policy) } || Requirement.contradict(terms)
    case .any(let terms): terms.allSatisfy { $0.canNeverHold(in: policy) }
    default: false
    }
  }

  /// Two anchors, or a term and its opposite, at once.
  private static func contradict(_ terms: [Requirement]) -> Bool {
    // Comparing each with each; nobody writes more by hand.
    guard terms.count <= 256 else { return false }
    var bundle: Octets?
    for term in terms {
      if terms.contains(.not(term)) { return true }
      let named: Octets?
      switch term {
      case .anchorBundle(let name): named = name
      case .anchorApple, .anchorAppleGeneric: named = Octets("apple")
      default: named = nil
      }
      if let named {
        if let bundle, bundle != named { return true }
        bundle = named
      }
    }
    return false
  }

  fileprivate var bundles: [Octets] {
    switch self {
    case .anchorBundle(let name): [name]
    case .all(let terms), .any(let terms): terms.flatMap(\.bundles)
    case .not(let inner): inner.bundles
    default: []
    }
  }
}
