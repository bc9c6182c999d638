import AssayBytes
import AssayCore
import AssayInventory
import AssaySystem

/// What is around a target that was named by itself: the Mac's volume that it is on, else this machine's own tree, in which what the
/// target names relative to itself is found.
enum TargetSurroundings {
  static func find(_ path: RawPath) -> Surroundings? {
    guard let real = FileContents.realPath(path) else { return nil }
    let parts = real.bytes.split(separator: 0x2F).map { RawPath($0) }
    guard !parts.isEmpty else { return nil }
    // The innermost folder that is a Mac's volume: images are mounted anywhere.
    for depth in stride(from: parts.count - 1, to: 0, by: -1) {
      let folder = parts[..<depth].reduce(RawPath("/")) { $0.appending($1) }
      guard let tree = try? FolderTree(root: folder) else { continue }
      guard AppleRoot.isVolume({ (try? tree.kind($0)) == .folder }) else { continue }
      let rest = parts[depth...].dropFirst().reduce(parts[depth]) { $0.appending($1) }
      return Surroundings(tree, path: rest.shown, volume: "", origin: folder.shown)
    }
    guard let tree = try? FolderTree(root: RawPath("/")) else { return nil }
    let rest = parts.dropFirst().reduce(parts[0]) { $0.appending($1) }
    return Surroundings(tree, path: rest.shown, volume: nil, prefix: "/")
  }
}
