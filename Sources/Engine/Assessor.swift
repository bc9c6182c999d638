package import AssayBytes
package import AssayCore
package import AssayPKI

/// The flow for one artifact: identify, parse, measure, check. Total: whatever is wrong ends in the report.
package struct Assessor: Sendable {
  /// A larger file is not hashed. No PE can be signed above it (the certificate table's place has 32 bits), and hashing it takes
  /// about two seconds.
  package static let fileByteLimit = 4 << 30

  private let formats: [any SignatureFormat.Type]

  package init(formats: [any SignatureFormat.Type] = FormatRegistry.all) { self.formats = formats }

  /// Facts about the artifact. `work.budget` is spent; give a fresh one for each artifact.
  package func assess(_ artifact: Artifact, in context: TrustContext, _ work: inout Work) -> Report {
    var nesting = Nesting()
    return assess(artifact, reader: nil, in: context, &work, &nesting)
  }

  /// `reader`: where the format is known already, and how it is read.
  func assess(
    _ artifact: Artifact, reader: NestedArtifact.Reader?, in context: TrustContext, _ work: inout Work, _ nesting: inout Nesting
  ) -> Report {
    let recognized = reader?.format ?? formats.first { $0.recognizes(artifact.probe) }
    var report: Report
    do throws(ParseError) {
      if let recognized {
        let parsed = try read(artifact, as: recognized, reader?.read, &work)
        report = try judged(artifact, parsed, as: recognized, context, &work, &nesting)
      } else {
        report = try unrecognized(artifact, context)
      }
      try artifact.source.confirmUnchanged()
    } catch {
      report = Report(target: artifact.target, format: recognized?.id, state: Assessor.state(of: error))
      report.platform = recognized?.platform
      report.findings = [Finding(error)]
    }
    report.byteCount = artifact.source.byteCount
    report.attack = Assessor.techniques(of: report)
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
    return try format.parse(artifact, &work.budget)
  }

  private func judged(
    _ artifact: Artifact, _ parsed: any ParsedArtifact, as format: any SignatureFormat.Type, _ context: TrustContext,
    _ work: inout Work, _ nesting: inout Nesting
  ) throws(ParseError) -> Report {
    let measured = try parsed.measure(also: context.wantedDigests, &work)
    var report = Report(target: artifact.target, format: format.id, state: .unsigned)
    report.platform = format.platform
    report.roles = parsed.roles
    report.identity = parsed.identity
    report.findings = parsed.findings + measured.findings
    report.digests = Assessor.digests(measured)
    for claim in parsed.claims { report.signatures.append(claim.check(measured, in: context, &work)) }
    report.state = Assessor.combine(report.signatures.map(\.state), container: parsed.findings)
    descend(into: measured.nested, of: &report, context, &work, &nesting)
    return report
  }

  private func unrecognized(_ artifact: Artifact, _ context: TrustContext) throws(ParseError) -> Report {
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
    guard !context.wantedDigests.isEmpty else { return report }
    try Assessor.refuseHuge(artifact)
    report.digests = try Assessor.flatDigests(of: artifact.source, context.wantedDigests)
    return report
  }

  private static func refuseHuge(_ artifact: Artifact) throws(ParseError) {
    guard artifact.source.byteCount <= fileByteLimit else {
      throw ParseError("limit.file-bytes", "has \(artifact.source.byteCount) bytes; files over \(fileByteLimit) are not hashed")
    }
  }

  /// Best of several signatures over the same bytes, unless one is refused by name; the container's own failures count whole.
  static func combine(_ signatures: [State], container findings: [Finding]) -> State {
    var state = signatures.contains(.distrusted) ? State.distrusted : signatures.min() ?? .unsigned
    if findings.contains(where: { $0.severity == .failure }) { state = max(state, .malformed) }
    return state
  }

  private static func digests(_ measured: Measurements) -> [(name: String, value: String)] {
    measured.digests.map { key, value in
      (name: key.what == "flat" ? key.algorithm.rawValue : "\(key.what)-\(key.algorithm.rawValue)", value: Hex.encode(value))
    }.sorted { $0.name < $1.name }
  }

  /// One pass over every byte for all algorithms.
  static func flatDigests(of source: any ByteSource, _ algorithms: [DigestAlgorithm]) throws(ParseError) -> [(
    name: String, value: String
  )] {
    let wanted = Array(Set(algorithms)).sorted()
    var hashers = wanted.map { DigestHasher($0) }
    try source.forEachChunk(0..<source.byteCount) { _, chunk in
      for index in hashers.indices { hashers[index].update(chunk) }
    }
    return hashers.indices.map { (name: wanted[$0].rawValue, value: Hex.encode(hashers[$0].finalize())) }.sorted {
      $0.name < $1.name
    }
  }

  private static func techniques(of report: Report) -> [String] {
    let all = report.findings.flatMap(\.attack) + report.signatures.flatMap { $0.findings.flatMap(\.attack) }
    return all.isEmpty ? [] : Array(Set(all)).sorted()
  }
}
