import AssayBytes

/// Cuts a requirement's text into tokens. Works on octets; every token knows its place.
struct RequirementLexer {
  /// Longer text is refused: the longest of 266 real ones has 500 octets.
  static let maximumBytes = 64 << 10

  enum Token: Hashable {
    /// A word or dotted key: letters and digits, parts joined by dots.
    case word(String)
    case string([UInt8])
    /// `H"..."`
    case hash([UInt8])
    /// `0x...`
    case hex([UInt8])
    case integer(Int)
    case symbol(String)
    case end

    var shown: String {
      switch self {
      case .word(let word): "\"\(word)\""
      case .string(let bytes): "string \"\(String(decoding: bytes, as: UTF8.self))\""
      case .hash: "a hash"
      case .hex: "hexadecimal data"
      case .integer(let value): "number \(value)"
      case .symbol(let symbol): "\"\(symbol)\""
      case .end: "the end"
      }
    }
  }

  struct Placed {
    let token: Token
    /// Index of the first octet.
    let start: Int
  }

  private let bytes: [UInt8]
  private var index = 0

  init(_ text: String) throws(RequirementError) {
    bytes = Array(text.utf8)
    guard bytes.count <= Self.maximumBytes else {
      throw RequirementError(
        line: 1, column: 1, message: "requirement has \(bytes.count) octets, at most \(Self.maximumBytes) are read")
    }
  }

  /// All tokens, the last one `.end`.
  static func tokens(_ text: String) throws(RequirementError) -> (tokens: [Placed], lexer: RequirementLexer) {
    var lexer = try RequirementLexer(text)
    var tokens: [Placed] = []
    while true {
      let token = try lexer.next()
      tokens.append(token)
      if token.token == .end { return (tokens, lexer) }
    }
  }

  func error(at place: Int, _ message: String) -> RequirementError {
    let before = bytes[..<min(place, bytes.count)]
    let line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    // Continuation octets of UTF-8 are no columns.
    let column = before[lineStart...].reduce(1) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    return RequirementError(line: line, column: column, message: message)
  }

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }
  private func peek(_ distance: Int) -> UInt8? { index + distance < bytes.count ? bytes[index + distance] : nil }

  private mutating func next() throws(RequirementError) -> Placed {
    try skipSpaceAndComments()
    let start = index
    guard let byte = current else { return Placed(token: .end, start: start) }
    switch byte {
    case UInt8(ascii: "H") where peek(1) == UInt8(ascii: "\""):
      index += 1
      return Placed(token: .hash(try quotedHex(from: start)), start: start)
    case UInt8(ascii: "\""): return Placed(token: .string(try quotedString(from: start)), start: start)
    case UInt8(ascii: "0") where peek(1) == UInt8(ascii: "x"):
      return Placed(token: .hex(try plainHex(from: start)), start: start)
    case _ where byte.isLetter: return Placed(token: .word(try word()), start: start)
    case _ where byte.isDigit: return Placed(token: .integer(try integer(from: start)), start: start)
    default: return Placed(token: .symbol(try symbol(byte, at: start)), start: start)
    }
  }

  private mutating func skipSpaceAndComments() throws(RequirementError) {
    while let byte = current {
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D, 0x0C: index += 1
      case UInt8(ascii: "#"): skipLine()
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"): skipLine()
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
        let start = index
        index += 2
        while !(current == UInt8(ascii: "*") && peek(1) == UInt8(ascii: "/")) {
          guard current != nil else { throw error(at: start, "comment is never closed; end it with */") }
          index += 1
        }
        index += 2
      default: return
      }
    }
  }

  private mutating func skipLine() {
    while let byte = current, byte != 0x0A { index += 1 }
  }

  private mutating func word() throws(RequirementError) -> String {
    let start = index
    while let byte = current, byte.isLetter || byte.isDigit { index += 1 }
    while current == UInt8(ascii: ".") {
      guard let after = peek(1), after.isLetter || after.isDigit else {
        throw error(at: index, "a key cannot end in a dot; write the next part or quote the text")
      }
      index += 1
      let part = index
      while let byte = current, after.isLetter ? byte.isLetter || byte.isDigit : byte.isDigit { index += 1 }
      if let byte = current, byte.isLetter { throw error(at: part, "text with a part that begins with a digit must be quoted") }
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func integer(from start: Int) throws(RequirementError) -> Int {
    var value = 0
    while let byte = current, byte.isDigit {
      value = value * 10 + Int(byte - 0x30)
      guard value <= Int(Int32.max) else { throw error(at: start, "number is over \(Int32.max)") }
      index += 1
    }
    if let byte = current, byte.isLetter || byte == UInt8(ascii: ".") {
      throw error(at: start, "text that begins with a digit must be quoted")
    }
    return value
  }

  private mutating func quotedString(from start: Int) throws(RequirementError) -> [UInt8] {
    index += 1
    var value: [UInt8] = []
    while let byte = current {
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return value
      case UInt8(ascii: "\\"):
        guard let escaped = current else { throw error(at: start, "string is never closed; end it with \"") }
        guard escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\") else {
          throw error(at: index - 1, "only \\\" and \\\\ may follow a backslash in a string")
        }
        index += 1
        value.append(escaped)
      default: value.append(byte)
      }
    }
    throw error(at: start, "string is never closed; end it with \"")
  }

  private mutating func quotedHex(from start: Int) throws(RequirementError) -> [UInt8] {
    index += 1
    let first = index
    while let byte = current, byte.isHexDigit { index += 1 }
    guard current == UInt8(ascii: "\"") else {
      throw error(
        at: index, current == nil ? "hash is never closed; end it with \"" : "a hash holds hexadecimal digits only")
    }
    let digits = bytes[first..<index]
    index += 1
    return try decode(digits, at: start)
  }

  private mutating func plainHex(from start: Int) throws(RequirementError) -> [UInt8] {
    index += 2
    let first = index
    while let byte = current, byte.isHexDigit { index += 1 }
    if let byte = current, byte.isLetter { throw error(at: index, "hexadecimal data holds hexadecimal digits only") }
    return try decode(bytes[first..<index], at: start)
  }

  private func decode(_ digits: ArraySlice<UInt8>, at start: Int) throws(RequirementError) -> [UInt8] {
    guard !digits.isEmpty, digits.count % 2 == 0, let value = Hex.decode(digits) else {
      throw error(at: start, "\(digits.count) hexadecimal digits are no whole octets; write an even number of them")
    }
    return value
  }

  private mutating func symbol(_ byte: UInt8, at start: Int) throws(RequirementError) -> String {
    let pair = peek(1).map { String(decoding: [byte, $0], as: UTF8.self) }
    if let pair, ["==", "<=", ">=", "=>"].contains(pair) {
      index += 2
      return pair
    }
    let one = String(decoding: [byte], as: UTF8.self)
    if byte == UInt8(ascii: "&") || byte == UInt8(ascii: "|") {
      throw error(at: start, "\"\(one)\" is no operator here; write \"\(one == "&" ? "and" : "or")\"")
    }
    guard byte < 0x80, "()[]=<>!*~-;/".utf8.contains(byte) else {
      throw error(at: start, byte < 0x80 ? "character \"\(one)\" cannot stand here" : "text outside ASCII must be quoted")
    }
    index += 1
    return one
  }
}
