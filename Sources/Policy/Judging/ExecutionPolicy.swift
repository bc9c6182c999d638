package import AssayCore

/// PowerShell's execution policy: what a host demands of a script before it runs it.
package enum ExecutionPolicy: String, CaseIterable, Sendable {
  case bypass = "Bypass"
  case unrestricted = "Unrestricted"
  case remoteSigned = "RemoteSigned"
  case allSigned = "AllSigned"
  case restricted = "Restricted"

  /// As the engine reads a configured value: ASCII case does not count, and a word that it does not know is `Restricted`.
  package init(configured text: String) {
    let word = Array(text.utf8.lowered)
    self = ExecutionPolicy.allCases.first { $0.rawValue.lowercased().utf8.elementsEqual(word) } ?? .restricted
  }
}

/// Where a policy is configured, in the order in which the engine asks; the first that says something decides.
///
/// PowerShell's pages name LocalMachine before CurrentUser in one place; its code (SecuritySupport.ExecutionPolicyScopePreferences)
/// asks CurrentUser first, and so does this.
package enum ExecutionPolicyScope: String, CaseIterable, Sendable, Comparable {
  case machinePolicy = "MachinePolicy"
  case userPolicy = "UserPolicy"
  case process = "Process"
  case currentUser = "CurrentUser"
  case localMachine = "LocalMachine"

  package static func < (left: ExecutionPolicyScope, right: ExecutionPolicyScope) -> Bool { left.place < right.place }
  private var place: Int { ExecutionPolicyScope.allCases.firstIndex(of: self) ?? 0 }
}

/// The policy that holds for one host and user, and who says so.
package struct EffectivePolicy: Hashable, Sendable {
  package var policy: ExecutionPolicy
  /// Nil where no scope says anything: the engine then takes `Restricted`.
  package var scope: ExecutionPolicyScope?
  /// The value as configured.
  package var value: String?

  /// `configured`: values by scope; an empty value is none.
  package init(_ configured: [ExecutionPolicyScope: String]) {
    let said = ExecutionPolicyScope.allCases.first { !(configured[$0] ?? "").utf8.isEmpty }
    scope = said
    value = said.flatMap { configured[$0] }
    policy = value.map { ExecutionPolicy(configured: $0) } ?? .restricted
  }

  /// `RemoteSigned (LocalMachine)`, and the value as written where the engine takes it for another.
  package var words: String {
    guard let scope, let value else { return "\(policy.rawValue) (no scope sets one)" }
    let isKnown = value.lowercased().utf8.elementsEqual(policy.rawValue.lowercased().utf8)
    return "\(policy.rawValue) (\(scope.rawValue)\(isKnown ? "" : ": \"\(value)\", which is no policy"))"
  }
}

/// The publishers that a user of the system has said yes or no to, by the SHA-1 of their certificates.
package struct PublisherLists: Hashable, Sendable {
  package var trusted: Set<[UInt8]> = []
  package var disallowed: Set<[UInt8]> = []
  package init(trusted: Set<[UInt8]> = [], disallowed: Set<[UInt8]> = []) {
    self.trusted = trusted
    self.disallowed = disallowed
  }
}

/// What the engine would know of a script.
package struct ScriptFacts: Hashable, Sendable {
  package enum Signature: Hashable, Sendable {
    /// Intact, to an authority that counts, by the certificate of this SHA-1.
    case valid(publisher: [UInt8])
    /// Anything else, in words: `unsigned`, `tampered`.
    case invalid(String)
  }
  /// Lower case, without the dot.
  package var fileExtension: String
  package var signature: Signature
  package var zone: SecurityZone
  /// In System32 or Program Files, by the beginning of its path; `Restricted` trusts these with formats and types.
  package var isInSystemFolder: Bool

  package init(fileExtension: String, signature: Signature, zone: SecurityZone, isInSystemFolder: Bool = false) {
    self.fileExtension = fileExtension
    self.signature = signature
    self.zone = zone
    self.isInSystemFolder = isInSystemFolder
  }
}

