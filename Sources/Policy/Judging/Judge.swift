package import AssayCore

extension CompiledPolicy {
  /// Facts to decision, rule and reason. Total.
  package func judge(_ report: Report, beside folder: FolderFacts) -> Verdict {
    let own = judge(ReportFacts(report), beside: folder)
    // An archive is what is in it, unless something is wrong with the archive itself or a list denies it whole.
    guard report.isCarrier, own.state != .distrusted, let worst = report.nested.map(\.state).max(), report.state == worst else {
      return own
    }
    let parts = report.nested.map { (target: $0.target, verdict: judge($0, beside: FolderFacts())) }
    func rank(_ decision: Decision) -> Int { [Decision.accept, .undecided, .reject].firstIndex(of: decision) ?? 0 }
    guard let decisive = parts.max(by: { rank($0.verdict.decision) < rank($1.verdict.decision) }) else { return own }
    var verdict = decisive.verdict
    verdict.reason = "\(decisive.target): \(verdict.reason)"
    verdict.findings = parts.flatMap(\.verdict.findings)
    verdict.attack = parts.flatMap(\.verdict.attack).sortedOnce()
    return verdict
  }

  /// The same over facts that may come from a saved report.
  package func judge(_ facts: ReportFacts, beside folder: FolderFacts = FolderFacts()) -> Verdict {
    var rule: Rule?
    if !rules.isEmpty {
      let name = facts.name
      rule = rules.first { $0.match.fits(facts, name) }
    }
    if rule == nil, !facts.isCode, extra == nil {
      var verdict = Verdict(.undecided, rule: nil, reason: "no code, and no rule names it", mode: mode, state: facts.state)
      verdict.isJudged = false
      return verdict
    }
    let judgement = Judgement(policy: self, rule: rule, facts: facts)
    var verdict = judgement.verdict(beside: folder)
    verdict.attack = techniques(verdict, rule, facts)
    return verdict
  }

  /// What the artifact was judged for: the rule's techniques, and those of the findings. Where a builtin row rejects, only what the
  /// artifact is a sign of.
  private func techniques(_ verdict: Verdict, _ rule: Rule?, _ facts: ReportFacts) -> [String] {
    var attack: [String] = []
    for finding in verdict.findings { attack += finding.attack }
    if let rule {
      attack += rule.attack
    } else if let names {
      attack += verdict.decision == .accept ? names.rows(facts) : Self.technique(of: verdict.state)
    }
    return attack.sortedOnce()
  }

  /// M1045's row for a state: T1036.001 is a signature that is there and not valid, T1036 asks for one at all.
  private static func technique(of state: State) -> [String] {
    switch state {
    case .trusted, .notAssessed, .stale: []
    case .unsigned: ["T1036"]
    case .expired, .untrusted, .wrongUsage, .revoked, .malformed, .tampered, .distrusted: ["T1036.001"]
    }
  }
}

/// One artifact under one rule (or none).
struct Judgement {
  let policy: CompiledPolicy
  let rule: Rule?
  let facts: ReportFacts

  private var mode: PolicyMode { rule?.mode ?? policy.mode }
  private var requiresRevocation: Bool { rule?.requiresRevocation ?? policy.requiresRevocation }
  private var allowsUnsigned: Bool { rule?.allowsUnsigned ?? (policy.fallback == .unsafeAllowUnsigned) }

