import AssayBytes
import AssayCore
import AssayPKI

/// A package's signature: Authenticode's ladder, and what the package's own rules add: parts, block map, publisher.
struct MSIXClaim: Claim {
  let inner: AuthenticodeClaim
  /// Publisher as the manifest names it; nil where there is none.
  let publisher: [UInt8]?
  /// Files of an installed package: the archive that they came from is gone.
  let isLoose: Bool

  var kind: SignatureKind { inner.kind }
  var index: Int { inner.index }
  var inspection: [InspectionLine] {
    var lines = inner.inspection
    if let signed {
      lines += signed.digests.sorted { $0.key.rawValue < $1.key.rawValue }.map { .init($0.key.rawValue, Hex.encode($0.value)) }
    }
    return lines
  }

  /// The parts that the signature lists.
  var signed: MSIXDigests? {
    guard let digest = inner.signedDigest, let algorithm = inner.digestAlgorithm else { return nil }
    return MSIXDigests(digest, algorithm)
  }

  func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport {
    var report = inner.check(measured, in: context, &work)
    guard case .success = inner.signature else { return report }
    checkParts(measured, &report)
    checkBlockMap(measured, &report)
    checkPublisher(&report)
    return report
  }

  private func fail(_ name: String, as state: State, _ finding: Finding, clause: String, _ report: inout SignatureReport) {
    report.findings.append(finding)
    report.ladder.rungs.append(
      Rung(
        name, .failed, finding.message, expected: finding.expected, found: finding.found, offset: finding.offset, clause: clause))
    lower(&report, to: state)
  }

  private func lower(_ report: inout SignatureReport, to state: State) {
    report.state = max(report.state, state)
    if report.state != .trusted { report.signer = nil }
  }

  private func checkParts(_ measured: Measurements, _ report: inout SignatureReport) {
    let clause = "MSIX SIP: digest list"
    guard let algorithm = inner.digestAlgorithm, let signed else {
      if inner.digestAlgorithm != nil {
        fail(
          "parts", as: .malformed,
          Finding(
            "msix.digest.form", .failure, "the signed list of digests has unknown, doubled or missing parts", offset: inner.offset,
            attack: ["T1036.001"]), clause: clause, &report)
      }
      return
    }
    let missing = [MSIXDigests.Part.records, .directory, .contentTypes, .blockMap].filter { signed.digests[$0] == nil }
    guard missing.isEmpty else {
      fail(
        "parts", as: .malformed,
        Finding(
          "msix.digest.part-missing", .failure, "the signature does not cover \(missing.map(\.words).joined(separator: ", "))",
          offset: inner.offset, attack: ["T1036.001"]), clause: clause, &report)
      return
    }
    guard let octets = measured.digests[.init("authenticode", algorithm)], let found = MSIXDigests(octets, algorithm) else {
      return
    }
    let differing = signed.differences(found)
    if differing.isEmpty {
      let words = signed.digests.keys.map(\.rawValue).sorted().joined(separator: ", ")
      report.ladder.rungs.append(Rung("parts", .passed, "the signed parts are \(words), each as it is here", clause: clause))
    }
    for part in differing {
      fail(
        "part \(part.rawValue)", as: .tampered,
        Finding(
          "msix.digest.part", .failure, "\(part.words) is not what was signed", offset: inner.offset,
          expected: signed.digests[part].map { Hex.encode($0) } ?? "none",
          found: found.digests[part].map { Hex.encode($0) } ?? "none",
          attack: ["T1036.001"]), clause: clause, &report)
    }
    guard isLoose else { return }
    let words = "the archive is gone: AXPC and AXCD cannot be computed from installed files"
    report.findings.append(Finding("msix.digest.archive-gone", .note, words))
    report.ladder.rungs.append(Rung("archive digests", .notEstablished, words, clause: clause))
    if let place = report.ladder.rungs.firstIndex(where: { $0.name == "content digest" && $0.outcome == .passed }) {
      report.ladder.rungs[place].message = "content types, block map and code integrity catalog have the signed digests"
    }
  }

  private func checkBlockMap(_ measured: Measurements, _ report: inout SignatureReport) {
    let clause = "MSIX, AppxBlockMap.xml"
    guard let sealed = measured.sealed else {
      report.ladder.rungs.append(Rung("block map", .notEstablished, "the block map was not compared", clause: clause))
      return
    }
    report.findings += sealed.findings + sealed.gaps
    if let gap = sealed.gaps.first {
      report.ladder.rungs.append(Rung("block map", .notEstablished, gap.message, offset: gap.offset, clause: clause))
      lower(&report, to: .notAssessed)
    }
    guard let first = sealed.findings.first(where: { $0.severity == .failure }) else {
      if sealed.gaps.isEmpty {
        report.ladder.rungs.append(
          Rung(
            "block map", .passed, "\(sealed.intact) files have the digests of the block map, none is missing or added",
            clause: clause))
      }
      return
    }
    report.ladder.rungs.append(
      Rung("block map", .failed, first.message, expected: first.expected, found: first.found, offset: first.offset, clause: clause))
    lower(&report, to: .tampered)
  }

  /// Windows installs no package whose manifest names another publisher than its signer's subject.
  private func checkPublisher(_ report: inout SignatureReport) {
    let clause = "MSIX, Identity/@Publisher"
    guard let certificate = report.claimedSigner else { return }
    let subject = certificate.subject
    if let publisher, PublisherName(publisher)?.names(subject) == true {
      report.ladder.rungs.append(
        Rung("publisher", .passed, "the manifest's publisher is the signer's subject", found: subject.description, clause: clause))
      return
    }
    let named = publisher.map { String(decoding: $0, as: UTF8.self) } ?? "none"
    fail(
      "publisher", as: .malformed,
      Finding(
        "msix.publisher.mismatch", .failure, "the manifest names another publisher than the signer's certificate",
        offset: inner.offset,
        expected: subject.description, found: named, attack: ["T1036.001"]), clause: clause, &report)
  }
}
