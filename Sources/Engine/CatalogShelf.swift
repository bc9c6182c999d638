import AssayAuthenticode
package import AssayBytes
package import AssayCore
package import AssayPKI

/// The catalogs at hand, indexed by digests in eight octets a member.
///
/// Where every catalog is going to be judged as a file of the scanned tree, too, it is read and judged once, before the first file. Else
/// the index is all that is made of it, and it is opened again and judged when the first file asks for it, once for all workers.
package final class CatalogShelf: CatalogLookup, @unchecked Sendable {
  private let items: [ScanItem]
  private let hints: CatalogHints
  private let reports: [SourceIdentity: Report]
  package let algorithms: [DigestAlgorithm]
  /// What could not be read as a catalog.
  package let problems: [(number: Int, error: ParseError)]

  /// Catalogs of a Windows system that are there and cannot be read: nobody knows what they list.
  private let unread: [String]

  private let monitor = Monitor()
  // Below: guarded by the monitor.
  private var judged: [Int: JudgedCatalog] = [:]
  /// Octets of judged catalogs: their tables, and files that stay in memory because one of their certificates breaks its rules and is
  /// not kept apart.
  private var heldOctets = 0
  /// Further ones vouch for nothing, and it is said so. A disk of 20,000 files has some 30 MB of tables.
  static let heldOctetLimit = 256 << 20

  package var catalogCount: Int { items.count }
  package var memberCount: Int { hints.memberCount }
  /// False where there are more than are looked at.
  package var isComplete: Bool { hints.isComplete }

  /// Reads every catalog once. `isComplete` false says that more of them were met than are given; with `context` they are judged at
  /// once.
  package init(_ items: [ScanItem], isComplete: Bool = true, jobs: Int = 1, judgingIn context: TrustContext? = nil) {
    self.items = items
    var hints = CatalogHints()
    var problems: [(Int, ParseError)] = []
    var reports: [SourceIdentity: Report] = [:]
    var catalogs: [JudgedCatalog?] = []
    CatalogReading(items, jobs: jobs, context).forEach { number, result in
      catalogs.append(nil)
      switch result {
      case .success(let reading):
        if hints.add(reading.table, as: number) { catalogs[number] = reading.judged }
        if let identity = reading.identity, let report = reading.report { reports[identity] = report }
      case .failure(let error): problems.append((number, error))
      }
    }
    if !isComplete { hints.leaveOut() }
    hints.seal()
    self.hints = hints
    self.problems = problems
    self.reports = reports
    unread = problems.filter { $0.1.isUnreadable && CatalogShelf.isOfSystem(items[$0.0].target) }.map { items[$0.0].target }
    // Where they are all that there is, one digest is enough to ask by.
    algorithms = hints.algorithms.isEmpty && !unread.isEmpty ? [.sha256] : hints.algorithms.sorted()
    for (number, catalog) in catalogs.enumerated() {
      if let catalog { _ = keep(catalog, number) }
    }
  }

  /// Below `CatRoot`: Windows asks those alone.
  private static func isOfSystem(_ path: String) -> Bool {
    path.utf8.split(separator: 0x2F).dropLast().contains { part in
      String(decoding: part, as: UTF8.self).lowercased().utf8.elementsEqual("catroot".utf8)
    }
  }

  package func report(on identity: SourceIdentity) -> Report? { reports[identity] }

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
        if state == .notAssessed { answer.isEstablished = false }
        answer.findings.append(
          Finding(
            "catalog.member.unverified", .warning,
            "\(catalog.name) may list the file, but is itself \(state.rawValue) and counts for nothing: \(reason)",
            found: catalog.name))
      }
    }
    if isTrusted { return answer }
    if numbers.count > CatalogHints.lookLimit {
      answer.isEstablished = false
      answer.findings.append(
        Finding("limit.catalogs", .failure, "more than \(CatalogHints.lookLimit) catalogs list the file; no more are looked at"))
    } else if !isComplete, answer.signatures.isEmpty {
      answer.isEstablished = false
      answer.findings.append(
        Finding("limit.catalogs", .failure, "there are more catalogs or members than are looked at: one of them may list the file"))
    } else if let first = unread.first, answer.signatures.isEmpty {
      answer.isEstablished = false
      let more = unread.count > 1 ? " and \(unread.count - 1) more" : ""
      answer.findings.append(
        Finding(
          CatalogFindings.unread.name, .failure, "catalogs of this system cannot be read and may list the file: \(first)\(more)"))
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
      made = work.apart { JudgedCatalog(name: item.target, bytes, in: context, derived: DerivedFactMemory(), &$0) }
    } catch {
      made = JudgedCatalog(name: item.target, unreadable: error)
    }
    return keep(made, number)
  }

  /// The first one that is made stays.
  private func keep(_ made: JudgedCatalog, _ number: Int) -> JudgedCatalog {
    monitor.locked {
      if let known = judged[number] { return known }
      var kept = made
      heldOctets += made.heldOctets
      if heldOctets > CatalogShelf.heldOctetLimit {
        heldOctets -= made.heldOctets
        kept = JudgedCatalog(
          name: items[number].target,
          unreadable: ParseError("limit.catalogs", "more catalogs than are held in memory"))
      }
      judged[number] = kept
      return kept
    }
  }
}
