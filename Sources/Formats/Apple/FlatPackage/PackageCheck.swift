import AssayBytes
import AssayCore
import AssayPKI

/// The ladder of a package: archive, table of contents, files, signatures, time, path, profile.
struct PackageCheck: AppleLadder {
  let claim: PackageClaim
  let context: TrustContext
  var report: SignatureReport
  var states: [State] = []
  var signerCheck: SignerCheck?
  var time: VerifiedTime?
  var path: PathResult?
  var enclosed = RevocationEvidence()
  let pathProfile = PathProfile.applePackage

  private static let codes = SignerCodes(
    mismatch: "pkg.signature.mismatch", invalid: "pkg.signature.invalid", unsupported: "pkg.signature.unsupported")

  init(_ claim: PackageClaim, _ context: TrustContext) {
    self.claim = claim
    self.context = context
    report = SignatureReport(kind: claim.kind, index: claim.index, state: .unsigned)
  }

  mutating func run(_ sealed: SealedContent?, _ work: inout Work) -> SignatureReport {
    for tolerated in claim.signatures.tolerated { tolerate(tolerated) }
    for failure in claim.signatures.failures { fail("archive", .malformed, failure, "xar, table of contents") }
    if claim.signatures.failures.isEmpty {
      pass("archive", "every part of the heap has an owner and a checksum", "xar, table of contents")
    }
    if let table = claim.tableDigest {
      (report.digestAlgorithm, report.contentDigest) = (table.algorithm, table.value)
      if table.algorithm == .sha1 {
        report.findings.append(Finding("pkg.digest.weak", .warning, "the table of contents is covered by SHA-1 alone"))
      }
      checkContents(sealed)
      checkSignatures(table, &work)
    } else {
      fail(
        "table of contents", .malformed,
        Finding("xar.checksum.style", .failure, "the table of contents has a checksum that covers nothing", attack: ["T1554"]),
        "xar, checksum")
    }
    settle()
    return report
  }

  private mutating func checkContents(_ sealed: SealedContent?) {
    let clause = "xar, archived-checksum and extracted-checksum"
    guard let sealed else {
      fail(
        "files", .notAssessed,
        Finding("pkg.contents.not-measured", .failure, "the package's files could not be compared with their checksums"), clause,
        .notEstablished)
      return
    }
    for finding in sealed.findings { fail("files", .tampered, finding, clause) }
    for gap in sealed.gaps { fail("files", .notAssessed, gap, clause, .notEstablished) }
    if sealed.isIntact { pass("files", "\(sealed.intact) checksums hold", clause) }
  }

  // MARK: - Signatures

  private mutating func checkSignatures(_ table: (algorithm: DigestAlgorithm, value: [UInt8]), _ work: inout Work) {
    var others: [Certificate] = []
    var leaf: Certificate?
    if let cms = claim.signatures.cms {
      guard let signed = checkCMS(cms, table.value, &work) else { return }
      others = signed.certificates
      leaf = report.claimedSigner
    }
    if let rsa = claim.signatures.rsa {
      checkRSA(rsa, table, isAlone: claim.signatures.cms == nil, &work.budget)
      others += rsa.certificates
      if let leaf, let other = rsa.certificates.first, leaf != other {
        fail(
          "two signatures", .malformed,
          Finding(
            "pkg.signature.two-signers", .failure, "the package's two signatures are by different signers", offset: rsa.offset,
            expected: leaf.subject.description, found: other.subject.description, attack: ["T1036.001"]), "xar, x-signature")
      } else if leaf != nil {
        pass("two signatures", "both are by one signer", "xar, x-signature")
      }
    }
    checkPath(others + (claim.signatures.cms?.certificates ?? []), &work)
  }

  /// Nil where it cannot even be read.
  private mutating func checkCMS(
    _ stored: PackageSignatures.Stored, _ content: [UInt8], _ work: inout Work
  ) -> SignedData? {
    do throws(ParseError) {
      let signed = try SignedData(contentInfo: stored.octets[...], &work.budget)
      guard let signer = signed.signerInfos.first, signed.signerInfos.count == 1 else {
        throw ParseError("apple.cms.signers", "\(signed.signerInfos.count) signers where exactly one may be", offset: 0)
      }
      guard signed.content == nil else {
        throw ParseError("apple.cms.attached", "the CMS signature brings content of its own", offset: 0)
      }
      let check = try signer.check(
        contentType: "1.2.840.113549.1.7.1", contentOctets: content[...], certificates: signed.certificates + context.certificates,
        &work.budget)
      signerCheck = check
      enclose(signed)
      report.claimedSigner = check.certificate ?? signer.certificate(among: signed.certificates)
      for outcome in check.outcomes { record(outcome, PackageCheck.codes, named: "CMS ", at: stored.offset) }
      // Room is set aside before the signature is made.
      if stored.octets[signed.encodedCount...].contains(where: { $0 != 0 }) {
        tolerate(
          Finding(
            "pkg.signature.padding", .warning, "bytes that are not zero follow the signature in its place", offset: stored.offset))
      }
      checkTime(signed, signer, &work)
      return signed
    } catch {
      fail(
        "CMS signature", error.isLimit ? .notAssessed : .malformed, Finding(error.shifted(by: stored.offset)), "RFC 5652 5.1",
        error.isLimit ? .notEstablished : .failed)
      return nil
    }
  }

  private mutating func checkRSA(
    _ stored: PackageSignatures.Stored, _ table: (algorithm: DigestAlgorithm, value: [UInt8]), isAlone: Bool, _ budget: inout Budget
  ) {
    do throws(ParseError) {
      // Old writers had the checksum digested once more.
      let check = try SignerCheck.bare(
        stored.octets[...], by: stored.certificates.first, table.algorithm,
        over: [table.value, table.algorithm.digest(table.value[...])], &budget)
      if isAlone { (signerCheck, report.claimedSigner) = (check, check.certificate) }
      for outcome in check.outcomes { record(outcome, PackageCheck.codes, named: "RSA ", at: stored.offset) }
      if isAlone {
        report.time = SigningTime(.none)
        report.ladder.rungs.append(
          Rung("timestamp", .notEstablished, "no timestamp, the time of judging counts", clause: "RFC 3161 2.4.2"))
      }
    } catch {
      fail("RSA signature", .notAssessed, Finding(error), "RFC 8017 8.2.2", .notEstablished)
    }
  }
}
