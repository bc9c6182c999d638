import AssayCore
import AssayInventory
import AssayMaker
import Testing

/// Services and drivers from hives of the maker.
struct WindowsServiceTests {
  static let files = [
    "Windows/System32/drivers/disk.sys", "Windows/System32/drivers/Quiet.sys", "Windows/System32/svchost.exe",
    "Windows/System32/good.dll", "Program Files/Vendor App/svc.exe", "Other/x.sys", "Windows/System32/rundll32.exe",
  ]

  /// Type, ImagePath as it is written, path of the tree, present.
  @Test(
    arguments: [
      (1, "system32\\drivers\\disk.sys", "Windows/System32/drivers/disk.sys", true),
      (1, "System32\\DRIVERS\\disk.SYS", "Windows/System32/drivers/disk.sys", true),
      (1, "\\SystemRoot\\System32\\drivers\\disk.sys", "Windows/System32/drivers/disk.sys", true),
      (1, "\\??\\C:\\Other\\x.sys", "Other/x.sys", true),
      (1, "\\??\\c:\\windows\\system32\\drivers\\disk.sys", "Windows/System32/drivers/disk.sys", true),
      (2, "%SystemRoot%\\system32\\drivers\\disk.sys", "Windows/System32/drivers/disk.sys", true),
      (1, "C:\\Other\\x.sys", "Other/x.sys", true), (1, "\"C:\\Other\\x.sys\"", "Other/x.sys", true),
      (1, "\\Other\\x.sys", "Other/x.sys", true), (1, "\\Device\\HarddiskVolume1\\Other\\x.sys", "Other/x.sys", true),
      (1, "system32\\drivers\\gone.sys", "Windows/System32/drivers/gone.sys", false),
      (1, nil, "Windows/System32/drivers/Quiet.sys", true), (8, "", "Windows/System32/drivers/Quiet.sys", true),
      (0x10, "\"C:\\Program Files\\Vendor App\\svc.exe\" -run", "Program Files/Vendor App/svc.exe", true),
      (0x10, "C:\\Program Files\\Vendor App\\svc.exe -run", "Program Files/Vendor App/svc.exe", true),
      (0x110, "C:\\PROGRA~1\\Vendor App\\svc.exe", "Program Files/Vendor App/svc.exe", true),
      (0x20, "%SystemRoot%\\System32\\svchost.exe -k netsvcs", "Windows/System32/svchost.exe", true),
      (0x60, "%windir%\\system32\\svchost.exe -k user", "Windows/System32/svchost.exe", true),
      (0x10, "C:\\Gone\\svc.exe -a", "Gone/svc.exe", false),
    ] as [(Int, String?, String, Bool)])
  func everyFormOfAnImagePathIsUnderstood(type: Int, image: String?, path: String, isPresent: Bool) throws {
    let disk = DiskDouble.windows(Self.files, system: .service("Quiet", type: type, image: image))
    let inventory = WindowsInventory.take(disk)
    let entry = try #require(inventory.entries.first)
    #expect(inventory.entries.count == 1 && entry.name == "Quiet")
    #expect(entry.path == path && entry.isPresent == isPresent && entry.command == image ?? "")
    #expect(entry.role == (type < 0x10 ? .kernelDriver : .windowsService) && entry.attack == ["T1543.003"])
    #expect(entry.origin == "Windows/System32/config/SYSTEM: ControlSet001\\Services\\Quiet")
  }

  @Test func serviceLibrariesAreEntriesOfTheirOwn() throws {
    for place in ["Services\\Svc\\Parameters", "Services\\Svc"] {
      var system = HiveSpec.service("Svc", type: 0x20, image: "%SystemRoot%\\System32\\svchost.exe -k x")
      system.root.set("ControlSet001\\" + place, [.expandable("ServiceDll", "%SystemRoot%\\System32\\good.dll")])
      let entries = WindowsInventory.take(DiskDouble.windows(Self.files, system: system)).entries
      #expect(entries.map(\.path) == ["Windows/System32/svchost.exe", "Windows/System32/good.dll"])
      #expect(entries.allSatisfy { $0.role == .windowsService && $0.isPresent })
      #expect(entries.last?.facts.first == "service library")
    }
  }

  @Test func performanceLibrariesAreEntriesOfTheirOwn() throws {
    var system = HiveSpec.service("Svc", type: 1, image: "system32\\drivers\\disk.sys")
    system.root.set("ControlSet001\\Services\\Svc\\Performance", [.string("Library", "good.dll")])
    let entries = WindowsInventory.take(DiskDouble.windows(Self.files, system: system)).entries
    #expect(entries.map(\.path) == ["Windows/System32/drivers/disk.sys", "Windows/System32/good.dll"])
    #expect(entries.last?.role == .library && entries.last?.attack == ["T1574.011"])
  }

