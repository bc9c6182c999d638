import AssayBytes
import AssayPKI

/// Who may sign a certificate trust list, and whether it did.
enum TrustListSignature {
  /// EKUs of a list's signer. Microsoft signs deny lists with a signer of root lists, of revoked lists or of disallowed lists.
  private static func usages(_ kind: TrustUpdate.Kind) -> [OID] {
    switch kind {
    case .roots: [CertificateTrustList.rootList]
    case .disallowed: [CertificateTrustList.disallowedList, revokedListSigner, CertificateTrustList.rootList]
    }
  }
  /// szOID_REVOKED_LIST_SIGNER.
  private static let revokedListSigner: OID = "1.3.6.1.4.1.311.10.3.19"

  /// Name of the signer, or throws `trust.list.signature`.
  ///
  /// The path is judged at the list's own date: its signer's certificate lives for a year and the list for as long as no newer one
  /// is at hand. Who holds an expired signer's key could date a list back, and is stopped by the sequence number.
  static func verify(
    _ signedData: SignedData, _ list: CertificateTrustList, kind: TrustUpdate.Kind, anchors: AnchorSet, origin: String, now: Moment,
    _ work: inout Work
  ) throws(ParseError) -> String {
    guard signedData.signerInfos.count == 1, let signer = signedData.signerInfos.first,
      let octets = signedData.contentOctets
    else {
      throw ParseError("trust.list.signature", "\(origin) has \(signedData.signerInfos.count) signers, must have one")
    }
    let check = try signer.check(
      contentType: CertificateTrustList.contentType, contentOctets: octets, certificates: signedData.certificates, &work.budget)
    guard check.isValid, let certificate = check.certificate else {
      let reason = check.outcomes.first { $0.passed != true }?.message ?? "nothing was checked"
      throw ParseError("trust.list.signature", "\(origin) is not what was signed: \(reason)", offset: signer.offset)
    }
    var reason = ""
    for usage in usages(kind) {
      var profile = PathProfile(name: "certificate trust list signing", requiredUsage: usage)
      profile.allowsAbsentUsage = false
      let result = PathValidator(profile).validate(
        certificate, with: signedData.certificates, trust: TrustStore([anchors]), signedAt: list.thisUpdate, now: now,
        revocation: RevocationEvidence(), &work)
      if result.isValid { return certificate.subject.description }
      if reason.isEmpty { reason = result.failures.first?.message ?? "no path" }
    }
    throw ParseError(
      "trust.list.signature",
      "\(origin) is signed by \(certificate.subject.description), who is not Microsoft's list signer: \(reason)")
  }
}
