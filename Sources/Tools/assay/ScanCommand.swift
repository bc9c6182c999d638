import ArgumentParser
import AssayBytes
import AssayCore
import AssayEngine
import AssayInventory
import AssayPKI
import AssaySystem

struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan", abstract: "Walk a tree and judge everything in it that can run.",
    discussion: """
      Where a Windows system is found, its registry and configuration files say what starts what: such files are judged in those \
      roles, and entries whose file is missing are reports, too. Links are not followed, file systems that the kernel makes up (proc \
      and the like) are passed by; both are counted. CRLs (*.crl) and security catalogs (*.cat) in the tree are used. Paths are \
      printed below the root, with the root before them where several are given.
      """)

  @Argument(help: "Folders to walk; a file is judged by itself.")
  var roots: [String]

  @OptionGroup(title: "Judging") var judging: JudgingOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Exit code") var exit: ExitOptions

  @Option(help: "Leave out what matches: a name, or with a / a path below the root; *, ?, [a-z] and ** as usual. Repeat for more.")
  var exclude: [String] = []

  @Option(
    help:
      "The zone of scripts that carry no Zone.Identifier: \(SecurityZone.allCases.map(\.name).joined(separator: ", ")), its number, or unknown (taken for remote). Default: my-computer."
  )
  var zone: ZoneOption?

  @Option(help: "Work on this many files at a time (default: one per core).")
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs: \(jobs) is too few; give 1 or more") }
  }

  func run() throws {
    let excludes = exclude.map { PathGlob($0) }
    var setup = try JudgingSetup(judging, command: "scan")
    let sorted = roots.map { RawArguments.path($0) }.sorted()
    var volumes: [RawPath: [String]] = [:]
    for root in sorted {
      volumes[root] = TreeEvidence.collect(
        root, excludes, prefix: sorted.count > 1 ? root : RawPath(""), into: &setup.context.revocation, &setup.catalogs)
    }
    try setup.openCatalogs(jobs: jobs ?? Terminal.coreCount, atOnce: true)
    var run = JudgingRun(
      setup: setup, output: output, exit: try exit.decision(countsOther: false), jobs: jobs ?? Terminal.coreCount,
      showsOther: output.verbose)
    var walk = ScanWalk(
      sorted, volumes: volumes, excludes: excludes,
      surveyor: Surveyor(unmarked: zone?.zone ?? .myComputer, programme: InstalledTrust.bundle("microsoft").map { [$0.anchors] }))
    let status = try run.run { walk.next() }
    if !output.quiet, let note = walk.note { StandardError.write("assay: \(note)\n") }
    throw status
  }
}

/// Walks root after root and turns what it meets into the scanner's events, with what each root's inventory says of its files.
struct ScanWalk {
  private let roots: [RawPath]
  private let volumes: [RawPath: [String]]
  private let excludes: [PathGlob]
  private let surveyor: Surveyor
  private var nextRoot = 0
  private var walker: TreeWalker?
  private var prefix = RawPath("")
  /// The root under way, as it is told.
  private var origin = ""
  private var skipped = TreeWalker.Skipped()
  private var survey: Survey?
  /// The tree of the root under way, for what its files refer to.
  private var tree: FolderTree?
  /// Files that the inventory names and that are not there, not yet told.
  private var absent: ArraySlice<Survey.Absent> = []
  /// A step that an absent file comes before.
  private var held: TreeWalker.Step?
  /// The beginning of a folder that was told as a bundle first.
  private var heldEvent: ScanEvent?
  /// Main executables of bundles without a seal: the bundle's report is theirs.
  private var told: Set<[UInt8]> = []
  /// Installed packages that the walk is in, the innermost last.
  private var packages: [(path: [UInt8], package: InstalledPackage)] = []

  /// `volumes`: for each root the folders in it that hold one named as Windows or macOS names its own.
  init(_ roots: [RawPath], volumes: [RawPath: [String]], excludes: [PathGlob], surveyor: Surveyor) {
    self.roots = roots
    self.volumes = volumes
    self.excludes = excludes
    self.surveyor = surveyor
  }

  mutating func next() -> ScanEvent? {
    while true {
      if let event = heldEvent {
        heldEvent = nil
        return event
      }
      if let step = held ?? walker?.next() {
        held = nil
        if let report = absentReport(before: step) {
          held = step
          return .report(report)
        }
        if !told.isEmpty, case .file(let folder, let name) = step, told.remove(folder.path.appending(name).bytes) != nil {
          continue
        }
        if case .enter(let folder) = step { leavePackages(folder) }
        if case .enter(let folder) = step, let bundle = bundle(folder) {
          if bundle.isSealed { walker?.skipEntered() } else { heldEvent = event(step) }
          return .item(bundle.item)
        }
        return event(step)
      }
      if let report = absentReport(before: nil) { return .report(report) }
      if let done = walker?.skipped {
        skipped.add(done)
        walker = nil
        survey = nil
        tree = nil
        packages = []
      }
      guard nextRoot < roots.count else { return nil }
      let root = roots[nextRoot]
      nextRoot += 1
      prefix = roots.count > 1 ? root : RawPath("")
      origin = root.shown
      guard case .folder = FileContents.kind(root) else {
        return .item(
          ScanItem(target: root.shown, name: root.lastComponent.shown, place: { FilePlaces.of(root) }) { () throws(ParseError) in
            try FileByteSource.open(root)
          })
      }
      let excludes = excludes
      do throws(ParseError) {
        walker = try TreeWalker(root: root) { path, _ in excludes.contains { $0.matches(path.bytes) } }
        let tree = try FolderTree(root: root)
        self.tree = tree
        survey = surveyor.survey(tree, volumes: volumes[root])
        absent = survey?.absent.filter { absent in !excludes.contains { $0.matches(absent.path) } }[...] ?? []
      } catch {
        return .problem(target: root.shown, error)
      }
    }
  }

