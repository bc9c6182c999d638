import AssayBytes
import AssayCore
import AssayPKI

// The rungs that tie the signature to its signer and to a time.
extension AuthenticodeCheck {
  mutating func checkSigner(_ signature: AuthenticodeSignature, _ work: inout Work) {
    let octets = signature.signedData.contentOctets ?? []
    let check: SignerCheck
    do throws(ParseError) {
      check = try signature.signer.check(
        contentType: signature.signedData.contentType, contentOctets: octets,
        certificates: signature.signedData.certificates + context.certificates, &work.budget)
    } catch {
      cannot("signature", Finding(error.code, .failure, error.message, offset: claim.offset), clause: "RFC 5652 5.4")
      return
    }
    signerCheck = check
    for outcome in check.outcomes { record(outcome) }
  }

  private mutating func record(_ outcome: SignerCheck.Outcome) {
    let (name, failed, unknownCode, state) = AuthenticodeCheck.words(for: outcome.step)
    let place = claim.offset
    switch outcome.passed {
    case true?:
      pass(name, outcome.message, expected: outcome.expected, found: outcome.found, clause: outcome.clause)
    case false?:
      fail(
        name, as: state,
        Finding(
          failed, .failure, outcome.message, offset: place, expected: outcome.expected, found: outcome.found, attack: ["T1036.001"]),
        clause: outcome.clause)
    case nil:
      // Without the certificate the signature rung follows from it; one finding is enough.
      if outcome.step == .signature, signerCheck?.certificate == nil {
        unknown(name, outcome.message, clause: outcome.clause)
      } else {
        cannot(
          name,
          Finding(unknownCode, .failure, outcome.message, offset: place, expected: outcome.expected, found: outcome.found),
          clause: outcome.clause)
      }
    }
  }

  /// Rung, code of a failure, code where it cannot be established, state of a failure.
  private static func words(for step: SignerCheck.Step) -> (String, String, String, State) {
    switch step {
    case .certificate:
      ("signer certificate", "authenticode.signer.certificate-wrong", "authenticode.signer.certificate-missing", .malformed)
    case .digestAlgorithm:
      ("digest algorithm", "authenticode.digest-algorithm.inconsistent", "authenticode.digest-algorithm.unsupported", .malformed)
    case .contentType:
      ("signed content type", "authenticode.attributes.content-type", "authenticode.attributes.content-type", .malformed)
    case .messageDigest:
      ("message digest", "authenticode.message-digest.mismatch", "authenticode.message-digest.unsupported", .tampered)
    case .signature:
      ("signature", "authenticode.signature.invalid", "authenticode.signature.unsupported", .tampered)
    }
  }

  mutating func checkTimeStamps(_ signature: AuthenticodeSignature, _ work: inout Work) {
    let name = "timestamp"
    let clause = "RFC 3161 2.4.2, Authenticode time stamping"
    timeStamps = signature.signer.checkTimeStamps(
      tokenAttributes: [SignerInfo.authenticodeTokenAttribute],
      certificates: signature.signedData.certificates + context.certificates, trust: context.trust, now: context.now,
      revocation: evidence(signature), &work)
    // Each verified one proves that the signature was there by then: the earliest proves most.
    time = timeStamps.compactMap(\.verified).min { $0.moment < $1.moment }
    noteIgnored(timeStamps)
    if let time {
      let stamp = timeStamps.first { $0.verified?.moment == time.moment }
      let source: SigningTime.Source = time.source == .rfc3161 ? .rfc3161 : .authenticode
      report.time = SigningTime(source, value: time.moment, authority: stamp?.authorityName)
      for note in (stamp?.notes ?? []).prefix(4) { report.findings.append(Finding("pki.timestamp.note", .note, note)) }
      if time.digest.isWeak {
        report.findings.append(
          Finding("authenticode.timestamp.weak", .note, "the timestamp is made over \(time.digest.rawValue)"))
      }
      pass(
        name, "\(source.rawValue) timestamp of \(stamp?.authorityName ?? "an authority") is verified", found: time.moment.rfc3339,
        clause: clause)
      return
    }
    let claimed = timeStamps.compactMap(\.claimed).first ?? signature.claimedTime
    report.time = SigningTime(claimed == nil ? .none : .claimed, value: claimed)
    if let failure = timeStamps.flatMap(\.failures).first {
      report.ladder.rungs.append(
        Rung(
          name, .failed, "ignored, the time of judging counts: \(failure.message)", expected: failure.expected,
          found: failure.found,
          clause: failure.clause))
    } else {
      unknown(name, "there is no timestamp, the time of judging counts", clause: clause)
    }
  }

  /// Evidence at hand and what the signature brings along.
  func evidence(_ signature: AuthenticodeSignature) -> RevocationEvidence {
    var evidence = context.revocation
    evidence.crls += signature.signedData.crls
    evidence.ocspResponses += signature.signedData.ocspResponses
    return evidence
  }

  /// EKU 1.3.6.1.4.1.311.10.3.13: no timestamp prolongs the signature.
  var isLifetimeSigner: Bool { signerCheck?.certificate?.extendedKeyUsage?.contains(SpcOID.lifetimeSigning) == true }
}
