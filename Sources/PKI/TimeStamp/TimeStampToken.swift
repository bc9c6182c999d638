package import AssayBytes

/// TimeStampToken (RFC 3161 2.4.2): SignedData whose content is a TSTInfo. Unverified until `check`.
package struct TimeStampToken: Sendable {
  package let signedData: SignedData
  package let info: TSTInfo

  /// From a ContentInfo.
  package init(encoded: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    signedData = try SignedData(contentInfo: encoded, &budget)
    guard signedData.contentType == TSTInfo.contentTypeID else {
      throw ParseError(
        "pki.timestamp.content-type", "content type is \(signedData.contentType), must be id-ct-TSTInfo",
        offset: encoded.startIndex)
    }
    guard let octets = signedData.contentOctets else {
      throw ParseError("pki.timestamp.content-missing", "the token holds no TSTInfo", offset: encoded.startIndex)
    }
    info = try TSTInfo(octets, &budget)
  }

  /// From a TimeStampResp (RFC 3161 2.4.2), whose status must be granted or grantedWithMods.
  package init(response: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var outer = ASN1Reader(response, rules: .ber)
    var fields = try outer.sequence("TimeStampResp", &budget)
    var status = try fields.sequence("PKIStatusInfo", &budget)
    let code = try status.next(.integer, "PKIStatus", &budget).integer("PKIStatus")
    guard code == 0 || code == 1, !fields.isAtEnd else {
      throw ParseError(
        "pki.timestamp.refused", "the authority's answer has status \(code) and is no token", offset: response.startIndex)
    }
    try self.init(encoded: try fields.next(&budget).encoded, &budget)
  }

  /// Checks that the token covers the octets and that an authority in use vouches for its time. `certificates` are looked in for
  /// what the token leaves out.
  package func check(
    covering octets: ArraySlice<UInt8>, certificates: [Certificate], trust: TrustStore, now: Moment,
    revocation: RevocationEvidence, _ work: inout Work
  ) -> TimeStampCheck {
    var trial = TimeStampTrial(.rfc3161, claimed: info.genTime)
    trial.policy = info.policy
    trial.serialNumber = info.serialNumber
    do throws(ParseError) {
      checkInfo(octets, &trial)
      try checkSigner(
        certificates: certificates, trust: trust, now: now, revocation: revocation, &trial, &work)
    } catch {
      trial.fail(error)
    }
    return trial.verdict
  }

  private func checkInfo(_ octets: ArraySlice<UInt8>, _ trial: inout TimeStampTrial) {
    if info.version != 1 {
      trial.fail(.malformed, "version", "TSTInfo version is \(info.version), must be 1", clause: "RFC 3161 2.4.2")
    }
    for id in info.criticalExtensions {
      trial.fail(.malformed, "extension", "critical extension \(id) of the token is not known", clause: "RFC 3161 2.4.2")
    }
    guard let digest = DigestAlgorithm(oid: info.imprintAlgorithm.algorithm) else {
      trial.fail(
        .signatureUnsupported, "digest", "imprint algorithm \(info.imprintAlgorithm.algorithm) is not offered",
        clause: "RFC 3161 2.4.2")
      return
    }
    trial.digest = digest
    let actual = digest.digest(octets)
    if !info.imprint.elementsEqual(actual) {
      trial.fail(
        .signatureInvalid, "imprint", "the timestamp was made for another signature", expected: Hex.encode(info.imprint),
        found: Hex.encode(actual), clause: "RFC 3161 2.4.2")
    }
    if digest.isWeak { trial.notes.append("imprint is made with \(digest.rawValue)") }
  }

  private func checkSigner(
    certificates: [Certificate], trust: TrustStore, now: Moment, revocation: RevocationEvidence,
    _ trial: inout TimeStampTrial, _ work: inout Work
  ) throws(ParseError) {
    guard signedData.signerInfos.count == 1, let signer = signedData.signerInfos.first else {
      trial.fail(
        .malformed, "signers", "the token has \(signedData.signerInfos.count) signers", expected: "1",
        found: String(signedData.signerInfos.count), clause: "RFC 3161 2.4.2")
      return
    }
    let bag = signedData.certificates + certificates
    let check = try signer.check(
      contentType: signedData.contentType, contentOctets: signedData.contentOctets ?? [], certificates: bag, &work.budget)
    trial.take(check)
    if let certificate = check.certificate {
      try CertificateBinding(signer, certificate, &work.budget).report(to: &trial)
    }
    var evidence = revocation
    evidence.crls += signedData.crls
    evidence.ocspResponses += signedData.ocspResponses
    trial.judgeAuthority(check, bag, trust: trust, now: now, revocation: evidence, &work)
  }
}

