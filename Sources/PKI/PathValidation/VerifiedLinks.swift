package import AssayBytes

/// Issuer-to-subject signatures already verified in this run: a link once checked need not be checked again. Keyed by the
/// SHA-256 of the certificate and of the issuer's SubjectPublicKeyInfo, so that it can answer for those very bytes only.
package struct VerifiedLinks: Sendable {
  struct Key: Hashable, Sendable {
    let certificate: [UInt8]
    let issuerKey: [UInt8]
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

/// The spendable state of one check: limits, and what this worker already knows.
package struct Work: Sendable {
  package var budget: Budget
  package var links: VerifiedLinks
  package init(budget: Budget = Budget(), links: VerifiedLinks = VerifiedLinks()) {
    self.budget = budget
    self.links = links
  }
}

/// Revocation evidence at hand: CRLs and OCSP responses, unverified.
package struct RevocationEvidence: Sendable {
  package var crls: [ArraySlice<UInt8>] = []
  package var ocspResponses: [ArraySlice<UInt8>] = []
  package init() {}
  package var isEmpty: Bool { crls.isEmpty && ocspResponses.isEmpty }
}
