package import AssayBytes

/// The header of a cabinet (MS-CAB 2.1), read but not believed.
///
/// The reserve that applications may use holds, where signing tools made it, two structures behind two 16-bit lengths; the second is
/// the place of the signature.
package struct Cabinet: Sendable {
  /// A folder of compressed data (MS-CAB 2.2).
  package struct Folder: Hashable, Sendable {
    package let dataOffset: Int
    package let blockCount: Int
    package let compression: UInt16
  }
  /// CFHEADER.flags.
  package struct Flags: OptionSet, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }
    package static let previous = Flags(rawValue: 1)
    package static let next = Flags(rawValue: 2)
    package static let reserve = Flags(rawValue: 4)
  }

  package let byteCount: Int
  /// cbCabinet: where the cabinet itself ends, and its signature begins.
  package let cabinetSize: Int
  package let filesOffset: Int
  package let fileCount: Int
  package let flags: Flags
  package let setID: UInt16
  /// Number of this part in its set, from 0.
  package let partNumber: Int
  package let reserve: CabinetReserve?
  package let folders: [Folder]
  /// Where the names of neighbouring parts, else the folders begin.
  package let bodyOffset: Int
  package let foldersOffset: Int
  /// Names of the file and the disk before and after this part, as they are kept.
  package let previousName: [UInt8]?
  package let nextName: [UInt8]?
  /// `cab.header.*`: rules broken in a way that leaves it readable.
  package let irregularities: [ParseError]

  package static let magic: [UInt8] = [0x4D, 0x53, 0x43, 0x46]

  package init(_ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    byteCount = source.byteCount
    // Header, reserve of up to 64 KiB, four names of up to 255 characters.
    let head = try source.prefix(36 + 4 + 65_535 + 4 * 256)
    try budget.spend(bytes: head.count)
    var reader = ByteReader(head[...], truncated: "cab.header.truncated")
    guard try reader.take(4).elementsEqual(Cabinet.magic) else {
      throw ParseError("cab.header.invalid", "does not begin with MSCF", offset: 0)
    }
    var notes: [ParseError] = []
    for (place, name) in [(4, "reserved1"), (12, "reserved2"), (20, "reserved3")]
    where try reader.little(at: place, UInt32.self) != 0 {
      notes.append(ParseError("cab.header.reserved", "\(name) of the header is not zero", offset: place))
    }
    try reader.seek(to: 8)
    cabinetSize = Int(try reader.little(UInt32.self))
    try reader.skip(4)
    filesOffset = Int(try reader.little(UInt32.self))
    try reader.skip(4)
    let version = try reader.little(UInt16.self)
    guard version == 0x0103 else {
      throw ParseError("cab.header.unsupported", "version \(version >> 8).\(version & 0xFF), must be 1.3", offset: 24)
    }
    let folderCount = Int(try reader.little(UInt16.self))
    fileCount = Int(try reader.little(UInt16.self))
    flags = Flags(rawValue: try reader.little())
    setID = try reader.little()
    partNumber = Int(try reader.little(UInt16.self))
    if flags.rawValue & ~7 != 0 {
      notes.append(ParseError("cab.header.flags", "unknown flags 0x\(String(flags.rawValue, radix: 16))", offset: 30))
    }
    reserve = flags.contains(.reserve) ? try CabinetReserve(&reader) : nil
    bodyOffset = reader.position
    previousName = flags.contains(.previous) ? try Cabinet.names(&reader) : nil
    nextName = flags.contains(.next) ? try Cabinet.names(&reader) : nil
    foldersOffset = reader.position
    guard cabinetSize <= byteCount else {
      throw ParseError("cab.header.truncated", "says \(cabinetSize) bytes, the file has \(byteCount)", offset: 8)
    }
    folders = try Cabinet.folders(
      folderCount, reserved: reserve?.folderBytes ?? 0, at: reader.position, before: cabinetSize, source, &budget)
    let foldersEnd = reader.position + folderCount * (8 + (reserve?.folderBytes ?? 0))
    guard filesOffset >= foldersEnd, filesOffset <= cabinetSize else {
      throw ParseError(
        "cab.header.layout", "files begin at offset \(filesOffset), must be between \(foldersEnd) and \(cabinetSize)", offset: 16)
    }
    irregularities = notes
  }

  private static func names(_ reader: inout ByteReader) throws(ParseError) -> [UInt8] {
    let first = try name(&reader)
    _ = try name(&reader)
    return first
  }

  /// A string with its NUL, at most 255 characters (MS-CAB 2.1).
  private static func name(_ reader: inout ByteReader) throws(ParseError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count <= 255 {
      let byte = try reader.little(UInt8.self)
      if byte == 0 { return bytes }
      bytes.append(byte)
    }
    throw ParseError("cab.header.name", "the name of a neighbouring part has more than 255 characters", offset: reader.offset)
  }

  private static func folders(
    _ count: Int, reserved: Int, at start: Int, before end: Int, _ source: any ByteSource, _ budget: inout Budget
  ) throws(ParseError) -> [Folder] {
    let size = count * (8 + reserved)
    guard start <= end, size <= end - start else {
      throw ParseError("cab.header.layout", "\(count) folders do not fit the cabinet of \(end) bytes", offset: 26)
    }
    try budget.spend(bytes: size)
    try budget.spend(nodes: count)
    var reader = ByteReader(try source.bytes(start..<(start + size))[...], base: start, truncated: "cab.header.truncated")
    var found: [Folder] = []
    found.reserveCapacity(count)
    for _ in 0..<count {
      let offset = Int(try reader.little(UInt32.self))
      let blocks = Int(try reader.little(UInt16.self))
      found.append(Folder(dataOffset: offset, blockCount: blocks, compression: try reader.little()))
      try reader.skip(reserved)
      guard offset <= end else {
        throw ParseError(
          "cab.header.layout", "a folder's data begin at offset \(offset), past the cabinet's end at \(end)", offset: reader.offset)
      }
    }
    return found
  }

  /// Where the data of a folder end, from block to block (MS-CAB 2.4). Throws `cab.data.overrun` where they pass the cabinet's end, since
  /// the size of the blocks' reserve, which no signature covers, says where each begins.
  package func dataEnd(of folder: Folder, _ source: any ByteSource, _ budget: inout Budget) throws(ParseError) -> Int {
    var place = folder.dataOffset
    for number in 0..<folder.blockCount {
      try budget.spend(nodes: 1)
      guard place + 8 <= cabinetSize else { throw overrun(number, of: folder, at: place) }
      let header = try source.bytes(place..<(place + 8))
      place += 8 + (reserve?.dataBytes ?? 0) + (Int(header[4]) | Int(header[5]) << 8)
      guard place <= cabinetSize else { throw overrun(number, of: folder, at: place) }
    }
    return place
  }

  private func overrun(_ number: Int, of folder: Folder, at place: Int) -> ParseError {
    ParseError(
      "cab.data.overrun",
      "block \(number) of the data at offset \(folder.dataOffset) ends past the cabinet, which ends at \(cabinetSize)",
      offset: place)
  }

  /// Names of the files inside, at most 64, as they are kept.
  package func fileNames(_ source: any ByteSource, _ budget: inout Budget) throws(ParseError) -> [[UInt8]] {
    let bytes = try source.prefix(at: filesOffset, min(32 << 10, cabinetSize - filesOffset))
    try budget.spend(bytes: bytes.count)
    var reader = ByteReader(bytes[...], base: filesOffset, truncated: "cab.files.truncated")
    var names: [[UInt8]] = []
    for _ in 0..<min(fileCount, 64) {
      try reader.skip(16)
      names.append(try Cabinet.name(&reader))
    }
    return names
  }
}

