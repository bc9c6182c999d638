import ArgumentParser
import AssayBytes
import AssayCore
import AssayEngine
import AssayPKI
import AssaySystem

struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan", abstract: "Walk a tree and judge everything in it that can run.",
    discussion: """
      Links are not followed, file systems that the kernel makes up (proc and the like) are passed by; both are counted. CRLs \
      (*.crl) and security catalogs (*.cat) in the tree are used. Paths are printed below the root, with the root before them where several are given.
      """)

  @Argument(help: "Folders to walk; a file is judged by itself.")
  var roots: [String]

  @OptionGroup(title: "Judging") var judging: JudgingOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Exit code") var exit: ExitOptions

  @Option(help: "Leave out what matches: a name, or with a / a path below the root; *, ?, [a-z] and ** as usual. Repeat for more.")
  var exclude: [String] = []

  @Option(help: "Work on this many files at a time (default: one per core).")
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs: \(jobs) is too few; give 1 or more") }
  }

  func run() throws {
    let excludes = exclude.map { PathGlob($0) }
    var setup = try JudgingSetup(judging, command: "scan")
    let sorted = roots.map { RawArguments.path($0) }.sorted()
    for root in sorted {
      TreeEvidence.collect(
        root, excludes, prefix: sorted.count > 1 ? root : RawPath(""), into: &setup.context.revocation, &setup.catalogs)
    }
    try setup.openCatalogs(jobs: jobs ?? Terminal.coreCount, atOnce: true)
    var run = JudgingRun(
      setup: setup, output: output, exit: try exit.decision(countsOther: false), jobs: jobs ?? Terminal.coreCount,
      showsOther: output.verbose)
    var walk = ScanWalk(sorted, excludes: excludes)
    let status = try run.run { walk.next() }
    if !output.quiet, let note = walk.note { StandardError.write("assay: \(note)\n") }
    throw status
  }
}

/// Walks root after root and turns what it meets into the scanner's events.
struct ScanWalk {
  private let roots: [RawPath]
  private let excludes: [PathGlob]
  private var nextRoot = 0
  private var walker: TreeWalker?
  private var prefix = RawPath("")
  private var skipped = TreeWalker.Skipped()

  init(_ roots: [RawPath], excludes: [PathGlob]) {
    self.roots = roots
    self.excludes = excludes
  }

  mutating func next() -> ScanEvent? {
    while true {
      if let step = walker?.next() { return event(step) }
      if let done = walker?.skipped {
        skipped.add(done)
        walker = nil
      }
      guard nextRoot < roots.count else { return nil }
      let root = roots[nextRoot]
      nextRoot += 1
      prefix = roots.count > 1 ? root : RawPath("")
      guard case .folder = FileContents.kind(root) else {
        return .item(
          ScanItem(target: root.shown, name: root.lastComponent.shown) { () throws(ParseError) in try FileByteSource.open(root) })
      }
      let excludes = excludes
      do throws(ParseError) {
        walker = try TreeWalker(root: root) { path, _ in excludes.contains { $0.matches(path.bytes) } }
      } catch {
        return .problem(target: root.shown, error)
      }
    }
  }

  private func event(_ step: TreeWalker.Step) -> ScanEvent {
    switch step {
    case .enter(let folder):
      let listing = folder.listing
      let files = (0..<listing.count).lazy.filter { listing.kind($0) == .file }.map { listing.name($0) }
      return .enter(
        programs: Scanner.programs(among: files).filter { name in
          let path = folder.path.appending(RawPath(name))
          return !excludes.contains { $0.matches(path.bytes) }
        }.map { item(folder, RawPath($0)) })
    case .file(let folder, let name): return .item(item(folder, name))
    case .problem(let path, let error): return .problem(target: prefix.appending(path).shown, error)
    case .leave: return .leave
    }
  }

  private func item(_ folder: TreeWalker.Folder, _ name: RawPath) -> ScanItem {
    let handle = folder.handle
    return ScanItem(target: prefix.appending(folder.path).appending(name).shown, name: name.shown) { () throws(ParseError) in
      try FileByteSource.open(name, in: handle)
    }
  }

  /// What was passed by, in words; nil when nothing was.
  var note: String? {
    let counts: [(Int, String)] = [
      (skipped.links, "symbolic links not followed"), (skipped.specials, "devices, FIFOs and sockets"),
      (skipped.pseudoFileSystems, "kernel file systems"), (skipped.excluded, "left out by --exclude"),
    ]
    let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return parts.isEmpty ? nil : "passed by: " + parts.joined(separator: ", ")
  }
}

extension TreeWalker.Skipped {
  fileprivate mutating func add(_ other: TreeWalker.Skipped) {
    links += other.links
    specials += other.specials
    pseudoFileSystems += other.pseudoFileSystems
    excluded += other.excluded
  }
}
