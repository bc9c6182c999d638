/// An extension of a certificate, CRL or OCSP response (RFC 5280 §4.1).
package struct CertificateExtension: Sendable {
  package var oid: String
  package var critical: Bool
  /// DER inside the OCTET STRING.
  package var value: [UInt8]

  package init(_ oid: String, critical: Bool = false, _ value: [UInt8]) {
    self.oid = oid
    self.critical = critical
    self.value = value
  }

  package var der: [UInt8] {
    critical ? DER.seq(DER.oid(oid), DER.bool(true), DER.octets(value)) : DER.seq(DER.oid(oid), DER.octets(value))
  }

  // MARK: RFC 5280 §4.2.1

  package static func basicConstraints(ca: Bool, pathLength: Int? = nil, critical: Bool = true) -> Self {
    var parts: [[UInt8]] = ca ? [DER.bool(true)] : []
    if let pathLength { parts.append(DER.int(pathLength)) }
    return Self("2.5.29.19", critical: critical, DER.seq(parts))
  }

  package enum KeyUsageBit: Int, Sendable {
    case digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment, keyAgreement, keyCertSign, cRLSign
    case encipherOnly, decipherOnly
  }

  package static func keyUsage(_ bits: KeyUsageBit..., critical: Bool = true) -> Self {
    Self("2.5.29.15", critical: critical, DER.namedBits(bits.map(\.rawValue)))
  }

  package static func extendedKeyUsage(_ purposes: [String], critical: Bool = false) -> Self {
    Self("2.5.29.37", critical: critical, DER.seq(purposes.map(DER.oid)))
  }

  package static func subjectKeyIdentifier(_ identifier: [UInt8]) -> Self { Self("2.5.29.14", DER.octets(identifier)) }
  package static func authorityKeyIdentifier(_ identifier: [UInt8]) -> Self {
    Self("2.5.29.35", DER.seq(DER.implicit(0, DER.octets(identifier))))
  }

  package static func subjectAlternativeName(_ names: [GeneralName], critical: Bool = false) -> Self {
    Self("2.5.29.17", critical: critical, DER.seq(names.map(\.der)))
  }

  package static func nameConstraints(permitted: [GeneralName] = [], excluded: [GeneralName] = [], critical: Bool = true) -> Self {
    func subtrees(_ number: UInt8, _ names: [GeneralName]) -> [UInt8] {
      names.isEmpty ? [] : DER.value(0xA0 | number, Array(names.map { DER.seq($0.der) }.joined()))
    }
    return Self("2.5.29.30", critical: critical, DER.seq(subtrees(0, permitted), subtrees(1, excluded)))
  }

  package static func certificatePolicies(_ policies: [String], critical: Bool = false) -> Self {
    Self("2.5.29.32", critical: critical, DER.seq(policies.map { DER.seq(DER.oid($0)) }))
  }

  package static func policyConstraints(requireExplicit: Int? = nil, inhibitMapping: Int? = nil) -> Self {
    var parts: [[UInt8]] = []
    if let requireExplicit { parts.append(DER.implicit(0, DER.int(requireExplicit))) }
    if let inhibitMapping { parts.append(DER.implicit(1, DER.int(inhibitMapping))) }
    return Self("2.5.29.36", critical: true, DER.seq(parts))
  }

  package static func policyMappings(_ pairs: [(String, String)]) -> Self {
    Self("2.5.29.33", critical: true, DER.seq(pairs.map { DER.seq(DER.oid($0.0), DER.oid($0.1)) }))
  }

  package static func inhibitAnyPolicy(_ skip: Int) -> Self { Self("2.5.29.54", critical: true, DER.int(skip)) }

  package static func crlDistributionPoints(_ addresses: [String]) -> Self {
    Self(
      "2.5.29.31",
      DER.seq(addresses.map { DER.seq(DER.explicit(0, DER.explicit(0, GeneralName.uri($0).der))) }))
  }

  /// authorityInfoAccess with id-ad-caIssuers and id-ad-ocsp.
  package static func authorityInfoAccess(issuers: [String] = [], ocsp: [String] = []) -> Self {
    let entries =
      issuers.map { DER.seq(DER.oid("1.3.6.1.5.5.7.48.2"), GeneralName.uri($0).der) }
      + ocsp.map { DER.seq(DER.oid("1.3.6.1.5.5.7.48.1"), GeneralName.uri($0).der) }
    return Self("1.3.6.1.5.5.7.1.1", DER.seq(entries))
  }
}

/// GeneralName (RFC 5280 §4.2.1.6).
package enum GeneralName: Sendable {
  case rfc822(String)
  case dns(String)
  case directory(Name)
  case uri(String)
  /// Address octets; in a constraint address and mask.
  case ip([UInt8])
  case registeredID(String)
  case other(oid: String, value: [UInt8])

  package var der: [UInt8] {
    switch self {
    case .other(let oid, let value): DER.value(0xA0, DER.oid(oid) + DER.explicit(0, value))
    case .rfc822(let text): DER.implicit(1, DER.ia5(text))
    case .dns(let text): DER.implicit(2, DER.ia5(text))
    case .directory(let name): DER.explicit(4, name.der)
    case .uri(let text): DER.implicit(6, DER.ia5(text))
    case .ip(let octets): DER.implicit(7, DER.octets(octets))
    case .registeredID(let oid): DER.implicit(8, DER.oid(oid))
    }
  }
}

/// Extended key purposes.
package enum Purpose {
  package static let serverAuth = "1.3.6.1.5.5.7.3.1"
  package static let codeSigning = "1.3.6.1.5.5.7.3.3"
  package static let emailProtection = "1.3.6.1.5.5.7.3.4"
  package static let timeStamping = "1.3.6.1.5.5.7.3.8"
  package static let ocspSigning = "1.3.6.1.5.5.7.3.9"
  package static let lifetimeSigning = "1.3.6.1.4.1.311.10.3.13"
  package static let any = "2.5.29.37.0"
}