  /// Deny lists first, then the state, then what must hold, then names. A reject is never softened by what is unknown; an accept
  /// needs everything known.
  func verdict(beside folder: FolderFacts) -> Verdict {
    var missing: String?
    // Parts count: what is banned runs no less for standing in something that is allowed.
    for entry in policy.deny + (rule?.deny ?? []) {
      for part in facts.whole {
        switch entry.answer(part) {
        case .hit(let found): return denied(entry, part.target == facts.target ? found : "\(found), in \(part.target)")
        case .unknown(let what): missing = missing ?? "\(what) is not known, and the deny list \(entry.reason) needs it"
        case .clear: break
        }
      }
    }
    var verdict = decided()
    let builtin = rule == nil ? policy.names?.findings(facts, beside: folder) ?? [] : []
    verdict.findings += builtin
    if verdict.decision == .accept, let hard = builtin.first(where: { $0.severity == .failure }) {
      verdict.decision = .reject
      verdict.reason = hard.message
    }
    if rule == nil, policy.names != nil, !facts.knowsIdentity, facts.format == "pe" {
      missing = missing ?? "the saved report does not tell the version resource, which the rows on masquerading need"
    }
    if rule == nil, policy.names?.needsUsage(facts) ?? false {
      missing = missing ?? "the usage of the certificate that signed the driver is not known, which the rows on drivers need"
    }
    if verdict.decision == .accept, let missing {
      verdict.decision = .undecided
      verdict.reason = missing
    }
    return verdict
  }

  private func verdict(_ decision: Decision, _ reason: String) -> Verdict {
    Verdict(decision, rule: rule?.name, reason: reason, mode: mode, state: facts.state)
  }

  private func denied(_ entry: DenyEntry, _ found: String) -> Verdict {
    var verdict = verdict(.reject, "denied by \(entry.reason): \(found)")
    verdict.state = .distrusted
    verdict.findings = [
      Finding(PolicyFindings.denied.name, .failure, "denied by \(entry.reason): \(found)", found: found)
    ]
    return verdict
  }

  /// What a foreign policy must allow. Nil where it does, and the rest must hold too.
  private func allowed(by foreign: any ForeignRules) -> Verdict? {
    switch foreign.allows(facts) {
    case .clear: return verdict(.reject, "no rule of \(foreign.origin) allows it")
    case .unknown(let what): return verdict(.undecided, "\(what) is not known, and \(foreign.origin) needs it")
    case .hit(let rule):
      // Bytes that are named one by one need no signature; a name or a place says nothing of what is there.
      guard rule.isExact, [.unsigned, .untrusted, .expired].contains(facts.state), policy.extra == nil else { return nil }
      return verdict(.accept, "allowed by \(foreign.origin): \(rule.words)")
    }
  }

  private func decided() -> Verdict {
    // What could not be read may be anything, also what a rule is for.
    if facts.state == .notAssessed {
      return verdict(.undecided, facts.failure.map { "not assessed: \($0)" } ?? "could not be assessed")
    }
    if let foreign = rule?.allowedBy, let verdict = allowed(by: foreign) { return verdict }
    if rule == nil, policy.fallback == .reject { return verdict(.reject, "no rule fits, and the default is reject") }
    switch facts.state {
    case .trusted: break
    case .unsigned where allowsUnsigned:
      var verdict = verdict(.accept, "unsigned, and the policy says unsafe-allow-unsigned")
      verdict.findings = [
        Finding(PolicyFindings.unsignedAllowed.name, .warning, "accepted without any signature: unsafe-allow-unsigned")
      ]
      return policy.extra == nil ? verdict : self.verdict(.reject, "unsigned, and --requirement asks for a signer")
    case .unsigned: return verdict(.reject, "no signature of any kind")
    default:
      return verdict(.reject, facts.failure.map { "\(facts.state.rawValue): \($0)" } ?? "the state is \(facts.state.rawValue)")
    }
    let demand = rule?.require ?? .requirement(.always)
    let outcome = demand.evaluate(facts.signatures, requiresRevocation: requiresRevocation)
    guard outcome.value == .true, let extra = policy.extra else { return verdict(outcome.value.decision, outcome.words) }
    let further = Demand.requirement(extra).evaluate(facts.signatures, requiresRevocation: requiresRevocation)
    return verdict(further.value.decision, further.words)
  }
}

extension Ternary {
  /// Only true accepts.
  fileprivate var decision: Decision {
    switch self {
    case .true: .accept
    case .false: .reject
    case .unknown: .undecided
    }
  }
}
