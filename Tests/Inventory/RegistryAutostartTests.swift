import AssayCore
import AssayInventory
import AssayMaker
import Testing

/// Every place of the registry that starts something, one at a time.
struct RegistryAutostartTests {
  private static let files = [
    "Tools/run.exe", "Windows/System32/evil.dll", "Windows/SysWOW64/evil.dll", "Windows/System32/autochk.exe",
    "Windows/System32/spool/prtprocs/x64/winprint.dll", "Windows/explorer.exe", "Windows/System32/userinit.exe",
    "Windows/System32/cmd.exe", "Tools/script.ps1", "Windows/System32/WindowsPowerShell/v1.0/powershell.exe",
  ]
  private static let run = "C:\\Tools\\run.exe /background"
  private static let current = "Microsoft\\Windows\\CurrentVersion\\"
  private static let system = "Microsoft\\Windows NT\\CurrentVersion\\"

  /// Key of SOFTWARE, value, data, path, technique.
  @Test(arguments: [
    (current + "Run", "x", run, "Tools/run.exe", "T1547.001"), (current + "RunOnce", "!x", "!" + run, "Tools/run.exe", "T1547.001"),
    (current + "RunOnce", "x", "*!" + run, "Tools/run.exe", "T1547.001"),
    (system + "Winlogon", "mpnotify", run, "Tools/run.exe", "T1547.004"),
    (system + "Font Drivers", "x", "evil.dll", "Windows/System32/evil.dll", "T1547"),
    (system + "Terminal Server\\Install\\Software\\" + current + "Run", "x", run, "Tools/run.exe", "T1547.001"),
    (system + "Terminal Server\\Install\\Software\\" + current + "RunOnceEx\\1", "x", "||" + run, "Tools/run.exe", "T1547.001"),
    ("Policies\\Microsoft\\Windows NT\\Terminal Services", "InitialProgram", run, "Tools/run.exe", "T1547"),
    ("Microsoft\\.NETFramework", "DbgManagedDebugger", run, "Tools/run.exe", "T1546"),
    ("Microsoft\\Windows\\Windows Error Reporting\\Hangs", "ReflectDebugger", run, "Tools/run.exe", "T1546"),
    (system + "AppCompatFlags\\TelemetryController\\x", "Command", run, "Tools/run.exe", "T1546"),
    ("Microsoft\\Office test\\Special\\Perf", "", "evil.dll", "Windows/System32/evil.dll", "T1137.002"),
    (current + "RunOnceEx\\0001", "x", "||" + run, "Tools/run.exe", "T1547.001"),
    (current + "RunOnceEx\\0001", "x", run, "Tools/run.exe", "T1547.001"),
    (current + "RunOnceEx\\0001", "x", "evil.dll|Entry|a b", "Windows/System32/evil.dll", "T1547.001"),
    (current + "RunOnceEx\\0001", "x", "evil.dll|DllRegisterServer", "Windows/System32/evil.dll", "T1547.001"),
    (current + "RunOnceEx\\0001\\Depend", "1", "evil.dll", "Windows/System32/evil.dll", "T1547.001"),
    (current + "RunOnceEx\\Depend", "1", "C:\\Windows\\System32\\evil.dll", "Windows/System32/evil.dll", "T1547.001"),
    (current + "Policies\\Explorer\\Run", "1", run, "Tools/run.exe", "T1547.001"),
    ("WOW6432Node\\" + current + "Run", "x", run, "Tools/run.exe", "T1547.001"),
    (system + "Winlogon", "Shell", "explorer.exe", "Windows/explorer.exe", "T1547.004"),
    (system + "Winlogon", "Userinit", "C:\\Windows\\system32\\userinit.exe,", "Windows/System32/userinit.exe", "T1547.004"),
    (system + "Winlogon\\Notify\\x", "DLLName", "evil.dll", "Windows/System32/evil.dll", "T1547.004"),
    (system + "Winlogon\\GPExtensions\\{0}", "DllName", "evil.dll", "Windows/System32/evil.dll", "T1484.001"),
    (system + "Windows", "AppInit_DLLs", "C:\\Windows\\System32\\evil.dll", "Windows/System32/evil.dll", "T1546.010"),
    ("WOW6432Node\\" + system + "Windows", "AppInit_DLLs", "evil.dll", "Windows/SysWOW64/evil.dll", "T1546.010"),
    (system + "Image File Execution Options\\sethc.exe", "Debugger", run, "Tools/run.exe", "T1546.012"),
    (system + "SilentProcessExit\\notepad.exe", "MonitorProcess", run, "Tools/run.exe", "T1546.012"),
    (system + "AeDebug", "Debugger", run, "Tools/run.exe", "T1546"),
    ("Microsoft\\Active Setup\\Installed Components\\{1}", "StubPath", run, "Tools/run.exe", "T1547.014"),
    ("Microsoft\\Command Processor", "AutoRun", run, "Tools/run.exe", "T1546"),
    ("Microsoft\\NetSh", "evil", "evil.dll", "Windows/System32/evil.dll", "T1546.007"),
  ])
  func machine(key: String, value: String, data: String, path: String, attack: String) throws {
    let disk = DiskDouble.windows(Self.files, software: HiveSpec([(key, [.string(value, data)])]))
    let entry = try #require(WindowsInventory.take(disk).entries.first)
    #expect(entry.path == path && entry.isPresent && entry.attack == [attack], "\(entry)")
    #expect(entry.origin == "Windows/System32/config/SOFTWARE: \(key)")
  }

