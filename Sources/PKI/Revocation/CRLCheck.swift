import AssayBytes

/// A certificate whose status is asked for, with its issuer as the path names it.
struct RevocationSubject {
  let certificate: Certificate
  let issuerName: DistinguishedName
  let issuerKey: PublicKey
  /// Nil for an anchor that is facts only.
  let issuerCertificate: Certificate?
}

/// RFC 5280 6.3.3 for one certificate over the CRLs at hand.
struct CRLCheck {
  let checker: RevocationChecker
  let read: ReadEvidence
  let subject: RevocationSubject
  let anchor: TrustAnchor
  /// CRL signers whose own status is being asked for, outermost first.
  let signers: [Certificate]

  private var covered: ReasonMask = []
  private var reasonsNot: [String] = []
  private var sawLaterRevocation: Moment?
  private var isSignerUnestablished = false

  init(
    _ checker: RevocationChecker, _ read: ReadEvidence, _ subject: RevocationSubject, anchor: TrustAnchor, signers: [Certificate]
  ) {
    self.checker = checker
    self.read = read
    self.subject = subject
    self.anchor = anchor
    self.signers = signers
  }

  mutating func status(_ work: inout Work) throws(ParseError) -> CertificateRevocation {
    let named: [CRLPoint]
    do throws(ParseError) {
      named = try CRLPoint.list(of: subject.certificate, &work.budget)
    } catch {
      if error.isLimit { throw error }
      named = []
    }
    for point in named + [CRLPoint.issuer(subject.certificate.issuer)] {
      for list in read.complete {
        try work.budget.spend(steps: 1)
        guard let mask = scope(of: list, for: point), !mask.subtracting(covered).isEmpty else { continue }
        if let revoked = try apply(list, mask, &work) { return revoked }
      }
      if covered == .all { break }
    }
    return conclusion
  }

  private var conclusion: CertificateRevocation {
    if covered == .all && !isSignerUnestablished {
      if let sawLaterRevocation {
        return CertificateRevocation(
          .good, date: sawLaterRevocation, message: "revoked at \(sawLaterRevocation.rfc3339), after the time that counts")
      }
      return CertificateRevocation(.good, message: "not on the CRL of its issuer")
    }
    if covered == .all {
      return CertificateRevocation(.notEstablished, message: "the status of the CRL's own signer is not established")
    }
    let why = reasonsNot.first ?? (covered.isEmpty ? "no CRL at hand covers it" : "the CRLs at hand cover only some reasons")
    return CertificateRevocation(.notEstablished, message: why)
  }

  /// Steps (b) and (d): the reasons that the list answers for at this point, nil when it is not about the certificate.
  private func scope(of list: CertificateList, for point: CRLPoint) -> ReasonMask? {
    let issuer = subject.certificate.issuer
    if point.crlIssuer.isEmpty {
      guard list.issuer.matches(issuer) else { return nil }
    } else {
      guard list.isIndirect, point.crlIssuer.contains(where: { $0.matches(.directory(list.issuer)) }) else { return nil }
    }
    guard let issuing = list.issuingPoint else { return point.reasons }
    if let name = issuing.name {
      let names = name.names(relativeTo: list.issuer)
      let wanted: [PointName]
      if let pointName = point.name {
        let base = point.crlIssuer.compactMap { if case .directory(let name) = $0 { name } else { nil } }.first ?? issuer
        wanted = pointName.names(relativeTo: base)
      } else {
        wanted = point.crlIssuer
      }
      guard names.contains(where: { name in wanted.contains { $0.matches(name) } }) else { return nil }
    }
    let isCA = subject.certificate.basicConstraints?.isCA ?? false
    if issuing.onlyUser && isCA || issuing.onlyCA && !isCA || issuing.onlyAttribute { return nil }
    return issuing.reasons.map { $0.intersection(point.reasons) } ?? point.reasons
  }

