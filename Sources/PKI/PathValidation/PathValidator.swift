package import AssayBytes

/// What a scheme demands of a certification path beyond RFC 5280 section 6.
package struct PathProfile: Sendable {
  package let name: String
  /// EKU that the end entity must have. A certificate without EKU extension passes where `allowsAbsentUsage`.
  package let requiredUsage: OID?
  package var allowsAbsentUsage = true
  /// RFC 3161 2.3: exactly this one usage, critical.
  package var usageMustBeSoleAndCritical = false
  /// At least one of these bits must be set where a keyUsage extension is present.
  package var keyUsage: KeyUsage = [.digitalSignature]
  /// Issuers' EKUs, where present, must include the usage (what Windows, Mozilla and the CA/B Forum do).
  package var nestsUsage = true
  /// Irregularities of encoding fail the path. Windows code of 20 years is lenient.
  package var refusesIrregularities = false
  package var maximumDepth = 16

  package init(name: String, requiredUsage: OID?) {
    self.name = name
    self.requiredUsage = requiredUsage
  }
  /// Authenticode: id-kp-codeSigning, digitalSignature.
  package static let codeSigning = PathProfile(name: "code signing", requiredUsage: "1.3.6.1.5.5.7.3.3")
  /// RFC 3161 and the legacy countersigner: id-kp-timeStamping.
  package static let timeStamping = PathProfile(name: "time stamping", requiredUsage: "1.3.6.1.5.5.7.3.8")
}

/// One reason why a path, or every path, fails.
package struct PathFailure: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case issuerMissing, signatureInvalid, signatureUnsupported, notYetValid, expired, revoked, usage, constraint, policy,
      disallowed,
      anchorLimit, malformed, limit
  }
  package let kind: Kind
  /// Stable code, `pki.path.*`.
  package let code: String
  package let message: String
  package let expected: String?
  package let found: String?
  /// The clause of the standard: `RFC 5280 6.1.3 (a)(2)`.
  package let clause: String
  /// Index in the path, 0 for the end entity.
  package let certificate: Int
  package init(
    _ kind: Kind, _ code: String, _ message: String, expected: String? = nil, found: String? = nil, clause: String, certificate: Int
  ) {
    self.kind = kind
    self.code = code
    self.message = message
    self.expected = expected
    self.found = found
    self.clause = clause
    self.certificate = certificate
  }
}

package enum RevocationStatus: String, Hashable, Sendable {
  /// Every certificate of the path is covered by evidence that is fresh at the time that counts.
  case good
  case revoked
  /// No evidence at hand for at least one certificate.
  case notEstablished = "not-established"
}

/// A path that was built and checked, or the best one that was tried. Made by `PathValidator` only.
package struct PathResult: Sendable {
  /// End entity first, without the anchor's own certificate.
  package let path: [Certificate]
  package let anchor: TrustAnchor?
  /// Empty exactly when the path is valid. Every failure of the best path is collected.
  package let failures: [PathFailure]
  package let revocation: RevocationStatus
  /// When revoked: the entry's revocationDate and the index of the certificate.
  package let revocationDate: Moment?
  /// Weak algorithms and key sizes on the path, in words: `certificate 1 is signed with sha1WithRSAEncryption`.
  package let weaknesses: [String]
  package var isValid: Bool { failures.isEmpty }

  init(
    path: [Certificate], anchor: TrustAnchor?, failures: [PathFailure], revocation: RevocationStatus, revocationDate: Moment? = nil,
    weaknesses: [String] = []
  ) {
    self.path = path
    self.anchor = anchor
    self.failures = failures
    self.revocation = revocation
    self.revocationDate = revocationDate
    self.weaknesses = weaknesses
  }
}

/// Issuer-to-subject signatures already verified in this run: a link once checked need not be checked again. Keyed by the
/// SHA-256 of the certificate and of the issuer's SubjectPublicKeyInfo, so that it can answer for those very bytes only.
package struct VerifiedLinks: Sendable {
  package init() {}
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
}

/// Certification path building and validation, RFC 5280 section 6 (with RFC 4158's building), pure and budgeted.
package struct PathValidator: Sendable {
  package let profile: PathProfile
  package init(_ profile: PathProfile) { self.profile = profile }

  /// Tries paths from the end entity to an anchor within the budget; answers with the first valid one, else the most useful
  /// failure. `signedAt` is the time that counts, `now` the time of judging: they differ under a verified timestamp, and anchor
  /// limits and revocation need both.
  package func validate(
    _ endEntity: Certificate, with intermediates: [Certificate], trust: TrustStore, signedAt: Moment, now: Moment,
    revocation: RevocationEvidence, _ work: inout Work
  ) -> PathResult { fatalError("unimplemented") }
}
