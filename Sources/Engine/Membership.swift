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

  /// A catalog of the tree was judged before the first file asked for it: the same bytes give the same facts.
  static func known(_ artifact: Artifact, _ context: TrustContext) -> Report? {
    guard let catalogs = context.catalogs, context.wantedDigests.isEmpty, artifact.probe.head.first == 0x30,
      let identity = artifact.source.identity, var report = catalogs.report(on: identity)
    else { return nil }
    report.target = artifact.target
    return report
  }
}
