import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// A manifest's signature: who vouches for the application that it starts (T1127.002).
struct ClickOnceClaim: Claim {
  let kind = SignatureKind.embedded
  let index = 0
  let root: XMLElement
  let offset: Int
  /// How many the manifest names.
  let files: Int
  let signature: Result<ClickOnceSignature, ParseError>

  private static let clause = "XMLDSig 3.2, ClickOnce manifest signing"

  func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport {
    let empty = SignatureReport(kind: kind, index: index, state: .malformed)
    switch signature {
    case .failure(let error):
      return SignerRungs.unreadable(
        error, empty, at: offset, defect: error.offset, in: context, attack: ["T1036.001", "T1127.002"], clause: Self.clause)
    case .success(let signature):
      let bag = (signature.license?.signature.certificates ?? []) + signature.manifest.certificates
      var rungs = SignerRungs(empty, context: context, bag: bag, offset: offset)
      return rungs.attempt(clause: Self.clause) { (rungs) throws(ParseError) in
        try climb(signature, measured.sealed, &rungs, &work)
      }
    }
  }

  private func climb(
    _ signature: ClickOnceSignature, _ sealed: SealedContent?, _ rungs: inout SignerRungs, _ work: inout Work
  ) throws(ParseError) -> SignatureReport {
    // The manifest's own signature needs a key and no certificate: that of a strong name proves sameness, not a name.
    let (manifest, coverage) = try signature.manifest.check(root: root, certificates: rungs.bag, &work.budget)
    rungs.report.digestAlgorithm = signature.manifest.references.first?.digestAlgorithm
    rungs.report.signedDigest = signature.manifest.references.first?.digest
    rungs.take(Self.withoutCertificate(manifest), family: "clickonce.manifest")
    if !coverage.document, manifest.outcome(.contentType) == nil {
      rungs.fail(
        "coverage", as: .malformed,
        finding("clickonce.manifest.reference", "the signature does not cover the whole manifest"), clause: "XMLDSig 4.3.3.1")
    }
    compare(sealed, &rungs)
    guard let license = signature.license else {
      rungs.fail(
        "licence", as: .untrusted,
        finding("clickonce.license.missing", "the manifest is signed with a bare key; no certificate says whose it is"),
        clause: Self.clause)
      return rungs.finish(nil, nil)
    }
    let (check, licenseCoverage) = try license.signature.check(root: license.element, certificates: [], &work.budget)
    rungs.take(check, family: "clickonce.license")
    if !licenseCoverage.document, check.outcome(.contentType) == nil {
      rungs.fail(
        "coverage", as: .malformed,
        finding("clickonce.license.reference", "the licence's signature does not cover the licence"), clause: "XMLDSig 4.3.3.1")
    }
    bind(signature, license.signature, check.certificate, &rungs)
    rungs.take(try timestamps(signature, license.signature, &rungs, &work))
    guard let certificate = check.certificate else { return rungs.finish(nil, nil) }
    let path = rungs.climb(certificate, &work)
    publisher(certificate, path, &rungs)
    return rungs.finish(check, path)
  }

  /// What was found of the files that the manifest names. A file that differs is content that was not signed.
  private func compare(_ sealed: SealedContent?, _ rungs: inout SignerRungs) {
    let clause = "ClickOnce, file and dependentAssembly/hash"
    guard files > 0 else { return }
    guard let sealed else {
      rungs.unknown("files", "the \(files) files that the manifest names are not at hand", clause: clause)
      return
    }
    let failures = sealed.findings.filter { $0.severity == .failure }
    for failure in failures { rungs.fail("files", as: .tampered, failure, clause: clause) }
    for gap in sealed.gaps { rungs.cannot("files", gap, clause: clause) }
    rungs.report.findings += sealed.findings.filter { $0.severity != .failure }
    guard failures.isEmpty, sealed.gaps.isEmpty else { return }
    if sealed.intact > 0 {
      rungs.pass("files", "\(sealed.intact) digests of files beside the manifest are those that it names", clause: clause)
    } else {
      rungs.unknown("files", "none of the \(files) files that the manifest names was compared", clause: clause)
    }
  }

  private static func withoutCertificate(_ check: SignerCheck) -> SignerCheck { check.keeping { $0 != .certificate } }

  private func finding(_ code: String, _ message: String, expected: String? = nil, found: String? = nil) -> Finding {
    Finding(code, .failure, message, offset: offset, expected: expected, found: found, attack: ["T1036.001", "T1127.002"])
  }

