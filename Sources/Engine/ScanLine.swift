import AssayBytes
import AssayCore
import AssayPKI
import AssayPolicy

/// What a scan does with each item, as values that any worker may use.
struct ScanSteps: Sendable {
  let assess: @Sendable (ScanItem, inout Work) -> Report
  let judge: @Sendable (Report, FolderFacts) -> JudgedReport
  /// What will be shown of it, made by the worker that judged it.
  let draw: (@Sendable (JudgedReport) -> String)?

  /// Rules look beside a library: one without doubt may still be planted, or of another publisher.
  static func needsFolder(_ report: Report) -> Bool { report.roles.contains(.library) }

  func finish(_ report: Report, _ facts: FolderFacts) -> ScanResult {
    let judged = judge(report, facts)
    return ScanResult(judged: judged, drawn: draw?(judged))
  }
}

/// A judged report, and what is shown of it where that was made already.
struct ScanResult {
  let judged: JudgedReport
  let drawn: String?
}

/// The line of a scan: jobs in the walk's order, the front one leaves when it is done.
///
/// A worker judges what it assessed, unless rules look beside it and the programs of its folder are not all done: then the owner does,
/// in its turn. No worker ever waits.
struct ScanLine {
  /// A job and what came of it. Written once by a worker under the pool's lock, read by the owner under it or after.
  fileprivate final class Job: PendingResult, @unchecked Sendable {
    let item: ScanItem
    /// Assessed, and not judged yet.
    var report: Report?
    var result: ScanResult?
    /// Keep the fact alone; the item is judged again in its turn.
    let isFactOnly: Bool
    /// One of the programs that its folder's libraries are judged beside.
    let isAhead: Bool
    /// Kept from its folder's beginning, and counted.
    var isHeld = false
    init(_ item: ScanItem, isAhead: Bool = false, isFactOnly: Bool = false, report: Report? = nil) {
      self.item = item
      self.isAhead = isAhead
      self.isFactOnly = isFactOnly
      self.report = report
      super.init(isDone: report != nil)
    }
  }

  /// A folder under way, with the programs that were started ahead. Guarded by the pool's lock but for `kept`, which is the owner's.
  fileprivate final class Folder: @unchecked Sendable {
    var ahead: [Job] = []
    var programs: [FolderFacts.Program?] = []
    var missing = 0
    var facts: FolderFacts?
    var kept: [String: Job] = [:]

    /// Nil until the programs started ahead are done.
    var readyFacts: FolderFacts? {
      if facts == nil, missing == 0 {
        var made = FolderFacts()
        made.trustedPrograms = programs.compactMap { $0 }
        facts = made
      }
      return facts
    }
  }

  /// The owner sleeps until this many jobs more are done, so that it is not woken for each.
  private static let stride = 32

  private let pool: WorkerPool<Work>?
  private let steps: ScanSteps
  private var ownWork = Work()
  private var waiting: [(job: Job, folder: Folder)] = []
  private var head = 0
  private var folders: [Folder] = [Folder()]
  private var held = 0

  init(pool: WorkerPool<Work>?, steps: ScanSteps) {
    self.pool = pool
    self.steps = steps
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
        submit(job, folder)
      }
    }
  }

  /// A report that is there already takes its place in the line.
  private mutating func stand(_ report: Report, in folder: Folder) {
    let target = report.target
    let item = ScanItem(target: target, name: target) { () throws(ParseError) in throw ParseError("io.missing", "is not there") }
    waiting.append((Job(item, report: report), folder))
  }

  private mutating func enter(_ programs: [ScanItem]) {
    let folder = Folder()
    let keeps = held + programs.count <= Scanner.heldProgramLimit
    folder.ahead = programs.map { Job($0, isAhead: true, isFactOnly: !keeps) }
    folder.missing = programs.count
    folder.programs = Array(repeating: nil, count: programs.count)
    for job in folder.ahead {
      if keeps {
        folder.kept[job.item.name] = job
        job.isHeld = true
        held += 1
      }
      submit(job, folder)
    }
    folders.append(folder)
  }

  /// The front result, waited for; nil when the line is empty.
  mutating func first() -> ScanResult? {
    guard head < waiting.count else { return nil }
    let (job, folder) = waiting[head]
    settle(job, at: head, folder)
    head += 1
    if head >= Scanner.window {
      waiting.removeFirst(head)
      head = 0
    }
    if job.isHeld { held -= 1 }
    if let result = job.result {
      job.result = nil
      return result
    }
    guard let report = job.report else { return nil }
    job.report = nil
    return steps.finish(report, ScanSteps.needsFolder(report) ? facts(of: folder) : FolderFacts())
  }

  /// The trusted programs of the folder, once those started ahead are done.
  private mutating func facts(of folder: Folder) -> FolderFacts {
    for job in folder.ahead { finish(job, folder) }
    return (pool.map { $0.locked { folder.readyFacts } } ?? folder.readyFacts) ?? FolderFacts()
  }

  /// Forgets what stands in line; jobs under way end by themselves.
  mutating func drop() {
    waiting = []
    head = 0
  }

  private func submit(_ job: Job, _ folder: Folder) {
    guard let pool else { return }
    let steps = steps
    pool.submit { [unowned pool] work in
      let report = steps.assess(job.item, &work)
      var facts: FolderFacts? = FolderFacts()
      if job.isAhead {
        // Programs are libraries only by mistake; who is asked about must not wait for the answer.
        facts = ScanSteps.needsFolder(report) ? nil : facts
      } else if ScanSteps.needsFolder(report) {
        facts = pool.locked { folder.readyFacts }
      }
      let result = job.isFactOnly ? nil : facts.map { steps.finish(report, $0) }
      pool.finish(job) { ScanLine.record(report, result, job, folder) }
    }
  }

  private mutating func settle(_ job: Job, at place: Int, _ folder: Folder) {
    guard let pool, !pool.locked({ job.isDone }) else { return finish(job, folder) }
    // Those between are likely done by then, too.
    let later = waiting[min(place + ScanLine.stride, waiting.count - 1)].job
    pool.wait(for: later)
    pool.wait(for: job)
  }

  private mutating func finish(_ job: Job, _ folder: Folder) {
    if let pool { return pool.wait(for: job) }
    if job.isDone { return }
    let report = steps.assess(job.item, &ownWork)
    job.finishAlone { ScanLine.record(report, nil, job, folder) }
  }

  private static func record(_ report: Report, _ result: ScanResult?, _ job: Job, _ folder: Folder) {
    if job.isAhead {
      folder.missing -= 1
      if let place = folder.ahead.firstIndex(where: { $0 === job }) { folder.programs[place] = program(report, job.item.name) }
    }
    if job.isFactOnly { return }
    if let result { job.result = result } else { job.report = report }
  }

  private static func program(_ report: Report, _ name: String) -> FolderFacts.Program? {
    guard report.state == .trusted, report.roles.contains(.executable),
      let signer = report.signatures.first(where: { $0.signer != nil })?.signer,
      let publisher = signer.certificate.subject.organization ?? signer.certificate.subject.commonName
    else { return nil }
    return FolderFacts.Program(name: name, publisher: publisher)
  }
}
