import AssayBytes

/// The time that a path is judged at. A clock's second must not reach the output, which is the same from run to run.
struct TimeThatCounts: Hashable, Sendable {
  let moment: Moment
  let isNow: Bool
  var description: String { isNow ? "now" : moment.rfc3339 }
}

/// What one certificate must fulfil by itself in its place of a path, apart from signatures and from its neighbours.
struct LocalCheck {
  enum Place { case endEntity, issuer, anchor }
  let profile: PathProfile
  let time: TimeThatCounts

  /// All failures; none makes the certificate usable in that place of some path.
  func failures(_ certificate: Certificate, _ place: Place, index: Int) -> [PathFailure] {
    var failures: [PathFailure] = []
    if place != .anchor || profile.checksAnchorCertificate {
      validity(certificate, index, &failures)
      encoding(certificate, place, index, &failures)
      criticalExtensions(certificate, index, &failures)
      if profile.refusesWeakAlgorithms { strength(certificate, place, index, &failures) }
    }
    switch place {
    case .endEntity:
      endEntityUsage(certificate, index, &failures)
    case .issuer:
      issuer(certificate, index, &failures)
    case .anchor:
      if profile.checksAnchorCertificate { issuer(certificate, index, &failures) }
    }
    if profile.refusesIrregularities, place != .anchor || profile.checksAnchorCertificate {
      conformance(certificate, place, index, &failures)
    }
    return failures
  }

  private func validity(_ certificate: Certificate, _ index: Int, _ failures: inout [PathFailure]) {
    if time.moment < certificate.notBefore {
      failures.append(
        PathFailure(
          .notYetValid, "pki.path.not-yet-valid", "certificate \(index) is valid only from \(certificate.notBefore.rfc3339) on",
          expected: "at or after \(certificate.notBefore.rfc3339)", found: time.description, clause: "RFC 5280 6.1.3 (a)(2)",
          certificate: index))
    }
    if time.moment > certificate.notAfter {
      failures.append(
        PathFailure(
          .expired, "pki.path.expired", "certificate \(index) expired at \(certificate.notAfter.rfc3339)",
          expected: "at or before \(certificate.notAfter.rfc3339)", found: time.description, clause: "RFC 5280 6.1.3 (a)(2)",
          certificate: index))
    }
  }

  /// Extensions whose contents decide over the path: one that cannot be read must not count as absent.
  private static let decisive: Set<OID> = [
    ExtensionID.basicConstraints, ExtensionID.keyUsage, ExtensionID.extendedKeyUsage, ExtensionID.subjectAlternativeName,
    ExtensionID.nameConstraints, ExtensionID.certificatePolicies, ExtensionID.policyMappings, ExtensionID.policyConstraints,
    ExtensionID.inhibitAnyPolicy,
  ]

  private func encoding(_ certificate: Certificate, _ place: Place, _ index: Int, _ failures: inout [PathFailure]) {
    if !certificate.extensionsAreReadable {
      failures.append(
        PathFailure(
          .malformed, "pki.path.extensions-unreadable", "the extensions of certificate \(index) cannot be read",
          clause: "RFC 5280 4.2", certificate: index))
    }
    for id in certificate.unreadableExtensions where LocalCheck.decisive.contains(id) {
      failures.append(
        PathFailure(
          .malformed, "pki.path.extension-unreadable",
          "extension \(id) of certificate \(index) cannot be read or occurs twice", found: id.description,
          clause: "RFC 5280 4.2", certificate: index))
    }
    let inner = certificate.innerSignatureAlgorithm
    let outer = certificate.signatureAlgorithm
    let null: ArraySlice<UInt8> = [5, 0]
    let sameParameters = inner.parameters == outer.parameters || (inner.parameters ?? null) == (outer.parameters ?? null)
    if inner.algorithm != outer.algorithm || !sameParameters {
      failures.append(
        PathFailure(
          .malformed, "pki.path.algorithm-mismatch",
          "certificate \(index) names one signature algorithm inside and another outside",
          expected: SignatureAlgorithmName(inner).name, found: SignatureAlgorithmName(outer).name, clause: "RFC 5280 4.1.1.2",
          certificate: index))
    }
    guard profile.refusesIrregularities else { return }
    for error in certificate.irregularities where !profile.toleratedIrregularities.contains(error.code) {
      // An anchor's serial number names nothing: real roots have the number 0.
      if place == .anchor, error.code.hasPrefix("x509.serial.") { continue }
      failures.append(
        PathFailure(
          .malformed, "pki.path.irregular", "certificate \(index): \(error.message)", found: error.code, clause: "RFC 5280 4.1",
          certificate: index))
    }
  }

