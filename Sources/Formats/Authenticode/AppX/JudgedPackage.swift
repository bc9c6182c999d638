package import AssayBytes
package import AssayCore
package import AssayPKI

/// An installed package whose signature was judged, to say of one of its files what the block map has for it. The files are compared
/// one by one, each when it is judged.
package struct JudgedPackage: Sendable {
  private enum Content: Sendable {
    /// The block map is what was signed; the signature may be of any state but `malformed` and `tampered`.
    case signed(SignatureReport, MSIXBlockMap)
    /// It vouches for nothing.
    case worthless(State, reason: String)
  }
  private let content: Content

  /// Total: whatever is wrong ends in what it answers. `derived`: where what is made of its signature is kept for all of its files.
  package init(_ folder: TreePlace, in context: TrustContext, derived: (any DerivedFacts)? = nil, _ work: inout Work) {
    do throws(ParseError) {
      content = try JudgedPackage.judge(folder, in: context, derived, &work)
    } catch {
      content = .worthless(error.isLimit || error.isUnreadable ? .notAssessed : .malformed, reason: error.message)
    }
  }

  private static func judge(
    _ folder: TreePlace, in context: TrustContext, _ derived: (any DerivedFacts)?, _ work: inout Work
  ) throws(ParseError) -> Content {
    let parsed = try MSIXFolder(folder, &work.budget)
    let octets = try parsed.blockMap(&work.budget)
    guard let claim = parsed.signatures.first else { return .worthless(.unsigned, reason: "nobody signed it") }
    var report = claim.check(try parsed.measureParts(octets, &work), in: context, &work)
    switch report.state {
    case .malformed, .tampered, .unsigned, .notAssessed:
      return .worthless(report.state, reason: report.findings.first { $0.severity == .failure }?.message ?? "not as signed")
    default: break
    }
    report.kind = .manifest
    // The other files are not compared here; nothing is known of the archive, and its place is no place in a file.
    report.ladder.rungs.removeAll { $0.name == "block map" }
    for index in report.ladder.rungs.indices { report.ladder.rungs[index].offset = nil }
    report.findings.removeAll { $0.code == "msix.digest.archive-gone" }
    for index in report.findings.indices { report.findings[index].offset = nil }
    if let derived { report.share(derived) }
    return .signed(report, try MSIXBlockMap(octets, &work.budget))
  }

  /// `path`: octets below the package's folder, with `/`.
  package func answer(for path: [UInt8], _ source: any ByteSource, numberedFrom number: Int) -> CatalogAnswer {
    var answer = CatalogAnswer()
    let name = String(decoding: path, as: UTF8.self)
    switch content {
    case .worthless(let state, let reason):
      answer.isEstablished = state != .notAssessed
      answer.findings.append(
        Finding(
          "msix.package.worthless", .warning,
          "the package that it is installed with is itself \(state.rawValue) and counts for nothing: \(reason)",
          found: state.rawValue))
    case .signed(let report, let map):
      guard let file = map.byName[path.map { $0 == 0x2F ? 0x5C : $0 }] else {
        answer.findings.append(
          Finding(
            "msix.file.added", .warning, "\(name) lies in an installed package and is not in its block map", attack: ["T1036.001"]))
        return answer
      }
      answer.signatures.append(compare(source, file, map.algorithm, report, number))
    }
    return answer
  }

  private func compare(
    _ source: any ByteSource, _ file: MSIXBlockMap.File, _ algorithm: DigestAlgorithm, _ signature: SignatureReport, _ number: Int
  ) -> SignatureReport {
    var report = signature
    report.index = number
    let clause = "MSIX, AppxBlockMap.xml"
    var digester = BlockDigester(algorithm)
    do throws(ParseError) {
      try source.forEachChunk(0..<source.byteCount) { _, chunk in digester.update(chunk) }
    } catch {
      report.state = .notAssessed
      report.signer = nil
      report.findings.insert(Finding(error), at: 0)
      report.ladder.rungs.insert(Rung("block map", .notEstablished, error.message, clause: clause), at: 0)
      return report
    }
    let name = String(decoding: file.name, as: UTF8.self)
    guard let place = file.firstDifference(digester.finish()) else {
      let words = "its \(file.blocks.count) blocks are those of the package's block map, where it is \(name)"
      report.findings.insert(Finding("msix.file.sealed", .note, words), at: 0)
      report.ladder.rungs.insert(Rung("block map", .passed, words, clause: clause), at: 0)
      return report
    }
    let offset = place * MSIXBlockMap.blockCount
    let finding = Finding(
      "msix.file.altered", .failure, "the file differs from the package's block map in the block at \(offset)", offset: offset,
      expected: place < file.blocks.count ? Hex.encode(file.blocks[place]) : "none",
      found: place < digester.digests.count ? Hex.encode(digester.digests[place]) : "none", attack: ["T1036.001"])
    report.state = .tampered
    report.signer = nil
    report.findings.insert(finding, at: 0)
    report.ladder.rungs.insert(
      Rung(
        "block map", .failed, finding.message, expected: finding.expected, found: finding.found, offset: offset, clause: clause),
      at: 0)
    return report
  }
}
