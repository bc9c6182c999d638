import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// What vouches for parts of a package that have no signature of their own.
struct PackageCover: Sendable {
  let claims: [any Claim]
  /// Of the package, without its parts.
  let measured: Measurements
}

/// Code inside a package: scripts of its installer, programs of its payload, packages in it.
struct PackageParts {
  /// Unpacked in one pass, all archives of a package together.
  static let unpackedByteLimit = 1 << 30
  /// One program, and all that are held at a time.
  static let fileByteLimit = 64 << 20
  static let heldByteLimit = 128 << 20
  static let countLimit = 1_000

  let archive: XarArchive
  let source: any ByteSource
  let target: String
  let cover: PackageCover
  private(set) var notes: [Finding] = []
  private var parts: [NestedArtifact] = []
  private var unpacked = 0
  private var held = 0
  private var leftOut = 0

  init(_ archive: XarArchive, _ source: any ByteSource, target: String, cover: PackageCover) {
    self.archive = archive
    self.source = source
    self.target = target
    self.cover = cover
  }

  /// Throws `io.*` only: what cannot be unpacked is told, and is covered by its checksum all the same.
  mutating func find(_ budget: inout Budget) throws(ParseError) -> [NestedArtifact] {
    for entry in archive.entries {
      guard let data = entry.data, data.encoding == .none, !data.place.isEmpty else { continue }
      let head = try source.prefix(at: data.place.lowerBound, min(64, data.place.count))
      if XarArchive.recognizes(head) {
        let (source, place, target) = (source, data.place, target)
        parts.append(
          NestedArtifact(path: entry.name) { () throws(ParseError) in
            try Artifact(target: "\(target)/\(entry.name)", name: entry.name, source: PartSource(source, place))
          })
        continue
      }
      let isScripts = PackageParts.isNamed(entry, "Scripts")
      guard isScripts || PackageParts.isNamed(entry, "Payload") else { continue }
      try open(entry, data, head, isScripts: isScripts, &budget)
    }
    if leftOut > 0 {
      notes.append(
        Finding(
          "limit.package-parts", .note,
          "\(leftOut) programs and scripts of the package were not judged by themselves: they are more or larger than is looked at")
      )
    }
    return parts
  }

  private static func isNamed(_ entry: XarEntry, _ name: String) -> Bool {
    entry.path.elementsEqual(name.utf8) || entry.path.reversed().starts(with: "/\(name)".utf8.reversed())
  }

  /// Compressions that this tool has no reader for, by how they begin.
  private static let unread: [(mark: [UInt8], name: String)] = [
    (Array("pbzx".utf8), "pbzx (Apple's frames of xz)"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz"), (Array("BZh".utf8), "bzip2"),
    (Array("YAA1".utf8), "an Apple Archive"), (Array("AA01".utf8), "an Apple Archive"),
    ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), ([0x5D, 0, 0], "lzma"),
  ]

  private mutating func open(
    _ entry: XarEntry, _ data: XarData, _ head: [UInt8], isScripts: Bool, _ budget: inout Budget
  ) throws(ParseError) {
    let isGzip = head.starts(with: [0x1F, 0x8B])
    guard isGzip || head.starts(with: Array("0707".utf8)) else {
      let form = PackageParts.unread.first { head.starts(with: $0.mark) }?.name ?? "an unknown form"
      notes.append(
        Finding(
          "pkg.payload.not-read", .note,
          "\(entry.name) is compressed as \(form), which is not read: what is in it is not assessed; unpack it and scan that",
          offset: data.place.lowerBound, found: form))
      return
    }
    var archiveReader = CPIOReader()
    var collector = PartCollector(isScripts: isScripts, room: PackageParts.heldByteLimit - held)
    var total = unpacked
    do throws(ParseError) {
      let inflater = isGzip ? try Inflater(.gzip, code: "pkg.archive.data") : nil
      try source.forEachChunk(data.place) { (offset, chunk) throws(ParseError) in
        func take(_ piece: UnsafeRawBufferPointer) throws(ParseError) {
          guard piece.count <= PackageParts.unpackedByteLimit - total else {
            throw ParseError(
              "limit.package-parts", "unpacks to more than the \(PackageParts.unpackedByteLimit) bytes that are looked at",
              offset: offset)
          }
          total += piece.count
          try archiveReader.read(piece, &budget) { (event) throws(ParseError) in collector.take(event) }
        }
        if let inflater { try inflater.inflate(chunk, at: offset, take) } else { try take(chunk) }
      }
      guard inflater?.isFinished ?? true else {
        throw ParseError("cpio.truncated", "the compressed data have no end", offset: data.place.upperBound)
      }
      guard archiveReader.isFinished else {
        throw ParseError("cpio.truncated", "the archive has no end", offset: data.place.upperBound)
      }
    } catch {
      if error.isUnreadable { throw error }
      notes.append(
        Finding(
          error.code, error.isLimit ? .note : .warning, "\(entry.name) cannot be read whole: \(error.message)",
          offset: data.place.lowerBound))
    }
    unpacked = total
    held += collector.heldBytes
    leftOut += collector.leftOut
    for found in collector.found {
      guard parts.count < PackageParts.countLimit else {
        leftOut += 1
        continue
      }
      parts.append(nested("\(entry.name)/\(found.name)", found))
    }
  }

