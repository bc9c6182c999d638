import AssayBytes
import AssayCore
import AssayPKI

extension CompiledPolicy {
  /// The policy as it was understood, in its own language; reading it again gives the same (deny lists are written out).
  package func printed() -> String {
    var lines = ["# \(name)", "version: 1", "mode: \(mode.rawValue)"]
    if !trust.isEmpty { lines.append("trust: [\(trust.map(PolicyPrinter.trust).joined(separator: ", "))]") }
    if requiresRevocation { lines.append("revocation: required") }
    lines += PolicyPrinter.deny(deny, indent: "")
    if !rules.isEmpty { lines.append("rules:") }
    for rule in rules { lines += PolicyPrinter.rule(rule, policy: self) }
    if let extra { lines.append("# --requirement: \(extra)") }
    lines.append("default: \(fallback.rawValue)")
    return lines.joined(separator: "\n") + "\n"
  }
}

private enum PolicyPrinter {
  static func trust(_ reference: CompiledPolicy.TrustReference) -> String {
    switch reference {
    case .builtin(let name): YAMLScalar.quoted("builtin:" + name)
    case .file(let name, let path): "{name: \(YAMLScalar.quoted(name)), file: \(YAMLScalar.quoted(path))}"
    }
  }

  static func rule(_ rule: Rule, policy: CompiledPolicy) -> [String] {
    var lines = ["  - name: \(YAMLScalar.quoted(rule.name))"]
    if !rule.attack.isEmpty { lines.append("    attack: [\(rule.attack.joined(separator: ", "))]") }
    if !rule.match.isEmpty { lines.append("    match: {\(match(rule.match))}") }
    lines += demand(rule.require, key: "require", indent: "    ")
    if let rules = rule.allowedBy { lines.append("    allowed-by: \(YAMLScalar.quoted(rules.origin))") }
    lines += deny(rule.deny, indent: "    ")
    if let mode = rule.mode { lines.append("    mode: \(mode.rawValue)") }
    if rule.requiresRevocation != policy.requiresRevocation {
      lines.append("    revocation: \(rule.requiresRevocation ? "required" : "when-known")")
    }
    if rule.allowsUnsigned { lines.append("    unsafe-allow-unsigned: true") }
    return lines
  }

  private static func match(_ match: RuleMatch) -> String {
    let parts: [(String, [String])] = [
      ("format", match.formats), ("role", match.roles.map(\.rawValue)), ("path", match.paths.map(\.text)),
      ("name", match.names.map(\.text)), ("platform", match.platforms),
    ]
    return parts.filter { !$0.1.isEmpty }.map { "\($0.0): [\($0.1.map(YAMLScalar.quoted).joined(separator: ", "))]" }.joined(
      separator: ", ")
  }

  private static func demand(_ demand: Demand, key: String, indent: String) -> [String] {
    switch demand {
    // The state `trusted` is demanded in any case.
    case .requirement(.always): []
    default: [indent + key + ": " + flow(demand)]
    }
  }

  private static func flow(_ demand: Demand) -> String {
    func list(_ demands: [Demand]) -> String { "[" + demands.map(flow).joined(separator: ", ") + "]" }
    return switch demand {
    case .requirement(let requirement): YAMLScalar.quoted(requirement.description)
    case .all(let demands): "{all: \(list(demands))}"
    case .any(let demands): "{any: \(list(demands))}"
    case .named(_, let inner): flow(inner)
    case .threshold(let count, let demands): "{threshold: \(count), of: \(list(demands))}"
    }
  }

  static func deny(_ entries: [DenyEntry], indent: String) -> [String] {
    guard !entries.isEmpty else { return [] }
    return [indent + "deny:"]
      + entries.map { entry in
        let tests = entry.tests.map(test) + ["reason: \(YAMLScalar.quoted(entry.reason))"]
        return indent + "  - {" + tests.joined(separator: ", ") + "}"
      }
  }

  private static func test(_ test: DenyEntry.Test) -> String {
    func list(_ values: [String]) -> String { "[" + values.sorted().joined(separator: ", ") + "]" }
    return switch test {
    case .digest(let name, let values): "\(name): \(list(values.map(YAMLScalar.quoted)))"
    case .certificate(let algorithm, let hashes):
      "certificate-\(algorithm.rawValue): \(list(hashes.map { YAMLScalar.quoted(Hex.encode($0)) }))"
    case .key(let hashes): "key-sha256: \(list(hashes.map { YAMLScalar.quoted(Hex.encode($0)) }))"
    case .state(let states): "state: \(list(states.map(\.rawValue)))"
    case .requirement(let requirement): "requirement: \(YAMLScalar.quoted(requirement.description))"
    case .foreign(let rules): "file: \(YAMLScalar.quoted(rules.origin))"
    }
  }
}
