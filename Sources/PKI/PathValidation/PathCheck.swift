import AssayBytes

/// RFC 5280 6.1 over one complete path whose signatures have been looked at. Collects every failure.
struct PathCheck {
  let profile: PathProfile
  /// End entity first.
  let path: [Certificate]
  let anchor: TrustAnchor
  let time: TimeThatCounts
  /// The end entity is the anchor itself: nobody issued it.
  let isAnchorItself: Bool
  private(set) var failures: [PathFailure] = []
  private(set) var authorityPolicies: Set<OID> = []
  private(set) var userPolicies: Set<OID> = []

  init(profile: PathProfile, path: [Certificate], anchor: TrustAnchor, time: TimeThatCounts, isAnchorItself: Bool) {
    self.profile = profile
    self.path = path
    self.anchor = anchor
    self.time = time
    self.isAnchorItself = isAnchorItself
  }

  /// Throws `limit.*` only; failures found until then stay.
  mutating func run(_ budget: inout Budget) throws(ParseError) {
    let local = LocalCheck(profile: profile, time: time)
    var names = NameConstraintSet(isStrict: profile.refusesIrregularities)
    var graph = PolicyGraph(profile.policyInputs, count: path.count)
    var maximumPathLength = profile.maximumPathLength ?? path.count
    AnchorCheck(anchor: anchor, profile: profile, time: time).check(path, &failures)
    if let certificate = anchor.certificate, !isAnchorItself {
      failures += local.failures(certificate, .anchor, index: path.count)
      if profile.honoursAnchorConstraints {
        try honourAnchor(certificate, &names, &graph, &maximumPathLength, &budget)
      }
    }
    for index in path.indices.reversed() {
      let certificate = path[index]
      try budget.spend(steps: 1 + certificate.extensions.count)
      failures += local.failures(certificate, index == 0 ? .endEntity : .issuer, index: index)
      let isSelfIssued = certificate.isSelfIssued
      if index == 0 || !isSelfIssued, let violation = try names.violation(certificate, &budget) {
        failures.append(
          PathFailure(
            .constraint, "pki.path.name-constraint", "a name of certificate \(index) is outside its issuers' name constraints",
            expected: violation.expected, found: violation.found, clause: "RFC 5280 6.1.3 (b), (c)", certificate: index))
      }
      let hasPolicy = try graph.process(certificate, isFinal: index == 0, isSelfIssued: isSelfIssued, &budget)
      // A graph that is NULL stays so: the first certificate that emptied it is the one to name.
      if !hasPolicy, !failures.contains(where: { $0.kind == .policy }) {
        failures.append(policyFailure("no valid policy is left at certificate \(index)", "RFC 9618 5.4 (f)", index))
      }
      guard index > 0 else { continue }
      if !(try graph.prepare(certificate, isSelfIssued: isSelfIssued, &budget)) {
        failures.append(policyFailure("certificate \(index) maps anyPolicy", "RFC 5280 6.1.4 (a)", index))
      }
      if let constraints = certificate.nameConstraints { try names.add(constraints, &budget) }
      pathLength(certificate, index, isSelfIssued: isSelfIssued, &maximumPathLength)
    }
    if let endEntity = path.first { wrapUp(endEntity, &graph) }
    failures.sort { $0.certificate < $1.certificate }
  }

  /// RFC 5937 section 3.2, and the usages that the certificate names, as Windows takes them for its whole path.
  private mutating func honourAnchor(
    _ certificate: Certificate, _ names: inout NameConstraintSet, _ graph: inout PolicyGraph, _ maximumPathLength: inout Int,
    _ budget: inout Budget
  ) throws(ParseError) {
    if let constraints = certificate.nameConstraints { try names.add(constraints, &budget) }
    if certificate.unreadableExtensions.contains(ExtensionID.nameConstraints) {
      failures.append(
        PathFailure(
          .malformed, "pki.path.extension-unreadable", "nameConstraints of the anchor cannot be read", clause: "RFC 5937 3.2",
          certificate: path.count))
    }
    if let limit = certificate.basicConstraints?.pathLength { maximumPathLength = min(maximumPathLength, limit) }
    graph.constrain(certificate)
    if let failure = LocalCheck(profile: profile, time: time).nesting(certificate, index: path.count),
      !failures.contains(failure)
    {
      failures.append(failure)
    }
  }

  /// 6.1.4 (l) and (m).
  private mutating func pathLength(_ certificate: Certificate, _ index: Int, isSelfIssued: Bool, _ maximum: inout Int) {
    if !isSelfIssued {
      if maximum <= 0 {
        failures.append(
          PathFailure(
            .constraint, "pki.path.length", "certificate \(index) makes the path longer than an issuer allows",
            expected: "no further CA below", found: "\(index) certificates below the limit", clause: "RFC 5280 6.1.4 (l)",
            certificate: index))
      }
      maximum -= 1
    }
    if let limit = certificate.basicConstraints?.pathLength { maximum = min(maximum, limit) }
  }

  private func policyFailure(_ message: String, _ clause: String, _ index: Int) -> PathFailure {
    PathFailure(.policy, "pki.path.policy", message, clause: clause, certificate: index)
  }

  /// 6.1.5.
  private mutating func wrapUp(_ endEntity: Certificate, _ graph: inout PolicyGraph) {
    let result = graph.wrapUp(endEntity)
    authorityPolicies = result.authority
    userPolicies = result.user
    if !result.isSatisfied, !failures.contains(where: { $0.kind == .policy }) {
      let wanted = profile.policyInputs.initialPolicies.map { $0.map(\.description).sorted().joined(separator: " ") }
      failures.append(
        PathFailure(
          .policy, "pki.path.policy", "an explicit certificate policy is required and none of the accepted ones is valid",
          expected: wanted ?? "any policy", found: result.authority.map(\.description).sorted().joined(separator: " "),
          clause: "RFC 5280 6.1.5 (g)", certificate: 0))
    }
  }
}
