import AssayBytes

/// RFC 6960 3.2 and 4.2.2 for one certificate over the OCSP responses at hand.
struct OCSPCheck {
  let checker: RevocationChecker
  let read: ReadEvidence
  let subject: RevocationSubject
  let anchor: TrustAnchor
  let signers: [Certificate]

  private static let clause = "RFC 6960 3.2"
  private static let signingUsage: OID = "1.3.6.1.5.5.7.3.9"
  /// id-pkix-ocsp-nocheck: the responder's certificate need not be checked in turn (RFC 6960 4.2.2.2.1).
  private static let noCheck: OID = "1.3.6.1.5.5.7.48.1.5"

  /// Nil when no response is about the certificate.
  func status(_ work: inout Work) throws(ParseError) -> CertificateRevocation? {
    var good: CertificateRevocation?
    var undecided: CertificateRevocation?
    for response in read.answers {
      for single in response.responses where single.serial == subject.certificate.serialNumber {
        try work.budget.spend(steps: 1)
        guard names(single) else { continue }
        let answer = try judge(single, of: response, &work)
        switch answer.status {
        case .revoked: return answer
        case .good: good = answer
        case .notEstablished: undecided = answer
        }
      }
    }
    return good ?? undecided
  }

  private func judge(
    _ single: OCSPResponse.Single, of response: OCSPResponse, _ work: inout Work
  ) throws(ParseError) -> CertificateRevocation {
    func unusable(_ why: String) -> CertificateRevocation {
      CertificateRevocation(.notEstablished, message: why, clause: OCSPCheck.clause)
    }
    if response.hasUnknownCritical || single.hasUnknownCritical {
      return unusable("the OCSP answer has an unknown critical extension")
    }
    guard try isAuthorized(response, &work) else {
      return unusable("the OCSP answer is not signed by the issuer or a responder that it appointed")
    }
    let isFresh = checker.isFresh(thisUpdate: single.thisUpdate, nextUpdate: single.nextUpdate ?? single.thisUpdate)
    switch single.status {
    case .revoked(let date, let reason):
      if date > checker.signedAt {
        guard isFresh else {
          return unusable("the OCSP answer of \(single.thisUpdate.rfc3339) is not fresh at the time that counts")
        }
        return CertificateRevocation(
          .good, date: date, reason: reason, message: "revoked at \(date.rfc3339), after the time that counts",
          clause: OCSPCheck.clause)
      }
      // A hold may have been lifted since an answer that is no longer fresh.
      guard isFresh || reason != .certificateHold else { return unusable("the OCSP answer tells of a hold and is not fresh") }
      return CertificateRevocation(
        .revoked, date: date, reason: reason, message: "revoked at \(date.rfc3339)\(reason.map { " (\($0))" } ?? "")",
        clause: OCSPCheck.clause)
    case .good:
      guard isFresh else { return unusable("the OCSP answer of \(single.thisUpdate.rfc3339) is not fresh at the time that counts") }
      return CertificateRevocation(.good, message: "the issuer's OCSP responder says good", clause: OCSPCheck.clause)
    case .unknown:
      return unusable("the OCSP responder does not know the certificate")
    }
  }

  /// CertID names the certificate by digests of its issuer's name and key (RFC 6960 4.1.1).
  private func names(_ single: OCSPResponse.Single) -> Bool {
    guard let digest = DigestAlgorithm(oid: single.hashAlgorithm.algorithm),
      let key = OCSPCheck.keyOctets(subject.issuerKey.spki)
    else { return false }
    return single.issuerKeyHash.elementsEqual(digest.digest(key))
      && single.issuerNameHash.elementsEqual(digest.digest(subject.certificate.issuer.encoded))
  }

  /// RFC 6960 4.2.2.2: signed by the issuer's key, or by a certificate with OCSPSigning that the issuer signed itself.
  private func isAuthorized(_ response: OCSPResponse, _ work: inout Work) throws(ParseError) -> Bool {
    if matches(response.responder, name: subject.issuerName, key: subject.issuerKey),
      try subject.issuerKey.verify(
        signature: response.signature, algorithm: response.signatureAlgorithm, message: response.tbs, &work.budget) == .valid
    {
      return true
    }
    for candidate in response.certificates + checker.certificates
    where matches(response.responder, name: candidate.subject, key: candidate.publicKey) {
      try work.budget.spend(steps: 1)
      guard candidate.issuer.matches(subject.issuerName), candidate.extendedKeyUsage?.contains(OCSPCheck.signingUsage) == true,
        candidate.notBefore <= response.producedAt, response.producedAt <= candidate.notAfter,
        candidate.keyUsage.map({ $0.contains(.digitalSignature) }) ?? true,
        try candidate.publicKey.verify(
          signature: response.signature, algorithm: response.signatureAlgorithm, message: response.tbs, &work.budget) == .valid,
        try subject.issuerKey.verify(
          signature: candidate.signature, algorithm: candidate.signatureAlgorithm, message: candidate.tbs, &work.budget) == .valid
      else { continue }
      if candidate.extension(OCSPCheck.noCheck) == nil, try isRevoked(candidate, &work) { continue }
      return true
    }
    return false
  }

  /// A responder without id-pkix-ocsp-nocheck that a CRL at hand revokes does not count.
  private func isRevoked(_ responder: Certificate, _ work: inout Work) throws(ParseError) -> Bool {
    guard signers.count < RevocationChecker.maximumNesting, responder != subject.certificate else { return false }
    let link = RevocationSubject(
      certificate: responder, issuerName: subject.issuerName, issuerKey: subject.issuerKey,
      issuerCertificate: subject.issuerCertificate)
    return try checker.status(of: link, anchor: anchor, signers: signers + [responder], read, &work).status == .revoked
  }

  private func matches(_ responder: OCSPResponse.Responder, name: DistinguishedName, key: PublicKey) -> Bool {
    switch responder {
    case .name(let wanted): wanted.matches(name)
    case .key(let hash): OCSPCheck.keyOctets(key.spki).map { hash.elementsEqual(DigestAlgorithm.sha1.digest($0)) } ?? false
    }
  }

  /// The subjectPublicKey BIT STRING's octets.
  private static func keyOctets(_ spki: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var budget = Budget(bytes: 0, nodes: 16, signatureChecks: 0, steps: 0)
    var outer = ASN1Reader(spki, rules: .ber)
    guard var fields = try? outer.sequence("SubjectPublicKeyInfo", &budget), (try? fields.next(&budget)) != nil else { return nil }
    return try? fields.next(.bitString, "subjectPublicKey", &budget).bitString("subjectPublicKey").octets
  }
}
