package import AssayBytes
package import AssayCore
package import AssayPKI

/// A catalog whose own signature was judged, with the digests that it lists. Made from the very bytes that were judged, which are not
/// kept: the digests in order, with names.
package final class JudgedCatalog: Sendable {
  package enum Content: Sendable {
    /// What the signature says of the list, whatever its state but `malformed` and `tampered`.
    case signed(SignatureReport)
    /// The list is not what was signed, nobody signed it, or it cannot be read: it vouches for nothing.
    case worthless(State, reason: String)
  }
  package let name: String
  package let content: Content
  private let table: CatalogTable
  /// What it takes in memory: the table, and the file that stays with the report where a certificate was not kept apart.
  package let heldOctets: Int

  /// A catalog that could not be opened or read.
  package init(name: String, unreadable error: ParseError) {
    self.name = name
    heldOctets = 0
    content = .worthless(error.isLimit || error.isUnreadable ? .notAssessed : .malformed, reason: error.message)
    table = CatalogTable()
  }

  /// Total: whatever is wrong ends in `content`.
  package convenience init(
    name: String, _ bytes: [UInt8], in context: TrustContext, derived: (any DerivedFacts)? = nil, _ work: inout Work
  ) {
    do throws(ParseError) {
      let artifact = try CatalogArtifact(bytes, &work.budget)
      self.init(name: name, artifact, artifact.claims.map { $0.check(Measurements(), in: context, &work) }, derived: derived)
    } catch {
      self.init(name: name, unreadable: error)
    }
  }

  /// `signatures`: the checks of the artifact's claims; `derived`: where what is made of the first is kept for all listed files.
  package init(name: String, _ artifact: CatalogArtifact, _ signatures: [SignatureReport], derived: (any DerivedFacts)?) {
    self.name = name
    content = JudgedCatalog.content(artifact, signatures.first, derived)
    if case .signed(let report) = content {
      table = artifact.table
      heldOctets =
        table.octetCount + (report.certificates.contains { $0.encoded.startIndex != 0 } ? artifact.byteCount : 0)
    } else {
      table = CatalogTable()
      heldOctets = 0
    }
  }

  private static func content(
    _ artifact: CatalogArtifact, _ signature: SignatureReport?, _ derived: (any DerivedFacts)?
  ) -> Content {
    if let failure = artifact.findings.first(where: { $0.severity == .failure }) {
      return .worthless(.malformed, reason: failure.message)
    }
    guard let signature else { return .worthless(.unsigned, reason: "nobody signed it") }
    switch signature.state {
    case .malformed, .tampered, .unsigned, .notAssessed:
      return .worthless(
        signature.state, reason: signature.findings.first { $0.severity == .failure }?.message ?? "not as signed")
    default: return .signed(JudgedCatalog.base(signature, derived))
    }
  }

  /// The signature as every listed file has it: offsets of the catalog are none in the files that it lists.
  private static func base(_ signature: SignatureReport, _ derived: (any DerivedFacts)?) -> SignatureReport {
    var report = signature
    report.kind = .catalog
    for index in report.ladder.rungs.indices { report.ladder.rungs[index].offset = nil }
    for index in report.findings.indices { report.findings[index].offset = nil }
    if let derived { report.share(derived) }
    return report
  }

  /// What the catalog says of a file with one of these digests; nil where it does not list it after all.
  package func membership(of digests: [ListedDigest]) -> CatalogMembership? {
    for digest in digests {
      if let found = table.find(digest) { return found }
    }
    return nil
  }
}

/// A member that was found.
package struct CatalogMembership: Sendable {
  package let digest: ListedDigest
  package let file: String?
  /// `2:10.0`, or several with commas between.
  package let osAttribute: String?

  /// False where the attribute names versions of Windows (platform 2) and this one is not among them.
  package func fits(_ version: (major: Int, minor: Int)) -> Bool {
    guard let osAttribute else { return true }
    var names = 0
    for part in osAttribute.utf8.split(separator: 0x2C) {
      let fields = part.split(separator: 0x3A, maxSplits: 1).map { Array($0).filter { $0 != 0x20 } }
      guard fields.count == 2, fields[0] == Array("2".utf8) else { continue }
      let numbers = fields[1].split(separator: 0x2E).map { Int(String(decoding: $0, as: UTF8.self)) }
      guard let major = numbers.first ?? nil else { continue }
      names += 1
      // `10.0`, `6.1`; `5.X` and `6` stand for every minor version.
      guard major == version.major else { continue }
      guard numbers.count > 1, let minor = numbers[1] else { return true }
      if minor == version.minor { return true }
    }
    return names == 0
  }
}

extension JudgedCatalog {
  /// The signature as one of a file that the catalog lists: what binds the file to the list, and the catalog's own ladder.
  package func signature(
    of membership: CatalogMembership, index: Int, in context: TrustContext
  ) -> SignatureReport? {
    guard case .signed(var report) = content else { return nil }
    let digest = membership.digest
    report.index = index
    report.digestAlgorithm = digest.algorithm
    report.signedDigest = digest.octets
    report.contentDigest = digest.octets
    let hex = Hex.encode(digest.octets)
    var words = "listed in \(name)"
    if let file = membership.file { words += " as \(file)" }
    if let system = membership.osAttribute { words += ", for Windows \(system)" }
    report.ladder.precede(
      by: Rung("catalog membership", .passed, words, expected: hex, found: hex, clause: "CertificateTrustList, trustedSubjects"))
    var notes = [Finding("catalog.member.found", .note, words, found: name)]
    if digest.algorithm.isWeak {
      notes.append(
        Finding(
          "authenticode.digest.weak", .warning,
          "the file is listed by its \(digest.algorithm.rawValue), for which collisions are known",
          found: digest.algorithm.rawValue))
    }
    if let version = context.windowsVersion, !membership.fits(version), let system = membership.osAttribute {
      notes.append(
        Finding(
          "catalog.member.other-system", .note, "the catalog lists the file for another version of Windows",
          expected: "2:\(version.major).\(version.minor)", found: system))
    }
    report.findings.insert(contentsOf: notes, at: 0)
    return report
  }
}

extension SignatureReport {
  fileprivate var certificates: [Certificate] { path + [claimedSigner, signer?.certificate].compactMap { $0 } }
}
