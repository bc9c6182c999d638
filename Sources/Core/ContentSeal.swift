package import AssayBytes
package import AssayPKI

/// Seam for one file of a sealed folder, as an installed package is: what the seal, which stands elsewhere, says of the file's bytes.
/// Implemented in Engine, since a seal is judged when the first file asks for it, and once.
package protocol ContentSeal: Sendable {
  /// Total. At most one signature, of kind `manifest`, numbered `number`. The work's limits are left as they are: a seal has its own.
  func answer(
    for source: any ByteSource, numberedFrom number: Int, in context: TrustContext, _ work: inout Work
  ) -> CatalogAnswer
}
