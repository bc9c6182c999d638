package import AssayPKI

// What a certification path comes to, in the words that every format's ladder uses.

extension State {
  /// What a path that fails makes of the signature (contract, table of states).
  package init(_ kind: PathFailure.Kind) {
    self =
      switch kind {
      case .expired, .notYetValid: .expired
      case .usage: .wrongUsage
      case .revoked: .revoked
      case .disallowed: .distrusted
      case .limit, .signatureUnsupported: .notAssessed
      case .issuerMissing, .signatureInvalid, .constraint, .policy, .anchorLimit, .malformed: .untrusted
      }
  }
}

extension SignatureReport {
  /// How far the path came, good or not.
  package mutating func take(_ result: PathResult) {
    path = result.path
    anchor = result.anchor
    revocation = result.revocation
  }

  package mutating func noteWeaknesses(of result: PathResult) {
    for weakness in result.weaknesses.prefix(8) { findings.append(Finding("pki.path.weak", .warning, weakness)) }
  }

  package mutating func noteUnknownRevocation() {
    findings.append(
      Finding("pki.revocation.not-established", .note, "no revocation evidence at hand covers the path; add it with --crl"))
  }
}
