import AssayPKI

/// What a profile is for, and whose signature makes it count.
package enum ProfileKind: Sendable {
  case configuration, provisioning

  /// Configuration profiles are signed with any certificate that the system trusts, those of web servers among them; Apple asks for no
  /// purpose. Provisioning profiles come from Apple alone, which marks the certificate.
  var path: PathProfile {
    var profile = PathProfile(name: self == .configuration ? "configuration profile" : "provisioning profile", requiredUsage: nil)
    profile.keyUsage = [.digitalSignature, .contentCommitment]
    profile.recognizedExtensions = PathProfile.appleCode.recognizedExtensions.union([ProfileKind.macLeaf])
    return profile
  }

  static let macLeaf: OID = "1.2.840.113635.100.4.11"
  static let developerAuthority: OID = "1.2.840.113635.100.6.2.1"
  /// For devices Apple marks nothing and asks for names, under its own root.
  static let deviceLeaf = "Apple iPhone OS Provisioning Profile Signing"
  static let deviceAuthority = "Apple iPhone Certification Authority"

  /// Asked only where the path ends in Apple's own root: elsewhere names and marks are anybody's.
  static func isProvisioning(_ path: [Certificate]) -> Bool {
    guard let leaf = path.first, let issuer = path.dropFirst().first else { return false }
    if leaf.extension(macLeaf) != nil, issuer.extension(developerAuthority) != nil { return true }
    func isNamed(_ certificate: Certificate, _ name: String) -> Bool {
      certificate.subject.commonName.map { $0.utf8.elementsEqual(name.utf8) } ?? false
    }
    return isNamed(leaf, deviceLeaf) && isNamed(issuer, deviceAuthority)
  }
}
