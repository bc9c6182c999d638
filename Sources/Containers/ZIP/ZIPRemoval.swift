package import AssayBytes

/// What formats that sign an archive from within digest: the archive as it was before the signature's entry was added.
extension ZIPArchive {
  /// Records of all entries but one, in the order of the file, as ranges to be read one after the other.
  package func records(without removed: ZIPEntry) -> [Range<Int>] {
    let start = removed.record
    return [0..<start.lowerBound, start.upperBound..<end.directory.lowerBound].filter { !$0.isEmpty }
  }

  /// Central directory and end records as they were without the entry: counts, sizes and places put right.
  ///
  /// `zeroingDisks`: the packaging tools of Windows write ones into the disk numbers and digest zeros.
  package func directory(
    without removed: ZIPEntry, zeroingDisks: Bool, from source: any ByteSource, _ budget: inout Budget
  ) throws(ParseError) -> [UInt8] {
    let tail = end.directory.lowerBound..<end.record.upperBound
    try budget.spend(bytes: tail.count)
    let octets = try source.bytes(tail)
    let base = tail.lowerBound
    let gone = removed.record.count
    let size = end.directory.count - removed.directoryRecord.count
    let start = end.directory.lowerBound - gone
    var made: [UInt8] = []
    made.reserveCapacity(octets.count)
    for entry in entries where entry.directoryRecord != removed.directoryRecord {
      let place = entry.directoryRecord
      var header = Array(octets[(place.lowerBound - base)..<(place.upperBound - base)])
      let moves = entry.record.lowerBound > removed.record.lowerBound
      if moves, header.count >= 46 { ZIPArchive.put(UInt64(entry.record.lowerBound - gone), 4, at: 42, in: &header) }
      made += header
    }
    if let record = end.record64, let locator = end.locator64 {
      var wide = Array(octets[(record.lowerBound - base)..<(record.upperBound - base)])
      ZIPArchive.put(UInt64(end.entryCount - 1), 8, at: 24, in: &wide)
      ZIPArchive.put(UInt64(end.entryCount - 1), 8, at: 32, in: &wide)
      ZIPArchive.put(UInt64(size), 8, at: 40, in: &wide)
      ZIPArchive.put(UInt64(start), 8, at: 48, in: &wide)
      var place = Array(octets[(locator.lowerBound - base)..<(locator.upperBound - base)])
      ZIPArchive.put(UInt64(start + size), 8, at: 8, in: &place)
      made += wide + place
    }
    var last = Array(octets[(end.record.lowerBound - base)...])
    if zeroingDisks { ZIPArchive.put(0, 4, at: 4, in: &last) }
    ZIPArchive.put(UInt64(end.entryCount - 1), 2, at: 8, in: &last)
    ZIPArchive.put(UInt64(end.entryCount - 1), 2, at: 10, in: &last)
    ZIPArchive.put(UInt64(size), 4, at: 12, in: &last)
    ZIPArchive.put(UInt64(start), 4, at: 16, in: &last)
    return made + last
  }

  /// Little-endian, except where the field is all ones: then a ZIP64 field has the number.
  private static func put(_ number: UInt64, _ count: Int, at place: Int, in octets: inout [UInt8]) {
    guard place + count <= octets.count else { return }
    let isElsewhere = count != 8 && !(place == 4) && octets[place..<(place + count)].allSatisfy { $0 == 0xFF }
    if isElsewhere { return }
    for index in 0..<count { octets[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index)) }
  }
}
