import AssayCore
import AssayInventory
import AssayMaker
import Testing

struct TaskTests {
  static let files = [
    "Windows/System32/cmd.exe", "Windows/System32/rundll32.exe", "Windows/System32/WindowsPowerShell/v1.0/powershell.exe",
    "Windows/System32/wscript.exe", "Tools/run.exe", "Tools/My App/run it.exe", "Tools/a.ps1", "Tools/a.vbs", "Tools/a.bat",
    "Tools/a.dll",
  ]

  static func text(_ actions: String, settings: String = "<Enabled>true</Enabled>") -> String {
    """
    <Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"><RegistrationInfo><Author>ann</Author></RegistrationInfo>
    <Principals><Principal id="Author"><UserId>S-1-5-18</UserId></Principal></Principals><Settings>\(settings)</Settings>
    <Actions Context="Author">\(actions)</Actions></Task>
    """
  }

  static func utf16(_ text: String) -> [UInt8] {
    [0xFF, 0xFE]
      + "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\(text)".utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
  }

  static func take(_ bytes: [UInt8], at path: String = "Windows/System32/Tasks/Vendor/Update", software: HiveSpec? = nil)
    -> SystemInventory
  {
    WindowsInventory.take(DiskDouble.windows(files, software: software).with { $0.put(path, bytes) })
  }

  /// Command, arguments, the paths of the tree.
  @Test(
    arguments: [
      ("C:\\Tools\\run.exe", "", ["Tools/run.exe"]), ("\"C:\\Tools\\My App\\run it.exe\"", "/x", ["Tools/My App/run it.exe"]),
      ("C:\\Tools\\My App\\run it.exe", "/x", ["Tools/My App/run it.exe"]),
      ("%windir%\\system32\\cmd.exe", "/c C:\\Tools\\a.bat", ["Windows/System32/cmd.exe", "Tools/a.bat"]),
      (
        "powershell.exe", "-NoProfile -File \"C:\\Tools\\a.ps1\"",
        ["Windows/System32/WindowsPowerShell/v1.0/powershell.exe", "Tools/a.ps1"]
      ),
      ("rundll32.exe", "C:\\Tools\\a.dll,Entry 1", ["Windows/System32/rundll32.exe", "Tools/a.dll"]),
      ("wscript", "//B C:\\Tools\\a.vbs", ["Windows/System32/wscript.exe", "Tools/a.vbs"]),
      ("C:\\Gone\\x.exe", "", ["Gone/x.exe"]),
    ])
  func everyFormOfAnAction(command: String, arguments: String, paths: [String]) {
    let action = "<Exec><Command>\(command)</Command><Arguments>\(arguments)</Arguments></Exec>"
    let entries = Self.take(Self.utf16(Self.text(action))).entries
    #expect(entries.map(\.path) == paths)
    #expect(entries.allSatisfy { $0.role == .scheduledTask && $0.name == "Update" && $0.facts == ["enabled", "as S-1-5-18"] })
    #expect(entries.allSatisfy { $0.isPresent == ($0.path != "Gone/x.exe") })
  }

  @Test func settingsAreFacts() throws {
    let settings = "<Enabled>false</Enabled><Hidden>true</Hidden>"
    let text = Self.text("<Exec><Command>C:\\Tools\\run.exe</Command></Exec>", settings: settings)
    let entry = try #require(Self.take(Array(text.utf8)).entries.first)
    #expect(entry.facts == ["not enabled", "hidden", "as S-1-5-18"])
  }

  @Test func classesAreFoundInTheRegistry() {
    let id = "{0F87369F-A4E5-4CFC-BD3E-73E6154572DD}"
    let action = "<ComHandler><ClassId>\(id)</ClassId></ComHandler>"
    let software = HiveSpec([("Classes\\CLSID\\\(id)\\InprocServer32", [.expandable("", "C:\\Tools\\a.dll")])])
    let entries = Self.take(Self.utf16(Self.text(action)), software: software).entries
    #expect(entries.map(\.path) == ["Tools/a.dll"])
    // A class that nothing tells of is no missing file, but it is said.
    let unknown = Self.take(Self.utf16(Self.text(action)))
    let findings = unknown.findings.filter { $0.path.hasPrefix("Windows/System32/Tasks") }.map(\.finding)
    #expect(unknown.entries.isEmpty && findings.map(\.code) == ["inventory.task.class-unknown"], "\(unknown.findings)")
    #expect(findings.map(\.found) == [id] && findings.map(\.severity) == [.note])
  }

  /// A `.job` by MS-TSCH 2.4: the texts stand where the fixed part says.
  static func job(_ command: String, _ arguments: String, flags: UInt32 = 0) -> [UInt8] {
    func little(_ number: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    func text(_ text: String) -> [UInt8] {
      little(text.utf16.count + 1, 2) + (Array(text.utf16) + [0]).flatMap { little(Int($0), 2) }
    }
    var bytes = [UInt8](repeating: 0, count: 68)
    bytes.replaceSubrange(20..<22, with: little(70, 2))
    // SCHED_S_TASK_READY, then the flags.
    bytes.replaceSubrange(0x2C..<0x30, with: little(0x41300, 4))
    bytes.replaceSubrange(0x30..<0x34, with: little(Int(flags), 4))
    return bytes + [0, 0] + text(command) + text(arguments) + text("") + text("ann") + text("")
  }

  @Test func olderTasksAreRead() throws {
    let entries = Self.take(Self.job("C:\\Tools\\run.exe", "/q"), at: "Windows/Tasks/old.job").entries
    #expect(entries.map(\.path) == ["Tools/run.exe"] && entries.first?.facts == ["enabled"])
    let whole = Self.job("C:\\Tools\\run.exe", "/q")
    for count in 0..<(whole.count - 8) {
      let inventory = Self.take(Array(whole[..<count]), at: "Windows/Tasks/old.job")
      #expect(inventory.codes("inventory.task.") == ["inventory.task.truncated"] || count >= whole.count - 10, "\(count)")
    }
  }

  /// TASK_FLAG_DISABLED is 4 and TASK_FLAG_HIDDEN 0x200; 0x802130F2 are those of a real task that is neither.
  @Test(
    arguments: [
      (0, ["enabled"]), (4, ["not enabled"]), (0x200, ["enabled", "hidden"]), (0x204, ["not enabled", "hidden"]),
      (0x8021_30F2, ["enabled"]),
    ] as [(UInt32, [String])])
  func flagsOfOlderTasks(flags: UInt32, facts: [String]) {
    let entries = Self.take(Self.job("C:\\Tools\\run.exe", "", flags: flags), at: "Windows/Tasks/At1.job").entries
    #expect(entries.map(\.facts) == [facts] && entries.first?.attack == ["T1053.005"])
  }

  @Test(
    arguments: [
      (Array("<Other/>".utf8), "inventory.task.form"), ([], "xml."), ([0xFF, 0xFE], "xml."), ([0xFF, 0xFE, 0x3C], "xml."),
      (Array("<!DOCTYPE Task><Task/>".utf8), "xml."), ([UInt8](repeating: 0x3C, count: 100_000), "xml."),
    ] as [([UInt8], String)])
  func hostileTextIsAFinding(bytes: [UInt8], code: String) {
    let inventory = Self.take(bytes)
    #expect(inventory.entries.isEmpty)
    #expect(inventory.findings.filter { $0.finding.code.hasPrefix(code) }.count == 1, "\(inventory.findings)")
  }
}
