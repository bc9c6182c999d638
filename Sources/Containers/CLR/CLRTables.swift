import AssayBytes

/// The stream of metadata tables (ECMA-335 II.24.2.6): how many rows each has, how wide they are and where they begin.
struct CLRTables {
  /// Tables by number (ECMA-335 II.22), as far as anything here needs them.
  enum Table: Int {
    case typeRef = 0x01
    case memberRef = 0x0A
    case customAttribute = 0x0C
    case assembly = 0x20
  }

  enum Column {
    case fixed(Int)
    case string, guid, blob
    /// A row of one table.
    case row(Int)
    /// A row of one of several tables, told apart by the lowest bits; nil for a number that is not used.
    case coded(bits: Int, [Int?])
  }

  let rowCounts: [Int]
  /// File offset of the first row of each table up to Assembly.
  private let starts: [Int]
  private let widths: [Int]
  private let heapSizes: UInt8

  /// `range`: file offsets of the stream.
  init(_ range: Range<Int>, _ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    guard range.count >= 24 else {
      throw ParseError("pe.clr.truncated", "the stream of metadata tables has \(range.count) bytes", offset: range.lowerBound)
    }
    let head = try PEImage.read(source, at: range.lowerBound, 24, &budget)
    let reader = ByteReader(head[...], base: range.lowerBound, truncated: "pe.clr.truncated")
    let heaps = try reader.little(at: 6, UInt8.self)
    heapSizes = heaps
    let valid = try reader.little(at: 8, UInt64.self)
    let listCount = valid.nonzeroBitCount * 4
    // Bit 6: four octets more, which no document explains.
    let extra = heaps & 0x40 == 0 ? 0 : 4
    guard listCount + extra <= range.count - 24 else {
      throw ParseError("pe.clr.truncated", "the numbers of rows run past the stream of metadata tables", offset: range.lowerBound)
    }
    let list = try PEImage.read(source, at: range.lowerBound + 24, listCount, &budget)
    var numbers = ByteReader(list[...], base: range.lowerBound + 24, truncated: "pe.clr.truncated")
    var counts = [Int](repeating: 0, count: 64)
    for table in 0..<64 where valid >> UInt64(table) & 1 == 1 {
      try budget.spend(nodes: 1)
      counts[table] = Int(try numbers.little(UInt32.self))
      // A row's number has 24 bits beside the table's in a token.
      guard counts[table] < 1 << 24 else {
        throw ParseError("pe.clr.invalid", "metadata table \(table) says \(counts[table]) rows", offset: range.lowerBound)
      }
    }
    rowCounts = counts
    var place = range.lowerBound + 24 + listCount + extra
    var starts: [Int] = []
    var widths: [Int] = []
    for table in 0...Table.assembly.rawValue {
      let width = CLRTables.columns[table].reduce(0) { $0 + CLRTables.width($1, counts, heaps) }
      starts.append(place)
      widths.append(width)
      place += width * counts[table]
    }
    guard place <= range.upperBound else {
      throw ParseError("pe.clr.truncated", "the metadata tables run past their stream", offset: range.lowerBound)
    }
    (self.starts, self.widths) = (starts, widths)
  }

  private static func width(_ column: Column, _ counts: [Int], _ heaps: UInt8) -> Int {
    switch column {
    case .fixed(let count): count
    case .string: heaps & 1 == 0 ? 2 : 4
    case .guid: heaps & 2 == 0 ? 2 : 4
    case .blob: heaps & 4 == 0 ? 2 : 4
    case .row(let table): counts[table] < 1 << 16 ? 2 : 4
    case .coded(let bits, let tables): tables.allSatisfy { $0.map { counts[$0] < 1 << (16 - bits) } ?? true } ? 2 : 4
    }
  }

