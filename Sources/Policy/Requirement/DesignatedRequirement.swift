import AssayPKI

extension Requirement {
  /// Marks of the authority below Apple's root: for the stores and for developers' own devices, and for Developer ID.
  private static let storeAuthority: OID = "1.2.840.113635.100.6.2.1"
  private static let developerAuthority: OID = "1.2.840.113635.100.6.2.6"
  private static let developerLeaf: OID = "1.2.840.113635.100.6.1.13"

  /// The designated requirement that Apple's systems make for signed code that names none, and that codesign puts into what it signs
  /// unless it is told another (Security.framework, drmaker.cpp). `path`: leaf first, up to the root itself.
  ///
  /// Nil where a certificate does not say what the requirement is made of.
  package static func designated(_ identifier: [UInt8], path: [CertificateFacts]) -> Requirement? {
    guard let root = path.last?.sha256 else { return nil }
    return designated(identifier, path: path, isApples: AppleRoots.sha256.contains(root))
  }

  /// `isApples`: the root is one of Apple's own.
  package static func designated(_ identifier: [UInt8], path: [CertificateFacts], isApples: Bool) -> Requirement? {
    let anchor = isApples ? appleAnchor(path) : foreignAnchor(path)
    return anchor.map { .all([.identifier(Octets(identifier)), $0]) }
  }

  /// `and` takes two in the binary form, and the order of pairs is part of it.
  private static func appleAnchor(_ path: [CertificateFacts]) -> Requirement? {
    guard path.count == 3 else { return .anchorApple }
    if path[1].hasExtension(storeAuthority) == true {
      guard let name = path[0].subject("CN")?.first else { return nil }
      return .all([
        .anchorAppleGeneric,
        .all([
          .certificate(.leaf, .subject("CN"), .equal(Octets(name))),
          .certificate(Slot(1), .extensionPresence(storeAuthority), .exists),
        ]),
      ])
    }
    guard path[1].hasExtension(developerAuthority) == true else { return .anchorApple }
    guard let team = path[0].subject("OU")?.first else { return nil }
    return .all([
      .anchorAppleGeneric,
      .all([
        .certificate(Slot(1), .extensionPresence(developerAuthority), .exists),
        .all([
          .certificate(.leaf, .extensionPresence(developerLeaf), .exists),
          .certificate(.leaf, .subject("OU"), .equal(Octets(team))),
        ]),
      ]),
    ])
  }

  /// The highest certificate, counted from the leaf without a gap, that is of the leaf's organization.
  private static func foreignAnchor(_ path: [CertificateFacts]) -> Requirement? {
    guard let organization = path.first?.subject("O") else { return nil }
    var place = 0
    var slot = Slot.leaf
    if let organization = organization.first {
      while place + 1 < path.count, path[place + 1].subject("O")?.first == organization { place += 1 }
      slot = place == path.count - 1 ? .root : Slot(place)
    }
    return path[place].sha1.map { .certificateHash(slot, $0) }
  }
}