  /// The next absent file, where its path comes before the step's: reports come in path order.
  private mutating func absentReport(before step: TreeWalker.Step?) -> Report? {
    guard let first = absent.first else { return nil }
    let place: [UInt8]?
    switch step {
    case .file(let folder, let name), .absent(let folder, let name, _): place = folder.path.appending(name).bytes
    case .enter(let folder): place = folder.path.bytes + [0x2F]
    case .problem(let path, _): place = path.bytes
    case .leave: return nil
    case nil: place = nil
    }
    if let place, !first.path.lexicographicallyPrecedes(place) { return nil }
    absent = absent.dropFirst()
    var report = first.report
    report.target = prefix.appending(RawPath(report.target)).shown
    return report
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
    case .absent(let folder, let name, let absence): return .report(report(of: folder.path.appending(name), absence))
    case .problem(let path, let error): return .problem(target: prefix.appending(path).shown, error)
    case .leave: return .leave
    }
  }

  /// A folder that is one artifact. With a seal all that is in it is judged with it; without one what is in it comes by itself.
  private mutating func bundle(_ folder: TreeWalker.Folder) -> (item: ScanItem, isSealed: Bool)? {
    let listing = folder.listing
    guard (0..<listing.count).contains(where: { FormatRegistry.folderMarks.contains(Array(listing.name($0))) }) else { return nil }
    let root = roots[nextRoot - 1]
    let isRoot = folder.path.bytes.isEmpty
    let name = isRoot ? root.lastComponent.shown : folder.path.lastComponent.shown
    let target = isRoot ? root.shown : prefix.appending(folder.path).shown
    let place = TreePlace(FolderTree(folder.handle))
    guard let artifact = try? Artifact(target: target, name: name, folder: place),
      FormatRegistry.all.contains(where: { $0.recognizes(artifact.probe) })
    else { return nil }
    if let package = InstalledPackage(artifact) {
      packages.append((folder.path.bytes.isEmpty ? [] : folder.path.bytes + [0x2F], package))
    }
    let facts = FormatRegistry.bundleFacts(place, name: name)
    let (survey, path) = (survey, Array(folder.path.shown.utf8))
    let executable = facts.executable.map { Array($0.utf8) }
    let item = ScanItem.folder(
      target: target, name: name,
      complete: { survey?.complete(&$0, bundle: path, executable: facts.isSealed ? nil : executable) },
      surroundings: surroundings(folder.path.shown)
    ) { () throws(ParseError) in place }
    if !facts.isSealed, let executable = facts.executable { told.insert(folder.path.appending(RawPath(executable)).bytes) }
    return (item, facts.isSealed)
  }

  /// Packages that a folder is not in are behind the walk.
  private mutating func leavePackages(_ folder: TreeWalker.Folder) {
    let path = folder.path.bytes + [0x2F]
    packages.removeAll { !path.starts(with: $0.path) }
  }

  private func item(_ folder: TreeWalker.Folder, _ name: RawPath) -> ScanItem {
    let (handle, survey) = (folder.handle, survey)
    let path = folder.path.appending(name)
    // As the inventory spells it: a tree's names are text.
    let (shown, shownName) = (path.shown, name.shown)
    let seal = packages.isEmpty ? nil : seal(of: path.bytes)
    return ScanItem(
      target: prefix.bytes.isEmpty ? shown : prefix.appending(path).shown, name: shownName,
      place: { TreePlace(FolderTree(handle), path: shownName) },
      complete: { report in
        ScanWalk.markAbsence(&report, name, in: handle)
        survey?.complete(&report, at: Array(shown.utf8)) { ZoneMark.look(at: name, in: handle) }
      }, seal: seal, surroundings: surroundings(shown)
    ) { () throws(ParseError) in try FileByteSource.open(name, in: handle, isListed: true) }
  }

  /// What the installed package around it says of a file.
  private func seal(of path: [UInt8]) -> (any ContentSeal)? {
    packages.last { path.starts(with: $0.path) }.map { $0.package.seal(of: Array(path.dropFirst($0.path.count))) }
  }

  private func surroundings(_ path: String) -> (@Sendable () -> Surroundings?)? {
    guard let tree else { return nil }
    let (survey, origin) = (survey, origin)
    return { Surroundings(tree, path: path, volume: survey?.volume(of: Array(path.utf8)), origin: origin) }
  }

  /// What has no content here is not judged by it. Asked only of code without a signature that can be read.
  private static func markAbsence(_ report: inout Report, _ name: RawPath, in folder: FolderHandle) {
    guard report.isCode, report.signatures.isEmpty, let finding = ContentAbsence.find(name, in: folder)?.finding else { return }
    report.state = .notAssessed
    report.findings = [finding]
  }

  /// A name without content, which the configuration may start all the same.
  private func report(of path: RawPath, _ absence: ContentAbsence) -> Report {
    var report = Report(target: prefix.appending(path).shown, format: nil, state: .notAssessed)
    report.findings = absence.finding.map { [$0] } ?? []
    survey?.complete(&report, at: Array(path.shown.utf8)) { .none }
    return report
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

extension ContentAbsence {
  /// Nil for links.
  fileprivate var finding: Finding? {
    switch self {
    case .reparse(let point, let isFolder): Placeholder.finding(point, isFolder: isFolder)
    case .hole: Placeholder.hole
    case .offline: Placeholder.offline
    case .encrypted: Placeholder.encrypted
    }
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
