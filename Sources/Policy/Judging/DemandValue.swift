import AssayCore
import AssayPKI

/// A demand's value for an artifact, with the words that say why.
struct DemandOutcome {
  let value: Ternary
  /// What decided: the signature that meets it, or the term that does not hold.
  let words: String
}

extension Demand {
  /// A requirement holds if one trusted signature satisfies it. Lists follow Kleene; an empty list is false.
  func evaluate(_ signatures: [SignatureFacts], requiresRevocation: Bool) -> DemandOutcome {
    switch self {
    case .requirement(let requirement):
      return Self.evaluate(requirement, signatures, requiresRevocation: requiresRevocation)
    case .all(let demands):
      return Self.threshold(demands.count, demands, signatures, requiresRevocation: requiresRevocation)
    case .any(let demands):
      return Self.threshold(1, demands, signatures, requiresRevocation: requiresRevocation)
    case .named(let name, let inner):
      let outcome = inner.evaluate(signatures, requiresRevocation: requiresRevocation)
      return DemandOutcome(value: outcome.value, words: "\(name): \(outcome.words)")
    case .threshold(let count, let demands):
      return Self.threshold(count, demands, signatures, requiresRevocation: requiresRevocation)
    }
  }

  private static func threshold(
    _ count: Int, _ demands: [Demand], _ signatures: [SignatureFacts], requiresRevocation: Bool
  ) -> DemandOutcome {
    guard !demands.isEmpty, count > 0 else { return DemandOutcome(value: .false, words: "the list of demands is empty") }
    let outcomes = demands.map { $0.evaluate(signatures, requiresRevocation: requiresRevocation) }
    let met = outcomes.filter { $0.value == .true }
    if met.count >= count { return DemandOutcome(value: .true, words: met.map(\.words).joined(separator: "; ")) }
    let open = outcomes.filter { $0.value == .unknown }
    let prefix = demands.count == 1 ? "" : "\(met.count) of \(demands.count) demands hold, \(count) must: "
    // Only what stands in the way is told: an unknown if it could still help, else the first that fails.
    let tells = met.count + open.count >= count ? open.first : outcomes.first { $0.value == .false }
    return DemandOutcome(
      value: met.count + open.count >= count ? .unknown : .false, words: prefix + (tells?.words ?? "too few demands"))
  }

  private static func evaluate(
    _ requirement: Requirement, _ signatures: [SignatureFacts], requiresRevocation: Bool
  ) -> DemandOutcome {
    var unknown: DemandOutcome?
    var failed: DemandOutcome?
    for signature in signatures where signature.isVerified {
      let outcome = requirement.evaluate(signature)
      let by = signature.signerName.map { "\(signature.label) by \($0)" } ?? signature.label
      switch outcome.value {
      case .true where requiresRevocation && signature.revocation != .good:
        unknown =
          unknown ?? DemandOutcome(value: .unknown, words: "\(by): revocation is not established; give the lists with --crl")
      case .true:
        let words = requirement == .always ? "\(by) is trusted" : "\(by) satisfies the requirement"
        return DemandOutcome(value: .true, words: words)
      case .unknown:
        unknown =
          unknown ?? DemandOutcome(value: .unknown, words: "\(by): \"\(outcome.term.shown)\" cannot be told from what is known")
      case .false:
        failed = failed ?? DemandOutcome(value: .false, words: "\(by) does not satisfy \"\(outcome.term.shown)\"")
      }
    }
    return unknown ?? failed ?? DemandOutcome(value: .false, words: "no signature is trusted")
  }
}
