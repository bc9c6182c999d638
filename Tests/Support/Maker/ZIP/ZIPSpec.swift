/// A ZIP archive to be, good or broken. Deflated entries are made of stored blocks (RFC 1951 3.2.4).
package struct ZIPSpec: Sendable {
  package struct Entry: Sendable {
    package var name: [UInt8]
    package var octets: [UInt8]
    package var isDeflated = false
    /// Sizes and checksum after the data, 64-bit sizes as Windows' packaging tools write them.
    package var hasDescriptor = false
    package var flags = 0
    package var method: Int?
    /// Name in the local header, where it shall differ.
    package var localName: [UInt8]?
    /// CRC-32 in place of the right one.
    package var checksum: UInt32?
    /// Size that the headers state in place of the right one.
    package var byteCount: Int?
    /// Compressed octets in place of the right ones.
    package var compressed: [UInt8]?
    /// Octets that belong to no entry, before this one.
    package var gap: [UInt8] = []
    /// Added to the place of the local header in the central directory.
    package var offsetDelta = 0

    package init(_ name: String, _ octets: [UInt8]) {
      self.name = Array(name.utf8)
      self.octets = octets
    }

    package func with(_ change: (inout Self) -> Void) -> Self {
      var copy = self
      change(&copy)
      return copy
    }

    var data: [UInt8] { compressed ?? (isDeflated ? Self.storedBlocks(octets) : octets) }

    private static func storedBlocks(_ octets: [UInt8]) -> [UInt8] {
      var made: [UInt8] = []
      var place = 0
      repeat {
        let count = min(0xFFFF, octets.count - place)
        made.append(place + count == octets.count ? 1 : 0)
        made.append16(count)
        made.append16(~count & 0xFFFF)
        made += octets[place..<(place + count)]
        place += count
      } while place < octets.count
      return made
    }
  }

  package var entries: [Entry]
  package var comment: [UInt8] = []
  /// ZIP64 end record and locator, and all ones in the end record.
  package var isWide = false
  package var trailing: [UInt8] = []
  /// Added to the number of entries in the end record.
  package var countDelta = 0

  package init(_ entries: [Entry]) { self.entries = entries }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  package static func checksum(_ octets: [UInt8]) -> UInt32 { CRC.value(octets) }

  package func build() -> [UInt8] {
    let (records, directory) = layout()
    return records + directory + trailing
  }

  /// Records of the entries, and all that follows them.
  package func layout() -> (records: [UInt8], directory: [UInt8]) {
    var records: [UInt8] = []
    var headers: [UInt8] = []
    for entry in entries {
      records += entry.gap
      let place = records.count
      records += Self.local(entry)
      headers += Self.central(entry, at: place + entry.offsetDelta)
    }
    let count = entries.count + countDelta
    var end = headers
    if isWide {
      end.append32(0x0606_4B50)
      end.append64(44)
      end.append16(45)
      end.append16(45)
      end.append64(0)
      for number in [count, count, headers.count, records.count] { end.append64(number) }
      end.append32(0x0706_4B50)
      end.append32(0)
      end.append64(records.count + headers.count)
      end.append32(1)
    }
    end.append32(0x0605_4B50)
    end.append32(0)
    for _ in 0..<2 { end.append16(isWide ? 0xFFFF : count) }
    for number in [headers.count, records.count] { end.append32(isWide ? 0xFFFF_FFFF : number) }
    end.append16(comment.count)
    return (records, end + comment)
  }

  private static func numbers(_ entry: Entry) -> (flags: Int, method: Int, checksum: UInt32, compressed: Int, size: Int) {
    (
      entry.flags | (entry.hasDescriptor ? 8 : 0), entry.method ?? (entry.isDeflated ? 8 : 0),
      entry.checksum ?? CRC.value(entry.octets),
      entry.data.count, entry.byteCount ?? entry.octets.count
    )
  }

  private static func local(_ entry: Entry) -> [UInt8] {
    let (flags, method, checksum, compressed, size) = numbers(entry)
    let name = entry.localName ?? entry.name
    var made: [UInt8] = []
    made.append32(0x0403_4B50)
    made.append16(entry.hasDescriptor ? 45 : 20)
    made.append16(flags)
    made.append16(method)
    made.append32(0x5A21_0000)
    for number in [Int(checksum), compressed, size] { made.append32(entry.hasDescriptor ? 0 : number) }
    made.append16(name.count)
    made.append16(0)
    made += name + entry.data
    guard entry.hasDescriptor else { return made }
    made.append32(0x0807_4B50)
    made.append32(Int(checksum))
    made.append64(compressed)
    made.append64(size)
    return made
  }

  private static func central(_ entry: Entry, at place: Int) -> [UInt8] {
    let (flags, method, checksum, compressed, size) = numbers(entry)
    var made: [UInt8] = []
    made.append32(0x0201_4B50)
    for _ in 0..<2 { made.append16(entry.hasDescriptor ? 45 : 20) }
    made.append16(flags)
    made.append16(method)
    made.append32(0x5A21_0000)
    for number in [Int(checksum), compressed, size] { made.append32(number) }
    made.append16(entry.name.count)
    for _ in 0..<4 { made.append16(0) }
    made.append32(0)
    made.append32(place)
    return made + entry.name
  }
}

/// CRC-32 of APPNOTE 4.4.7.
enum CRC {
  private static let table: [UInt32] = (0..<256).map { start in
    (0..<8).reduce(UInt32(start)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
  }

  static func value(_ octets: [UInt8]) -> UInt32 {
    ~octets.reduce(~UInt32(0)) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
  }
}
