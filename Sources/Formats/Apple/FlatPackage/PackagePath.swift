import AssayBytes
import AssayCore
import AssayPKI

// Path and profile of a package's signer.
extension PackageCheck {
  mutating func checkPath(_ certificates: [Certificate], _ work: inout Work) {
    guard let certificate = signerCheck?.certificate else { return }
    let result = followPath(certificate, certificates, &work)
    if result.failures.isEmpty { report.teamID = certificate.subject.organizationalUnit }
    noteRevocation(result)
    checkUsage(certificate)
    checkMarkers(result, certificate)
  }

  /// Installer certificates have a purpose of Apple's own; a certificate for code may sign packages, too. One for anything else may not.
  private mutating func checkUsage(_ certificate: Certificate) {
    guard let usage = certificate.extendedKeyUsage else { return }
    guard !usage.contains(where: { PackageProfile.usages.contains($0) }) else { return }
    fail(
      "usage", .wrongUsage,
      Finding(
        "pkg.signer.profile", .failure, "the certificate may not sign packages",
        expected: PackageProfile.usages.map(\.description).sorted().joined(separator: " "),
        found: usage.map(\.description).joined(separator: " ")), "RFC 5280 4.2.1.12")
  }

  /// Under Apple's own anchors markers say what a certificate is for, never its name.
  private mutating func checkMarkers(_ result: PathResult, _ certificate: Certificate) {
    let clause = "Apple certificate extensions, 1.2.840.113635.100.6"
    if refusesAnchor(result, "profile", clause, for: "code of Apple's systems") { return }
    guard result.anchor?.bundle == "apple" else { return }
    if let profile = PackageProfile(leaf: certificate, issuer: result.path.dropFirst().first) {
      pass("profile", profile.rawValue, clause)
      return
    }
    if let code = AppleProfile(leaf: certificate, issuer: result.path.dropFirst().first), code == .development {
      fail(
        "profile", .untrusted,
        Finding("apple.signer.development", .failure, "signed for development: only its maker's own devices take it"), clause)
      return
    }
    fail(
      "profile", .wrongUsage,
      Finding("pkg.signer.profile", .failure, "the certificate has no marker of signing packages that Apple issues"), clause)
  }
}

/// What Apple issued a certificate for, of which a package may be signed.
enum PackageProfile: String, Sendable {
  case developerIDInstaller = "Developer ID installer"
  case appStoreInstaller = "Mac App Store installer"
  /// Gatekeeper's rule for installing takes it as well.
  case developerID = "Developer ID application"

  static let leafMarkers: [(OID, OID, PackageProfile)] = [
    ("1.2.840.113635.100.6.1.14", "1.2.840.113635.100.6.2.6", .developerIDInstaller),
    ("1.2.840.113635.100.6.1.10", "1.2.840.113635.100.6.2.1", .appStoreInstaller),
    ("1.2.840.113635.100.6.1.13", "1.2.840.113635.100.6.2.6", .developerID),
  ]

  /// Developer ID installer, third party installer, code signing.
  static let usages: Set<OID> = ["1.2.840.113635.100.4.13", "1.2.840.113635.100.4.9", "1.3.6.1.5.5.7.3.3"]

  init?(leaf: Certificate, issuer: Certificate?) {
    for (mark, issuerMark, profile) in PackageProfile.leafMarkers
    where leaf.extension(mark) != nil && issuer?.extension(issuerMark) != nil {
      self = profile
      return
    }
    return nil
  }
}

extension PathProfile {
  /// Signing of packages: any purpose, which the caller looks at, since there are several.
  static let applePackage = {
    var profile = PathProfile(name: "package signing", requiredUsage: nil)
    profile.recognizedExtensions = PathProfile.appleCode.recognizedExtensions
    return profile
  }()
}
