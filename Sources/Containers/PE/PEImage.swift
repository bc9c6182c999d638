package import AssayBytes

/// The headers of a Portable Executable image (Microsoft PE format), read but not believed.
///
/// Only what says where things are in the file; nothing here is verified. A file that begins like a PE and breaks its rules
/// throws `pe.*`.
package struct PEImage: Sendable {
  package enum Layout: String, Sendable {
    case pe32 = "PE32"
    case pe32Plus = "PE32+"
  }
  /// IMAGE_DATA_DIRECTORY: an address and a size. For entry 4 the address is a file offset.
  package struct Directory: Hashable, Sendable {
    package let address: Int
    package let size: Int
    package var isEmpty: Bool { address == 0 && size == 0 }
  }

  package let layout: Layout
  package let machine: UInt16
  package let characteristics: UInt16
  package let subsystem: UInt16
  package let dllCharacteristics: UInt16
  /// Offset of the `PE\0\0` signature.
  package let headerOffset: Int
  package let checksumOffset: Int
  package let storedChecksum: UInt32
  package let sectionAlignment: Int
  package let fileAlignment: Int
  package let sizeOfHeaders: Int
  package let directoryCount: Int
  /// Up to the 16 directories that the format defines.
  package let directories: [Directory]
  /// Offset of the directory entry of the certificate table; nil when there is none (NumberOfRvaAndSizes < 5).
  package let certificateEntryOffset: Int?
  package let sections: [PESection]
  /// Offset just past the section table.
  package let headersEnd: Int
  package let byteCount: Int
  /// Header rules that are broken without keeping it from being read.
  package let irregularities: [ParseError]

  /// True for `MZ` with a PE signature where it says, as far as the first bytes show.
  package static func recognizes(head: [UInt8], byteCount: Int) -> Bool {
    guard head.count >= 64, head[0] == 0x4D, head[1] == 0x5A else { return false }
    let place = Int(head[60]) | Int(head[61]) << 8 | Int(head[62]) << 16 | Int(head[63]) << 24
    guard place >= 4, place <= byteCount - 24 else { return false }
    guard place <= head.count - 4 else { return byteCount > head.count }
    return head[place..<(place + 4)].elementsEqual([0x50, 0x45, 0, 0])
  }

  /// Reads DOS header, COFF header, optional header and section table.
  package init(_ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    byteCount = source.byteCount
    var dos = ByteReader(try source.prefix(64)[...], truncated: "pe.header.truncated")
    guard try dos.little(UInt16.self) == 0x5A4D else {
      throw ParseError("pe.header.invalid", "does not begin with MZ", offset: 0)
    }
    headerOffset = Int(try dos.little(at: 60, UInt32.self))
    let fixed = try PEImage.read(source, at: headerOffset, 24, &budget)
    var coff = ByteReader(fixed[...], base: headerOffset, truncated: "pe.header.truncated")
    guard try coff.little(UInt32.self) == 0x4550 else {
      throw ParseError("pe.header.invalid", "no PE signature at the place that the DOS header names", offset: headerOffset)
    }
    machine = try coff.little()
    let sectionCount = Int(try coff.little(UInt16.self))
    try coff.skip(12)
    let optionalSize = Int(try coff.little(UInt16.self))
    characteristics = try coff.little()

    let optionalStart = headerOffset + 24
    let optional = OptionalHeader(
      reader: ByteReader(
        try PEImage.read(source, at: optionalStart, optionalSize, &budget)[...], base: optionalStart,
        truncated: "pe.optional-header.truncated"))
    let fields = try optional.fields()
    layout = fields.layout
    checksumOffset = optionalStart + 64
    storedChecksum = fields.checksum
    sectionAlignment = fields.sectionAlignment
    fileAlignment = fields.fileAlignment
    sizeOfHeaders = fields.sizeOfHeaders
    subsystem = fields.subsystem
    dllCharacteristics = fields.dllCharacteristics
    directoryCount = fields.directoryCount

    var notes: [ParseError] = []
    let directoriesStart = fields.layout == .pe32 ? 96 : 112
    directories = try optional.directories(at: directoriesStart, count: fields.directoryCount)
    certificateEntryOffset = directories.count > 4 ? optionalStart + directoriesStart + 32 : nil
    if directories.count < min(fields.directoryCount, 16) {
      notes.append(
        ParseError(
          "pe.header.directories",
          "\(fields.directoryCount) data directories do not fit an optional header of \(optionalSize) bytes", offset: optionalStart)
      )
    }

    let tableStart = optionalStart + optionalSize
    try budget.spend(nodes: sectionCount)
    let table = try PEImage.read(source, at: tableStart, sectionCount * 40, &budget)
    var rows = ByteReader(table[...], base: tableStart, truncated: "pe.sections.truncated")
    var read: [PESection] = []
    read.reserveCapacity(sectionCount)
    for _ in 0..<sectionCount { read.append(try PESection(&rows)) }
    sections = read
    headersEnd = tableStart + sectionCount * 40
    irregularities = notes
  }

  /// The certificate table's directory entry; its address is a file offset. Nil when there is no such entry or it is zero.
  package var certificateDirectory: Directory? {
    guard directories.count > 4, !directories[4].isEmpty else { return nil }
    return directories[4]
  }

  /// The end of the last section's bytes, or of the headers.
  package var sectionsEnd: Int { sections.reduce(headersEnd) { max($0, $1.isInFile(of: byteCount) ? $1.rawRange.upperBound : 0) } }

  /// File offset of a relative virtual address, nil when no section's bytes hold it.
  package func offset(ofAddress address: Int) -> Int? {
    for section in sections where address >= section.virtualAddress && address - section.virtualAddress < section.rawSize {
      return section.rawOffset + (address - section.virtualAddress)
    }
    return nil
  }

  /// The section whose bytes hold a file offset.
  package func section(atOffset offset: Int) -> PESection? { sections.first { $0.rawRange.contains(offset) } }

  static func read(
    _ source: any ByteSource, at offset: Int, _ count: Int, _ budget: inout Budget
  ) throws(ParseError) -> [UInt8] {
    guard offset >= 0, count >= 0, offset <= source.byteCount, count <= source.byteCount - offset else {
      throw ParseError(
        "pe.header.truncated", "\(count) bytes at offset \(offset) are past the end at \(source.byteCount)", offset: offset)
    }
    try budget.spend(bytes: count)
    return try source.bytes(offset..<(offset + count))
  }
}

