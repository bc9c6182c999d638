/// A disk image (UDIF) to be: data, property list, signature, trailer. Signed as `codesign` signs images; the data are no file system.
package struct DiskImageSpec: Sendable {
  package var dataBytes = 9_000
  package var seed = 1
  package var plist = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><plist version=\"1.0\"><dict/></plist>"
  /// Between data and signature.
  package var filler: [UInt8] = []
  /// Between signature and trailer.
  package var gap: [UInt8] = []
  /// A stapled ticket for the code directory's digest.
  package var ticket: (@Sendable (_ cdhash: [UInt8]) -> [UInt8])?
  /// Edits the trailer's octets before it is covered and written; 296 holds place and length of the signature.
  package var editTrailer: @Sendable ([UInt8]) -> [UInt8] = { $0 }
  /// The same, after everything was signed.
  package var editSigned: @Sendable ([UInt8]) -> [UInt8] = { $0 }
  /// Off: the code directory does not cover the trailer.
  package var coversTrailer = true

  package init() {}

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  private var data: [UInt8] { (0..<dataBytes).map { UInt8(truncatingIfNeeded: ($0 &* 37 &+ seed &* 11) >> 3) } }

  package func build() -> [UInt8] {
    let content = data + Array(plist.utf8) + filler
    return content + editSigned(editTrailer(trailer(place: 0, length: 0)))
  }

  package func sign(_ signature: CodeSignatureSpec) -> [UInt8] {
    let content = data + Array(plist.utf8) + filler
    let covered = editTrailer(trailer(place: content.count, length: 0))
    var spec = signature
    if coversTrailer { spec.headerSlot = covered }
    var octets = spec.encode(over: content)
    if let ticket {
      let start = BigEndian.read(octets, 16)
      let directory = Array(octets[start..<(start + BigEndian.read(octets, start + 4))])
      let stapled = ticket(Array(CodeSignatureSpec.digest(Int(directory[37]), directory).prefix(20)))
      let before = spec.editBlobs
      spec.editBlobs = { before($0) + [(0x10002, BigEndian.blob(0xFADE_0B01, stapled))] }
      octets = spec.encode(over: content)
    }
    var header = editTrailer(trailer(place: content.count, length: octets.count))
    header = editSigned(header)
    return content + octets + gap + header
  }

  private func trailer(place: Int, length: Int) -> [UInt8] {
    func checksum(_ value: UInt32) -> [UInt8] {
      BigEndian.word(2) + BigEndian.word(32) + BigEndian.word(Int(value)) + [UInt8](repeating: 0, count: 124)
    }
    var octets = Array("koly".utf8) + BigEndian.word(4) + BigEndian.word(512) + BigEndian.word(1)
    octets += BigEndian.wide(0) + BigEndian.wide(0) + BigEndian.wide(dataBytes)
    octets += BigEndian.wide(0) + BigEndian.wide(0)
    octets += BigEndian.word(1) + BigEndian.word(1)
    octets += (0..<16).map { UInt8($0) }
    octets += checksum(DiskImageSpec.crc32(data))
    octets += BigEndian.wide(dataBytes) + BigEndian.wide(plist.utf8.count)
    octets += [UInt8](repeating: 0, count: 64)
    octets += BigEndian.wide(place) + BigEndian.wide(length)
    octets += [UInt8](repeating: 0, count: 40)
    octets += checksum(0x1234_5678)
    octets += BigEndian.word(1) + BigEndian.wide((dataBytes + 511) / 512)
    return octets + [UInt8](repeating: 0, count: 512 - octets.count)
  }

  /// CRC-32 bit by bit, apart from any library.
  package static func crc32(_ octets: [UInt8]) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for octet in octets {
      value ^= UInt32(octet)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
    return ~value
  }
}

/// Something with the look of a notarization ticket: a mark, what it names, and a signature that is none.
package enum TestTicket {
  package static func naming(_ hashes: [[UInt8]]) -> [UInt8] {
    var octets = Array("s8ch".utf8) + BigEndian.word(2) + [UInt8](repeating: 0x5A, count: 64)
    for hash in hashes { octets += [2] + hash.prefix(20) }
    return octets + [UInt8](repeating: 0xA5, count: 72)
  }
}
