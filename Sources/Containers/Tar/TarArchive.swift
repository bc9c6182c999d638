package import AssayBytes

/// The members of a tar archive (POSIX ustar and pax, GNU long names): headers alone, content stays where it is.
package struct TarArchive: Sendable {
  /// Members of one archive.
  package static let entryLimit = 100_000
  /// An extended header or long name; signatures in them have about ten kB.
  package static let headerByteLimit = 1 << 20
  private static let block = 512

  package let entries: [TarEntry]
  /// What readers of tar tolerate or understand differently.
  package let problems: [ParseError]

  /// By the first header: the magic of ustar, also as GNU writes it, and the header's own sum.
  package static func recognizes(_ head: [UInt8]) -> Bool {
    head.count >= block && head[257..<262].elementsEqual("ustar".utf8) && isSummed(head[..<block])
  }

  private static func isSummed(_ header: ArraySlice<UInt8>) -> Bool {
    let start = header.startIndex
    guard let wanted = number(header[(start + 148)..<(start + 156)]) else { return false }
    var sum = 0
    for (place, octet) in header.enumerated() { sum += (148..<156).contains(place) ? 0x20 : Int(octet) }
    return sum == wanted
  }

  /// Octal with spaces or zeros at the end; with the highest bit set, binary.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    guard let first = field.first else { return nil }
    if first & 0x80 != 0 {
      guard first == 0x80 else { return nil }
      var value = 0
      for octet in field.dropFirst() {
        guard value <= Int.max >> 8 else { return nil }
        value = value << 8 | Int(octet)
      }
      return value
    }
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
    if digits.isEmpty { return 0 }
    guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
    return Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }

  /// Throws `tar.*`, `limit.tar-*` and what the source throws.
  package init(_ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    var entries: [TarEntry] = []
    var problems: [ParseError] = []
    var names: Set<[UInt8]> = []
    var next = PaxHeader()
    var global = PaxHeader()
    var place = 0
    var hasEnd = false
    while place <= source.byteCount - TarArchive.block {
      let header = try source.bytes(place..<(place + TarArchive.block))
      if header.allSatisfy({ $0 == 0 }) {
        hasEnd = true
        break
      }
      guard TarArchive.recognizes(header) else {
        throw ParseError("tar.header.invalid", "a header is not one of ustar, or its sum is wrong", offset: place)
      }
      let kind = header[156]
      let isNext = [UInt8(ascii: "x"), UInt8(ascii: "g"), UInt8(ascii: "L"), UInt8(ascii: "K")].contains(kind)
      guard var size = TarArchive.number(header[124..<136]) else {
        throw ParseError("tar.header.invalid", "the size of a member is no number", offset: place + 124)
      }
      if !isNext, let told = next.size ?? global.size { size = told }
      let start = place + TarArchive.block
      if !isNext, !TarArchive.hasContent(kind) { size = 0 }
      guard size <= source.byteCount - start else {
        throw ParseError("tar.truncated", "a member has \(size) bytes, \(source.byteCount - start) are left", offset: place)
      }
      if isNext {
        guard size <= TarArchive.headerByteLimit else {
          throw ParseError(
            "limit.tar-header", "an extended header of \(size) bytes; more are not read than \(TarArchive.headerByteLimit)")
        }
        try budget.spend(bytes: size)
        let octets = try source.bytes(start..<(start + size))
        try TarArchive.take(kind, octets, at: start, next: &next, global: &global, &budget)
      } else {
        guard entries.count < TarArchive.entryLimit else {
          throw ParseError("limit.tar-entries", "the archive has more than \(TarArchive.entryLimit) members")
        }
        try budget.spend(nodes: 1)
        let entry = TarArchive.entry(header, kind, start..<(start + size), next, global)
        if entry.path.split(separator: 0x2F).contains([0x2E, 0x2E]) {
          problems.append(ParseError("tar.path.escape", "a member's name leads out of the archive's folder", offset: place))
        }
        // The later one replaces the earlier on unpacking; what was judged may not be what is there then.
        if entry.kind != .folder, !names.insert(entry.path).inserted {
          problems.append(ParseError("tar.path.duplicate", "two members have one name", offset: place))
        }
        entries.append(entry)
        next = PaxHeader()
      }
      let padding = (TarArchive.block - size % TarArchive.block) % TarArchive.block
      guard padding <= source.byteCount - start - size else {
        throw ParseError("tar.truncated", "the last member's block is cut off", offset: place)
      }
      place = start + size + padding
    }
    if !hasEnd { problems.append(ParseError("tar.end.missing", "the archive has no end: it may be cut off", offset: place)) }
    self.entries = entries
    self.problems = problems + TarArchive.hidden(entries, names)
  }

  /// Members below a name that is no folder, or of a folder's name: what is unpacked depends on who unpacks.
  private static func hidden(_ entries: [TarEntry], _ files: Set<[UInt8]>) -> [ParseError] {
    var problems: [ParseError] = []
    for entry in entries where problems.count < 16 {
      var ends = entry.path.indices.filter { entry.path[$0] == 0x2F }
      if entry.kind == .folder { ends.append(entry.path.count) }
      if ends.contains(where: { files.contains(Array(entry.path[..<$0])) }) {
        problems.append(
          ParseError("tar.path.escape", "a member lies below a name that is no folder", offset: entry.content.lowerBound))
      }
    }
    return problems
  }

  private static func hasContent(_ kind: UInt8) -> Bool { !(UInt8(ascii: "1")...UInt8(ascii: "6")).contains(kind) }

  private static func take(
    _ kind: UInt8, _ octets: [UInt8], at start: Int, next: inout PaxHeader, global: inout PaxHeader, _ budget: inout Budget
  ) throws(ParseError) {
    do throws(ParseError) {
      switch kind {
      case UInt8(ascii: "L"): next.path = Array(octets.prefix { $0 != 0 })
      case UInt8(ascii: "K"): next.linkPath = Array(octets.prefix { $0 != 0 })
      case UInt8(ascii: "g"): global = try PaxHeader(octets[...], &budget)
      default:
        let (path, link) = (next.path, next.linkPath)
        next = try PaxHeader(octets[...], &budget)
        next.path = next.path ?? path
        next.linkPath = next.linkPath ?? link
      }
    } catch {
      throw error.shifted(by: start)
    }
  }

  private static func entry(
    _ header: [UInt8], _ kind: UInt8, _ content: Range<Int>, _ next: PaxHeader, _ global: PaxHeader
  ) -> TarEntry {
    func text(_ field: Range<Int>) -> [UInt8] { Array(header[field].prefix { $0 != 0 }) }
    var path = text(0..<100)
    // GNU's own magic has other fields in the prefix's place.
    let prefix = header[262] == 0 ? text(345..<500) : []
    if !prefix.isEmpty { path = prefix + [0x2F] + path }
    path = next.path ?? global.path ?? path
    let isFolder = path.last == 0x2F
    var attributes = global.attributes
    attributes.merge(next.attributes) { _, own in own }
    var entry = TarEntry(
      path: Array(path.split(separator: 0x2F).filter { $0 != [0x2E] }.joined(separator: [0x2F])),
      kind: TarArchive.kind(kind, isFolder: isFolder), content: content)
    entry.target = next.linkPath ?? global.linkPath ?? text(157..<257)
    entry.attributes = attributes
    return entry
  }

  private static func kind(_ kind: UInt8, isFolder: Bool) -> TarEntry.Kind {
    switch kind {
    case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): isFolder ? .folder : .file
    case UInt8(ascii: "1"): .hardLink
    case UInt8(ascii: "2"): .link
    case UInt8(ascii: "3"), UInt8(ascii: "4"), UInt8(ascii: "6"): .special
    case UInt8(ascii: "5"): .folder
    default: .unsupported
    }
  }
}
