package import AssayBytes

/// A time that a time-stamping authority vouched for, verified. Only PKI can make one.
package struct VerifiedTime: Sendable {
  package enum Source: String, Sendable {
    /// RFC 3161 TimeStampToken.
    case rfc3161
    /// PKCS #9 countersignature with signingTime.
    case authenticode
  }
  package let source: Source
  package let moment: Moment
  package let authority: PathResult
  package let digest: DigestAlgorithm
}

/// A timestamp found on a signature, checked: the verified time, or why it does not count.
package struct TimeStampCheck: Sendable {
  package let source: VerifiedTime.Source
  /// Time that it claims, also when it does not count.
  package let claimed: Moment?
  package let authorityName: String?
  package let verified: VerifiedTime?
  /// `pki.timestamp.*`, empty exactly when verified.
  package let failures: [PathFailure]
}

extension SignerInfo {
  /// Finds and checks every RFC 3161 token (unsigned attribute `tokenAttribute`) and every legacy countersignature (1.2.840.113549.1.9.6)
  /// on this signer's signature value. `certificates` are those of the enclosing SignedData (the legacy form keeps its own there).
  package func checkTimeStamps(
    tokenAttributes: [OID], certificates: [Certificate], trust: TrustStore, now: Moment, revocation: RevocationEvidence,
    _ work: inout Work
  ) -> [TimeStampCheck] { fatalError("unimplemented") }
}

/// A signer whose signature, content binding, path and usage all hold. The proof that a format cannot forge.
package struct VerifiedSigner: Sendable {
  package let certificate: Certificate
  package let path: PathResult
  package let time: VerifiedTime?

  /// Nil unless both checks hold.
  package init?(_ check: SignerCheck, _ path: PathResult, time: VerifiedTime?) {
    guard check.isValid, path.isValid, let certificate = check.certificate, path.path.first == certificate else { return nil }
    self.certificate = certificate
    self.path = path
    self.time = time
  }
}
