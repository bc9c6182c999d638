import AssayContainers

/// Where the registry starts or loads code besides services, as data.
///
/// Compared with two published lists, p0w3rsh3ll/AutoRuns (logon, boot, images, print, LSA, winlogon) and last-byte/PersistenceSniper.
/// What they have and this has not: extensions of the shell, of Internet Explorer and of Office, codecs, Winsock's catalogs, scripts of
/// group policy, and classes of COM that the registry redirects.
struct AutostartPlace: Sendable {
  enum Hive: Sendable {
    /// `SOFTWARE`; with `bothViews` also below WOW6432Node.
    case software
    /// The current control set of `SYSTEM`.
    case controlSet
    /// `NTUSER.DAT` of every user.
    case user
  }
  enum Which: Sendable {
    /// Every value of the key is one.
    case everyValue
    case value(String)
    /// This value of every subkey.
    case valueOfSubkeys(String)
    /// Every value of every subkey but its unnamed one, and those of its subkey `Depend`.
    case everyValueOfSubkeys
  }
  enum Form: Sendable {
    case command
    /// As RunOnceEx writes it (Microsoft's KB 232509): `library|function|arguments`, `||command`, or a bare command; a library in `Depend`.
    case sectionEntry
    /// Commands with commas between them.
    case commands
    case library
    /// Libraries with spaces or commas between them.
    case libraries
    /// Native programs of System32: `autocheck autochk *`.
    case native
    /// A library in the folder of a print processor.
    case printProcessor
  }
  let hive: Hive
  let key: String
  let which: Which
  let form: Form
  let attack: [String]
  let bothViews: Bool

  init(_ hive: Hive, _ key: String, _ which: Which, _ form: Form, _ attack: String, bothViews: Bool = false) {
    self.hive = hive
    self.key = key
    self.which = which
    self.form = form
    self.attack = [attack]
    self.bothViews = bothViews
  }

  /// Names files that need not be there.
  var isOptional: Bool { WindowsCase.hasSuffix(key, "\\KnownDLLs") }

  private static let current = "Microsoft\\Windows\\CurrentVersion"
  private static let system = "Microsoft\\Windows NT\\CurrentVersion"
  private static let run = "T1547.001"
  private static let installed = "\\Terminal Server\\Install\\Software\\" + current
  private static let terminal = "Policies\\Microsoft\\Windows NT\\Terminal Services"
  private static let hangs = "Microsoft\\Windows\\Windows Error Reporting\\Hangs"

  static let all: [AutostartPlace] = machine + control + user

