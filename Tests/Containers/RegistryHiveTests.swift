import AssayBytes
import AssayContainers
import AssayMaker
import Testing

/// The reader against hives of the maker, which shares no line with it.
struct RegistryHiveTests {
  static func open(_ bytes: [UInt8], logs: [[UInt8]] = []) throws -> RegistryHive {
    var budget = RegistryHive.allowance()
    return try RegistryHive(MemorySource(bytes), logs: logs.map { MemorySource($0) }, &budget)
  }

  static let sample = HiveSpec([
    ("", [.string("", "default")]),
    (
      "Software\\Example",
      [
        .string("Path", "C:\\Program Files\\Example"), .expandable("Image", "%SystemRoot%\\x.exe"), .number("Start", 2),
        .strings("List", ["one", "", "two"]), .binary("Blob", Array(0...255)), .binary("Small", [1, 2, 3]), .binary("Empty", []),
        ValueSpec("Quad", type: 11, data: [1, 0, 0, 0, 0, 0, 0, 1]), ValueSpec("Big", type: 5, data: [0, 0, 1, 2]),
        .string("Größe", "ß"), .string("Имя", "значение"), .string("Hid\0den", "x"),
      ]
    ),
    ("Software\\Ключ\\Unter", [.number("n", 7)]),
  ])

  @Test func valuesAreReadAsTheyWereWritten() throws {
    let hive = try Self.open(Self.sample.encoded())
    let key = try #require(hive.key("software\\EXAMPLE"))
    #expect(key.name == "Example" && key.path == "Software\\Example" && !hive.isDirty && hive.findings.isEmpty)
    #expect(key.lastWritten.rfc3339 == "2025-03-01T12:00:00Z")
    #expect(key.value("path")?.string == "C:\\Program Files\\Example")
    #expect(key.value("Image")?.type == .expandableString)
    #expect(key.value("start")?.number == 2)
    #expect(key.value("List")?.strings == ["one", "two"])
    #expect(key.value("Blob")?.data == Array(0...255))
    #expect(key.value("Small")?.data == [1, 2, 3])
    #expect(key.value("Empty")?.data == [] && key.value("none") == nil)
    #expect(key.value("Quad")?.number == 1 << 56 | 1)
    #expect(key.value("Big")?.number == 258)
    #expect(key.value("GRÖßE")?.string == "ß")
    #expect(key.value("имя")?.string == "значение")
    #expect(key.values.last?.name == "Hid\0den" && key.value("Hid") == nil)
    #expect(hive.key("Software\\ключ\\unter")?.value("n")?.number == 7)
    #expect(hive.root?.value("")?.string == "default" && hive.key("")?.path == "")
    #expect(hive.key("Software\\Missing") == nil && hive.key("Software\\Example\\Deeper") == nil)
  }

  @Test(arguments: [KeySpec.List.fast, .hash, .plain, .root(7)], [1, 3, 8, 100])
  func everyKindOfListIsRead(list: KeySpec.List, count: Int) throws {
    var spec = HiveSpec()
    spec.root.subkeys = (0..<count).map { KeySpec("Key\($0)", [.number("n", $0)]) }
    spec.root.list = list
    let hive = try Self.open(spec.encoded())
    #expect(hive.root?.subkeys.count == count && hive.findings.isEmpty)
    for index in 0..<count { #expect(hive.key("KEY\(index)")?.value("n")?.number == UInt64(index)) }
  }

  @Test(arguments: [3, 4, 5, 6], [4, 5, 16_344, 16_345, 32_688, 100_000])
  func dataOfEverySizeIsRead(minor: Int, size: Int) throws {
    var spec = HiveSpec()
    spec.minorVersion = minor
    let data = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 251) }
    spec.root.set("Key", [.binary("data", data)])
    let hive = try Self.open(spec.encoded())
    #expect(hive.key("Key")?.value("data")?.data == data && hive.findings.isEmpty)
  }

  @Test func classNamesAreRead() throws {
    var spec = HiveSpec()
    spec.root.subkeys = [KeySpec("JD")]
    spec.root.subkeys[0].className = "a1b2c3d4"
    let hive = try Self.open(spec.encoded())
    #expect(hive.key("JD")?.className == "a1b2c3d4" && hive.root?.className == nil)
  }

  @Test func namesAreComparedAsWindowsDoes() {
    #expect(WindowsCase.areEqual("Straße", "STRAßE") && !WindowsCase.areEqual("Straße", "STRASSE"))
    #expect(WindowsCase.areEqual("é", "É") && !WindowsCase.areEqual("e\u{301}", "é"))
    #expect(!WindowsCase.areEqual("ı", "I") && !WindowsCase.areEqual("ſ", "S"))
    #expect(WindowsCase.hasPrefix("ControlSet001", "CONTROLSET") && !WindowsCase.hasPrefix("Con", "Control"))
    #expect(WindowsCase.hasSuffix("a.DLL", ".dll") && !WindowsCase.hasSuffix("l", ".dll"))
  }
}

