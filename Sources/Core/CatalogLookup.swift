package import AssayBytes
package import AssayPKI

/// A digest of an artifact as a catalog may list it.
package struct ListedDigest: Hashable, Sendable {
  package let algorithm: DigestAlgorithm
  package let octets: [UInt8]
  package init(_ algorithm: DigestAlgorithm, _ octets: [UInt8]) {
    self.algorithm = algorithm
    self.octets = octets
  }
}

/// What the catalogs at hand say of one artifact.
package struct CatalogAnswer: Sendable {
  /// One of kind `catalog` for each catalog that lists the artifact and whose own content is what was signed.
  package var signatures: [SignatureReport] = []
  /// Catalogs that list it and count for nothing, limits that were reached.
  package var findings: [Finding] = []
  /// False where a catalog that may list the artifact was not looked at: then nobody knows that it is unsigned.
  package var isEstablished = true
  package init() {}
}

/// Seam for catalogs: files that list digests of other files and are signed in their place. Implemented in Engine, since a catalog
/// is opened when the first file asks for it, and judged once.
package protocol CatalogLookup: Sendable {
  /// By what members are listed: no other digest is measured for it.
  var algorithms: [DigestAlgorithm] { get }
  /// Total. Signatures are numbered from `number`. The work's limits are left as they are: a catalog has its own.
  func answer(
    for digests: [ListedDigest], numberedFrom number: Int, in context: TrustContext, _ work: inout Work
  ) -> CatalogAnswer
  /// The facts about a catalog that was judged already, from a source of this identity; nil where none was. The target is the caller's.
  func report(on identity: SourceIdentity) -> Report?
}
