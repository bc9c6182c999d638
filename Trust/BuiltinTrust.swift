import AssayBytes
package import AssayCore
import AssayPKI

/// The trust bundles that come with the tool, as facts with origin and date. Making one reads nothing; see `AnchorTable`.
package enum BuiltinTrust {
  package static let names = ["microsoft", "apple"]

  /// Nil for a name that is not among `names`.
  package static func bundle(_ name: String) -> TrustBundle? {
    switch name {
    case "microsoft": microsoft
    case "apple": apple
    default: nil
    }
  }

  package static var bundles: [TrustBundle] { names.compactMap(bundle) }

  /// Its signers are told apart by markers in their certificates, see `AppleProfile`.
  private static var apple: TrustBundle {
    let roots = AnchorTable(bundle: "apple", text: AppleRoots.table, count: AppleRoots.count)
    return TrustBundle(
      name: "apple", origin: AppleRoots.origin, date: Moment(rfc3339: AppleRoots.date),
      anchors: AnchorSet(count: roots.count, named: { roots.anchors(named: $0) }, all: { roots.all() }))
  }

  private static var microsoft: TrustBundle {
    let name = "microsoft"
    let listed = AnchorTable(bundle: name, text: MicrosoftRoots.table, count: MicrosoftRoots.count)
    let legacy = AnchorTable(bundle: name, text: MicrosoftLegacyRoots.table, count: MicrosoftLegacyRoots.count)
    return TrustBundle(
      name: name, origin: "\(MicrosoftRoots.origin); \(MicrosoftLegacyRoots.origin)", date: Moment(rfc3339: MicrosoftRoots.date),
      sequenceNumber: MicrosoftRoots.sequenceNumber,
      anchors: AnchorSet(
        count: listed.count + legacy.count, named: { listed.anchors(named: $0) + legacy.anchors(named: $0) },
        all: { listed.all() + legacy.all() }),
      unlisted: AnchorSet(count: legacy.count, named: { legacy.anchors(named: $0) }, all: { legacy.all() }))
  }
}
