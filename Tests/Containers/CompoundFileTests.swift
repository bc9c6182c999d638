import AssayBytes
import AssayContainers
import AssayMaker
import Testing

/// Compound files: what is read, and what a hostile one ends in.
struct CompoundFileTests {
  typealias Node = CompoundFileSpec.Node

  static let nodes: [Node] = [
    .stream("Small", Array(0..<100)), .stream("Large", PESpec.code(count: 9000, seed: 2)), .stream("Empty", []),
    .storage("Folder", [.stream("Inner", [1, 2, 3]), .storage("Deeper", [.stream("Leaf", [9])])]),
  ]

  private static func read(_ bytes: [UInt8], _ budget: inout Budget) throws(ParseError) -> CompoundFile {
    try CompoundFile(MemorySource(bytes), &budget)
  }

  private static func code(_ bytes: [UInt8], budget: Budget = Budget()) -> String? {
    var budget = budget
    do throws(ParseError) { _ = try read(bytes, &budget) } catch { return error.code }
    return nil
  }

  @Test(arguments: [3, 4]) func everyStreamIsRead(version: Int) throws {
    let bytes = CompoundFileSpec(CompoundFileTests.nodes).with { $0.majorVersion = version }.build()
    var budget = Budget()
    let file = try CompoundFileTests.read(bytes, &budget)
    #expect(Int(file.majorVersion) == version && file.irregularities.isEmpty && file.allocatedEnd == bytes.count)
    #expect(file.orphanSectors == 0)
    func content(_ name: String, in storage: Int = 0) throws -> [UInt8] {
      let number = try #require(file.child(named: name.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, of: storage))
      return try file.read(number, MemorySource(bytes), &budget)
    }
    #expect(try content("Small") == Array(0..<100))
    #expect(try content("Large") == PESpec.code(count: 9000, seed: 2))
    #expect(try content("Empty") == [])
    let folder = try #require(file.children[0].first { file.entries[$0]?.kind == .storage })
    #expect(try content("Inner", in: folder) == [1, 2, 3])
    #expect(file.entries[folder]?.displayName == "Folder")
  }

  /// Sector 0 is the FAT, at 512; the directory follows.
  static let sample = CompoundFileSpec(nodes).build()
  static let directory = 1024

  @Test(
    "one change of the tables",
    arguments: [
      ("FAT sector far away", 76, 0x1000_0000, "cfb.fat.outside"), ("FAT sector twice", 80, 0, nil),
      ("directory far away", 48, 0x1000_0000, "cfb.fat.outside"), ("directory in the FAT", 48, 0, "cfb.fat.shared"),
      ("mini FAT in the directory", 60, 1, "cfb.fat.shared"), ("DIFAT in the FAT", 68, 0, "cfb.fat.shared"),
      ("directory's chain runs into itself", 512 + 4, 1, "cfb.fat.shared"),
      ("directory's chain ends free", 512 + 8, 0xFFFF_FFFF, "cfb.fat.outside"),
      ("root's child is the root", directory + 76, 0, "cfb.directory.cycle"),
      ("root's child is unused", directory + 76, 4000, "cfb.directory.missing"),
      ("mini stream too large", directory + 120, 0x4000_0000, "limit.cfb-mini-stream"),
      ("sectors of 2^20 bytes", 30, 0x0006_0014, "cfb.header.unsupported"), ("other cutoff", 56, 8192, "cfb.header.unsupported"),
    ] as [(String, Int, Int, String?)])
  func tables(_: String, place: Int, value: Int, expected: String?) {
    var bytes = CompoundFileTests.sample
    bytes.put32(value, at: place)
    #expect(CompoundFileTests.code(bytes) == expected)
  }

  @Test("siblings that lead to each other end") func siblingCycle() {
    var bytes = CompoundFileTests.sample
    // Every entry's right sibling is the first one.
    for number in 1..<5 { bytes.put32(1, at: CompoundFileTests.directory + number * 128 + 72) }
    #expect(CompoundFileTests.code(bytes) == "cfb.directory.cycle")
  }

  @Test("two streams in the same sectors") func sharedSectors() throws {
    let nodes: [Node] = [.stream("A", PESpec.code(count: 5000)), .stream("B", PESpec.code(count: 5000, seed: 8))]
    var bytes = CompoundFileSpec(nodes).build()
    bytes.put32(bytes.get32(CompoundFileTests.directory + 128 + 116), at: CompoundFileTests.directory + 256 + 116)
    #expect(CompoundFileTests.code(bytes) == "cfb.fat.shared")
  }

  @Test("no prefix and no changed word of the header or the tables gives a crash") func damage() {
    let sample = CompoundFileTests.sample
    // The last 216 bytes follow the end of the large stream in its last sector.
    for count in 0..<(sample.count - 216) { #expect(CompoundFileTests.code(Array(sample[..<count])) != nil) }
    for place in stride(from: 0, to: 3072, by: 2) {
      for value in [0, 1, 0x7FFF_FFFF, 0xFFFF_FFFA, 0xFFFF_FFFE, 0xFFFF_FFFF] {
        var bytes = sample
        bytes.put32(value, at: place)
        var budget = Budget()
        guard let file = try? CompoundFileTests.read(bytes, &budget) else { continue }
        #expect(file.ranges.joined().allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= bytes.count })
      }
    }
  }

  @Test("storages in storages end at the budget's depth") func depth() {
    var node = Node.storage("x", [])
    for _ in 0..<80 { node = .storage("x", [node]) }
    #expect(CompoundFileTests.code(CompoundFileSpec([node]).build()) == "limit.depth")
    #expect(CompoundFileTests.code(CompoundFileSpec([node]).build(), budget: Budget(depth: 100)) == nil)
  }

  @Test("a budget that is too small ends the reading") func budget() {
    #expect(CompoundFileTests.code(CompoundFileTests.sample, budget: Budget(bytes: 600)) == "limit.bytes")
    #expect(CompoundFileTests.code(CompoundFileTests.sample, budget: Budget(nodes: 3)) == "limit.nodes")
  }

  @Test("entries out of order and twice are told") func order() throws {
    let reversed = CompoundFileSpec([.stream("bb", [1]), .stream("a", [2])]).with { $0.keepsOrder = true }.build()
    var budget = Budget()
    #expect(try CompoundFileTests.read(reversed, &budget).irregularities.map(\.code) == ["cfb.directory.order"])
    let twice = CompoundFileSpec([.stream("Name", [1]), .stream("nAME", [2])]).build()
    #expect(try CompoundFileTests.read(twice, &budget).irregularities.map(\.code) == ["cfb.directory.duplicate"])
  }
}
