import AssayMaker

/// The small Windows disk that `assay demo windows` scans: hives, a web server's, a mail server's and the task scheduler's
/// configuration, profiles and scripts, and files that they start; some good, some not, one missing.
enum DemoWindows {
  static func write(to folder: OutputFolder) throws(OutputError) {
    try folder.write("trust/root.pem", TestCA.codeRoot.pem + TestCA.timeRoot.pem)
    try writeHives(folder)
    try writePrograms(folder)
    try writeServers(folder)
    try writeTasks(folder)
    try writeScripts(folder)
  }

  private static func good(_ name: String, seed: UInt32, isDLL: Bool = false) -> [UInt8] {
    PESigner.sign(Demo.program(name, seed: seed).with { $0.isDLL = isDLL }.build(), Demo.stamped(Demo.vendor))
  }

  private static func bare(_ name: String, seed: UInt32, isDLL: Bool = false) -> [UInt8] {
    Demo.program(name, seed: seed).with { $0.isDLL = isDLL }.build()
  }

  private static func service(_ name: String, type: Int, start: Int, _ image: String) -> (path: String, values: [ValueSpec]) {
    ("ControlSet001\\Services\\\(name)", [.number("Type", type), .number("Start", start), .expandable("ImagePath", image)])
  }

  private static func writeHives(_ folder: OutputFolder) throws(OutputError) {
    let system = HiveSpec([
      ("Select", [.number("Current", 1), .number("Default", 1)]),
      service("ExampleFilter", type: 1, start: 0, "system32\\drivers\\examplefilter.sys"),
      service("Forgotten", type: 1, start: 2, "\\SystemRoot\\System32\\drivers\\forgotten.sys"),
      service("ExampleAgent", type: 0x10, start: 2, "\"C:\\Program Files\\Example\\agent.exe\" --service"),
      service("Replaced", type: 0x10, start: 2, "C:\\Program Files\\Example\\replaced.exe"),
    ])
    try folder.write("disk/Windows/System32/config/SYSTEM", system.encoded())
    let software = HiveSpec([
      ("Microsoft\\Windows NT\\CurrentVersion", [.string("SystemRoot", "C:\\Windows"), .string("ProductName", "Example disk")]),
      ("Microsoft\\PowerShell\\1\\ShellIds\\Microsoft.PowerShell", [.string("ExecutionPolicy", "RemoteSigned")]),
      ("Microsoft\\Windows\\CurrentVersion\\Run", [.string("Updater", "C:\\ProgramData\\updater.exe /quiet")]),
    ])
    try folder.write("disk/Windows/System32/config/SOFTWARE", software.encoded())
    let user = HiveSpec([
      ("Software\\Microsoft\\PowerShell\\1\\ShellIds\\Microsoft.PowerShell", [.string("ExecutionPolicy", "AllSigned")])
    ])
    try folder.write("disk/Users/ann/NTUSER.DAT", user.encoded())
  }

  private static func writePrograms(_ folder: OutputFolder) throws(OutputError) {
    try folder.write("disk/Windows/System32/drivers/examplefilter.sys", bare("examplefilter.sys", seed: 51))
    try folder.write("disk/Program Files/Example/agent.exe", good("agent.exe", seed: 53))
    var replaced = good("replaced.exe", seed: 55)
    replaced[0x1A34] ^= 0x01
    try folder.write("disk/Program Files/Example/replaced.exe", replaced)
    let updater = Demo.program("updater.exe", seed: 57).build()
    try folder.write("disk/ProgramData/updater.exe", PESigner.sign(updater, Demo.stamped(TestCA.selfSigned())))
  }

  private static func writeServers(_ folder: OutputFolder) throws(OutputError) {
    let inetsrv = "disk/Windows/System32/inetsrv"
    try folder.write(
      "\(inetsrv)/config/applicationHost.config",
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <configuration>
        <system.webServer>
          <globalModules>
            <add name="ExampleModule" image="%ProgramFiles%\\Example\\examplemodule.dll" />
            <add name="Backdoor" image="%windir%\\System32\\inetsrv\\backdoor.dll" preCondition="bitness64" />
          </globalModules>
        </system.webServer>
      </configuration>

      """)
    try folder.write("disk/Program Files/Example/examplemodule.dll", good("examplemodule.dll", seed: 61, isDLL: true))
    try folder.write("\(inetsrv)/backdoor.dll", bare("backdoor.dll", seed: 63, isDLL: true))
    let exchange = "disk/Program Files/Microsoft/Exchange Server/V15/TransportRoles"
    try folder.write(
      "\(exchange)/Shared/agents.config",
      """
      <?xml version="1.0" encoding="utf-8"?>
      <configuration>
        <mexRuntime>
          <agentList>
            <agent name="Example Agent" classFactory="Example.Factory" enabled="true"
              assemblyPath="C:\\Program Files\\Microsoft\\Exchange Server\\V15\\TransportRoles\\agents\\Example\\agent.dll" />
          </agentList>
        </mexRuntime>
      </configuration>

      """)
    try folder.write("\(exchange)/agents/Example/agent.dll", bare("agent.dll", seed: 65, isDLL: true))
  }

  private static func writeTasks(_ folder: OutputFolder) throws(OutputError) {
    let task = """
      <?xml version="1.0" encoding="UTF-16"?>
      <Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
        <Principals><Principal id="Author"><UserId>S-1-5-18</UserId></Principal></Principals>
        <Settings><Enabled>true</Enabled></Settings>
        <Actions Context="Author">
          <Exec><Command>C:\\Program Files\\Example\\agent.exe</Command><Arguments>--nightly</Arguments></Exec>
          <Exec><Command>C:\\ProgramData\\nightly.cmd</Command></Exec>
        </Actions>
      </Task>

      """
    let units = [0xFEFF] + Array(task.utf16)
    try folder.write(
      "disk/Windows/System32/Tasks/Example/Nightly", units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
    try folder.write("disk/ProgramData/nightly.cmd", "@echo nightly\r\n")
  }

  private static func writeScripts(_ folder: OutputFolder) throws(OutputError) {
    let text = "Write-Output 'hello'\r\n"
    let signed = ScriptSpec().sign(text, Demo.stamped(Demo.vendor))
    let mark = "[ZoneTransfer]\r\nZoneId=3\r\n"
    let downloads = "disk/Users/ann/Downloads"
    try folder.write("\(downloads)/signed.ps1", signed)
    try folder.write("\(downloads)/signed.ps1.Zone.Identifier", mark)
    try folder.write("\(downloads)/unsigned.ps1", text)
    try folder.write("\(downloads)/unsigned.ps1.Zone.Identifier", mark)
    try folder.write("disk/Users/ann/Documents/WindowsPowerShell/profile.ps1", text)
    try folder.write("disk/Windows/System32/WindowsPowerShell/v1.0/profile.ps1", signed)
  }
}
