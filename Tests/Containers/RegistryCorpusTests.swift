import AssayBytes
import AssayContainers
import Foundation
import Testing

/// Real hives of the corpus, unpacked by xz into memory.
enum HiveCorpus {
  static let folder = ProcessInfo.processInfo.environment["ASSAY_CORPUS"].map { $0 + "/windows/hives/" }
  static let isThere: Bool = {
    guard let folder, FileManager.default.fileExists(atPath: folder + "SYSTEM.xz"),
      FileManager.default.isExecutableFile(atPath: "/usr/bin/xz")
    else {
      print("skipped: real hives need ASSAY_CORPUS and /usr/bin/xz")
      return false
    }
    return true
  }()

  static func source(_ name: String) throws -> any ByteSource {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/xz")
    process.arguments = ["-dkc", try #require(folder) + name + ".xz"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return MemorySource([UInt8](data))
  }

  static func hive(_ name: String, logs: [String] = []) throws -> RegistryHive {
    var budget = RegistryHive.allowance()
    return try RegistryHive(try source(name), logs: try logs.map { try source($0) }, &budget)
  }

  /// Keys, values and bytes of data below a key.
  static func count(_ key: RegistryKey) -> (keys: Int, values: Int, bytes: Int) {
    var total = (keys: 1, values: 0, bytes: 0)
    for value in key.values {
      total.values += 1
      total.bytes += value.data.count
    }
    for child in key.subkeys {
      let part = count(child)
      total = (total.keys + part.keys, total.values + part.values, total.bytes + part.bytes)
    }
    return total
  }
}

@Suite(.enabled(if: HiveCorpus.isThere)) struct RegistryCorpusTests {
  /// Numbers of keys and values are those of hivex, with the logs applied by regipy: Scripts/check-hives compares each of them.
  @Test func aWholeHiveIsReadWhole() throws {
    let hive = try HiveCorpus.hive("SYSTEM")
    let total = HiveCorpus.count(try #require(hive.root))
    #expect(total.keys == 30_756 && total.values == 73_456 && !hive.isDirty && hive.findings.isEmpty)
  }

  @Test(arguments: [
    ("SYSTEM_B", "SYSTEM_B.LOG1", "SYSTEM_B.LOG2", 24, 35_595, 78_901),
    ("transactions_NTUSER.DAT", "transactions_ntuser.dat.log1", "transactions_ntuser.dat.log2", 23, 3_105, 4_695),
  ])
  func logsAreAppliedInTheirOrder(name: String, one: String, two: String, entries: Int, keys: Int, values: Int) throws {
    for logs in [[one, two], [two, one]] {
      let hive = try HiveCorpus.hive(name, logs: logs)
      let total = HiveCorpus.count(try #require(hive.root))
      #expect(hive.isDirty && hive.appliedLogEntries == entries && hive.findings.isEmpty)
      #expect(total.keys == keys && total.values == values)
    }
    let without = try HiveCorpus.hive(name)
    #expect(without.findings.map(\.code) == ["regf.log.missing"])
  }

  @Test func aCorruptedHiveEndsInFindings() throws {
    let hive = try HiveCorpus.hive("corrupted_system_hive")
    let total = HiveCorpus.count(try #require(hive.root))
    #expect(total.keys > 1_500)
    #expect(hive.findings.contains { $0.code == "regf.bin.invalid" } && hive.findings.contains { $0.code == "regf.cell.free" })
  }

  @Test func truncatedHivesEndInFindings() throws {
    let whole = try HiveCorpus.source("transactions_NTUSER.DAT")
    // Behind its bins the file has room to spare.
    for count in stride(from: 512, to: 0xBE000 + 4_096, by: 111_111) {
      var budget = RegistryHive.allowance()
      let hive = try RegistryHive(MemorySource(try whole.bytes(0..<count)), &budget)
      #expect(hive.findings.contains { $0.code == "regf.file.truncated" })
      if let root = hive.root { #expect(HiveCorpus.count(root).keys < 2_590) }
    }
  }
}
