import AssayBytes

/// Apple's bookmark data, as far as the path in it: a table of contents names items by key, key 0x1004 is an array of path components.
/// The form is not published; it was told from what Macs write, and is read for evidence only.
enum Bookmark {
  /// Tables of one bookmark, entries of one table, components of one path.
  private static let limit = 256

  static func path(_ octets: [UInt8]) -> String? {
    guard octets.starts(with: "book".utf8), let header = word(octets, 12), header >= 16, header < octets.count,
      let first = word(octets, header)
    else { return nil }
    var table = first
    for _ in 0..<limit {
      guard let start = sum(header, table), word(octets, start + 4) == 0xFFFF_FFFE, let next = word(octets, start + 12),
        let count = word(octets, start + 16), count <= limit
      else { return nil }
      for index in 0..<count {
        let entry = start + 20 + index * 12
        if word(octets, entry) == 0x1004, let place = word(octets, entry + 4).flatMap({ sum(header, $0) }) {
          return components(octets, at: place, header)
        }
      }
      guard next > table else { return nil }
      table = next
    }
    return nil
  }

  /// An item of type 0x601: offsets of items of type 0x101, which are text.
  private static func components(_ octets: [UInt8], at place: Int, _ header: Int) -> String? {
    guard let length = word(octets, place), word(octets, place + 4) == 0x601, length % 4 == 0, length / 4 <= limit else {
      return nil
    }
    var path: [UInt8] = []
    for index in 0..<(length / 4) {
      guard let item = word(octets, place + 8 + index * 4).flatMap({ sum(header, $0) }), let count = word(octets, item),
        word(octets, item + 4) == 0x101, count <= octets.count - item - 8
      else { return nil }
      path += [0x2F] + octets[(item + 8)..<(item + 8 + count)]
    }
    return path.isEmpty ? nil : String(validating: path, as: UTF8.self)
  }

  private static func sum(_ left: Int, _ right: Int) -> Int? {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? nil : sum
  }

  private static func word(_ octets: [UInt8], _ place: Int) -> Int? {
    guard place >= 0, place <= octets.count - 4 else { return nil }
    return (0..<4).reduce(0) { $0 | Int(octets[place + $1]) << (8 * $1) }
  }
}

/// An alias record of version 2 (Inside Macintosh, Alias Manager): behind 150 octets tagged values, of which 18 is the path.
enum AliasRecord {
  static func path(_ octets: [UInt8]) -> String? {
    guard octets.count >= 150, octets[6] == 0, octets[7] == 2 else { return nil }
    var place = 150
    while place <= octets.count - 4 {
      let (tag, length) = (Int(octets[place]) << 8 | Int(octets[place + 1]), Int(octets[place + 2]) << 8 | Int(octets[place + 3]))
      guard tag != 0xFFFF, length <= octets.count - place - 4 else { return nil }
      if tag == 18 {
        guard let path = String(validating: octets[(place + 4)..<(place + 4 + length)], as: UTF8.self) else { return nil }
        return path.utf8.first == 0x2F ? path : "/" + path
      }
      place += 4 + length + length % 2
    }
    return nil
  }
}
