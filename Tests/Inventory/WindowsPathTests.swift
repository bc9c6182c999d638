import AssayCore
import AssayInventory
import AssayMaker
import Testing

/// Paths as Windows means them, on a mount.
struct WindowsPathTests {
  private static let files = [
    "Windows/System32/cmd.exe", "Windows/System32/drivers/disk.sys", "Windows/SysWOW64/only32.dll", "Windows/System32/both.dll",
    "Windows/SysWOW64/both.dll", "Windows/explorer.exe", "Windows/notepad.exe", "Windows/System32/notepad.exe",
    "Program Files/Vendor/Tool.exe", "Program Files (x86)/Old/old.exe", "ProgramData/x/y.exe", "Users/Ann/AppData/Local/a.exe",
    "Very Long Folder/Some Program.exe", "Bin/é.exe", "a b/c d/e.exe",
  ]

  private static func disk(_ volume: String = "") throws -> WindowsDisk {
    let tree = WindowsTree(DiskDouble.windows(files, volume: volume))
    let roots = WindowsRoot.find(in: tree)
    return WindowsDisk(tree, try #require(roots.first))
  }

  @Test(arguments: [
    ("C:\\Windows\\System32\\cmd.exe", "Windows/System32/cmd.exe"), ("c:/windows/SYSTEM32/CMD.EXE", "Windows/System32/cmd.exe"),
    ("%SystemRoot%\\system32\\cmd.exe", "Windows/System32/cmd.exe"), ("%WinDir%\\explorer.exe", "Windows/explorer.exe"),
    ("\\SystemRoot\\System32\\drivers\\disk.sys", "Windows/System32/drivers/disk.sys"),
    ("\\??\\C:\\Windows\\explorer.exe", "Windows/explorer.exe"), ("\\\\?\\C:\\Windows\\explorer.exe", "Windows/explorer.exe"),
    ("\\\\.\\C:\\Windows\\explorer.exe", "Windows/explorer.exe"),
    ("\\DosDevices\\C:\\Windows\\explorer.exe", "Windows/explorer.exe"),
    ("\\Device\\HarddiskVolume3\\Windows\\explorer.exe", "Windows/explorer.exe"),
    ("\\\\?\\GLOBALROOT\\Device\\HarddiskVolume3\\Windows\\explorer.exe", "Windows/explorer.exe"),
    ("\\??\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\Windows\\explorer.exe", "Windows/explorer.exe"),
    ("\\Windows\\explorer.exe", "Windows/explorer.exe"), ("C:\\Windows\\System32\\..\\explorer.exe", "Windows/explorer.exe"),
    ("C:\\Windows\\.\\\\explorer.exe", "Windows/explorer.exe"), ("C:\\Windows\\explorer.exe. .", "Windows/explorer.exe"),
    ("C:\\Windows\\Sysnative\\cmd.exe", "Windows/System32/cmd.exe"), ("cmd.exe", "Windows/System32/cmd.exe"),
    ("notepad.exe", "Windows/System32/notepad.exe"), ("explorer.exe", "Windows/explorer.exe"),
    ("C:\\PROGRA~1\\Vendor\\Tool.exe", "Program Files/Vendor/Tool.exe"),
    ("C:\\PROGRA~2\\Old\\old.exe", "Program Files (x86)/Old/old.exe"),
    ("C:\\PROGRA~3\\x\\y.exe", "ProgramData/x/y.exe"), ("C:\\VERYLO~1\\SOMEPR~1.EXE", "Very Long Folder/Some Program.exe"),
    ("%ProgramFiles(x86)%\\Old\\old.exe", "Program Files (x86)/Old/old.exe"), ("C:\\bin\\É.EXE", "Bin/é.exe"),
    ("%USERPROFILE%\\AppData\\Local\\a.exe", "Users/Ann/AppData/Local/a.exe"),
    ("%LocalAppData%\\a.exe", "Users/Ann/AppData/Local/a.exe"),
    ("\"C:\\Windows\\explorer.exe\"", "Windows/explorer.exe"), ("  C:\\Windows\\explorer.exe\r\n", "Windows/explorer.exe"),
  ])
  func leadsToTheFile(text: String, path: String) throws {
    let user = WindowsUser(name: "Ann", profile: "C:\\Users\\Ann", folder: "Users/Ann")
    for volume in ["", "C", "mnt/uploads/auto/C%3A"] {
      let found = try Self.disk(volume).locate(text, WindowsPathContext(user: user))
      #expect(found?.path == (volume.isEmpty ? path : volume + "/" + path), "\(volume)")
      #expect(found?.isPresent == true)
    }
  }

  @Test(arguments: [
    "\\\\server\\share\\x.exe", "\\\\?\\UNC\\server\\share\\x.exe", "D:\\x.exe", "%NoSuchVariable%\\x.exe", "C:\\..\\..\\x.exe", "",
    "\\Device\\Mup\\server\\x.exe", "C:\\a\0b.exe", "\"\"", "http://example.com/x.exe:y",
  ])
  func leadsNowhere(text: String) throws {
    let found = try Self.disk().locate(text)
    #expect(found == nil || found?.isPresent == false)
    if !text.hasPrefix("http") { #expect(found == nil, "\(String(describing: found))") }
  }

  @Test func whatIsMissingKeepsTheNameAsWritten() throws {
    let found = try #require(try Self.disk().locate("C:\\Program files\\VENDOR\\Gone\\x.exe"))
    #expect(found.path == "Program Files/Vendor/Gone/x.exe" && !found.isPresent)
  }

  @Test func programsOf32BitSeeTheirOwnFolder() throws {
    let disk = try Self.disk()
    for (text, wow, native) in [
      ("C:\\Windows\\System32\\both.dll", "Windows/SysWOW64/both.dll", "Windows/System32/both.dll"),
      ("C:\\Windows\\Sysnative\\both.dll", "Windows/System32/both.dll", "Windows/System32/both.dll"),
      ("both.dll", "Windows/SysWOW64/both.dll", "Windows/System32/both.dll"),
    ] {
      #expect(disk.locate(text, WindowsPathContext(.library, is32Bit: true))?.path == wow)
      #expect(disk.locate(text, WindowsPathContext(.library))?.path == native)
    }
  }

  @Test func streamsAreSeen() throws {
    let found = try #require(try Self.disk().locate("C:\\Windows\\explorer.exe:evil.exe"))
    #expect(found.path == "Windows/explorer.exe" && found.stream == "evil.exe")
  }

  /// A combining mark after a backslash makes one Character of both; Windows splits there all the same.
  @Test func marksDoNotHideASeparator() throws {
    let tree = WindowsTree(DiskDouble.windows(["Windows/\u{301}x.exe"]))
    let disk = WindowsDisk(tree, try #require(WindowsRoot.find(in: tree).first))
    #expect(disk.locate("C:\\Windows\\\u{301}x.exe")?.isPresent == true)
    #expect(disk.program("C:\\Windows\\\u{301}x.exe /a").place?.isPresent == true)
  }

  @Test func shortNamesAreNotGuessed() throws {
    let tree = WindowsTree(DiskDouble.windows(["Long Name One/x.exe", "Long Name Two/x.exe"]))
    let disk = WindowsDisk(tree, try #require(WindowsRoot.find(in: tree).first))
    #expect(disk.locate("C:\\LONGNA~1\\x.exe")?.isPresent == false)
  }

  @Test func linksInsideTheTreeAreFollowed() throws {
    let double = DiskDouble.windows(["Users/Ann/x.exe"]).with {
      $0.link("Documents and Settings", to: "Users")
      $0.link("loop", to: "loop")
      $0.link("out", to: "../../etc")
      $0.link("absolute", to: "/etc")
    }
    let tree = WindowsTree(double)
    let disk = WindowsDisk(tree, try #require(WindowsRoot.find(in: tree).first))
    #expect(disk.locate("C:\\Documents and Settings\\Ann\\x.exe")?.path == "Users/Ann/x.exe")
    for path in ["C:\\loop\\x", "C:\\out\\passwd", "C:\\absolute\\passwd"] { #expect(disk.locate(path)?.isPresent == false) }
  }

  /// The folders above each component that is named as Windows names its own.
  private static func volumes(of path: String) -> [String] {
    let parts = path.split(separator: "/").map(String.init)
    return parts.indices.filter { WindowsRoot.folderNames.contains(parts[$0].lowercased()) }
      .map { parts[..<$0].joined(separator: "/") }
  }

  @Test func everySystemIsFound() {
    let config = "Windows/System32/config/SYSTEM"
    for (paths, roots) in [
      (["C/Windows/System32/config/SYSTEM"], ["C/Windows"]), (["case1/C/windows/system32/CONFIG/software"], ["case1/C/windows"]),
      (["a/" + config, "b/" + config], ["a/Windows", "b/Windows"]), (["a/b/c/d/e/f/" + config], []), ([config], ["Windows"]),
      (["Windows/System32/config/other"], []), ([], []), (["uploads/auto/C%3A/" + config], ["uploads/auto/C%3A/Windows"]),
    ] {
      let tree = WindowsTree(DiskDouble(paths))
      #expect(WindowsRoot.find(in: tree).map(\.windows) == roots)
      // A walk that saw the names says where to look, and nothing else is looked at.
      let volumes = Set(paths.flatMap { Self.volumes(of: $0) })
      #expect(WindowsRoot.find(in: tree, among: Array(volumes)).map(\.windows) == roots)
      #expect(WindowsRoot.find(in: tree, among: []).isEmpty)
    }
  }

  @Test func drivesBesideTheSystemsOwnAreUsed() throws {
    let tree = WindowsTree(DiskDouble(["k/C/Windows/System32/config/SYSTEM", "k/D/tools/x.exe", "k/E%3A/y.exe", "k/other/z"]))
    let disk = WindowsDisk(tree, try #require(WindowsRoot.find(in: tree).first))
    #expect(disk.locate("D:\\Tools\\X.exe")?.path == "k/D/tools/x.exe" && disk.locate("e:\\y.exe")?.isPresent == true)
    #expect(disk.locate("F:\\z") == nil)
  }

  @Test func theRegistrySaysWhichLetterTheSystemHas() throws {
    let software = HiveSpec([("Microsoft\\Windows NT\\CurrentVersion", [.string("SystemRoot", "D:\\Windows")])])
    let tree = WindowsTree(DiskDouble.windows(["x.exe"], software: software))
    let system = WindowsSystem(tree, try #require(WindowsRoot.find(in: tree).first))
    #expect(system.disk.locate("D:\\x.exe")?.isPresent == true && system.disk.locate("C:\\x.exe") == nil)
    #expect(system.disk.locate("%SystemDrive%\\x.exe")?.isPresent == true)
  }
}

/// Command lines: which file is started.
struct WindowsCommandTests {
  private static let files = [
    "Program Files/Some Tool/run me.exe", "Windows/System32/svchost.exe", "Windows/System32/rundll32.exe", "App/a.dll",
    "Tools/go.exe", "Tools/noext", "Windows/System32/cmd.exe", "Scripts/b.bat",
  ]

  private static func program(_ text: String, _ more: [String] = []) throws -> WindowsProgram {
    let tree = WindowsTree(DiskDouble.windows(files + more))
    return WindowsDisk(tree, try #require(WindowsRoot.find(in: tree).first)).program(text)
  }

  @Test(arguments: [
    ("\"C:\\Program Files\\Some Tool\\run me.exe\" -a \"b c\"", "Program Files/Some Tool/run me.exe", "-a \"b c\"", 0),
    ("C:\\Program Files\\Some Tool\\run me.exe -a", "Program Files/Some Tool/run me.exe", "-a", 3),
    ("C:\\Windows\\system32\\svchost.exe -k netsvcs -p", "Windows/System32/svchost.exe", "-k netsvcs -p", 0),
    ("%SystemRoot%\\system32\\svchost -k x", "Windows/System32/svchost.exe", "-k x", 0),
    ("svchost.exe -k x", "Windows/System32/svchost.exe", "-k x", 0), ("C:\\Tools\\go", "Tools/go.exe", "", 0),
    ("C:\\Tools\\noext", "Tools/noext", "", 0), ("\"C:\\Tools\\go.exe", "Tools/go.exe", "", 0),
    ("  C:\\Tools\\go.exe\t/x", "Tools/go.exe", "/x", 0),
  ])
  func isTakenApart(text: String, path: String, arguments: String, plantable: Int) throws {
    let found = try Self.program(text)
    #expect(found.place?.path == path && found.place?.isPresent == true && found.arguments == arguments)
    #expect(found.plantable.count == plantable && found.shadowed == nil, "\(found.plantable)")
  }

  @Test func theOrderOfCandidatesIsThatOfWindows() throws {
    let found = try Self.program("C:\\Program Files\\Some Tool\\run me.exe -a")
    #expect(
      found.plantable == ["C:\\Program.exe", "C:\\Program Files\\Some.exe", "C:\\Program Files\\Some Tool\\run.exe"])
  }

  @Test func aPlantedFileIsWhatIsStarted() throws {
    let found = try Self.program("C:\\Program Files\\Some Tool\\run me.exe -a", ["Program.exe"])
    #expect(found.place?.path == "Program.exe" && found.shadowed == "Program Files/Some Tool/run me.exe")
  }

  @Test func aMissingProgramIsTheLikelyOne() throws {
    let found = try Self.program("C:\\Gone Folder\\a.exe -x")
    #expect(found.place?.path == "Gone Folder/a.exe" && found.place?.isPresent == false)
  }
}