/// Logs: what is applied, and what is not.
struct RegistryLogTests {
  private static func state(_ number: Int, extra: Int = 0) -> HiveSpec {
    var spec = HiveSpec([("Key", [.number("n", number), .string("text", "state \(number)")])])
    for index in 0..<extra { spec.root.set("More\(index)", [.binary("data", [UInt8](repeating: UInt8(number), count: 900))]) }
    return spec
  }

  private func number(_ dirty: DirtyHive) throws -> (UInt64?, RegistryHive) {
    let hive = try RegistryHiveTests.open(dirty.hive, logs: dirty.logs)
    return (hive.key("Key")?.value("n")?.number, hive)
  }

  @Test func withoutALogTheOldStateIsReadAndSaid() throws {
    var dirty = Self.state(1).unfinished(before: [Self.state(2)])
    dirty.logs = []
    let (found, hive) = try number(dirty)
    #expect(found == 1 && hive.isDirty && hive.appliedLogEntries == 0)
    #expect(hive.findings.map(\.code) == ["regf.log.missing"])
  }

  @Test(arguments: [1, 2]) func entriesAreAppliedInOrder(logs: Int) throws {
    let dirty = Self.state(1).unfinished(
      before: [Self.state(2), Self.state(3, extra: 20), Self.state(4, extra: 30)], logCount: logs)
    #expect(dirty.logs.count == logs)
    let (found, hive) = try number(dirty)
    #expect(found == 4 && hive.appliedLogEntries == 3 && hive.findings.isEmpty)
    // The hive grows by what the entries add.
    #expect(hive.key("More29")?.value("data")?.data.count == 900)
    let swapped = try RegistryHiveTests.open(dirty.hive, logs: dirty.logs.reversed())
    #expect(swapped.key("Key")?.value("n")?.number == 4)
  }

  @Test func aCleanHiveLeavesItsLogsAlone() throws {
    let dirty = Self.state(1).unfinished(before: [Self.state(2)])
    let hive = try RegistryHiveTests.open(Self.state(1).encoded(), logs: dirty.logs)
    #expect(hive.key("Key")?.value("n")?.number == 1 && !hive.isDirty && hive.appliedLogEntries == 0)
  }

  @Test func aTornEntryEndsTheLog() throws {
    var dirty = Self.state(1).unfinished(before: [Self.state(2), Self.state(3)])
    dirty.logs[0][dirty.logs[0].count - 700] ^= 1
    let (found, hive) = try number(dirty)
    #expect(found == 2 && hive.appliedLogEntries == 1)
  }

  @Test func staleEntriesAreLeftOut() throws {
    let dirty = Self.state(1).unfinished(before: [Self.state(2)])
    var newer = Self.state(9)
    newer.secondarySequence = 20
    newer.primarySequence = 21
    let hive = try RegistryHiveTests.open(newer.encoded(), logs: dirty.logs)
    #expect(hive.key("Key")?.value("n")?.number == 9 && hive.findings.map(\.code) == ["regf.log.missing"])
  }

  @Test func aGapBetweenLogsStopsThere() throws {
    let dirty = Self.state(1).unfinished(before: [Self.state(2), Self.state(3), Self.state(4), Self.state(5)], logCount: 2)
    var later = Self.state(1)
    later.secondarySequence = 30
    let far = later.unfinished(before: [Self.state(6)])
    let (found, hive) = try number(DirtyHive(hive: dirty.hive, logs: [dirty.logs[0], far.logs[0]]))
    #expect(found == 3 && hive.findings.map(\.code) == ["regf.log.gap"])
  }

  /// The root's offset, the version, the number of bytes.
  @Test(arguments: [36, 24, 20, 41]) func aTornBaseBlockIsTakenFromTheLog(place: Int) throws {
    var dirty = Self.state(1).unfinished(before: [Self.state(2)])
    dirty.hive[place] = 0xFF
    let (found, hive) = try number(dirty)
    #expect(found == 2 && hive.findings.map(\.code) == ["regf.header.checksum"])
  }

  @Test func theOldFormatIsApplied() throws {
    let (found, hive) = try number(Self.state(1).unfinishedOld(before: Self.state(2, extra: 40)))
    #expect(found == 2 && hive.appliedLogEntries == 1 && hive.findings.isEmpty)
    #expect(hive.key("More39")?.value("data")?.data.count == 900)
  }

  @Test func everyPrefixOfALogIsBorne() throws {
    for dirty in [
      Self.state(1).unfinished(before: [Self.state(2), Self.state(3)]), Self.state(1).unfinishedOld(before: Self.state(3)),
    ] {
      for count in stride(from: 0, through: dirty.logs[0].count, by: 97) {
        let hive = try RegistryHiveTests.open(dirty.hive, logs: [Array(dirty.logs[0].prefix(count))])
        let found = hive.key("Key")?.value("n")?.number
        #expect(found == 1 || found == 2 || found == 3, "\(count)")
      }
    }
  }
}
