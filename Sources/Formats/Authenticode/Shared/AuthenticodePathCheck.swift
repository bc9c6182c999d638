import AssayBytes
import AssayCore
import AssayPKI

// The rungs that tie the signer to an anchor: path, usage, validity time, revocation.
extension AuthenticodeCheck {
  mutating func checkPath(_ signature: AuthenticodeSignature, _ work: inout Work) {
    guard let certificate = signerCheck?.certificate else {
      for name in ["path", "usage", "validity time", "revocation"] {
        unknown(name, "the signer's certificate is not known", clause: "RFC 5280 6.1")
      }
      return
    }
    report.claimedSigner = certificate
    let counts = isLifetimeSigner ? context.now : (time?.moment ?? context.now)
    let result = PathValidator(.codeSigning).validate(
      certificate, with: signature.signedData.certificates + context.certificates, trust: context.trust, signedAt: counts,
      now: context.now, revocation: evidence(signature), &work)
    path = result
    report.path = result.path
    report.anchor = result.anchor
    report.revocation = result.revocation

    // A valid path went through none; then such a key elsewhere in the bag is mere stuffing.
    let explicit = result.isValid ? nil : explicitCurve(in: [certificate] + result.path + signature.signedData.certificates)
    if let explicit {
      isCurveForged = true
      fail(
        "path", as: .untrusted,
        Finding(
          "authenticode.key.explicit-parameters", .failure,
          "the key of \(explicit.subject.description) brings its own curve parameters (CVE-2020-0601): no such key is trusted",
          offset: place(of: explicit, in: signature), attack: ["T1036.001", "T1553.002"]),
        clause: "RFC 5480 2.1.1")
    }
    checkRung("path", result, certificate, isReported: explicit != nil) { failure in
      switch failure.kind {
      case .usage, .notYetValid, .expired, .revoked: false
      default: true
      }
    } passing: {
      "to \(result.anchor?.name ?? "an anchor") through \(max(result.path.count - 1, 0)) issuers"
    }
    checkRung("usage", result, certificate) {
      $0.kind == .usage
    } passing: {
      "the certificate may sign code"
    }
    let words = "every certificate is valid \(timeWords(counts))"
    checkRung("validity time", result, certificate) {
      $0.kind == .expired || $0.kind == .notYetValid
    } passing: {
      words
    }
    checkRevocation(result, certificate)
    for weakness in result.weaknesses.prefix(8) {
      report.findings.append(Finding("pki.path.weak", .warning, weakness))
    }
    if states.contains(.untrusted), certificate.isSelfIssued {
      report.findings.append(
        Finding(
          "authenticode.signer.self-signed", .failure,
          "self-signed by \(certificate.subject.description): the name is the signer's own claim",
          offset: place(of: certificate, in: signature), found: certificate.subject.description))
    }
  }

  /// Where the file holds the certificate; the signature's place for one that is not in it.
  func place(of certificate: Certificate, in signature: AuthenticodeSignature) -> Int {
    signature.signedData.offset(of: certificate).map { claim.fileOffset($0) } ?? claim.offset
  }

  /// The time that counts, in words; the clock's second is not printed, so that a run can be repeated byte for byte.
  private func timeWords(_ counts: Moment) -> String {
    if isLifetimeSigner { return "now: a lifetime-signing certificate's signature ends with it" }
    return time == nil ? "now" : "at \(counts.rfc3339), the time of the timestamp"
  }

  /// One rung of the path: its failures, or that it holds, or that nothing can be said without a path.
  private mutating func checkRung(
    _ name: String, _ result: PathResult, _ certificate: Certificate, isReported: Bool = false,
    failures isMine: (PathFailure) -> Bool, passing words: () -> String
  ) {
    let mine = result.failures.filter(isMine)
    guard let first = mine.first else {
      if isReported { return }
      if result.anchor == nil && name != "path" {
        unknown(name, "nothing is established without a path to an anchor", clause: "RFC 5280 6.1")
      } else {
        pass(name, words(), found: result.anchor?.name, clause: "RFC 5280 6.1")
      }
      return
    }
    for failure in mine {
      var finding = Finding(failure)
      if failure.kind == .issuerMissing, finding.found == nil, let address = result.path.last?.issuerAddresses.first {
        finding.message += "; the certificate names \(address)"
        finding.found = address
      }
      finding.attack = ["T1036.001"]
      report.findings.append(finding)
      states.append(AuthenticodeCheck.state(for: failure.kind))
    }
    if isReported { return }
    report.ladder.rungs.append(
      Rung(name, .failed, first.message, expected: first.expected, found: first.found, clause: first.clause))
  }

  /// The state that a failure of the path asks for (contract, table of states).
  static func state(for kind: PathFailure.Kind) -> State {
    switch kind {
    case .expired, .notYetValid: .expired
    case .usage: .wrongUsage
    case .revoked: .revoked
    case .disallowed: .distrusted
    case .limit: .notAssessed
    case .signatureUnsupported: .notAssessed
    case .issuerMissing, .signatureInvalid, .constraint, .policy, .anchorLimit, .malformed: .untrusted
    }
  }

  private mutating func checkRevocation(_ result: PathResult, _ certificate: Certificate) {
    if result.failures.contains(where: { $0.kind == .revoked }) {
      checkRung("revocation", result, certificate) {
        $0.kind == .revoked
      } passing: {
        ""
      }
    } else if result.revocation == .good {
      pass("revocation", "no certificate of the path is revoked", clause: "RFC 5280 6.3")
    } else {
      unknown("revocation", "no revocation evidence at hand covers the path", clause: "RFC 5280 6.3")
      report.findings.append(
        Finding("pki.revocation.not-established", .note, "no revocation evidence at hand covers the path; add it with --crl"))
    }
  }

  /// The first certificate whose EC key carries its own curve (RFC 5480 2.1.1: specifiedCurve MUST NOT be used).
  private func explicitCurve(in certificates: [Certificate]) -> Certificate? {
    certificates.first { certificate in
      guard case .opaque(let algorithm, _) = certificate.publicKey.kind, algorithm == SpcOID.ecPublicKey else { return false }
      var budget = Budget(bytes: 0, nodes: 16)
      var outer = ASN1Reader(certificate.publicKey.spki, rules: .ber)
      guard var fields = try? outer.sequence("SubjectPublicKeyInfo", &budget),
        let identifier = try? AlgorithmIdentifier(&fields, "algorithm", &budget), let parameters = identifier.parameters
      else { return false }
      return parameters.first == 0x30
    }
  }
}
