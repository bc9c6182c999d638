import AssayBytes
import AssayPKI

/// A requirement's value for one signature, and the term that made it so.
package struct RequirementOutcome: Hashable, Sendable {
  package let value: Ternary
  /// The smallest part of the requirement that decides.
  package let term: Requirement
}

extension Requirement {
  /// Apple's own code needs an intermediate of this name (Security.framework, `anchor apple`) and this marker on the leaf.
  private static let appleIntermediate = Array("Apple Code Signing Certification Authority".utf8)
  private static let appleOrganization = Array("Apple Inc.".utf8)
  private static let appleMarker: OID = "1.2.840.113635.100.6.22"

  /// Evaluates for one signature. Of a signature without a verified signer nothing holds.
  package func evaluate(_ facts: SignatureFacts) -> RequirementOutcome {
    guard facts.isVerified else { return RequirementOutcome(value: .false, term: self) }
    return outcome(facts)
  }

  /// The value for a requirement that stands in signed software: `facts` are `SignatureFacts(embedded:)`.
  package func evaluate(embedded facts: SignatureFacts) -> RequirementOutcome { outcome(facts) }

  private func outcome(_ facts: SignatureFacts) -> RequirementOutcome {
    switch self {
    case .all(let terms): return combine(terms, facts, decidedBy: .false, else: .true)
    case .any(let terms): return combine(terms, facts, decidedBy: .true, else: .false)
    case .not(let inner):
      let result = inner.outcome(facts)
      return RequirementOutcome(value: !result.value, term: result.value == .unknown ? result.term : self)
    case .unknownSkipped(_, _, let next), .marked(_, let next): return next.outcome(facts)
    default: return RequirementOutcome(value: value(facts), term: self)
    }
  }

  /// `and` is decided by a false, `or` by a true; else an unknown decides, else all together.
  private func combine(
    _ terms: [Requirement], _ facts: SignatureFacts, decidedBy decisive: Ternary, else rest: Ternary
  ) -> RequirementOutcome {
    // An empty list is never a promise.
    guard !terms.isEmpty else { return RequirementOutcome(value: .false, term: self) }
    var undecided: Requirement?
    for term in terms {
      let result = term.outcome(facts)
      if result.value == decisive { return result }
      if result.value == .unknown, undecided == nil { undecided = result.term }
    }
    return RequirementOutcome(value: undecided == nil ? rest : .unknown, term: undecided ?? self)
  }

  private func value(_ facts: SignatureFacts) -> Ternary {
    switch self {
    case .always: .true
    case .never: .false
    case .identifier(let wanted): Ternary(facts.identifier.map { $0 == wanted.bytes })
    case .cdHash(let wanted): Ternary(facts.cdHash.map { $0 == wanted })
    case .anchorAppleGeneric: bundle(facts, is: Array("apple".utf8))
    case .anchorApple: appleOwn(facts)
    case .anchorTrusted: trustedAnchor(facts)
    case .anchorBundle(let name): bundle(facts, is: name.bytes)
    case .certificateHash(let slot, let wanted): at(slot, facts) { Ternary($0.sha1.map { $0 == wanted }) }
    case .certificateTrusted(let slot): trusted(slot, facts)
    case .certificate(let slot, .timestamp(let id), let match): date(slot, id, match, facts)
    case .certificate(let slot, let field, let match): at(slot, facts) { field.test($0, match) }
    case .key(let wanted): at(.leaf, facts) { Ternary($0.spkiSHA256.map { $0 == wanted }) }
    case .platform(let wanted): Ternary(facts.platform.map { $0 == wanted })
    case .notarized: Ternary(facts.isNotarized)
    // As Apple's interpreter takes operators that it does not know.
    case .unknownFalse: .false
    case .info(let key, let match): match.test(facts.info, key)
    case .infoLegacy(let key, let value): Match.equal(value).test(facts.info, key)
    case .entitlement(let key, let match): match.test(facts.entitlements, key)
    case .legacy: legacy(facts)
    // Kept in files of Apple's systems, which are not here.
    case .named, .anchorAppleNamed: .unknown
    case .all, .any, .not, .unknownSkipped, .marked: .unknown
    }
  }

  private func bundle(_ facts: SignatureFacts, is name: [UInt8]) -> Ternary {
    // Ad hoc: no certificates at all.
    if let chain = facts.chain, chain.isEmpty { return .false }
    return Ternary(facts.anchorBundle.map { Array($0.utf8) == name })
  }