/// ESSCertID and ESSCertIDv2 (RFC 2634 5.4, RFC 5035 4): the signed attribute that names the authority's certificate by its
/// digest, so that no other certificate with the same key or name can stand in. RFC 3161 2.4.2 and RFC 5816 2.2.1 demand one.
struct CertificateBinding {
  private enum Finding { case missing, matches, differs(DigestAlgorithm, ArraySlice<UInt8>), unreadable(String) }
  private let findings: [Finding]
  private let certificate: Certificate

  init(_ signer: SignerInfo, _ certificate: Certificate, _ budget: inout Budget) throws(ParseError) {
    self.certificate = certificate
    var found: [Finding] = []
    for (type, isSecond) in [
      (SignerInfo.AttributeType.signingCertificate, false), (SignerInfo.AttributeType.signingCertificateV2, true),
    ] {
      for attribute in (signer.signedAttributes ?? []) where attribute.type == type {
        guard attribute.values.count == 1, let value = attribute.values.first else {
          found.append(.unreadable("attribute \(type) has \(attribute.values.count) values"))
          continue
        }
        do throws(ParseError) {
          found.append(try CertificateBinding.compare(value, isSecond: isSecond, certificate, &budget))
        } catch {
          if error.isLimit { throw error }
          found.append(.unreadable(error.message))
        }
      }
    }
    findings = found.isEmpty ? [.missing] : found
  }

  /// The first entry names the signer's certificate; the others, if any, limit the path and are not needed here.
  private static func compare(
    _ value: ArraySlice<UInt8>, isSecond: Bool, _ certificate: Certificate, _ budget: inout Budget
  ) throws(ParseError) -> Finding {
    var outer = ASN1Reader(value, rules: .ber)
    var fields = try outer.sequence("SigningCertificate", &budget)
    var list = try fields.sequence("certs", &budget)
    var entry = try list.sequence("ESSCertID", &budget)
    var digest = isSecond ? DigestAlgorithm.sha256 : .sha1
    if isSecond, try entry.peekTag() == .sequence {
      let identifier = try AlgorithmIdentifier(&entry, "hashAlgorithm", &budget)
      guard let named = DigestAlgorithm(oid: identifier.algorithm) else {
        return .unreadable("digest algorithm \(identifier.algorithm) of the certificate's identifier is not offered")
      }
      digest = named
    }
    let hash = try entry.next(.octetString, "certHash", &budget).octetString("certHash", &budget)
    return hash.elementsEqual(certificate.fingerprint(digest)) ? .matches : .differs(digest, hash)
  }

  func report(to trial: inout TimeStampTrial) {
    for finding in findings {
      switch finding {
      case .matches: break
      case .missing:
        // Tokens of real authorities lack it and Windows takes them; the signature itself still binds the key.
        trial.notes.append("the token does not name its certificate (no signingCertificate attribute, RFC 3161 2.4.2)")
      case .differs(let digest, let hash):
        trial.fail(
          .constraint, "certificate-binding", "the token names another certificate than the one that verifies it",
          expected: Hex.encode(hash), found: Hex.encode(certificate.fingerprint(digest)), clause: "RFC 5035 3")
      case .unreadable(let reason):
        trial.fail(.malformed, "certificate-binding", "signingCertificate attribute: \(reason)", clause: "RFC 5035 3")
      }
    }
  }
}
