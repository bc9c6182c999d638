package import AssayBytes

/// A xar archive: header, compressed table of contents in XML, heap. Every part of the heap is known by the table; what is not is told.
package struct XarArchive: Sendable {
  package let header: XarHeader
  /// Style and place of the table's own checksum. The style is nil where nobody knows it.
  package let checksum: (style: XarDigest?, place: Range<Int>)
  package let signatures: [XarSignature]
  package let entries: [XarEntry]
  /// From the end of the file backwards.
  package let trailers: [XarTrailer]
  package let creationTime: XMLText?
  /// What makes an archive ambiguous or leaves bytes out of what is covered.
  package let problems: [ParseError]
  /// Bytes of the heap that belong to nothing: nobody reads them.
  package let tolerated: [ParseError]

  package static func recognizes(_ head: [UInt8]) -> Bool { head.starts(with: XarHeader.magic) }

  /// Throws `xar.*`, `xml.*`, `limit.*`.
  package init(_ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    header = try XarHeader(source)
    let octets = try XarArchive.table(header, source, &budget)
    let table = try XarTable(octets, heap: header.heap, fileEnd: source.byteCount, &budget)
    checksum = table.checksum
    signatures = table.signatures
    entries = table.entries
    creationTime = table.creationTime
    var problems = table.problems
    if table.checksum.style != header.digest {
      problems.append(
        ParseError(
          "xar.checksum.disagree",
          "the header's digest is \(header.digest.rawValue), the table's \(table.checksum.style?.rawValue ?? "unknown")", offset: 24
        ))
    }
    var layout = XarLayout(heap: header.heap)
    try layout.add(table, &budget)
    layout.close()
    problems += layout.problems
    tolerated = layout.tolerated
    if let found = try XarTrailer.read(source, from: layout.end) {
      trailers = found
    } else {
      trailers = []
      problems.append(
        ParseError(
          "xar.heap.trailing", "\(source.byteCount - layout.end) bytes behind the heap belong to nothing", offset: layout.end))
    }
    self.problems = problems
  }

  private static func table(
    _ header: XarHeader, _ source: any ByteSource, _ budget: inout Budget
  ) throws(ParseError) -> [UInt8] {
    try budget.spend(bytes: header.table.count)
    try budget.spend(bytes: header.tableByteCount)
    var result: [UInt8] = []
    let inflater = try Inflater(.zlib, code: "xar.toc.data")
    try source.forEachChunk(header.table) { (offset, chunk) throws(ParseError) in
      try inflater.inflate(chunk, at: offset) { (made) throws(ParseError) in
        guard made.count <= header.tableByteCount - result.count else {
          throw ParseError(
            "xar.toc.size", "the table of contents is larger than the \(header.tableByteCount) bytes that the header says",
            offset: 16)
        }
        result += made
      }
    }
    guard inflater.isFinished, result.count == header.tableByteCount else {
      throw ParseError(
        "xar.toc.size", "the table of contents has \(result.count) bytes, the header says \(header.tableByteCount)", offset: 16)
    }
    return result
  }

  /// The unpacked content of a part, where it is small and its encoding is read; nil otherwise.
  package func contents(
    _ data: XarData, from source: any ByteSource, limit: Int, _ budget: inout Budget
  ) throws(ParseError) -> [UInt8]? {
    guard data.byteCount <= limit, data.place.count <= limit else { return nil }
    try budget.spend(bytes: data.place.count)
    switch data.encoding {
    case .none: return try source.bytes(data.place)
    case .other: return nil
    case .zlib:
      try budget.spend(bytes: data.byteCount)
      var result: [UInt8] = []
      let inflater = try Inflater(.zlib, code: "xar.file.data")
      try source.forEachChunk(data.place) { (offset, chunk) throws(ParseError) in
        try inflater.inflate(chunk, at: offset) { (made) throws(ParseError) in
          guard made.count <= data.byteCount - result.count else {
            throw ParseError("xar.file.data", "a file of the archive is larger than it says", offset: offset)
          }
          result += made
        }
      }
      return result
    }
  }
}

/// Who has which bytes of the heap.
struct XarLayout {
  let heap: Int
  private var owned: [(place: Range<Int>, isShared: Bool)] = []
  private(set) var problems: [ParseError] = []
  private(set) var tolerated: [ParseError] = []
  private(set) var end: Int

  init(heap: Int) {
    self.heap = heap
    end = heap
  }

  mutating func add(_ table: XarTable, _ budget: inout Budget) throws(ParseError) {
    owned.append((table.checksum.place, false))
    owned += table.signatures.map { ($0.place, false) }
    for entry in table.entries {
      try budget.spend(nodes: entry.parts.count)
      owned += entry.parts.map { ($0.place, true) }
    }
    owned = owned.filter { !$0.place.isEmpty }
  }

  mutating func close() {
    owned.sort { ($0.place.lowerBound, $0.place.upperBound) < ($1.place.lowerBound, $1.place.upperBound) }
    var last: (place: Range<Int>, isShared: Bool)?
    for part in owned {
      if part.place.lowerBound < end {
        // Two files of the same content may share it whole.
        let isSame = last.map { $0.place == part.place && $0.isShared && part.isShared } ?? false
        if !isSame, problems.count < 16 {
          problems.append(
            ParseError(
              "xar.heap.overlap", "two parts of the archive overlap in the heap", offset: part.place.lowerBound))
        }
      } else if part.place.lowerBound > end, tolerated.count < 16 {
        tolerated.append(
          ParseError(
            "xar.heap.gap", "\(part.place.lowerBound - end) bytes of the heap belong to nothing", offset: end))
      }
      end = max(end, part.place.upperBound)
      last = part
    }
  }
}