  private static let machine: [AutostartPlace] = [
    AutostartPlace(.software, current + "\\Run", .everyValue, .command, run, bothViews: true),
    AutostartPlace(.software, current + "\\RunOnce", .everyValue, .command, run, bothViews: true),
    AutostartPlace(.software, current + "\\RunOnce\\Setup", .everyValue, .command, run, bothViews: true),
    AutostartPlace(.software, current + "\\RunOnceEx", .everyValueOfSubkeys, .sectionEntry, run, bothViews: true),
    AutostartPlace(.software, current + "\\RunServices", .everyValue, .command, run, bothViews: true),
    AutostartPlace(.software, current + "\\RunServicesOnce", .everyValue, .command, run, bothViews: true),
    AutostartPlace(.software, current + "\\Policies\\Explorer\\Run", .everyValue, .command, run, bothViews: true),
    AutostartPlace(.software, current + "\\Policies\\System", .value("Shell"), .commands, "T1547.004"),
    AutostartPlace(.software, system + "\\Winlogon", .value("Shell"), .commands, "T1547.004", bothViews: true),
    AutostartPlace(.software, system + "\\Winlogon", .value("Userinit"), .commands, "T1547.004", bothViews: true),
    AutostartPlace(.software, system + "\\Winlogon", .value("Taskman"), .commands, "T1547.004"),
    AutostartPlace(.software, system + "\\Winlogon", .value("AppSetup"), .commands, "T1547.004"),
    AutostartPlace(.software, system + "\\Winlogon", .value("System"), .commands, "T1547.004"),
    AutostartPlace(.software, system + "\\Winlogon", .value("VmApplet"), .commands, "T1547.004"),
    AutostartPlace(.software, system + "\\Winlogon", .value("UIHost"), .command, "T1547.004"),
    AutostartPlace(.software, system + "\\Winlogon", .value("mpnotify"), .command, "T1547.004"),
    AutostartPlace(.software, system + "\\Winlogon", .value("GinaDLL"), .library, "T1547.004"),
    AutostartPlace(.software, system + "\\Winlogon\\Notify", .valueOfSubkeys("DLLName"), .library, "T1547.004"),
    AutostartPlace(.software, system + "\\Winlogon\\GPExtensions", .valueOfSubkeys("DllName"), .library, "T1484.001"),
    AutostartPlace(.software, system + "\\Windows", .value("AppInit_DLLs"), .libraries, "T1546.010", bothViews: true),
    AutostartPlace(.software, system + "\\Windows", .value("IconServiceLib"), .library, "T1547"),
    AutostartPlace(.software, system + "\\Font Drivers", .everyValue, .library, "T1547"),
    // What Remote Desktop's install mode copies to every user.
    AutostartPlace(.software, system + installed + "\\Run", .everyValue, .command, run),
    AutostartPlace(.software, system + installed + "\\RunOnce", .everyValue, .command, run),
    AutostartPlace(.software, system + installed + "\\RunOnceEx", .everyValueOfSubkeys, .sectionEntry, run),
    AutostartPlace(.software, terminal, .value("InitialProgram"), .command, "T1547"),
    AutostartPlace(
      .software, system + "\\Image File Execution Options", .valueOfSubkeys("Debugger"), .command, "T1546.012", bothViews: true),
    AutostartPlace(
      .software, system + "\\Image File Execution Options", .valueOfSubkeys("VerifierDlls"), .libraries, "T1546.012",
      bothViews: true),
    AutostartPlace(
      .software, system + "\\SilentProcessExit", .valueOfSubkeys("MonitorProcess"), .command, "T1546.012", bothViews: true),
    AutostartPlace(.software, system + "\\AeDebug", .value("Debugger"), .command, "T1546", bothViews: true),
    AutostartPlace(.software, "Microsoft\\.NETFramework", .value("DbgManagedDebugger"), .command, "T1546", bothViews: true),
    AutostartPlace(.software, hangs, .value("Debugger"), .command, "T1546"),
    AutostartPlace(.software, hangs, .value("ReflectDebugger"), .command, "T1546"),
    AutostartPlace(
      .software, system + "\\AppCompatFlags\\TelemetryController", .valueOfSubkeys("Command"), .command, "T1546"),
    AutostartPlace(.software, "Microsoft\\Office test\\Special\\Perf", .value(""), .library, "T1137.002", bothViews: true),
    AutostartPlace(
      .software, "Microsoft\\Active Setup\\Installed Components", .valueOfSubkeys("StubPath"), .command, "T1547.014",
      bothViews: true),
    AutostartPlace(.software, "Microsoft\\Command Processor", .value("AutoRun"), .command, "T1546", bothViews: true),
    AutostartPlace(.software, "Microsoft\\NetSh", .everyValue, .library, "T1546.007", bothViews: true),
  ]

