import AssayBytes
import AssayCore
import AssayPKI

/// The ladder of one Authenticode signature, climbed once: every rung is passed, failed or not established, in a fixed order,
/// whatever happens below it.
struct AuthenticodeCheck: AuthenticodeLadder {
  let claim: AuthenticodeClaim
  let measured: Measurements
  let context: TrustContext
  var report: SignatureReport
  var states: [State] = []
  let usualOffset: Int? = nil
  /// What the last steps need from the first.
  var signerCheck: SignerCheck?
  var time: VerifiedTime?
  var timeStamps: [TimeStampCheck] = []
  var path: PathResult?
  var isCurveForged = false

  init(_ claim: AuthenticodeClaim, _ measured: Measurements, _ context: TrustContext) {
    self.claim = claim
    self.measured = measured
    self.context = context
    report = SignatureReport(kind: claim.kind, index: claim.index, state: .malformed)
  }

  mutating func run(_ work: inout Work) -> SignatureReport {
    checkContainer()
    switch claim.signature {
    case .failure(let error): unreadable(error)
    case .success(let signature):
      pass("parse", "SignedData of \(signature.signedData.encodedCount) bytes is readable", clause: "RFC 5652 5.1")
      describe(signature)
      checkContentType(signature)
      checkContentDigest(signature)
      checkPageHashes(signature)
      checkSigner(signature, &work)
      checkTimeStamps(signature, &work)
      checkPath(signature, &work)
      noteStuffing(signature)
    }
    checkStrictness()
    report.state = decide()
    if report.state == .trusted, let signerCheck, let path {
      report.signer = VerifiedSigner(signerCheck, path, time: isLifetimeSigner ? nil : time)
    }
    return report
  }

  /// The container's own failure decides first: where it says nothing reliable about which bytes are covered, no digest of them
  /// says more. Else the worst of what the rungs ask for.
  private func decide() -> State {
    if !claim.subject.containerFailures.isEmpty { return .malformed }
    // A forged curve is not a key that merely is not offered.
    let counted = isCurveForged ? states.filter { $0 != .notAssessed } : states
    return counted.max() ?? .trusted
  }

  private mutating func checkContainer() {
    let clause = claim.subject.containerClause
    guard let failure = claim.subject.containerFailures.first else {
      pass("container", "the signature is where the format puts it", offset: claim.offset, clause: clause)
      return
    }
    states.append(.malformed)
    report.ladder.rungs.append(
      Rung(
        "container", .failed, failure.message, expected: failure.expected, found: failure.found, offset: failure.offset,
        clause: clause))
  }

  private mutating func unreadable(_ error: ParseError) {
    let isUnknown = error.isLimit || error.isUnreadable
    states.append(isUnknown ? .notAssessed : .malformed)
    let place = error.offset.map { claim.fileOffset($0) } ?? claim.offset
    report.ladder.rungs.append(
      Rung("parse", isUnknown ? .notEstablished : .failed, error.message, offset: place, clause: "RFC 5652 5.1"))
    report.findings.append(
      Finding(error.code, .failure, "the signature cannot be read: \(error.message)", offset: place, attack: ["T1036.001"]))
    for name in [
      "content type", "content digest", "signer certificate", "message digest", "signature", "timestamp", "path", "usage",
      "validity time", "revocation",
    ] {
      unknown(name, "the signature could not be read", clause: "RFC 5652 5.1")
    }
  }

  private mutating func describe(_ signature: AuthenticodeSignature) {
    report.digestAlgorithm = signature.digestAlgorithm
    report.signedDigest = signature.indirectData.map { Array($0.digest) }
    report.claimedSigner = signature.signer.certificate(among: signature.signedData.certificates + context.certificates)
    report.programName = signature.opusInfo?.programName
    report.programURL = signature.opusInfo?.moreInfo
    for note in signature.signedData.irregularities.prefix(8) {
      report.findings.append(
        Finding(note.code, .note, note.message, offset: note.offset.map { claim.fileOffset($0) } ?? claim.offset))
    }
  }

  /// What platforms tolerate about this entry: a finding, and malformed under `--strict`.
  private mutating func checkStrictness() {
    var tolerated = claim.tolerated
    if case .success(let signature) = claim.signature, claim.kind == .nested, !signature.trailing.isEmpty {
      tolerated.append(
        Finding(
          "authenticode.signature.trailing", .warning, "\(signature.trailing.count) bytes follow the nested signature",
          offset: claim.fileOffset(signature.trailing.startIndex)))
    }
    if case .success(let signature) = claim.signature, let type = signature.indirectData?.dataType,
      claim.subject.dataTypes.dropFirst().contains(type)
    {
      tolerated.append(
        Finding(
          "authenticode.content.type-legacy", .warning, "the signed data type is one that old signing tools wrote by mistake",
          offset: claim.offset, expected: claim.subject.dataTypes[0].description, found: type.description))
    }
    if signerCheck?.isOverReorderedAttributes == true {
      tolerated.append(
        Finding(
          "authenticode.attributes.order", .warning, "the signature holds only over the signed attributes put into DER's order",
          offset: claim.offset))
    }
    guard let first = tolerated.first else {
      pass("strictness", "nothing about it is merely tolerated", clause: "Assay contract, --strict")
      return
    }
    for finding in tolerated {
      var raised = finding
      if context.isStrict { raised.severity = .failure }
      report.findings.append(raised)
    }
    if context.isStrict { states.append(.malformed) }
    report.ladder.rungs.append(
      Rung(
        "strictness", context.isStrict ? .failed : .passed,
        context.isStrict ? first.message : "tolerated by the platform, refused under --strict: \(first.message)",
        offset: first.offset, clause: "Assay contract, --strict"))
  }
}
