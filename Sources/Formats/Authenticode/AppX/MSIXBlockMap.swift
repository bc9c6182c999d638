import AssayBytes
import AssayContainers
import AssayPKI

/// AppxBlockMap.xml: for each file of the package the digests of its blocks of 64 KiB.
struct MSIXBlockMap {
  struct File {
    /// With `\`, as written.
    let name: [UInt8]
    let byteCount: Int
    /// Size of the local header in the archive.
    let headerCount: Int?
    let blocks: [[UInt8]]
    let offset: Int
  }
  static let blockCount = 64 << 10

  let algorithm: DigestAlgorithm
  let files: [File]
  /// By name, which is there once.
  let byName: [[UInt8]: File]

  private static let methods: [String: DigestAlgorithm] = [
    "http://www.w3.org/2001/04/xmlenc#sha256": .sha256, "http://www.w3.org/2001/04/xmldsig-more#sha384": .sha384,
    "http://www.w3.org/2001/04/xmlenc#sha512": .sha512,
  ]

  /// Throws `xml.*`, `msix.block-map.*`.
  init(_ octets: [UInt8], _ budget: inout Budget) throws(ParseError) {
    let document = try XMLDocument(parsing: octets[...], &budget)
    guard document.root.name == "BlockMap" else {
      throw ParseError("msix.block-map.form", "AppxBlockMap.xml holds no block map", offset: document.root.offset)
    }
    let method = document.root.attribute("HashMethod")?.string ?? ""
    guard let algorithm = MSIXBlockMap.methods[method] else {
      throw ParseError(
        "msix.block-map.method", "the block map's digest method \(method) is not known", offset: document.root.offset)
    }
    self.algorithm = algorithm
    var files: [File] = []
    var byName: [[UInt8]: File] = [:]
    for element in document.root.elements where element.name == "File" {
      let file = try MSIXBlockMap.file(element, algorithm)
      guard byName.updateValue(file, forKey: file.name) == nil else {
        throw ParseError(
          "msix.block-map.duplicate", "the block map lists \(String(decoding: file.name, as: UTF8.self)) twice", offset: file.offset
        )
      }
      files.append(file)
    }
    self.files = files
    self.byName = byName
  }

  private static func file(_ element: XMLElement, _ algorithm: DigestAlgorithm) throws(ParseError) -> File {
    let broken = ParseError("msix.block-map.form", "a file of the block map has no name, size or digest", offset: element.offset)
    guard let name = element.attribute("Name"), !name.isEmpty, let size = element.attribute("Size").flatMap({ number($0) }) else {
      throw broken
    }
    var blocks: [[UInt8]] = []
    for block in element.elements where block.name == "Block" {
      guard let text = block.attribute("Hash"), let hash = Base64.decode(text.octets), hash.count == algorithm.byteCount else {
        throw broken
      }
      blocks.append(hash)
    }
    let wanted = size / blockCount + (size % blockCount == 0 ? 0 : 1)
    guard blocks.count == wanted else {
      throw ParseError(
        "msix.block-map.count", "\(name.string) has \(blocks.count) digests, its \(size) bytes need \(wanted)",
        offset: element.offset)
    }
    return File(
      name: name.octets, byteCount: size, headerCount: element.attribute("LfhSize").flatMap { number($0) }, blocks: blocks,
      offset: element.offset)
  }

  private static func number(_ text: XMLText) -> Int? {
    guard text.octets.allSatisfy(\.isDigit) else { return nil }
    return Int(text.string)
  }
}

/// Digests of blocks, made while a file passes by.
struct BlockDigester {
  let algorithm: DigestAlgorithm
  private var hasher: DigestHasher
  private var filled = 0
  private(set) var digests: [[UInt8]] = []
  private(set) var byteCount = 0

  init(_ algorithm: DigestAlgorithm) {
    self.algorithm = algorithm
    hasher = DigestHasher(algorithm)
  }

  mutating func update(_ piece: UnsafeRawBufferPointer) {
    var place = 0
    byteCount += piece.count
    while place < piece.count {
      let count = min(MSIXBlockMap.blockCount - filled, piece.count - place)
      hasher.update(UnsafeRawBufferPointer(rebasing: piece[place..<(place + count)]))
      place += count
      filled += count
      if filled == MSIXBlockMap.blockCount { close() }
    }
  }

  mutating func finish() -> [[UInt8]] {
    if filled > 0 { close() }
    return digests
  }

  private mutating func close() {
    digests.append(hasher.finalize())
    hasher = DigestHasher(algorithm)
    filled = 0
  }
}

extension MSIXBlockMap.File {
  /// Index of the first block that differs; nil where all are the listed ones.
  func firstDifference(_ found: [[UInt8]]) -> Int? {
    for index in blocks.indices where index >= found.count || blocks[index] != found[index] { return index }
    return found.count == blocks.count ? nil : blocks.count
  }
}
