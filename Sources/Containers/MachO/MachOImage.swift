package import AssayBytes

/// One image: header and load commands (loader.h), and where its signature lies.
package struct MachOImage: Sendable {
  /// Programs of today have under 100 commands.
  package static let commandLimit = 10_000
  package static let commandByteLimit = 16 << 20

  package struct Command: Sendable {
    /// With LC_REQ_DYLD.
    package let kind: UInt32
    /// In the file.
    package let offset: Int
    /// Whole, with its header of eight bytes.
    package let bytes: ArraySlice<UInt8>
  }
  package struct Segment: Sendable {
    package let name: [UInt8]
    package let fileOffset: Int
    package let fileSize: Int
  }

  /// In the file.
  package let range: Range<Int>
  package let is64: Bool
  package let isBigEndian: Bool
  package let cpuType: UInt32
  package let cpuSubtype: UInt32
  package let fileType: UInt32
  package let commands: [Command]
  package let segments: [Segment]
  /// `__TEXT,__info_plist`, in the file.
  package let infoPlist: Range<Int>?
  /// LC_CODE_SIGNATURE, relative to the image.
  package let codeSignature: Range<Int>?
  package let problems: [ParseError]

  package static let codeSignatureCommand: UInt32 = 0x1D

  package init(_ source: any ByteSource, _ range: Range<Int>, _ budget: inout Budget) throws(ParseError) {
    self.range = range
    let base = range.lowerBound
    // Most load commands end in the first page.
    let head = try source.prefix(at: base, min(4_096, range.count))
    switch Array(head.prefix(4)) {
    case [0xFE, 0xED, 0xFA, 0xCE]: (is64, isBigEndian) = (false, true)
    case [0xFE, 0xED, 0xFA, 0xCF]: (is64, isBigEndian) = (true, true)
    case [0xCE, 0xFA, 0xED, 0xFE]: (is64, isBigEndian) = (false, false)
    case [0xCF, 0xFA, 0xED, 0xFE]: (is64, isBigEndian) = (true, false)
    default: throw ParseError("macho.image.magic", "an image that begins like no Mach-O image", offset: base)
    }
    let headerSize = is64 ? 32 : 28
    var header = MachOReader(
      ByteReader(head.prefix(headerSize), base: base, truncated: "macho.header.truncated"),
      isBigEndian)
    try header.skip(4)
    (cpuType, cpuSubtype, fileType) = (try header.word(), try header.word(), try header.word())
    let (count, size) = (Int(try header.word()), Int(try header.word()))
    guard count <= MachOImage.commandLimit, size <= MachOImage.commandByteLimit, size <= range.count - headerSize else {
      throw ParseError("macho.commands.range", "\(count) load commands of \(size) bytes do not fit", offset: base + 16)
    }
    try budget.spend(bytes: size)
    try budget.spend(nodes: count)
    let octets =
      headerSize + size <= head.count
      ? Array(head[headerSize..<(headerSize + size)]) : try source.bytes((base + headerSize)..<(base + headerSize + size))
    var reader = MachOReader(ByteReader(octets[...], base: base + headerSize, truncated: "macho.commands.truncated"), isBigEndian)
    var contents = Contents()
    for _ in 0..<count {
      let place = reader.offset
      let (kind, length) = (try reader.word(at: 0), Int(try reader.word(at: 4)))
      guard length >= 8, length % 4 == 0 else {
        throw ParseError("macho.command.size", "a load command of \(length) bytes", offset: place)
      }
      let command = Command(kind: kind, offset: place, bytes: try reader.take(length))
      try contents.add(command, isBigEndian, range)
    }
    if !reader.isAtEnd {
      contents.problems.append(ParseError("macho.commands.trailing", "bytes follow the load commands", offset: reader.offset))
    }
    (commands, segments, infoPlist, codeSignature) = (
      contents.commands, contents.segments, contents.infoPlist, contents.codeSignature
    )
    contents.checkSignaturePlace(range)
    problems = contents.problems
  }

  private struct Contents {
    var commands: [Command] = []
    var segments: [Segment] = []
    var infoPlist: Range<Int>?
    var codeSignature: Range<Int>?
    var problems: [ParseError] = []

    mutating func add(_ command: Command, _ isBigEndian: Bool, _ image: Range<Int>) throws(ParseError) {
      commands.append(command)
      var reader = MachOReader(ByteReader(command.bytes, base: command.offset, truncated: "macho.command.truncated"), isBigEndian)
      try reader.skip(8)
      switch command.kind {
      case 0x01, 0x19: try addSegment(&reader, is64: command.kind == 0x19, image)
      case MachOImage.codeSignatureCommand:
        let (offset, size) = (Int(try reader.word()), Int(try reader.word()))
        guard codeSignature == nil else {
          throw ParseError("macho.signature.duplicate", "two LC_CODE_SIGNATURE", offset: command.offset)
        }
        guard offset <= image.count, size <= image.count - offset else {
          throw ParseError("macho.signature.range", "the signature lies outside the image", offset: command.offset)
        }
        codeSignature = offset..<(offset + size)
      default: break
      }
    }

    private mutating func addSegment(_ reader: inout MachOReader, is64: Bool, _ image: Range<Int>) throws(ParseError) {
      let place = reader.offset
      let name = MachOImage.name(try reader.take(16))
      try reader.skip(is64 ? 16 : 8)
      let (offset, size) = (try reader.wide(is64), try reader.wide(is64))
      guard let fileOffset = Int(exactly: offset), let fileSize = Int(exactly: size), fileOffset <= image.count,
        fileSize <= image.count - fileOffset
      else { throw ParseError("macho.segment.range", "a segment lies outside the image", offset: place) }
      segments.append(Segment(name: name, fileOffset: fileOffset, fileSize: fileSize))
      try reader.skip(8)
      let count = Int(try reader.word())
      try reader.skip(4)
      guard name.elementsEqual("__TEXT".utf8) else { return }
      for _ in 0..<min(count, 1_000) {
        let section = try reader.take(16).prefix { $0 != 0 }
        try reader.skip(16)
        _ = try reader.wide(is64)
        let (length, start) = (Int(exactly: try reader.wide(is64)), Int(try reader.word()))
        try reader.skip(is64 ? 28 : 24)
        if section.elementsEqual("__info_plist".utf8), let length, start <= image.count, length <= image.count - start {
          infoPlist = (image.lowerBound + start)..<(image.lowerBound + start + length)
        }
      }
    }

    /// The signature must end __LINKEDIT, and __LINKEDIT the image: anything after it is covered by nothing.
    mutating func checkSignaturePlace(_ image: Range<Int>) {
      guard let signature = codeSignature else { return }
      guard let linkedit = segments.first(where: { $0.name.elementsEqual("__LINKEDIT".utf8) }) else {
        problems.append(
          ParseError("macho.signature.place", "there is no __LINKEDIT that could hold the signature", offset: image.lowerBound))
        return
      }
      let end = linkedit.fileOffset + linkedit.fileSize
      if signature.lowerBound < linkedit.fileOffset || signature.upperBound != end {
        problems.append(
          ParseError(
            "macho.signature.place", "the signature does not end __LINKEDIT", offset: image.lowerBound + signature.lowerBound))
      }
      if end != image.count {
        problems.append(
          ParseError(
            "macho.image.trailing", "\(image.count - end) bytes follow __LINKEDIT, covered by nothing",
            offset: image.lowerBound + end))
      }
    }
  }

  static func name(_ octets: ArraySlice<UInt8>) -> [UInt8] { Array(octets.prefix { $0 != 0 }) }

  /// `arm64`, `x86_64`: Apple's names.
  package var architecture: String {
    switch (cpuType, cpuSubtype & 0x00FF_FFFF) {
    case (0x0100_000C, 2): "arm64e"
    case (0x0100_000C, _): "arm64"
    case (0x0200_000C, _): "arm64_32"
    case (0x0100_0007, 8): "x86_64h"
    case (0x0100_0007, _): "x86_64"
    case (7, _): "i386"
    case (12, 9): "armv7"
    case (12, 11): "armv7s"
    case (12, 12): "armv7k"
    case (12, _): "arm"
    case (18, _): "ppc"
    case (0x0100_0012, _): "ppc64"
    default: "cpu\(cpuType).\(cpuSubtype & 0x00FF_FFFF)"
    }
  }
}

/// Numbers in the image's own byte order.
package struct MachOReader {
  private var reader: ByteReader
  private let isBigEndian: Bool

  package init(_ reader: ByteReader, _ isBigEndian: Bool) {
    self.reader = reader
    self.isBigEndian = isBigEndian
  }
  package var offset: Int { reader.offset }
  package var isAtEnd: Bool { reader.isAtEnd }
  package mutating func skip(_ count: Int) throws(ParseError) { try reader.skip(count) }
  package mutating func take(_ count: Int) throws(ParseError) -> ArraySlice<UInt8> { try reader.take(count) }
  package mutating func word() throws(ParseError) -> UInt32 {
    isBigEndian ? try reader.big(UInt32.self) : try reader.little(UInt32.self)
  }
  package mutating func wide(_ is64: Bool) throws(ParseError) -> UInt64 {
    guard is64 else { return UInt64(try word()) }
    return isBigEndian ? try reader.big(UInt64.self) : try reader.little(UInt64.self)
  }
  /// A word ahead, without moving.
  package func word(at distance: Int) throws(ParseError) -> UInt32 {
    var copy = self
    try copy.skip(distance)
    return try copy.word()
  }
}
