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
  /// What is tolerated but worth telling, in words.
  package let notes: [String]
  /// The authority's certificate as claimed.
  package let authority: Certificate?
  /// RFC 3161 only: the authority's policy and the token's serial number.
  package let policy: OID?
  package let serialNumber: ArraySlice<UInt8>?
}

extension SignerInfo {
  /// Types of unsigned attributes that hold a TimeStampToken: Authenticode's and CMS's (RFC 3161 appendix A).
  package static let authenticodeTokenAttribute: OID = "1.3.6.1.4.1.311.3.3.1"
  package static let tokenAttribute: OID = "1.2.840.113549.1.9.16.2.14"

  /// Finds and checks every RFC 3161 token (unsigned attributes of the types `tokenAttributes`) and every legacy countersignature
  /// (1.2.840.113549.1.9.6) on this signer's signature value, in the order of the attributes. `certificates` are those of the
  /// enclosing SignedData (the legacy form keeps its own there). A signingTime that nobody countersigned is not looked at.
  package func checkTimeStamps(
    tokenAttributes: [OID], certificates: [Certificate], trust: TrustStore, now: Moment, revocation: RevocationEvidence,
    _ work: inout Work
  ) -> [TimeStampCheck] {
    var checks: [TimeStampCheck] = []
    for attribute in unsignedAttributes {
      let isToken = tokenAttributes.contains(attribute.type)
      guard isToken || attribute.type == AttributeType.countersignature else { continue }
      for value in attribute.values {
        do throws(ParseError) {
          if isToken {
            let token = try TimeStampToken(encoded: value, &work.budget)
            checks.append(
              token.check(
                covering: signature, certificates: certificates, trust: trust, now: now, revocation: revocation, &work))
          } else {
            var reader = ASN1Reader(value, rules: .ber)
            let countersigner = try SignerInfo(&reader, &work.budget)
            try reader.finish("countersignature")
            checks.append(
              countersigner.checkCountersignature(
                of: signature, certificates: certificates, trust: trust, now: now, revocation: revocation, &work))
          }
        } catch {
          var trial = TimeStampTrial(isToken ? .rfc3161 : .authenticode, claimed: nil)
          trial.fail(error)
          checks.append(trial.verdict)
        }
      }
    }
    return checks
  }

  /// Authenticode's legacy timestamp: a countersignature (RFC 5652 11.4) whose signed signingTime is the time vouched for.
  func checkCountersignature(
    of signature: ArraySlice<UInt8>, certificates: [Certificate], trust: TrustStore, now: Moment, revocation: RevocationEvidence,
    _ work: inout Work
  ) -> TimeStampCheck {
    var trial = TimeStampTrial(.authenticode, claimed: claimedSigningTime)
    do throws(ParseError) {
      let check = try check(.octets(signature), contentType: nil, certificates: certificates, &work.budget)
      trial.digest = check.digest
      trial.take(check)
      if signedAttribute(AttributeType.messageDigest) == nil {
        trial.fail(.malformed, "attributes", "the countersignature has no signed attributes", clause: "RFC 5652 11.4")
      }
      if trial.claimed == nil {
        trial.fail(.malformed, "time-missing", "the countersignature has no single signingTime", clause: "RFC 5652 11.3")
      }
      if let digest = check.digest, digest.isWeak { trial.notes.append("countersignature is made with \(digest.rawValue)") }
      trial.judgeAuthority(check, certificates, trust: trust, now: now, revocation: revocation, &work)
    } catch {
      trial.fail(error)
    }
    return trial.verdict
  }
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
