import AssayBytes

/// Binary property lists, `bplist00`: objects, a table of their offsets, a trailer of 32 bytes at the end.
///
/// References may share objects; a shared one is read and paid for each time, so that sharing cannot make much out of little. A cycle is
/// an error.
struct BinaryPlistReader {
  private let bytes: ArraySlice<UInt8>
  private let offsetSize: Int
  private let referenceSize: Int
  private let objectCount: Int
  private let topObject: Int
  private let tableOffset: Int
  /// Containers that are being read.
  private var open: Set<Int> = []

  init(_ bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    self.bytes = bytes
    guard bytes.starts(with: Array("bplist00".utf8)) else {
      throw ParseError("plist.binary.version", "the binary property list is of another version than 00", offset: 6)
    }
    guard bytes.count >= 8 + 1 + 1 + 32 else {
      throw ParseError("plist.truncated", "the binary property list is cut short", offset: 0)
    }
    let trailer = bytes.count - 32
    var reader = ByteReader(bytes.suffix(26), base: trailer + 6, truncated: "plist.truncated")
    let sizes = (offset: Int(try reader.big(UInt8.self)), reference: Int(try reader.big(UInt8.self)))
    let numbers = (objects: try reader.big(UInt64.self), top: try reader.big(UInt64.self), table: try reader.big(UInt64.self))
    guard (1...8).contains(sizes.offset), (1...8).contains(sizes.reference) else {
      throw ParseError("plist.binary.trailer", "sizes of \(sizes.offset) and \(sizes.reference) bytes for numbers", offset: trailer)
    }
    guard let objects = Int(exactly: numbers.objects), let top = Int(exactly: numbers.top), let table = Int(exactly: numbers.table),
      objects > 0, top < objects, table >= 9, table < trailer, objects <= (trailer - table) / sizes.offset
    else { throw ParseError("plist.binary.trailer", "the trailer points outside the property list", offset: trailer) }
    guard objects * sizes.offset == trailer - table else {
      throw ParseError("plist.binary.trailer", "the table of offsets does not end at the trailer", offset: trailer)
    }
    try budget.spend(bytes: trailer - table)
    (offsetSize, referenceSize, objectCount, topObject, tableOffset) = (sizes.offset, sizes.reference, objects, top, table)
  }

  mutating func top(_ budget: inout Budget) throws(ParseError) -> PlistValue { try object(topObject, depth: 1, &budget) }

