import AssayBytes
import AssayContainers
package import AssayCore

/// Execution policies of one edition for one user, as the system configures them. Facts: which of them holds is Policy's to say.
package struct PowerShellHost: Hashable, Sendable {
  /// `Windows PowerShell`, `PowerShell 7, user ann`.
  package var label: String
  /// Nil for whoever has nothing configured.
  package var user: String?
  package var machinePolicy: String?
  package var userPolicy: String?
  /// `PSExecutionPolicyPreference` in the environment that every process gets.
  package var process: String?
  package var currentUser: String?
  package var localMachine: String?
}

/// What decides about scripts on one system.
package struct PowerShellSettings: Sendable {
  package private(set) var hosts: [PowerShellHost] = []
  /// About powershell.config.json files that could not be read.
  package private(set) var findings: [(path: String, finding: Finding)] = []

  /// In parts, since it has the form of a finding's code.
  private static let fileName = "powershell" + ".config.json"
  private static let preference = "PSExecutionPolicyPreference"

  package init(_ system: WindowsSystem) {
    let registry = PowerShellRegistryPolicy(system)
    let process = system.disk.environment[WindowsCase.key(PowerShellSettings.preference)]
    addWindowsPowerShell(registry.windowsPowerShell, process, system)
    for (folder, label) in PowerShellHome.core(system.disk) { addCore(registry.core, process, system, folder, label) }
  }

  private mutating func addWindowsPowerShell(
    _ edition: PowerShellRegistryPolicy.Edition, _ process: String?, _ system: WindowsSystem
  ) {
    let own = PowerShellHost(
      label: "Windows PowerShell", machinePolicy: edition.machinePolicy, process: process, localMachine: edition.localMachine)
    add(own, edition.userPolicy, edition.currentUser, system)
    // 32-bit PowerShell has a value of its own; where it has none, what the 64-bit one has does not count for it.
    if edition.has32Bit, edition.localMachine32Bit != edition.localMachine {
      var narrow = own
      narrow.label = "32-bit Windows PowerShell"
      narrow.localMachine = edition.localMachine32Bit
      add(narrow, edition.userPolicy, edition.currentUser, system)
    }
  }

  private mutating func addCore(
    _ edition: PowerShellRegistryPolicy.Edition, _ process: String?, _ system: WindowsSystem, _ home: String, _ label: String
  ) {
    var file: Configuration?
    if let path = system.disk.tree.file(PowerShellSettings.fileName, from: home) {
      // PowerShell's reader takes more than JSON (comments, commas at the end): what such a file says is not known.
      guard let found = configuration(path, system.disk) else { return }
      file = found
    }
    // Group policy of the registry counts before that of the file (Utils.GetPolicySetting).
    let machinePolicy = edition.hidesMachineFile ? edition.machinePolicy : file?.groupPolicy
    let own = PowerShellHost(label: label, machinePolicy: machinePolicy, process: process, localMachine: file?.executionPolicy)
    var userPolicy = edition.userPolicy
    var currentUser: [String: String] = [:]
    var unread: Set<String> = []
    for user in PowerShellProfiles.users(system) {
      for documents in PowerShellProfiles.documents(of: user, system) {
        guard let path = system.disk.tree.file("PowerShell/" + PowerShellSettings.fileName, from: documents) else { continue }
        guard let file = configuration(path, system.disk) else {
          unread.insert(user.name)
          continue
        }
        if currentUser[user.name] == nil { currentUser[user.name] = file.executionPolicy }
        if userPolicy[user.name] == nil, !edition.hidesUserFile.contains(user.name) { userPolicy[user.name] = file.groupPolicy }
      }
    }
    add(own, userPolicy, currentUser, system, without: unread)
  }

  /// The host for whoever has nothing of his own, then for each user who has.
  private mutating func add(
    _ host: PowerShellHost, _ userPolicy: [String: String], _ currentUser: [String: String], _ system: WindowsSystem,
    without unread: Set<String> = []
  ) {
    hosts.append(host)
    for user in PowerShellProfiles.users(system) where !unread.contains(user.name) {
      var own = host
      own.user = user.name
      own.userPolicy = userPolicy[user.name]
      own.currentUser = currentUser[user.name]
      let hive = system.users.first { $0.user.folder.utf8.elementsEqual(user.folder.utf8) }?.hive
      if let value = hive?.key("Environment")?.value(PowerShellSettings.preference)?.string { own.process = value }
      guard own.userPolicy != nil || own.currentUser != nil || own.process != host.process else { continue }
      own.label += ", user \(user.name)"
      hosts.append(own)
    }
  }

  private struct Configuration {
    var executionPolicy: String?
    var groupPolicy: String?
  }

  private mutating func configuration(_ path: String, _ disk: WindowsDisk) -> Configuration? {
    do throws(ParseError) {
      var bytes = try ConfigurationText(disk: disk).bytes(path)[...]
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
      var budget = ConfigurationText.allowance()
      let value = try JSONValue(parsing: bytes, &budget)
      var found = Configuration()
      found.executionPolicy = PowerShellSettings.member("Microsoft.PowerShell:ExecutionPolicy", of: value)?.text
      let policies = PowerShellSettings.member("PowerShellPolicies", of: value)
      if let scripts = policies.flatMap({ PowerShellSettings.member("ScriptExecution", of: $0) }) {
        switch PowerShellSettings.member("EnableScripts", of: scripts) {
        case .bool(false): found.groupPolicy = "Restricted"
        case .bool(true): found.groupPolicy = PowerShellSettings.member("ExecutionPolicy", of: scripts)?.text
        default: break
        }
      }
      return found
    } catch {
      if !findings.contains(where: { $0.path.utf8.elementsEqual(path.utf8) }) {
        findings.append((path: path, finding: Finding(error)))
      }
      return nil
    }
  }

  /// PowerShell finds its keys without case.
  private static func member(_ key: String, of value: JSONValue) -> JSONValue? {
    guard case .object(let members) = value else { return nil }
    return members.first { WindowsCase.areEqual(String(decoding: $0.key, as: UTF8.self), key) }?.value
  }
}
