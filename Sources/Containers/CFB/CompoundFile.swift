package import AssayBytes

/// A compound file (MS-CFB, OLE2 structured storage): a tree of storages and streams inside one file, read but not believed.
///
/// Tables are held, streams are not: of each only the ranges of the file are known that hold it, in order. A file that breaks the
/// rules throws `cfb.*`.
package struct CompoundFile: Sendable {
  package let majorVersion: UInt16
  package let sectorSize: Int
  package let byteCount: Int
  /// By number; nil where an entry is not in use. The first is the root storage.
  package let entries: [CompoundFileEntry?]
  /// Numbers of the entries of each storage, in the order of the tree; empty for streams.
  package let children: [[Int]]
  /// File ranges of each stream, by number.
  package let ranges: [[Range<Int>]]
  /// Offset just past the last sector that the allocation table has in use.
  package let allocatedEnd: Int
  /// Sectors in use according to the table that belong to nothing.
  package let orphanSectors: Int
  package let freeSectors: Int
  /// `cfb.*`: rules broken in a way that leaves it readable. Names that Windows may look up otherwise are among them.
  package let irregularities: [ParseError]

  /// More entries are not read: Windows Installer packages have some hundreds.
  package static let maximumEntries = 1 << 16
  /// Small streams of more bytes in all are not read; it bounds the mini FAT to 16 MiB.
  package static let maximumMiniBytes = 256 << 20

  package static func recognizes(head: [UInt8]) -> Bool { head.starts(with: CompoundFileHeader.magic) }

  package init(_ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    var reader = try CompoundFileReader(source, &budget)
    try reader.readTables(&budget)
    let root = try reader.readDirectory(&budget)
    let children = try reader.readTree(&budget)
    let ranges = try reader.readStreams(root, children, &budget)
    let usage = reader.usage
    majorVersion = reader.header.majorVersion
    sectorSize = 1 << reader.header.sectorShift
    byteCount = source.byteCount
    entries = reader.entries
    self.children = children
    self.ranges = ranges
    allocatedEnd = usage.end
    orphanSectors = usage.orphans
    freeSectors = usage.free
    irregularities = reader.header.irregularities + reader.irregularities
  }

  package var root: CompoundFileEntry? { entries.first ?? nil }

  /// The number of a storage's entry with this name (UTF-16LE), compared byte for byte.
  package func child(named name: [UInt8], of storage: Int = 0) -> Int? {
    guard children.indices.contains(storage) else { return nil }
    return children[storage].first { entries[$0]?.name.elementsEqual(name) == true }
  }

  /// The bytes of a stream; the caller has checked that it wants that many.
  package func read(_ stream: Int, _ source: any ByteSource, _ budget: inout Budget) throws(ParseError) -> [UInt8] {
    guard ranges.indices.contains(stream) else { return [] }
    var bytes: [UInt8] = []
    for range in ranges[stream] {
      try budget.spend(bytes: range.count)
      bytes += try source.bytes(range)
    }
    return bytes
  }
}
