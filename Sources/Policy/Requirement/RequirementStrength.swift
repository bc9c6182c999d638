import AssayPKI

extension Requirement {
  /// What everybody who satisfies a requirement has in common.
  private struct Strength: OptionSet {
    let rawValue: Int
    /// A path to an anchor that is named.
    static let anchor = Strength(rawValue: 1)
    /// A name in the signer's certificate, which is worth what the anchor is.
    static let subject = Strength(rawValue: 2)
    /// One certificate, one key, one build, or the system's own maker.
    static let exact = Strength(rawValue: 4)
    static let all: Strength = [.anchor, .subject, .exact]
  }

  /// Mac App Store: Apple signs all code with it, and gives each identifier to one maker.
  private static let appStoreMarker: OID = "1.2.840.113635.100.6.1.9"

  /// Why code of just anybody could satisfy the requirement; nil where it pins a maker. A designated requirement is written by who
  /// signs: one that is weak lets others' code pass for the next version.
  package var weakness: String? {
    let strength = strength
    if strength.contains(.exact) || strength.isSuperset(of: [.anchor, .subject]) { return nil }
    if strength.contains(.subject) { return "it names a signer and no anchor: who makes a certificate of that name satisfies it" }
    if strength.contains(.anchor) { return "it names an anchor and no signer: whoever has a certificate under it satisfies it" }
    return "it names neither an anchor nor a signer: code of anybody can satisfy it"
  }

  private var strength: Strength {
    switch self {
    case .never: .all
    case .cdHash, .key, .anchorApple, .certificateHash: .exact
    case .anchorAppleNamed: [.anchor, .subject]
    case .anchorAppleGeneric, .anchorTrusted, .anchorBundle: .anchor
    case .certificate(.leaf, .subject, .equal), .certificate(.leaf, .email, .equal): .subject
    case .certificate(.leaf, .extensionPresence(Requirement.appStoreMarker), .exists): .subject
    case .all(let terms): terms.reduce(into: []) { $0.formUnion($1.strength) }
    case .any(let terms): terms.isEmpty ? .all : terms.reduce(into: .all) { $0.formIntersection($1.combined) }
    case .unknownFalse: .all
    case .unknownSkipped(_, _, let next), .marked(_, let next): next.strength
    case .always, .not, .identifier, .certificateTrusted, .certificate, .info, .infoLegacy, .entitlement, .platform, .notarized,
      .legacy, .named:
      []
    }
  }

  /// As one of several ways: each way that is strong counts as strong in every sense, so that two different ones stay strong.
  private var combined: Strength {
    let strength = strength
    return strength.contains(.exact) || strength.isSuperset(of: [.anchor, .subject]) ? .all : strength
  }
}
