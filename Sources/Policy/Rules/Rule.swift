package import AssayCore
package import AssayPKI

/// One rule of a policy: the first whose match fits decides.
package struct Rule: Sendable {
  package let name: String
  /// ATT&CK techniques that it stands against.
  package let attack: [String]
  package let match: RuleMatch
  /// What must hold beside the state `trusted`.
  package let require: Demand
  /// A foreign policy that must allow the artifact, too.
  package let allowedBy: (any ForeignRules)?
  package let deny: [DenyEntry]
  /// Nil: the policy's.
  package let mode: PolicyMode?
  /// `revocation: required`, of the rule or the policy.
  package let requiresRevocation: Bool
  /// `unsafe-allow-unsigned: true`
  package let allowsUnsigned: Bool
  /// Where it stands in its file.
  package let mark: ConfigNode.Mark
}

/// What a rule is for. A list that is empty asks nothing; all that are given must fit, each by one of its values.
package struct RuleMatch: Sendable {
  package var formats: [String] = []
  package var roles: [Role] = []
  package var paths: [Glob] = []
  /// Of the last component.
  package var names: [Glob] = []
  package var platforms: [String] = []
  package init() {}

  package var isEmpty: Bool { formats.isEmpty && roles.isEmpty && paths.isEmpty && names.isEmpty && platforms.isEmpty }

  /// `name` is the facts' own, made once for all rules.
  func fits(_ facts: ReportFacts, _ name: TargetName) -> Bool {
    func same(_ wanted: [String], _ found: String?) -> Bool {
      wanted.isEmpty || found.map { found in wanted.contains { $0.utf8.elementsEqual(found.utf8) } } ?? false
    }
    guard same(formats, facts.format), same(platforms, facts.platform) else { return false }
    guard roles.isEmpty || roles.contains(where: facts.roles.contains) else { return false }
    guard names.isEmpty || names.contains(where: { $0.matches(name.last, foldingCase: facts.foldsCase) }) else { return false }
    if paths.isEmpty { return true }
    let path = name.path
    return paths.contains { $0.matches(path, foldingCase: facts.foldsCase) }
  }
}

/// What must hold of the signatures.
package indirect enum Demand: Sendable {
  case requirement(Requirement)
  case all([Demand])
  case any([Demand])
  /// At least so many of them. The same signature may meet several.
  case threshold(Int, of: [Demand])
  /// One that reasons cite by its name.
  case named(String, Demand)
}

/// What is refused whoever signed it.
package struct DenyEntry: Sendable {
  package enum Test: Sendable {
    /// A digest of the artifact by its report name: `sha256` (flat), `authenticode-sha256`; lower-case hex.
    case digest(name: String, values: Set<String>)
    /// A certificate in any signature's path, verified or not.
    case certificate(DigestAlgorithm, Set<[UInt8]>)
    case key(Set<[UInt8]>)
    case state([State])
    /// A verified signature of which it is true.
    case requirement(Requirement)
    /// What the rules of a foreign policy or list refuse.
    case foreign(any ForeignRules)
  }
  package let tests: [Test]
  /// Why, for the finding: the list's name or the operator's words.
  package let reason: String
}
