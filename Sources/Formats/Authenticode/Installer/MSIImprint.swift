import AssayBytes
import AssayContainers
import AssayPKI

/// What a Windows Installer file's signature covers, in the order in which it is digested.
///
/// Of each storage, from the root: its streams and storages sorted by the bytes of their names, then its class id. The two streams
/// of the signature, which only the root has, are left out. Where there is a \5MsiDigitalSignatureEx stream, its bytes come first:
/// they are a digest of the directory's own facts, see `metadata`.
struct MSIImprint: Sendable {
  enum Piece: Sendable {
    case file([Range<Int>])
    case octets([UInt8])
  }
  private(set) var pieces: [Piece] = []
  /// Names, class ids, sizes, state bits and times, as the extended hash covers them.
  private(set) var metadata: [UInt8] = []

  static let signatureName = MSIStreamName.encode("\u{5}DigitalSignature")
  static let extendedHashName = MSIStreamName.encode("\u{5}MsiDigitalSignatureEx")

  init(_ file: CompoundFile, _ budget: inout Budget) throws(ParseError) {
    try add(0, file, depth: 1, &budget)
  }

  private mutating func add(_ storage: Int, _ file: CompoundFile, depth: Int, _ budget: inout Budget) throws(ParseError) {
    try budget.check(depth: depth)
    guard let entry = file.entries[storage] else { return }
    describe(entry)
    let sorted = file.children[storage].sorted { first, second in
      (file.entries[first]?.name ?? []).lexicographicallyPrecedes(file.entries[second]?.name ?? [])
    }
    for number in sorted {
      guard let child = file.entries[number] else { continue }
      if storage == 0, MSIImprint.isSignature(child) { continue }
      if child.kind == .storage {
        try add(number, file, depth: depth + 1, &budget)
      } else {
        describe(child)
        pieces.append(.file(file.ranges[number]))
      }
    }
    pieces.append(.octets(Array(entry.classID)))
  }

  static func isSignature(_ entry: CompoundFileEntry) -> Bool {
    entry.kind == .stream && (entry.name.elementsEqual(signatureName) || entry.name.elementsEqual(extendedHashName))
  }

  /// Name (not of the root), class id (of storages), size (of streams), state bits, times (not of the root).
  private mutating func describe(_ entry: CompoundFileEntry) {
    if entry.kind != .root { metadata += entry.name }
    metadata += entry.kind == .stream ? entry.sizeField : entry.classID
    metadata += entry.stateBits
    if entry.kind != .root { metadata += entry.times }
  }

  /// Digests of everything, each after its prefix, in one pass.
  func digests(
    _ wanted: [(prefix: [UInt8], algorithm: DigestAlgorithm)], _ source: any ByteSource
  ) throws(ParseError) -> [[UInt8]] {
    var hashers = wanted.map { entry in
      var hasher = DigestHasher(entry.algorithm)
      hasher.update(entry.prefix[...])
      return hasher
    }
    for piece in pieces {
      switch piece {
      case .octets(let octets):
        for index in hashers.indices { hashers[index].update(octets[...]) }
      case .file(let ranges):
        for range in ranges {
          try source.forEachChunk(range) { _, chunk in
            for index in hashers.indices { hashers[index].update(chunk) }
          }
        }
      }
    }
    return hashers.indices.map { hashers[$0].finalize() }
  }
}

/// Names of streams as Windows Installer writes them: two characters of base 64 in one unit, tables marked with U+4840.
enum MSIStreamName {
  static func encode(_ text: String) -> [UInt8] { text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }

  private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._".utf8)

  /// For people.
  static func decode(_ name: ArraySlice<UInt8>) -> String {
    var text = ""
    func put(_ value: UInt16) { text.unicodeScalars.append(Unicode.Scalar(alphabet[Int(value & 63)])) }
    for place in stride(from: name.startIndex, to: name.endIndex - 1, by: 2) {
      let unit = UInt16(name[place]) | UInt16(name[place + 1]) << 8
      switch unit {
      case 0x3800..<0x4800:
        put(unit - 0x3800)
        put((unit - 0x3800) >> 6)
      case 0x4800..<0x4840: put(unit - 0x4800)
      case 0x4840: text += "table "
      case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      case 0..<0x20: text += "\\\(unit)"
      default: text += "U+" + String(unit, radix: 16, uppercase: true)
      }
    }
    return text
  }
}
