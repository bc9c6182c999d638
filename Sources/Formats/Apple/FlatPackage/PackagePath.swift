import AssayBytes
import AssayCore
import AssayPKI

// Time, path and profile of a package's signer.
extension PackageCheck {
  mutating func checkTime(_ signed: SignedData, _ signer: SignerInfo, _ work: inout Work) {
    let stamps = signer.checkTimeStamps(
      tokenAttributes: [SignerInfo.tokenAttribute], certificates: signed.certificates + context.certificates, trust: context.trust,
      now: context.now, revocation: context.revocation, &work)
    time = stamps.compactMap(\.verified).min { $0.moment < $1.moment }
    if let time {
      let name = stamps.first { $0.verified?.moment == time.moment }?.authorityName
      report.time = SigningTime(.rfc3161, value: time.moment, authority: name)
      pass("timestamp", "a timestamp of \(name ?? "an authority") is verified", "RFC 3161 2.4.2", found: time.moment.rfc3339)
      return
    }
    for failure in stamps.flatMap(\.failures).prefix(4) {
      report.findings.append(Finding(failure.code, .warning, "timestamp ignored: \(failure.message)"))
    }
    let claimed = stamps.compactMap(\.claimed).first ?? signer.claimedSigningTime
    report.time = SigningTime(claimed == nil ? .none : .claimed, value: claimed)
    report.ladder.rungs.append(
      Rung("timestamp", .notEstablished, "no verified timestamp, the time of judging counts", clause: "RFC 3161 2.4.2"))
  }

  mutating func checkPath(_ certificates: [Certificate], _ work: inout Work) {
    guard let certificate = signerCheck?.certificate else { return }
    var result = validate(certificate, certificates, &work)
    // A timestamp of just any authority would let a stolen key sign for the past.
    if result.anchor?.bundle == "apple", let stamped = time, stamped.authority.anchor?.bundle != "apple" {
      report.findings.append(
        Finding(
          "apple.timestamp.foreign", .warning, "timestamp ignored: its authority is not Apple's, as the signer's certificate is",
          found: report.time.authority))
      time = nil
      report.time = SigningTime(.claimed, value: stamped.moment)
      result = validate(certificate, certificates, &work)
    }
    path = result
    (report.path, report.anchor, report.revocation) = (result.path, result.anchor, result.revocation)
    for failure in result.failures {
      var finding = Finding(failure)
      finding.attack = ["T1036.001"]
      fail("path", AppleCheck.state(for: failure.kind), finding, failure.clause)
    }
    for weakness in result.weaknesses.prefix(8) { report.findings.append(Finding("pki.path.weak", .warning, weakness)) }
    if result.failures.isEmpty {
      pass("path", "to \(result.anchor?.name ?? "an anchor") through \(max(result.path.count - 1, 0)) issuers", "RFC 5280 6.1")
      report.teamID = certificate.subject.organizationalUnit
      if case .notEstablished = result.revocation {
        report.findings.append(
          Finding("pki.revocation.not-established", .note, "no revocation evidence at hand covers the path; add it with --crl"))
      }
    } else if certificate.isSelfIssued {
      report.findings.append(
        Finding(
          "apple.signer.self-signed", .failure,
          "self-signed by \(certificate.subject.description): the name is the signer's own claim",
          found: certificate.subject.description))
    }
    checkUsage(certificate)
    checkMarkers(result, certificate)
  }

  private func validate(_ certificate: Certificate, _ certificates: [Certificate], _ work: inout Work) -> PathResult {
    PathValidator(.applePackage).validate(
      certificate, with: certificates + context.certificates, trust: context.trust, signedAt: time?.moment ?? context.now,
      now: context.now, revocation: context.revocation, &work)
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
    guard let bundle = result.anchor?.bundle else { return }
    if bundle == "microsoft" {
      fail(
        "profile", .untrusted,
        Finding(
          "apple.anchor.foreign", .failure, "\(result.anchor?.name ?? "the anchor") is not trusted for code of Apple's systems"),
        clause)
      return
    }
    guard bundle == "apple" else { return }
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
