import AssayAuthenticode
package import AssayBytes
package import AssayCore
package import AssayPKI

/// The catalogs at hand. Their digests are known from the start, in eight octets a member; a catalog is opened again and judged when
/// the first file asks for it, once for all workers.
package final class CatalogShelf: CatalogLookup, @unchecked Sendable {
  private let items: [ScanItem]
  private let hints: CatalogHints
  package let algorithms: [DigestAlgorithm]
  /// What could not be read as a catalog.
  package let problems: [(number: Int, error: ParseError)]

  private let monitor = Monitor()
  // Below: guarded by the monitor.
  private var judged: [Int: JudgedCatalog] = [:]
  /// Octets of catalogs that stay in memory because one of their certificates breaks its rules and is not kept apart.
  private var heldOctets = 0
  private static let heldOctetLimit = 32 << 20

  package var catalogCount: Int { items.count }
  package var memberCount: Int { hints.memberCount }
  /// False where there are more than are looked at.
  package var isComplete: Bool { hints.isComplete }

  /// Reads every catalog once. `isComplete` false says that more of them were met than are given.
  package init(_ items: [ScanItem], isComplete: Bool = true, jobs: Int = 1) {
    self.items = items
    let read = CatalogShelf.read(items, jobs: jobs)
    var hints = CatalogHints()
    var problems: [(Int, ParseError)] = []
    for (number, result) in read.enumerated() {
      switch result {
      case .success(let catalog): hints.add(catalog, as: number)
      case .failure(let error): problems.append((number, error))
      }
    }
    if !isComplete { hints.leaveOut() }
    hints.seal()
    self.hints = hints
    self.problems = problems
    algorithms = hints.algorithms.sorted()
  }

  private typealias Result = Swift.Result<CatalogHints.Catalog, ParseError>

  private static func read(_ items: [ScanItem], jobs: Int) -> [Result] {
    let results = Results(count: items.count)
    let pool = jobs > 1 && items.count > 1 ? WorkerPool<Budget>(count: min(jobs, items.count)) { Budget() } : nil
    defer { pool?.close() }
    guard let pool, pool.threadCount > 0 else {
      var budget = Budget()
      for (number, item) in items.enumerated() { results.values[number] = read(item, &budget) }
      return results.values
    }
    for (number, item) in items.enumerated() {
      pool.submit { [unowned pool] budget in
        let result = read(item, &budget)
        pool.finish {
          results.values[number] = result
          results.done += 1
        }
      }
    }
    pool.wait { results.done == items.count }
    return results.values
  }

  private static func read(_ item: ScanItem, _ budget: inout Budget) -> Result {
    budget = budget.renewed()
    do throws(ParseError) {
      return .success(try CatalogHints.Catalog(try CatalogFormat.contents(of: try item.open()), &budget))
    } catch {
      return .failure(error)
    }
  }

  /// Written under the pool's lock.
  private final class Results: @unchecked Sendable {
    var values: [Result]
    var done = 0
    init(count: Int) { values = Array(repeating: .failure(ParseError("io.missing", "was not read")), count: count) }
  }

  package func answer(
    for digests: [ListedDigest], numberedFrom number: Int, in context: TrustContext, _ work: inout Work
  ) -> CatalogAnswer {
    var answer = CatalogAnswer()
    let numbers = hints.catalogs(listing: digests.map(\.octets))
    // As Windows does: the first catalog that is trusted is enough.
    var isTrusted = false
    for place in numbers.prefix(CatalogHints.lookLimit) where !isTrusted {
      let catalog = catalog(place, context, &work)
      switch catalog.content {
      case .signed:
        guard let membership = catalog.membership(of: digests),
          let report = catalog.signature(of: membership, index: number + answer.signatures.count, in: context)
        else { continue }
        answer.signatures.append(report)
        isTrusted = report.state == .trusted
      case .worthless(let state, let reason):
        answer.findings.append(
          Finding(
            "catalog.member.unverified", .warning,
            "\(catalog.name) may list the file, but is itself \(state.rawValue) and counts for nothing: \(reason)",
            found: catalog.name))
      }
    }
    if isTrusted { return answer }
    if numbers.count > CatalogHints.lookLimit {
      answer.findings.append(
        Finding("limit.catalogs", .warning, "more than \(CatalogHints.lookLimit) catalogs list the file; no more are looked at"))
    } else if !isComplete, answer.signatures.isEmpty {
      answer.findings.append(
        Finding("limit.catalogs", .warning, "there are more catalogs or members than are looked at: one of them may list the file"))
    }
    return answer
  }

  /// Judged now or before. Two workers may judge the same one at the same time, and come to the same.
  private func catalog(_ number: Int, _ context: TrustContext, _ work: inout Work) -> JudgedCatalog {
    if let known = monitor.locked({ judged[number] }) { return known }
    let item = items[number]
    let made: JudgedCatalog
    do throws(ParseError) {
      let source = try item.open()
      let bytes = try CatalogFormat.contents(of: source)
      try source.confirmUnchanged()
      made = work.apart { JudgedCatalog(name: item.target, bytes, in: context, &$0) }
    } catch {
      made = JudgedCatalog(name: item.target, unreadable: error)
    }
    return monitor.locked {
      if let known = judged[number] { return known }
      var kept = made
      heldOctets += made.heldOctets
      if heldOctets > CatalogShelf.heldOctetLimit {
        heldOctets -= made.heldOctets
        kept = JudgedCatalog(
          name: item.target,
          unreadable: ParseError("limit.catalogs", "more catalogs with irregular certificates than are held in memory"))
      }
      judged[number] = kept
      return kept
    }
  }
}
