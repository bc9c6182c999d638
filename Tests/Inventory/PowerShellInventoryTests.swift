import AssayCore
import AssayInventory
import AssayMaker
import Testing

struct PowerShellInventoryTests {
  @Test func profilesOfEveryHostEditionAndUser() {
    let profiles = [
      "Program Files/PowerShell/7/Microsoft.VSCode_profile.ps1", "Program Files/PowerShell/7/profile.ps1",
      "Users/ann/Documents/PowerShell/Microsoft.PowerShell_profile.ps1",
      "Users/ann/Documents/WindowsPowerShell/Microsoft.PowerShellISE_profile.ps1",
      "Users/bob/OneDrive - Corp/Documents/PowerShell/Profile.PS1", "Windows/SysWOW64/WindowsPowerShell/v1.0/profile.ps1",
      "Windows/System32/WindowsPowerShell/v1.0/Microsoft.PowerShell_profile.ps1",
      "Windows/System32/config/systemprofile/Documents/WindowsPowerShell/profile.ps1",
    ]
    let others = [
      "Users/ann/Documents/PowerShell/script.ps1", "Users/ann/profile.ps1", "Program Files/PowerShell/Modules/profile.ps1",
    ]
    let disk = DiskDouble.windows(profiles + others, users: ["ann": HiveSpec()])
      .with { $0.put("Windows/System32/config/systemprofile/NTUSER.DAT", HiveSpec().encoded()) }
    let entries = WindowsInventory.take(disk).entries
    #expect(entries.compactMap(\.path).sorted() == profiles)
    #expect(entries.allSatisfy { $0.role == .powershellProfile && $0.attack == ["T1546.013"] && $0.isPresent })
    let ise = entries.first { $0.name == "Microsoft.PowerShellISE_profile.ps1" }
    #expect(ise?.facts == ["Windows PowerShell, user ann", "Microsoft.PowerShellISE"])
    #expect(entries.first { $0.path?.contains("7/profile") ?? false }?.facts == ["PowerShell 7, every user", "every host"])
  }

  @Test func redirectedDocumentsAreFollowed() {
    let shell = "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders"
    let user = HiveSpec([(shell, [.expandable("Personal", "%USERPROFILE%\\Cloud\\Docs")])])
    let entries = WindowsInventory.take(
      DiskDouble.windows(["Users/ann/Cloud/Docs/PowerShell/profile.ps1"], users: ["ann": user])
    ).entries
    #expect(entries.map(\.path) == ["Users/ann/Cloud/Docs/PowerShell/profile.ps1"])
  }

