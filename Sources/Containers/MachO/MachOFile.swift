package import AssayBytes

/// A Mach-O file: one image, or a universal file with one for each architecture. Layout is read strictly: systems that disagree about where an
/// image lies run another one than was judged.
package struct MachOFile: Sendable {
  /// Java classes share a magic with universal files; no universal file has as many images as the smallest class version (45).
  package static let imageLimit = 43
  /// Alignment as a power of two; the kernel takes up to 15.
  package static let alignmentLimit: UInt32 = 15

  package let isUniversal: Bool
  package let images: [MachOImage]
  /// What the strict rules refuse about the layout, without making the images unreadable.
  package let problems: [ParseError]

  package static func recognizes(_ head: [UInt8]) -> Bool {
    guard head.count >= 8 else { return false }
    switch (UInt32(head[0]) << 24 | UInt32(head[1]) << 16 | UInt32(head[2]) << 8 | UInt32(head[3])) {
    case 0xFEED_FACE, 0xFEED_FACF, 0xCEFA_EDFE, 0xCFFA_EDFE: return true
    case 0xCAFE_BABE, 0xCAFE_BABF: return head[4] == 0 && head[5] == 0 && head[6] == 0 && Int(head[7]) <= imageLimit
    default: return false
    }
  }

  package init(_ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    let head = try source.prefix(8)
    guard MachOFile.recognizes(head) else {
      throw ParseError("macho.magic.unknown", "the file begins like no Mach-O file", offset: 0)
    }
    guard head.starts(with: [0xCA, 0xFE, 0xBA]) else {
      isUniversal = false
      images = [try MachOImage(source, 0..<source.byteCount, &budget)]
      problems = images.flatMap(\.problems)
      return
    }
    isUniversal = true
    let entries = try MachOFile.entries(source, count: Int(head[7]), isWide: head[3] == 0xBF, &budget)
    var problems: [ParseError] = []
    try MachOFile.checkLayout(entries, tableEnd: 8 + entries.count * (head[3] == 0xBF ? 32 : 20), source, &problems)
    var images: [MachOImage] = []
    for entry in entries {
      let image = try MachOImage(source, entry.range, &budget)
      if image.cpuType != entry.cpuType || image.cpuSubtype != entry.cpuSubtype {
        problems.append(
          ParseError(
            "macho.universal.architecture", "the table and the image name different architectures", offset: entry.range.lowerBound))
      }
      if images.contains(where: { $0.cpuType == image.cpuType && $0.cpuSubtype == image.cpuSubtype }) {
        problems.append(
          ParseError("macho.universal.duplicate", "two images are for one architecture", offset: entry.range.lowerBound))
      }
      images.append(image)
      problems += image.problems
    }
    self.images = images
    self.problems = problems
  }

  private struct Entry {
    let cpuType: UInt32
    let cpuSubtype: UInt32
    let range: Range<Int>
    let alignment: UInt32
  }

  private static func entries(
    _ source: any ByteSource, count: Int, isWide: Bool, _ budget: inout Budget
  ) throws(ParseError) -> [Entry] {
    guard (1...imageLimit).contains(count) else {
      throw ParseError("macho.universal.count", "a universal file with \(count) images", offset: 4)
    }
    try budget.spend(nodes: count)
    let size = isWide ? 32 : 20
    var reader = ByteReader(try source.prefix(at: 8, count * size)[...], base: 8, truncated: "macho.universal.truncated")
    var entries: [Entry] = []
    for _ in 0..<count {
      let place = reader.offset
      let (type, subtype) = (try reader.big(UInt32.self), try reader.big(UInt32.self))
      let offset = isWide ? try reader.big(UInt64.self) : UInt64(try reader.big(UInt32.self))
      let length = isWide ? try reader.big(UInt64.self) : UInt64(try reader.big(UInt32.self))
      let alignment = try reader.big(UInt32.self)
      if isWide { try reader.skip(4) }
      guard let start = Int(exactly: offset), let size = Int(exactly: length), size > 0, start >= 8 + count * (isWide ? 32 : 20),
        start <= source.byteCount, size <= source.byteCount - start
      else { throw ParseError("macho.universal.range", "an image lies outside the file or in its table", offset: place) }
      entries.append(Entry(cpuType: type, cpuSubtype: subtype, range: start..<(start + size), alignment: alignment))
    }
    return entries
  }

  /// Overlaps, alignment, and what stands between, before and after the images.
  private static func checkLayout(_ entries: [Entry], tableEnd: Int, _ source: any ByteSource, _ problems: inout [ParseError])
    throws(ParseError)
  {
    let sorted = entries.sorted { $0.range.lowerBound < $1.range.lowerBound }
    for entry in sorted where entry.alignment > alignmentLimit || entry.range.lowerBound % (1 << Int(min(entry.alignment, 30))) != 0
    {
      problems.append(
        ParseError("macho.universal.alignment", "an image is not aligned as the table says", offset: entry.range.lowerBound))
    }
    var end = tableEnd
    for entry in sorted {
      guard entry.range.lowerBound >= end else {
        throw ParseError("macho.universal.overlap", "two images overlap", offset: entry.range.lowerBound)
      }
      // Alignment leaves at most 32 kB.
      let gap = end..<entry.range.lowerBound
      if gap.count > 64 << 10 {
        problems.append(
          ParseError("macho.universal.gap", "\(gap.count) bytes between images belong to none", offset: gap.lowerBound))
      } else if try source.bytes(gap)[...].firstNonzero != nil {
        problems.append(ParseError("macho.universal.gap", "bytes between images are not zero", offset: gap.lowerBound))
      }
      end = entry.range.upperBound
    }
    if end < source.byteCount {
      problems.append(ParseError("macho.universal.trailing", "\(source.byteCount - end) bytes follow the last image", offset: end))
    }
  }
}
