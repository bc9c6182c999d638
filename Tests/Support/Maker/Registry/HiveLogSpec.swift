/// A hive that was not written to its end, and the logs that hold what is missing.
package struct DirtyHive: Sendable {
  package var hive: [UInt8]
  package var logs: [[UInt8]]
  package init(hive: [UInt8], logs: [[UInt8]]) {
    self.hive = hive
    self.logs = logs
  }
}

extension HiveSpec {
  /// The file as `self` has it, marked unfinished; each later state is one entry of a log as Windows 8.1 and later write it. With
  /// `logCount` 2 the first half of the entries stands in the first log.
  package func unfinished(before later: [HiveSpec], logCount: Int = 1) -> DirtyHive {
    var states = [Array(encoded().dropFirst(4_096))]
    var entries: [[UInt8]] = []
    for (index, state) in later.enumerated() {
      let bins = Array(state.encoded().dropFirst(4_096))
      entries.append(HiveSpec.entry(from: states[index], to: bins, sequence: secondarySequence + index))
      states.append(bins)
    }
    let first = logCount == 1 ? entries.count : (entries.count + 1) / 2
    var logs: [[UInt8]] = []
    for (start, end) in [(0, first), (first, entries.count)] where start < end {
      var log = logHead(binsByteCount: states[0].count, type: 6, sequence: secondarySequence + start)
      log += entries[start..<end].flatMap { $0 }
      logs.append(log + [UInt8](repeating: 0, count: 512))
    }
    return DirtyHive(hive: markedUnfinished(), logs: logs)
  }

  /// The same with a log of Windows 8 and earlier: a bit for each changed sector.
  package func unfinishedOld(before later: HiveSpec) -> DirtyHive {
    let old = Array(encoded().dropFirst(4_096))
    let new = Array(later.encoded().dropFirst(4_096))
    var bitmap = [UInt8](repeating: 0, count: new.count / 4_096)
    var sectors: [UInt8] = []
    for sector in 0..<(new.count / 512) {
      let range = (sector * 512)..<(sector * 512 + 512)
      guard range.upperBound > old.count || old[range] != new[range] else { continue }
      bitmap[sector / 8] |= 1 << UInt8(sector % 8)
      sectors += new[range]
    }
    var log = logHead(binsByteCount: new.count, type: 1, sequence: secondarySequence + 1)
    log += Array("DIRT".utf8) + bitmap
    log.pad(to: 512)
    return DirtyHive(hive: markedUnfinished(), logs: [log + sectors])
  }

  private func markedUnfinished() -> [UInt8] {
    with { $0.primarySequence = $0.secondarySequence + 1 }.encoded()
  }

  private func logHead(binsByteCount: Int, type: Int, sequence: Int) -> [UInt8] {
    let spec = with {
      $0.primarySequence = sequence
      $0.secondarySequence = sequence
    }
    return Array(spec.baseBlock(rootOffset: 32, binsByteCount: binsByteCount, type: type).prefix(512))
  }

  /// `HvLE`: the pages that differ, behind two hashes.
  private static func entry(from old: [UInt8], to new: [UInt8], sequence: Int) -> [UInt8] {
    var rows: [UInt8] = []
    var pages: [UInt8] = []
    var count = 0
    for page in 0..<(new.count / 4_096) {
      let range = (page * 4_096)..<(page * 4_096 + 4_096)
      guard range.upperBound > old.count || old[range] != new[range] else { continue }
      rows.append32(range.lowerBound)
      rows.append32(4_096)
      pages += new[range]
      count += 1
    }
    let size = (40 + rows.count + pages.count + 511) / 512 * 512
    var head: [UInt8] = Array("HvLE".utf8)
    for number in [size, 0, sequence, new.count, count] { head.append32(number) }
    let body = rows + pages + [UInt8](repeating: 0, count: size - 40 - rows.count - pages.count)
    return sealed(head, body)
  }

  /// Both hashes written over what is there, after a test changed something.
  package static func sealed(_ head: [UInt8], _ body: [UInt8]) -> [UInt8] {
    let start = Array(head.prefix(24)) + marvin(body)
    return start + marvin(start) + body
  }

  /// Marvin with the seed of the configuration manager, over words of four bytes after the padding 80 00 00 00.
  private static func marvin(_ bytes: [UInt8]) -> [UInt8] {
    var words = bytes + [0x80]
    words.pad(to: 4)
    var state: (UInt32, UInt32) = (0x7A4E_55C5, 0x82EF_4D88)
    func turned(_ value: UInt32, _ count: UInt32) -> UInt32 { value << count | value >> (32 - count) }
    func round(_ word: UInt32) {
      state.0 = state.0 &+ word
      state.1 ^= state.0
      state.0 = turned(state.0, 20) &+ state.1
      state.1 = turned(state.1, 9) ^ state.0
      state.0 = turned(state.0, 27) &+ state.1
      state.1 = turned(state.1, 19)
    }
    for place in stride(from: 0, to: words.count, by: 4) { round(UInt32(words.get32(place))) }
    round(0)
    var hash: [UInt8] = []
    hash.append32(Int(state.0))
    hash.append32(Int(state.1))
    return hash
  }
}
