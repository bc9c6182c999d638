package import AssayBytes

/// One rule of a seal: which paths it is about and what it asks of them.
package struct ResourceRule: Hashable, Sendable {
  package let pattern: [UInt8]
  package var weight = 1
  package var isOmitted = false
  package var isOptional = false
  package var isNested = false
  /// Written as a plain `true`: Apple looks for the catch-all rule in this form.
  package var isPlainTrue = false

  package init(pattern: [UInt8]) { self.pattern = pattern }
  package var text: String { String(decoding: pattern, as: UTF8.self) }
}

/// The rules of a seal, ready to be asked about paths.
package struct ResourceRules: Sendable {
  /// Apple's own default has 14.
  package static let ruleLimit = 500

  package let rules: [ResourceRule]
  /// Paths that are never sealed: the signature's own folder, the main executable.
  package let excluded: Set<[UInt8]>
  private var automaton: PathAutomaton

  package init(_ rules: [ResourceRule], excluding excluded: Set<[UInt8]>, _ budget: inout Budget) throws(ParseError) {
    guard rules.count <= ResourceRules.ruleLimit else {
      throw ParseError(
        "limit.resource-rules", "the seal has \(rules.count) rules; more than \(ResourceRules.ruleLimit) are not read")
    }
    self.rules = rules
    self.excluded = excluded
    var patterns: [PathPattern] = []
    for rule in rules { patterns.append(try PathPattern(rule.pattern, &budget)) }
    automaton = try PathAutomaton(patterns, &budget)
  }

  /// What holds for a path: nothing, an exclusion, or the rule of the highest weight (of equal ones the first written).
  package enum Answer: Hashable, Sendable {
    case none, excluded
    case rule(ResourceRule)
  }

  package mutating func answer(_ path: [UInt8], _ budget: inout Budget) throws(ParseError) -> Answer {
    if excluded.contains(path) { return .excluded }
    var best: ResourceRule?
    for index in try automaton.matches(path, &budget) where best.map({ rules[index].weight > $0.weight }) ?? true {
      best = rules[index]
    }
    return best.map { .rule($0) } ?? .none
  }

  /// Apple's strict rule: everything is covered by the catch-all, and nothing is left out but what every bundle may leave out.
  /// `resources`: the folder of resources with its slash, empty for a flat bundle.
  package func weaknesses(version: Int, resources: String) -> [String] {
    var found: [String] = []
    let catchAll = version == 1 ? "^Resources/" : "^.*"
    if !rules.contains(where: { $0.isPlainTrue && $0.pattern.elementsEqual(catchAll.utf8) }) {
      found.append("no rule \"\(catchAll)\" seals everything")
    }
    let allowed = [
      "^(.*/)?\\.DS_Store$", "^Info\\.plist$", "^PkgInfo$", "^\(resources).*\\.lproj/locversion.plist$",
    ].map { Array($0.utf8) }
    for rule in rules where rule.isOmitted && !allowed.contains(rule.pattern) {
      found.append("the rule \"\(rule.text)\" leaves out what it should seal")
    }
    return found
  }
}
