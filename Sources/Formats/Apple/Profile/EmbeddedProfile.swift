import AssayBytes
import AssayCore
import AssayPKI

/// A provisioning profile in a bundle, compared with the code that it is for. Systems grant entitlements by it; the signature of the code
/// does not depend on it, so that what differs is a warning.
struct EmbeddedProfile: Sendable {
  let path: String
  let document: Result<ProfileDocument, ParseError>

  static let names = ["embedded.provisionprofile", "embedded.mobileprovision"]

  /// Nil where the bundle has none.
  static func find(_ tree: any ArtifactTree, _ layout: BundleLayout, _ budget: inout Budget) throws(ParseError) -> EmbeddedProfile?
  {
    for name in names {
      let path = layout.path(name)
      guard let octets = try BundleArtifact.read(tree, path, limit: ProfileDocument.byteLimit) else { continue }
      do throws(ParseError) {
        return EmbeddedProfile(path: path, document: .success(try ProfileDocument(octets[...], &budget)))
      } catch {
        return EmbeddedProfile(path: path, document: .failure(error))
      }
    }
    return nil
  }

  /// `report`: of the code's signature. Warnings, never failures.
  func compare(_ report: SignatureReport, _ signature: AppleSignature?, in context: TrustContext, _ work: inout Work) -> [Finding] {
    let profile: ProfileDocument
    switch document {
    case .failure(let error):
      return [Finding("bundle.profile.unreadable", .warning, "\(path) cannot be read: \(error.message)", offset: error.offset)]
    case .success(let document): profile = document
    }
    guard let signed = profile.signed else {
      return [
        Finding(
          "bundle.profile.signature", .warning, "\(path) is not signed: no system takes it", expected: "trusted", found: "unsigned")
      ]
    }
    var findings: [Finding] = []
    func differ(_ code: String, _ message: String, _ expected: String?, _ found: String?) {
      findings.append(Finding(code, .warning, "\(path) \(message)", expected: expected, found: found, attack: ["T1554"]))
    }
    let claim = ProfileClaim(kindOfProfile: .provisioning, document: profile, signed: signed)
    let own = claim.check(Measurements(), in: context, &work)
    if own.state != .trusted {
      differ("bundle.profile.signature", "has a signature that is \(own.state.rawValue)", "trusted", own.state.rawValue)
    }
    if let expiry = profile.expiry, expiry < context.now {
      differ("profile.expired", "ended at \(expiry.rfc3339): systems refuse what it grants", nil, expiry.rfc3339)
    }
    guard let signature else { return findings }
    func words(_ octets: [UInt8]?) -> String { octets.map { String(decoding: $0, as: UTF8.self) } ?? "none" }
    let best = signature.best
    if !profile.teams.contains(where: { $0 == best.teamID }) {
      differ(
        "bundle.profile.team", "is for another team than the code's", words(best.teamID),
        profile.teams.map(words).joined(separator: " "))
    }
    if !profile.covers(best.identifier) {
      differ("bundle.profile.identifier", "is for another program", best.identifierText, words(profile.applicationIdentifier))
    }
    if !signature.isAdhoc, let leaf = report.claimedSigner,
      !profile.developerCertificates.contains(where: { leaf.encoded.elementsEqual($0) })
    {
      differ(
        "bundle.profile.certificate", "does not name the certificate that signed the code", Hex.encode(leaf.fingerprint(.sha256)),
        "\(profile.developerCertificates.count) others")
    }
    return findings
  }
}
