import AssayBytes

/// The metadata of a .NET image (ECMA-335 II.24): the root, its streams, and what stands in the heaps. Only what is asked for is read.
struct CLRMetadata {
  let tables: CLRTables
  /// Whether rows are in the order that the format demands.
  let isSorted: Bool
  private let strings: Range<Int>
  private let blobs: Range<Int>

  /// Real images have five or six; the number has 16 bits.
  private static let streamLimit = 32

  /// `range`: file offsets, as the .NET header says.
  init(_ range: Range<Int>, _ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    let head = try PEImage.read(source, at: range.lowerBound, min(range.count, 2_048), &budget)
    var reader = ByteReader(head[...], base: range.lowerBound, truncated: "pe.clr.truncated")
    guard try reader.little(UInt32.self) == 0x424A_5342 else {
      throw ParseError("pe.clr.invalid", "there is no metadata where the .NET header says", offset: range.lowerBound)
    }
    try reader.skip(8)
    try reader.skip(Int(try reader.little(UInt32.self)))
    try reader.skip(2)
    let count = Int(try reader.little(UInt16.self))
    guard count <= CLRMetadata.streamLimit else {
      throw ParseError("pe.clr.invalid", "the metadata says \(count) streams", offset: range.lowerBound)
    }
    var found: [String: Range<Int>] = [:]
    for _ in 0..<count {
      try budget.spend(nodes: 1)
      let offset = Int(try reader.little(UInt32.self))
      let size = Int(try reader.little(UInt32.self))
      var name: [UInt8] = []
      while name.count < 32, let byte = try reader.take(1).first, byte != 0 { name.append(byte) }
      try reader.skip((4 - reader.position % 4) % 4)
      guard offset <= range.count, size <= range.count - offset else {
        throw ParseError("pe.clr.truncated", "a stream of the metadata runs past its end", offset: reader.offset)
      }
      // The first of a name is the runtime's.
      let key = String(decoding: name, as: UTF8.self)
      if found[key] == nil { found[key] = (range.lowerBound + offset)..<(range.lowerBound + offset + size) }
    }
    guard let place = found["#~"] ?? found["#-"] else {
      throw ParseError("pe.clr.invalid", "the metadata has no tables", offset: range.lowerBound)
    }
    isSorted = found["#~"] != nil
    let nowhere = range.upperBound..<range.upperBound
    (strings, blobs) = (found["#Strings"] ?? nowhere, found["#Blob"] ?? nowhere)
    tables = try CLRTables(place, source, &budget)
  }

  /// Octets up to the zero, at most 256.
  func string(_ index: Int, _ source: any ByteSource, _ budget: inout Budget) throws(ParseError) -> [UInt8] {
    guard index < strings.count else { throw outside("#Strings", index) }
    let count = min(256, strings.count - index)
    return Array(try PEImage.read(source, at: strings.lowerBound + index, count, &budget).prefix { $0 != 0 })
  }

  /// A blob of at most `limit` octets (ECMA-335 II.24.2.4).
  func blob(
    _ index: Int, limit: Int, _ source: any ByteSource, _ budget: inout Budget
  ) throws(ParseError) -> [UInt8] {
    guard index < blobs.count else { throw outside("#Blob", index) }
    let place = blobs.lowerBound + index
    let head = try PEImage.read(source, at: place, min(4, blobs.count - index), &budget)
    let first = Int(head[0])
    let width = first < 0x80 ? 1 : first < 0xC0 ? 2 : 4
    guard first < 0xE0, head.count >= width else { throw outside("#Blob", index) }
    let mask = width == 1 ? 0x7F : width == 2 ? 0x3F : 0x1F
    let count = head.dropFirst().prefix(width - 1).reduce(first & mask) { $0 << 8 | Int($1) }
    guard count <= limit, count <= blobs.count - index - width else { throw outside("#Blob", index) }
    return try PEImage.read(source, at: place + width, count, &budget)
  }

  private func outside(_ heap: String, _ index: Int) -> ParseError {
    ParseError("pe.clr.invalid", "what stands at \(index) of \(heap) is not inside it", offset: blobs.lowerBound)
  }
}
