import AssayBytes

/// Reads a compound file's tables in the order in which each needs the one before: FAT, directory, tree, mini FAT, streams.
struct CompoundFileReader {
  let source: any ByteSource
  let header: CompoundFileHeader
  private var sectors: SectorChains
  private(set) var entries: [CompoundFileEntry?] = []
  private(set) var irregularities: [ParseError] = []

  private var sectorSize: Int { 1 << header.sectorShift }

  init(_ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    self.source = source
    header = try CompoundFileHeader(source, &budget)
    // The header takes the place of one sector, also in version 4.
    let size = 1 << header.sectorShift
    let count = max(0, source.byteCount - 1) / size
    sectors = SectorChains(family: "fat", shift: header.sectorShift, sectorCount: count)
  }

  private mutating func note(_ problem: String, _ words: String, _ offset: Int? = nil) {
    if irregularities.count < 16 { irregularities.append(ParseError("cfb.\(problem)", words, offset: offset)) }
  }

  private func place(_ sector: Int) -> Int { (sector + 1) << header.sectorShift }

  private func words(_ sector: Int, _ budget: inout Budget) throws(ParseError) -> [UInt32] {
    let offset = place(sector)
    guard sectorSize <= source.byteCount, offset <= source.byteCount - sectorSize else {
      throw ParseError("cfb.fat.outside", "a table's sector \(sector) is not whole inside the file", offset: offset)
    }
    try budget.spend(bytes: sectorSize)
    return CompoundFileReader.words(try source.bytes(offset..<(offset + sectorSize)))
  }

