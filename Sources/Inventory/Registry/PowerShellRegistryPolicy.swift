import AssayContainers

/// What the registry says of how PowerShell may run scripts. Facts only: scopes are weighed by who knows the order.
package struct PowerShellRegistryPolicy: Hashable, Sendable {
  /// One edition's execution policies as they are written; nil where a scope says nothing.
  package struct Edition: Hashable, Sendable {
    /// Group policy of the machine.
    package var machinePolicy: String?
    /// Group policy by user.
    package var userPolicy: [String: String] = [:]
    /// Whether group policy configures scripts at all: then it hides the policies of powershell.config.json, even where it leaves the
    /// choice open.
    package var hidesMachineFile = false
    package var hidesUserFile: Set<String> = []
    package var localMachine: String?
    /// Whether the registry keeps a view of its own for 32-bit PowerShell, and what that says.
    package var has32Bit = false
    package var localMachine32Bit: String?
    package var currentUser: [String: String] = [:]
  }
  /// Windows PowerShell up to 5.1.
  package var windowsPowerShell = Edition()
  /// PowerShell 6 and later keep theirs in powershell.config.json; only group policies are here.
  package var core = Edition()
  /// By setting, `ScriptBlockLogging`: what group policy of the machine says, nil where it says nothing.
  package var logging: [String: Bool] = [:]

  package static let loggingSettings = [
    ("ScriptBlockLogging", "EnableScriptBlockLogging"), ("ModuleLogging", "EnableModuleLogging"),
    ("Transcription", "EnableTranscripting"),
  ]

  package init() {}

  package init(_ system: WindowsSystem) {
    let shell = "Microsoft\\PowerShell\\1\\ShellIds\\Microsoft.PowerShell"
    let windows = "Policies\\Microsoft\\Windows\\PowerShell"
    let core = "Policies\\Microsoft\\PowerShellCore"
    if let hive = system.software {
      windowsPowerShell.localMachine = hive.key(shell)?.value("ExecutionPolicy")?.string
      windowsPowerShell.has32Bit = hive.key("WOW6432Node\\Microsoft\\PowerShell\\1") != nil
      windowsPowerShell.localMachine32Bit = hive.key("WOW6432Node\\" + shell)?.value("ExecutionPolicy")?.string
      windowsPowerShell.machinePolicy = PowerShellRegistryPolicy.groupPolicy(hive.key(windows))
      let key = PowerShellRegistryPolicy.coreKey(hive, windows, core)
      self.core.machinePolicy = PowerShellRegistryPolicy.groupPolicy(key)
      self.core.hidesMachineFile = PowerShellRegistryPolicy.isConfigured(key)
      for (setting, value) in PowerShellRegistryPolicy.loggingSettings {
        let number =
          hive.key("\(windows)\\\(setting)")?.value(value)?.number ?? hive.key("\(core)\\\(setting)")?.value(value)?.number
        logging[setting] = number.map { $0 == 1 }
      }
    }
    for user in system.users {
      let name = user.user.name
      windowsPowerShell.currentUser[name] = user.hive.key("Software\\" + shell)?.value("ExecutionPolicy")?.string
      windowsPowerShell.userPolicy[name] = PowerShellRegistryPolicy.groupPolicy(user.hive.key("Software\\" + windows))
      let key = PowerShellRegistryPolicy.coreKey(user.hive, "Software\\" + windows, "Software\\" + core)
      self.core.userPolicy[name] = PowerShellRegistryPolicy.groupPolicy(key)
      if PowerShellRegistryPolicy.isConfigured(key) { self.core.hidesUserFile.insert(name) }
    }
  }

  /// Where PowerShell 6 and later reads group policy: in its own key, or where that one says so (UseWindowsPowerShellPolicySetting) in
  /// the key of Windows PowerShell (PowerShell/PowerShell, Utils.GetPolicySettingFromGPOImpl).
  private static func coreKey(_ hive: WindowsHive, _ windows: String, _ core: String) -> RegistryKey? {
    guard let own = hive.key(core) else { return nil }
    return (own.value("UseWindowsPowerShellPolicySetting")?.number ?? 0) == 0 ? own : hive.key(windows)
  }

  /// Whether the key has a setting that PowerShell takes: a number that is neither 0 nor 1 is none
  /// (Utils.TrySetPolicySettingsFromRegistryKey).
  private static func isConfigured(_ key: RegistryKey?) -> Bool {
    guard let key else { return false }
    return key.value("ExecutionPolicy")?.string != nil || key.value("EnableScripts")?.number.map { $0 <= 1 } ?? false
  }

  /// EnableScripts 0 is Restricted; 1 lets ExecutionPolicy count; without it the policy says nothing (SecuritySupport.GetGroupPolicyValue).
  private static func groupPolicy(_ key: RegistryKey?) -> String? {
    guard let key, let enabled = key.value("EnableScripts")?.number else { return nil }
    return enabled == 0 ? "Restricted" : enabled == 1 ? key.value("ExecutionPolicy")?.string : nil
  }
}
