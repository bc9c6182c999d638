import AssayBytes

/// An allocation table of a compound file and which of its sectors are taken: FAT (MS-CFB 2.3) or mini FAT (2.4).
///
/// Every sector can be taken once only. That ends every cycle, refuses streams that share sectors, and bounds the work for all
/// chains together by the number of sectors.
struct SectorChains: Sendable {
  /// `fat` or `mini-fat`: the middle of the codes.
  let family: String
  let shift: Int
  /// How many sectors begin inside what holds them.
  let sectorCount: Int
  /// The number of the next sector, by number; shorter than `sectorCount` where the table does not cover all.
  var next: [UInt32] = []
  private var taken: [UInt64]

  init(family: String, shift: Int, sectorCount: Int) {
    self.family = family
    self.shift = shift
    self.sectorCount = sectorCount
    taken = [UInt64](repeating: 0, count: sectorCount / 64 + 1)
  }

  func isTaken(_ sector: Int) -> Bool { sector < sectorCount && taken[sector / 64] >> UInt64(sector % 64) & 1 == 1 }

  /// Marks a sector as used by `owner`; throws where it lies outside or another has it.
  mutating func take(_ number: UInt32, for owner: @autoclosure () -> String) throws(ParseError) -> Int {
    guard number <= SectorNumber.largest, Int(number) < sectorCount else {
      throw ParseError("cfb.\(family).outside", "\(owner()) leads to sector \(number), there are \(sectorCount)")
    }
    let sector = Int(number)
    let mask: UInt64 = 1 << UInt64(sector % 64)
    guard taken[sector / 64] & mask == 0 else {
      throw ParseError(
        "cfb.\(family).shared", "\(owner()) leads to sector \(sector), which is already in use: a cycle, or two owners")
    }
    taken[sector / 64] |= mask
    return sector
  }

  /// The sectors of a chain as runs of neighbours, in the chain's order. `count` nil: up to the chain's end. A chain that ends too
  /// early throws; `isLonger` says that it goes on after `count`.
  mutating func follow(
    from start: UInt32, count: Int?, for owner: String, _ budget: inout Budget
  ) throws(ParseError) -> (runs: [Range<Int>], isLonger: Bool) {
    var runs: [Range<Int>] = []
    var number = start
    var steps = 0
    while number != SectorNumber.endOfChain {
      if let count, steps == count { return (runs, true) }
      let sector = try take(number, for: owner)
      if let last = runs.last, last.upperBound == sector {
        runs[runs.count - 1] = last.lowerBound..<(sector + 1)
      } else {
        try budget.spend(nodes: 1)
        runs.append(sector..<(sector + 1))
      }
      steps += 1
      guard sector < next.count else {
        throw ParseError("cfb.\(family).outside", "\(owner) leads to sector \(sector), which the table does not cover")
      }
      number = next[sector]
    }
    if let count, steps < count {
      throw ParseError("cfb.\(family).short", "\(owner) has \(steps) sectors, its size needs \(count)")
    }
    return (runs, false)
  }
}