  /// A place that the path does not have is false whatever is asked of it, as in Apple's interpreter.
  private func at(_ slot: Slot, _ facts: SignatureFacts, _ test: (CertificateFacts) -> Ternary) -> Ternary {
    guard let place = facts.certificate(slot) else { return .unknown }
    guard let certificate = place else { return .false }
    return test(certificate)
  }

  /// Apple takes a certificate that is not there for one without the date: `absent` holds.
  private func date(_ slot: Slot, _ id: OID, _ match: Match, _ facts: SignatureFacts) -> Ternary {
    guard let place = facts.certificate(slot) else { return .unknown }
    guard let certificate = place else { return match.test(date: .some(nil)) }
    return match.test(date: certificate.date(id))
  }

  /// A verified signer's path ends in an anchor in use; code without certificates has none.
  private func trustedAnchor(_ facts: SignatureFacts) -> Ternary {
    guard let chain = facts.chain else { return .unknown }
    if chain.isEmpty { return .false }
    return facts.anchorBundle.map { Ternary(!$0.isEmpty) } ?? .unknown
  }

  /// Developer ID code from before notarization was asked for (Security.framework, legacydevid.cpp): the account was made before the
  /// first date, and a timestamp lies before the second. Else Apple asks lists of its own by cdhash and team, which are not here.
  private func legacy(_ facts: SignatureFacts) -> Ternary {
    guard let place = facts.certificate(.leaf) else { return .unknown }
    guard let leaf = place else { return .false }
    guard let account = leaf.date(GatekeeperDates.accountMarker) else { return .unknown }
    if let account, account >= GatekeeperDates.legacyAccount { return .false }
    if let signedAt = facts.signedAt, signedAt < GatekeeperDates.legacyTimestamp { return .true }
    return .unknown
  }

  /// Only the anchor is trusted by itself; a certificate below it is trusted through the path, which is not what is asked.
  private func trusted(_ slot: Slot, _ facts: SignatureFacts) -> Ternary {
    guard let chain = facts.chain else { return .unknown }
    let index = slot.index >= 0 ? slot.index : chain.count + slot.index
    return Ternary(facts.anchorBundle != nil && index == chain.count - 1)
  }

  private func appleOwn(_ facts: SignatureFacts) -> Ternary {
    func subject(_ key: String, is wanted: [UInt8]) -> Ternary {
      at(Slot(-2), facts) { Ternary($0.subject(key).map { $0.contains(wanted) }) }
    }
    return bundle(facts, is: Array("apple".utf8)) & subject("CN", is: Self.appleIntermediate)
      & subject("O", is: Self.appleOrganization) & at(.leaf, facts) { Ternary($0.hasExtension(Self.appleMarker)) }
  }
}

extension Requirement.CertificateField {
  fileprivate func test(_ certificate: CertificateFacts, _ match: Requirement.Match) -> Ternary {
    switch self {
    case .subject(let key): match.test(any: certificate.subject(key))
    case .email: match.test(any: certificate.emails)
    case .extensionPresence(let id): match.test(presence: certificate.hasExtension(id))
    case .policy(let id): match.test(presence: certificate.hasPolicy(id))
    case .usage(let id): match.test(presence: certificate.hasUsage(id))
    case .timestamp(let id): match.test(date: certificate.date(id))
    }
  }
}

/// Order of texts with runs of digits compared as numbers of any length: `10.9` before `10.10`.
enum NumericOrder {
  /// Negative, zero or positive.
  static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var first = left[...]
    var second = right[...]
    while let one = first.first, let other = second.first {
      if one.isDigit, other.isDigit {
        let order = compareNumbers(number(&first), number(&second))
        if order != 0 { return order }
      } else if one != other {
        return one < other ? -1 : 1
      } else {
        first.removeFirst()
        second.removeFirst()
      }
    }
    return first.isEmpty ? (second.isEmpty ? 0 : -1) : 1
  }

  /// Takes a run of digits, without leading zeros.
  private static func number(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = text.prefix(while: \.isDigit)
    text = text.dropFirst(digits.count)
    return digits.drop { $0 == 0x30 }
  }

  private static func compareNumbers(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
    if left.count != right.count { return left.count < right.count ? -1 : 1 }
    return left.lexicographicallyPrecedes(right) ? -1 : left.elementsEqual(right) ? 0 : 1
  }
}
