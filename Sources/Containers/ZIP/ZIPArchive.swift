package import AssayBytes

/// A ZIP archive (PKWARE APPNOTE 6.3), read strictly: what two readers could take for different archives is refused.
///
/// Central directory and local headers must agree, no name occurs twice, no entries overlap, nothing is encrypted in the directory
/// itself, and there is one disk. What is merely odd (bytes before, between and after the entries, comments) is kept in
/// `irregularities` for the format to judge.
package struct ZIPArchive: Sendable {
  /// In the order of the central directory.
  package let entries: [ZIPEntry]
  package let end: ZIPEnd
  /// `zip.*` with offsets.
  package let irregularities: [ParseError]
  package let byteCount: Int

  /// Entries that are read. The largest package of the Windows SDK has about 30,000.
  package static let entryLimit = 200_000
  /// Central directory octets, which are held in memory.
  package static let directoryLimit = 64 << 20

  /// Throws `zip.*`, `limit.*` or `io.*`.
  package init(_ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    byteCount = source.byteCount
    var notes: [ParseError] = []
    end = try ZIPEndReader.read(source, &notes)
    guard end.entryCount <= ZIPArchive.entryLimit else {
      throw ParseError(
        "limit.zip-entries", "the archive has \(end.entryCount) entries; more than \(ZIPArchive.entryLimit) are not read")
    }
    guard end.directory.count <= ZIPArchive.directoryLimit else {
      throw ParseError("limit.zip-directory", "the central directory has \(end.directory.count) bytes")
    }
    let headers = try ZIPArchive.headers(end, source, &budget)
    var entries: [ZIPEntry] = []
    entries.reserveCapacity(headers.count)
    var names = Set<[UInt8]>()
    for header in headers {
      let entry = try ZIPLocalHeader.entry(header, source, before: end.directory.lowerBound, &budget)
      guard names.insert(entry.key).inserted else {
        throw ParseError("zip.name.duplicate", "two entries are named \(entry.text)", offset: entry.directoryRecord.lowerBound)
      }
      if entry.isUnsafe {
        notes.append(
          ParseError("zip.name.unsafe", "the name \(entry.text) leads out of its folder", offset: entry.directoryRecord.lowerBound))
      }
      entries.append(entry)
    }
    self.entries = entries
    try ZIPArchive.compareOrder(entries, end, &notes)
    irregularities = notes
  }

  private static func headers(
    _ end: ZIPEnd, _ source: any ByteSource, _ budget: inout Budget
  ) throws(ParseError) -> [ZIPDirectoryHeader] {
    try budget.spend(bytes: end.directory.count)
    let octets = try source.bytes(end.directory)
    var reader = ByteReader(octets[...], base: end.directory.lowerBound, truncated: "zip.directory.truncated")
    var headers: [ZIPDirectoryHeader] = []
    while !reader.isAtEnd {
      try budget.spend(nodes: 1)
      headers.append(try ZIPDirectoryHeader(&reader))
    }
    guard headers.count == end.entryCount else {
      throw ParseError(
        "zip.directory.count", "the central directory has \(headers.count) entries, its end says \(end.entryCount)",
        offset: end.record.lowerBound)
    }
    return headers
  }

  /// Overlaps are refused; bytes that belong to no entry are told.
  private static func compareOrder(_ entries: [ZIPEntry], _ end: ZIPEnd, _ notes: inout [ParseError]) throws(ParseError) {
    var place = 0
    for entry in entries.sorted(by: { $0.record.lowerBound < $1.record.lowerBound }) {
      let start = entry.record.lowerBound
      guard start >= place else {
        throw ParseError("zip.entry.overlap", "\(entry.text) shares bytes with the entry before it", offset: start)
      }
      if start > place {
        let code = place == 0 ? "zip.layout.prefix" : "zip.layout.gap"
        notes.append(ParseError(code, "\(start - place) bytes before \(entry.text) belong to no entry", offset: place))
      }
      place = entry.record.upperBound
    }
    if end.directory.lowerBound > place {
      let count = end.directory.lowerBound - place
      notes.append(ParseError("zip.layout.gap", "\(count) bytes before the central directory belong to no entry", offset: place))
    }
    if !end.comment.isEmpty {
      notes.append(
        ParseError("zip.layout.comment", "the archive has a comment of \(end.comment.count) bytes", offset: end.comment.lowerBound))
    }
  }

  /// The entry of that name, compared as bytes.
  package func entry(_ name: StaticString) -> ZIPEntry? { entries.first { $0.isNamed(name) } }

  /// True for what begins as an archive does.
  package static func recognizes(head: [UInt8]) -> Bool {
    head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06])
  }
}