  /// The columns of a row as numbers; nil where the table has no such row. Rows count from one.
  func row(
    _ number: Int, of table: Table, _ source: any ByteSource, _ budget: inout Budget
  ) throws(ParseError) -> [Int]? {
    guard number >= 1, number <= rowCounts[table.rawValue] else { return nil }
    try budget.spend(nodes: 1)
    let width = widths[table.rawValue]
    let place = starts[table.rawValue] + (number - 1) * width
    let bytes = try PEImage.read(source, at: place, width, &budget)
    var reader = ByteReader(bytes[...], base: place, truncated: "pe.clr.truncated")
    var values: [Int] = []
    for column in CLRTables.columns[table.rawValue] {
      switch CLRTables.width(column, rowCounts, heapSizes) {
      case 2: values.append(Int(try reader.little(UInt16.self)))
      default: values.append(Int(try reader.little(UInt32.self)))
      }
    }
    return values
  }

  // MARK: The layout of rows

  private static let typeDefOrRef = Column.coded(bits: 2, [0x02, 0x01, 0x1B])
  private static let hasCustomAttribute = Column.coded(
    bits: 5,
    [
      0x06, 0x04, 0x01, 0x02, 0x08, 0x09, 0x0A, 0x00, 0x0E, 0x17, 0x14, 0x11, 0x1A, 0x1B, 0x20, 0x23, 0x26, 0x27, 0x28, 0x2A, 0x2C,
      0x2B,
    ])
  private static let memberRefParent = Column.coded(bits: 3, [0x02, 0x01, 0x1A, 0x06, 0x1B])
  private static let methodDefOrRef = Column.coded(bits: 1, [0x06, 0x0A])
  private static let customAttributeType = Column.coded(bits: 3, [nil, nil, 0x06, 0x0A, nil])
  private static let resolutionScope = Column.coded(bits: 2, [0x00, 0x1A, 0x23, 0x01])

  /// ECMA-335 II.22.2 to II.22.38, by number; the pointer and edit tables as compilers write them.
  private static let columns: [[Column]] = [
    [.fixed(2), .string, .guid, .guid, .guid],  // Module
    [resolutionScope, .string, .string],  // TypeRef
    [.fixed(4), .string, .string, typeDefOrRef, .row(0x04), .row(0x06)],  // TypeDef
    [.row(0x04)],  // FieldPtr
    [.fixed(2), .string, .blob],  // Field
    [.row(0x06)],  // MethodPtr
    [.fixed(4), .fixed(2), .fixed(2), .string, .blob, .row(0x08)],  // MethodDef
    [.row(0x08)],  // ParamPtr
    [.fixed(2), .fixed(2), .string],  // Param
    [.row(0x02), typeDefOrRef],  // InterfaceImpl
    [memberRefParent, .string, .blob],  // MemberRef
    [.fixed(2), .coded(bits: 2, [0x04, 0x08, 0x17]), .blob],  // Constant
    [hasCustomAttribute, customAttributeType, .blob],  // CustomAttribute
    [.coded(bits: 1, [0x04, 0x08]), .blob],  // FieldMarshal
    [.fixed(2), .coded(bits: 2, [0x02, 0x06, 0x20]), .blob],  // DeclSecurity
    [.fixed(2), .fixed(4), .row(0x02)],  // ClassLayout
    [.fixed(4), .row(0x04)],  // FieldLayout
    [.blob],  // StandAloneSig
    [.row(0x02), .row(0x14)],  // EventMap
    [.row(0x14)],  // EventPtr
    [.fixed(2), .string, typeDefOrRef],  // Event
    [.row(0x02), .row(0x17)],  // PropertyMap
    [.row(0x17)],  // PropertyPtr
    [.fixed(2), .string, .blob],  // Property
    [.fixed(2), .row(0x06), .coded(bits: 1, [0x14, 0x17])],  // MethodSemantics
    [.row(0x02), methodDefOrRef, methodDefOrRef],  // MethodImpl
    [.string],  // ModuleRef
    [.blob],  // TypeSpec
    [.fixed(2), .coded(bits: 1, [0x04, 0x06]), .string, .row(0x1A)],  // ImplMap
    [.fixed(4), .row(0x04)],  // FieldRVA
    [.fixed(4), .fixed(4)],  // ENCLog
    [.fixed(4)],  // ENCMap
    [.fixed(4), .fixed(2), .fixed(2), .fixed(2), .fixed(2), .fixed(4), .blob, .string, .string],  // Assembly
  ]
}
