package import AssayBytes
package import AssayCore
package import AssayPKI

/// The signature around a profile: attached CMS over its property list.
package struct ProfileClaim: Claim {
  let kindOfProfile: ProfileKind
  let document: ProfileDocument
  let signed: SignedData

  package var kind: SignatureKind { .embedded }
  package var index: Int { 0 }

  package func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport {
    var check = ProfileCheck(claim: self, context: context)
    return check.run(&work)
  }

  package var inspection: [InspectionLine] {
    [
      InspectionLine("signers", String(signed.signerInfos.count)),
      InspectionLine("certificates", String(signed.certificates.count)),
    ]
      + signed.certificates.prefix(16).map { InspectionLine("certificate", $0.subject.description, level: 1) }
  }
}

/// The ladder of a profile's signature: CMS, time, path, marks.
private struct ProfileCheck {
  let claim: ProfileClaim
  let context: TrustContext
  var report: SignatureReport
  var states: [State] = []
  var time: VerifiedTime?

  init(claim: ProfileClaim, context: TrustContext) {
    self.claim = claim
    self.context = context
    report = SignatureReport(kind: .embedded, index: 0, state: .unsigned)
  }

  mutating func run(_ work: inout Work) -> SignatureReport {
    if claim.document.trailingCount > 0 {
      let finding = Finding(
        "profile.content.trailing", context.isStrict ? .failure : .warning,
        "\(claim.document.trailingCount) bytes follow the signature and are covered by nothing")
      if context.isStrict {
        fail("strictness", .malformed, finding, "Assay contract, --strict")
      } else {
        report.findings.append(finding)
      }
    }
    guard let signer = claim.signed.signerInfos.first, claim.signed.signerInfos.count == 1 else {
      fail(
        "signature", .malformed,
        Finding("profile.cms.signers", .failure, "\(claim.signed.signerInfos.count) signers where exactly one may be"),
        "RFC 5652 5.1")
      report.state = .malformed
      return report
    }
    let certificates = claim.signed.certificates + context.certificates
    do throws(ParseError) {
      let check = try signer.check(
        contentType: "1.2.840.113549.1.7.1", contentOctets: claim.signed.contentOctets ?? [], certificates: certificates,
        &work.budget)
      report.claimedSigner = check.certificate ?? signer.certificate(among: certificates)
      report.digestAlgorithm = check.digest
      for outcome in check.outcomes { record(outcome) }
      checkTime(signer, certificates, &work)
      let path = checkPath(check, certificates, &work)
      report.state = states.max() ?? .trusted
      if report.state == .trusted, let path { report.signer = VerifiedSigner(check, path, time: time) }
    } catch {
      fail("signature", error.isLimit ? .notAssessed : .malformed, Finding(error), "RFC 5652 5.4", .notEstablished)
      report.state = states.max() ?? .malformed
    }
    return report
  }

  private mutating func record(_ outcome: SignerCheck.Outcome) {
    let name = outcome.step == .certificate ? "signer certificate" : outcome.step.rawValue
    switch outcome.passed {
    case true?: report.ladder.rungs.append(Rung(name, .passed, outcome.message, found: outcome.found, clause: outcome.clause))
    case false?:
      let isContent = outcome.step == .messageDigest || outcome.step == .signature
      fail(
        name, isContent ? .tampered : .malformed,
        Finding(
          isContent ? "profile.cms.mismatch" : "profile.cms.invalid", .failure, outcome.message, expected: outcome.expected,
          found: outcome.found, attack: ["T1036.001"]), outcome.clause)
    case nil:
      fail(name, .notAssessed, Finding("profile.cms.unsupported", .failure, outcome.message), outcome.clause, .notEstablished)
    }
  }

  private mutating func checkTime(_ signer: SignerInfo, _ certificates: [Certificate], _ work: inout Work) {
    let stamps = signer.checkTimeStamps(
      tokenAttributes: [SignerInfo.tokenAttribute], certificates: certificates, trust: context.trust, now: context.now,
      revocation: context.revocation, &work)
    time = stamps.compactMap(\.verified).min { $0.moment < $1.moment }
    if let time {
      report.time = SigningTime(.rfc3161, value: time.moment, authority: stamps.first { $0.verified != nil }?.authorityName)
    } else {
      let claimed = signer.claimedSigningTime
      report.time = SigningTime(claimed == nil ? .none : .claimed, value: claimed)
    }
  }

  private mutating func checkPath(
    _ check: SignerCheck, _ certificates: [Certificate], _ work: inout Work
  ) -> PathResult? {
    guard let certificate = check.certificate else { return nil }
    let result = PathValidator(claim.kindOfProfile.path).validate(
      certificate, with: certificates, trust: context.trust, signedAt: time?.moment ?? context.now, now: context.now,
      revocation: context.revocation, &work)
    (report.path, report.anchor, report.revocation) = (result.path, result.anchor, result.revocation)
    for failure in result.failures {
      var finding = Finding(failure)
      finding.attack = ["T1036.001"]
      fail("path", AppleCheck.state(for: failure.kind), finding, failure.clause)
    }
    if result.failures.isEmpty {
      report.ladder.rungs.append(
        Rung(
          "path", .passed, "to \(result.anchor?.name ?? "an anchor") through \(max(result.path.count - 1, 0)) issuers",
          clause: "RFC 5280 6.1"))
      if case .notEstablished = result.revocation {
        report.findings.append(
          Finding("pki.revocation.not-established", .note, "no revocation evidence at hand covers the path; add it with --crl"))
      }
    }
    checkMarks(result)
    return result
  }

  private mutating func checkMarks(_ result: PathResult) {
    let clause = "Apple certificate extensions, 1.2.840.113635.100"
    if result.anchor?.bundle == "microsoft" {
      fail(
        "purpose", .untrusted,
        Finding("apple.anchor.foreign", .failure, "\(result.anchor?.name ?? "the anchor") is not trusted for Apple's systems"),
        clause)
    } else if claim.kindOfProfile == .provisioning, result.anchor?.bundle == "apple" {
      if ProfileKind.isProvisioning(result.path) {
        report.ladder.rungs.append(
          Rung("purpose", .passed, "Apple issued the certificate for provisioning profiles", clause: clause))
      } else {
        fail(
          "purpose", .wrongUsage,
          Finding(
            "profile.signer.purpose", .failure, "Apple did not issue the certificate for provisioning profiles",
            attack: ["T1036.001"]),
          clause)
      }
    }
    guard let expiry = claim.document.expiry, expiry < context.now else { return }
    report.findings.append(
      Finding("profile.expired", .warning, "the profile ended at \(expiry.rfc3339): systems refuse it", found: expiry.rfc3339))
  }

  private mutating func fail(
    _ name: String, _ state: State, _ finding: Finding, _ clause: String, _ outcome: Rung.Outcome = .failed
  ) {
    states.append(state)
    report.findings.append(finding)
    report.ladder.rungs.append(
      Rung(name, outcome, finding.message, expected: finding.expected, found: finding.found, offset: finding.offset, clause: clause)
    )
  }
}
