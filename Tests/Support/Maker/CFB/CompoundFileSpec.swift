/// A compound file (MS-CFB) to be, laid out as: header, FAT, directory, mini FAT, mini stream, large streams.
package struct CompoundFileSpec: Sendable {
  package struct Node: Sendable {
    package enum Content: Sendable {
      case stream([UInt8])
      case storage([Node])
    }
    package var name: [UInt16]
    package var content: Content
    package var classID = [UInt8](repeating: 0, count: 16)
    package var stateBits = 0
    /// Creation and modification time.
    package var times = [UInt8](repeating: 0, count: 16)

    package init(_ name: String, _ content: Content) {
      self.name = Array(name.utf16)
      self.content = content
    }
    package static func stream(_ name: String, _ octets: [UInt8]) -> Node { Node(name, .stream(octets)) }
    package static func storage(_ name: String, _ children: [Node]) -> Node { Node(name, .storage(children)) }
  }

  /// 3: sectors of 512; 4: of 4,096.
  package var majorVersion = 3
  package var classID = [UInt8](repeating: 0, count: 16)
  package var children: [Node]
  /// Siblings keep the order given in place of the format's.
  package var keepsOrder = false

  package init(_ children: [Node]) { self.children = children }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  package func build() -> [UInt8] {
    var layout = CompoundFileLayout(sectorSize: majorVersion == 3 ? 512 : 4096, keepsOrder: keepsOrder)
    layout.add(root: children, classID)
    return layout.file(majorVersion)
  }
}

/// Where everything of one compound file goes.
private struct CompoundFileLayout {
  struct Entry {
    var name: [UInt16]
    var type: Int
    var classID: [UInt8]
    var stateBits: Int
    var times: [UInt8]
    var left = 0xFFFF_FFFF
    var right = 0xFFFF_FFFF
    var child = 0xFFFF_FFFF
    var content: [UInt8] = []
  }
  let sectorSize: Int
  let keepsOrder: Bool
  var entries: [Entry] = []

  init(sectorSize: Int, keepsOrder: Bool) {
    self.sectorSize = sectorSize
    self.keepsOrder = keepsOrder
  }

  mutating func add(root children: [CompoundFileSpec.Node], _ classID: [UInt8]) {
    let zero = [UInt8](repeating: 0, count: 16)
    entries.append(Entry(name: Array("Root Entry".utf16), type: 5, classID: classID, stateBits: 0, times: zero))
    entries[0].child = add(children)
  }

  /// Adds siblings with all below them; the number of the one at the top of their tree.
  private mutating func add(_ nodes: [CompoundFileSpec.Node]) -> Int {
    let sorted = keepsOrder ? nodes : nodes.sorted(by: precedes)
    var numbers: [Int] = []
    for node in sorted {
      numbers.append(entries.count)
      var entry = Entry(name: node.name, type: 2, classID: node.classID, stateBits: node.stateBits, times: node.times)
      if case .stream(let octets) = node.content { entry.content = octets } else { entry.type = 1 }
      entries.append(entry)
      if case .storage(let inner) = node.content {
        let top = add(inner)
        entries[numbers[numbers.count - 1]].child = top
      }
    }
    return tree(numbers[...])
  }

