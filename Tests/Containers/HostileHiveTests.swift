import AssayBytes
import AssayContainers
import AssayMaker
import Testing

/// Hives that were made to hurt: each ends in findings.
struct HostileHiveTests {
  private static let sample = RegistryHiveTests.sample.encoded()

  /// Walks everything, as deep as the reader lets.
  static func walk(_ hive: RegistryHive) -> Int {
    var keys = hive.root.map { [$0] } ?? []
    var count = 0
    while let key = keys.popLast() {
      count += 1
      _ = key.className
      for value in key.values { _ = (value.data, value.string, value.strings, value.number) }
      keys += key.subkeys
    }
    return count
  }

  /// Offset of a key's cell in the file, by its name.
  private static func cell(_ name: String, in file: [UInt8]) throws -> Int {
    let hive = try RegistryHiveTests.open(file)
    return try #require(hive.key(name)).fileOffset
  }

  @Test func everyPrefixIsBorne() {
    for count in stride(from: 0, to: Self.sample.count, by: 61) {
      guard let hive = try? RegistryHiveTests.open(Array(Self.sample.prefix(count))) else {
        #expect(count < 512)
        continue
      }
      #expect(!hive.findings.isEmpty, "\(count)")
      _ = Self.walk(hive)
    }
  }

  @Test func everyFlippedByteIsBorne() {
    var seen = 0
    for place in 0..<Self.sample.count where place < 512 || place >= 4_096 {
      for mask: UInt8 in [0x01, 0x80, 0xFF] {
        var bytes = Self.sample
        bytes[place] ^= mask
        var budget = Budget(bytes: 4 << 20, nodes: 20_000)
        guard let hive = try? RegistryHive(MemorySource(bytes), &budget) else { continue }
        _ = Self.walk(hive)
        seen += 1
      }
    }
    #expect(seen > 4_000)
  }

  @Test func aKeyThatIsItsOwnAncestorIsRefused() throws {
    var file = Self.sample
    let parent = try Self.cell("Software", in: file)
    let child = try Self.cell("Software\\Example", in: file)
    // The child's list of subkeys becomes that of the root: the root holds Software again.
    let root = 4_096 + 32
    file[child + 4 + 0x14] = 1
    file.replaceSubrange((child + 4 + 0x1C)..<(child + 4 + 0x20), with: file[(root + 4 + 0x1C)..<(root + 4 + 0x20)])
    let hive = try RegistryHiveTests.open(file)
    #expect(Self.walk(hive) < 10)
    #expect(hive.findings.contains { $0.code == "regf.key.cycle" && $0.offset == parent })
  }

  @Test func nestingIsBounded() throws {
    var key = KeySpec("k")
    for _ in 0..<600 { key = KeySpec("k", [], [key]) }
    var spec = HiveSpec()
    spec.root.subkeys = [key]
    let hive = try RegistryHiveTests.open(spec.encoded())
    #expect(Self.walk(hive) == RegistryHive.maximumDepth + 1)
    #expect(hive.findings.contains { $0.code == "regf.key.depth" })
  }

