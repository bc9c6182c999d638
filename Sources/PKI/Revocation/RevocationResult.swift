package import AssayBytes

/// CRLReason (RFC 5280 5.3.1).
package enum RevocationReason: Int, Sendable {
  case unspecified = 0
  case keyCompromise = 1
  case caCompromise = 2
  case affiliationChanged = 3
  case superseded = 4
  case cessationOfOperation = 5
  case certificateHold = 6
  case removeFromCRL = 8
  case privilegeWithdrawn = 9
  case aaCompromise = 10
}

/// What the evidence at hand says of one certificate.
package struct CertificateRevocation: Sendable {
  package let status: RevocationStatus
  /// When revoked: the entry's revocationDate.
  package let date: Moment?
  package let reason: RevocationReason?
  /// One sentence: which evidence decided, or why none could be used.
  package let message: String
  /// `RFC 5280 6.3.3`, `RFC 6960 3.2`.
  package let clause: String
  init(
    _ status: RevocationStatus, date: Moment? = nil, reason: RevocationReason? = nil, message: String,
    clause: String = "RFC 5280 6.3.3"
  ) {
    self.status = status
    self.date = date
    self.reason = reason
    self.message = message
    self.clause = clause
  }
}

/// What the evidence at hand says of a path.
package struct RevocationResult: Sendable {
  /// One for each certificate of the path, end entity first.
  package let certificates: [CertificateRevocation]
  /// Index of the first revoked certificate, from the end entity.
  package var revokedIndex: Int? { certificates.firstIndex { $0.status == .revoked } }
  package var status: RevocationStatus {
    if revokedIndex != nil { return .revoked }
    return !certificates.isEmpty && certificates.allSatisfy { $0.status == .good } ? .good : .notEstablished
  }
}
