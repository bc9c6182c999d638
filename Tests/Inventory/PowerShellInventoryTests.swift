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

  @Test(arguments: ["", "{", "[1]", "{\"a\":1,\"a\":2}", "{\"PowerShellPolicies\": 7}", String(repeating: "[", count: 10_000)])
  func hostileSettingsEnd(text: String) throws {
    let settings = try Self.settings(DiskDouble.windows().with { $0.put(Self.home, Array(text.utf8)) })
    #expect(settings.hosts.allSatisfy { $0.localMachine == nil && $0.machinePolicy == nil })
    let isJSON = text == "[1]" || text.contains("Policies")
    #expect(settings.findings.map(\.path) == (isJSON ? [] : [Self.home]))
  }
}
