package import AssayBytes
package import AssayCore

/// What `codesign --detached` writes: one signature, or one for each architecture (cs_blobs.h, CSMAGIC_DETACHED_SIGNATURE).
package struct DetachedSignature: Sendable {
  package static let magic: UInt32 = 0xFADE_0CC1
  /// As many as a universal file has images.
  package static let countLimit = 64

  /// The signature of every architecture by its cputype, with the offset of its first byte; 0 is for any.
  private let parts: [UInt32: ArraySlice<UInt8>]

  package static func recognizes(_ head: some Collection<UInt8>) -> Bool {
    head.starts(with: [0xFA, 0xDE, 0x0C, 0xC1]) || head.starts(with: [0xFA, 0xDE, 0x0C, 0xC0])
  }

  /// Throws `apple.superblob.*`, `limit.*`.
  package init(_ bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    let start = bytes.startIndex
    var reader = ByteReader(bytes, base: start, truncated: "apple.superblob.truncated")
    let magic = try reader.big(UInt32.self)
    guard magic == DetachedSignature.magic else {
      parts = [0: bytes]
      return
    }
    let (length, count) = (Int(try reader.big(UInt32.self)), Int(try reader.big(UInt32.self)))
    guard length == bytes.count, count <= DetachedSignature.countLimit, length >= 12 + 8 * count else {
      throw ParseError(
        "apple.superblob.length", "\(count) signatures in \(length) bytes, of which \(bytes.count) are there", offset: start)
    }
    try budget.spend(nodes: count)
    var parts: [UInt32: ArraySlice<UInt8>] = [:]
    for _ in 0..<count {
      let place = reader.offset
      let (type, offset) = (try reader.big(UInt32.self), Int(try reader.big(UInt32.self)))
      guard offset >= 12 + 8 * count, offset <= length - 8 else {
        throw ParseError("apple.superblob.range", "a signature lies outside of the file or in its index", offset: place)
      }
      var inner = ByteReader(bytes[(start + offset)...], base: start + offset, truncated: "apple.superblob.truncated")
      try inner.skip(4)
      let size = Int(try inner.big(UInt32.self))
      guard size >= 12, size <= length - offset else {
        throw ParseError("apple.superblob.range", "a signature of \(size) bytes lies outside of the file", offset: start + offset)
      }
      guard parts[type] == nil else {
        throw ParseError("apple.superblob.duplicate", "an architecture has two signatures", offset: place)
      }
      parts[type] = bytes[(start + offset)..<(start + offset + size)]
    }
    self.parts = parts
  }

  /// The signature for an image, from its magic on; nil where there is none.
  package func signature(forCPU type: UInt32) -> ArraySlice<UInt8>? { parts[type] ?? parts[0] }
}

extension DetachedSignature {
  /// What a file that holds a signature for its neighbour is called: `codesign --detached NAME.cs NAME`. A folder of that name holds the parts
  /// of a signature one by one.
  package static let ending = ".cs"

  /// The one beside a file; nil where there is none. A source text of that name is none. Throws `apple.superblob.*`, `limit.*`, `io.*`.
  package static func beside(_ place: FilePlace?, _ budget: inout Budget) throws(ParseError) -> DetachedSignature? {
    guard let place else { return nil }
    let path = place.path + ending
    guard try place.tree.kind(path) == .file else { return nil }
    let source = try place.tree.open(path)
    guard recognizes(try source.prefix(4)) else { return nil }
    guard source.byteCount <= MachOArtifact.signatureByteLimit else {
      throw ParseError(
        "limit.signature-bytes",
        "a signature of \(source.byteCount) bytes; more than \(MachOArtifact.signatureByteLimit) are not read")
    }
    try budget.spend(bytes: source.byteCount)
    return try DetachedSignature(try source.bytes(0..<source.byteCount)[...], &budget)
  }
}
