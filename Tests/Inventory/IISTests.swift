import AssayCore
import AssayInventory
import AssayMaker
import Testing

/// Every form in which IIS is told to load or start something.
struct IISTests {
  static let place = "Windows/System32/inetsrv/config/applicationHost.config"
  static let files = [
    "Windows/System32/inetsrv/cachuri.dll", "Windows/SysWOW64/inetsrv/narrow.dll", "Windows/System32/inetsrv/narrow.dll",
    "php/php-cgi.exe", "php/index.php", "Program Files/dotnet/dotnet.exe", "inetpub/wwwroot/bin/Own.Module.dll",
    "inetpub/wwwroot/app/App.exe",
    "Windows/Microsoft.NET/assembly/GAC_MSIL/Shared.Module/v4.0_1.0.0.0__aa/Shared.Module.dll",
  ]

  static func disk(_ text: String, _ others: [String: String] = [:]) -> DiskDouble {
    DiskDouble.windows(files).with { disk in
      disk.put(place, Array(text.utf8))
      for (path, text) in others { disk.put(path, Array(text.utf8)) }
    }
  }

  static func take(_ body: String, _ others: [String: String] = [:]) -> SystemInventory {
    WindowsInventory.take(disk("<?xml version=\"1.0\"?>\n<configuration>\(body)</configuration>", others))
  }

  static func webServer(_ body: String) -> String { "<system.webServer>\(body)</system.webServer>" }

  /// The section, the path of the tree, present, the role.
  @Test(
    arguments: [
      (
        "<globalModules><add name=\"U\" image=\"%windir%\\System32\\inetsrv\\cachuri.dll\"/></globalModules>",
        "Windows/System32/inetsrv/cachuri.dll", true, Role.iisModule
      ),
      (
        "<globalModules><add name=\"N\" image=\"%windir%\\System32\\inetsrv\\narrow.dll\" preCondition=\"bitness32\"/></globalModules>",
        "Windows/SysWOW64/inetsrv/narrow.dll", true, .iisModule
      ),
      ("<globalModules><add name=\"G\" image=\"C:\\gone\\evil.dll\"/></globalModules>", "gone/evil.dll", false, .iisModule),
      (
        "<isapiFilters><filter name=\"F\" path=\"%windir%\\system32\\INETSRV\\CACHURI.dll\" enabled=\"false\"/></isapiFilters>",
        "Windows/System32/inetsrv/cachuri.dll", true, .iisModule
      ),
      (
        "<security><isapiCgiRestriction><add path=\"%windir%\\System32\\inetsrv\\cachuri.dll\" allowed=\"true\"/></isapiCgiRestriction></security>",
        "Windows/System32/inetsrv/cachuri.dll", true, .iisModule
      ),
      (
        "<security><isapiCgiRestriction><add path=\"C:\\php\\php-cgi.exe -a b\" allowed=\"false\"/></isapiCgiRestriction></security>",
        "php/php-cgi.exe", true, .serverModule
      ),
      (
        "<handlers><add name=\"I\" path=\"*\" scriptProcessor=\"%windir%\\System32\\inetsrv\\cachuri.dll\"/></handlers>",
        "Windows/System32/inetsrv/cachuri.dll", true, .iisModule
      ),
      (
        "<handlers><add name=\"P\" path=\"*.php\" scriptProcessor=\"C:\\php\\php-cgi.exe|-d x=1\"/></handlers>",
        "php/php-cgi.exe", true, .serverModule
      ),
      (
        "<modules><add name=\"M\" type=\"Shared.Module.Entry, Shared.Module, Version=1.0.0.0\"/></modules>",
        "Windows/Microsoft.NET/assembly/GAC_MSIL/Shared.Module/v4.0_1.0.0.0__aa/Shared.Module.dll", true, .iisModule
      ),
      ("<fastCgi><application fullPath=\"C:\\php\\php-cgi.exe\"/></fastCgi>", "php/php-cgi.exe", true, .serverModule),
      ("<fastCgi><application fullPath=\"C:\\gone dir\\fcgi.exe\"/></fastCgi>", "gone dir/fcgi.exe", false, .serverModule),
    ] as [(String, String, Bool, Role)])
  func everySectionIsRead(body: String, path: String, isPresent: Bool, role: Role) throws {
    let inventory = Self.take(Self.webServer(body))
    let entry = try #require(inventory.entries.first)
    #expect(inventory.entries.count == 1)
    #expect(entry.path == path && entry.isPresent == isPresent && entry.role == role)
    #expect(entry.attack == ["T1505.004"] && entry.origin.hasPrefix(Self.place + ": system.webServer/"))
  }

