/// Bytes at a distance: a file behind one descriptor, or memory. The seam through which artifacts enter the heart.
///
/// Random access; a read gives exactly the bytes asked for or throws. Never a memory map: a file that is truncated under a
/// map is SIGBUS, a crash.
package protocol ByteSource: Sendable {
  /// Size in bytes when it was opened. Reading past what is there by then throws `io.changed`.
  var byteCount: Int { get }
  /// Fills the buffer whole from `offset`, or throws `io.*`.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ParseError)
  /// Hands out the range in chunks of at most `chunkBytes`, in order. The pointer is valid only inside the closure.
  func readChunks(
    _ range: Range<Int>, chunkBytes: Int, _ body: (_ offset: Int, _ chunk: UnsafeRawBufferPointer) throws(ParseError) -> Void
  ) throws(ParseError)
  /// Throws `io.changed` if the bytes may not be those that were there when it was opened. Asked after the last read.
  func confirmUnchanged() throws(ParseError)
  /// Which file it is and when it was last changed; two sources of the same identity have the same bytes as surely as `confirmUnchanged`
  /// can tell. Nil for bytes in memory.
  var identity: SourceIdentity? { get }
}

/// What the system notes of a file at one moment.
package struct SourceIdentity: Hashable, Sendable {
  package let device: UInt64
  package let inode: UInt64
  package let size: Int
  package struct Instant: Hashable, Sendable {
    package let seconds: Int
    package let nanoseconds: Int
    package init(seconds: Int, nanoseconds: Int) {
      self.seconds = seconds
      self.nanoseconds = nanoseconds
    }
  }
  package let modified: Instant
  package let changed: Instant
  package init(device: UInt64, inode: UInt64, size: Int, modified: Instant, changed: Instant) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modified = modified
    self.changed = changed
  }
}

extension ByteSource {
  /// Bytes that nobody else can change.
  package func confirmUnchanged() throws(ParseError) {}
  package var identity: SourceIdentity? { nil }
}

extension ByteSource {
  /// Exactly the bytes of the range, or throws: outside the source `io.range`.
  package func bytes(_ range: Range<Int>) throws(ParseError) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw ParseError("io.range", "bytes \(range) are outside the \(byteCount) bytes that there are", offset: range.lowerBound)
    }
    if range.isEmpty { return [] }
    var failure: ParseError?
    let result = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      do throws(ParseError) {
        try read(
          at: range.lowerBound, into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<range.count])
        )
        count = range.count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return result
  }

  /// As many bytes as there are of `[offset, offset + count)`; never throws for a short source.
  package func prefix(at offset: Int = 0, _ count: Int) throws(ParseError) -> [UInt8] {
    guard offset >= 0, offset < byteCount, count > 0 else { return [] }
    return try bytes(offset..<(count < byteCount - offset ? offset + count : byteCount))
  }

  /// Hands out the range in chunks. The pointer is valid only inside the closure.
  package func forEachChunk(
    _ range: Range<Int>, chunkBytes: Int = 256 << 10,
    _ body: (_ offset: Int, _ chunk: UnsafeRawBufferPointer) throws(ParseError) -> Void
  ) throws(ParseError) {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw ParseError("io.range", "bytes \(range) are outside the \(byteCount) bytes that there are", offset: range.lowerBound)
    }
    if range.isEmpty { return }
    try readChunks(range, chunkBytes: chunkBytes, body)
  }

  /// Through one reused buffer.
  package func readChunks(
    _ range: Range<Int>, chunkBytes: Int, _ body: (_ offset: Int, _ chunk: UnsafeRawBufferPointer) throws(ParseError) -> Void
  ) throws(ParseError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(chunkBytes, range.count), alignment: 64)
    defer { buffer.deallocate() }
    var offset = range.lowerBound
    while offset < range.upperBound {
      let count = min(buffer.count, range.upperBound - offset)
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
      try read(at: offset, into: part)
      try body(offset, UnsafeRawBufferPointer(part))
      offset += count
    }
  }
}

/// A source whose bytes were read whole, once: what parses and digests a small file asks the system no more. Whether it changed is
/// still the file's to say.
package struct HeldSource: ByteSource {
  private let bytes: [UInt8]
  private let origin: any ByteSource
  package init(_ bytes: [UInt8], of origin: any ByteSource) {
    self.bytes = bytes
    self.origin = origin
  }
  package var byteCount: Int { bytes.count }
  package var identity: SourceIdentity? { origin.identity }
  package func confirmUnchanged() throws(ParseError) { try origin.confirmUnchanged() }
  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ParseError) {
    try MemorySource(bytes).read(at: offset, into: buffer)
  }
  package func readChunks(
    _ range: Range<Int>, chunkBytes: Int, _ body: (_ offset: Int, _ chunk: UnsafeRawBufferPointer) throws(ParseError) -> Void
  ) throws(ParseError) {
    try MemorySource(bytes).readChunks(range, chunkBytes: chunkBytes, body)
  }
}

/// Bytes in memory as a source: standard input, a nested artifact, a test.
package struct MemorySource: ByteSource {
  package let storage: ArraySlice<UInt8>
  package init(_ bytes: [UInt8]) { storage = bytes[...] }
  package init(_ bytes: ArraySlice<UInt8>) { storage = bytes }
  package var byteCount: Int { storage.count }

  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ParseError) {
    guard offset >= 0, buffer.count <= byteCount, offset <= byteCount - buffer.count else {
      throw ParseError(
        "io.range", "\(buffer.count) bytes at \(offset) are outside the \(byteCount) bytes that there are", offset: offset)
    }
    let start = storage.startIndex + offset
    storage[start..<(start + buffer.count)].withUnsafeBytes { buffer.copyMemory(from: $0) }
  }

  /// As they lie, without a copy.
  package func readChunks(
    _ range: Range<Int>, chunkBytes: Int, _ body: (_ offset: Int, _ chunk: UnsafeRawBufferPointer) throws(ParseError) -> Void
  ) throws(ParseError) {
    let start = storage.startIndex + range.lowerBound
    var failure: ParseError?
    storage[start..<(start + range.count)].withUnsafeBytes { all in
      var place = 0
      do throws(ParseError) {
        while place < all.count {
          let count = min(chunkBytes, all.count - place)
          try body(range.lowerBound + place, UnsafeRawBufferPointer(rebasing: all[place..<(place + count)]))
          place += count
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}

/// A range of another source: a member of an archive, read where it stands.
package struct PartSource: ByteSource {
  private let whole: any ByteSource
  private let range: Range<Int>

  /// `range` lies inside `whole`; a read outside of it throws as the whole's own would.
  package init(_ whole: any ByteSource, _ range: Range<Int>) {
    self.whole = whole
    self.range = range
  }

  package var byteCount: Int { range.count }

  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ParseError) {
    guard offset >= 0, offset <= range.count, buffer.count <= range.count - offset else {
      throw ParseError(
        "io.range", "\(buffer.count) bytes at \(offset) are outside the \(range.count) bytes that there are", offset: offset)
    }
    try whole.read(at: range.lowerBound + offset, into: buffer)
  }

  package func confirmUnchanged() throws(ParseError) { try whole.confirmUnchanged() }
}

extension ByteSource {
  /// All bytes of something that is read in one piece, as configuration is. Throws `limit.file-bytes` where it has more than `limit`.
  package func contents(upTo limit: Int) throws(ParseError) -> [UInt8] {
    guard byteCount <= limit else {
      throw ParseError("limit.file-bytes", "has \(byteCount) bytes, more than the \(limit) that are read of such a file")
    }
    return try bytes(0..<byteCount)
  }
}
