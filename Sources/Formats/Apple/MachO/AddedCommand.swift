import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// What load commands tell of an image that was changed after it was signed (T1546.006): which command was put in, or that the one that
/// names the signature was taken out.
enum AddedCommand {
  /// Commands that are tried one by one.
  static let tryLimit = 256
  /// Larger pages are not hashed again for it.
  static let pageLimit = 64 << 10
  /// Where a signature without its command is looked for, from the image's end.
  static let tailLimit = 256 << 10

  private static let required: UInt32 = 0x8000_0000
  /// LC_LOAD_DYLIB and its like.
  private static let libraryKinds: Set<UInt32> = [0x0C, 0x18 | required, 0x1F | required, 0x20, 0x23 | required]
  /// What is put in to load others' code: also search paths and variables.
  private static let suspects = libraryKinds.union([0x1C | required, 0x27])

  /// A library behind the command of the signature: linkers put none there, tools that add one do.
  static func late(_ image: MachOImage) -> Finding? {
    guard let signature = image.commands.firstIndex(where: { $0.kind == MachOImage.codeSignatureCommand }),
      let command = image.commands[signature...].first(where: { libraryKinds.contains($0.kind) })
    else { return nil }
    let name = name(command, image)
    return Finding(
      "macho.command.late", .warning,
      "the load command for \(name) stands behind that of the signature, where linkers put none: it was put in later",
      offset: command.offset, found: name, attack: ["T1546.006"])
  }

  /// Takes commands away until the first page is what was signed. Nil where none is found that explains it.
  static func find(
    _ image: MachOImage, _ source: any ByteSource, _ directory: CodeDirectory
  ) throws(ParseError) -> Finding? {
    let size = min(directory.pageSize, directory.codeLimit)
    guard directory.pageSize > 0, directory.pageSize <= pageLimit, size <= image.range.count else { return nil }
    let base = image.range.lowerBound
    let head = image.is64 ? 32 : 28
    let total = image.commands.reduce(0) { $0 + $1.bytes.count }
    guard head + total <= size else { return nil }
    let page = try source.bytes(base..<(base + size))
    let expected = directory.pageDigest(0)
    let numbers = image.commands.indices.filter { suspects.contains(image.commands[$0].kind) }
    // One that was put in anywhere, or several at the end.
    var tries = numbers.suffix(tryLimit).map { [$0] }
    let end = image.commands.count
    for count in 2...8 where count < end { tries.append(Array((end - count)..<end)) }
    for removed in tries where removed.allSatisfy({ suspects.contains(image.commands[$0].kind) }) {
      let tried = without(removed, image, page, head)
      guard directory.digest(tried[...]).elementsEqual(expected) else { continue }
      let names = removed.map { name(image.commands[$0], image) }.joined(separator: ", ")
      return Finding(
        "macho.command.added", .warning,
        "the load command for \(names) was put in after signing: without it the first page is what was signed",
        offset: image.commands[removed[0]].offset, found: names, attack: ["T1546.006"])
    }
    return nil
  }

  /// The first page with these commands taken out, those behind them moved up, and zeros where room was taken.
  private static func without(_ removed: [Int], _ image: MachOImage, _ page: [UInt8], _ head: Int) -> [UInt8] {
    var commands: [UInt8] = []
    var freed = 0
    for (number, command) in image.commands.enumerated() {
      if removed.contains(number) { freed += command.bytes.count } else { commands += command.bytes }
    }
    let used = commands.count
    var result = Array(page[..<16]) + word(image.commands.count - removed.count, image) + word(used, image) + page[24..<head]
    result += commands + [UInt8](repeating: 0, count: freed)
    return result + page[result.count...]
  }

  private static func word(_ number: Int, _ image: MachOImage) -> [UInt8] {
    let octets = (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    return image.isBigEndian ? octets.reversed() : octets
  }

  private static func name(_ command: MachOImage.Command, _ image: MachOImage) -> String {
    // The text begins where the first field says, as in every such command.
    let field = Array(command.bytes.dropFirst(8).prefix(4))
    guard field.count == 4 else { return "nothing" }
    let offset = (image.isBigEndian ? field : field.reversed()).reduce(0) { $0 << 8 | Int($1) }
    guard offset >= 8, offset < command.bytes.count else { return "nothing" }
    return String(decoding: command.bytes.dropFirst(offset).prefix { $0 != 0 }, as: UTF8.self)
  }

  /// A signature that no command names: the image was signed, and its command taken out.
  static func stripped(_ image: MachOImage, _ source: any ByteSource) throws(ParseError) -> Finding? {
    guard image.codeSignature == nil else { return nil }
    let length = min(image.range.count, tailLimit)
    // Signatures begin on 16 octets of their image.
    let skipped = (image.range.count - length + 15) / 16 * 16
    guard skipped < image.range.count else { return nil }
    let start = image.range.lowerBound + skipped
    var found: (offset: Int, size: Int)?
    // Chunks of a multiple of 16: what is looked for does not lie in two.
    try source.forEachChunk(start..<image.range.upperBound, chunkBytes: tailLimit) { offset, chunk in
      guard found == nil, chunk.count > 12 else { return }
      for place in stride(from: 0, to: chunk.count - 12, by: 16) where chunk[place] == 0xFA {
        func word(_ distance: Int) -> Int {
          Int(UInt32(bigEndian: chunk.loadUnaligned(fromByteOffset: place + distance, as: UInt32.self)))
        }
        let size = word(4)
        guard word(0) == 0xFADE_0CC0, size >= 12, size <= image.range.upperBound - offset - place, (1...64).contains(word(8)) else {
          continue
        }
        found = (offset + place, size)
        return
      }
    }
    return found.map { found in
      Finding(
        "macho.signature.stripped", .warning,
        "a signature of \(found.size) bytes stands at the end, and no load command names it: it was taken out of use after signing",
        offset: found.offset, found: "\(found.size) bytes", attack: ["T1036.001", "T1554"])
    }
  }
}
