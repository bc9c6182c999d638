import AssayBytes

/// What a hive's transaction logs say that the hive lacks: for each sector of the bins where its newer content stands.
struct RegistryLogOverlay {
  struct Place {
    let log: Int
    let offset: Int
  }
  static let sector = 512
  /// By number of the sector, counted from the first bin.
  var places: [Int: Place] = [:]
  /// Sectors in the order of the log that they came from; for people.
  var appliedEntries = 0
  /// Bytes of bins after the last entry, nil where no entry was applied.
  var binsByteCount: Int?
  /// The base block of a log, where the hive's own is torn.
  var baseBlock: RegistryBaseBlock?
  var findings: [ParseError] = []

  /// Reads what can be applied to a hive whose base block is `base` (nil: it is torn).
  init(_ logs: [any ByteSource], for base: RegistryBaseBlock, _ budget: inout Budget) throws(ParseError) {
    var runs: [RegistryLogRun] = []
    var old: [(log: Int, base: RegistryBaseBlock)] = []
    for (index, log) in logs.enumerated() where log.byteCount > RegistryLogOverlay.sector {
      do throws(ParseError) {
        let head = try RegistryBaseBlock(try log.prefix(512))
        guard head.isChecksumRight else {
          throw ParseError("regf.log.checksum", "the base block of transaction log \(index + 1) has a wrong checksum", offset: 508)
        }
        try head.checkVersion()
        switch try log.prefix(at: 512, 4) {
        case Array("HvLE".utf8): runs.append(try RegistryLogRun(log, index, head, &budget))
        case Array("DIRT".utf8): old.append((index, head))
        default: continue
        }
      } catch  where !error.isLimit {
        findings.append(error)
      }
    }
    if base.isChecksumRight {
      runs = runs.map { $0.dropping(before: base.secondarySequence) }
      old = old.filter { $0.base.primarySequence >= base.secondarySequence && $0.base.isClean }
    }
    apply(runs.filter { !$0.entries.isEmpty }, isHiveTorn: !base.isChecksumRight)
    if places.isEmpty, let newest = old.max(by: { $0.base.primarySequence < $1.base.primarySequence }) {
      do throws(ParseError) {
        try applyOld(logs[newest.log], newest.log, newest.base, &budget)
      } catch  where !error.isLimit {
        findings.append(error)
      }
    }
  }

  /// Both logs take turns: the run that begins first comes first, and the other must go on where it ends. Where the hive's own base
  /// block is torn only the newest run counts.
  private mutating func apply(_ runs: [RegistryLogRun], isHiveTorn: Bool) {
    let ordered = runs.sorted { ($0.entries.first?.sequence ?? 0) < ($1.entries.first?.sequence ?? 0) }
    var expected: UInt32?
    for run in isHiveTorn ? Array(ordered.suffix(1)) : ordered {
      guard let first = run.entries.first else { continue }
      if let expected, first.sequence != expected {
        findings.append(
          ParseError(
            "regf.log.gap", "transaction log \(run.log + 1) goes on with entry \(first.sequence), \(expected) was next: not applied"
          ))
        break
      }
      for entry in run.entries {
        for page in entry.pages {
          for sector in 0..<(page.byteCount / RegistryLogOverlay.sector) {
            places[page.target / RegistryLogOverlay.sector + sector] = Place(
              log: run.log, offset: page.offset + sector * RegistryLogOverlay.sector)
          }
        }
        appliedEntries += 1
        binsByteCount = entry.binsByteCount
        expected = entry.sequence &+ 1
      }
      baseBlock = run.base
    }
  }

