import AssayBytes
import AssayCore
import AssayPKI

// The rungs that tie the signature to the file: content type, content digest, page hashes.
extension AuthenticodeCheck {
  mutating func checkContentType(_ signature: AuthenticodeSignature) {
    let name = "content type"
    let clause = "Authenticode PE format, SpcIndirectDataContent"
    if let problem = signature.contentProblem {
      fail(
        name, as: problem.isLimit ? .notAssessed : .malformed,
        Finding(
          problem.code, .failure, problem.message, offset: problem.offset.map { claim.fileOffset($0) } ?? claim.offset,
          attack: ["T1036.001"]), clause: clause)
      return
    }
    let count = signature.signedData.signerInfos.count
    guard count == 1 else {
      fail(
        name, as: .malformed,
        Finding(
          "authenticode.signer-infos.count", .failure, "the signature has \(count) signerInfos, must have one",
          offset: claim.offset, expected: "1", found: String(count), attack: ["T1036.001"]),
        clause: "Authenticode PE format, SignerInfos")
      return
    }
    if signature.content == .trustList {
      checkListAlgorithms(signature)
      return
    }
    guard let content = signature.indirectData else { return }
    guard claim.subject.dataTypes.contains(content.dataType) else {
      fail(
        name, as: .malformed,
        Finding(
          "authenticode.content.other-kind", .failure, "the signature was made for another kind of file", offset: claim.offset,
          expected: claim.subject.dataTypes.map(\.description).joined(separator: " or "), found: content.dataType.description,
          attack: ["T1036.001"]), clause: clause)
      return
    }
    if let sip = claim.subject.sip, signature.sip?.identifier != sip {
      fail(
        name, as: .malformed,
        Finding(
          "authenticode.content.other-kind", .failure, "the digest was made by another Subject Interface Package",
          offset: claim.offset, expected: SpcSipInfo.guid(sip),
          found: signature.sip.map { SpcSipInfo.guid($0.identifier) } ?? "none",
          attack: ["T1036.001"]), clause: clause)
      return
    }
    checkAlgorithms(signature, content)
  }

  /// SignedData, SpcIndirectDataContent and SignerInfo must name one digest algorithm: where they differ, verifiers disagree
  /// about what is covered.
  private mutating func checkAlgorithms(_ signature: AuthenticodeSignature, _ content: SpcIndirectDataContent) {
    let name = "content type"
    let clause = "Authenticode PE format, DigestAlgorithms"
    func identity(_ oid: OID) -> String { DigestAlgorithm(oid: oid)?.rawValue ?? oid.description }
    let signed = identity(content.digestAlgorithm.algorithm)
    let signer = identity(signature.signer.digestAlgorithm.algorithm)
    let declared = signature.signedData.digestAlgorithms.map { identity($0.algorithm) }
    guard signed == signer, declared == [signed] else {
      fail(
        name, as: .malformed,
        Finding(
          "authenticode.digest-algorithm.inconsistent", .failure,
          "SignedData, SpcIndirectDataContent and SignerInfo do not name one digest algorithm", offset: claim.offset,
          expected: signed, found: "SignedData \(declared.joined(separator: ", ")), SignerInfo \(signer)", attack: ["T1036.001"]),
        clause: clause)
      return
    }
    pass(
      name, "SpcIndirectDataContent for this kind of file, digest \(signed)", found: content.dataType.description, clause: clause)
  }

  /// A list is signed as it is: SignedData and SignerInfo name one digest algorithm.
  private mutating func checkListAlgorithms(_ signature: AuthenticodeSignature) {
    let signer = signature.signer.digestAlgorithm.algorithm
    let declared = signature.signedData.digestAlgorithms.map(\.algorithm)
    guard declared == [signer] else {
      fail(
        "content type", as: .malformed,
        Finding(
          "authenticode.digest-algorithm.inconsistent", .failure, "SignedData and SignerInfo do not name one digest algorithm",
          offset: claim.offset, expected: signer.description, found: declared.map(\.description).joined(separator: ", "),
          attack: ["T1036.001"]), clause: "Authenticode PE format, DigestAlgorithms")
      return
    }
    pass(
      "content type", "CertificateTrustList, digest \(signature.digestAlgorithm?.rawValue ?? signer.description)",
      found: signature.signedData.contentType.description, clause: "CertificateTrustList")
  }