  private static func words(_ bytes: [UInt8]) -> [UInt32] {
    bytes.withUnsafeBytes { buffer in
      stride(from: 0, to: buffer.count - 3, by: 4).map {
        UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: $0, as: UInt32.self))
      }
    }
  }

  // MARK: FAT

  /// The DIFAT names the FAT's sectors (MS-CFB 2.5); only as many are read as the file can need.
  mutating func readTables(_ budget: inout Budget) throws(ParseError) {
    let perSector = sectorSize / 4
    let needed = (sectors.sectorCount + perSector - 1) / perSector
    let wanted = min(header.fatSectorCount, needed)
    var places: [UInt32] = Array(header.difat.prefix(wanted))
    var next = header.difatStart
    while next <= SectorNumber.largest {
      let sector = try sectors.take(next, for: "the DIFAT")
      let row = try words(sector, &budget)
      guard let last = row.last else { break }
      places += row.dropLast().prefix(wanted - places.count)
      next = last
    }
    guard places.count == wanted else {
      throw ParseError(
        "cfb.fat.short", "the DIFAT names \(places.count) sectors of the FAT, the header says \(header.fatSectorCount)")
    }
    sectors.next.reserveCapacity(wanted * perSector)
    for number in places {
      let sector = try sectors.take(number, for: "the FAT")
      sectors.next += try words(sector, &budget)
    }
    // A FAT larger than the file needs is kept apart from the streams all the same.
    if header.fatSectorCount > wanted { note("fat.long", "the FAT has \(header.fatSectorCount) sectors, the file needs \(wanted)") }
  }

  /// File ranges of the sectors' runs, cut after `byteCount` bytes.
  private func ranges(_ runs: [Range<Int>], byteCount: Int?, _ owner: String) throws(ParseError) -> [Range<Int>] {
    var left = byteCount ?? Int.max
    var found: [Range<Int>] = []
    found.reserveCapacity(runs.count)
    for run in runs where left > 0 {
      let start = place(run.lowerBound)
      let count = min(run.count << header.sectorShift, left)
      guard start + count <= source.byteCount else {
        throw ParseError("cfb.fat.outside", "\(owner) goes past the end at \(source.byteCount)", offset: start)
      }
      found.append(start..<(start + count))
      left -= count
    }
    return found
  }

  // MARK: directory

  /// All entries; the root.
  mutating func readDirectory(_ budget: inout Budget) throws(ParseError) -> CompoundFileEntry {
    let (runs, _) = try sectors.follow(from: header.directoryStart, count: nil, for: "the directory", &budget)
    for range in try ranges(runs, byteCount: nil, "the directory") {
      guard range.count / 128 <= CompoundFile.maximumEntries - entries.count else {
        throw ParseError(
          "limit.cfb-entries", "the directory has more than \(CompoundFile.maximumEntries) entries", offset: range.lowerBound)
      }
      try budget.spend(bytes: range.count)
      try budget.spend(nodes: range.count / 128)
      let bytes = try source.bytes(range)
      for start in stride(from: 0, to: bytes.count - 127, by: 128) {
        entries.append(
          try CompoundFileEntry(bytes[start..<(start + 128)], at: range.lowerBound + start, majorVersion: header.majorVersion))
      }
    }
    guard let first = entries.first, let root = first, root.kind == .root else {
      throw ParseError("cfb.directory.root", "the first directory entry is not the root storage")
    }
    if let second = entries.dropFirst().first(where: { $0?.kind == .root }), let second {
      throw ParseError("cfb.directory.root", "the directory has a second root storage", offset: second.offset)
    }
    return root
  }

  /// Entries of every storage in the order of their tree (MS-CFB 2.6.4). Each entry can be reached once.
  mutating func readTree(_ budget: inout Budget) throws(ParseError) -> [[Int]] {
    var children = [[Int]](repeating: [], count: entries.count)
    var isReached = [Bool](repeating: false, count: entries.count)
    isReached[0] = true
    var storages: [(number: Int, depth: Int)] = [(0, 1)]
    while let (storage, depth) = storages.popLast() {
      guard let entry = entries[storage] else { continue }
      try budget.check(depth: depth)
      let found = try siblings(from: entry.child, &isReached)
      children[storage] = found
      checkOrder(found)
      for number in found where entries[number]?.kind == .storage { storages.append((number, depth + 1)) }
    }
    let lost = entries.indices.count { entries[$0] != nil && !isReached[$0] }
    if lost > 0 { note("directory.orphans", "\(lost) directory entries in use belong to no storage") }
    return children
  }

  /// In order, without recursion: the tree may be as deep as it has entries.
  private func siblings(from start: UInt32, _ isReached: inout [Bool]) throws(ParseError) -> [Int] {
    var found: [Int] = []
    var path: [Int] = []
    var next = start
    while true {
      while next <= SectorNumber.largest {
        let number = Int(next)
        guard number < entries.count, let entry = entries[number] else {
          throw ParseError("cfb.directory.missing", "the directory's tree leads to entry \(next), which is not in use")
        }
        guard !isReached[number] else {
          throw ParseError(
            "cfb.directory.cycle", "entry \(entry.displayName) is reached twice in the directory's tree", offset: entry.offset)
        }
        isReached[number] = true
        path.append(number)
        next = entry.left
      }
      guard let number = path.popLast() else { return found }
      found.append(number)
      next = entries[number]?.right ?? SectorNumber.free
    }
  }

  /// Out of order, a name may be found by one reader and not by another; twice, they may find different streams.
  private mutating func checkOrder(_ numbers: [Int]) {
    for (first, second) in zip(numbers, numbers.dropFirst()) {
      guard let one = entries[first], let other = entries[second] else { continue }
      guard CompoundFileEntry.precedes(one, other) == false else { continue }
      let isSame = CompoundFileEntry.precedes(other, one) == false
      note(
        isSame ? "directory.duplicate" : "directory.order",
        isSame
          ? "two entries of one storage are named \(other.displayName)"
          : "entry \(other.displayName) stands after \(one.displayName): looking it up by name may not find it", other.offset)
    }
  }

  // MARK: streams

  /// File ranges of each stream. Streams below 4,096 bytes lie in the mini stream, which the root's entry describes.
  mutating func readStreams(
    _ root: CompoundFileEntry, _ children: [[Int]], _ budget: inout Budget
  ) throws(ParseError) -> [[Range<Int>]] {
    guard root.byteCount <= CompoundFile.maximumMiniBytes else {
      throw ParseError(
        "limit.cfb-mini-stream",
        "small streams take \(root.byteCount) bytes; more than \(CompoundFile.maximumMiniBytes) are not read",
        offset: root.offset)
    }
    let mini = try chain(root.start, root.byteCount, "the mini stream", &budget)
    var miniSectors = SectorChains(family: "mini-fat", shift: 6, sectorCount: (root.byteCount + 63) / 64)
    if header.miniFATStart <= SectorNumber.largest {
      let (runs, _) = try sectors.follow(from: header.miniFATStart, count: nil, for: "the mini FAT", &budget)
      for range in try ranges(runs, byteCount: nil, "the mini FAT") where miniSectors.next.count < miniSectors.sectorCount {
        try budget.spend(bytes: range.count)
        miniSectors.next += CompoundFileReader.words(try source.bytes(range))
      }
    }
    let map = MiniStreamMap(mini)
    var found = [[Range<Int>]](repeating: [], count: entries.count)
    for number in children.joined() {
      guard let entry = entries[number], entry.kind == .stream, entry.byteCount > 0 else { continue }
      let owner = "stream \(entry.displayName)"
      do throws(ParseError) {
        if entry.byteCount >= CompoundFileHeader.miniStreamCutoff {
          found[number] = try chain(entry.start, entry.byteCount, owner, &budget)
        } else {
          let (runs, isLonger) = try miniSectors.follow(
            from: entry.start, count: (entry.byteCount + 63) / 64, for: owner, &budget)
          if isLonger { note("mini-fat.long", "\(owner) has more sectors than its \(entry.byteCount) bytes need", entry.offset) }
          found[number] = try map.ranges(runs, byteCount: entry.byteCount, owner, &budget)
        }
      } catch {
        throw error.offset == nil ? ParseError(error.code, error.message, offset: entry.offset) : error
      }
    }
    return found
  }

  private mutating func chain(
    _ start: UInt32, _ byteCount: Int, _ owner: String, _ budget: inout Budget
  ) throws(ParseError) -> [Range<Int>] {
    guard byteCount > 0 else { return [] }
    guard byteCount <= source.byteCount else {
      throw ParseError("cfb.fat.outside", "\(owner) has \(byteCount) bytes, the file only \(source.byteCount)")
    }
    let count = (byteCount - 1) >> header.sectorShift + 1
    let (runs, isLonger) = try sectors.follow(from: start, count: count, for: owner, &budget)
    if isLonger { note("fat.long", "\(owner) has more sectors than its \(byteCount) bytes need") }
    return try ranges(runs, byteCount: byteCount, owner)
  }

  /// What the FAT says of the file's sectors, against what was reached.
  var usage: (end: Int, orphans: Int, free: Int) {
    var last = -1
    var orphans = 0
    var free = 0
    for sector in 0..<sectors.sectorCount {
      let value = sector < sectors.next.count ? sectors.next[sector] : SectorNumber.free
      if value == SectorNumber.free && !sectors.isTaken(sector) {
        free += 1
        continue
      }
      last = sector
      if !sectors.isTaken(sector) { orphans += 1 }
    }
    return (min(place(last + 1), source.byteCount), orphans, free)
  }
}

