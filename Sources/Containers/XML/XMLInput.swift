import AssayBytes

/// The octets of a document as UTF-8, every character one that XML allows (2.2), with the way back to the places they came from.
struct XMLInput {
  private enum Form { case utf8, utf16, latin1 }
  private let form: Form
  /// Valid UTF-8 without a byte order mark.
  let text: ArraySlice<UInt8>
  /// Index of the document that `text.startIndex` stands for.
  private let base: Int
  private let declared: [UInt8]?
  private let isASCII: Bool

  init(_ bytes: ArraySlice<UInt8>) throws(ParseError) {
    let start = bytes.startIndex
    let head = Array(bytes.prefix(4))
    if head.starts(with: [0xFE, 0xFF]) || head.starts(with: [0xFF, 0xFE]) {
      text = try XMLInput.utf16(bytes.dropFirst(2), isBig: head[0] == 0xFE)
      (form, base) = (.utf16, start + 2)
    } else if head == [0x3C, 0x00, 0x3F, 0x00] || head == [0x00, 0x3C, 0x00, 0x3F] {
      text = try XMLInput.utf16(bytes, isBig: head[0] == 0)
      (form, base) = (.utf16, start)
    } else {
      let body = head.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
      if body.count == bytes.count, XMLInput.declaredEncoding(body) == Array("iso-8859-1".utf8) {
        text = XMLInput.latin1(body)
        (form, base) = (.latin1, start)
      } else {
        (text, form, base) = (body, .utf8, body.startIndex)
      }
    }
    declared = XMLInput.declaredEncoding(text)
    var isASCII = true
    try XMLInput.check(text, &isASCII, form == .utf8)
    self.isASCII = isASCII
    try checkDeclaration()
  }

  /// XML 1.0 4.3.3: it is an error for a document to be in another encoding than it declares.
  private func checkDeclaration() throws(ParseError) {
    guard let declared else { return }
    let name = String(decoding: declared, as: UTF8.self)
    switch form {
    case .utf16:
      if ["utf-16", "utf-16le", "utf-16be", "iso-10646-ucs-2", "unicode"].contains(name) { return }
      throw ParseError("xml.encoding.mismatch", "the document is UTF-16 and declares \(name)", offset: base)
    case .latin1: return
    case .utf8:
      if ["utf-8", "utf8"].contains(name) { return }
      // The first half of every one of these is ASCII.
      if name == "us-ascii" || name.hasPrefix("iso-8859-") || name.hasPrefix("windows-125"), isASCII { return }
      if name.hasPrefix("utf-16") {
        throw ParseError("xml.encoding.mismatch", "the document declares \(name) and is not", offset: base)
      }
      throw ParseError(
        "xml.encoding.unsupported", "encoding \(name) is not read, UTF-8 and UTF-16 are; save the document as one of them",
        offset: base)
    }
  }

  /// The value of `encoding` in the XML declaration, in lower case; nil without one.
  private static func declaredEncoding(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    guard text.starts(with: Array("<?xml".utf8)), let end = text.prefix(256).firstIndex(of: UInt8(ascii: ">")) else { return nil }
    let line = text[..<end]
    guard let found = line.firstRange(of: Array("encoding".utf8)) else { return nil }
    let rest = line[found.upperBound...].drop { $0.isXMLSpace || $0 == UInt8(ascii: "=") }
    guard let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
    return rest.dropFirst().prefix { $0 != quote }.lowered
  }

  // MARK: Encodings

