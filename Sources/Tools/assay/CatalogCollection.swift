import AssayBytes
import AssayCore
import AssayEngine
import AssaySystem
import Synchronization

/// Security catalogs by where they lie, before any is read: those that the operator names, then those of the scanned trees.
struct CatalogCollection {
  /// Further ones are not looked at, and said so. A Windows disk has some ten thousand at most.
  static let fileLimit = 65_536

  private var items: [ScanItem] = []
  /// How many of them the operator named one by one: these must be catalogs.
  private var namedCount = 0
  private var isComplete = true
  /// Of the tree that was walked.
  var windowsVersion: (major: Int, minor: Int)?

  /// `--catalog`: a file, or every `*.cat` below a folder.
  mutating func load(_ path: String) throws {
    let place = RawArguments.path(path)
    switch FileContents.kind(place) {
    case .folder:
      let before = items.count
      let walk: TreeWalker
      do { walk = try TreeWalker(root: place) } catch { throw ToolFailure("--catalog: \(path): \(error.message)") }
      var walker = walk
      while let step = walker.next() {
        guard case .file(let folder, let name) = step, FileEnding.of(name, isOneOf: ["cat"]) else { continue }
        let below = folder.path.appending(name)
        add(root: place, path: below, shown: place.appending(below).shown)
      }
      guard items.count > before else { throw ToolFailure("--catalog: \(path): the folder holds no .cat file") }
    case .missing: throw ToolFailure("--catalog: \(path): there is no such file")
    case .file, .special:
      items.insert(
        ScanItem(target: place.shown, name: place.lastComponent.shown) { () throws(ParseError) in try FileByteSource.open(place) },
        at: namedCount)
      namedCount += 1
    }
  }

  /// A catalog below a walked folder. It is opened by its path when it is needed: a descriptor held for each folder would be too many.
  mutating func add(root: RawPath, path: RawPath, shown: String) {
    guard items.count < CatalogCollection.fileLimit else {
      isComplete = false
      return
    }
    let folders = folders
    let name = path.lastComponent
    let folder = RawPath(path.bytes.dropLast(name.bytes.count))
    items.append(
      ScanItem(target: shown, name: name.shown) { () throws(ParseError) in
        try FileByteSource.open(name, in: try folders.open(folder, below: root))
      })
  }

  private let folders = LastFolder()

  /// Nil where there are none. With `context` they are judged at once.
  func shelf(jobs: Int, judgingIn context: TrustContext?) throws -> CatalogShelf? {
    guard !items.isEmpty else { return nil }
    let shelf = CatalogShelf(items, isComplete: isComplete, jobs: jobs, judgingIn: context)
    for problem in shelf.problems where problem.number < namedCount {
      throw ToolFailure("--catalog: \(items[problem.number].target): \(problem.error.message)")
    }
    return shelf
  }
}

/// The folder that was opened last: catalogs lie together by hundreds.
private final class LastFolder: Sendable {
  private let last = Mutex<(root: RawPath, path: RawPath, handle: FolderHandle)?>(nil)

  /// Link by link as the walk went, so that none is followed.
  func open(_ path: RawPath, below root: RawPath) throws(ParseError) -> FolderHandle {
    if let known = last.withLock({ $0 }), known.path == path, known.root == root { return known.handle }
    var handle = try FolderHandle.open(root)
    for part in path.bytes.split(separator: 0x2F) { handle = try FolderHandle.open(RawPath(part), in: handle) }
    let opened = handle
    last.withLock { $0 = (root, path, opened) }
    return opened
  }
}
