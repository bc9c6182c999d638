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
  @Test func aWholeHiveHasNoFindings() throws {
    let hive = try HiveCorpus.hive("SYSTEM")
    let root = try #require(hive.root)
    let total = HiveCorpus.count(root)
    print("SYSTEM", total, hive.findings)
    #expect(!hive.isDirty && hive.findings.isEmpty)
  }

  @Test(arguments: [
    ("SYSTEM_B", "SYSTEM_B.LOG1", "SYSTEM_B.LOG2"),
    ("transactions_NTUSER.DAT", "transactions_ntuser.dat.log1", "transactions_ntuser.dat.log2"),
  ])
  func logsApply(name: String, one: String, two: String) throws {
    for logs in [[], [one], [two], [one, two], [two, one]] {
      let hive = try HiveCorpus.hive(name, logs: logs)
      let root = try #require(hive.root)
      let total = HiveCorpus.count(root)
      print(name, logs, hive.isDirty, hive.appliedLogEntries, total, hive.findings)
    }
  }

  @Test func aCorruptedHiveEndsInFindings() throws {
    let hive = try HiveCorpus.hive("corrupted_system_hive")
    if let root = hive.root { print("corrupted", HiveCorpus.count(root)) }
    print(hive.findings)
  }
}