  /// What stands in RunOnceEx itself, and the unnamed value of a section, are titles.
  @Test func titlesAreNotStarted() {
    let key = Self.current + "RunOnceEx"
    let hive = HiveSpec([
      (key, [.string("Title", "My setup"), .number("Flags", 2)]), (key + "\\0001", [.string("", "First part")]),
      (key + "\\0002", [.string("x", "||"), .string("y", "|f|")]),
    ])
    #expect(WindowsInventory.take(DiskDouble.windows(Self.files, software: hive)).entries.allSatisfy { $0.path == nil })
  }

  /// Key of the control set, value, data, path, technique.
  @Test(arguments: [
    ("Session Manager", ValueSpec.strings("BootExecute", ["autocheck autochk *"]), "Windows/System32/autochk.exe", "T1547"),
    ("Session Manager\\AppCertDlls", .string("x", "C:\\Windows\\System32\\evil.dll"), "Windows/System32/evil.dll", "T1546.009"),
    ("Session Manager\\KnownDLLs", .string("evil", "evil.dll"), "Windows/System32/evil.dll", "T1574.001"),
    ("Lsa", .strings("Authentication Packages", ["evil"]), "Windows/System32/evil.dll", "T1547.002"),
    ("Lsa", .strings("Notification Packages", ["evil"]), "Windows/System32/evil.dll", "T1556.002"),
    ("Lsa", .strings("Security Packages", ["\"\"", "evil"]), "Windows/System32/evil.dll", "T1547.005"),
    ("Lsa\\OSConfig", .strings("Security Packages", ["evil"]), "Windows/System32/evil.dll", "T1547.005"),
    ("LsaExtensionConfig\\LsaSrv", .strings("Extensions", ["evil.dll"]), "Windows/System32/evil.dll", "T1547.008"),
    ("SecurityProviders", .string("SecurityProviders", "evil.dll"), "Windows/System32/evil.dll", "T1547.005"),
    ("Print\\Monitors\\Port", .string("Driver", "evil.dll"), "Windows/System32/evil.dll", "T1547.010"),
    (
      "Print\\Environments\\Windows x64\\Print Processors\\winprint", .string("Driver", "winprint.dll"),
      "Windows/System32/spool/prtprocs/x64/winprint.dll", "T1547.012"
    ),
    (
      // As Windows XP keeps its own.
      "Print\\Environments\\Windows NT x86\\Print Processors\\winprint", .string("Driver", "evil.dll"),
      "Windows/System32/evil.dll", "T1547.012"
    ),
    ("ContentIndex\\Language\\en", .string("StemmerDLLPathOverride", "evil.dll"), "Windows/System32/evil.dll", "T1547"),
    ("..\\Services\\WinSock2\\Parameters", .string("AutodialDLL", "evil.dll"), "Windows/System32/evil.dll", "T1547"),
    ("..\\Services\\DNS\\Parameters", .string("ServerLevelPluginDll", "evil.dll"), "Windows/System32/evil.dll", "T1547"),
    ("SafeBoot", .string("AlternateShell", "cmd.exe"), "Windows/System32/cmd.exe", "T1547"),
  ])
  func control(key: String, value: ValueSpec, path: String, attack: String) throws {
    let disk = DiskDouble.windows(
      Self.files, system: .control([(key.hasPrefix("..") ? String(key.dropFirst(3)) : "Control\\" + key, [value])]))
    let entries = WindowsInventory.take(disk).entries
    let entry = try #require(entries.first)
    #expect(entries.count == 1 && entry.path == path && entry.isPresent && entry.attack == [attack], "\(entries)")
  }

