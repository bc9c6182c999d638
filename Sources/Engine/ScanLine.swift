import AssayBytes
import AssayCore
import AssayPKI
import AssayPolicy

/// The line of a scan: jobs in the walk's order, the front one leaves when it is done.
struct ScanLine {
  typealias Assess = @Sendable (ScanItem, inout Work) -> Report

  /// A job and what came of it. Written once by a worker under the pool's lock, read by the owner under it or after.
  fileprivate final class Job: @unchecked Sendable {
    let item: ScanItem
    var report: Report?
    var program: FolderFacts.Program?
    var isDone = false
    /// Keep the fact alone; the item is judged again in its turn.
    let isFactOnly: Bool
    /// Kept from its folder's beginning, and counted.
    var isHeld = false
    init(_ item: ScanItem, isFactOnly: Bool = false) {
      self.item = item
      self.isFactOnly = isFactOnly
    }
  }

  /// A folder under way, with the programs that were started ahead.
  final class Folder {
    fileprivate var ahead: [Job] = []
    fileprivate var kept: [String: Job] = [:]
    fileprivate var facts: FolderFacts?
  }

  private let pool: WorkerPool<Work>?
  private let assess: Assess
  private var ownWork = Work()
  private var waiting: [(job: Job, folder: Folder)] = []
  private var head = 0
  private var folders: [Folder] = [Folder()]
  private var held = 0

  init(pool: WorkerPool<Work>?, assess: @escaping Assess) {
    self.pool = pool
    self.assess = assess
  }

  var count: Int { waiting.count - head }

  mutating func take(_ event: ScanEvent) {
    guard let folder = folders.last else { return }
    switch event {
    case .enter(let programs): enter(programs)
    case .leave:
      // A program that was listed and never came: its name is excluded or gone.
      held -= folder.kept.count
      folder.kept = [:]
      if folders.count > 1 { folders.removeLast() }
    case .problem(let target, let error): stand(Assessor.unopened(target, error), in: folder)
    case .report(let report): stand(report, in: folder)
    case .item(let item):
      if let job = folder.kept.removeValue(forKey: item.name) {
        waiting.append((job, folder))
      } else {
        let job = Job(item)
        waiting.append((job, folder))
        submit(job)
      }
    }
  }

  /// A report that is there already takes its place in the line.
  private mutating func stand(_ report: Report, in folder: Folder) {
    let target = report.target
    let job = Job(
      ScanItem(target: target, name: target) { () throws(ParseError) in throw ParseError("io.missing", "is not there") })
    job.report = report
    job.isDone = true
    waiting.append((job, folder))
  }

  private mutating func enter(_ programs: [ScanItem]) {
    let folder = Folder()
    let keeps = held + programs.count <= Scanner.heldProgramLimit
    for item in programs {
      let job = Job(item, isFactOnly: !keeps)
      folder.ahead.append(job)
      if keeps {
        folder.kept[item.name] = job
        job.isHeld = true
        held += 1
      }
      submit(job)
    }
    folders.append(folder)
  }

  /// The front report, waited for; nil when the line is empty.
  mutating func first() -> (Report, Folder)? {
    guard head < waiting.count else { return nil }
    let (job, folder) = waiting[head]
    head += 1
    if head >= Scanner.window {
      waiting.removeFirst(head)
      head = 0
    }
    finish(job)
    guard let report = job.report else { return nil }
    job.report = nil
    if job.isHeld { held -= 1 }
    return (report, folder)
  }

  /// The trusted programs of the folder, once those started ahead are done.
  mutating func facts(of folder: Folder) -> FolderFacts {
    if let facts = folder.facts { return facts }
    var facts = FolderFacts()
    for job in folder.ahead {
      finish(job)
      if let program = job.program { facts.trustedPrograms.append(program) }
    }
    folder.facts = facts
    return facts
  }

  /// Forgets what stands in line; jobs under way end by themselves.
  mutating func drop() {
    waiting = []
    head = 0
  }

  private func submit(_ job: Job) {
    guard let pool else { return }
    let assess = assess
    pool.submit { [unowned pool] work in
      let report = assess(job.item, &work)
      pool.finish { ScanLine.record(report, job) }
    }
  }

  private mutating func finish(_ job: Job) {
    if let pool { return pool.wait { job.isDone } }
    if !job.isDone { ScanLine.record(assess(job.item, &ownWork), job) }
  }

  private static func record(_ report: Report, _ job: Job) {
    if report.state == .trusted, report.roles.contains(.executable),
      let signer = report.signatures.first(where: { $0.signer != nil })?.signer,
      let publisher = signer.certificate.subject.organization ?? signer.certificate.subject.commonName
    {
      job.program = FolderFacts.Program(name: job.item.name, publisher: publisher)
    }
    job.report = job.isFactOnly ? nil : report
    job.isDone = true
  }
}
