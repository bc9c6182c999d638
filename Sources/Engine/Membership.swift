import AssayAuthenticode
import AssayBytes
import AssayCore
import AssayPKI

// The step after measuring: catalogs at hand are asked whether they list the artifact.
extension Assessor {
  /// The digests by which a catalog may list the artifact.
  static func listed(_ measured: Measurements, by keys: [String], _ algorithms: [DigestAlgorithm]) -> [ListedDigest] {
    var found: [ListedDigest] = []
    for algorithm in algorithms.reversed() {
      for key in keys {
        guard let digest = measured.digests[.init(key, algorithm)] else { continue }
        let entry = ListedDigest(algorithm, digest)
        if !found.contains(entry) { found.append(entry) }
      }
    }
    return found
  }

  /// False where a catalog that may list it could not be looked at.
  static func ask(
    _ catalogs: (any CatalogLookup)?, for digests: [ListedDigest], _ report: inout Report, _ context: TrustContext,
    _ work: inout Work
  ) -> Bool {
    guard let catalogs, !digests.isEmpty else { return true }
    let answer = catalogs.answer(for: digests, numberedFrom: report.signatures.count, in: context, &work)
    report.signatures += answer.signatures
    report.findings += answer.findings
    return answer.isEstablished
  }

  static func forgetUnread(_ report: inout Report) { report.findings.removeAll { $0.code == CatalogFindings.unread.name } }

  /// False where the seal of the folder around it could not be looked at.
  static func ask(
    _ seal: (any ContentSeal)?, about artifact: Artifact, _ report: inout Report, _ context: TrustContext, _ work: inout Work
  ) -> Bool {
    guard let seal else { return true }
    let answer = seal.answer(for: artifact.source, numberedFrom: report.signatures.count, in: context, &work)
    report.signatures += answer.signatures
    report.findings += answer.findings
    return answer.isEstablished
  }

  /// A catalog of the tree was judged before the first file asked for it: the same bytes give the same facts.
  static func known(_ artifact: Artifact, _ context: TrustContext) -> Report? {
    guard let catalogs = context.catalogs, context.wantedDigests.isEmpty, artifact.probe.head.first == 0x30,
      let identity = artifact.source.identity, var report = catalogs.report(on: identity)
    else { return nil }
    report.target = artifact.target
    return report
  }
}

/// Whether the catalogs at hand list an artifact. By the strongest digest first: nearly every file that is listed at all is found by it,
/// and is not hashed by the others.
struct Membership {
  /// Digests to measure in the first pass over the bytes: besides those for catalogs, those that foreign lists name files by.
  let first: [DigestAlgorithm]
  private let asked: [DigestAlgorithm]
  private let later: [DigestAlgorithm]

  init(_ parsed: any ParsedArtifact, _ context: TrustContext) {
    let all = parsed.listedBy.isEmpty ? [] : context.catalogs?.algorithms ?? []
    let begun =
      context.listedDigests.isEmpty ? Array(all.suffix(1)) : Set(context.listedDigests).union(all.suffix(1)).sorted()
    first = begun
    later = all.filter { !begun.contains($0) }
    asked = all
  }

  /// False where a catalog that may list it could not be looked at.
  mutating func ask(
    for parsed: any ParsedArtifact, _ measured: inout Measurements, _ report: inout Report, _ context: TrustContext,
    _ work: inout Work
  ) throws(ParseError) -> Bool {
    guard !asked.isEmpty else { return true }
    let own = report.signatures.count
    let findings = report.findings
    let isEstablished = Assessor.ask(
      context.catalogs, for: Assessor.listed(measured, by: parsed.listedBy, asked), &report, context, &work)
    guard !later.isEmpty, !report.signatures[own...].contains(where: { $0.state == .trusted }) else { return isEstablished }
    measured.digests.merge(try parsed.listedDigests(later, &work)) { known, _ in known }
    report.signatures.removeSubrange(own...)
    report.findings = findings
    return Assessor.ask(context.catalogs, for: Assessor.listed(measured, by: parsed.listedBy, asked), &report, context, &work)
  }
}