  private func number(at place: Int, size: Int) throws(ParseError) -> UInt64 {
    guard place >= 0, size >= 0, size <= 8, size <= bytes.count, place <= bytes.count - size else {
      throw ParseError("plist.truncated", "a number lies outside the property list", offset: place)
    }
    let start = bytes.startIndex + place
    return bytes[start..<(start + size)].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The place where an object begins.
  private func place(of object: Int) throws(ParseError) -> Int {
    let entry = tableOffset + object * offsetSize
    guard let place = Int(exactly: try number(at: entry, size: offsetSize)), place >= 8, place < tableOffset else {
      throw ParseError("plist.binary.offset", "object \(object) lies outside the objects", offset: entry)
    }
    return place
  }

  private func reference(at place: Int) throws(ParseError) -> Int {
    guard let object = Int(exactly: try number(at: place, size: referenceSize)), object < objectCount else {
      throw ParseError("plist.binary.reference", "a reference to an object that is not there", offset: place)
    }
    return object
  }

  private mutating func object(_ object: Int, depth: Int, _ budget: inout Budget) throws(ParseError) -> PlistValue {
    try budget.check(depth: depth)
    try budget.spend(nodes: 1)
    let place = try place(of: object)
    let marker = UInt8(truncatingIfNeeded: try number(at: place, size: 1))
    let low = Int(marker & 0x0F)
    switch marker >> 4 {
    case 0x0 where marker == 0x08 || marker == 0x09: return .bool(marker == 0x09)
    case 0x1 where low <= 4: return .integer(try integer(at: place + 1, bytes: 1 << low))
    case 0x2 where marker == 0x22:
      return .real(Double(Float(bitPattern: UInt32(truncatingIfNeeded: try number(at: place + 1, size: 4)))))
    case 0x2 where marker == 0x23: return .real(Double(bitPattern: try number(at: place + 1, size: 8)))
    case 0x3 where marker == 0x33: return .date(Double(bitPattern: try number(at: place + 1, size: 8)))
    case 0x8 where low <= 7: return .uid(try number(at: place + 1, size: low + 1))
    case 0x4:
      let (count, start) = try length(low, at: place)
      return .data(Array(try content(start, count, of: 1, &budget)))
    case 0x5, 0x6, 0x7: return .string(try string(marker >> 4, low, at: place, &budget))
    case 0xA, 0xD:
      guard open.insert(object).inserted else {
        throw ParseError("plist.binary.cycle", "object \(object) holds itself", offset: place)
      }
      defer { open.remove(object) }
      return try marker >> 4 == 0xA
        ? array(low, at: place, depth: depth, &budget) : dictionary(low, at: place, depth: depth, &budget)
    default: throw ParseError("plist.binary.type", "no type of object that is read: 0x\(Hex.encode([marker]))", offset: place)
    }
  }

  /// One, two and four bytes are unsigned, eight and sixteen signed.
  private func integer(at place: Int, bytes count: Int) throws(ParseError) -> Int128 {
    if count < 8 { return Int128(try number(at: place, size: count)) }
    if count == 8 { return Int128(Int64(bitPattern: try number(at: place, size: 8))) }
    let high = Int64(bitPattern: try number(at: place, size: 8))
    return Int128(high) << 64 | Int128(try number(at: place + 8, size: 8))
  }

  /// The count that a marker gives, or the integer behind it where the marker says so, and where the content begins.
  private func length(_ low: Int, at place: Int) throws(ParseError) -> (count: Int, start: Int) {
    guard low == 0x0F else { return (low, place + 1) }
    let marker = UInt8(truncatingIfNeeded: try number(at: place + 1, size: 1))
    guard marker >> 4 == 1, marker & 0x0F <= 3, let count = Int(exactly: try number(at: place + 2, size: 1 << Int(marker & 0x0F)))
    else {
      throw ParseError("plist.binary.length", "a length that is no integer", offset: place + 1)
    }
    return (count, place + 2 + 1 << Int(marker & 0x0F))
  }

  /// Content lies before the table of offsets.
  private func content(_ start: Int, _ count: Int, of size: Int, _ budget: inout Budget) throws(ParseError) -> ArraySlice<UInt8> {
    guard count >= 0, start <= tableOffset, count <= (tableOffset - start) / size else {
      throw ParseError("plist.truncated", "\(count) elements lie outside the property list", offset: start)
    }
    try budget.spend(bytes: count * size)
    let from = bytes.startIndex + start
    return bytes[from..<(from + count * size)]
  }

  private func string(_ kind: UInt8, _ low: Int, at place: Int, _ budget: inout Budget) throws(ParseError) -> [UInt8] {
    let (count, start) = try length(low, at: place)
    let octets = try content(start, count, of: kind == 6 ? 2 : 1, &budget)
    switch kind {
    case 5 where octets.allSatisfy { $0 < 0x80 }: return Array(octets)
    case 7 where String(validating: octets, as: UTF8.self) != nil: return Array(octets)
    case 6:
      let units = stride(from: octets.startIndex, to: octets.endIndex, by: 2).map {
        UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1])
      }
      if let text = String(validating: units, as: UTF16.self) { return Array(text.utf8) }
    default: break
    }
    throw ParseError("plist.string.encoding", "the string breaks its encoding", offset: place)
  }

  private mutating func array(_ low: Int, at place: Int, depth: Int, _ budget: inout Budget) throws(ParseError) -> PlistValue {
    let (count, start) = try length(low, at: place)
    _ = try content(start, count, of: referenceSize, &budget)
    var items: [PlistValue] = []
    for item in 0..<count { items.append(try object(try reference(at: start + item * referenceSize), depth: depth + 1, &budget)) }
    return .array(items)
  }

  private mutating func dictionary(_ low: Int, at place: Int, depth: Int, _ budget: inout Budget) throws(ParseError) -> PlistValue {
    let (count, start) = try length(low, at: place)
    _ = try content(start, count, of: 2 * referenceSize, &budget)
    var members: [PlistValue.Member] = []
    var keys = PlistKeys()
    for item in 0..<count {
      guard case .string(let key) = try object(try reference(at: start + item * referenceSize), depth: depth + 1, &budget) else {
        throw ParseError("plist.key.type", "a key is no string", offset: place)
      }
      try keys.add(key, at: place)
      let value = try object(try reference(at: start + (count + item) * referenceSize), depth: depth + 1, &budget)
      members.append(PlistValue.Member(key: key, value: value))
    }
    return .dictionary(members)
  }
}
