import AssayCore
import AssayInventory
import Testing

/// Reparse points and short names as ntfs-3g shows them: links to words or to paths of this machine, and attributes beside them.
@Suite struct ReparsePointTests {
  private static func units(_ text: String) -> [UInt8] { text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
  private static func short(_ number: Int) -> [UInt8] { [UInt8(number & 0xFF), UInt8(number >> 8 & 0xFF)] }
  private static func long(_ number: Int) -> [UInt8] { short(number) + short(number >> 16) }

  private static func point(_ tag: Int, _ data: [UInt8]) -> [UInt8] { long(tag) + short(data.count) + [0, 0] + data }

  /// MS-FSCC 2.1.2.5: the print name stands before the substitute name, as some programs write it.
  private static func junction(_ target: String) -> [UInt8] {
    let (shown, name) = (units("C:\\shown"), units(target))
    return point(
      0xA000_0003, short(shown.count + 2) + short(name.count) + short(0) + short(shown.count) + shown + [0, 0] + name + [0, 0])
  }

  /// MS-FSCC 2.1.2.4.
  private static func symbolic(_ target: String, isRelative: Bool) -> [UInt8] {
    let name = units(target)
    return point(
      0xA000_000C, short(0) + short(name.count) + short(0) + short(name.count) + long(isRelative ? 1 : 0) + name)
  }

  private static func alias(_ texts: [String]) -> [UInt8] {
    point(0x8000_001B, long(3) + texts.flatMap { units($0) + [0, 0] })
  }

  @Test func targetsAreRead() {
    let cases: [([UInt8], ReparsePoint.Target?)] = [
      (Self.junction("\\??\\C:\\Users"), .absolute("\\??\\C:\\Users")),
      (Self.symbolic("..\\x", isRelative: true), .relative("..\\x")),
      (Self.symbolic("\\??\\D:\\x", isRelative: false), .absolute("\\??\\D:\\x")), (Self.point(0x8000_0017, [1, 0]), nil),
      (Self.symbolic("", isRelative: true), nil),
    ]
    for (bytes, target) in cases { #expect(ReparsePoint(bytes)?.target == target) }
    // Every beginning gives the name whole or nothing.
    for bytes in cases.prefix(3).map(\.0) {
      for count in 0..<bytes.count {
        let cut = ReparsePoint(Array(bytes.prefix(count)))
        #expect(cut?.target == nil || cut?.target == ReparsePoint(bytes)?.target)
      }
    }
    // A name past the end, a length that is odd.
    for (place, value) in [(8, UInt8(0xFF)), (11, 0xFF), (10, 0x0B)] {
      var bytes = Self.junction("\\??\\C:\\Users")
      bytes[place] = value
      #expect(ReparsePoint(bytes)?.target == nil, "\(place)")
    }
  }

  @Test func wordsOfALinkSayTheTag() {
    #expect(ReparsePoint(link: "unsupported reparse tag 0x80000017".utf8)?.tag == 0x8000_0017)
    #expect(ReparsePoint(link: "unsupported reparse point".utf8)?.content == "behind a reparse point")
    for other in ["unsupported", "x/unsupported reparse tag 0x80000017", ""] { #expect(ReparsePoint(link: other.utf8) == nil) }
  }

  @Test func anAliasNamesItsProgram() {
    let bytes = Self.alias(["Example_1", "Example_1!App", "C:\\Program Files\\WindowsApps\\e.exe", "0"])
    #expect(
      ReparsePoint(bytes)?.content == "that of C:\\Program Files\\WindowsApps\\e.exe, of which this is an alias,")
    for count in 8..<bytes.count { #expect(ReparsePoint(Array(bytes.prefix(count)))?.content?.hasPrefix("that of ") == true) }
  }

  private func disk(_ change: (inout DiskDouble) -> Void, volume: String = "") throws -> WindowsDisk {
    let tree = WindowsTree(DiskDouble.windows(["Users/Ann/x.exe"], volume: volume).with(change))
    return WindowsDisk(tree, try #require(WindowsRoot.find(in: tree).first))
  }

  private static func shown(_ bytes: [UInt8]) -> [String: [UInt8]] {
    [ReparsePoint.attribute: bytes, "system.ntfs_attrib_be": [0, 0, 4, 0x20]]
  }

  @Test(arguments: ["", "C"])
  func junctionsLeadWhereWindowsIsLed(volume: String) throws {
    let prefix = volume.isEmpty ? "" : volume + "/"
    let links: [(String, [UInt8], String, String?)] = [
      ("Documents and Settings", Self.junction("\\??\\c:\\USERS"), "/mnt/Users", "Users/Ann/x.exe"),
      (
        "All", Self.symbolic("\\??\\C:\\Documents and Settings", isRelative: false), "/mnt/Documents and Settings",
        "Users/Ann/x.exe"
      ),
      ("Users/Again", Self.symbolic("..\\users", isRelative: true), "unsupported reparse tag 0xa000000c", "Users/Ann/x.exe"),
      ("Loop", Self.junction("\\??\\C:\\Loop"), "/mnt/Loop", nil), ("Other", Self.junction("\\??\\E:\\Users"), "/mnt/x", nil),
      ("Volume", Self.junction("\\??\\Volume{1}\\Users"), "/mnt/.NTFS-3G/Volume{1}", nil),
      ("Machine", Self.junction("\\??\\UNC\\server\\Users"), "/mnt/x", nil),
      ("Above", Self.symbolic("..\\..\\..\\Users", isRelative: true), "unsupported reparse tag 0xa000000c", nil),
      ("Wof", Self.point(0x8000_0017, [1, 0, 0, 0]), "unsupported reparse tag 0x80000017", nil),
    ]
    let disk = try disk(
      { double in
        for (name, bytes, text, _) in links {
          double.link(prefix + name, to: text)
          double.attributes[prefix + name] = Self.shown(bytes)
        }
      }, volume: volume)
    for (name, _, _, expected) in links {
      let place = disk.locate("C:\\\(name)\\Ann\\x.exe".replacing("/", with: "\\"))
      #expect((place?.isPresent == true ? place?.path : nil) == expected.map { prefix + $0 }, "\(name)")
    }
  }

  @Test func aPlaceholderIsThereAndAFolderOfTheCloudIsNone() throws {
    let disk = try disk {
      $0.link("Windows/System32/x.sys", to: "unsupported reparse tag 0x80000017")
      $0.link("Windows/System32/nowhere.sys", to: "unsupported reparse tag 0xa000000c")
      $0.link("Cloud", to: "unsupported reparse tag 0x9000601a")
      $0.attributes["Cloud"] = ["system.ntfs_attrib_be": [0, 0, 4, 0x30]]
    }
    #expect(disk.locate("\\SystemRoot\\system32\\X.SYS", WindowsPathContext(.windows))?.path == "Windows/System32/x.sys")
    #expect(disk.locate("\\SystemRoot\\system32\\X.SYS", WindowsPathContext(.windows))?.isPresent == true)
    #expect(disk.locate("\\SystemRoot\\system32\\nowhere.sys", WindowsPathContext(.windows))?.isPresent == false)
    #expect(disk.locate("C:\\Cloud")?.isPresent == false)
  }

  @Test func shortNamesOfTheVolumeComeBeforeGuesses() throws {
    let names: [(String, String?)] = [
      ("Long Name One", "LONGNA~2"), ("Long Name Two", "LONGNA~1"), ("Odd", "WI4FD3~1.EXE"), ("Set by hand", "TOOL.EXE"),
      ("Short Name", "OTHER~1"), ("Program Files", "PROGRA~2"), ("Program Files (x86)", "PROGRA~1"), ("Untold Name", nil),
    ]
    let disk = try disk { double in
      for (name, short) in names {
        double.put(name + "/x.exe", [0x4D, 0x5A])
        double.attributes[name] = ["system.ntfs_attrib_be": [0, 0, 0, 0x10]]
        double.attributes[name]?["system.ntfs_dos_name"] = short.map { Array($0.utf8) }
      }
    }
    for (short, name) in [
      ("LONGNA~1", "Long Name Two"), ("longna~2", "Long Name One"), ("WI4FD3~1.exe", "Odd"), ("tool.exe", "Set by hand"),
      ("SHORTN~1", nil), ("PROGRA~1", "Program Files (x86)"), ("UNTOLD~1", "Untold Name"), ("LONGNA~3", nil),
    ] as [(String, String?)] {
      let place = disk.locate("C:\\\(short)\\x.exe")
      #expect((place?.isPresent == true ? place?.path : nil) == name.map { $0 + "/x.exe" }, "\(short)")
    }
  }
}