/// The per-cabinet reserve.
package struct CabinetReserve: Sendable {
  /// cbCFHeader.
  package let headerBytes: Int
  package let folderBytes: Int
  /// cbCFData: of each block of data.
  package let dataBytes: Int
  /// Where its content begins.
  package let offset: Int
  /// Lengths that signing tools write in front: of a structure that is covered, and of the one that names the signature. Nil where
  /// they do not fit, so that another application made the reserve.
  package let lengths: (first: Int, second: Int)?
  /// CabinetSignature: nil where the second structure is not of that shape or zero.
  package let signature: (offset: Int, size: Int)?
  /// The second structure where it is not such a place but the signature itself, as the first tools wrote it into room that the
  /// cabinet's maker had kept free.
  package let embedded: Range<Int>?
  /// Somewhere in it stands the type of a SignedData.
  package let holdsSignedData: Bool
  /// Bytes of the second structure and after it that have no meaning; signing tools write zeros.
  package let filler: ArraySlice<UInt8>
  /// Whether anything in it is not zero.
  package let isUsed: Bool

  init(_ reader: inout ByteReader) throws(ParseError) {
    headerBytes = Int(try reader.little(UInt16.self))
    folderBytes = Int(try reader.little(UInt8.self))
    dataBytes = Int(try reader.little(UInt8.self))
    offset = reader.offset
    let content = try reader.take(headerBytes)
    isUsed = content.contains { $0 != 0 }
    holdsSignedData = isUsed && content.firstRange(of: CabinetReserve.signedDataType) != nil
    let inside = ByteReader(content, base: offset, truncated: "cab.header.truncated")
    guard headerBytes >= 4 else {
      (lengths, signature, embedded, filler) = (nil, nil, nil, [])
      return
    }
    let first = Int(try inside.little(at: 0, UInt16.self))
    let second = Int(try inside.little(at: 2, UInt16.self))
    guard first + second <= headerBytes - 4 else {
      (lengths, signature, embedded, filler) = (nil, nil, nil, [])
      return
    }
    lengths = (first, second)
    guard second == 16 else {
      let start = offset + 4 + first
      let isDER = second > 16 ? try inside.little(at: 4 + first, UInt8.self) == 0x30 : false
      embedded = isDER ? start..<(start + second) : nil
      (signature, filler) = (nil, isDER ? content.dropFirst(4 + first + second) : [])
      return
    }
    embedded = nil
    let place = Int(try inside.little(at: 4 + first, UInt32.self))
    let size = Int(try inside.little(at: 8 + first, UInt32.self))
    signature = place == 0 && size == 0 ? nil : (place, size)
    filler = content.dropFirst(4 + first + 8)
  }

  /// OBJECT IDENTIFIER 1.2.840.113549.1.7.2.
  private static let signedDataType: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02]

  /// File ranges of what a signature covers: the first length and the first structure.
  package var covered: [Range<Int>] {
    guard let lengths else { return [] }
    return [offset..<(offset + 2), (offset + 4)..<(offset + 4 + lengths.first)]
  }
}