  /// Licence and manifest belong together: one key, the manifest's digest in the licence, the key's token in the assembly's identity.
  private func bind(
    _ signature: ClickOnceSignature, _ license: XMLSignature, _ certificate: Certificate?, _ rungs: inout SignerRungs
  ) {
    let digest = signature.manifest.references.first?.digest ?? []
    if let hash = signature.licensedHash, hash.reversed().elementsEqual(digest) {
      rungs.pass("licence", "the licence names this manifest's digest", found: Hex.encode(digest), clause: Self.clause)
    } else {
      rungs.fail(
        "licence", as: .malformed,
        finding(
          "clickonce.license.other-manifest", "the licence names the digest of another manifest",
          expected: Hex.encode(digest), found: signature.licensedHash.map { Hex.encode(Array($0.reversed())) } ?? "none"),
        clause: Self.clause)
    }
    if let key = signature.manifest.keyValue, let certificate, !certificate.publicKey.hasSameNumbers(as: key) {
      rungs.fail(
        "key", as: .malformed,
        finding("clickonce.license.other-key", "the manifest is signed with another key than the licence"), clause: Self.clause)
    }
    guard let key = signature.manifest.keyValue ?? certificate?.publicKey, let token = PublicKeyToken.of(key) else { return }
    let said = root.elements.first { $0.name == "assemblyIdentity" }?.attribute("publicKeyToken") ?? .empty
    guard Hex.decode(said.string) != token else {
      rungs.pass("identity", "the assembly's token is that of the key", found: said.string, clause: "ECMA-335 II.6.2.1.3")
      return
    }
    rungs.fail(
      "identity", as: .malformed,
      finding(
        "clickonce.identity.token", "the assembly's public key token is not that of the key that signed",
        expected: Hex.encode(token), found: said.string), clause: "ECMA-335 II.6.2.1.3")
  }

  /// publisherIdentity: the certificate's subject, and the SHA-1 of its issuer's key. Both are for people and for trust decisions of old.
  private func publisher(_ certificate: Certificate, _ path: PathResult, _ rungs: inout SignerRungs) {
    guard let publisher = root.elements.first(where: { $0.name == "publisherIdentity" }) else { return }
    // Signing tools hash the key's bits or the whole SubjectPublicKeyInfo.
    let issuer = path.path.count > 1 ? path.path[1].publicKey : nil
    guard let issuer, let bits = issuer.octets, let said = publisher.attribute("issuerKeyHash"), let hash = Hex.decode(said.string)
    else { return }
    let found = DigestAlgorithm.sha1.digest(bits)
    if hash == found || hash == DigestAlgorithm.sha1.digest(issuer.spki) {
      rungs.pass("publisher", "the manifest names the issuer's key", found: said.string, clause: Self.clause)
    } else {
      rungs.report.findings.append(
        Finding(
          "clickonce.publisher.issuer-key", .warning, "the manifest names another key than that of the certificate's issuer",
          offset: publisher.offset, expected: Hex.encode(found), found: said.string))
    }
  }

  private func timestamps(
    _ signature: ClickOnceSignature, _ license: XMLSignature, _ rungs: inout SignerRungs, _ work: inout Work
  ) throws(ParseError) -> [TimeStampCheck] {
    guard let encoded = signature.timestamp else { return [] }
    let (value, trust, now, evidence) = (license.value[...], rungs.context.trust, rungs.context.now, rungs.evidence)
    do throws(ParseError) {
      let answer = try SignedData(contentInfo: encoded[...], &work.budget)
      if answer.contentType == LegacyTimeStamp.contentTypeID {
        let stamp = try LegacyTimeStamp(answer)
        return [stamp.check(covering: value, certificates: rungs.bag, trust: trust, now: now, revocation: evidence, &work)]
      }
      let token = try TimeStampToken(encoded: encoded[...], &work.budget)
      return [token.check(covering: value, certificates: rungs.bag, trust: trust, now: now, revocation: evidence, &work)]
    } catch {
      if error.isLimit { throw error }
      rungs.report.findings.append(
        Finding(
          "clickonce.timestamp.unsupported", .warning,
          "the timestamp has no form that is read and is not counted: \(error.message)",
          offset: offset))
      return []
    }
  }

  var inspection: [InspectionLine] {
    guard case .success(let signature) = signature else { return [InspectionLine("signature", "unreadable")] }
    var lines = [
      InspectionLine("signature", "XML signature, \(signature.manifest.schemeName)"),
      InspectionLine("references", String(signature.manifest.references.count), level: 1),
    ]
    for certificate in (signature.license?.signature.certificates ?? []).prefix(16) {
      lines.append(InspectionLine("certificate", certificate.subject.description, level: 1))
    }
    if signature.timestamp != nil { lines.append(InspectionLine("timestamp", "present", level: 1)) }
    return lines
  }
}