  @Test(arguments: [
    ("Software\\Microsoft\\Windows\\CurrentVersion\\Run", "x", "%USERPROFILE%\\mine.exe", "T1547.001"),
    ("Software\\Microsoft\\Windows NT\\CurrentVersion\\Windows", "Load", "C:\\Users\\Ann\\mine.exe", "T1547.001"),
    ("Software\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon", "Shell", "C:\\Users\\Ann\\mine.exe", "T1547.004"),
    ("Environment", "UserInitMprLogonScript", "%USERPROFILE%\\mine.exe", "T1037.001"),
    ("Control Panel\\Desktop", "SCRNSAVE.EXE", "C:\\Users\\Ann\\mine.exe", "T1546.002"),
  ])
  func user(key: String, value: String, data: String, attack: String) throws {
    let hive = HiveSpec([(key, [.expandable(value, data)])])
    let disk = DiskDouble.windows(["Users/Ann/mine.exe"], users: ["Ann": hive])
    let entry = try #require(WindowsInventory.take(disk).entries.first)
    #expect(entry.path == "Users/Ann/mine.exe" && entry.isPresent && entry.attack == [attack])
    #expect(entry.origin == "Users/Ann/NTUSER.DAT: \(key)")
  }

  @Test func listsArePartedAsWindowsDoes() {
    func paths(_ value: ValueSpec, _ key: String) -> [String?] {
      let disk = DiskDouble.windows(Self.files + ["a b/c.dll"], software: HiveSpec([(key, [value])]))
      return WindowsInventory.take(disk).entries.map(\.path)
    }
    let windows = Self.system + "Windows"
    #expect(
      paths(.string("AppInit_DLLs", "evil.dll,C:\\x.dll evil.dll"), windows) == [
        "Windows/System32/evil.dll", "x.dll", "Windows/System32/evil.dll",
      ])
    #expect(paths(.string("AppInit_DLLs", "\"C:\\a b\\c.dll\""), windows) == ["a b/c.dll"])
    #expect(paths(.string("AppInit_DLLs", ""), windows) == [])
    #expect(
      paths(.string("Shell", "explorer.exe, C:\\Tools\\run.exe"), Self.system + "Winlogon") == [
        "Windows/explorer.exe", "Tools/run.exe",
      ])
  }

  @Test func scriptsOfHostsAreEntries() {
    let command = "powershell.exe -NoProfile -ExecutionPolicy Bypass -File \"C:\\Tools\\script.ps1\" -x"
    let disk = DiskDouble.windows(Self.files, software: HiveSpec([(Self.current + "Run", [.string("x", command)])]))
    let entries = WindowsInventory.take(disk).entries
    #expect(entries.map(\.path) == ["Windows/System32/WindowsPowerShell/v1.0/powershell.exe", "Tools/script.ps1"])
    #expect(entries.map(\.role) == [.executable, .script])
  }

  @Test func hiddenNamesAreFindings() {
    let hive = HiveSpec([(Self.current + "Run", [.string("\0hidden", Self.run), .string("seen", Self.run)])])
    let inventory = WindowsInventory.take(DiskDouble.windows(Self.files, software: hive))
    #expect(inventory.codes("inventory.autostart") == ["inventory.autostart.hidden-name"] && inventory.entries.count == 2)
  }

  @Test func knownLibrariesThatAreNotThereAreNoEntries() {
    let system = HiveSpec.control([
      ("Control\\Session Manager\\KnownDLLs", [.string("a", "evil.dll"), .string("b", "_wowarmhw.dll")])
    ])
    #expect(WindowsInventory.take(DiskDouble.windows(Self.files, system: system)).entries.map(\.name) == ["a"])
  }

  @Test func commandsStayAsTheyAreWritten() {
    let system = HiveSpec.control([("Control\\Session Manager", [.strings("BootExecute", ["autocheck autochk /q /v *"])])])
    #expect(
      WindowsInventory.take(DiskDouble.windows(Self.files, system: system)).entries.map(\.command) == ["autocheck autochk /q /v *"])
  }

  @Test func settingsBesideAValueAreFacts() {
    for (number, fact) in [(0, "LoadAppInit_DLLs off: not loaded"), (1, "LoadAppInit_DLLs on")] {
      let hive = HiveSpec([(Self.system + "Windows", [.string("AppInit_DLLs", "evil.dll"), .number("LoadAppInit_DLLs", number)])])
      #expect(WindowsInventory.take(DiskDouble.windows(Self.files, software: hive)).entries.first?.facts == [fact])
    }
  }
}
