import AssayBytes

// Character data, references, comments, instructions and names.
extension XMLParser {
  /// Everything up to the next `<`, line ends as one line feed (2.11).
  mutating func characters(into octets: inout [UInt8], _ budget: inout Budget) throws(ParseError) {
    if octets.isEmpty { try budget.spend(nodes: 1) }
    while let byte = current, byte != UInt8(ascii: "<") {
      switch byte {
      case UInt8(ascii: "&"): try reference(into: &octets)
      case 0x0D: lineEnd(as: 0x0A, into: &octets)
      default:
        if byte == UInt8(ascii: "]"), follows("]]>") { throw error("xml.syntax", "]]> may not stand in text") }
        octets.append(byte)
        index += 1
      }
    }
  }

  /// CR LF and CR are one line end.
  mutating func lineEnd(as byte: UInt8, into octets: inout [UInt8]) {
    index += 1
    if current == 0x0A { index += 1 }
    octets.append(byte)
  }

  /// CDSect (2.7).
  mutating func section(into octets: inout [UInt8], _ budget: inout Budget) throws(ParseError) {
    let start = index
    if octets.isEmpty { try budget.spend(nodes: 1) }
    index += 9
    while let byte = current {
      if byte == UInt8(ascii: "]"), take("]]>") { return }
      if byte == 0x0D {
        lineEnd(as: 0x0A, into: &octets)
      } else {
        octets.append(byte)
        index += 1
      }
    }
    throw error("xml.truncated", "the CDATA section is never closed", at: start)
  }

  /// CharRef or one of the five entities (4.1, 4.6).
  mutating func reference(into octets: inout [UInt8]) throws(ParseError) {
    let start = index
    index += 1
    if take("#") {
      octets += try characterReference(from: start)
      return
    }
    let name = try self.name()
    guard take(";") else { throw error("xml.reference.invalid", "a reference ends with ;", at: start) }
    switch String(decoding: name, as: UTF8.self) {
    case "amp": octets.append(UInt8(ascii: "&"))
    case "lt": octets.append(UInt8(ascii: "<"))
    case "gt": octets.append(UInt8(ascii: ">"))
    case "quot": octets.append(UInt8(ascii: "\""))
    case "apos": octets.append(UInt8(ascii: "'"))
    default:
      throw error("xml.entity.unknown", "entity \(String(decoding: name.prefix(40), as: UTF8.self)) is not defined", at: start)
    }
  }

  private mutating func characterReference(from start: Int) throws(ParseError) -> [UInt8] {
    let radix: UInt32 = take("x") ? 16 : 10
    var value: UInt32 = 0
    let digits = index
    while let byte = current, let digit = byte.hexValue.map(UInt32.init), digit < radix {
      // More is no character whatever follows.
      value = min(value * radix + digit, 0x110000)
      index += 1
    }
    guard index > digits, take(";"), XMLInput.isCharacter(value) else {
      throw error("xml.reference.invalid", "the reference names no character that XML allows", at: start)
    }
    var octets: [UInt8] = []
    XMLInput.append(value, to: &octets)
    return octets
  }

  /// Comment (2.5).
  mutating func comment(_ budget: inout Budget) throws(ParseError) -> XMLNode {
    let start = index
    try budget.spend(nodes: 1)
    index += 4
    var octets: [UInt8] = []
    while let byte = current {
      if byte == UInt8(ascii: "-"), take("--") {
        guard take(">") else { throw error("xml.syntax", "-- may not stand in a comment") }
        return .comment(XMLText(octets: octets))
      }
      if byte == 0x0D {
        lineEnd(as: 0x0A, into: &octets)
      } else {
        octets.append(byte)
        index += 1
      }
    }
    throw error("xml.truncated", "the comment is never closed", at: start)
  }

  /// PI (2.6); its target has no colon (Namespaces in XML 7).
  mutating func instruction(_ budget: inout Budget) throws(ParseError) -> XMLNode {
    let start = index
    try budget.spend(nodes: 1)
    index += 2
    let target = try name()
    guard !target.contains(UInt8(ascii: ":")),
      target.count != 3 || !XMLText(octets: Array(target)).lowered.octets.elementsEqual("xml".utf8)
    else { throw error("xml.instruction.target", "no processing instruction may be called so", at: start) }
    guard skipSpace() || follows("?>") else { throw error("xml.syntax", "white space must follow the target") }
    var octets: [UInt8] = []
    while let byte = current {
      if byte == UInt8(ascii: "?"), take("?>") {
        return .instruction(target: XMLText(octets: Array(target)), data: XMLText(octets: octets))
      }
      if byte == 0x0D {
        lineEnd(as: 0x0A, into: &octets)
      } else {
        octets.append(byte)
        index += 1
      }
    }
    throw error("xml.truncated", "the processing instruction is never closed", at: start)
  }

  // MARK: Names (2.3)

  /// Name, colons and all.
  mutating func name() throws(ParseError) -> ArraySlice<UInt8> {
    let start = index
    while let (scalar, count) = scalar(), index == start ? XMLParser.startsName(scalar) : XMLParser.continuesName(scalar) {
      index += count
    }
    guard index > start else {
      throw current == nil
        ? error("xml.truncated", "the document ends where a name must be") : error("xml.name.invalid", "a name must stand here")
    }
    return text[start..<index]
  }

  /// The scalar where the parser stands; the text is valid UTF-8.
  private func scalar() -> (UInt32, Int)? {
    guard let byte = current else { return nil }
    if byte < 0x80 { return (UInt32(byte), 1) }
    return text[index...].prefix(4).withUnsafeBufferPointer { XMLInput.scalar($0, 0) }
  }

  static func startsName(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x3A, 0x41...0x5A, 0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D, 0x37F...0x1FFF,
      0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF:
      true
    default: false
    }
  }

  static func continuesName(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x2D, 0x2E, 0x30...0x39, 0xB7, 0x300...0x36F, 0x203F...0x2040: true
    default: startsName(scalar)
    }
  }
}
