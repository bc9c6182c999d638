import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// Everything in the heap compared with its checksums, in the order in which it lies there.
struct PackageContents {
  /// Unpacked to be compared: 0.3 s for each 100 MB.
  static let extractedByteLimit = 1 << 30
  /// Findings that are told one by one.
  static let toldLimit = 100

  let archive: XarArchive
  let source: any ByteSource
  let tableDigest: [UInt8]?
  private(set) var notes: [Finding] = []
  private var sealed = SealedContent()
  private var extractedBytes = 0
  private var notCompared = 0

  init(_ archive: XarArchive, _ source: any ByteSource, tableDigest: [UInt8]?) {
    self.archive = archive
    self.source = source
    self.tableDigest = tableDigest
  }

  /// Throws `io.*` only.
  mutating func compare() throws(ParseError) -> SealedContent {
    try compareTable()
    var parts: [(name: String, data: XarData)] = []
    for entry in archive.entries {
      for data in entry.parts { parts.append((data.kind == "data" ? entry.name : "\(entry.name) (\(data.kind))", data)) }
    }
    parts.sort { ($0.data.place.lowerBound, $0.data.place.upperBound) < ($1.data.place.lowerBound, $1.data.place.upperBound) }
    for (name, data) in parts { try compare(name, data) }
    if notCompared > 0 {
      notes.append(
        Finding(
          "pkg.extracted.not-compared", .note,
          "\(notCompared) files were not unpacked to be compared with the checksums of what they unpack to; their packed bytes were"
        ))
    }
    return sealed
  }

  private mutating func compareTable() throws(ParseError) {
    let place = archive.checksum.place
    guard let tableDigest, place.count <= 64 else { return }
    let stored = try source.bytes(place)
    if stored == tableDigest {
      sealed.intact += 1
    } else {
      tell(
        "xar.toc.checksum", "the table of contents is not what its checksum was made of", at: place.lowerBound,
        expected: Hex.encode(stored), found: Hex.encode(tableDigest))
    }
  }

  private mutating func compare(_ name: String, _ data: XarData) throws(ParseError) {
    // What has no checksum that covers anything is the claim's to tell.
    guard let wanted = data.archived, let algorithm = wanted.style?.algorithm, wanted.value.count == algorithm.byteCount else {
      return
    }
    let unpacked = data.extracted.flatMap { sum in sum.style?.algorithm.map { (algorithm: $0, value: sum.value) } }
    var packedHasher = DigestHasher(algorithm)
    var unpackedHasher = unpacked.map { DigestHasher($0.algorithm) }
    let inflater = try unpacker(data, isWanted: unpackedHasher != nil)
    if data.encoding != .none, unpackedHasher != nil, inflater == nil {
      notCompared += 1
      unpackedHasher = nil
    }
    var made = 0
    var failure: ParseError?
    try source.forEachChunk(data.place) { (offset, chunk) throws(ParseError) in
      packedHasher.update(chunk)
      guard unpackedHasher != nil, failure == nil else { return }
      guard let inflater else {
        unpackedHasher?.update(chunk)
        made += chunk.count
        return
      }
      do throws(ParseError) {
        try inflater.inflate(chunk, at: offset) { (piece) throws(ParseError) in
          guard piece.count <= data.byteCount - made else {
            throw ParseError("xar.file.data", "it unpacks to more than the \(data.byteCount) bytes that it says", offset: offset)
          }
          made += piece.count
          unpackedHasher?.update(piece)
        }
      } catch {
        failure = error
      }
    }
    let found = packedHasher.finalize()
    if found != wanted.value {
      tell(
        "xar.file.altered", "\(name) is not what was signed: its \(algorithm.rawValue) digest differs", at: data.place.lowerBound,
        expected: Hex.encode(wanted.value), found: Hex.encode(found))
      return
    }
    if let failure {
      tell("xar.file.data", "\(name) cannot be unpacked: \(failure.message)", at: failure.offset ?? data.place.lowerBound)
      return
    }
    if let unpacked, let digest = unpackedHasher?.finalize(), digest != unpacked.value || made != data.byteCount {
      tell(
        "xar.file.extracted", "\(name) unpacks to something else than was signed", at: data.place.lowerBound,
        expected: "\(Hex.encode(unpacked.value)), \(data.byteCount) bytes", found: "\(Hex.encode(digest)), \(made) bytes")
      return
    }
    sealed.intact += 1
  }

  private mutating func unpacker(_ data: XarData, isWanted: Bool) throws(ParseError) -> Inflater? {
    guard data.encoding == .zlib, isWanted, data.byteCount <= PackageContents.extractedByteLimit - extractedBytes else {
      return nil
    }
    extractedBytes += data.byteCount
    return try Inflater(.zlib, code: "xar.file.data")
  }

  private mutating func tell(_ code: String, _ message: String, at offset: Int, expected: String? = nil, found: String? = nil) {
    guard sealed.findings.count < PackageContents.toldLimit else { return }
    sealed.findings.append(
      Finding(code, .failure, message, offset: offset, expected: expected, found: found, attack: ["T1554"]))
  }
}
