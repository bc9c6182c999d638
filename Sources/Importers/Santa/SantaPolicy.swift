import AssayBytes
import AssayCore
package import AssayPKI
package import AssayPolicy

/// Rules of Santa, asked in its order: cdhash, digest of the file, signing identifier, certificate, team. The first kind that has a rule
/// for the code decides, whether it allows or refuses; nothing that comes after is asked.
package struct SantaPolicy: ForeignRules {
  package let origin: String
  package let kind = "Santa rules"
  package let platform = "macos"
  package let counts: [(kind: String, count: Int)]
  package let notes: [String]
  package let isDenyOnly: Bool
  package let isAudit = false
  package let listedDigests: [DigestAlgorithm] = []
  package let flatDigests: [DigestAlgorithm]
  private let rules: [SantaRuleKind: [[UInt8]: SantaRule]]

  init(_ read: SantaReader, origin: String) {
    self.origin = origin
    rules = read.rules
    notes = read.notes
    let all = read.rules.values.flatMap(\.values)
    isDenyOnly = !all.contains(where: \.allows)
    flatDigests = read.rules[.binary]?.isEmpty == false ? [.sha256] : []
    var rows: [(kind: String, count: Int)] = []
    for kind in SantaRuleKind.allCases {
      let some = all.filter { $0.kind == kind }
      rows.append(("\(kind.rawValue) allowed", some.count { $0.allows }))
      rows.append(("\(kind.rawValue) denied", some.count { !$0.allows }))
    }
    counts = rows.filter { $0.count > 0 }
  }

  /// What decides over one piece of code.
  private enum Outcome {
    case rule(SantaRule)
    case none
    case unknown(String)
  }

  package func refuses(_ facts: ReportFacts) -> ForeignAnswer {
    var missing: String?
    for outcome in outcomes(facts) {
      switch outcome {
      case .rule(let rule) where !rule.allows: return .hit(words(rule))
      case .unknown(let what): missing = missing ?? what
      case .rule, .none: break
      }
    }
    return missing.map { .unknown($0) } ?? .clear
  }

  /// Every piece of code in it must be allowed.
  package func allows(_ facts: ReportFacts) -> ForeignAnswer {
    var found: SantaRule?
    var missing: String?
    for outcome in outcomes(facts) {
      switch outcome {
      case .rule(let rule):
        guard rule.allows else { return .clear }
        // The weakest of them: bytes that are named for one piece say nothing of another.
        if found.map({ $0.kind.isExact && !rule.kind.isExact }) ?? true { found = rule }
      case .none: return .clear
      case .unknown(let what): missing = missing ?? what
      }
    }
    if let missing { return .unknown(missing) }
    return found.map { .hit(words($0)) } ?? .clear
  }

  private func words(_ rule: SantaRule) -> ForeignRule {
    let name =
      rule.kind == .team || rule.kind == .signingID ? String(decoding: rule.identifier, as: UTF8.self) : Hex.encode(rule.identifier)
    return ForeignRule(id: "\(rule.kind.rawValue) \(name)", name: rule.message, by: rule.kind.words, isExact: rule.kind.isExact)
  }

  private func outcomes(_ facts: ReportFacts) -> [Outcome] {
    guard facts.platform.map({ $0.utf8.elementsEqual(platform.utf8) }) ?? true else { return [.none] }
    if facts.signatures.isEmpty { return [outcome(nil, facts)] }
    return facts.signatures.map { outcome($0, facts) }
  }

  private func outcome(_ signature: SignatureFacts?, _ facts: ReportFacts) -> Outcome {
    for kind in SantaRuleKind.allCases {
      guard let table = rules[kind], !table.isEmpty else { continue }
      switch names(kind, signature, facts) {
      case .known(let names): if let rule = names.lazy.compactMap({ table[$0] }).first { return .rule(rule) }
      case .unknown(let what): return .unknown(what)
      }
    }
    return .none
  }

  private enum Names {
    case known([[UInt8]])
    case unknown(String)
  }

  /// What the code is called for rules of a kind; none where it has no such name.
  private func names(_ kind: SantaRuleKind, _ signature: SignatureFacts?, _ facts: ReportFacts) -> Names {
    if kind == .binary {
      guard let digest = facts.digests["sha256"].flatMap({ Hex.decode($0) }) else { return .unknown("the artifact's sha256") }
      return .known([digest])
    }
    guard let signature, signature.isIntact else { return .known([]) }
    switch kind {
    case .cdHash:
      guard let hash = signature.cdHash else { return .unknown("the code's cdhash") }
      return .known(signature.isHardened ? [hash] : [])
    case .certificate:
      guard let leaf = signature.chain?.first ?? signature.claimed.first else { return .known([]) }
      return leaf.sha256.map { .known([$0]) } ?? .unknown("the signer's certificate")
    case .signingID, .team:
      // Only certificates for distribution count; those for development have another state.
      guard signature.isVerified else { return .known([]) }
      guard let identifier = signature.identifier else { return .unknown("the code's identifier") }
      let prefix = Requirement.anchorApple.evaluate(signature).value == .true ? Array("platform".utf8) : signature.teamID
      guard let prefix else { return .known([]) }
      return .known(kind == .team ? (signature.teamID.map { [$0] } ?? []) : [prefix + [UInt8(ascii: ":")] + identifier])
    case .binary: return .known([])
    }
  }
}
