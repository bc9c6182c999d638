package import AssayBytes

/// The UDIF trailer, the last 512 octets of a disk image: where its parts lie and where its signature does. All numbers big-endian.
package struct DiskImageTrailer: Sendable {
  package static let byteCount = 512
  package static let magic = Array("koly".utf8)

  /// A checksum as the trailer keeps it: type 2 is CRC-32 in 32 bits.
  package struct Checksum: Sendable {
    package let type: UInt32
    package let bits: UInt32
    /// 128 octets; the value stands at their beginning.
    package let octets: ArraySlice<UInt8>
    package var crc32: UInt32? {
      guard type == 2, bits == 32 else { return nil }
      return octets.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
  }

  package let octets: ArraySlice<UInt8>
  /// Where the trailer begins in the file.
  package let offset: Int
  package let flags: UInt32
  /// Places in the file; nil where the numbers lead out of it (then `problems` says so).
  package let dataFork: Range<Int>?
  package let resourceFork: Range<Int>?
  package let propertyList: Range<Int>?
  package let segmentNumber: UInt32
  package let segmentCount: UInt32
  package let dataChecksum: Checksum
  /// Nil where the image has no signature. Ends where the trailer begins, or `problems` says that it does not.
  package let codeSignature: Range<Int>?
  package let variant: UInt32
  /// Of 512 octets, unpacked.
  package let sectorCount: UInt64
  /// Places that cannot be.
  package let problems: [ParseError]

  /// True for the octets that end a disk image.
  package static func recognizes(_ tail: [UInt8]) -> Bool { tail.count >= byteCount && tail.suffix(byteCount).starts(with: magic) }

  /// `octets`: exactly the last 512 of the file; `offset`: where they begin in it. Throws `dmg.trailer.*`.
  package init(_ octets: ArraySlice<UInt8>, at offset: Int) throws(ParseError) {
    self.octets = octets
    self.offset = offset
    var reader = ByteReader(octets, base: offset, truncated: "dmg.trailer.truncated")
    guard try reader.take(4).elementsEqual(DiskImageTrailer.magic) else {
      throw ParseError("dmg.trailer.magic", "the last 512 bytes are no trailer of a disk image", offset: offset)
    }
    let version = try reader.big(UInt32.self)
    let size = try reader.big(UInt32.self)
    guard version == 4, size == UInt32(DiskImageTrailer.byteCount), octets.count == DiskImageTrailer.byteCount else {
      throw ParseError(
        "dmg.trailer.version", "a trailer of version \(version) and \(size) bytes, must be 4 and 512", offset: offset + 4)
    }
    flags = try reader.big(UInt32.self)
    // Where the data of this segment begins among those of all segments: no place in this file.
    try reader.skip(8)
    var places: [(offset: UInt64, length: UInt64)] = []
    for _ in 0..<2 { places.append((try reader.big(UInt64.self), try reader.big(UInt64.self))) }
    segmentNumber = try reader.big(UInt32.self)
    segmentCount = try reader.big(UInt32.self)
    try reader.skip(16)
    dataChecksum = Checksum(
      type: try reader.big(UInt32.self), bits: try reader.big(UInt32.self), octets: try reader.take(128))
    places.append((try reader.big(UInt64.self), try reader.big(UInt64.self)))
    try reader.skip(64)
    let signature = (offset: try reader.big(UInt64.self), length: try reader.big(UInt64.self))
    try reader.skip(40 + 8 + 128)
    variant = try reader.big(UInt32.self)
    sectorCount = try reader.big(UInt64.self)

    var problems: [ParseError] = []
    let start = DiskImageTrailer.range(signature.offset, signature.length, within: offset)
    if signature.offset == 0 {
      codeSignature = nil
      if signature.length != 0 {
        problems.append(
          ParseError("dmg.signature.place", "a signature of \(signature.length) bytes that stands nowhere", offset: offset + 304))
      }
    } else {
      // What lies between a signature and the trailer would be covered by neither.
      if start?.upperBound != offset {
        problems.append(
          ParseError(
            "dmg.signature.place",
            "the signature's \(signature.length) bytes at \(signature.offset) do not end where the trailer begins, at \(offset)",
            offset: offset + 296))
      }
      codeSignature = Int(exactly: signature.offset).flatMap { $0 < offset ? $0..<offset : nil } ?? offset..<offset
    }
    let end = codeSignature?.lowerBound ?? offset
    var forks: [Range<Int>?] = []
    for (index, place) in places.enumerated() {
      let fork = DiskImageTrailer.range(place.offset, place.length, within: end)
      if fork == nil {
        problems.append(
          ParseError(
            "dmg.fork.range",
            "the \(DiskImageTrailer.names[index])'s \(place.length) bytes at \(place.offset) lie outside of the \(end) that it may have",
            offset: offset + DiskImageTrailer.fields[index]))
      } else if let fork, !fork.isEmpty, forks.contains(where: { $0?.overlaps(fork) ?? false }) {
        problems.append(
          ParseError(
            "dmg.fork.overlap", "the \(DiskImageTrailer.names[index]) overlaps another part of the image",
            offset: offset + DiskImageTrailer.fields[index]))
      }
      forks.append(fork)
    }
    (dataFork, resourceFork, propertyList) = (forks[0], forks[1], forks[2])
    self.problems = problems
  }

  private static let names = ["data fork", "resource fork", "property list"]
  private static let fields = [24, 40, 216]

  private static func range(_ offset: UInt64, _ length: UInt64, within end: Int) -> Range<Int>? {
    guard let start = Int(exactly: offset), let count = Int(exactly: length), start <= end, count <= end - start else { return nil }
    return start..<(start + count)
  }

  /// The trailer as a signature covers it: with the signature's length zero, which is known only when the signature is made.
  package var signedOctets: [UInt8] {
    var result = Array(octets)
    for index in 304..<312 where index < result.count { result[index] = 0 }
    return result
  }
}
