package import AssayBytes

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
  /// The entry's revocationDate, also of a revocation that came after the time that counts and so does no harm.
  package let revocationDate: Moment?
  /// Weak algorithms and key sizes on the path, in words: `certificate 1 is signed with sha1WithRSAEncryption`.
  package let weaknesses: [String]
  /// authorities-constrained-policy-set (RFC 9618 5.6), sorted; anyPolicy stands for all.
  package let authorityPolicies: [OID]
  /// user-constrained-policy-set, sorted.
  package let userPolicies: [OID]
  package var isValid: Bool { failures.isEmpty }

  init(
    path: [Certificate], anchor: TrustAnchor?, failures: [PathFailure], revocation: RevocationStatus, revocationDate: Moment? = nil,
    weaknesses: [String] = [], authorityPolicies: [OID] = [], userPolicies: [OID] = []
  ) {
    self.path = path
    self.anchor = anchor
    self.failures = failures
    self.revocation = revocation
    self.revocationDate = revocationDate
    self.weaknesses = weaknesses
    self.authorityPolicies = authorityPolicies
    self.userPolicies = userPolicies
  }
}
