import AssayBytes
import AssayContainers
import AssayCore
import AssayInventory

/// Hives, their logs, and the inventory that is taken from them.
let registryFuzzTargets: [FuzzTarget] = [
  FuzzTarget(name: "regf") { bytes in
    var budget = Budget(bytes: 16 << 20, nodes: 100_000)
    guard let hive = try? RegistryHive(MemorySource(bytes), &budget) else { return }
    walk(hive)
    _ = WindowsInventory.take(HiveDisk(hive: bytes, log: []), isKnownRoot: { _ in false })
  },
  FuzzTarget(name: "regf-log") { bytes in
    // A hive and its log behind each other; the first two bytes say where one ends, in sectors.
    guard bytes.count > 2 else { return }
    let start = bytes.startIndex
    let sectors = Int(bytes[start]) | Int(bytes[start + 1]) << 8
    let cut = min(bytes.endIndex, start + 2 + sectors * 512)
    let log = bytes[cut...]
    for logs in [[log], [log, log.dropFirst(1_024)]] {
      var budget = Budget(bytes: 16 << 20, nodes: 100_000)
      if let hive = try? RegistryHive(MemorySource(bytes[(start + 2)..<cut]), logs: logs.map { MemorySource($0) }, &budget) {
        walk(hive)
      }
    }
  },
  FuzzTarget(name: "windows-path") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    _ = WindowsCommand(text)
    _ = WindowsPath(text, windows: "C:\\Windows")
    let tree = WindowsTree(HiveDisk(hive: [], log: []))
    guard let root = WindowsRoot.find(in: tree).first else { return }
    let disk = WindowsDisk(tree, root)
    _ = disk.program(text, WindowsPathContext(is32Bit: true))
    _ = disk.locate(text, WindowsPathContext(.library))
  },
]

private func walk(_ hive: RegistryHive) {
  var keys = hive.root.map { [$0] } ?? []
  while let key = keys.popLast() {
    _ = key.className
    for value in key.values { _ = (value.data, value.strings, value.number) }
    keys += key.subkeys
  }
  _ = hive.key("Select\\Current")
}

/// The same hive in every place where a system has one.
private struct HiveDisk: ArtifactTree {
  let hive: ArraySlice<UInt8>
  let log: ArraySlice<UInt8>
  private static let folders: [String: [TreeEntry]] = [
    "": [TreeEntry("Users", .folder), TreeEntry("Windows", .folder)], "Users": [TreeEntry("Ann", .folder)],
    "Users/Ann": [TreeEntry("NTUSER.DAT", .file)], "Windows": [TreeEntry("System32", .folder)],
    "Windows/System32": [TreeEntry("config", .folder), TreeEntry("svchost.exe", .file)],
    "Windows/System32/config": [TreeEntry("SOFTWARE", .file), TreeEntry("SYSTEM", .file)],
  ]
  func list(_ path: String) throws(ParseError) -> [TreeEntry] {
    guard let entries = HiveDisk.folders[path] else { throw ParseError("io.missing", "nothing there") }
    return entries
  }
  func open(_ path: String) throws(ParseError) -> any ByteSource { MemorySource(hive) }
  func readLink(_ path: String) throws(ParseError) -> String { throw ParseError("io.special", "no link") }
  func attribute(_ name: String, of path: String) throws(ParseError) -> [UInt8]? { nil }
}