  /// Steps (a) and (e) to (l). Answers only when the certificate is revoked.
  private mutating func apply(
    _ list: CertificateList, _ mask: ReasonMask, _ work: inout Work
  ) throws(ParseError) -> CertificateRevocation? {
    if let unknown = list.unknownCriticalExtensions.first {
      reasonsNot.append("the CRL has the unknown critical extension \(unknown)")
      return nil
    }
    guard let signer = try CRLSigner.find(for: list, self, &work) else {
      reasonsNot.append("the CRL's signature is not by its issuer or a signer that it appointed")
      return nil
    }
    let serial = subject.certificate.serialNumber
    let issuer = subject.certificate.issuer
    var found: CertificateList.Lookup
    var isFresh = checker.isFresh(thisUpdate: list.thisUpdate, nextUpdate: list.nextUpdate)
    do throws(ParseError) {
      found = try list.look(for: serial, of: issuer, &work.budget)
      for delta in read.deltas where CRLCheck.combines(list, delta) && delta.thisUpdate <= checker.now {
        guard delta.unknownCriticalExtensions.isEmpty, try signer.signed(delta, &work.budget) else { continue }
        let change = try delta.look(for: serial, of: issuer, &work.budget)
        if let entry = change.entry { found.entry = entry.reason == .removeFromCRL ? nil : entry }
        found.isUsable = found.isUsable && change.isUsable
        if checker.isFresh(thisUpdate: delta.thisUpdate, nextUpdate: delta.nextUpdate) { isFresh = true }
        break
      }
    } catch {
      if error.isLimit { throw error }
      reasonsNot.append("the CRL cannot be read: \(error.message)")
      return nil
    }
    if let entry = found.entry, entry.reason != .removeFromCRL {
      if entry.date > checker.signedAt {
        sawLaterRevocation = entry.date
      } else if isFresh || entry.reason != .certificateHold {
        return CertificateRevocation(
          .revoked, date: entry.date, reason: entry.reason,
          message: "revoked at \(entry.date.rfc3339)\(entry.reason.map { " (\($0))" } ?? "")")
      }
    }
    guard isFresh else {
      let until = list.nextUpdate.map { "until \($0.rfc3339)" } ?? "without a date of the next"
      reasonsNot.append("the CRL of \(list.thisUpdate.rfc3339) \(until) is not fresh at the time that counts")
      return nil
    }
    guard found.isUsable else {
      reasonsNot.append("an entry of the CRL has an unknown critical extension")
      return nil
    }
    // An expired certificate may have been dropped from the list since (RFC 5280 3.3).
    if list.thisUpdate > subject.certificate.notAfter, list.keepsExpiredSince.map({ $0 > subject.certificate.notAfter }) ?? true {
      reasonsNot.append("the CRL is younger than the certificate's end and need not list it any more")
      return nil
    }
    if !signer.isEstablished { isSignerUnestablished = true }
    covered.formUnion(mask)
    return nil
  }

  /// RFC 5280 5.2.4: same issuer and scope, and the delta starts from the list or before and is younger.
  private static func combines(_ list: CertificateList, _ delta: CertificateList) -> Bool {
    guard let number = list.number, let base = delta.baseNumber, let deltaNumber = delta.number,
      list.issuer.matches(delta.issuer), list.issuingPoint?.encoded == delta.issuingPoint?.encoded,
      list.authorityKeyIdentifier == delta.authorityKeyIdentifier
    else { return false }
    func isAtMost(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
      left.count != right.count ? left.count < right.count : !right.lexicographicallyPrecedes(left)
    }
    return isAtMost(base, number) && isAtMost(number, deltaNumber)
  }
}

/// The key that a CRL verifies under, and whether its holder's own status is established.
struct CRLSigner {
  let key: PublicKey
  let isEstablished: Bool

  func signed(_ list: CertificateList, _ budget: inout Budget) throws(ParseError) -> Bool {
    guard !list.hasAlgorithmMismatch else { return false }
    return try key.verify(
      signature: list.signature, algorithm: list.signatureAlgorithm, message: list.tbs, &budget) == .valid
  }

  /// Steps (f) and (g): the issuer's own key, else a certificate of the CRL issuer's name with a path to the same anchor.
  static func find(
    for list: CertificateList, _ check: CRLCheck, _ work: inout Work
  ) throws(ParseError) -> CRLSigner? {
    let (subject, checker, anchor, signers) = (check.subject, check.checker, check.anchor, check.signers)
    if list.issuer.matches(subject.issuerName), mayIssue(subject.issuerCertificate) {
      let signer = CRLSigner(key: subject.issuerKey, isEstablished: true)
      if try signer.signed(list, &work.budget) { return signer }
    }
    if list.issuer.matches(anchor.subject), mayIssue(anchor.certificate) {
      let signer = CRLSigner(key: PublicKey(spki: anchor.spki), isEstablished: true)
      if try signer.signed(list, &work.budget) { return signer }
    }
    for candidate in checker.certificates where candidate.subject.matches(list.issuer) && mayIssue(candidate) {
      try work.budget.spend(steps: 1)
      guard try CRLSigner(key: candidate.publicKey, isEstablished: false).signed(list, &work.budget) else { continue }
      // A signer that is itself on its list's account: its path holds, and the list says what it says of it.
      if signers.contains(candidate) { return CRLSigner(key: candidate.publicKey, isEstablished: true) }
      guard signers.count < RevocationChecker.maximumNesting else { return nil }
      let time = max(checker.signedAt, min(list.thisUpdate, checker.now))
      let result = PathValidator(.crlSigning).validate(
        candidate, with: checker.certificates, trust: TrustStore(anchors: [anchor]), signedAt: time, now: checker.now,
        revocation: RevocationEvidence(), &work)
      guard result.isValid else { continue }
      let status = try checker.check(result.path, anchor: anchor, signers: signers + [candidate], check.read, &work).status
      if status == .revoked { continue }
      return CRLSigner(key: candidate.publicKey, isEstablished: status == .good)
    }
    return nil
  }

  /// cRLSign, where the certificate limits its key at all.
  private static func mayIssue(_ certificate: Certificate?) -> Bool {
    certificate?.keyUsage.map { $0.contains(.crlSign) } ?? true
  }
}

extension PathProfile {
  /// A CRL issuer's certificate: cRLSign, any extended usage (RFC 5280 6.3.3 (f)).
  package static let crlSigning: PathProfile = {
    var profile = PathProfile(name: "CRL signing", requiredUsage: nil)
    profile.keyUsage = [.crlSign]
    profile.nestsUsage = false
    return profile
  }()
}
