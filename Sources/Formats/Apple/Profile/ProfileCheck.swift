import AssayBytes
import AssayCore
import AssayPKI

/// The ladder of a profile's signature: CMS, time, path, marks.
struct ProfileCheck: AppleLadder {
  let claim: ProfileClaim
  let context: TrustContext
  var report = SignatureReport(kind: .embedded, index: 0, state: .unsigned)
  var states: [State] = []
  var signerCheck: SignerCheck?
  var time: VerifiedTime?
  var path: PathResult?
  var enclosed = RevocationEvidence()
  var pathProfile: PathProfile { claim.kindOfProfile.path }

  private static let codes = SignerCodes(
    mismatch: "profile.cms.mismatch", invalid: "profile.cms.invalid", unsupported: "profile.cms.unsupported")

  init(_ claim: ProfileClaim, _ context: TrustContext) {
    self.claim = claim
    self.context = context
  }

  mutating func run(_ work: inout Work) -> SignatureReport {
    if claim.document.trailingCount > 0 {
      tolerate(
        Finding(
          "profile.content.trailing", .warning,
          "\(claim.document.trailingCount) bytes follow the signature and are covered by nothing"))
    }
    if let signer = claim.signed.signerInfos.first, claim.signed.signerInfos.count == 1 {
      checkSigner(signer, &work)
    } else {
      fail(
        "signature", .malformed,
        Finding("profile.cms.signers", .failure, "\(claim.signed.signerInfos.count) signers where exactly one may be"),
        "RFC 5652 5.1")
    }
    settle()
    return report
  }

  private mutating func checkSigner(_ signer: SignerInfo, _ work: inout Work) {
    let certificates = claim.signed.certificates + context.certificates
    do throws(ParseError) {
      let check = try signer.check(
        contentType: "1.2.840.113549.1.7.1", contentOctets: claim.signed.contentOctets ?? [], certificates: certificates,
        &work.budget)
      signerCheck = check
      enclose(claim.signed)
      report.claimedSigner = check.certificate ?? signer.certificate(among: certificates)
      report.digestAlgorithm = check.digest
      for outcome in check.outcomes { record(outcome, ProfileCheck.codes) }
    } catch {
      fail("signature", error.isLimit ? .notAssessed : .malformed, Finding(error), "RFC 5652 5.4", .notEstablished)
      return
    }
    checkTime(claim.signed, signer, &work)
    guard let certificate = signerCheck?.certificate else { return }
    let result = followPath(certificate, claim.signed.certificates, &work)
    noteRevocation(result)
    checkMarks(result)
  }

  private mutating func checkMarks(_ result: PathResult) {
    let clause = "Apple certificate extensions, 1.2.840.113635.100"
    let isForeign = refusesAnchor(result, "purpose", clause, for: "Apple's systems")
    if !isForeign, claim.kindOfProfile == .provisioning, result.anchor?.bundle == "apple" {
      if ProfileKind.isProvisioning(result.path) {
        pass("purpose", "Apple issued the certificate for provisioning profiles", clause)
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
}
