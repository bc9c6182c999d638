import AssayBytes
import AssayCore
import AssayPKI

/// The primary signature of a package, or the repository's countersignature on it. The latter says nothing about the package by
/// itself: it counts only over a primary signature that is intact.
struct NuGetClaim: Claim {
  let kind: SignatureKind
  let index: Int
  let signature: Result<NuGetSignature, ParseError>
  let offset: Int
  let failures: [Finding]
  let countersigner: SignerInfo?

  private static let clause = "NuGet Package Signatures Technical Specification"

  func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport {
    let empty = SignatureReport(kind: kind, index: index, state: .malformed)
    switch signature {
    case .failure(let error): return SignerRungs.unreadable(error, empty, at: offset, in: context, clause: Self.clause)
    case .success(let signature):
      var rungs = SignerRungs(empty, context: context, bag: signature.data.certificates, offset: offset)
      rungs.profile.allowsAbsentUsage = false
      rungs.evidence.crls += signature.data.crls
      rungs.evidence.ocspResponses += signature.data.ocspResponses
      return rungs.attempt(clause: Self.clause) { (rungs) throws(ParseError) in
        try climb(signature, measured, &rungs, &work)
      }
    }
  }

  private func climb(
    _ signature: NuGetSignature, _ measured: Measurements, _ rungs: inout SignerRungs, _ work: inout Work
  ) throws(ParseError) -> SignatureReport {
    rungs.container(failures, sound: "the archive is what a signed package must be", clause: Self.clause)
    checkPackage(signature, measured, &rungs)
    let certificates = signature.data.certificates + rungs.context.certificates
    let primary = try signature.signer.check(
      contentType: signature.data.contentType, contentOctets: signature.data.contentOctets ?? [], certificates: certificates,
      &work.budget)
    rungs.take(primary, family: "nupkg")
    var check = primary
    let signer = countersigner ?? signature.signer
    if let countersigner {
      check = try countersigner.check(countersigning: signature.signer.signature, certificates: certificates, &work.budget)
      rungs.take(check, family: "nupkg.countersignature")
    }
    checkAttributes(signer, check.certificate, &rungs, &work.budget)
    let stamps = signer.checkTimeStamps(
      tokenAttributes: [SignerInfo.tokenAttribute], certificates: certificates, trust: rungs.context.trust, now: rungs.context.now,
      revocation: rungs.evidence, &work)
    // The repository's countersignature has the attribute type of old timestamps and is none.
    rungs.take(stamps.filter { $0.source == .rfc3161 })
    guard let certificate = check.certificate else { return rungs.finish(nil, nil) }
    let path = rungs.climb(certificate, &work)
    return rungs.finish(check, path)
  }

  private func checkPackage(_ signature: NuGetSignature, _ measured: Measurements, _ rungs: inout SignerRungs) {
    for (algorithm, digest) in signature.content.digests {
      let found = measured.digests[.init("package", algorithm)] ?? []
      rungs.report.digestAlgorithm = algorithm
      rungs.report.signedDigest = digest
      rungs.report.contentDigest = found
      guard found != digest else {
        rungs.pass(
          "package digest", "\(algorithm.rawValue) of the package is the signed one", expected: Hex.encode(digest),
          found: Hex.encode(found), clause: Self.clause)
        continue
      }
      rungs.fail(
        "package digest", as: .tampered,
        Finding(
          "nupkg.package.digest", .failure, "the package was changed after signing, or the signature is another package's",
          offset: offset, expected: Hex.encode(digest), found: Hex.encode(found), attack: ["T1036.001", "T1195.001"]),
        clause: Self.clause)
    }
  }

  /// What the specification asks of every signature: what it commits to, which certificate made it, a key of some strength.
  private func checkAttributes(
    _ signer: SignerInfo, _ certificate: Certificate?, _ rungs: inout SignerRungs, _ budget: inout Budget
  ) {
    let commitment = NuGetSignature.commitment(signer)
    rungs.report.programURL = NuGetSignature.serviceIndex(signer)
    if countersigner != nil && commitment != .repository {
      problem("nupkg.attributes.commitment", "the countersignature is no repository's", &rungs)
    } else if commitment == .repository && rungs.report.programURL == nil {
      problem("nupkg.attributes.service-index", "a repository's signature names no https address of a service index", &rungs)
    } else {
      rungs.pass("commitment", "a signature of kind: \(commitment.rawValue)", found: commitment.rawValue, clause: Self.clause)
    }
    guard let certificate else { return }
    switch signer.namesSigningCertificate(certificate, &budget) {
    case true?: rungs.pass("signing certificate", "the signed attributes name the signer's certificate", clause: "RFC 5035 3")
    case false?: problem("nupkg.attributes.certificate", "the signed attributes name another certificate", &rungs)
    case nil: problem("nupkg.attributes.certificate", "no readable attribute signing-certificate-v2", &rungs)
    }
    let digest = DigestAlgorithm(oid: signer.digestAlgorithm.algorithm)
    if case .rsa(let bits) = certificate.publicKey.kind, bits >= 2_048, digest.map({ !$0.isWeak }) == true { return }
    problem("nupkg.key.weak", "NuGet takes RSA keys of 2048 bits and SHA-2 only", &rungs)
  }

  private func problem(_ code: String, _ message: String, _ rungs: inout SignerRungs) {
    rungs.fail("attributes", as: .malformed, Finding(code, .failure, message, offset: offset), clause: Self.clause)
  }

  var inspection: [InspectionLine] {
    guard case .success(let signature) = signature else { return [InspectionLine("signature", "unreadable")] }
    let signer = countersigner ?? signature.signer
    var lines = [InspectionLine("kind", NuGetSignature.commitment(signer).rawValue)]
    for (algorithm, digest) in signature.content.digests {
      lines.append(InspectionLine("package digest", "\(algorithm.rawValue) \(Hex.encode(digest))"))
    }
    if let address = NuGetSignature.serviceIndex(signer) { lines.append(InspectionLine("service index", address)) }
    for certificate in signature.data.certificates.prefix(32) {
      lines.append(InspectionLine("certificate", certificate.subject.description))
    }
    return lines
  }
}
