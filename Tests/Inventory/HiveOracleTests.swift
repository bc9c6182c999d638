import AssayBytes
import AssayContainers
import AssayCore
import AssayInventory
import Foundation
import Testing

/// Real hives of the corpus against what `Scripts/check-hives` had hivex, reglookup and regipy say of them.
enum HiveOracle {
  static let corpus = ProcessInfo.processInfo.environment["ASSAY_CORPUS"].map { $0 + "/windows/hives/" }
  static let lines = ProcessInfo.processInfo.environment["ASSAY_HIVE_LINES"]
  static let hasCorpus: Bool = {
    let isThere = corpus.map { FileManager.default.fileExists(atPath: $0 + "SYSTEM.xz") } ?? false
    let hasXZ = FileManager.default.isExecutableFile(atPath: "/usr/bin/xz")
    if !isThere || !hasXZ { print("skipped: real hives need ASSAY_CORPUS and /usr/bin/xz") }
    return isThere && hasXZ
  }()
  static let hasLines: Bool = {
    if lines == nil { print("skipped: the comparison with hivex and regipy is run by Scripts/check-hives") }
    return lines != nil && hasCorpus
  }()

  static func bytes(_ name: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/xz")
    process.arguments = ["-dkc", try #require(corpus) + name + ".xz"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return [UInt8](data)
  }

  /// FNV-1a: the script computes the same.
  static func hash(_ bytes: some Sequence<UInt8>) -> String {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  static func number(_ type: RegistryValueType) -> Int {
    switch type {
    case .none: 0
    case .string: 1
    case .expandableString: 2
    case .binary: 3
    case .number32: 4
    case .number32BigEndian: 5
    case .link: 6
    case .strings: 7
    case .number64: 11
    case .other(let number): Int(number)
    }
  }

  /// Our own line for each key and value.
  static func ours(_ hive: RegistryHive) -> [String: String] {
    var found: [String: String] = [:]
    var pending = hive.root.map { [$0] } ?? []
    while let key = pending.popLast() {
      pending += key.subkeys
      found[hash("key\0\(key.path)".utf8)] = key.path
      for value in key.values {
        let head = "\(key.path)\0\(value.name)\0\(number(value.type))\0"
        found[hash(Array(head.utf8) + value.data)] = "\(key.path) : \(value.name)"
      }
    }
    return found
  }

  static func peers(_ name: String) throws -> [String: String] {
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: try #require(lines) + "/\(name).tsv")), as: UTF8.self)
    var found: [String: String] = [:]
    for line in text.utf8.split(separator: 0x0A) {
      let parts = line.split(separator: 0x09, maxSplits: 1)
      found[String(decoding: parts[0], as: UTF8.self)] = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""
    }
    return found
  }
}

@Suite(.enabled(if: HiveOracle.hasLines)) struct HiveOracleTests {
  @Test(arguments: [
    ("SYSTEM", []), ("SYSTEM_B", ["SYSTEM_B.LOG1", "SYSTEM_B.LOG2"]),
    ("transactions_NTUSER.DAT", ["transactions_ntuser.dat.log1", "transactions_ntuser.dat.log2"]),
  ])
  func everyKeyAndValueIsThatOfThePeers(name: String, logs: [String]) throws {
    var budget = RegistryHive.allowance()
    let hive = try RegistryHive(
      MemorySource(try HiveOracle.bytes(name)), logs: try logs.map { MemorySource(try HiveOracle.bytes($0)) }, &budget)
    let ours = HiveOracle.ours(hive)
    let count = HiveOracleTests.compare(ours, name)
    #expect(count > 1_000)
  }

  /// Any hives that `Scripts/check-hives --more` was given, without their logs.
  @Test func furtherHivesAreThoseOfHivex() throws {
    let folder = try #require(HiveOracle.lines)
    for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where file.hasSuffix(".more") {
      let octets = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file)))
      var budget = RegistryHive.allowance()
      do throws(ParseError) {
        let hive = try RegistryHive(MemorySource(octets), &budget)
        _ = HiveOracleTests.compare(HiveOracle.ours(hive), file)
      } catch {
        Issue.record("\(file): hivex reads it, and here: \(error)")
      }
    }
  }

  /// How many the peers have.
  private static func compare(_ ours: [String: String], _ name: String) -> Int {
    guard let peers = try? HiveOracle.peers(name) else { Issue.record("no lines of \(name)"); return 0 }
    let missing = peers.filter { ours[$0.key] == nil }.values.sorted()
    let extra = ours.filter { peers[$0.key] == nil }.values.sorted()
    print("\(name): \(ours.count) keys and values here, \(peers.count) by the peers")
    #expect(missing.isEmpty, "\(name): \(missing.count) not here: \(missing.prefix(10))")
    #expect(extra.isEmpty, "\(name): \(extra.count) only here: \(extra.prefix(10))")
    return peers.count
  }

  @Test func everyImagePathIsThatOfReglookup() throws {
    let folder = try #require(HiveOracle.lines)
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder + "/images.txt")), as: UTF8.self)
    var budget = RegistryHive.allowance()
    let hive = try RegistryHive(MemorySource(try HiveOracle.bytes("SYSTEM")), &budget)
    var count = 0
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
      let names = fields[0].split(separator: "/").dropLast().map(String.init)
      let key = hive.key(names.joined(separator: "\\"))
      let image = try #require(key?.value("ImagePath")?.string)
      // reglookup writes what is special as \xNN, a comma and its own backslash among it.
      let theirs = fields.count > 2 ? HiveOracleTests.unescaped(String(fields[2].drop { $0 == "," })) : ""
      #expect(theirs.hasPrefix(image) || image.utf8.contains { $0 > 126 }, "\(names): \(image), \(theirs)")
      count += 1
    }
    print("SYSTEM: \(count) ImagePath as reglookup has them")
    #expect(count > 300)
  }

  private static func unescaped(_ text: String) -> String {
    text.replacing(/%([0-9A-F]{2})/) { match in UInt8(match.1, radix: 16).map { String(UnicodeScalar($0)) } ?? "" }
  }
}

