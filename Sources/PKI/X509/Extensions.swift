/// RFC 5280 4.2.1.3; bit n of the BIT STRING is 1 << n.
package struct KeyUsage: OptionSet, Hashable, Sendable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
  package static let digitalSignature = KeyUsage(rawValue: 1 << 0)
  package static let contentCommitment = KeyUsage(rawValue: 1 << 1)
  package static let keyEncipherment = KeyUsage(rawValue: 1 << 2)
  package static let dataEncipherment = KeyUsage(rawValue: 1 << 3)
  package static let keyAgreement = KeyUsage(rawValue: 1 << 4)
  package static let keyCertSign = KeyUsage(rawValue: 1 << 5)
  package static let crlSign = KeyUsage(rawValue: 1 << 6)
  package static let encipherOnly = KeyUsage(rawValue: 1 << 7)
  package static let decipherOnly = KeyUsage(rawValue: 1 << 8)

  /// The bits by their names in RFC 5280, `digitalSignature keyCertSign`.
  package var description: String {
    let names = [
      "digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign",
      "encipherOnly", "decipherOnly",
    ]
    let set = names.indices.filter { rawValue & 1 << UInt16($0) != 0 }.map { names[$0] }
    return set.isEmpty ? "none" : set.joined(separator: " ")
  }
}

/// AuthorityKeyIdentifier (RFC 5280 4.2.1.1).
package struct AuthorityKeyIdentifier: Hashable, Sendable {
  package var keyIdentifier: ArraySlice<UInt8>?
  package var issuer: [GeneralName]?
  package var serialNumber: ArraySlice<UInt8>?
}

/// NameConstraints (RFC 5280 4.2.1.10). Empty lists mean absent ones.
package struct NameConstraints: Hashable, Sendable {
  package var permitted: [GeneralName] = []
  package var excluded: [GeneralName] = []
}

/// PolicyInformation without its qualifiers' contents (RFC 5280 4.2.1.4).
package struct PolicyInformation: Hashable, Sendable {
  package let policy: OID
  package let hasQualifiers: Bool
}

/// One pair of PolicyMappings (RFC 5280 4.2.1.5).
package struct PolicyMapping: Hashable, Sendable {
  package let issuerPolicy: OID
  package let subjectPolicy: OID
}

/// PolicyConstraints (RFC 5280 4.2.1.11).
package struct PolicyConstraints: Hashable, Sendable {
  package var requireExplicitPolicy: Int?
  package var inhibitPolicyMapping: Int?
}

/// AccessDescription (RFC 5280 4.2.2.1).
package struct AccessDescription: Hashable, Sendable {
  package let method: OID
  package let location: GeneralName
}

/// DistributionPoint (RFC 5280 4.2.1.13).
package struct DistributionPoint: Hashable, Sendable {
  package var fullName: [GeneralName]?
  /// RelativeDistinguishedName's contents, where the name is given relative to the CRL issuer.
  package var relativeName: ArraySlice<UInt8>?
  /// ReasonFlags, bit n is 1 << n; nil for all reasons.
  package var reasons: UInt16?
  package var crlIssuer: [GeneralName]?
}

/// Extensions decoded once. Nil when absent or unreadable; the latter is listed in `unreadable`.
struct DecodedExtensions: Sendable {
  var basicConstraints: (isCA: Bool, pathLength: Int?)?
  var keyUsage: KeyUsage?
  var extendedKeyUsage: [OID]?
  var subjectKeyIdentifier: ArraySlice<UInt8>?
  var authorityKeyIdentifier: AuthorityKeyIdentifier?
  var subjectAlternativeNames: [GeneralName]?
  var issuerAlternativeNames: [GeneralName]?
  var nameConstraints: NameConstraints?
  var policies: [PolicyInformation]?
  var policyMappings: [PolicyMapping]?
  var policyConstraints: PolicyConstraints?
  var inhibitAnyPolicy: Int?
  var authorityInformationAccess: [AccessDescription]?
  var crlDistributionPoints: [DistributionPoint]?
  var freshestCRL: [DistributionPoint]?
  /// Extensions that are present and cannot be read, or that occur twice.
  var unreadable: [OID] = []
}

/// Identifiers of the extensions that the path validator and reports know.
package enum ExtensionID {
  package static let subjectKeyIdentifier: OID = "2.5.29.14"
  package static let keyUsage: OID = "2.5.29.15"
  package static let subjectAlternativeName: OID = "2.5.29.17"
  package static let issuerAlternativeName: OID = "2.5.29.18"
  package static let basicConstraints: OID = "2.5.29.19"
  package static let nameConstraints: OID = "2.5.29.30"
  package static let crlDistributionPoints: OID = "2.5.29.31"
  package static let certificatePolicies: OID = "2.5.29.32"
  package static let anyPolicy: OID = "2.5.29.32.0"
  package static let policyMappings: OID = "2.5.29.33"
  package static let authorityKeyIdentifier: OID = "2.5.29.35"
  package static let policyConstraints: OID = "2.5.29.36"
  package static let extendedKeyUsage: OID = "2.5.29.37"
  package static let anyExtendedKeyUsage: OID = "2.5.29.37.0"
  package static let freshestCRL: OID = "2.5.29.46"
  package static let inhibitAnyPolicy: OID = "2.5.29.54"
  package static let authorityInformationAccess: OID = "1.3.6.1.5.5.7.1.1"
  package static let issuerAddress: OID = "1.3.6.1.5.5.7.48.2"
  package static let subjectDirectoryAttributes: OID = "2.5.29.9"
  package static let privateKeyUsagePeriod: OID = "2.5.29.16"
  package static let subjectInformationAccess: OID = "1.3.6.1.5.5.7.1.11"
}