  static func settings(_ disk: DiskDouble) throws -> PowerShellSettings {
    let windows = WindowsTree(disk)
    return PowerShellSettings(WindowsSystem(windows, try #require(WindowsRoot.find(in: windows).first)))
  }

  static let shell = "Microsoft\\PowerShell\\1\\ShellIds\\Microsoft.PowerShell"
  static let home = "Program Files/PowerShell/7/powershell.config.json"

  @Test func everyScopeIsRead() throws {
    let software = HiveSpec([
      (Self.shell, [.string("ExecutionPolicy", "RemoteSigned")]),
      ("Policies\\Microsoft\\Windows\\PowerShell", [.number("EnableScripts", 1), .string("ExecutionPolicy", "AllSigned")]),
    ])
    let user = HiveSpec([
      ("Software\\" + Self.shell, [.string("ExecutionPolicy", "Bypass")]),
      ("Environment", [.string("PSExecutionPolicyPreference", "Unrestricted")]),
    ])
    let hosts = try Self.settings(DiskDouble.windows(software: software, users: ["ann": user, "bob": HiveSpec()])).hosts
    #expect(hosts.map(\.label) == ["Windows PowerShell", "Windows PowerShell, user ann"])
    #expect(hosts.allSatisfy { $0.machinePolicy == "AllSigned" && $0.localMachine == "RemoteSigned" && $0.userPolicy == nil })
    #expect(hosts.map(\.currentUser) == [nil, "Bypass"] && hosts.map(\.process) == [nil, "Unrestricted"])
  }

  @Test func laterEditionsReadTheirFile() throws {
    let file =
      "\u{FEFF}{\"microsoft.powershell:executionpolicy\": \"RemoteSigned\", \"PowerShellPolicies\": {\"ScriptExecution\": {\"EnableScripts\": true, \"ExecutionPolicy\": \"AllSigned\"}}}"
    let own = "{\"Microsoft.PowerShell:ExecutionPolicy\": \"Bypass\"}"
    let disk = DiskDouble.windows().with {
      $0.put(Self.home, Array(file.utf8))
      $0.put("Users/ann/Documents/PowerShell/powershell.config.json", Array(own.utf8))
    }
    let hosts = try Self.settings(disk).hosts.filter { $0.label.hasPrefix("PowerShell 7") }
    #expect(hosts.map(\.label) == ["PowerShell 7", "PowerShell 7, user ann"])
    #expect(hosts.map(\.machinePolicy) == ["AllSigned", "AllSigned"] && hosts.map(\.currentUser) == [nil, "Bypass"])
    #expect(hosts.map(\.localMachine) == ["RemoteSigned", "RemoteSigned"])
  }

  /// A value of 64-bit PowerShell does not count for the 32-bit one, which then has the engine's own default.
  @Test func each32BitViewIsItsOwn() throws {
    let narrow = "WOW6432Node\\" + Self.shell
    for (values, labels) in [
      ([ValueSpec](), ["Windows PowerShell", "32-bit Windows PowerShell"]),
      ([.string("ExecutionPolicy", "RemoteSigned")], ["Windows PowerShell"]),
    ] {
      let software = HiveSpec([(Self.shell, [.string("ExecutionPolicy", "RemoteSigned")]), (narrow, values)])
      let hosts = try Self.settings(DiskDouble.windows(software: software)).hosts
      #expect(hosts.map(\.label) == labels && hosts.map(\.localMachine) == Array(["RemoteSigned", nil].prefix(labels.count)))
    }
  }

  /// A file that PowerShell may read and this reader may not: nothing is said of the hosts that it configures.
  @Test func whatCannotBeReadSettlesNothing() throws {
    let text = Array("{\"Microsoft.PowerShell:ExecutionPolicy\": \"Bypass\", } // mine".utf8)
    let own = "Users/ann/Documents/PowerShell/powershell.config.json"
    let shared = try Self.settings(DiskDouble.windows().with { $0.put(Self.home, text) })
    #expect(shared.hosts.map(\.label) == ["Windows PowerShell"] && shared.findings.map(\.path) == [Self.home])
    let environment = HiveSpec([("Environment", [.string("PSExecutionPolicyPreference", "AllSigned")])])
    let users = ["ann": environment, "bob": environment]
    let owned = try Self.settings(
      DiskDouble.windows(users: users).with {
        $0.put(Self.home, Array("{}".utf8))
        $0.put(own, text)
      })
    #expect(owned.hosts.map(\.label).filter { $0.hasPrefix("PowerShell 7") } == ["PowerShell 7", "PowerShell 7, user bob"])
    #expect(owned.findings.map(\.path) == [own])
  }

  static let core = "Policies\\Microsoft\\PowerShellCore"
  static let windows = "Policies\\Microsoft\\Windows\\PowerShell"

  /// Group policy of the registry and powershell.config.json: the first that configures scripts at all is the only one that is read.
  @Test(
    arguments: [
      ([], [], "AllSigned"), ([.number("EnableScripts", 0)], [], "Restricted"),
      ([.number("EnableScripts", 1), .string("ExecutionPolicy", "Bypass")], [], "Bypass"),
      ([.string("ExecutionPolicy", "Bypass")], [], nil), ([.number("EnableScripts", 7)], [], "AllSigned"),
      // It may point to the key of Windows PowerShell, whose own values count otherwise for Windows PowerShell alone.
      ([.number("UseWindowsPowerShellPolicySetting", 1), .number("EnableScripts", 0)], [], "AllSigned"),
      ([.number("UseWindowsPowerShellPolicySetting", 1)], [.number("EnableScripts", 0)], "Restricted"),
      ([.number("UseWindowsPowerShellPolicySetting", 0)], [.number("EnableScripts", 0)], "AllSigned"),
      ([], [.number("EnableScripts", 0)], "AllSigned"),
    ] as [([ValueSpec], [ValueSpec], String?)])
  func groupPolicyOfLaterEditions(core: [ValueSpec], windows: [ValueSpec], expected: String?) throws {
    let file = "{\"PowerShellPolicies\": {\"ScriptExecution\": {\"EnableScripts\": true, \"ExecutionPolicy\": \"AllSigned\"}}}"
    let keys = (core.isEmpty ? [] : [(Self.core, core)]) + (windows.isEmpty ? [] : [(Self.windows, windows)])
    let user = HiveSpec(keys.map { ("Software\\" + $0.0, $0.1) })
    let documents = "Users/ann/Documents/PowerShell/powershell.config.json"
    let machine = DiskDouble.windows(software: HiveSpec(keys)).with { $0.put(Self.home, Array(file.utf8)) }
    let hosts = try Self.settings(machine).hosts.filter { $0.label == "PowerShell 7" }
    #expect(hosts.map(\.machinePolicy) == [expected])
    let own = DiskDouble.windows(users: ["ann": user]).with {
      $0.put(Self.home, Array("{}".utf8))
      $0.put(documents, Array(file.utf8))
    }
    let owned = try Self.settings(own).hosts.filter { $0.label == "PowerShell 7, user ann" }
    #expect(owned.map(\.userPolicy) == (expected == nil ? [] : [expected]))
  }

  @Test(arguments: ["", "{", "[1]", "{\"a\":1,\"a\":2}", "{\"PowerShellPolicies\": 7}", String(repeating: "[", count: 10_000)])
  func hostileSettingsEnd(text: String) throws {
    let settings = try Self.settings(DiskDouble.windows().with { $0.put(Self.home, Array(text.utf8)) })
    #expect(settings.hosts.allSatisfy { $0.localMachine == nil && $0.machinePolicy == nil })
    let isJSON = text == "[1]" || text.contains("Policies")
    #expect(settings.findings.map(\.path) == (isJSON ? [] : [Self.home]))
  }
}
