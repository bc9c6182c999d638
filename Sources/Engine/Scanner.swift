package import AssayBytes
package import AssayCore
import AssayPKI
package import AssayPolicy

/// Something to judge, not yet open.
package struct ScanItem: Sendable {
  /// As reported.
  package let target: String
  /// Last component.
  package let name: String
  package let open: @Sendable () throws(ParseError) -> any ByteSource
  /// Adds what is known of it beyond its bytes, once it is assessed.
  let complete: (@Sendable (inout Report) -> Void)?
  /// Where it stands, asked only for what refers to files around it.
  let surroundings: (@Sendable () -> Surroundings?)?
  /// What a sealed folder says of it.
  let seal: (any ContentSeal)?
  package init(
    target: String, name: String, place: (@Sendable () -> TreePlace?)? = nil, complete: (@Sendable (inout Report) -> Void)? = nil,
    seal: (any ContentSeal)? = nil, surroundings: (@Sendable () -> Surroundings?)? = nil,
    open: @escaping @Sendable () throws(ParseError) -> any ByteSource
  ) {
    self.target = target
    self.name = name
    self.place = place
    self.seal = seal
    self.complete = complete
    self.surroundings = surroundings
    self.open = open
    folder = nil
  }

  /// Where a file stands; asked when it is judged, so that folders are open no longer than needed.
  private let place: (@Sendable () -> TreePlace?)?
  /// A folder that is one artifact.
  package let folder: (@Sendable () throws(ParseError) -> TreePlace)?
  private init(
    _ target: String, _ name: String, folder: (@Sendable () throws(ParseError) -> TreePlace)?,
    _ complete: (@Sendable (inout Report) -> Void)?, _ surroundings: (@Sendable () -> Surroundings?)?
  ) {
    self.target = target
    self.name = name
    self.folder = folder
    self.complete = complete
    self.surroundings = surroundings
    place = nil
    seal = nil
    open = { () throws(ParseError) in throw ParseError("io.folder", "is a folder") }
  }
  package static func folder(
    target: String, name: String, complete: (@Sendable (inout Report) -> Void)? = nil,
    surroundings: (@Sendable () -> Surroundings?)? = nil,
    _ open: @escaping @Sendable () throws(ParseError) -> TreePlace
  ) -> ScanItem { ScanItem(target, name, folder: open, complete, surroundings) }

  package func artifact() throws(ParseError) -> Artifact {
    var artifact: Artifact
    if let folder {
      artifact = try Artifact(target: target, name: name, folder: try folder())
    } else {
      artifact = try Artifact(target: target, name: name, source: try open())
      artifact.place = place?()
    }
    artifact.surroundings = surroundings
    artifact.seal = seal
    return artifact
  }
}

/// What a walk hands over, in the order of reporting.
package enum ScanEvent: Sendable {
  /// A folder begins. `programs`: those of its items that `ScanFolderFacts.programs` chose; they come again as items.
  case enter(programs: [ScanItem])
  case item(ScanItem)
  case problem(target: String, ParseError)
  /// Something that is known without opening a file: one that the configuration names and that is not there.
  case report(Report)
  case leave
}

/// Judges what a walk meets: a bounded group of workers, results in the walk's order.
///
/// Memory is bounded by `window` reports under way and `heldProgramLimit` programs kept from a folder's beginning to their turn.
package struct Scanner {
  /// Programs of one folder that its libraries are judged beside: the first in byte order.
  package static let folderProgramLimit = 256
  /// Reports of such programs kept at a time; further ones are judged a second time when their turn comes.
  static let heldProgramLimit = 512
  /// Reports under way or waiting for an earlier one.
  static let window = 256

  private let assessor: Assessor
  private let context: TrustContext
  private let policy: CompiledPolicy
  private let jobs: Int

  package init(assessor: Assessor = Assessor(), context: TrustContext, policy: CompiledPolicy, jobs: Int) {
    self.assessor = assessor
    self.context = context
    self.policy = policy
    self.jobs = max(1, min(jobs, 256))
  }

  /// Judges until the walk ends or `emit` answers false.
  package func run(_ next: () -> ScanEvent?, emit: (JudgedReport) -> Bool) {
    run(next, draw: nil) { judged, _ in emit(judged) }
  }

  /// `draw` makes what will be shown of a report; workers do that, and `emit` gets it with the report.
  package func run(
    _ next: () -> ScanEvent?, draw: (@Sendable (JudgedReport) -> String)?, emit: (JudgedReport, _ drawn: String?) -> Bool
  ) {
    let (assessor, context, policy) = (assessor, context, policy)
    let libraries = LibraryJudging(assessor: assessor)
    let pool = jobs > 1 ? WorkerPool<Work>(count: jobs) { Work() } : nil
    defer { pool?.close() }
    let steps = ScanSteps(
      assess: { item, work in Scanner.assess(item, by: assessor, libraries, in: context, &work) },
      judge: { report, facts in JudgedReport(report, policy.judge(report, beside: facts)) }, draw: draw)
    var line = ScanLine(pool: pool.flatMap { $0.threadCount > 0 ? $0 : nil }, steps: steps)
    while true {
      while line.count < Scanner.window, let event = next() { line.take(event) }
      // An empty line after filling: the walk has ended.
      guard let result = line.first() else { return }
      guard emit(result.judged, result.drawn) else { return line.drop() }
    }
  }

  private static func assess(
    _ item: ScanItem, by assessor: Assessor, _ libraries: LibraryJudging, in context: TrustContext, _ work: inout Work
  ) -> Report {
    work.budget = work.budget.renewed()
    var report: Report
    do throws(ParseError) {
      let artifact = try item.artifact()
      report = assessor.assess(artifact, in: context, &work)
      libraries.complete(&report, in: { artifact.surroundings?() }, context, &work)
    } catch {
      report = Assessor.unopened(item.target, error)
    }
    item.complete?(&report)
    return report
  }

  /// Chooses from a folder's names in byte order the programs that its libraries are judged beside; none where it has no library.
  package static func programs<Name: Collection<UInt8>>(among names: some Sequence<Name>) -> [Name] {
    var programs: [Name] = []
    var hasLibrary = false
    for name in names {
      let ending = name.suffix(4).lowered
      if ending == Array(".exe".utf8) {
        if programs.count < folderProgramLimit { programs.append(name) }
      } else if libraryEndings.contains(ending) {
        hasLibrary = true
      }
    }
    return hasLibrary ? programs : []
  }
  private static let libraryEndings: Set<[UInt8]> = Set([".dll", ".ocx", ".cpl", ".drv"].map { Array($0.utf8) })
}
