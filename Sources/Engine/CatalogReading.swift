import AssayAuthenticode
import AssayBytes
import AssayCore
import AssayPKI

/// The first pass over catalogs: each is opened once, read for its members, and judged where that is wanted. Results come in order;
/// only a window of them is held, since a table of members is larger than what the index keeps.
struct CatalogReading {
  struct Reading: Sendable {
    let table: CatalogTable
    var judged: JudgedCatalog?
    var identity: SourceIdentity?
    /// As an artifact of its own.
    var report: Report?
  }
  typealias Result = Swift.Result<Reading, ParseError>

  private var window: Int { max(4, 2 * jobs) }

  private let items: [ScanItem]
  private let jobs: Int
  private let context: TrustContext?

  init(_ items: [ScanItem], jobs: Int, _ context: TrustContext?) {
    self.items = items
    self.jobs = jobs
    self.context = context
  }

  func forEach(_ body: (_ number: Int, _ result: Result) -> Void) {
    let pool = jobs > 1 && items.count > 1 ? WorkerPool<Work>(count: min(jobs, items.count)) { Work() } : nil
    defer { pool?.close() }
    guard let pool, pool.threadCount > 0 else {
      var work = Work()
      for (number, item) in items.enumerated() { body(number, CatalogReading.read(item, context, &work)) }
      return
    }
    var waiting: [Slot] = []
    var next = 0
    for number in items.indices {
      while next < items.count, next < number + window {
        let (slot, item, context) = (Slot(isDone: false), items[next], context)
        waiting.append(slot)
        next += 1
        pool.submit { [unowned pool] work in
          let result = CatalogReading.read(item, context, &work)
          pool.finish(slot) { slot.result = result }
        }
      }
      let slot = waiting.removeFirst()
      pool.wait(for: slot)
      if let result = slot.result { body(number, result) }
    }
  }

  /// Written under the pool's lock, read by the owner after.
  private final class Slot: PendingResult, @unchecked Sendable {
    var result: Result?
  }

  private static func read(_ item: ScanItem, _ context: TrustContext?, _ work: inout Work) -> Result {
    work.budget = work.budget.renewed()
    do throws(ParseError) {
      let source = try item.open()
      // Other things are named `.cat`, too, and may be large.
      guard try source.prefix(1) == [0x30] else { throw ParseError("catalog.list.type", "the file is no security catalog") }
      let bytes = try CatalogFormat.contents(of: source)
      let artifact = try CatalogArtifact(bytes, &work.budget)
      guard let context else { return .success(Reading(table: artifact.table)) }
      let signatures = artifact.claims.map { $0.check(Measurements(), in: context, &work) }
      try source.confirmUnchanged()
      var reading = Reading(table: artifact.table)
      reading.judged = JudgedCatalog(name: item.target, artifact, signatures, derived: DerivedFactMemory())
      reading.identity = source.identity
      reading.report = Assessor.report(on: artifact, signatures, byteCount: source.byteCount)
      return .success(reading)
    } catch {
      return .failure(error)
    }
  }
}

extension Assessor {
  /// A catalog's report as the flow makes it; the target is left open.
  fileprivate static func report(on artifact: CatalogArtifact, _ signatures: [SignatureReport], byteCount: Int) -> Report {
    var report = Report(target: "", format: CatalogFormat.id, state: .unsigned)
    report.platform = CatalogFormat.platform
    report.findings = artifact.findings
    report.signatures = signatures
    report.state = combine(signatures, container: artifact.findings)
    report.byteCount = byteCount
    return report
  }
}