package enum ScriptAction: String, CaseIterable, Sendable {
  case run, ask, refuse
}

package struct ScriptAnswer: Hashable, Sendable {
  package var action: ScriptAction
  /// Lower case, no final period.
  package var reason: String
  package init(_ action: ScriptAction, _ reason: String) {
    self.action = action
    self.reason = reason
  }
}

extension ExecutionPolicy {
  /// The endings that the engine asks its policy about (SecurityManager.IsSupportedExtension).
  package static let checkedExtensions: Set<String> = ["ps1", "ps1xml", "psm1", "psd1", "xaml", "cdxml"]

  /// What PowerShell on Windows does with the script: PSAuthorizationManager.CheckPolicy in PowerShell/PowerShell,
  /// src/System.Management.Automation/security/SecurityManager.cs, compared at commit 9299036.
  ///
  /// Not part of it: rules of App Control and of software restriction, which it asks besides; that group policy does not bind scripts
  /// that group policy itself starts at logon (SecuritySupport.HasGpScriptParent); and that `Unrestricted` runs files of Windows below
  /// System32 unasked whatever their zone (IsProductBinary), for which `ask` is the careful answer.
  package func answer(_ script: ScriptFacts, _ publishers: PublisherLists) -> ScriptAnswer {
    guard ExecutionPolicy.checkedExtensions.contains(script.fileExtension) else {
      return ScriptAnswer(.run, "the engine asks no policy about files named .\(script.fileExtension)")
    }
    switch self {
    case .bypass: return ScriptAnswer(.run, "nothing is checked")
    case .unrestricted:
      if script.zone.isLocal { return ScriptAnswer(.run, "a script of the zone \(script.zone.name) runs unasked") }
      if ExecutionPolicy.isTrusted(script.signature, publishers) { return ScriptAnswer(.run, "signed by a trusted publisher") }
      return ScriptAnswer(.ask, "a script of the zone \(script.zone.name) is asked about")
    case .remoteSigned:
      if script.zone.isLocal { return ScriptAnswer(.run, "a script of the zone \(script.zone.name) needs no signature") }
      return ExecutionPolicy.signed(script.signature, publishers)
    case .allSigned: return ExecutionPolicy.signed(script.signature, publishers)
    case .restricted:
      guard script.fileExtension == "ps1xml" else { return ScriptAnswer(.refuse, "no script runs") }
      if script.isInSystemFolder { return ScriptAnswer(.run, "a formats file of the system's own folders") }
      guard case .valid = script.signature else { return ScriptAnswer(.refuse, "a formats file needs a valid signature") }
      return ExecutionPolicy.signed(script.signature, publishers)
    }
  }

  private static func isTrusted(_ signature: ScriptFacts.Signature, _ publishers: PublisherLists) -> Bool {
    guard case .valid(let publisher) = signature else { return false }
    return publishers.trusted.contains(publisher) && !publishers.disallowed.contains(publisher)
  }

  /// A publisher in Disallowed makes WinVerifyTrust answer TRUST_E_EXPLICIT_DISTRUST, which is no valid signature.
  private static func signed(_ signature: ScriptFacts.Signature, _ publishers: PublisherLists) -> ScriptAnswer {
    switch signature {
    case .invalid(let state): ScriptAnswer(.refuse, "a valid signature is demanded, and the script is \(state)")
    case .valid(let publisher):
      if publishers.disallowed.contains(publisher) {
        ScriptAnswer(.refuse, "its publisher is in the list Disallowed")
      } else if publishers.trusted.contains(publisher) {
        ScriptAnswer(.run, "signed by a trusted publisher")
      } else {
        ScriptAnswer(.ask, "validly signed by a publisher that is not in the list TrustedPublisher")
      }
    }
  }
}