  /// Extensions that are judged here, or that carry no constraint on the path.
  private static let recognized: Set<OID> = decisive.union([
    ExtensionID.subjectKeyIdentifier, ExtensionID.authorityKeyIdentifier, ExtensionID.issuerAlternativeName,
    ExtensionID.crlDistributionPoints, ExtensionID.freshestCRL, ExtensionID.authorityInformationAccess,
    ExtensionID.subjectInformationAccess, ExtensionID.subjectDirectoryAttributes, ExtensionID.privateKeyUsagePeriod,
  ])

  private func criticalExtensions(_ certificate: Certificate, _ index: Int, _ failures: inout [PathFailure]) {
    for item in certificate.extensions where item.isCritical && !LocalCheck.recognized.contains(item.id) {
      if profile.recognizedExtensions.contains(item.id) { continue }
      failures.append(
        PathFailure(
          .malformed, "pki.path.critical-extension", "critical extension \(item.id) of certificate \(index) is not known",
          found: item.id.description, clause: "RFC 5280 6.1.4 (o)", certificate: index))
    }
  }

  private func strength(_ certificate: Certificate, _ place: Place, _ index: Int, _ failures: inout [PathFailure]) {
    let algorithm = SignatureAlgorithmName(certificate.signatureAlgorithm)
    if place != .anchor, algorithm.isWeak {
      failures.append(
        PathFailure(
          .signatureUnsupported, "pki.path.weak-signature", "certificate \(index) is signed with \(algorithm.name), which is weak",
          expected: "SHA-256 or stronger", found: algorithm.name, clause: "NIST SP 800-131A 3", certificate: index))
    }
    if certificate.publicKey.isWeak {
      failures.append(
        PathFailure(
          .signatureUnsupported, "pki.path.weak-key", "certificate \(index) has the weak key \(certificate.publicKey.description)",
          expected: "112 bits of strength", found: certificate.publicKey.description, clause: "NIST SP 800-131A 3",
          certificate: index))
    }
  }

  // MARK: end entity

  private func endEntityUsage(_ certificate: Certificate, _ index: Int, _ failures: inout [PathFailure]) {
    if !profile.keyUsage.isEmpty, let usage = certificate.keyUsage, usage.isDisjoint(with: profile.keyUsage) {
      failures.append(
        PathFailure(
          .usage, "pki.path.key-usage", "keyUsage of certificate \(index) does not allow \(profile.name)",
          expected: profile.keyUsage.description, found: usage.description, clause: "RFC 5280 4.2.1.3", certificate: index))
    }
    guard let required = profile.requiredUsage else { return }
    guard let usages = certificate.extendedKeyUsage else {
      // An unreadable one is a failure of its own.
      let isUnreadable = certificate.unreadableExtensions.contains(ExtensionID.extendedKeyUsage)
      if !profile.allowsAbsentUsage, !isUnreadable {
        failures.append(usageFailure("certificate \(index) has no extKeyUsage, must be for \(profile.name)", "absent", index))
      }
      return
    }
    let found = usages.map(\.description).joined(separator: " ")
    if !usages.contains(required), !(profile.acceptsAnyUsage && usages.contains(ExtensionID.anyExtendedKeyUsage)) {
      failures.append(usageFailure("extKeyUsage of certificate \(index) is not for \(profile.name)", found, index))
    } else if profile.usageMustBeSoleAndCritical {
      let isCritical = certificate.extension(ExtensionID.extendedKeyUsage)?.isCritical == true
      if usages.count != 1 || !isCritical {
        failures.append(
          PathFailure(
            .usage, "pki.path.usage-not-sole", "extKeyUsage of certificate \(index) must be critical and have one purpose only",
            expected: "\(required), critical", found: "\(found)\(isCritical ? ", critical" : "")", clause: "RFC 3161 2.3",
            certificate: index))
      }
    }
  }

