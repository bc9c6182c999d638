/// Where things stand in a finished PE file, and the digests that signers need.
package struct PEImage {
  package let bytes: [UInt8]
  package let is64: Bool
  package let checksumOffset: Int
  /// Data directory entry 4.
  package let certificateEntryOffset: Int
  package let headerSize: Int
  package let pageSize: Int
  /// (name, raw offset, raw size)
  package let sections: [(String, Int, Int)]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    let header = bytes.get32(0x3C)
    let optional = header + 24
    is64 = bytes.get16(optional) == 0x20B
    checksumOffset = optional + 64
    certificateEntryOffset = optional + (is64 ? 112 : 96) + 32
    headerSize = bytes.get32(optional + 60)
    pageSize = bytes.get32(optional + 32)
    let first = optional + bytes.get16(header + 20)
    sections = (0..<bytes.get16(header + 6)).map { index in
      let at = first + 40 * index
      let name = String(decoding: bytes[at..<at + 8].prefix { $0 != 0 }, as: UTF8.self)
      return (name, bytes.get32(at + 20), bytes.get32(at + 16))
    }
  }

  /// (offset, size) of the attribute certificate table.
  package var certificateTable: (Int, Int) { (bytes.get32(certificateEntryOffset), bytes.get32(certificateEntryOffset + 4)) }

  /// Digest over all but checksum, directory entry 4 and the certificate table; zeroes fill an unsigned file to 8 octets.
  package func digest(_ hash: Hash) -> [UInt8] {
    let (table, size) = certificateTable
    let end = table == 0 ? bytes.count : table
    var covered = Array(bytes[..<checksumOffset])
    covered += bytes[(checksumOffset + 4)..<certificateEntryOffset]
    covered += bytes[(certificateEntryOffset + 8)..<end]
    if table == 0 {
      covered += [UInt8](repeating: 0, count: round(bytes.count, 8) - bytes.count)
    } else {
      covered += bytes[min(bytes.count, table + size)...]
    }
    return hash(covered)
  }

  /// Page hashes: little-endian offset and digest of each page, an end entry with a digest of zeroes.
  package func pageHashes(_ hash: Hash) -> [UInt8] {
    var table: [UInt8] = []
    func add(_ offset: Int, _ page: [UInt8], _ size: Int) {
      table.append32(offset)
      table += hash(page + [UInt8](repeating: 0, count: max(0, size - page.count)))
    }
    var header = Array(bytes[..<checksumOffset])
    header += bytes[(checksumOffset + 4)..<certificateEntryOffset]
    header += bytes[(certificateEntryOffset + 8)..<headerSize]
    add(0, header, header.count + max(0, pageSize - headerSize))
    var end = headerSize
    for (_, raw, size) in sections where size > 0 {
      for start in stride(from: 0, to: size, by: pageSize) {
        add(raw + start, Array(bytes[(raw + start)..<(raw + min(start + pageSize, size))]), pageSize)
      }
      end = raw + size
    }
    table.append32(end)
    return table + [UInt8](repeating: 0, count: hash([]).count)
  }

  /// The file with its PE checksum set.
  package static func checksummed(_ file: [UInt8]) -> [UInt8] {
    var file = file
    let image = PEImage(file)
    file.put32(0, at: image.checksumOffset)
    var sum = 0
    for index in stride(from: 0, to: file.count, by: 2) {
      sum += Int(file[index]) | (index + 1 < file.count ? Int(file[index + 1]) << 8 : 0)
      sum = (sum & 0xFFFF) + (sum >> 16)
    }
    file.put32((sum & 0xFFFF) + file.count, at: image.checksumOffset)
    return file
  }
}