  private static func utf16(_ bytes: ArraySlice<UInt8>, isBig: Bool) throws(ParseError) -> ArraySlice<UInt8> {
    guard bytes.count % 2 == 0 else {
      throw ParseError("xml.encoding.invalid", "UTF-16 text has an odd number of bytes", offset: bytes.endIndex)
    }
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    var lead: UInt32 = 0
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let (first, second) = (UInt32(bytes[index]), UInt32(bytes[index + 1]))
      let unit = isBig ? first << 8 | second : second << 8 | first
      let isTrail = unit & 0xFC00 == 0xDC00
      guard isTrail == (lead != 0) else {
        throw ParseError("xml.encoding.invalid", "a lone surrogate stands in UTF-16 text", offset: index)
      }
      if unit & 0xFC00 == 0xD800 {
        lead = unit
      } else {
        append(isTrail ? 0x10000 + (lead & 0x3FF) << 10 + (unit & 0x3FF) : unit, to: &text)
        lead = 0
      }
      index += 2
    }
    guard lead == 0 else { throw ParseError("xml.encoding.invalid", "the text ends in a lone surrogate", offset: index) }
    return text[...]
  }

  private static func latin1(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    for byte in bytes { append(UInt32(byte), to: &text) }
    return text[...]
  }

  /// The scalar in UTF-8; it is at most U+10FFFF.
  static func append(_ scalar: UInt32, to text: inout [UInt8]) {
    func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | (scalar >> shift & 0x3F)) }
    switch scalar {
    case 0..<0x80: text.append(UInt8(truncatingIfNeeded: scalar))
    case 0x80..<0x800: text += [UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6), tail(0)]
    case 0x800..<0x10000: text += [UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12), tail(6), tail(0)]
    default: text += [UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18), tail(12), tail(6), tail(0)]
    }
  }

  // MARK: Characters

  /// XML 1.0 2.2 Char.
  static func isCharacter(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  private static func check(_ text: ArraySlice<UInt8>, _ isASCII: inout Bool, _ isPlaced: Bool) throws(ParseError) {
    let wrong: (Int, isEncoding: Bool)? = text.withUnsafeBufferPointer { buffer in
      var index = 0
      while index < buffer.count {
        if buffer[index] < 0x80 {
          guard isCharacter(UInt32(buffer[index])) else { return (index, false) }
          index += 1
          continue
        }
        isASCII = false
        guard let (scalar, count) = scalar(buffer, index) else { return (index, true) }
        guard isCharacter(scalar) else { return (index, false) }
        index += count
      }
      return nil
    }
    guard let (place, isEncoding) = wrong else { return }
    let offset = isPlaced ? text.startIndex + place : nil
    if isEncoding { throw ParseError("xml.encoding.invalid", "the document is not UTF-8", offset: offset) }
    throw ParseError("xml.character.invalid", "a character stands here that XML does not allow", offset: offset)
  }

  /// The scalar that begins there and its length; nil for what is not the shortest form of a scalar (RFC 3629).
  static func scalar(_ buffer: UnsafeBufferPointer<UInt8>, _ index: Int) -> (UInt32, Int)? {
    let lead = buffer[index]
    let (count, least): (Int, UInt32)
    switch lead {
    case 0..<0x80: return (UInt32(lead), 1)
    case 0xC2...0xDF: (count, least) = (2, 0x80)
    case 0xE0...0xEF: (count, least) = (3, 0x800)
    case 0xF0...0xF4: (count, least) = (4, 0x10000)
    default: return nil
    }
    guard buffer.count - index >= count else { return nil }
    var value = UInt32(lead) & (0x7F >> UInt32(count))
    for step in 1..<count {
      let byte = buffer[index + step]
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    guard value >= least, value <= 0x10FFFF, !(0xD800...0xDFFF).contains(value) else { return nil }
    return (value, count)
  }

  // MARK: Places

  /// A place that moves forward through the text: its index there, in the document, and its line and column.
  struct Place {
    var index: Int
    var offset: Int
    var line = 1
    var column = 1
  }

  var beginning: Place { Place(index: text.startIndex, offset: base) }

  /// Moves to an index at or after the place.
  func advance(_ place: inout Place, to index: Int) {
    while place.index < min(index, text.endIndex) {
      let byte = text[place.index]
      place.index += 1
      if byte & 0xC0 != 0x80 {
        place.column += 1
        switch form {
        case .utf8: place.offset += 1
        case .utf16: place.offset += byte >= 0xF0 ? 4 : 2
        case .latin1: place.offset += 1
        }
      } else if form == .utf8 {
        place.offset += 1
      }
      let endsLine = byte == 0x0A || byte == 0x0D && !(place.index < text.endIndex && text[place.index] == 0x0A)
      if endsLine {
        place.line += 1
        place.column = 1
      }
    }
  }
}
