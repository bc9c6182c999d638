import AssayAuthenticode
import AssayBytes
import AssayCore
import AssayEngine
import AssayInventory
import AssayPKI
import AssaySystem

/// What lies in the scanned tree and helps to judge it: a first light walk over names. CRLs are read, catalogs are listed.
enum TreeEvidence {
  /// Further CRLs are not read.
  static let fileLimit = 1_000
  static let byteLimit = 64 << 20

  /// Gives the folders that hold one named as Windows or macOS names its own.
  static func collect(
    _ root: RawPath, _ excludes: [PathGlob], prefix: RawPath, into evidence: inout RevocationEvidence,
    _ catalogs: inout CatalogCollection
  ) -> [String] {
    guard case .folder = FileContents.kind(root),
      var walker = try? TreeWalker(root: root, excludes: { path, _ in excludes.contains { $0.matches(path.bytes) } })
    else { return [] }
    var volumes: [String] = []
    var files = 0
    var bytes = 0
    while let step = walker.next() {
      if case .enter(let folder) = step, holdsSystem(folder.listing) { volumes.append(folder.path.shown) }
      if case .absent(let folder, let name, _) = step, FileEnding.of(name, isOneOf: ["cat"]) {
        let path = folder.path.appending(name)
        catalogs.add(root: root, path: path, shown: prefix.appending(path).shown)
      }
      guard case .file(let folder, let name) = step else { continue }
      if FileEnding.of(name, isOneOf: ["cat"]) {
        let path = folder.path.appending(name)
        catalogs.add(root: root, path: path, shown: prefix.appending(path).shown)
      } else if FileEnding.of(name, isOneOf: ["crl"]), files < fileLimit {
        files += 1
        guard let source = try? FileByteSource.open(name, in: folder.handle), source.byteCount <= byteLimit - bytes,
          let contents = try? source.bytes(0..<source.byteCount)
        else { continue }
        bytes += contents.count
        // Something else under that name is no evidence, and no mistake of the operator's.
        try? EvidenceFiles.add(contents, shown: name.shown, to: &evidence)
      } else if isKernel(name), catalogs.windowsVersion == nil, isSystemFolder(folder.path) {
        catalogs.windowsVersion = version(name, folder)
      }
    }
    return volumes
  }

  private static let systemNames = (WindowsRoot.folderNames + AppleRoot.folderNames).map { Array($0.utf8) }
  private static func holdsSystem(_ listing: FolderListing) -> Bool {
    (0..<listing.count).contains { index in
      let name = listing.name(index)
      return systemNames.contains { $0.count == name.count && $0 == name.lowered }
    }
  }

  // Which Windows it is: its kernel says so.

  private static let kernel = Array("ntoskrnl.exe".utf8)
  private static func isKernel(_ name: RawPath) -> Bool {
    name.bytes.count == kernel.count && name.bytes.lowered == kernel
  }

  private static func isSystemFolder(_ path: RawPath) -> Bool {
    let parts = path.bytes.split(separator: 0x2F).suffix(2).map(\.lowered)
    return parts == [Array("windows".utf8), Array("system32".utf8)]
  }

  private static func version(_ name: RawPath, _ folder: TreeWalker.Folder) -> (major: Int, minor: Int)? {
    var budget = Budget()
    guard let source = try? FileByteSource.open(name, in: folder.handle),
      let artifact = try? Artifact(target: name.shown, name: name.shown, source: source),
      let parsed = try? PEFormat.parse(artifact, &budget), let text = parsed.identity.fileVersion
    else { return nil }
    let numbers = text.split(separator: ".").prefix(2).compactMap { Int($0) }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
  }
}