  /// Weak digests are named whatever the content is.
  private mutating func noteWeakness(_ algorithm: DigestAlgorithm) {
    guard algorithm.isWeak else { return }
    report.findings.append(
      Finding(
        "authenticode.digest.weak", .warning, "the content is covered by \(algorithm.rawValue), for which collisions are known",
        offset: claim.offset, found: algorithm.rawValue))
  }

  mutating func checkContentDigest(_ signature: AuthenticodeSignature) {
    let name = "content digest"
    let clause = claim.subject.coverageClause
    if signature.content == .trustList {
      if let algorithm = signature.digestAlgorithm { noteWeakness(algorithm) }
      pass(name, "the content stands inside the signature: messageDigest covers it", clause: clause)
      return
    }
    guard let content = signature.indirectData else {
      unknown(name, "there is no signed digest to compare with", clause: clause)
      return
    }
    guard let algorithm = signature.digestAlgorithm else {
      cannot(
        name,
        Finding(
          "authenticode.digest-algorithm.unsupported", .failure,
          "digest algorithm \(content.digestAlgorithm.algorithm) is not offered", offset: claim.offset), clause: clause)
      return
    }
    let signed = Array(content.digest)
    guard let found = measured.digests[.init("authenticode", algorithm)] else {
      cannot(
        name,
        Finding("\(claim.subject.formatID).digest.not-measured", .failure, "the covered bytes could not be measured"),
        clause: clause)
      return
    }
    report.contentDigest = found
    noteWeakness(algorithm)
    let other = claim.subject.alternatives.first { measured.alternatives[.init($0.key, algorithm)] == signed }
    if found == signed {
      if let other, other.isAccepted { report.findings.append(other.finding) }
      pass(
        name, "\(algorithm.rawValue) of the covered bytes is the signed one", expected: Hex.encode(signed),
        found: Hex.encode(found),
        clause: clause)
      return
    }
    if let other, other.isAccepted {
      report.contentDigest = signed
      report.findings.append(other.finding)
      pass(name, other.finding.message, expected: Hex.encode(signed), found: Hex.encode(signed), clause: clause)
      return
    }
    fail(
      name, as: .tampered,
      Finding(
        "\(claim.subject.formatID).digest.mismatch", .failure,
        "the signature belongs to other content: the file was changed after signing, or the signature was copied from another file",
        offset: claim.offset, expected: Hex.encode(signed), found: Hex.encode(found), attack: ["T1036.001"]), clause: clause)
    if let other { report.findings.append(other.finding) }
  }

  mutating func checkPageHashes(_ signature: AuthenticodeSignature) {
    let name = "page hashes"
    let clause = "Authenticode PE format, SpcPeImageData page hashes"
    if let problem = signature.pageHashProblem {
      fail(
        name, as: problem.isLimit ? .notAssessed : .malformed,
        Finding(problem.code, .failure, problem.message, offset: claim.offset, attack: ["T1036.001"]), clause: clause)
      return
    }
    guard let pages = signature.pageHashes else { return }
    guard let found = measured.pages[pages.algorithm], claim.subject.pageHashObstacle == nil else {
      let reason = claim.subject.pageHashObstacle ?? "the pages were not measured"
      report.findings.append(Finding("authenticode.page-hash.not-established", .note, "page hashes are not checked: \(reason)"))
      unknown(name, reason, clause: clause)
      return
    }
    var differing: [String] = []
    var first: (offset: Int, expected: String, found: String)?
    for (index, entry) in pages.entries.enumerated() where index < found.count {
      let (offset, digest) = found[index]
      guard entry.offset != offset || !entry.digest.elementsEqual(digest) else { continue }
      if first == nil { first = (offset, Hex.encode(entry.digest), Hex.encode(digest)) }
      if differing.count < 8 { differing.append("\(claim.subject.place(offset)) at \(offset)") }
    }
    guard let first else {
      guard pages.entries.count == found.count else {
        fail(
          name, as: .tampered,
          Finding(
            "pe.page-hash.count", .failure, "the image has another number of pages than were signed", offset: claim.offset,
            expected: String(pages.entries.count), found: String(found.count), attack: ["T1036.001"]), clause: clause)
        return
      }
      pass(name, "\(found.count) pages have the signed \(pages.algorithm.rawValue) digests", clause: clause)
      return
    }
    fail(
      name, as: .tampered,
      Finding(
        "pe.page-hash.mismatch", .failure, "changed pages: \(differing.joined(separator: ", "))", offset: first.offset,
        expected: first.expected, found: first.found, attack: ["T1036.001"]), clause: clause)
  }
}
