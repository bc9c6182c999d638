package import AssayBytes

/// A registry hive (regf 1.3 to 1.6), read where it is asked, with what its transaction logs add.
///
/// It trusts nothing that it reads: every cell is bounded, a cycle or a depth above 512 is refused, and all reading together spends
/// the budget that was left when it was opened. What cannot be read is left out and said in `findings`; nothing traps or throws later.
/// A class, since reading remembers pages and findings; one task uses it at a time.
package final class RegistryHive {
  package let baseBlock: RegistryBaseBlock
  /// The last write was not finished, and the logs were asked.
  package let isDirty: Bool
  /// Entries of transaction logs that were applied.
  package let appliedLogEntries: Int
  /// What is wrong with it, in the order it was met, each place once; at most `findingLimit`.
  package private(set) var findings: [ParseError] = []
  /// Offset of the root key's cell and bytes of bins, after the logs.
  private let rootOffset: Int
  let binsByteCount: Int

  private let source: any ByteSource
  private let logs: [any ByteSource]
  private let overlay: [Int: RegistryLogOverlay.Place]
  private var budget: Budget
  private var chunks: [Int: [UInt8]] = [:]
  private var seen: Set<String> = []

  package static let findingLimit = 64
  /// Windows allows as many levels below a root.
  package static let maximumDepth = 512
  /// A value's data: 1 MiB is what Windows recommends; longer ones are left out.
  package static let maximumValueBytes = 16 << 20
  private static let chunkBytes = 16 << 10
  /// 8 MiB of pages are held, unless the caller says less.
  package static let chunkLimit = 512
  private let heldChunks: Int

  /// What reading the hives of a large server takes, and a hostile one may cost.
  package static func allowance() -> Budget { Budget(bytes: 1 << 30, nodes: 4_000_000) }

  /// `logs`: .LOG1 and .LOG2 (or .LOG) where there are any; they count only if the hive was not written to its end. Later reading
  /// spends what is left of `budget` then, not the caller's own. Throws only where nothing can be read at all.
  package init(
    _ source: any ByteSource, logs: [any ByteSource] = [], heldChunks: Int = RegistryHive.chunkLimit, _ budget: inout Budget
  ) throws(ParseError) {
    self.source = source
    self.heldChunks = max(1, heldChunks)
    let own = try RegistryBaseBlock(try source.prefix(512))
    var found: [ParseError] = []
    isDirty = !own.isClean
    if !own.isChecksumRight {
      found.append(ParseError("regf.header.checksum", "the checksum of the base block is wrong", offset: 508))
    }
    var base = own
    var bins = own.binsByteCount
    if own.isClean {
      overlay = [:]
      appliedLogEntries = 0
      // Nothing will be read of them: their files need not stay open.
      self.logs = []
    } else {
      let log = try RegistryLogOverlay(logs, for: own, &budget)
      found += log.findings
      overlay = log.places
      self.logs = log.places.isEmpty ? [] : logs
      appliedLogEntries = log.appliedEntries
      if let other = log.baseBlock, !own.isChecksumRight { base = other }
      bins = log.binsByteCount ?? base.binsByteCount
      if log.places.isEmpty {
        found.append(
          ParseError(
            "regf.log.missing",
            "was not written to its end (sequence \(own.primarySequence), \(own.secondarySequence)) and no log of it can be applied",
            offset: 4))
      }
    }
    try base.checkVersion()
    let covered = (overlay.keys.max() ?? -1) + 1
    let there = max(source.byteCount - RegistryBaseBlock.byteCount, covered * RegistryLogOverlay.sector, 0)
    if bins > there {
      found.append(
        ParseError("regf.file.truncated", "has \(there) bytes of bins, its header says \(bins)", offset: source.byteCount))
    }
    baseBlock = base
    rootOffset = base.rootOffset
    binsByteCount = min(bins, there)
    self.budget = budget
    for finding in found { note(finding) }
    checkBins()
  }

  package var root: RegistryKey? { key(at: rootOffset, path: [], ancestors: []) }

  /// The key below the root, nil where there is none. Backslashes part the names; case does not count.
  package func key(_ path: String) -> RegistryKey? {
    var current = root
    for name in path.unicodeScalars.split(separator: "\\") {
      guard let key = current else { return nil }
      current = key.subkey(String(name))
    }
    return current
  }

  /// Asked after the last read: whether the file is still the one that was opened.
  package func confirmUnchanged() {
    do throws(ParseError) { try source.confirmUnchanged() } catch { note(error) }
  }

  func note(_ error: ParseError) {
    let place = "\(error.code)@\(error.isLimit ? 0 : error.offset ?? -1)"
    guard findings.count < RegistryHive.findingLimit, seen.insert(place).inserted else { return }
    findings.append(error)
  }

  /// Bins follow each other without a gap, each with its own header. Cells are read whatever this finds.
  private func checkBins() {
    var offset = 0
    do throws(ParseError) {
      while offset < binsByteCount {
        try budget.spend(nodes: 1)
        let head = try bytes(at: offset, 32)
        let reader = ByteReader(head[...], base: offset, truncated: "regf.bin.invalid")
        let size = Int(try reader.little(at: 8, UInt32.self))
        guard try reader.little(at: 0, UInt32.self) == 0x6E69_6268, try reader.little(at: 4, UInt32.self) == UInt32(offset),
          size >= 4_096, size % 4_096 == 0, size <= binsByteCount - offset
        else { throw ParseError("regf.bin.invalid", "no bin begins where one must", offset: offset + RegistryBaseBlock.byteCount) }
        offset += size
      }
    } catch {
      note(error)
    }
  }

  /// Bytes of the bins with the logs applied.
  func bytes(at offset: Int, _ count: Int) throws(ParseError) -> [UInt8] {
    guard offset >= 0, count >= 0, offset <= binsByteCount, count <= binsByteCount - offset else {
      throw ParseError(
        "regf.cell.outside", "\(count) bytes lie outside the \(binsByteCount) bytes of bins",
        offset: offset.addingReportingOverflow(RegistryBaseBlock.byteCount).partialValue)
    }
    try budget.spend(bytes: count)
    var result: [UInt8] = []
    result.reserveCapacity(count)
    var place = offset
    while place < offset + count {
      let chunk = try chunk(place / RegistryHive.chunkBytes)
      let start = place % RegistryHive.chunkBytes
      let end = min(chunk.count, start + (offset + count - place))
      guard end > start else { throw ParseError("regf.cell.outside", "no bytes are at this place", offset: place) }
      result += chunk[start..<end]
      place += end - start
    }
    return result
  }

  private func chunk(_ number: Int) throws(ParseError) -> [UInt8] {
    if let chunk = chunks[number] { return chunk }
    let start = number * RegistryHive.chunkBytes
    let count = min(RegistryHive.chunkBytes, binsByteCount - start)
    try budget.spend(bytes: count)
    var chunk = try source.prefix(at: RegistryBaseBlock.byteCount + start, count)
    if chunk.count < count { chunk += [UInt8](repeating: 0, count: count - chunk.count) }
    if !overlay.isEmpty {
      for sector in 0..<((count + 511) / 512) {
        guard let place = overlay[start / 512 + sector] else { continue }
        let newer = try logs[place.log].bytes(place.offset..<(place.offset + 512))
        let end = min(sector * 512 + 512, count)
        chunk.replaceSubrange((sector * 512)..<end, with: newer.prefix(end - sector * 512))
      }
    }
    if chunks.count >= heldChunks { chunks.removeAll(keepingCapacity: true) }
    chunks[number] = chunk
    return chunk
  }

  /// The content of an allocated cell, without its size. `limit`: no more is read of it.
  func cell(_ offset: Int, limit: Int = .max) throws(ParseError) -> [UInt8] {
    try budget.spend(nodes: 1)
    let place = offset.addingReportingOverflow(RegistryBaseBlock.byteCount).partialValue
    guard offset >= 32, offset % 8 == 0 else {
      throw ParseError("regf.cell.misplaced", "no cell can begin at \(offset)", offset: place)
    }
    let head = try bytes(at: offset, 4)
    let size = Int(Int32(bitPattern: try ByteReader(head[...], truncated: "regf.cell.outside").little(at: 0, UInt32.self)))
    guard size < 0 else {
      throw ParseError("regf.cell.free", "a cell of \(size) bytes is free, but in use", offset: place)
    }
    guard -size >= 8, -size <= binsByteCount - offset else {
      throw ParseError("regf.cell.outside", "a cell of \(-size) bytes does not fit into its bin", offset: place)
    }
    return try bytes(at: offset + 4, min(-size - 4, limit))
  }

  func spend(nodes count: Int) throws(ParseError) { try budget.spend(nodes: count) }

  func key(at offset: Int, path: [String], ancestors: [Int]) -> RegistryKey? {
    do throws(ParseError) {
      return try RegistryKey(self, at: offset, path: path, ancestors: ancestors)
    } catch {
      note(error)
      return nil
    }
  }
}