  /// A few lists that name each other's keys many times would be read for years.
  @Test func sharedListsSpendTheBudget() throws {
    var spec = HiveSpec()
    spec.root.subkeys = (0..<6).map { KeySpec("level\($0)", [], (0..<8).map { KeySpec("k\($0)") }) }
    var file = spec.encoded()
    let hive = try RegistryHiveTests.open(file)
    let levels = try (0..<6).map { try #require(hive.key("level\($0)")) }
    // Every key of a level gets the list of the next level.
    for index in 0..<5 {
      for key in levels[index].subkeys {
        let next = levels[index + 1].fileOffset
        file[key.fileOffset + 4 + 0x14] = 8
        file.replaceSubrange(
          (key.fileOffset + 4 + 0x1C)..<(key.fileOffset + 4 + 0x20), with: file[(next + 4 + 0x1C)..<(next + 4 + 0x20)])
      }
    }
    var budget = Budget(nodes: 50_000)
    let hostile = try RegistryHive(MemorySource(file), &budget)
    #expect(Self.walk(hostile) <= 50_000)
    #expect(hostile.findings.contains { $0.code == "limit.nodes" })
  }

  /// One field of a cell changed; the code that must be among the findings.
  @Test(
    arguments: [
      ("Software", 4, [0x78, 0x78], "regf.key.invalid"), ("Software", 0, [0x60, 0, 0, 0], "regf.cell.free"),
      ("Software", 0, [0, 0, 0, 0x80], "regf.cell.outside"), ("Software", 4 + 0x48, [0xFF, 0xFF], "regf.key.truncated"),
      ("Software", 4 + 0x1C, [1, 0, 0, 0], "regf.cell.misplaced"),
      ("Software", 4 + 0x1C, [0xF8, 0xFF, 0xFF, 0x7F], "regf.cell.outside"),
      ("Software", 4 + 0x14, [9, 0, 0, 0], "regf.list.truncated"),
      ("Software\\Example", 4 + 0x24, [0xFF, 0xFF, 0, 0], "regf.list.truncated"),
      ("Software\\Example", 4 + 0x28, [0x20, 0, 0, 0], "regf.value.invalid"),
      ("Software", 4 + 0x1C, [0x20, 0, 0, 0], "regf.list.invalid"),
    ] as [(String, Int, [UInt8], String)])
  func aBrokenFieldIsAFinding(key: String, place: Int, bytes: [UInt8], code: String) throws {
    var file = Self.sample
    let offset = try Self.cell(key, in: file) + place
    file.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    let hive = try RegistryHiveTests.open(file)
    _ = Self.walk(hive)
    #expect(hive.findings.contains { $0.code == code }, "\(hive.findings.map(\.code))")
  }

  @Test(
    arguments: [
      (0, [0x52], "regf.header.signature"), (20, [2], "regf.version.unsupported"), (24, [1], "regf.version.unsupported"),
    ] as [(Int, [UInt8], String)])
  func whatIsNoHiveIsRefused(place: Int, bytes: [UInt8], code: String) throws {
    var file = Self.sample
    file.replaceSubrange(place..<(place + bytes.count), with: bytes)
    let error = #expect(throws: ParseError.self) { try RegistryHiveTests.open(file) }
    #expect(error?.code == code)
  }

  @Test func aWrongBinIsAFindingAndReadingGoesOn() throws {
    var file = Self.sample
    file[4_096] ^= 0xFF
    let hive = try RegistryHiveTests.open(file)
    #expect(hive.findings.map(\.code) == ["regf.bin.invalid"] && hive.key("Software\\Example") != nil)
  }

  @Test func aValueTooLargeIsLeftOut() throws {
    var spec = HiveSpec()
    spec.minorVersion = 3
    spec.root.values = [.binary("v", [UInt8](repeating: 1, count: 5_000))]
    var file = spec.encoded()
    let value = try #require(try RegistryHiveTests.open(file).root?.value("v"))
    file.replaceSubrange((value.fileOffset + 8)..<(value.fileOffset + 12), with: [0, 0, 0, 0x7F])
    let hive = try RegistryHiveTests.open(file)
    #expect(hive.root?.value("v")?.data == [])
    #expect(hive.findings.map(\.code) == ["limit.registry-value"])
  }

  @Test func findingsAreBounded() throws {
    var spec = HiveSpec()
    spec.root.subkeys = (0..<300).map { KeySpec("k\($0)") }
    var file = spec.encoded()
    for key in try RegistryHiveTests.open(file).root?.subkeys ?? [] { file[key.fileOffset + 4] = 0 }
    let hive = try RegistryHiveTests.open(file)
    _ = Self.walk(hive)
    #expect(hive.findings.count == RegistryHive.findingLimit)
  }
}
