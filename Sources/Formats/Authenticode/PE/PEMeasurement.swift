package import AssayBytes
import AssayContainers
package import AssayCore
package import AssayPKI

// The covered bytes of a PE image, Authenticode's rule: every byte but the CheckSum field, the directory entry of the certificate
// table and the table itself, in the order of the file; without a table, zeros up to a multiple of eight follow.
extension PEArtifact {
  /// One pass for all: the digests of every signature, flat digests, page digests and the header's checksum.
  package func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    try measure(also: flat, listed: [], &work)
  }

  /// Catalogs list images by the digest of the covered bytes alone.
  package var listedBy: [String] { ["authenticode"] }

  package func measure(
    also flat: [DigestAlgorithm], listed: [DigestAlgorithm], _ work: inout Work
  ) throws(ParseError) -> Measurements {
    let covered = Set(signatures.compactMap(\.digestAlgorithm)).union(flat).union(listed)
    let pageAlgorithms = Set(signatures.compactMap { $0.pageHashes?.algorithm })
    let named = try PEStrongNamePass(strongName, image, source)
    guard !covered.isEmpty || !flat.isEmpty || named != nil else { return Measurements() }
    var pass = try PEPass(
      image: image, covered: covered.sorted(), flat: Set(flat).sorted(),
      pages: PEPageLayout.obstacle(image) == nil ? pageAlgorithms.sorted() : [], source: source, tableStart: table?.range.lowerBound
    )
    pass.strongName = named
    // Past the certificate table nothing is covered; flat digests need it all.
    let coveredEnd = max(covered.isEmpty ? 0 : min(pass.coveredEnd, image.byteCount), named?.end ?? 0)
    let end = flat.isEmpty && image.storedChecksum == 0 ? coveredEnd : image.byteCount
    try source.forEachChunk(0..<end) { offset, chunk in pass.update(offset, chunk) }
    var measured = pass.finish()
    if let strongName, case .checkable(let algorithm) = strongName.standing, let digest = pass.strongName?.finish(),
      let finding = try strongName.check(digest, algorithm, source, &work.budget)
    {
      measured.findings.append(finding)
    }
    return measured
  }

  /// The covered bytes alone.
  package func listedDigests(
    _ algorithms: [DigestAlgorithm], _ work: inout Work
  ) throws(ParseError) -> [Measurements.Key: [UInt8]] {
    var pass = try PEPass(
      image: image, covered: algorithms.sorted(), flat: [], pages: [], source: source, tableStart: table?.range.lowerBound,
      checksum: false)
    try source.forEachChunk(0..<min(pass.coveredEnd, image.byteCount)) { offset, chunk in pass.update(offset, chunk) }
    return pass.finish().digests
  }

  /// None where page hashes cannot be measured.
  package func firstPage(_ algorithms: [DigestAlgorithm]) throws(ParseError) -> [DigestAlgorithm: [UInt8]] {
    guard PEPageLayout.obstacle(image) == nil else { return [:] }
    var digests: [DigestAlgorithm: [UInt8]] = [:]
    for algorithm in algorithms { digests[algorithm] = try PEPass.headerPage(image, algorithm, source) }
    return digests
  }
}

/// The running state of one pass over an image.
private struct PEPass {
  let image: PEImage
  let coveredEnd: Int
  private let gaps: [Range<Int>]
  private let hasTable: Bool
  private var covered: [(algorithm: DigestAlgorithm, hasher: DigestHasher)]
  private var flat: [(algorithm: DigestAlgorithm, hasher: DigestHasher)]
  private var checksum: PEChecksum?
  private let layout: PEPageLayout?
  private var pages: [(algorithm: DigestAlgorithm, hasher: DigestHasher, digests: [(offset: Int, digest: [UInt8])])] = []
  private var page = 0
  var strongName: PEStrongNamePass?

  init(
    image: PEImage, covered: [DigestAlgorithm], flat: [DigestAlgorithm], pages algorithms: [DigestAlgorithm],
    source: any ByteSource, tableStart: Int?, checksum wantsChecksum: Bool = true
  ) throws(ParseError) {
    self.image = image
    self.covered = covered.map { ($0, DigestHasher($0)) }
    self.flat = flat.map { ($0, DigestHasher($0)) }
    hasTable = tableStart != nil
    coveredEnd = tableStart ?? image.byteCount
    gaps = PEPass.gaps(image)
    checksum = image.storedChecksum == 0 || !wantsChecksum ? nil : PEChecksum()
    layout = algorithms.isEmpty ? nil : PEPageLayout(image)
    for algorithm in algorithms {
      let digest = try PEPass.headerPage(image, algorithm, source)
      pages.append((algorithm, DigestHasher(algorithm), [(0, digest)]))
    }
  }

