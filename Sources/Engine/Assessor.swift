package import AssayBytes
package import AssayCore
package import AssayPKI

/// The flow for one artifact: identify, parse, measure, check. Total: whatever is wrong ends in the report.
package struct Assessor: Sendable {
  /// A larger file is not hashed. No PE can be signed above it (the certificate table's place has 32 bits), and hashing it takes
  /// about two seconds.
  package static let fileByteLimit = 4 << 30

  private let formats: [any SignatureFormat.Type]
  private let lanes: any Lanes

  /// `lanes`: for the parts of a large artifact, where no others are judged at the same time.
  package init(formats: [any SignatureFormat.Type] = FormatRegistry.all, lanes: any Lanes = OneLane()) {
    self.formats = formats
    self.lanes = lanes
  }

  /// Facts about the artifact. `work.budget` is spent; give a fresh one for each artifact.
  package func assess(_ artifact: Artifact, in context: TrustContext, _ work: inout Work) -> Report {
    var nesting = Nesting()
    work.lanes = lanes
    return assess(artifact, reader: nil, in: context, &work, &nesting)
  }

  /// `reader`: where the format is known already, and how it is read.
  func assess(
    _ artifact: Artifact, reader: NestedArtifact.Reader?, in context: TrustContext, _ work: inout Work, _ nesting: inout Nesting
  ) -> Report {
    let recognized = reader?.format ?? formats.first { $0.recognizes(artifact) }
    var report: Report
    do throws(ParseError) {
      if let known = Assessor.known(artifact, context) {
        report = known
      } else if let recognized {
        let parsed = try read(artifact, as: recognized, reader?.read, &work)
        report = try judged(artifact, parsed, as: recognized, context, &work, &nesting)
      } else {
        report = try unrecognized(artifact, context, &work)
      }
      try artifact.source.confirmUnchanged()
    } catch {
      report = Report(target: artifact.target, format: recognized?.id, state: Assessor.state(of: error))
      report.platform = recognized?.platform
      report.findings = [Finding(error)]
    }
    report.byteCount = artifact.source.byteCount
    report.attack = report.attackOfFindings.sortedOnce()
    return report
  }

  /// A report for something that could not even be opened.
  package static func unopened(_ target: String, _ error: ParseError) -> Report {
    var report = Report(target: target, format: nil, state: .notAssessed)
    report.findings = [Finding(error)]
    return report
  }

  /// Unreadable and too much are not known to be wrong; anything else that a parser throws is.
  static func state(of error: ParseError) -> State { error.isLimit || error.isUnreadable ? .notAssessed : .malformed }

  private func read(
    _ artifact: Artifact, as format: any SignatureFormat.Type, _ read: NestedArtifact.Read?, _ work: inout Work
  ) throws(ParseError) -> any ParsedArtifact {
    try Assessor.refuseHuge(artifact)
    if let read { return try read(&work.budget) }
    return try format.parse(try artifact.held(), &work.budget)
  }

  private func judged(
    _ artifact: Artifact, _ parsed: any ParsedArtifact, as format: any SignatureFormat.Type, _ context: TrustContext,
    _ work: inout Work, _ nesting: inout Nesting
  ) throws(ParseError) -> Report {
    var lookup = Membership(parsed, context)
    var measured = try parsed.measure(also: context.wantedDigests, listed: lookup.first, &work)
    for (algorithm, digest) in try parsed.firstPage(context.listedDigests) {
      measured.digests[.init("first-page", algorithm)] = digest
    }
    var report = Report(target: artifact.target, format: format.id, state: .unsigned)
    report.platform = format.platform
    report.roles = parsed.roles
    report.identity = parsed.identity
    report.findings = parsed.findings + measured.findings
    for claim in parsed.claims {
      var signature = claim.check(measured, in: context, &work)
      signature.checkRequirements(&work.budget)
      report.signatures.append(signature)
    }
    var isEstablished = try lookup.ask(for: parsed, &measured, &report, context, &work)
    if !Assessor.ask(artifact.seal, about: artifact, &report, context, &work) { isEstablished = false }
    report.digests = Assessor.digests(measured, wanted: context.wantedDigests + context.listedDigests)
    report.state = Assessor.combine(report.signatures, parsed.combination, container: parsed.findings)
    if !isEstablished {
      // What carries a good signature of its own needs no catalog.
      if report.state == .unsigned { report.state = .notAssessed } else { Assessor.forgetUnread(&report) }
    }
    if parsed.combination == .parts {
      report.isCarrier = true
      // As good as its worst part, and no part is better than this.
      if report.state == .unsigned { report.state = .trusted }
    }
    descend(into: measured.nested, of: &report, context, &work, &nesting)
    if report.isCarrier, report.nested.isEmpty, report.state == .trusted { report.state = .unsigned }
    return report
  }

  private func unrecognized(_ artifact: Artifact, _ context: TrustContext, _ work: inout Work) throws(ParseError) -> Report {
    var report = Report(target: artifact.target, format: nil, state: .notAssessed)
    if let code = UnsupportedCode.recognize(artifact.probe) {
      report.platform = code.platform
      report.roles = code.role.map { [$0] } ?? []
      report.findings = [
        Finding(
          EngineFindings.unsupported.name, .failure,
          artifact.probe.byteCount == 0
            ? "\(code.name): the file is empty" : "\(code.name): recognized, but signatures of this kind are not judged yet")
      ]
    } else {
      report.isCode = false
      if artifact.probe.isFolder { throw ParseError("io.folder", "a folder that is no bundle; `assay scan` judges what is in it") }
      report.findings = [
        Finding(
          EngineFindings.unknown.name, .failure,
          artifact.probe.byteCount == 0
            ? "the file is empty: there is nothing to judge"
            : "no format of this tool recognizes the file; `assay formats` lists what can be judged")
      ]
    }
    // What is no code is hashed only where somebody asks for it.
    let listed = report.isCode && artifact.probe.byteCount > 0 ? context.catalogs?.algorithms ?? [] : []
    let wanted = context.wantedDigests + context.listedDigests
    if report.isCode, artifact.seal != nil {
      try Assessor.refuseHuge(artifact)
      _ = Assessor.ask(artifact.seal, about: artifact, &report, context, &work)
      Assessor.settle(&report)
    }
    guard !wanted.isEmpty || !listed.isEmpty else { return report }
    try Assessor.refuseHuge(artifact)
    var measured = Measurements()
    let algorithms = Set(wanted).union(listed)
    for (algorithm, digest) in try Assessor.flatDigests(of: artifact.source, Array(algorithms)) {
      measured.digests[.init("flat", algorithm)] = digest
    }
    report.digests = Assessor.digests(measured, wanted: wanted)
    _ = Assessor.ask(context.catalogs, for: Assessor.listed(measured, by: ["flat"], listed), &report, context, &work)
    Assessor.settle(&report)
    return report
  }

  /// What no format knows is as good as what is said of it elsewhere.
  private static func settle(_ report: inout Report) {
    guard !report.signatures.isEmpty else { return }
    report.state = combine(report.signatures, container: [])
    // Still worth a line, but not in the way of what the catalog says.
    report.findings[0].severity = .note
  }

  private static func refuseHuge(_ artifact: Artifact) throws(ParseError) {
    guard artifact.source.byteCount <= fileByteLimit else {
      throw ParseError("limit.file-bytes", "has \(artifact.source.byteCount) bytes; files over \(fileByteLimit) are not hashed")
    }
  }

  /// Best of several signatures over the same bytes, catalogs beside embedded ones, unless one that the artifact itself carries is
  /// refused by name; the container's own failures count whole.
  static func combine(
    _ signatures: [SignatureReport], _ combination: Combination = .best, container findings: [Finding]
  ) -> State {
    let isRefused = signatures.contains { $0.kind != .catalog && $0.state == .distrusted }
    var state = isRefused ? State.distrusted : Assessor.combine(signatures, combination)
    if findings.contains(where: { $0.severity == .failure }) { state = max(state, .malformed) }
    return state
  }

  /// Parts have a signature each; what catalogs say is about the whole of them.
  private static func combine(_ signatures: [SignatureReport], _ combination: Combination) -> State {
    var own: State?
    var listed: State?
    for signature in signatures {
      let state = signature.state
      if signature.kind == .catalog {
        listed = min(listed ?? state, state)
      } else {
        own = own.map { combination == .best ? min($0, state) : max($0, state) } ?? state
      }
    }
    return [own, listed].compactMap { $0 }.min() ?? .unsigned
  }

  /// Flat digests only where they are wanted: others were measured to look in catalogs.
  private static func digests(_ measured: Measurements, wanted: [DigestAlgorithm]) -> [(name: String, value: String)] {
    measured.digests.filter { $0.key.what != "flat" || wanted.contains($0.key.algorithm) }.map { key, value in
      // A cdhash is of its own algorithm by definition.
      (
        name: key.what.hasPrefix("cdhash")
          ? key.what : key.what == "flat" ? key.algorithm.rawValue : "\(key.what)-\(key.algorithm.rawValue)",
        value: Hex.encode(value)
      )
    }.sorted { $0.name < $1.name }
  }

  /// One pass over every byte for all algorithms.
  static func flatDigests(
    of source: any ByteSource, _ algorithms: [DigestAlgorithm]
  ) throws(ParseError) -> [(algorithm: DigestAlgorithm, digest: [UInt8])] {
    let wanted = Array(Set(algorithms)).sorted()
    var hashers = wanted.map { DigestHasher($0) }
    try source.forEachChunk(0..<source.byteCount) { _, chunk in
      for index in hashers.indices { hashers[index].update(chunk) }
    }
    return hashers.indices.map { (wanted[$0], hashers[$0].finalize()) }
  }
}