  private func usageFailure(_ message: String, _ found: String, _ index: Int) -> PathFailure {
    PathFailure(
      .usage, "pki.path.extended-key-usage", message, expected: profile.requiredUsage?.description, found: found,
      clause: "RFC 5280 4.2.1.12", certificate: index)
  }

  // MARK: issuer

  private func issuer(_ certificate: Certificate, _ index: Int, _ failures: inout [PathFailure]) {
    if certificate.basicConstraints?.isCA != true {
      failures.append(
        PathFailure(
          .constraint, "pki.path.not-a-ca", "certificate \(index) is no CA and may not issue", expected: "basicConstraints cA TRUE",
          found: certificate.basicConstraints == nil ? "no basicConstraints" : "cA FALSE", clause: "RFC 5280 6.1.4 (k)",
          certificate: index))
    }
    if let usage = certificate.keyUsage, !usage.contains(.keyCertSign) {
      failures.append(
        PathFailure(
          .usage, "pki.path.cert-sign", "keyUsage of certificate \(index) does not allow it to sign certificates",
          expected: "keyCertSign", found: usage.description, clause: "RFC 5280 6.1.4 (n)", certificate: index))
    }
    if let failure = nesting(certificate, index: index) { failures.append(failure) }
  }

  /// An issuer's extKeyUsage, where there is one, bounds what lies below it.
  func nesting(_ certificate: Certificate, index: Int) -> PathFailure? {
    guard profile.nestsUsage, let required = profile.requiredUsage, let usages = certificate.extendedKeyUsage,
      !usages.contains(required), !usages.contains(ExtensionID.anyExtendedKeyUsage)
    else { return nil }
    return PathFailure(
      .usage, "pki.path.issuer-usage", "certificate \(index) may not issue for \(profile.name) by its extKeyUsage",
      expected: required.description, found: usages.map(\.description).joined(separator: " "), clause: "RFC 5280 4.2.1.12",
      certificate: index)
  }

  // MARK: conformance

  /// What RFC 5280 demands of conforming CAs about key identifiers and names.
  private func conformance(_ certificate: Certificate, _ place: Place, _ index: Int, _ failures: inout [PathFailure]) {
    func fail(_ message: String, _ clause: String) {
      failures.append(PathFailure(.malformed, "pki.path.irregular", message, clause: clause, certificate: index))
    }
    // An anchor's issuer is nobody's concern.
    if place != .anchor, certificate.authorityKeyIdentifier == nil {
      fail("certificate \(index) has no authorityKeyIdentifier", "RFC 5280 4.2.1.1")
    }
    if certificate.basicConstraints?.isCA == true, certificate.subjectKeyIdentifier == nil {
      fail("CA certificate \(index) has no subjectKeyIdentifier", "RFC 5280 4.2.1.2")
    }
    for case .dns(let name) in certificate.subjectAlternativeNames ?? [] where !NameForms.isPreferredSyntax(name) {
      fail("certificate \(index) has a dNSName that is no host name", "RFC 5280 4.2.1.6")
    }
    for case .ip(let name) in certificate.subjectAlternativeNames ?? [] where name.count != 4 && name.count != 16 {
      fail("certificate \(index) has an iPAddress of \(name.count) octets", "RFC 5280 4.2.1.6")
    }
    for case .rfc822(let name) in certificate.subjectAlternativeNames ?? [] where NameForms.mailbox(name, []) == .unusable {
      fail("certificate \(index) has an rfc822Name that is no mailbox", "RFC 5280 4.2.1.6")
    }
    for base in (certificate.nameConstraints?.permitted ?? []) + (certificate.nameConstraints?.excluded ?? [])
    where !NameForms.isUsableConstraint(base) {
      fail("certificate \(index) constrains by \(base.description), which is no valid constraint", "RFC 5280 4.2.1.10")
    }
  }
}
