import AssayBytes

/// permitted_subtrees and excluded_subtrees as they gather along a path (RFC 5280 6.1.2 (b), (c) and 6.1.4 (g)).
struct NameConstraintSet {
  private struct Subtree {
    let base: GeneralName
    /// Of a directoryName, folded once.
    let folded: [[[UInt8]]]
    init(_ base: GeneralName) {
      self.base = base
      if case .directory(let name) = base { folded = name.folded } else { folded = [] }
    }
  }
  /// One list for each certificate that permits something: a name must lie in a subtree of each list that has its kind.
  private var permitted: [[Int: [Subtree]]] = []
  private var excluded: [Int: [Subtree]] = [:]
  /// Constraints of this shape are honoured only where the profile is lenient: RFC 5280 has no leading period for dNSName.
  let isStrict: Bool
  init(isStrict: Bool) { self.isStrict = isStrict }
  var isEmpty: Bool { permitted.isEmpty && excluded.isEmpty }

  mutating func add(_ constraints: NameConstraints, _ budget: inout Budget) throws(ParseError) {
    try budget.spend(steps: constraints.permitted.count + constraints.excluded.count)
    if !constraints.permitted.isEmpty {
      permitted.append(Dictionary(grouping: constraints.permitted.map { Subtree($0) }, by: \.base.kind))
    }
    for base in constraints.excluded { excluded[base.kind, default: []].append(Subtree(base)) }
  }

  /// What is wrong with the certificate's names: nil when all are permitted and none is excluded.
  func violation(_ certificate: Certificate, _ budget: inout Budget) throws(ParseError) -> (expected: String, found: String)? {
    if isEmpty { return nil }
    let names = NameConstraintSet.names(of: certificate)
    try budget.spend(steps: names.count + certificate.subject.attributes.count)
    for name in names {
      if let violation = try violation(name, &budget) { return violation }
    }
    return nil
  }

  /// Subject (unless empty), subjectAltName, and the subject's e-mail addresses where subjectAltName has none
  /// (RFC 5280 4.2.1.10).
  private static func names(of certificate: Certificate) -> [GeneralName] {
    var names = certificate.subjectAlternativeNames ?? []
    if !names.contains(where: { $0.kind == 1 }) {
      for attribute in certificate.subject.attributes where attribute.type == AttributeID.emailAddress {
        names.append(.rfc822(Array((attribute.text ?? "\u{FFFD}").utf8)[...]))
      }
    }
    if !certificate.subject.isEmpty { names.append(.directory(certificate.subject)) }
    return names
  }

  private func violation(_ name: GeneralName, _ budget: inout Budget) throws(ParseError) -> (expected: String, found: String)? {
    let subject = Subtree(name)
    for list in permitted {
      guard let subtrees = list[name.kind] else { continue }
      var isPermitted = false
      for subtree in subtrees {
        try budget.spend(steps: 1 + subtree.folded.count)
        switch matches(subject, subtree, isExclusion: false) {
        case .within: isPermitted = true
        case .outside: continue
        case .unusable: return ("a constraint and a name that can be compared", "\(subtree.base.description), \(name.description)")
        }
        if isPermitted { break }
      }
      if !isPermitted {
        let bases = subtrees.prefix(4).map(\.base.description).joined(separator: ", ")
        return ("within \(bases)\(subtrees.count > 4 ? ", ..." : "")", name.description)
      }
    }
    for subtree in excluded[name.kind] ?? [] {
      try budget.spend(steps: 1 + subtree.folded.count)
      switch matches(subject, subtree, isExclusion: true) {
      case .within: return ("not within \(subtree.base.description)", name.description)
      case .outside: continue
      case .unusable: return ("a constraint and a name that can be compared", "\(subtree.base.description), \(name.description)")
      }
    }
    return nil
  }

  private func matches(_ name: Subtree, _ subtree: Subtree, isExclusion: Bool) -> NameForms.Match {
    switch (name.base, subtree.base) {
    case (.dns(let value), .dns(let base)):
      NameForms.dns(value, base, isExclusion: isExclusion, allowsLeadingPeriod: !isStrict)
    case (.rfc822(let value), .rfc822(let base)): NameForms.mailbox(value, base)
    case (.uri(let value), .uri(let base)): NameForms.uri(value, base)
    case (.ip(let value), .ip(let base)): NameForms.address(value, base)
    case (.directory(let value), .directory(let base)):
      value.isOpaque || base.isOpaque ? .unusable : name.folded.starts(with: subtree.folded) ? .within : .outside
    default: .unusable
    }
  }
}
