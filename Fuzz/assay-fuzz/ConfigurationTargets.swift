import AssayBytes
import AssayCore
import AssayInventory

/// Configuration files of a Windows disk, each read as the inventory of a whole disk reads it.
let configurationFuzzTargets: [FuzzTarget] = [
  FuzzTarget(name: "iis") { bytes in
    _ = WindowsInventory.take(
      FuzzDisk([
        "Windows/System32/inetsrv/config/applicationHost.config": bytes, "inetpub/wwwroot/web.config": bytes,
        "Program Files/Microsoft/Exchange Server/V15/TransportRoles/Shared/agents.config": bytes,
      ]))
  },
  FuzzTarget(name: "task") { bytes in
    _ = WindowsInventory.take(
      FuzzDisk([
        "Windows/System32/Tasks/fuzz": bytes, "Windows/Tasks/fuzz.job": bytes,
        "Program Files/PowerShell/7/powershell.config.json": bytes,
      ]))
  },
  FuzzTarget(name: "zone") { bytes in _ = ZoneIdentifier.parse(bytes) },
  FuzzTarget(name: "reparse") { bytes in
    for point in [ReparsePoint(Array(bytes)), ReparsePoint(link: bytes)] {
      _ = point?.content
      _ = point?.target
    }
  },
]

/// A disk with the files given and a hive that is none.
private struct FuzzDisk: ArtifactTree {
  let files: [String: ArraySlice<UInt8>]
  init(_ files: [String: ArraySlice<UInt8>]) {
    self.files = files.merging(["Windows/System32/config/SYSTEM": [], "Windows/System32/cmd.exe": []]) { one, _ in one }
  }

  func list(_ path: String) throws(ParseError) -> [TreeEntry] {
    let prefix = path.isEmpty ? "" : path + "/"
    var found: [String: TreeEntry.Kind] = [:]
    for name in files.keys where name.hasPrefix(prefix) {
      let rest = name.dropFirst(prefix.count).split(separator: "/")
      guard let first = rest.first else { continue }
      found[String(first)] = rest.count == 1 ? .file : .folder
    }
    guard !found.isEmpty else { throw ParseError("io.missing", "no folder") }
    return found.sorted { $0.key < $1.key }.map { TreeEntry($0.key, $0.value) }
  }

  func open(_ path: String) throws(ParseError) -> any ByteSource {
    guard let bytes = files[path] else { throw ParseError("io.missing", "no file") }
    return MemorySource(bytes)
  }

  func readLink(_ path: String) throws(ParseError) -> String { throw ParseError("io.special", "no link") }
  func attribute(_ name: String, of path: String) throws(ParseError) -> [UInt8]? { nil }
}
