/// Comparison of one name with one constraint of its kind (RFC 5280 4.2.1.10), on octets.
enum NameForms {
  enum Match { case within, outside, unusable }
  typealias Octets = ArraySlice<UInt8>

  private static func labels(_ octets: Octets) -> [[UInt8]]? {
    let parts = octets.lowered.split(separator: 0x2E, omittingEmptySubsequences: false).map { Array($0) }
    let isUsable = parts.allSatisfy { part in
      (1...63).contains(part.count) && part.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x40 && $0 != 0x2F && $0 != 0x3A }
    }
    return isUsable ? parts : nil
  }

  /// dNSName: the constraint's labels are the name's last ones. An empty constraint holds every name. A wildcard that could stand
  /// for an excluded name is excluded with it (RFC 9525 and CVE-2025-61727).
  static func dns(_ name: Octets, _ constraint: Octets, isExclusion: Bool, allowsLeadingPeriod: Bool) -> Match {
    guard let parts = labels(name) else { return .unusable }
    if constraint.isEmpty { return .within }
    var base = constraint
    var onlyBelow = false
    if base.first == 0x2E {
      guard allowsLeadingPeriod else { return .unusable }
      base = base.dropFirst()
      onlyBelow = true
    }
    guard let suffix = labels(base), !suffix.contains(where: { $0.contains(0x2A) }) else { return .unusable }
    if parts.count >= suffix.count + (onlyBelow ? 1 : 0), parts.suffix(suffix.count).elementsEqual(suffix) { return .within }
    if isExclusion, parts[0] == [0x2A], parts.count == suffix.count, parts.dropFirst().elementsEqual(suffix.dropFirst()) {
      return .within
    }
    return .outside
  }

  /// rfc822Name: a mailbox, a host, or `.domain` for all hosts below it. Local parts are compared exactly, character for
  /// character.
  static func mailbox(_ name: Octets, _ constraint: Octets) -> Match {
    guard let (local, host) = split(name), let parts = labels(host) else { return .unusable }
    if constraint.isEmpty { return .within }
    if constraint.contains(0x40) {
      guard let (baseLocal, baseHost) = split(constraint), let baseParts = labels(baseHost) else { return .unusable }
      return local == baseLocal && parts == baseParts ? .within : .outside
    }
    return isHost(parts, constraint)
  }

  private static func split(_ mailbox: Octets) -> (local: Octets, host: Octets)? {
    guard let at = mailbox.firstIndex(of: 0x40), mailbox.lastIndex(of: 0x40) == at, at > mailbox.startIndex,
      mailbox[..<at].allSatisfy({ (0x21...0x7E).contains($0) })
    else { return nil }
    return (mailbox[..<at], mailbox[(at + 1)...])
  }

  /// A host exactly, or with a leading period all hosts below.
  private static func isHost(_ parts: [[UInt8]], _ constraint: Octets) -> Match {
    let below = constraint.first == 0x2E
    guard let base = labels(below ? constraint.dropFirst() : constraint) else { return .unusable }
    if below { return parts.count > base.count && parts.suffix(base.count).elementsEqual(base) ? .within : .outside }
    return parts == base ? .within : .outside
  }

  /// uniformResourceIdentifier: its host part; one without a host name cannot be judged.
  static func uri(_ name: Octets, _ constraint: Octets) -> Match {
    guard let colon = name.firstIndex(of: 0x3A), name[colon...].starts(with: [0x3A, 0x2F, 0x2F]) else { return .unusable }
    var authority = name[(colon + 3)...].prefix { $0 != 0x2F && $0 != 0x3F && $0 != 0x23 }
    if let at = authority.lastIndex(of: 0x40) { authority = authority[(at + 1)...] }
    guard authority.first != 0x5B else { return .unusable }
    let host = authority.prefix { $0 != 0x3A }
    guard let parts = labels(host), parts.last?.contains(where: { !$0.isDigit }) == true else { return .unusable }
    if constraint.isEmpty { return .within }
    return isHost(parts, constraint)
  }

  /// iPAddress: address and mask of 4 or 16 octets each, the mask a prefix (RFC 4632).
  static func address(_ name: Octets, _ constraint: Octets) -> Match {
    guard name.count == 4 || name.count == 16, constraint.count == 8 || constraint.count == 32 else { return .unusable }
    let mask = constraint.suffix(constraint.count / 2)
    var ended = false
    for octet in mask {
      guard !ended || octet == 0 else { return .unusable }
      guard (~octet).leadingZeroBitCount == octet.nonzeroBitCount || octet == 0 else { return .unusable }
      if octet != 0xFF { ended = true }
    }
    guard name.count == constraint.count / 2 else { return .outside }
    let isWithin = zip(zip(name, constraint), mask).allSatisfy { ($0.0 ^ $0.1) & $1 == 0 }
    return isWithin ? .within : .outside
  }
}

extension NameForms {
  /// Preferred name syntax (RFC 1034 3.5 as RFC 1123 2.1 relaxes it), a first label `*` allowed, and no address in its place.
  static func isPreferredSyntax(_ name: Octets) -> Bool {
    guard var parts = labels(name), name.count <= 253 else { return false }
    if parts.count > 1, parts[0] == [0x2A] { parts.removeFirst() }
    let isHost = parts.allSatisfy { part in
      part.first != 0x2D && part.last != 0x2D
        && part.allSatisfy { (0x61...0x7A).contains($0) || $0.isDigit || $0 == 0x2D }
    }
    return isHost && parts.last?.contains { !$0.isDigit } == true
  }

  /// A constraint that RFC 5280 4.2.1.10 defines for its kind; kinds without a definition pass.
  static func isUsableConstraint(_ base: GeneralName) -> Bool {
    switch base {
    case .dns(let base):
      dns([0x61], base, isExclusion: false, allowsLeadingPeriod: false) != .unusable
    case .rfc822(let base): mailbox([0x61, 0x40, 0x61], base) != .unusable
    case .uri(let base): uri(Array("a://a".utf8)[...], base) != .unusable
    case .ip(let base): address(base.prefix(base.count / 2), base) != .unusable
    case .directory(let name): !name.isOpaque
    default: true
    }
  }
}