/// Where the mini stream's bytes are in the file.
private struct MiniStreamMap {
  private let ranges: [Range<Int>]
  /// Offset in the mini stream at which each range begins.
  private let starts: [Int]
  private let byteCount: Int

  init(_ ranges: [Range<Int>]) {
    self.ranges = ranges
    var sum = 0
    var starts: [Int] = []
    for range in ranges {
      starts.append(sum)
      sum += range.count
    }
    self.starts = starts
    byteCount = sum
  }

  /// File ranges of runs of mini sectors, cut after `wanted` bytes.
  func ranges(
    _ runs: [Range<Int>], byteCount wanted: Int, _ owner: String, _ budget: inout Budget
  ) throws(ParseError) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var left = wanted
    for run in runs where left > 0 {
      var place = run.lowerBound * 64
      let end = place + min(run.count * 64, left)
      guard end <= byteCount else {
        throw ParseError("cfb.mini-fat.outside", "\(owner) goes past the mini stream's \(byteCount) bytes")
      }
      left -= end - place
      while place < end {
        try budget.spend(nodes: 1)
        let index = holder(of: place)
        let range = ranges[index]
        let from = range.lowerBound + (place - starts[index])
        let to = min(range.upperBound, from + (end - place))
        found.append(from..<to)
        place += to - from
      }
    }
    return found
  }

  /// The last range that begins at or before a place inside the mini stream.
  private func holder(of place: Int) -> Int {
    var low = 0
    var high = starts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= place { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
