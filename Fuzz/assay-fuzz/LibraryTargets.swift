import AssayBytes
import AssayCore
import AssayInventory

/// What a Mac starts and what its programs load, from files of the fuzzer's.
let libraryFuzzTargets: [FuzzTarget] = [
  FuzzTarget(name: "launchitem") { bytes in
    _ = AppleInventory.take(AppleDisk(FuzzDisk(file: "Library/LaunchDaemons/x.plist", bytes), isSystem: true))
  },
  FuzzTarget(name: "loginitem") { bytes in
    for file in [
      "private/var/db/com.apple.backgroundtaskmanagement/x.btm", "Users/a/Library/Preferences/com.apple.loginitems.plist",
    ] {
      _ = AppleInventory.take(AppleDisk(FuzzDisk(file: file, bytes), isSystem: true))
    }
  },
  FuzzTarget(name: "crontab") { bytes in
    _ = AppleInventory.take(AppleDisk(FuzzDisk(file: "private/etc/crontab", bytes), isSystem: true))
  },
  FuzzTarget(name: "libraries") { bytes in
    let disk = AppleDisk(FuzzDisk(file: "opt/x", bytes), isSystem: true)
    _ = LibraryResolver(disk).libraries(of: "opt/x")
  },
]

/// A disk with one file, and a link that leads to itself.
private struct FuzzDisk: ArtifactTree {
  let file: String
  let bytes: ArraySlice<UInt8>
  init(file: String, _ bytes: ArraySlice<UInt8>) {
    self.file = file
    self.bytes = bytes
  }

  func kind(_ path: String) throws(ParseError) -> TreeEntry.Kind? {
    if path == file { return .file }
    if path == "opt/loop" { return .link }
    return path.isEmpty || file.utf8.starts(with: (path + "/").utf8) ? .folder : nil
  }
  func list(_ path: String) throws(ParseError) -> [TreeEntry] {
    let prefix = path.isEmpty ? "" : path + "/"
    guard file.utf8.starts(with: prefix.utf8), file.utf8.count > prefix.utf8.count else { return [] }
    let rest = file.utf8.dropFirst(prefix.utf8.count)
    let name = String(decoding: Array(rest.prefix { $0 != 0x2F }), as: UTF8.self)
    return [TreeEntry(name, rest.contains(0x2F) ? .folder : .file)]
  }
  func open(_ path: String) throws(ParseError) -> any ByteSource {
    guard path == file else { throw ParseError("io.missing", "nothing") }
    return MemorySource(bytes)
  }
  func readLink(_ path: String) throws(ParseError) -> String { "loop" }
  func attribute(_ name: String, of path: String) throws(ParseError) -> [UInt8]? { nil }
}