  private static let control: [AutostartPlace] = [
    AutostartPlace(.controlSet, "Control\\Session Manager", .value("BootExecute"), .native, "T1547"),
    AutostartPlace(.controlSet, "Control\\Session Manager", .value("SetupExecute"), .native, "T1547"),
    AutostartPlace(.controlSet, "Control\\Session Manager", .value("Execute"), .native, "T1547"),
    AutostartPlace(.controlSet, "Control\\Session Manager", .value("S0InitialCommand"), .native, "T1547"),
    AutostartPlace(.controlSet, "Control\\Session Manager\\AppCertDlls", .everyValue, .library, "T1546.009"),
    AutostartPlace(.controlSet, "Control\\Session Manager\\KnownDLLs", .everyValue, .library, "T1574.001"),
    AutostartPlace(.controlSet, "Control\\Session Manager\\SubSystems", .value("Windows"), .command, "T1547"),
    AutostartPlace(.controlSet, "Control\\Lsa", .value("Authentication Packages"), .library, "T1547.002"),
    AutostartPlace(.controlSet, "Control\\Lsa", .value("Notification Packages"), .library, "T1556.002"),
    AutostartPlace(.controlSet, "Control\\Lsa", .value("Security Packages"), .library, "T1547.005"),
    AutostartPlace(.controlSet, "Control\\Lsa\\OSConfig", .value("Security Packages"), .library, "T1547.005"),
    AutostartPlace(.controlSet, "Control\\LsaExtensionConfig\\LsaSrv", .value("Extensions"), .library, "T1547.008"),
    AutostartPlace(.controlSet, "Control\\SecurityProviders", .value("SecurityProviders"), .libraries, "T1547.005"),
    AutostartPlace(.controlSet, "Control\\Print\\Monitors", .valueOfSubkeys("Driver"), .library, "T1547.010"),
    AutostartPlace(.controlSet, "Control\\Print\\Providers", .valueOfSubkeys("Name"), .library, "T1547.010"),
    AutostartPlace(
      .controlSet, "Control\\Print\\Environments\\Windows x64\\Print Processors", .valueOfSubkeys("Driver"), .printProcessor,
      "T1547.012"),
    AutostartPlace(
      .controlSet, "Control\\Print\\Environments\\Windows NT x86\\Print Processors", .valueOfSubkeys("Driver"), .printProcessor,
      "T1547.012"),
    AutostartPlace(
      .controlSet, "Control\\Print\\Environments\\Windows ARM64\\Print Processors", .valueOfSubkeys("Driver"), .printProcessor,
      "T1547.012"),
    AutostartPlace(.controlSet, "Control\\ContentIndex\\Language", .valueOfSubkeys("StemmerDLLPathOverride"), .library, "T1547"),
    AutostartPlace(.controlSet, "Control\\ContentIndex\\Language", .valueOfSubkeys("WBDLLPathOverride"), .library, "T1547"),
    AutostartPlace(.controlSet, "Services\\WinSock2\\Parameters", .value("AutodialDLL"), .library, "T1547"),
    AutostartPlace(.controlSet, "Services\\DNS\\Parameters", .value("ServerLevelPluginDll"), .library, "T1547"),
    AutostartPlace(.controlSet, "Control\\SafeBoot", .value("AlternateShell"), .command, "T1547"),
    AutostartPlace(.controlSet, "Control\\BootVerificationProgram", .value("ImagePath"), .command, "T1547"),
    AutostartPlace(.controlSet, "Control\\Terminal Server\\Wds\\rdpwd", .value("StartupPrograms"), .commands, "T1547"),
    AutostartPlace(
      .controlSet, "Control\\Terminal Server\\WinStations\\RDP-Tcp", .value("InitialProgram"), .command, "T1547"),
  ]

  private static let user: [AutostartPlace] = [
    AutostartPlace(.user, "Software\\" + current + "\\Run", .everyValue, .command, run),
    AutostartPlace(.user, "Software\\" + current + "\\RunOnce", .everyValue, .command, run),
    AutostartPlace(.user, "Software\\" + current + "\\RunOnceEx", .everyValueOfSubkeys, .sectionEntry, run),
    AutostartPlace(.user, "Software\\" + current + "\\RunServices", .everyValue, .command, run),
    AutostartPlace(.user, "Software\\" + current + "\\RunServicesOnce", .everyValue, .command, run),
    AutostartPlace(.user, "Software\\WOW6432Node\\" + current + "\\Run", .everyValue, .command, run),
    AutostartPlace(.user, "Software\\WOW6432Node\\" + current + "\\RunOnce", .everyValue, .command, run),
    AutostartPlace(.user, "Software\\" + current + "\\Policies\\Explorer\\Run", .everyValue, .command, run),
    AutostartPlace(.user, "Software\\" + current + "\\Policies\\System", .value("Shell"), .commands, "T1547.004"),
    AutostartPlace(.user, "Software\\" + system + "\\Winlogon", .value("Shell"), .commands, "T1547.004"),
    AutostartPlace(.user, "Software\\" + system + "\\Windows", .value("Load"), .commands, run),
    AutostartPlace(.user, "Software\\" + system + "\\Windows", .value("Run"), .commands, run),
    AutostartPlace(.user, "Software\\" + terminal, .value("InitialProgram"), .command, "T1547"),
    AutostartPlace(.user, "Software\\Microsoft\\Office test\\Special\\Perf", .value(""), .library, "T1137.002"),
    AutostartPlace(.user, "Software\\Microsoft\\Command Processor", .value("AutoRun"), .command, "T1546"),
    AutostartPlace(.user, "Environment", .value("UserInitMprLogonScript"), .command, "T1037.001"),
    AutostartPlace(.user, "Control Panel\\Desktop", .value("SCRNSAVE.EXE"), .command, "T1546.002"),
  ]
}