  /// The fields that nothing covers: CheckSum and the directory entry of the certificate table.
  private static func gaps(_ image: PEImage) -> [Range<Int>] {
    [image.checksumOffset..<(image.checksumOffset + 4)] + (image.certificateEntryOffset.map { [$0..<($0 + 8)] } ?? [])
  }

  /// The headers without the omitted fields, filled with zeros as if these were not missing.
  static func headerPage(
    _ image: PEImage, _ algorithm: DigestAlgorithm, _ source: any ByteSource
  ) throws(ParseError) -> [UInt8] {
    let gaps = gaps(image)
    let bytes = try source.prefix(image.sizeOfHeaders)
    var hasher = DigestHasher(algorithm)
    var place = 0
    for gap in gaps where gap.upperBound <= bytes.count && gap.lowerBound >= place {
      hasher.update(bytes[place..<gap.lowerBound])
      place = gap.upperBound
    }
    hasher.update(bytes[place...])
    hasher.update([UInt8](repeating: 0, count: max(image.pageSize - bytes.count, 0))[...])
    return hasher.finalize()
  }

  mutating func update(_ offset: Int, _ chunk: UnsafeRawBufferPointer) {
    for index in flat.indices { flat[index].hasher.update(chunk) }
    checksum?.update(chunk)
    strongName?.update(offset, chunk)
    updateCovered(offset, chunk)
    if let layout { updatePages(layout, offset, chunk) }
  }

  private mutating func updateCovered(_ offset: Int, _ chunk: UnsafeRawBufferPointer) {
    let end = min(offset + chunk.count, coveredEnd)
    var place = offset
    while place < end {
      if let gap = gaps.first(where: { $0.contains(place) }) {
        place = gap.upperBound
        continue
      }
      let stop = gaps.reduce(end) { $1.lowerBound > place ? min($0, $1.lowerBound) : $0 }
      let part = UnsafeRawBufferPointer(rebasing: chunk[(place - offset)..<(stop - offset)])
      for index in covered.indices { covered[index].hasher.update(part) }
      place = stop
    }
  }

  private mutating func updatePages(_ layout: PEPageLayout, _ offset: Int, _ chunk: UnsafeRawBufferPointer) {
    let end = offset + chunk.count
    while page < layout.pages.count {
      let current = layout.pages[page]
      guard current.offset < end else { return }
      let from = max(current.offset, offset)
      let to = min(current.offset + current.count, end)
      if from < to {
        let part = UnsafeRawBufferPointer(rebasing: chunk[(from - offset)..<(to - offset)])
        for index in pages.indices { pages[index].hasher.update(part) }
      }
      guard current.offset + current.count <= end else { return }
      let fill = [UInt8](repeating: 0, count: layout.pageSize - current.count)
      for index in pages.indices {
        if !fill.isEmpty { pages[index].hasher.update(fill[...]) }
        pages[index].digests.append((current.offset, pages[index].hasher.finalize()))
        pages[index].hasher = DigestHasher(pages[index].algorithm)
      }
      page += 1
    }
  }

  mutating func finish() -> Measurements {
    var measured = Measurements()
    let padding = hasTable ? 0 : (8 - image.byteCount % 8) % 8
    for index in covered.indices {
      covered[index].hasher.update([UInt8](repeating: 0, count: padding)[...])
      measured.digests[.init("authenticode", covered[index].algorithm)] = covered[index].hasher.finalize()
    }
    for index in flat.indices { measured.digests[.init("flat", flat[index].algorithm)] = flat[index].hasher.finalize() }
    for entry in pages { measured.pages[entry.algorithm] = entry.digests }
    if let checksum {
      let value = checksum.value(without: image.storedChecksum, at: image.checksumOffset, byteCount: image.byteCount)
      if value != image.storedChecksum {
        measured.findings.append(
          Finding(
            "pe.checksum.mismatch", .note, "the header's checksum is not that of the file; no signature covers it",
            offset: image.checksumOffset, expected: "0x" + String(value, radix: 16),
            found: "0x" + String(image.storedChecksum, radix: 16)))
      }
    }
    return measured
  }
}
