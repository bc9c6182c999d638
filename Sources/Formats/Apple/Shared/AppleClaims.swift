import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

// What code says of itself, against who vouches for it: entitlements, identifiers, platform.
extension AppleCheck {
  mutating func checkEntitlements(_ signature: AppleSignature, _ read: EntitlementReading) {
    let clause = "CodeDirectory special slots 5 and 7"
    guard read.xml != nil || read.der != nil else { return }
    do throws(ParseError) {
      let text = try read.xml?.get()
      let der = try read.der?.get()
      if let text, let der {
        let keys = Entitlements.differences(text, der)
        guard keys.isEmpty else {
          fail(
            "entitlements", .malformed,
            Finding(
              "apple.entitlements.disagree", .failure,
              "the XML and the DER form of the entitlements differ: \(keys.joined(separator: ", "))",
              offset: signature.blobs[CodeSlot.entitlementsDER].map { claim.signatureOffset + $0.startIndex }, attack: ["T1554"]),
            clause)
          return
        }
      }
      pass("entitlements", "\((text ?? der)?.members?.count ?? 0) entitlements, one value each", clause)
      noteHardening(signature, text ?? der)
    } catch {
      fail(
        "entitlements", error.isLimit ? .notAssessed : .malformed,
        Finding(
          "apple.entitlements.malformed", .failure, "the entitlements cannot be read: \(error.message)",
          offset: claim.signatureOffset), clause)
    }
  }

  /// Entitlements that let others' code into a hardened program.
  static let weakening = [
    "com.apple.security.cs.disable-library-validation", "com.apple.security.cs.allow-dyld-environment-variables",
    "com.apple.security.get-task-allow", "com.apple.security.cs.allow-unsigned-executable-memory",
    "com.apple.security.cs.disable-executable-page-protection",
  ]

  private mutating func noteHardening(_ signature: AppleSignature, _ entitlements: PlistValue?) {
    let asked = AppleCheck.weakening.filter { entitlements?[$0]?.bool == true }
    guard !asked.isEmpty else { return }
    report.findings.append(
      Finding(
        "apple.hardening.weakened", .warning, "protection is taken away by entitlements: \(asked.joined(separator: ", "))",
        found: signature.best.flags.contains(.runtime) ? "hardened runtime" : "no hardened runtime", attack: ["T1546.006"]))
  }

  /// Apple's names without Apple's certificates.
  mutating func noteMasquerade(_ signature: AppleSignature) {
    let best = signature.best
    if profile == .apple { return }
    if best.identifier.starts(with: Array("com.apple.".utf8)) {
      report.findings.append(
        Finding(
          "apple.identifier.foreign", .warning, "the code calls itself \(best.identifierText), and Apple did not sign it",
          found: best.identifierText, attack: ["T1036.005"]))
    }
    if best.platform != 0 {
      report.findings.append(
        Finding(
          "apple.platform.foreign", .warning,
          "the code claims to belong to the system (platform \(best.platform)), and Apple did not sign it",
          found: String(best.platform), attack: ["T1036.005"]))
    }
  }
}