  @Test func factsAreSaid() throws {
    var system = HiveSpec.service("Svc", type: 0x10, image: "C:\\Other\\x.exe")
    system.root.set(
      "ControlSet001\\Services\\Svc",
      [.string("ObjectName", "LocalSystem"), .number("DelayedAutostart", 1), .string("FailureCommand", "C:\\evil.exe")])
    let entry = try #require(WindowsInventory.take(DiskDouble.windows(system: system)).entries.first)
    #expect(
      entry.facts == ["own process", "start automatic", "delayed", "account LocalSystem", "failure command C:\\evil.exe"])
  }

  @Test func unquotedPathsAreFindings() throws {
    let command = "C:\\Program Files\\Vendor App\\svc.exe -run"
    func take(_ command: String, _ more: [String] = []) -> SystemInventory {
      WindowsInventory.take(DiskDouble.windows(Self.files + more, system: .service("S", type: 0x10, image: command)))
    }
    #expect(take(command).codes("inventory.command") == ["inventory.command.unquoted"])
    #expect(take("\"C:\\Program Files\\Vendor App\\svc.exe\" -run").codes("inventory.command") == [])
    #expect(take("C:\\Windows\\System32\\svchost.exe -k x").codes("inventory.command") == [])
    let planted = take(command, ["Program.exe"])
    #expect(planted.codes("inventory.command") == ["inventory.command.planted"] && planted.entries.first?.path == "Program.exe")
  }

  @Test func theCurrentControlSetCounts() throws {
    let system = HiveSpec([
      ("Select", [.number("Current", 2)]),
      ("ControlSet001\\Services\\Old", [.number("Type", 1)]), ("ControlSet002\\Services\\New", [.number("Type", 1)]),
    ])
    #expect(WindowsInventory.take(DiskDouble.windows(system: system)).entries.map(\.name) == ["New"])
    let without = HiveSpec([("ControlSet003\\Services\\Only", [.number("Type", 1)])])
    #expect(WindowsInventory.take(DiskDouble.windows(system: without)).entries.map(\.name) == ["Only"])
  }

  @Test func keysThatStartNothingAreNoEntries() {
    let system = HiveSpec.control([
      ("Services\\.NET Data\\Linkage", [.string("Library", "x.dll")]), ("Services\\Adapter", [.number("Type", 4)]),
      ("Services\\Template", [.number("Type", 0x20)]),
    ])
    #expect(WindowsInventory.take(DiskDouble.windows(system: system)).entries.isEmpty)
  }

  @Test func hostsSayWhatTheyRun() {
    let system = HiveSpec.service("S", type: 0x10, image: "rundll32.exe C:\\Windows\\System32\\good.dll,Start x")
    let entries = WindowsInventory.take(DiskDouble.windows(Self.files, system: system)).entries
    #expect(entries.map(\.path) == ["Windows/System32/rundll32.exe", "Windows/System32/good.dll"])
  }

  @Test func whatLeadsAwayIsSaid() throws {
    let inventory = WindowsInventory.take(DiskDouble.windows(system: .service("S", type: 0x10, image: "\\\\srv\\share\\x.exe")))
    #expect(inventory.entries.first?.path == nil && inventory.codes("inventory.path") == ["inventory.path.elsewhere"])
    let stream = WindowsInventory.take(
      DiskDouble.windows(["a.txt"], system: .service("S", type: 0x10, image: "C:\\a.txt:evil.exe")))
    #expect(stream.codes("inventory.path") == ["inventory.path.stream"])
  }

  @Test func aDirtyHiveIsReadWithItsLogs() throws {
    let old = HiveSpec.service("Old", type: 1, image: nil)
    var new = old
    new.root.set("ControlSet001\\Services\\Planted", [.number("Type", 1), .string("ImagePath", "\\??\\C:\\Other\\x.sys")])
    let dirty = old.unfinished(before: [new])
    let config = "Windows/System32/config/"
    let disk = DiskDouble.windows(Self.files).with {
      $0.put(config + "SYSTEM", dirty.hive)
      $0.put(config + "system.log1", dirty.logs[0])
    }
    let inventory = WindowsInventory.take(disk)
    #expect(inventory.entries.map(\.name) == ["Old", "Planted"])
    #expect(inventory.codes("regf.") == ["regf.log.applied"])
    let without = WindowsInventory.take(disk.with { $0.put(config + "system.log1", []) })
    #expect(without.entries.map(\.name) == ["Old"] && without.codes("regf.") == ["regf.log.missing"])
  }

  @Test func hivesThatCannotBeReadAreFindings() {
    let config = "Windows/System32/config/"
    let broken = DiskDouble.windows().with { $0.put(config + "SYSTEM", Array("no hive".utf8)) }
    #expect(WindowsInventory.take(broken).codes("regf.") == ["regf.header.signature"])
    let refused = DiskDouble.windows().with { $0.refusesToOpen = [config + "SYSTEM"] }
    #expect(WindowsInventory.take(refused).findings.map(\.finding.code).contains("io.denied"))
    #expect(WindowsInventory.take(DiskDouble()).entries.isEmpty)
  }

  @Test func tooManyProfilesAreSaid() {
    let hive = HiveSpec([("Environment", [.string("UserInitMprLogonScript", "C:\\x.exe")])])
    let users = Dictionary(uniqueKeysWithValues: (0...WindowsSystem.userLimit).map { ("u\($0)", hive) })
    let inventory = WindowsInventory.take(DiskDouble.windows(users: users))
    #expect(inventory.entries.count == WindowsSystem.userLimit)
    #expect(inventory.findings.map(\.finding.code).contains("limit.registry-users"))
  }

  /// A user's hive may cost so much and no more.
  @Test func aHostileProfileEndsInAFinding() {
    var hive = HiveSpec()
    hive.root.subkeys = (0..<200).map { KeySpec("Software\($0)") }
    hive.root.set("Software\\Microsoft\\Windows\\CurrentVersion\\Run", (0..<150_000).map { _ in ValueSpec("v", type: 1, data: []) })
    let inventory = WindowsInventory.take(DiskDouble.windows(users: ["Ann": hive]))
    #expect(inventory.codes("limit.") == ["limit.nodes"])
  }
}
