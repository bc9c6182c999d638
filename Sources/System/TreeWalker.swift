package import AssayBytes

/// A walk over a tree in path order. Links are not followed except the root itself; what cannot be listed is told, not skipped.
///
/// Limits: `depthLimit` folders deep (each level holds one descriptor).
package struct TreeWalker {
  package static let depthLimit = 256

  /// What the walk meets.
  package enum Step: Sendable {
    /// A folder begins; its listing stands at once, so that a caller may look ahead.
    case enter(Folder)
    /// A regular file.
    case file(Folder, name: RawPath)
    /// A name whose content is not here: ntfs-3g shows it as a link.
    case absent(Folder, name: RawPath, ContentAbsence)
    /// Something that could not be listed or entered.
    case problem(path: RawPath, ParseError)
    /// A folder ends.
    case leave
  }

  /// One folder of the walk.
  package struct Folder: Sendable {
    package let handle: FolderHandle
    /// Below the root, empty for the root.
    package let path: RawPath
    package let listing: FolderListing
  }

  /// What was met and not followed, for the summary.
  package struct Skipped: Sendable {
    package var links = 0
    package var specials = 0
    package var pseudoFileSystems = 0
    package var excluded = 0
    package init() {}
  }

  private struct Level {
    let folder: Folder
    var next = 0
  }
  private var levels: [Level] = []
  private var pending: [Step] = []
  private var mounts: MountTable?
  private let excludes: (_ path: RawPath, _ isFolder: Bool) -> Bool
  package private(set) var skipped = Skipped()

  /// Throws when the root itself cannot be opened as a folder.
  package init(root: RawPath, excludes: @escaping (_ path: RawPath, _ isFolder: Bool) -> Bool = { _, _ in false })
    throws(ParseError)
  {
    self.excludes = excludes
    let handle = try FolderHandle.open(root)
    let folder = Folder(handle: handle, path: RawPath(""), listing: try handle.listing())
    levels.append(Level(folder: folder))
    pending.append(.enter(folder))
  }

  package mutating func next() -> Step? {
    if !pending.isEmpty { return pending.removeFirst() }
    while let level = levels.indices.last {
      let folder = levels[level].folder
      let index = levels[level].next
      guard index < folder.listing.count else {
        levels.removeLast()
        return .leave
      }
      levels[level].next += 1
      let name = RawPath(folder.listing.name(index))
      let kind = folder.listing.kind(index)
      switch kind {
      case .link:
        guard let absence = ContentAbsence.behindLink(name, in: folder.handle) else {
          skipped.links += 1
          continue
        }
        guard !excludes(folder.path.appending(name), false) else {
          skipped.excluded += 1
          continue
        }
        return .absent(folder, name: name, absence)
      case .special:
        skipped.specials += 1
        continue
      case .file, .folder: break
      }
      let path = folder.path.appending(name)
      if excludes(path, kind == .folder) {
        skipped.excluded += 1
        continue
      }
      if kind == .file { return .file(folder, name: name) }
      if let step = enter(name, path, from: folder) { return step }
    }
    return nil
  }

  /// Leaves the folder that the last step entered, without a step for it: it is judged as one thing.
  package mutating func skipEntered() {
    if !levels.isEmpty { levels.removeLast() }
  }

  private mutating func enter(_ name: RawPath, _ path: RawPath, from parent: Folder) -> Step? {
    guard levels.count < TreeWalker.depthLimit else {
      return .problem(path: path, ParseError("limit.depth", "is deeper than \(TreeWalker.depthLimit) folders; scan it by itself"))
    }
    do throws(ParseError) {
      let handle = try FolderHandle.open(name, in: parent.handle)
      if handle.device != parent.handle.device {
        let table = mounts ?? MountTable.read()
        mounts = table
        if table.isPseudo(handle.device) {
          skipped.pseudoFileSystems += 1
          return nil
        }
      }
      if levels.contains(where: { $0.folder.handle.inode == handle.inode && $0.folder.handle.device == handle.device }) {
        return .problem(path: path, ParseError("io.link-loop", "is a folder that this walk is already in"))
      }
      let folder = Folder(handle: handle, path: path, listing: try handle.listing())
      levels.append(Level(folder: folder))
      return .enter(folder)
    } catch {
      return .problem(path: path, error)
    }
  }
}
