/// A registry hive to be, written cell by cell after the published structure of regf.
package struct HiveSpec: Sendable {
  package var root: KeySpec
  /// In the base block, its last 31 characters.
  package var fileName = "\\SystemRoot\\System32\\Config\\MADE"
  package var minorVersion = 5
  package var primarySequence = 7
  package var secondarySequence = 7

  package init(_ paths: [(path: String, values: [ValueSpec])] = []) {
    root = KeySpec("ROOT")
    for item in paths { root.set(item.path, item.values) }
  }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  /// The whole file.
  package func encoded() -> [UInt8] {
    var cells = CellWriter(minorVersion: minorVersion)
    let top = cells.write(root, parent: 0xFFFF_FFFF, isRoot: true)
    let bins = cells.finish()
    return baseBlock(rootOffset: top, binsByteCount: bins.count, type: 0) + bins
  }

  /// 4,096 bytes; its checksum is over the first 508.
  func baseBlock(rootOffset: Int, binsByteCount: Int, type: Int) -> [UInt8] {
    var block: [UInt8] = Array("regf".utf8)
    block.append32(primarySequence)
    block.append32(secondarySequence)
    block.append64(root.lastWritten)
    block.append32(1)
    block.append32(minorVersion)
    block.append32(type)
    block.append32(1)
    block.append32(rootOffset)
    block.append32(binsByteCount)
    block.append32(1)
    block += ValueSpec.utf16(String(fileName.suffix(31)))
    block += [UInt8](repeating: 0, count: 4_096 - block.count)
    HiveSpec.sealBaseBlock(&block)
    return block
  }

  /// Writes the checksum anew, after a test changed something.
  package static func sealBaseBlock(_ file: inout [UInt8]) {
    var sum = 0
    for place in stride(from: 0, to: 508, by: 4) { sum ^= file.get32(place) }
    file.put32(sum == 0 ? 1 : sum == 0xFFFF_FFFF ? 0xFFFF_FFFE : sum, at: 508)
  }
}

/// Lays cells into bins of 4,096 bytes, or of more where one cell needs it.
struct CellWriter {
  let minorVersion: Int
  private var bins: [UInt8] = []
  private var binStart = 0
  private var binEnd = 0

  init(minorVersion: Int) { self.minorVersion = minorVersion }

  /// Offset of a new cell of this content.
  mutating func add(_ content: [UInt8]) -> Int {
    let size = (content.count + 4 + 7) / 8 * 8
    if bins.count + size > binEnd {
      closeBin()
      let binSize = (size + 32 + 4_095) / 4_096 * 4_096
      binStart = bins.count
      binEnd = binStart + binSize
      bins += Array("hbin".utf8)
      bins.append32(binStart)
      bins.append32(binSize)
      bins += [UInt8](repeating: 0, count: 20)
    }
    let offset = bins.count
    bins.append32(-size)
    bins += content + [UInt8](repeating: 0, count: size - 4 - content.count)
    return offset
  }

  /// What is left of a bin is one free cell.
  private mutating func closeBin() {
    guard bins.count < binEnd else { return }
    let rest = binEnd - bins.count
    bins.append32(rest)
    bins += [UInt8](repeating: 0, count: rest - 4)
  }

  mutating func finish() -> [UInt8] {
    closeBin()
    return bins
  }

  private mutating func put(_ number: Int, at offset: Int) { bins.put32(number, at: offset) }

