import AssayBytes

/// The header of a compound file (MS-CFB 2.2): where its tables are.
struct CompoundFileHeader: Sendable {
  /// 3 or 4.
  let majorVersion: UInt16
  /// 9 for version 3, 12 for version 4.
  let sectorShift: Int
  let directoryStart: UInt32
  let fatSectorCount: Int
  let miniFATStart: UInt32
  let difatStart: UInt32
  /// The first 109 places of FAT sectors.
  let difat: [UInt32]
  /// Header rules that are broken without keeping it from being read.
  let irregularities: [ParseError]

  static let magic: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
  /// Streams below this size are kept in the mini stream (MS-CFB 2.2: must be 4,096).
  static let miniStreamCutoff = 4_096

  init(_ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    try budget.spend(bytes: 512)
    let bytes = try source.prefix(512)
    guard bytes.starts(with: CompoundFileHeader.magic) else {
      throw ParseError("cfb.header.invalid", "does not begin with the signature of a compound file", offset: 0)
    }
    var reader = ByteReader(bytes[...], truncated: "cfb.header.truncated")
    guard bytes.count == 512 else {
      throw ParseError("cfb.header.truncated", "has \(bytes.count) bytes, the header alone needs 512", offset: bytes.count)
    }
    var notes: [ParseError] = []
    try reader.seek(to: 24)
    try reader.skip(2)
    majorVersion = try reader.little()
    let byteOrder = try reader.little(UInt16.self)
    let shift = Int(try reader.little(UInt16.self))
    let miniShift = try reader.little(UInt16.self)
    guard majorVersion == 3 && shift == 9 || majorVersion == 4 && shift == 12 else {
      throw ParseError(
        "cfb.header.unsupported", "version \(majorVersion) with sectors of 2^\(shift) bytes, must be 3 with 2^9 or 4 with 2^12",
        offset: 26)
    }
    guard byteOrder == 0xFFFE, miniShift == 6 else {
      throw ParseError(
        "cfb.header.unsupported", "byte order 0x\(String(byteOrder, radix: 16)) and mini sectors of 2^\(miniShift) bytes",
        offset: 28)
    }
    sectorShift = shift
    try reader.seek(to: 44)
    fatSectorCount = Int(try reader.little(UInt32.self))
    directoryStart = try reader.little()
    try reader.skip(4)
    let cutoff = Int(try reader.little(UInt32.self))
    guard cutoff == CompoundFileHeader.miniStreamCutoff else {
      throw ParseError(
        "cfb.header.unsupported", "the mini stream's cutoff is \(cutoff), must be \(CompoundFileHeader.miniStreamCutoff)",
        offset: 56)
    }
    miniFATStart = try reader.little()
    try reader.skip(4)
    difatStart = try reader.little()
    try reader.skip(4)
    if bytes[8..<24].contains(where: { $0 != 0 }) {
      notes.append(ParseError("cfb.header.reserved", "the header's class id is not zero", offset: 8))
    }
    var places: [UInt32] = []
    places.reserveCapacity(109)
    for _ in 0..<109 { places.append(try reader.little()) }
    difat = places
    irregularities = notes
  }
}

/// Sector numbers with a meaning of their own (MS-CFB 2.1).
enum SectorNumber {
  static let largest: UInt32 = 0xFFFF_FFFA
  static let endOfChain: UInt32 = 0xFFFF_FFFE
  static let free: UInt32 = 0xFFFF_FFFF
}
