package import AssayBytes
import CZlib

/// How much may still be unpacked of one archive.
package struct ZIPAllowance: Sendable {
  /// Octets of all entries together. The largest game packages have more; everything else is far below.
  package static let byteLimit = 8 << 30
  /// Above `freeCount` octets an entry may not be larger than this many times its compressed form. Real program code reaches 20.
  package static let ratioLimit = 200
  package static let freeCount = 16 << 20
  package private(set) var left = ZIPAllowance.byteLimit
  package init() {}

  mutating func spend(_ entry: ZIPEntry) throws(ParseError) {
    guard entry.byteCount <= left else {
      throw ParseError("limit.zip-bytes", "unpacked, the archive has more than \(ZIPAllowance.byteLimit) bytes")
    }
    if entry.byteCount > ZIPAllowance.freeCount, entry.byteCount / ZIPAllowance.ratioLimit > entry.compressedCount {
      throw ParseError(
        "limit.zip-ratio", "\(entry.text) unpacks to more than \(ZIPAllowance.ratioLimit) times its size",
        offset: entry.data.lowerBound)
    }
    left -= entry.byteCount
  }
}

extension ZIPArchive {
  /// Small entries held in memory: manifests, signatures.
  package static let heldLimit = 32 << 20

  /// Unpacks an entry piece by piece and proves size and checksum at the end. Throws `zip.entry.*` for data that are not what the
  /// directory says, `zip.method.unsupported`, `zip.entry.encrypted`, `limit.*`, or what `body` throws.
  package func unpack(
    _ entry: ZIPEntry, from source: any ByteSource, _ allowance: inout ZIPAllowance,
    _ body: (UnsafeRawBufferPointer) throws(ParseError) -> Void
  ) throws(ParseError) {
    guard !entry.isEncrypted else {
      throw ParseError("zip.entry.encrypted", "\(entry.text) is encrypted", offset: entry.record.lowerBound)
    }
    try allowance.spend(entry)
    var count = 0
    var checksum: UInt = 0
    func take(_ piece: UnsafeRawBufferPointer) throws(ParseError) {
      guard piece.count <= entry.byteCount - count else {
        throw ParseError(
          "zip.entry.size", "\(entry.text) unpacks to more than \(entry.byteCount) bytes", offset: entry.data.lowerBound)
      }
      count += piece.count
      checksum = UInt(crc32(uLong(checksum), piece.bindMemory(to: UInt8.self).baseAddress, uInt(piece.count)))
      try body(piece)
    }
    switch entry.method {
    case 0: try source.forEachChunk(entry.data) { _, chunk throws(ParseError) in try take(chunk) }
    case 8:
      let inflater = try Inflater()
      try source.forEachChunk(entry.data) { offset, chunk throws(ParseError) in
        try inflater.inflate(chunk, at: offset, take)
      }
      // Microsoft's own MSIX SDK ends a stream with a flush and no last block; nothing is missing then.
      guard inflater.isFinished || count == entry.byteCount else {
        throw ParseError("zip.entry.data", "the compressed data of \(entry.text) end too early", offset: entry.data.upperBound)
      }
    default:
      throw ParseError(
        "zip.method.unsupported", "\(entry.text) is compressed by method \(entry.method), which is not read",
        offset: entry.record.lowerBound)
    }
    guard count == entry.byteCount, UInt32(truncatingIfNeeded: checksum) == entry.checksum else {
      throw ParseError(
        "zip.entry.size", "\(entry.text) has another size or checksum than the directory says", offset: entry.data.lowerBound)
    }
  }

  /// A small entry, whole.
  package func contents(
    _ entry: ZIPEntry, from source: any ByteSource, limit: Int = ZIPArchive.heldLimit, _ allowance: inout ZIPAllowance,
    _ budget: inout Budget
  ) throws(ParseError) -> [UInt8] {
    guard entry.byteCount <= limit else {
      throw ParseError("limit.zip-held", "\(entry.text) has \(entry.byteCount) bytes; \(limit) are held in memory at most")
    }
    try budget.spend(bytes: entry.byteCount)
    var octets: [UInt8] = []
    octets.reserveCapacity(min(entry.byteCount, 1 << 20))
    try unpack(entry, from: source, &allowance) { piece throws(ParseError) in octets.append(contentsOf: piece) }
    return octets
  }
}
