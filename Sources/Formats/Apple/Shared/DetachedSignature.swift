package import AssayBytes
package import AssayCore

/// What `codesign --detached` writes: one signature, or one for each architecture (cs_blobs.h, CSMAGIC_DETACHED_SIGNATURE).
package struct DetachedSignature: Sendable {
  package static let magic: UInt32 = 0xFADE_0CC1
  /// As many as a universal file has images.
  package static let countLimit = 64

  /// The signature of every architecture by its cputype; 0 holds what all of them have in common, or the one signature of code that has
  /// no architectures.
  private let parts: [UInt32: ArraySlice<UInt8>]
  /// There is a part for each architecture.
  private let isIndexed: Bool

  package static func recognizes(_ head: some Collection<UInt8>) -> Bool {
    head.starts(with: [0xFA, 0xDE, 0x0C, 0xC1]) || head.starts(with: [0xFA, 0xDE, 0x0C, 0xC0])
  }

  /// Throws `apple.superblob.*`, `limit.*`.
  package init(_ bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    let start = bytes.startIndex
    var reader = ByteReader(bytes, base: start, truncated: "apple.superblob.truncated")
    let magic = try reader.big(UInt32.self)
    guard magic == DetachedSignature.magic else {
      (parts, isIndexed) = ([0: bytes], false)
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
    isIndexed = true
  }

  /// Blobs by slot of the signature for an image, its own before those that all images share; nil where it has none. Throws
  /// `apple.superblob.*`, `limit.*`.
  package func blobs(forCPU type: UInt32, _ budget: inout Budget) throws(ParseError) -> [UInt32: ArraySlice<UInt8>]? {
    guard isIndexed else { return try parts[0].map { (part) throws(ParseError) in try SuperBlob(part, &budget).blobs } }
    guard type != 0, let own = parts[type] else { return nil }
    var blobs = try SuperBlob(own, &budget).blobs
    if let shared = parts[0] {
      for (slot, blob) in try SuperBlob(shared, &budget).blobs where blobs[slot] == nil { blobs[slot] = blob }
    }
    return blobs
  }

  /// Those of code that is no Mach-O file; nil where the signature is for architectures.
  package func blobs(_ budget: inout Budget) throws(ParseError) -> [UInt32: ArraySlice<UInt8>]? {
    isIndexed ? nil : try blobs(forCPU: 0, &budget)
  }

  /// The list of sealed resources that a bundle's signature brings along; nil where it brings none.
  package func resources(_ budget: inout Budget) throws(ParseError) -> [UInt8]? {
    guard let shared = parts[0] else { return nil }
    return DetachedSignature.resources(in: try SuperBlob(shared, &budget).blobs)
  }

  /// Other files than blobs are wrapped as one.
  static func resources(in blobs: [UInt32: ArraySlice<UInt8>]) -> [UInt8]? {
    guard let blob = blobs[CodeSlot.resources], blob.starts(with: [0xFA, 0xDE, 0x0B, 0x01]) else { return nil }
    return Array(blob.dropFirst(8))
  }
}

extension DetachedSignature {
  /// What a file that holds a signature for its neighbour, a program or a bundle, is called: `codesign --detached NAME.cs NAME`. A folder of
  /// that name holds the parts of a signature one by one.
  package static let ending = ".cs"

  /// The one beside a file; nil where there is none. A source text of that name is none. Throws `apple.superblob.*`, `limit.*`, `io.*`.
  package static func beside(_ place: TreePlace?, _ budget: inout Budget) throws(ParseError) -> DetachedSignature? {
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
