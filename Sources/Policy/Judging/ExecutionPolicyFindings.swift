package import AssayCore

/// What PowerShell itself would do with a script on the scanned system.
package enum ExecutionPolicyFindings {
  package static let run = FindingCode(
    "powershell.policy.would-run", "the system's own execution policy lets PowerShell run the script unasked",
    remedy: "a fact; where the script is not trusted, configure AllSigned through group policy")
  package static let ask = FindingCode(
    "powershell.policy.would-ask", "PowerShell would ask whoever runs the script, who may say yes",
    remedy: "a fact; put the publisher into TrustedPublisher or Disallowed to settle it")
  package static let refuse = FindingCode(
    "powershell.policy.would-refuse", "the system's own execution policy makes PowerShell refuse the script",
    remedy:
      "a fact; an execution policy is no security boundary: a user can pass -ExecutionPolicy Bypass where group policy sets none")

  package static let zoneHidden = FindingCode(
    "powershell.zone.not-shown", "whether the script came from elsewhere cannot be seen on this mount, and it matters",
    remedy: "mount the volume with ntfs-3g -o streams_interface=xattr, or say what to take it for with --zone")

  package static let all = [run, ask, refuse, zoneHidden]

  package static func code(_ action: ScriptAction) -> FindingCode {
    switch action {
    case .run: run
    case .ask: ask
    case .refuse: refuse
    }
  }
}