  /// The format before Windows 8.1: a bit for each sector of the bins, then the sectors that have one.
  private mutating func applyOld(
    _ log: any ByteSource, _ index: Int, _ base: RegistryBaseBlock, _ budget: inout Budget
  ) throws(ParseError) {
    let bitmapBytes = base.binsByteCount / 4_096
    try budget.spend(bytes: bitmapBytes)
    guard bitmapBytes <= log.byteCount - 516 else {
      throw ParseError("regf.log.truncated", "transaction log \(index + 1) ends in its list of dirty sectors", offset: 516)
    }
    let bitmap = try log.bytes(516..<(516 + bitmapBytes))
    var offset = 512 + (4 + bitmapBytes + 511) / 512 * 512
    var found: [Int: Place] = [:]
    for (place, byte) in bitmap.enumerated() where byte != 0 {
      for bit in 0..<8 where byte >> UInt8(bit) & 1 == 1 {
        try budget.spend(nodes: 1)
        guard offset + 512 <= log.byteCount else {
          throw ParseError("regf.log.truncated", "transaction log \(index + 1) ends before its last dirty sector", offset: offset)
        }
        found[place * 8 + bit] = Place(log: index, offset: offset)
        offset += 512
      }
    }
    places = found
    appliedEntries = 1
    binsByteCount = base.binsByteCount
    baseBlock = base
  }
}

/// The entries of one log that follow each other without a gap.
struct RegistryLogRun {
  struct Page {
    /// From the first bin.
    let target: Int
    let byteCount: Int
    /// In the log.
    let offset: Int
  }
  struct Entry {
    let sequence: UInt32
    let binsByteCount: Int
    let pages: [Page]
    let byteCount: Int
  }
  let log: Int
  let base: RegistryBaseBlock
  private(set) var entries: [Entry] = []

  /// An entry that is torn or out of sequence is where the log ends: behind it stand leftovers of earlier rounds.
  init(_ source: any ByteSource, _ log: Int, _ base: RegistryBaseBlock, _ budget: inout Budget) throws(ParseError) {
    self.log = log
    self.base = base
    var offset = 512
    while offset < source.byteCount, let entry = try RegistryLogRun.entry(source, at: offset, &budget) {
      if let last = entries.last, entry.sequence != last.sequence &+ 1 { break }
      entries.append(entry)
      offset += entry.byteCount
    }
  }

  func dropping(before sequence: UInt32) -> RegistryLogRun {
    var copy = self
    copy.entries.removeAll { $0.sequence < sequence }
    return copy
  }

  /// Nil where no whole entry stands.
  private static func entry(_ source: any ByteSource, at offset: Int, _ budget: inout Budget) throws(ParseError) -> Entry? {
    let head = try source.prefix(at: offset, 40)
    let reader = ByteReader(head[...], base: offset, truncated: "regf.log.truncated")
    guard head.count == 40, try reader.little(at: 0, UInt32.self) == 0x454C_7648 else { return nil }
    let byteCount = Int(try reader.little(at: 4, UInt32.self))
    let bins = Int(try reader.little(at: 16, UInt32.self))
    let count = Int(try reader.little(at: 20, UInt32.self))
    guard byteCount >= 512, byteCount % 512 == 0, byteCount <= source.byteCount - offset, bins % 4_096 == 0, bins < 1 << 31,
      count <= (byteCount - 40) / 8, Marvin32.hash(Array(head[0..<32])) == (try reader.little(at: 32, UInt64.self))
    else { return nil }
    try budget.spend(bytes: byteCount)
    try budget.spend(nodes: count + 1)
    var hash = Marvin32()
    try source.forEachChunk((offset + 40)..<(offset + byteCount)) { _, chunk in hash.update(chunk) }
    guard hash.finalize() == (try reader.little(at: 24, UInt64.self)) else { return nil }
    let rows = try source.bytes((offset + 40)..<(offset + 40 + count * 8))
    var row = ByteReader(rows[...], base: offset + 40, truncated: "regf.log.truncated")
    var pages: [Page] = []
    var place = offset + 40 + count * 8
    for _ in 0..<count {
      let target = Int(try row.little(UInt32.self))
      let size = Int(try row.little(UInt32.self))
      guard size > 0, size % 512 == 0, target % 512 == 0, target <= bins, size <= bins - target,
        size <= offset + byteCount - place
      else { return nil }
      try budget.spend(nodes: size / 512)
      pages.append(Page(target: target, byteCount: size, offset: place))
      place += size
    }
    return Entry(sequence: try reader.little(at: 12), binsByteCount: bins, pages: pages, byteCount: byteCount)
  }
}
