package import AssayBytes
import AssayPKI

/// Compares pages of code with every directory in one pass over the bytes.
package struct PageMeasurement {
  /// The first page that differs, for each directory; nil where all are what was signed.
  package struct Mismatch: Hashable, Sendable {
    package let page: Int
    package let offset: Int
    package let expected: [UInt8]
    package let found: [UInt8]
  }

  /// Code is compared in parts of this size, or of the largest page where that is larger.
  package static let partBytes = 2 << 20
  /// Small enough for a part to get memory that the part before it gave back, and no new pages of the system.
  private static let chunkBytes = 64 << 10

  /// `base`: where the code begins in the source. Directories whose limit lies behind the code are for the claim to refuse.
  package static func compare(
    _ directories: [CodeDirectory], with source: any ByteSource, at base: Int, lanes: any Lanes = OneLane()
  ) throws(ParseError) -> [Mismatch?] {
    let end = directories.map(\.codeLimit).max() ?? 0
    guard base >= 0, base <= source.byteCount, end <= source.byteCount - base else {
      throw ParseError("apple.directory.limit", "the code directory covers \(end) bytes, more than there are", offset: base)
    }
    guard end > 0 else { return directories.map { _ in nil } }
    // Sizes of pages are powers of two, so that no page lies in two parts. A single page of everything is one part.
    let largest = directories.map { $0.pageSize == 0 ? end : $0.pageSize }.max() ?? end
    let part = max(largest, partBytes)
    let results = lanes.map((end - 1) / part + 1) { number in
      let start = number * part
      return Result { () throws(ParseError) in
        try compare(directories, with: source, at: base, start..<(start + min(part, end - start)))
      }
    }
    var first = [Mismatch?](repeating: nil, count: directories.count)
    for result in results {
      for (index, mismatch) in try result.get().enumerated() where first[index] == nil { first[index] = mismatch }
    }
    return first
  }

  /// `range`: of the code, from the beginning of a page of every directory.
  private static func compare(
    _ directories: [CodeDirectory], with source: any ByteSource, at base: Int, _ range: Range<Int>
  ) throws(ParseError) -> [Mismatch?] {
    var tracks = directories.map { PageTrack($0, range, base) }
    try source.forEachChunk((base + range.lowerBound)..<(base + range.upperBound), chunkBytes: chunkBytes) { offset, chunk in
      for index in tracks.indices { tracks[index].update(chunk, at: offset - base) }
    }
    return tracks.map(\.mismatch)
  }
}

/// One directory's pages along a range of the code.
private struct PageTrack {
  private let algorithm: DigestAlgorithm
  private let hashSize: Int
  private let pageSize: Int
  private let codeLimit: Int
  /// Where the code begins in the source.
  private let base: Int
  private let firstPage: Int
  /// Digests of the range's pages. A copy: what threads count owners of together costs them more than the digests.
  private let expected: [UInt8]

  private var page: Int
  /// Of the page under way, what is still to come.
  private var left: Int
  /// Of a page that came in pieces.
  private var hasher: DigestHasher?
  private(set) var mismatch: PageMeasurement.Mismatch?

  init(_ directory: CodeDirectory, _ range: Range<Int>, _ base: Int) {
    (algorithm, hashSize, pageSize) = (directory.algorithm, directory.hashSize, directory.pageSize)
    codeLimit = directory.codeLimit
    self.base = base
    let pages =
      pageSize == 0
      ? 0..<directory.codeSlotCount : range.lowerBound / pageSize..<max(range.lowerBound, range.upperBound - 1) / pageSize + 1
    firstPage = pages.lowerBound
    expected = Array(directory.pageDigests(pages))
    page = firstPage
    left = 0
    left = size(of: page)
  }

  private func size(of page: Int) -> Int {
    if pageSize == 0 { return page == 0 ? codeLimit : 0 }
    let (start, overflow) = page.multipliedReportingOverflow(by: pageSize)
    return overflow ? 0 : min(pageSize, max(0, codeLimit - start))
  }

  /// `offset`: of the chunk in the code.
  mutating func update(_ chunk: UnsafeRawBufferPointer, at offset: Int) {
    var rest = UnsafeRawBufferPointer(rebasing: chunk[..<min(chunk.count, max(0, codeLimit - offset))])
    while !rest.isEmpty, left > 0 {
      let part = UnsafeRawBufferPointer(rebasing: rest[..<min(rest.count, left)])
      rest = UnsafeRawBufferPointer(rebasing: rest[part.count...])
      left -= part.count
      if left == 0, hasher == nil {
        if mismatch == nil { compare(part) }
      } else {
        var running = hasher ?? DigestHasher(algorithm)
        running.update(part)
        hasher = left == 0 ? nil : running
        if left == 0 { settle(running.finalize()) }
      }
      guard left == 0 else { continue }
      page += 1
      left = size(of: page)
    }
  }

  /// A page that is here whole.
  private mutating func compare(_ bytes: UnsafeRawBufferPointer) {
    if !algorithm.isDigest(expectedDigest, of: bytes) {
      var hasher = DigestHasher(algorithm)
      hasher.update(bytes)
      settle(hasher.finalize())
    }
  }

  private var expectedDigest: ArraySlice<UInt8> {
    let start = (page - firstPage) * hashSize
    return start <= expected.count - hashSize ? expected[start..<(start + hashSize)] : []
  }

  private mutating func settle(_ digest: [UInt8]) {
    let found = digest.prefix(hashSize)
    guard mismatch == nil, !found.elementsEqual(expectedDigest) else { return }
    mismatch = PageMeasurement.Mismatch(
      page: page, offset: base + page * pageSize, expected: Array(expectedDigest), found: Array(found))
  }
}
