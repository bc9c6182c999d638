/// Compressed streams that compress nothing (RFC 1951 3.2.4, stored blocks), so that no library is shared with who reads them.
package enum StoredStream {
  /// RFC 1950.
  package static func zlib(_ octets: [UInt8]) -> [UInt8] {
    var (low, high) = (1, 0)
    for octet in octets {
      low = (low + Int(octet)) % 65_521
      high = (high + low) % 65_521
    }
    return [0x78, 0x01] + blocks(octets) + BigEndian.word(high << 16 | low)
  }

  /// RFC 1952.
  package static func gzip(_ octets: [UInt8]) -> [UInt8] {
    let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    return head + blocks(octets) + BigEndian.word(Int(DiskImageSpec.crc32(octets))).reversed()
      + BigEndian.word(octets.count).reversed()
  }

  private static func blocks(_ octets: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var place = 0
    repeat {
      let count = min(65_535, octets.count - place)
      let isLast = place + count == octets.count
      let (low, high) = (UInt8(count & 0xFF), UInt8(count >> 8))
      result += [isLast ? 1 : 0, low, high, ~low, ~high]
      result += octets[place..<(place + count)]
      place += count
    } while place < octets.count
    return result
  }
}
