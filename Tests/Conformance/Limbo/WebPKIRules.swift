import AssayPKI

/// The CA/Browser Forum's baseline requirements 7.1 as far as x509-limbo's `webpki` cases ask for them. They concern web servers, so
/// they live in the test and not in the validator.
enum WebPKIRules {
  static func violations(_ result: PathResult) -> [String] {
    guard let peer = result.path.first else { return ["no path"] }
    var found = subscriber(peer)
    for (index, certificate) in (result.path + [result.anchor?.certificate].compactMap { $0 }).enumerated() {
      found += key(certificate, index)
    }
    if let root = result.anchor?.certificate { found += self.root(root) }
    return found
  }

  private static func subscriber(_ peer: Certificate) -> [String] {
    var found: [String] = []
    if peer.version != 3 { found.append("version \(peer.version)") }
    if peer.basicConstraints?.isCA == true { found.append("subscriber certificate is a CA") }
    if let item = peer.extension(ExtensionID.extendedKeyUsage), item.isCritical { found.append("extKeyUsage is critical") }
    if peer.extendedKeyUsage?.contains(ExtensionID.anyExtendedKeyUsage) == true { found.append("anyExtendedKeyUsage") }
    if let item = peer.extension(ExtensionID.subjectAlternativeName), item.isCritical, !peer.subject.isEmpty {
      found.append("critical subjectAltName beside a subject")
    }
    if peer.unreadableExtensions.contains(ExtensionID.authorityInformationAccess) { found.append("unreadable authorityInfoAccess") }
    for case .dns(let name) in peer.subjectAlternativeNames ?? [] where name.first == 0x2A && !name.dropFirst(2).contains(0x2E) {
      found.append("wildcard below a top-level domain")
    }
    return found + commonNames(peer)
  }

  /// 7.1.4.3, of a common name that is a host name or an address: in ASCII, a host name letter for letter as in subjectAltName, an
  /// address in its canonical text. (That it must be one of subjectAltName's values the cases themselves do not keep to.)
  private static func commonNames(_ peer: Certificate) -> [String] {
    let names = peer.subjectAlternativeNames ?? []
    return peer.subject.attributes.filter { $0.type == AttributeID.commonName }.compactMap { attribute in
      let text = attribute.text ?? ""
      let isRight = names.contains { name in
        switch name {
        case .dns(let value): Array(value) == Array(text.utf8)
        case .ip(let octets): canonical(Array(octets)) == text
        default: false
        }
      }
      let isSpelledDifferently = names.contains { $0.ascii.map { $0.lowercased() == text.lowercased() } ?? false }
      let looksLikeAddress = text.contains(":") || text.hasPrefix("0x") || text.allSatisfy { $0.isNumber || $0 == "." }
      let isForeign = text.contains(".") && !text.utf8.allSatisfy { $0 < 0x80 }
      return isRight || !(isSpelledDifferently || looksLikeAddress || isForeign) ? nil : "common name \(text) is no subjectAltName"
    }
  }

  /// RFC 3986 3.2.2 and RFC 5952 4.
  static func canonical(_ octets: [UInt8]) -> String {
    if octets.count == 4 { return octets.map { String($0) }.joined(separator: ".") }
    let groups = stride(from: 0, to: octets.count - 1, by: 2).map { UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]) }
    var longest = 0..<0
    var start = 0
    while start < groups.count {
      var end = start
      while end < groups.count, groups[end] == 0 { end += 1 }
      if end - start > max(longest.count, 1) { longest = start..<end }
      start = max(end, start + 1)
    }
    func text(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
    if longest.isEmpty { return text(groups[...]) }
    return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
  }

  /// 6.1.5 and 7.1.3.1: RSA from 2048 bits on, divisible by 8, or P-256, P-384, P-521.
  private static func key(_ certificate: Certificate, _ index: Int) -> [String] {
    switch certificate.publicKey.kind {
    case .rsa(let bits) where bits >= 2048 && bits % 8 == 0: []
    case .ec(let curve) where ["P-256", "P-384", "P-521"].contains(curve): []
    default: ["key \(certificate.publicKey.description) of certificate \(index)"]
    }
  }

  /// 7.1.2.1.
  private static func root(_ root: Certificate) -> [String] {
    var found: [String] = []
    if root.extendedKeyUsage != nil { found.append("root has extKeyUsage") }
    guard let authority = root.authorityKey, root.isSelfIssued else { return found }
    if authority.keyIdentifier == nil { found.append("root's authorityKeyIdentifier has no keyIdentifier") }
    if authority.issuer != nil || authority.serialNumber != nil { found.append("root's authorityKeyIdentifier names an issuer") }
    if authority.keyIdentifier != root.subjectKeyIdentifier { found.append("root's key identifiers differ") }
    return found
  }
}
