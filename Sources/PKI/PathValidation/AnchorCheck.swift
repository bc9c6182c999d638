import AssayBytes

/// Limits that an anchor's programme puts on it (Microsoft's authroot list has such).
struct AnchorCheck {
  let anchor: TrustAnchor
  let profile: PathProfile
  /// The time that counts: a verified timestamp before the day of disabling keeps a signature trusted.
  let time: TimeThatCounts

  func check(_ path: [Certificate], _ failures: inout [PathFailure]) {
    let limits = anchor.limits
    let index = path.count
    if let usage = profile.requiredUsage {
      if let allowed = limits.allowedUsages, !allowed.contains(usage), !allowed.contains(ExtensionID.anyExtendedKeyUsage) {
        failures.append(
          PathFailure(
            .anchorLimit, "pki.path.anchor-usage", "anchor \(anchor.name) is not trusted for \(profile.name)",
            expected: usage.description, found: allowed.map(\.description).joined(separator: " "),
            clause: "authroot enhanced key usage",
            certificate: index))
      }
      if limits.disallowedUsages.contains(usage) {
        failures.append(
          PathFailure(
            .anchorLimit, "pki.path.anchor-usage", "anchor \(anchor.name) has lost its trust for \(profile.name)",
            expected: "usage not disallowed", found: usage.description, clause: "authroot disallowed enhanced key usage",
            certificate: index))
      }
    }
    if let disabled = limits.disabledFrom, time.moment >= disabled, isConcerned(limits.disabledUsages) {
      failures.append(
        PathFailure(
          .anchorLimit, "pki.path.anchor-disabled",
          "anchor \(anchor.name) is disabled from \(disabled.rfc3339) on, only earlier timestamped signatures stay trusted",
          expected: "signed before \(disabled.rfc3339)", found: time.description, clause: "authroot disallowed file time",
          certificate: index))
    }
    issuedBefore(path, limits, &failures)
  }

  /// A limit for some usages concerns the profile's; a profile without one is concerned by every limit.
  private func isConcerned(_ usages: [OID]?) -> Bool {
    guard let usages, let usage = profile.requiredUsage else { return true }
    return usages.contains(usage)
  }

  private func issuedBefore(_ path: [Certificate], _ limits: TrustAnchor.Limits, _ failures: inout [PathFailure]) {
    guard let limit = limits.issuedBefore, let endEntity = path.first else { return }
    guard isConcerned(limits.issuedBeforeUsages), endEntity.notBefore >= limit else { return }
    failures.append(
      PathFailure(
        .anchorLimit, "pki.path.anchor-issued-after",
        "anchor \(anchor.name) is not trusted for certificates that begin at or after \(limit.rfc3339)",
        expected: "notBefore before \(limit.rfc3339)", found: endEntity.notBefore.rfc3339, clause: "authroot not before file time",
        certificate: 0))
  }
}
