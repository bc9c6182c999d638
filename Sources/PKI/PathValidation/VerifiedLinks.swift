package import AssayBytes

/// Issuer-to-subject signatures already verified in this run: a link once checked need not be checked again. Keyed by the
/// SHA-256 of the certificate and of the issuer's SubjectPublicKeyInfo, so that it can answer for those very bytes only.
package struct VerifiedLinks: Sendable {
  struct Key: Hashable, Sendable {
    let certificate: [UInt8]
    let issuerKey: [UInt8]
    /// In one piece: an array hashes its elements one by one.
    func hash(into hasher: inout Hasher) {
      certificate.withUnsafeBytes { hasher.combine(bytes: $0) }
      issuerKey.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
  }
  private var outcomes: [Key: SignatureCheck] = [:]
  /// A scan of a whole disk meets some hundreds of links; at this many all are forgotten, which costs time only.
  private static let capacity = 8_192

  package init() {}
  package var count: Int { outcomes.count }

  func outcome(_ key: Key) -> SignatureCheck? { outcomes[key] }

  mutating func remember(_ key: Key, _ outcome: SignatureCheck) {
    if outcomes.count >= VerifiedLinks.capacity { outcomes.removeAll(keepingCapacity: true) }
    outcomes[key] = outcome
  }
}

/// Anchors already looked up by this worker: decoding one costs more than a path's other steps. Also remembers that there is none.
struct AnchorMemory: Sendable {
  private var store: TrustStore.Identity?
  private var found: [DistinguishedName: [TrustAnchor]] = [:]
  private var few: [TrustAnchor]?
  private static let fewLimit = 64
  /// Names of issuers are an attacker's choice; at this many all are forgotten, which costs time only.
  private static let capacity = 2_048
  /// A longer name is looked up each time, so that the memory stays small.
  private static let nameBytes = 1_024

  mutating func anchors(named name: DistinguishedName, in trust: TrustStore) -> [TrustAnchor] {
    guard name.encoded.count <= AnchorMemory.nameBytes else { return trust.anchors(named: name) }
    turn(to: trust)
    if let known = found[name] { return known }
    if found.count >= AnchorMemory.capacity { found.removeAll(keepingCapacity: true) }
    let anchors = trust.anchors(named: name)
    // A copy, so that the key does not hold the whole file it was cut from.
    found[DistinguishedName(encoded: ArraySlice(Array(name.encoded)))] = anchors
    return anchors
  }

  /// All anchors of small sets: an operator's few are compared as RFC 5280 7.1 says; a programme's hundreds by encoding, as Windows does.
  mutating func fewAnchors(in trust: TrustStore) -> [TrustAnchor] {
    turn(to: trust)
    if let few { return few }
    let anchors = trust.sets.filter { $0.count <= AnchorMemory.fewLimit }.flatMap { $0.all() }
    few = anchors
    return anchors
  }

  private mutating func turn(to trust: TrustStore) {
    guard store !== trust.identity else { return }
    store = trust.identity
    found.removeAll(keepingCapacity: true)
    few = nil
  }
}

/// The spendable state of one check: limits, and what this worker already knows.
package struct Work: Sendable {
  package var budget: Budget
  package var links: VerifiedLinks
  var anchors = AnchorMemory()
  /// For what is large and falls into parts.
  package var lanes: any Lanes = OneLane()
  package init(budget: Budget = Budget(), links: VerifiedLinks = VerifiedLinks()) {
    self.budget = budget
    self.links = links
  }

  /// Work for another artifact in between: with whole limits of its own, and what this worker knows.
  package mutating func apart<Result>(_ body: (inout Work) -> Result) -> Result {
    var kept = budget
    // One owner at a time, so that nothing is copied when something is remembered.
    kept.memory = ReadMemory()
    budget = budget.renewed()
    let result = body(&self)
    kept.memory = budget.memory
    budget = kept
    return result
  }
}

/// Revocation evidence at hand: CRLs and OCSP responses, unverified.
package struct RevocationEvidence: Sendable {
  package var crls: [ArraySlice<UInt8>] = []
  package var ocspResponses: [ArraySlice<UInt8>] = []
  package init() {}
  package var isEmpty: Bool { crls.isEmpty && ocspResponses.isEmpty }
}
