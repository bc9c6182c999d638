import AssayBytes

/// The valid_policy_graph of RFC 9618 section 5, which answers as RFC 5280's tree does and grows only linearly: at each depth at
/// most one node has a policy.
struct PolicyGraph {
  private struct Node {
    var expected: Set<OID>
    /// Policies of its parents, one depth up.
    var parents: Set<OID>
  }
  /// Nodes by their valid_policy, one dictionary a depth; empty once the graph is NULL.
  private var levels: [[OID: Node]]
  private(set) var explicitPolicy: Int
  private var policyMapping: Int
  private var inhibitAnyPolicy: Int
  private let initialPolicies: Set<OID>?

  /// RFC 5280 6.1.2 (a), (d) to (f); `count` is the number of certificates in the path.
  init(_ inputs: PolicyInputs, count: Int) {
    let any = ExtensionID.anyPolicy
    levels = [[any: Node(expected: [any], parents: [])]]
    explicitPolicy = inputs.explicitPolicy ? 0 : count + 1
    policyMapping = inputs.inhibitMapping ? 0 : count + 1
    inhibitAnyPolicy = inputs.inhibitAnyPolicy ? 0 : count + 1
    initialPolicies = inputs.initialPolicies
  }

  private var isNull: Bool { levels.isEmpty }

  /// RFC 9618 5.4: 6.1.3 (d) to (f) for the next certificate. False when explicit_policy fails.
  mutating func process(
    _ certificate: Certificate, isFinal: Bool, isSelfIssued: Bool, _ budget: inout Budget
  ) throws(ParseError) -> Bool {
    guard let policies = certificate.policies else {
      levels = []
      return explicitPolicy > 0
    }
    if let above = levels.last {
      try budget.spend(steps: above.count + policies.count)
      var level: [OID: Node] = [:]
      var parentsOf: [OID: Set<OID>] = [:]
      for (policy, node) in above {
        try budget.spend(steps: node.expected.count)
        for expected in node.expected { parentsOf[expected, default: []].insert(policy) }
      }
      let any = ExtensionID.anyPolicy
      for policy in policies.map(\.policy) where policy != any {
        if let parents = parentsOf[policy] {
          level[policy] = Node(expected: [policy], parents: parents)
        } else if above[any] != nil {
          level[policy] = Node(expected: [policy], parents: [any])
        }
      }
      if policies.contains(where: { $0.policy == any }), inhibitAnyPolicy > 0 || !isFinal && isSelfIssued {
        for (policy, parents) in parentsOf where level[policy] == nil {
          level[policy] = Node(expected: [policy], parents: parents)
        }
      }
      levels.append(level)
      prune()
    }
    return explicitPolicy > 0 || !isNull
  }

  /// 6.1.4 (a), (b) and (h) to (j). False when anyPolicy is mapped.
  mutating func prepare(_ certificate: Certificate, isSelfIssued: Bool, _ budget: inout Budget) throws(ParseError) -> Bool {
    let any = ExtensionID.anyPolicy
    var isAllowed = true
    if let mappings = certificate.policyMappings {
      try budget.spend(steps: mappings.count)
      isAllowed = !mappings.contains { $0.issuerPolicy == any || $0.subjectPolicy == any }
      if isAllowed { map(mappings) }
    }
    if !isSelfIssued {
      explicitPolicy = max(0, explicitPolicy - 1)
      policyMapping = max(0, policyMapping - 1)
      inhibitAnyPolicy = max(0, inhibitAnyPolicy - 1)
    }
    constrain(certificate)
    return isAllowed
  }

  /// policyConstraints and inhibitAnyPolicy, also those of an anchor's own certificate (RFC 5937).
  mutating func constrain(_ certificate: Certificate) {
    if let limit = certificate.policyConstraints?.requireExplicitPolicy { explicitPolicy = min(explicitPolicy, limit) }
    if let limit = certificate.policyConstraints?.inhibitPolicyMapping { policyMapping = min(policyMapping, limit) }
    if let limit = certificate.inhibitAnyPolicy { inhibitAnyPolicy = min(inhibitAnyPolicy, limit) }
  }

  private mutating func map(_ mappings: [PolicyMapping]) {
    guard var level = levels.popLast() else { return }
    let any = ExtensionID.anyPolicy
    for (issuer, pairs) in Dictionary(grouping: mappings, by: \.issuerPolicy) {
      guard policyMapping > 0 else {
        level[issuer] = nil
        continue
      }
      let subjects = Set(pairs.map(\.subjectPolicy))
      if level[issuer] != nil {
        level[issuer]?.expected = subjects
      } else if level[any] != nil {
        // A child of the anyPolicy node one depth up, as the anyPolicy node of this depth is.
        level[issuer] = Node(expected: subjects, parents: [any])
      }
    }
    levels.append(level)
    prune()
  }

  /// Removes nodes without children, deepest first; a graph without leaves is NULL.
  private mutating func prune() {
    guard levels.last?.isEmpty == false else {
      levels = []
      return
    }
    var depth = levels.count - 1
    while depth > 0 {
      let used = levels[depth].values.reduce(into: Set<OID>()) { $0.formUnion($1.parents) }
      levels[depth - 1] = levels[depth - 1].filter { used.contains($0.key) }
      depth -= 1
    }
  }

  /// 6.1.5 (a), (b), (g): the two policy sets, and whether the path satisfies explicit_policy.
  mutating func wrapUp(_ endEntity: Certificate) -> (authority: Set<OID>, user: Set<OID>, isSatisfied: Bool) {
    explicitPolicy = max(0, explicitPolicy - 1)
    if endEntity.policyConstraints?.requireExplicitPolicy == 0 { explicitPolicy = 0 }
    let any = ExtensionID.anyPolicy
    var authority: Set<OID> = []
    for level in levels {
      for (policy, node) in level where policy != any && node.parents.contains(any) { authority.insert(policy) }
    }
    if levels.last?[any] != nil { authority.insert(any) }
    let user: Set<OID>
    if let initialPolicies {
      user = authority.contains(any) ? initialPolicies : authority.intersection(initialPolicies)
    } else {
      user = authority
    }
    return (authority, user, explicitPolicy > 0 || !user.isEmpty)
  }
}