  @Test func listenersAndStartingProvidersAreRead() {
    let inventory = Self.take(
      """
      <system.applicationHost><listenerAdapters><add name="http"/>
      <add name="x" protocolManagerDll="%windir%\\System32\\inetsrv\\cachuri.dll"/></listenerAdapters>
      <serviceAutoStartProviders><add name="p" type="Shared.Module.Entry, Shared.Module"/></serviceAutoStartProviders>
      </system.applicationHost>
      """)
    #expect(
      inventory.entries.map(\.path) == [
        "Windows/System32/inetsrv/cachuri.dll",
        "Windows/Microsoft.NET/assembly/GAC_MSIL/Shared.Module/v4.0_1.0.0.0__aa/Shared.Module.dll",
      ])
    #expect(inventory.entries.allSatisfy { $0.role == .iisModule && $0.isPresent && $0.attack == ["T1505.004"] })
  }

  /// What is not listed does not run by default.
  @Test(arguments: [
    ("", []), ("notListedIsapisAllowed=\"false\" notListedCgisAllowed=\"false\"", []),
    ("notListedIsapisAllowed=\"true\"", ["ISAPI libraries that nobody listed may run"]),
    (
      "notListedIsapisAllowed=\"true\" notListedCgisAllowed=\"TRUE\"",
      ["ISAPI libraries that nobody listed may run", "CGI programs that nobody listed may run"]
    ),
  ])
  func unlistedProgramsAreAFinding(attributes: String, messages: [String]) {
    let found = Self.take(Self.webServer("<security><isapiCgiRestriction \(attributes)/></security>")).findings.map(\.finding)
      .filter { $0.code == "inventory.iis.unlisted" }
    #expect(found.map(\.message) == messages && found.allSatisfy { $0.severity == .warning && $0.attack == ["T1505.004"] })
  }

  @Test func locationsAndConditionsAreFacts() throws {
    let add = "<globalModules><add name=\"U\" image=\"C:\\x.dll\" preCondition=\"integratedMode\"/></globalModules>"
    let entry = try #require(Self.take("<location path=\"Default Web Site/app\">\(Self.webServer(add))</location>").entries.first)
    #expect(entry.origin.hasSuffix("globalModules (Default Web Site/app)"))
    #expect(entry.facts == ["only if integratedMode"])
  }

  @Test func frameworkTypesAreNotMissingFiles() {
    let types = [
      "System.Web.Security.FormsAuthenticationModule",
      "System.ServiceModel.Activation.HttpModule, System.ServiceModel.Activation, Version=4.0.0.0, PublicKeyToken=31bf3856ad364e35",
    ]
    for type in types {
      #expect(Self.take(Self.webServer("<modules><add name=\"M\" type=\"\(type)\"/></modules>")).entries.isEmpty)
    }
    // Anybody else's is, and a name with a folder in it is no assembly's.
    let own = Self.take(Self.webServer("<modules><add name=\"M\" type=\"A.B, Gone.Module\"/></modules>")).entries
    #expect(own.count == 1 && own.first?.isPresent == false)
    #expect(Self.take(Self.webServer("<modules><add name=\"M\" type=\"A.B, ..\\..\\Gone\"/></modules>")).entries.isEmpty)
  }

  static let site = """
    <system.applicationHost><sites><site name="Default Web Site" id="1"><application path="/">
    <virtualDirectory path="/" physicalPath="%SystemDrive%\\inetpub\\wwwroot"/></application></site></sites></system.applicationHost>
    """

  @Test func sitesAddTheirOwn() {
    let root = Self.webServer("<modules><add name=\"Own\" type=\"Own.Module.Entry, Own.Module\"/></modules>")
    let deep = Self.webServer("<aspNetCore processPath=\".\\App.exe\" arguments=\"--urls x\"/>")
    let inventory = Self.take(
      Self.site,
      [
        "inetpub/wwwroot/web.config": "<configuration>\(root)</configuration>",
        "inetpub/wwwroot/app/WEB.CONFIG": "<configuration>\(deep)</configuration>",
      ])
    #expect(inventory.entries.map(\.path) == ["inetpub/wwwroot/bin/Own.Module.dll", "inetpub/wwwroot/app/App.exe"])
    #expect(inventory.entries.allSatisfy { $0.isPresent })
    #expect(inventory.entries.map(\.origin).first == "inetpub/wwwroot/web.config: system.webServer/modules")
  }

  @Test func sectionsInFilesOfTheirOwnAreFollowed() {
    let inventory = Self.take(
      Self.webServer("<globalModules configSource=\"more\\modules.config\"/>"),
      [
        "Windows/System32/inetsrv/config/more/modules.config":
          "<globalModules><add name=\"H\" image=\"C:\\hidden.dll\"/></globalModules>"
      ])
    #expect(inventory.entries.map(\.path) == ["hidden.dll"])
  }

  @Test func poolsStartProgramsWhenTheyFail() {
    let pools = """
      <system.applicationHost><applicationPools><add name="P"><failure orphanActionExe="C:\\php\\php-cgi.exe" orphanActionParams="-x"/>
      </add></applicationPools></system.applicationHost>
      """
    #expect(Self.take(pools).entries.map(\.path) == ["php/php-cgi.exe"])
  }

  @Test(
    arguments: [
      ("", "xml."), ("<configuration>", "xml."), ("<!DOCTYPE x [<!ENTITY a \"b\">]><configuration/>", "xml."),
      (String(repeating: "<configuration>", count: 4_000), "limit."), ("<a/><b/>", "xml."), ("\u{0}", "xml."),
    ])
  func hostileTextIsAFinding(text: String, code: String) {
    let found = WindowsInventory.take(Self.disk(text)).findings.filter { $0.path == Self.place }
    #expect(found.count == 1 && found.first?.finding.severity == .failure)
    #expect(found.first?.finding.code.hasPrefix(code) ?? false, "\(found.first?.finding.code ?? "none")")
  }

  @Test func aFileThatCannotBeOpenedIsAFinding() {
    let disk = Self.disk("<configuration/>").with { $0.refusesToOpen = [Self.place] }
    #expect(WindowsInventory.take(disk).findings.contains { $0.path == Self.place && $0.finding.code == "io.denied" })
  }

  @Test func everyPrefixAndFlipEnds() {
    let body =
      "<configuration>\(Self.site)\(Self.webServer("<handlers><add name=\"P\" scriptProcessor=\"C:\\p.exe|-d\"/></handlers>"))</configuration>"
    let text = Array(body.utf8)
    for count in stride(from: 0, to: text.count, by: 5) {
      let inventory = WindowsInventory.take(Self.disk("").with { $0.put(Self.place, Array(text[..<count])) })
      #expect(!inventory.findings.filter { $0.path == Self.place }.isEmpty && inventory.entries.isEmpty)
    }
    for place in stride(from: 0, to: text.count, by: 7) {
      var broken = text
      broken[place] ^= 0x15
      _ = WindowsInventory.take(Self.disk("").with { $0.put(Self.place, broken) })
    }
  }
}