  /// Key first, so that its children can name it; then its lists, whose places are filled in.
  mutating func write(_ key: KeySpec, parent: Int, isRoot: Bool = false) -> Int {
    let isNarrow = key.name.utf16.allSatisfy { $0 < 0x100 }
    let name = isNarrow ? key.name.utf16.map { UInt8($0) } : ValueSpec.utf16(key.name)
    var cell: [UInt8] = Array("nk".utf8)
    cell.append16((isNarrow ? 0x20 : 0) | (isRoot ? 0x0C : 0))
    cell.append64(key.lastWritten)
    cell.append32(0)
    cell.append32(parent)
    cell.append32(key.subkeys.count)
    cell.append32(0)
    cell.append32(0xFFFF_FFFF)
    cell.append32(0xFFFF_FFFF)
    cell.append32(key.values.count)
    for _ in 0..<3 { cell.append32(0xFFFF_FFFF) }
    cell += [UInt8](repeating: 0, count: 20)
    cell.append16(name.count)
    cell.append16(key.className.utf16.count * 2)
    let offset = add(cell + name)
    if !key.className.isEmpty { put(add(ValueSpec.utf16(key.className)), at: offset + 4 + 0x30) }
    if !key.values.isEmpty {
      var list: [UInt8] = []
      for value in key.values { list.append32(write(value)) }
      put(add(list), at: offset + 4 + 0x28)
    }
    if !key.subkeys.isEmpty {
      // Windows searches its lists by halves: names stand in order.
      let children = key.subkeys.sorted { $0.name.uppercased().utf16.lexicographicallyPrecedes($1.name.uppercased().utf16) }
      let places = children.map { (name: $0.name, offset: write($0, parent: offset)) }
      put(list(places, key.list), at: offset + 4 + 0x1C)
    }
    return offset
  }

  private mutating func list(_ places: [(name: String, offset: Int)], _ kind: KeySpec.List) -> Int {
    var cell: [UInt8] = []
    switch kind {
    case .root(let limit):
      var lists: [Int] = []
      for start in stride(from: 0, to: places.count, by: limit) {
        lists.append(list(Array(places[start..<min(start + limit, places.count)]), .hash))
      }
      cell += Array("ri".utf8)
      cell.append16(lists.count)
      for place in lists { cell.append32(place) }
    case .plain:
      cell += Array("li".utf8)
      cell.append16(places.count)
      for place in places { cell.append32(place.offset) }
    case .fast:
      cell += Array("lf".utf8)
      cell.append16(places.count)
      for place in places {
        cell.append32(place.offset)
        let hint = Array(place.name.utf8.prefix(4))
        cell += hint + [UInt8](repeating: 0, count: 4 - hint.count)
      }
    case .hash:
      cell += Array("lh".utf8)
      cell.append16(places.count)
      for place in places {
        cell.append32(place.offset)
        cell.append32(place.name.uppercased().utf16.reduce(0) { ($0 * 37 + Int($1)) & 0xFFFF_FFFF })
      }
    }
    return add(cell)
  }

  private mutating func write(_ value: ValueSpec) -> Int {
    let isNarrow = value.name.utf16.allSatisfy { $0 < 0x100 }
    let name = isNarrow ? value.name.utf16.map { UInt8($0) } : ValueSpec.utf16(value.name)
    var cell: [UInt8] = Array("vk".utf8)
    cell.append16(name.count)
    if value.data.count <= 4 {
      cell.append32(value.data.count | 1 << 31)
      cell += value.data + [UInt8](repeating: 0, count: 4 - value.data.count)
    } else {
      cell.append32(value.data.count)
      cell.append32(data(value.data))
    }
    cell.append32(value.type)
    cell.append16(isNarrow ? 1 : 0)
    cell.append16(0)
    return add(cell + name)
  }

  /// Above 16,344 bytes a list of segments, since version 1.4.
  private mutating func data(_ bytes: [UInt8]) -> Int {
    guard bytes.count > 16_344, minorVersion > 3 else { return add(bytes) }
    var list: [UInt8] = []
    var count = 0
    for start in stride(from: 0, to: bytes.count, by: 16_344) {
      // Windows leaves four bytes behind each segment.
      list.append32(add(Array(bytes[start..<min(start + 16_344, bytes.count)]) + [0, 0, 0, 0]))
      count += 1
    }
    var head: [UInt8] = Array("db".utf8)
    head.append16(count)
    head.append32(add(list))
    return add(head + [0, 0, 0, 0])
  }
}