  private func nested(_ path: String, _ found: PartCollector.Found) -> NestedArtifact {
    let (cover, whole) = (cover, "\(target)/\(path)")
    let source = MemorySource(found.octets)
    let name = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: Array($0), as: UTF8.self) } ?? path
    let read: NestedArtifact.Read = { (budget: inout Budget) throws(ParseError) in
      guard found.isImage else { return CoveredPart(role: .script, cover: cover, source: source) }
      let image = try MachOArtifact(source, &budget)
      guard image.claims.isEmpty, !cover.claims.isEmpty else { return image }
      return CoveredPart(role: image.roles.first ?? .executable, cover: cover, source: source)
    }
    return NestedArtifact(path: path, reader: (found.isImage ? MachOFormat.self : FlatPackageFormat.self, read)) {
      () throws(ParseError) in
      try Artifact(target: whole, name: name, source: source)
    }
  }
}

/// Takes scripts and programs out of an archive that streams by.
struct PartCollector {
  struct Found: Sendable {
    let name: String
    let octets: [UInt8]
    let isImage: Bool
  }

  let isScripts: Bool
  let room: Int
  private(set) var found: [Found] = []
  private(set) var heldBytes = 0
  private(set) var leftOut = 0
  private var entry: CPIOReader.Entry?
  private var octets: [UInt8] = []
  /// Whether the entry is kept; nil as long as its beginning was not seen.
  private var isKept: Bool?

  init(isScripts: Bool, room: Int) {
    self.isScripts = isScripts
    self.room = room
  }

  mutating func take(_ event: CPIOReader.Event) {
    switch event {
    case .entry(let next):
      entry = next.isFile ? next : nil
      octets = []
      isKept = entry == nil ? false : nil
    case .content(let piece):
      guard isKept != false, let entry else { return }
      octets += piece
      guard isKept == nil, octets.count >= min(8, entry.byteCount) else { return }
      isKept = wants(entry)
      if isKept == false { octets = [] }
    case .end:
      if isKept == true, let entry {
        heldBytes += octets.count
        found.append(Found(name: PartCollector.clean(entry.name), octets: octets, isImage: MachOFile.recognizes(octets)))
      }
      (entry, octets, isKept) = (nil, [], nil)
    }
  }

  private mutating func wants(_ entry: CPIOReader.Entry) -> Bool {
    let isCode = MachOFile.recognizes(octets) || isScripts && octets.starts(with: Array("#!".utf8))
    guard isCode else { return false }
    guard entry.byteCount <= PackageParts.fileByteLimit, entry.byteCount <= room - heldBytes else {
      leftOut += 1
      return false
    }
    return true
  }

  /// `./preinstall` and `preinstall` are one name.
  private static func clean(_ name: [UInt8]) -> String {
    var rest = name[...]
    while rest.starts(with: Array("./".utf8)) { rest = rest.dropFirst(2) }
    return String(decoding: rest, as: UTF8.self)
  }
}
