package import AssayBytes
package import AssayPKI

/// A newer list of Microsoft's, verified and merged into a trust bundle: what `assay trust update` makes of authroot.stl or
/// disallowedcert.stl.
///
/// A list names roots by SHA-1 and holds no certificate. Its limits are merged onto the anchors that the bundle knows; what it
/// names besides cannot become an anchor. What is kept on disk is the list itself, which is verified anew whenever it is loaded.
package struct TrustUpdate: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case roots, disallowed
    /// The name that Microsoft gives such a list, and under which it is kept.
    package var fileName: String { self == .roots ? "authroot.stl" : "disallowedcert.stl" }
  }
  package let kind: Kind
  /// The bundle with the list merged in.
  package let bundle: TrustBundle
  /// thisUpdate of the list.
  package let date: Moment
  /// Lower-case hexadecimal.
  package let sequenceNumber: String?
  /// Roots, or certificates and keys, that the list names.
  package let entryCount: Int
  /// Subject of the certificate that signed the list.
  package let signer: String
  private let listed: Set<[UInt8]>

  /// Roots of the list that the bundle has no public key of, so that they are no anchors. Reads every anchor: for a person, not for
  /// a start.
  package var unknownCount: Int {
    kind == .disallowed ? 0 : listed.subtracting(bundle.anchors.all().map(\.sha1)).count
  }

  /// Verifies a list and merges it.
  ///
  /// Throws `trust.list.format` for a file that is no such list, `trust.list.signature` for one that is tampered with or not signed
  /// by Microsoft's list signer, `trust.list.older` for one older than the bundle's, `trust.list.future` for a date to come, and
  /// `limit.*`.
  package static func apply(
    _ bytes: ArraySlice<UInt8>, to bundle: TrustBundle, origin: String, now: Moment, _ work: inout Work
  ) throws(ParseError) -> TrustUpdate {
    let signedData: SignedData
    let list: CertificateTrustList
    do throws(ParseError) {
      signedData = try SignedData(contentInfo: bytes, &work.budget)
      list = try CertificateTrustList(signedData, &work.budget)
    } catch {
      if error.isLimit { throw error }
      throw ParseError("trust.list.format", "\(origin) is no certificate trust list: \(error.message)", offset: error.offset)
    }
    let kind = try kind(of: list, origin)
    let signer = try TrustListSignature.verify(
      signedData, list, kind: kind, anchors: bundle.anchors, origin: origin, now: now, &work)
    try refuseOlder(list, kind, bundle, origin, now)
    return try kind == .roots
      ? roots(list, bundle, origin, signer, &work.budget) : disallowed(list, bundle, origin, signer, &work.budget)
  }

  private static func kind(of list: CertificateTrustList, _ origin: String) throws(ParseError) -> Kind {
    if list.subjectUsage == [CertificateTrustList.rootList], list.subjectAlgorithm.algorithm == DigestAlgorithm.sha1.oid {
      return .roots
    }
    if list.subjectUsage == [CertificateTrustList.disallowedList], denied.contains(list.subjectAlgorithm.algorithm) {
      return .disallowed
    }
    let usage = list.subjectUsage.map(\.description).joined(separator: ", ")
    throw ParseError(
      "trust.list.format",
      "\(origin) is a list for \(usage) by \(list.subjectAlgorithm.algorithm), must be Microsoft's list of roots or of disallowed certificates"
    )
  }

  /// What entries of a deny list may be named by; see `TrustStore.refusal(of:)`.
  private static let denied: Set<OID> = [
    CertificateTrustList.disallowedHash, DigestAlgorithm.sha1.oid, DigestAlgorithm.sha256.oid,
  ]

  private static func refuseOlder(
    _ list: CertificateTrustList, _ kind: Kind, _ bundle: TrustBundle, _ origin: String, _ now: Moment
  ) throws(ParseError) {
    let date = kind == .roots ? bundle.date : bundle.denyList?.date
    let sequence = kind == .roots ? bundle.sequenceNumber : bundle.denyList?.sequenceNumber
    if date != nil || sequence != nil {
      guard CertificateTrustList.isNewerOrSame(sequence: list.sequence, date: list.thisUpdate, than: (sequence, date)) else {
        throw ParseError(
          "trust.list.older",
          "\(origin) of \(list.thisUpdate.rfc3339), number \(list.sequence ?? "none"), is older than the list in force of \(date?.rfc3339 ?? "no date"), number \(sequence ?? "none")"
        )
      }
    }
    // A day for clocks that are wrong by their time zone.
    guard list.thisUpdate <= now.adding(seconds: 86_400) else {
      throw ParseError("trust.list.future", "\(origin) is of \(list.thisUpdate.rfc3339), which is after \(now.rfc3339)")
    }
  }

  private static func roots(
    _ list: CertificateTrustList, _ bundle: TrustBundle, _ origin: String, _ signer: String, _ budget: inout Budget
  ) throws(ParseError) -> TrustUpdate {
    var limits: [[UInt8]: TrustAnchor.Limits] = [:]
    for subject in list.subjects {
      do throws(ParseError) {
        limits[Array(subject.identifier)] = try subject.limits(&budget)
      } catch {
        if error.isLimit { throw error }
        throw ParseError(
          "trust.list.format", "\(origin): limits of \(Hex.encode(subject.identifier)): \(error.message)", offset: error.offset)
      }
    }
    let merge: @Sendable (TrustAnchor) -> TrustAnchor? = { [limits, unlisted = bundle.unlisted] anchor in
      guard let limits = limits[anchor.sha1] else {
        return unlisted.named(anchor.subject.encoded).contains(anchor) ? anchor : nil
      }
      var anchor = anchor
      anchor.limits = limits
      return anchor
    }
    let base = bundle.anchors
    let anchors = AnchorSet(
      count: base.all().compactMap(merge).count, named: { base.named($0).compactMap(merge) }, all: { base.all().compactMap(merge) })
    let merged = TrustBundle(
      name: bundle.name, origin: origin, date: list.thisUpdate, sequenceNumber: list.sequence, anchors: anchors,
      unlisted: bundle.unlisted, disallowed: bundle.disallowed, denyList: bundle.denyList)
    return TrustUpdate(
      kind: .roots, bundle: merged, date: list.thisUpdate, sequenceNumber: list.sequence, entryCount: list.subjects.count,
      signer: signer, listed: Set(limits.keys))
  }

  private static func disallowed(
    _ list: CertificateTrustList, _ bundle: TrustBundle, _ origin: String, _ signer: String, _ budget: inout Budget
  ) throws(ParseError) -> TrustUpdate {
    let reason = "\(origin) of \(list.thisUpdate.rfc3339)"
    var denied: [[UInt8]: String] = [:]
    for subject in list.subjects {
      try budget.spend(steps: 1)
      guard [16, 20, 32, 48, 64].contains(subject.identifier.count) else {
        throw ParseError(
          "trust.list.format", "\(origin) names a certificate by \(subject.identifier.count) octets, which is no digest",
          offset: subject.offset)
      }
      denied[Array(subject.identifier)] = reason
    }
    // A newer list takes the place of the older one.
    let kept = bundle.denyList == nil ? bundle.disallowed : [:]
    let state = TrustBundle.DenyList(
      origin: origin, date: list.thisUpdate, sequenceNumber: list.sequence, count: list.subjects.count)
    let merged = TrustBundle(
      name: bundle.name, origin: bundle.origin, date: bundle.date, sequenceNumber: bundle.sequenceNumber, anchors: bundle.anchors,
      unlisted: bundle.unlisted, disallowed: kept.merging(denied) { _, new in new }, denyList: state)
    return TrustUpdate(
      kind: .disallowed, bundle: merged, date: list.thisUpdate, sequenceNumber: list.sequence, entryCount: list.subjects.count,
      signer: signer, listed: Set(denied.keys))
  }
}
