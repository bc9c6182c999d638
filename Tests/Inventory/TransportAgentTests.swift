import AssayCore
import AssayInventory
import AssayMaker
import Testing

struct TransportAgentTests {
  static let folder = "Program Files/Microsoft/Exchange Server/V15/TransportRoles"

  static func list(_ agents: String) -> String {
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><configuration><mexRuntime><monitoring/><agentList>\(agents)</agentList></mexRuntime></configuration>"
  }

  static func disk(_ text: String, name: String = "agents.config", software: HiveSpec? = nil, at folder: String = folder)
    -> DiskDouble
  {
    DiskDouble.windows(["\(folder)/agents/Hygiene/Good.dll", "Windows/Temp/evil.dll"], software: software)
      .with { $0.put("\(folder)/Shared/\(name)", Array(text.utf8)) }
  }

  /// The path as written, that of the tree, present.
  @Test(
    arguments: [
      (
        "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\TransportRoles\\agents\\Hygiene\\Good.dll",
        "\(folder)/agents/Hygiene/Good.dll", true
      ),
      ("%ExchangeInstallPath%TransportRoles\\agents\\Hygiene\\Good.dll", "\(folder)/agents/Hygiene/Good.dll", true),
      ("C:\\windows\\temp\\EVIL.dll", "Windows/Temp/evil.dll", true), ("C:\\Gone\\x.dll", "Gone/x.dll", false),
    ], ["agents.config", "fetagents.config"])
  func everyAgentIsAnEntry(form: (String, String, Bool), name: String) throws {
    let agent = "<agent name=\"A &amp; B\" baseType=\"T\" classFactory=\"F\" assemblyPath=\"\(form.0)\" enabled=\"true\"/>"
    let entry = try #require(WindowsInventory.take(Self.disk(Self.list(agent), name: name)).entries.first)
    #expect(entry.name == "A & B" && entry.path == form.1 && entry.isPresent == form.2)
    #expect(entry.role == .transportAgent && entry.attack == ["T1505.002"] && entry.facts == ["enabled", "class F"])
    #expect(entry.origin == "\(Self.folder)/Shared/\(name): mexRuntime/agentList")
  }

  @Test func theRegistrySaysWhereExchangeIs() {
    let software = HiveSpec([("Microsoft\\ExchangeServer\\v15\\Setup", [.string("MsiInstallPath", "C:\\Mail\\")])])
    let disk = Self.disk(
      Self.list("<agent name=\"A\" assemblyPath=\"C:\\x.dll\" enabled=\"false\"/>"), software: software, at: "Mail/TransportRoles")
    let entries = WindowsInventory.take(disk).entries
    #expect(entries.map(\.name) == ["A"] && entries.first?.facts == ["not enabled"])
  }

  @Test(
    arguments: [
      ("<other/>", "inventory.exchange.form"), ("<configuration", "xml."), ("", "xml."),
      ("<!DOCTYPE configuration SYSTEM \"http://x\"><configuration/>", "xml."),
    ])
  func hostileTextIsAFinding(text: String, code: String) {
    let inventory = WindowsInventory.take(Self.disk(text))
    #expect(inventory.entries.isEmpty)
    let found = inventory.findings.filter { $0.path == "\(Self.folder)/Shared/agents.config" }
    #expect(found.count == 1 && found.first?.finding.code.hasPrefix(code) ?? false)
  }
}