/// The optional header: the fields that matter here, at the offsets of PE32 and PE32+.
private struct OptionalHeader {
  struct Fields {
    var layout: PEImage.Layout
    var sectionAlignment: Int
    var fileAlignment: Int
    var sizeOfHeaders: Int
    var checksum: UInt32
    var subsystem: UInt16
    var dllCharacteristics: UInt16
    var directoryCount: Int
  }
  let reader: ByteReader

  func fields() throws(ParseError) -> Fields {
    let magic = try reader.little(at: 0, UInt16.self)
    guard magic == 0x10B || magic == 0x20B else {
      throw ParseError(
        "pe.optional-header.unsupported", "optional header magic is 0x\(String(magic, radix: 16)), must be 0x10b or 0x20b",
        offset: reader.base)
    }
    return Fields(
      layout: magic == 0x10B ? .pe32 : .pe32Plus,
      sectionAlignment: Int(try reader.little(at: 32, UInt32.self)), fileAlignment: Int(try reader.little(at: 36, UInt32.self)),
      sizeOfHeaders: Int(try reader.little(at: 60, UInt32.self)), checksum: try reader.little(at: 64, UInt32.self),
      subsystem: try reader.little(at: 68, UInt16.self), dllCharacteristics: try reader.little(at: 70, UInt16.self),
      directoryCount: Int(try reader.little(at: magic == 0x10B ? 92 : 108, UInt32.self)))
  }

  func directories(at start: Int, count: Int) throws(ParseError) -> [PEImage.Directory] {
    var found: [PEImage.Directory] = []
    for index in 0..<min(count, 16) {
      let place = start + index * 8
      guard place + 8 <= reader.bytes.count else { break }
      found.append(
        PEImage.Directory(
          address: Int(try reader.little(at: place, UInt32.self)), size: Int(try reader.little(at: place + 4, UInt32.self))))
    }
    return found
  }
}