  /// Shorter names first, then by units in upper case.
  private func precedes(_ first: CompoundFileSpec.Node, _ second: CompoundFileSpec.Node) -> Bool {
    if first.name.count != second.name.count { return first.name.count < second.name.count }
    func upper(_ name: [UInt16]) -> [UInt16] { name.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 } }
    return upper(first.name).lexicographicallyPrecedes(upper(second.name))
  }

  /// A balanced tree of entries in order.
  private mutating func tree(_ numbers: ArraySlice<Int>) -> Int {
    guard !numbers.isEmpty else { return 0xFFFF_FFFF }
    let middle = numbers.startIndex + numbers.count / 2
    let top = numbers[middle]
    entries[top].left = tree(numbers[..<middle])
    entries[top].right = tree(numbers[(middle + 1)...])
    return top
  }

  func file(_ majorVersion: Int) -> [UInt8] {
    let end = 0xFFFF_FFFE
    var miniFAT: [Int] = []
    var mini: [UInt8] = []
    var starts = [Int](repeating: end, count: entries.count)
    for (number, entry) in entries.enumerated() where entry.type == 2 && !entry.content.isEmpty && entry.content.count < 4096 {
      let first = miniFAT.count
      let count = (entry.content.count + 63) / 64
      miniFAT += (1...count).map { $0 == count ? end : first + $0 }
      starts[number] = first
      mini += entry.content
      mini.pad(to: 64)
    }
    // Sectors after the FAT, whose own size depends on them.
    let perSector = sectorSize / 4
    let directory = sectors(entries.count * 128)
    let miniTable = sectors(miniFAT.count * 4)
    let large = entries.map { $0.type == 2 && $0.content.count >= 4096 ? sectors($0.content.count) : 0 }
    let others = directory + miniTable + sectors(mini.count) + large.reduce(0, +)
    var tables = 1
    while tables * perSector < tables + others { tables += 1 }
    precondition(tables <= 109, "maker: too large for the header's list")

    var fat = [Int](repeating: 0xFFFF_FFFD, count: tables)
    func chain(_ count: Int) -> Int {
      guard count > 0 else { return end }
      let first = fat.count
      fat += (1...count).map { $0 == count ? end : first + $0 }
      return first
    }
    let directoryStart = chain(directory)
    let miniFATStart = chain(miniTable)
    let miniStart = chain(sectors(mini.count))
    for number in entries.indices where large[number] > 0 { starts[number] = chain(large[number]) }
    while fat.count < tables * perSector { fat.append(0xFFFF_FFFF) }
    starts[0] = miniStart

    var file = header(majorVersion, tables, directoryStart, directory, miniFATStart, miniTable)
    for value in fat { file.append32(value) }
    for (number, entry) in entries.enumerated() {
      file += octets(entry, start: starts[number], size: number == 0 ? mini.count : entry.content.count)
    }
    while file.count % sectorSize != 0 { file += octets(nil, start: 0, size: 0) }
    for value in miniFAT { file.append32(value) }
    while file.count % sectorSize != 0 { file.append32(0xFFFF_FFFF) }
    file += mini
    file.pad(to: sectorSize)
    for number in entries.indices where large[number] > 0 {
      file += entries[number].content
      file.pad(to: sectorSize)
    }
    return file
  }

  private func sectors(_ count: Int) -> Int { (count + sectorSize - 1) / sectorSize }

  private func header(
    _ majorVersion: Int, _ tables: Int, _ directory: Int, _ directoryCount: Int, _ miniFAT: Int, _ miniCount: Int
  ) -> [UInt8] {
    var header: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 16)
    header.append16(0x3E)
    header.append16(majorVersion)
    header.append16(0xFFFE)
    header.append16(majorVersion == 3 ? 9 : 12)
    header.append16(6)
    header += [UInt8](repeating: 0, count: 6)
    for value in [majorVersion == 3 ? 0 : directoryCount, tables, directory, 0, 4096, miniFAT, miniCount, 0xFFFF_FFFE, 0] {
      header.append32(value)
    }
    for place in 0..<109 { header.append32(place < tables ? place : 0xFFFF_FFFF) }
    header.pad(to: sectorSize)
    return header
  }

  private func octets(_ entry: Entry?, start: Int, size: Int) -> [UInt8] {
    var row: [UInt8] = []
    for unit in entry?.name ?? [] { row.append16(Int(unit)) }
    while row.count < 64 { row.append(0) }
    row.append16(entry.map { ($0.name.count + 1) * 2 } ?? 0)
    row += [UInt8(entry?.type ?? 0), 1]
    for value in [entry?.left ?? 0xFFFF_FFFF, entry?.right ?? 0xFFFF_FFFF, entry?.child ?? 0xFFFF_FFFF] { row.append32(value) }
    row += entry?.classID ?? [UInt8](repeating: 0, count: 16)
    row.append32(entry?.stateBits ?? 0)
    row += entry?.times ?? [UInt8](repeating: 0, count: 16)
    row.append32(entry?.type == 1 ? 0 : start)
    row.append64(size)
    return row
  }
}