@Suite(.enabled(if: HiveOracle.hasCorpus)) struct RealSystemTests {
  private static func take(_ name: String, logs: [String]) throws -> SystemInventory {
    var disk = DiskDouble.windows()
    disk.put("Windows/System32/config/SYSTEM", try HiveOracle.bytes(name))
    for (index, log) in logs.enumerated() { disk.put("Windows/System32/config/SYSTEM.LOG\(index + 1)", try HiveOracle.bytes(log)) }
    return WindowsInventory.take(disk)
  }

  @Test(arguments: [
    ("SYSTEM", [], 401), ("SYSTEM_B", ["SYSTEM_B.LOG1", "SYSTEM_B.LOG2"], 597), ("corrupted_system_hive", [], 123),
  ])
  func everyServiceWithAnImagePathIsAnEntry(name: String, logs: [String], wanted: Int) throws {
    let inventory = try Self.take(name, logs: logs)
    var budget = RegistryHive.allowance()
    let hive = try RegistryHive(
      MemorySource(try HiveOracle.bytes(name)), logs: try logs.map { MemorySource(try HiveOracle.bytes($0)) }, &budget)
    let number = try #require(hive.key("Select")?.value("Current")?.number)
    let services = try #require(hive.key("ControlSet00\(number)\\Services")?.subkeys)
    let commands = Dictionary(grouping: inventory.entries.filter { $0.attack == ["T1543.003"] }, by: \.name)
    var count = 0
    for key in services {
      guard let image = key.value("ImagePath")?.string, !image.isEmpty else { continue }
      count += 1
      #expect(commands[key.name]?.first?.command == image, "\(key.name): \(image)")
    }
    #expect(count == wanted)
    #expect(inventory.entries.allSatisfy { $0.path != nil })
  }
}
