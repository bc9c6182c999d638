import AssayBytes
import AssayCore
import AssayPKI

// What Windows 10 1607 and later asks of a kernel-mode driver with Secure Boot on (kernel-mode code signing policy): Microsoft signed it
// through its portal, over SHA-2; the maker's own signature counts only under a certificate issued before 2015-07-29.
extension NameRules {
  private static let rows = ["T1543", "T1543.003"]
  private static let whqlUsage: OID = "1.3.6.1.4.1.311.10.3.5"

  func driver(_ facts: ReportFacts) -> [Finding] {
    guard facts.roles.contains(.kernelDriver) else { return [] }
    guard facts.state == .trusted else { return leaked(facts) }
    guard !needsUsage(facts) else { return [] }
    let portal = facts.signatures.filter(isPortal)
    if !portal.isEmpty { return weak(portal) + boot(facts) + kind(portal) }
    let own = facts.signatures.filter { $0.isVerified && !isSystems($0) }
    guard let signer = own.first else {
      let found = facts.signatures.first { $0.isVerified }?.signerName ?? "no trusted signature"
      return [
        Finding(
          PolicyFindings.driverNotPortal.name, .failure, "a driver signed by \(found), which is none of those that sign drivers",
          expected: table.drivers.usages.map(\.name).joined(separator: ", "), found: found, attack: Self.rows)
      ]
    }
    let legacy = own.filter { isLegacy($0.chain?.first) }
    let name = signer.signerName ?? "its maker"
    guard let old = legacy.first else {
      return [
        Finding(
          PolicyFindings.driverNotPortal.name, .failure, "a driver signed by \(name) and not through Microsoft's portal",
          expected: table.systemPublishers.first, found: name, attack: Self.rows),
        Finding(
          PolicyFindings.driverAfterCutoff.name, .failure,
          "the certificate of \(name) was issued on or after \(day(table.drivers.crossSignedBefore))",
          expected: "before \(day(table.drivers.crossSignedBefore))", found: signer.chain?.first?.notBefore.map { day($0) },
          attack: Self.rows),
      ]
    }
    return weak(legacy) + [
      Finding(
        PolicyFindings.driverLegacy.name, .warning,
        "signed by \(old.signerName ?? "its maker") under a certificate of before \(day(table.drivers.crossSignedBefore))",
        found: old.chain?.first?.notBefore.map { day($0) }, attack: Self.rows)
    ]
  }

  /// A saved report does not tell the usages of certificates, which decide.
  func needsUsage(_ facts: ReportFacts) -> Bool {
    facts.roles.contains(.kernelDriver) && facts.state == .trusted
      && facts.signatures.contains { $0.isVerified && $0.chain?.first?.hasUsage(Self.whqlUsage) == nil }
  }

  /// Under one of the kernel's own anchors, by a certificate whose usage is signing drivers.
  private func isPortal(_ signature: SignatureFacts) -> Bool {
    guard isSystems(signature), let leaf = signature.chain?.first else { return false }
    let root = signature.certificate(.root).flatMap { $0 }?.subject("CN") ?? []
    return root.contains { name in table.drivers.anchors.contains { $0.utf8.elementsEqual(name) } }
      && driverUsages.contains { leaf.hasUsage($0.oid) == true }
  }

  private func weak(_ signatures: [SignatureFacts]) -> [Finding] {
    guard !signatures.contains(where: { $0.digest.map { !$0.isWeak } ?? true }) else { return [] }
    let found = signatures.first?.digest?.rawValue
    return [
      Finding(
        PolicyFindings.driverDigest.name, .failure, "the driver is signed over \(found ?? "an unknown digest") alone",
        expected: DigestAlgorithm.sha256.rawValue, found: found, attack: Self.rows)
    ]
  }

  /// The loader reads no catalogs: a driver that starts at boot carries its signature (kernel-mode code signing requirements).
  private func boot(_ facts: ReportFacts) -> [Finding] {
    guard facts.startsAtBoot, !facts.signatures.contains(where: { $0.isVerified && !$0.isFromCatalog }) else { return [] }
    return [
      Finding(
        PolicyFindings.driverBoot.name, .warning, "starts at boot and is signed by a catalog alone",
        expected: "an embedded signature",
        found: "a catalog", attack: Self.rows)
    ]
  }

  private func kind(_ signatures: [SignatureFacts]) -> [Finding] {
    let leaves = signatures.compactMap { $0.chain?.first }
    let names = driverUsages.filter { usage in leaves.contains { $0.hasUsage(usage.oid) == true } }
    return [
      Finding(PolicyFindings.driverKind.name, .note, "signed by Microsoft as " + names.map(\.name).joined(separator: ", "))
    ]
  }

  private func isLegacy(_ certificate: CertificateFacts?) -> Bool {
    certificate?.notBefore.map { $0 < table.drivers.crossSignedBefore } ?? false
  }

  /// The form of drivers signed with certificates that leaked before the cut-off: the certificate has ended, and the time that would
  /// make it count is missing or comes from nobody who is trusted.
  private func leaked(_ facts: ReportFacts) -> [Finding] {
    guard facts.state == .expired || facts.state == .untrusted || facts.state == .revoked else { return [] }
    let found = facts.signatures.first { signature in
      signature.isIntact && !signature.isVerified && signature.signedAt == nil && isLegacy(signature.claimed.first)
        && signature.state == .expired
    }
    guard let found else { return [] }
    return [
      Finding(
        PolicyFindings.driverLeaked.name, .failure,
        "the certificate ended \(found.claimed.first?.notAfter.map { day($0) } ?? "long ago") and nothing trusted says when it signed",
        found: found.claimed.first?.subject("CN")?.first.map { String(decoding: $0, as: UTF8.self) },
        attack: ["T1543.003", "T1553.002"])
    ]
  }

  private func day(_ moment: Moment) -> String { String(moment.rfc3339.prefix(10)) }
}
