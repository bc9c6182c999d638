import AssayBytes

/// Recursive descent over octets (RFC 8259 grammar).
struct JSONParser {
  private let bytes: ArraySlice<UInt8>
  private var index: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    index = bytes.startIndex
  }

  mutating func document(_ budget: inout Budget) throws(ParseError) -> JSONValue {
    let value = try value(depth: 0, &budget)
    skipSpace()
    guard index == bytes.endIndex else { throw error("json.trailing", "something follows the value") }
    return value
  }

  private var current: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

  private func error(_ code: String, _ message: String) -> ParseError { ParseError(code, message, offset: index) }

  private mutating func skipSpace() {
    while let byte = current, byte.isXMLSpace { index += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    index += 1
    return true
  }

  private mutating func value(depth: Int, _ budget: inout Budget) throws(ParseError) -> JSONValue {
    try budget.check(depth: depth)
    try budget.spend(nodes: 1)
    skipSpace()
    guard let byte = current else { throw error("json.truncated", "the text ends where a value must be") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth, &budget)
    case UInt8(ascii: "["): return try array(depth: depth, &budget)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), 0x30...0x39: return .number(try number())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw error("json.value.invalid", "no value begins here")
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(ParseError) -> JSONValue {
    let wanted = Array(word.description.utf8)
    guard bytes[index...].starts(with: wanted) else { throw error("json.value.invalid", "no value begins here") }
    index += wanted.count
    return value
  }

  private mutating func array(depth: Int, _ budget: inout Budget) throws(ParseError) -> JSONValue {
    index += 1
    var items: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(items) }
    while true {
      items.append(try value(depth: depth + 1, &budget))
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(items) }
      guard take(UInt8(ascii: ",")) else { throw error("json.array.separator", "an array goes on with , or ends with ]") }
    }
  }

  private mutating func object(depth: Int, _ budget: inout Budget) throws(ParseError) -> JSONValue {
    index += 1
    var members: [JSONValue.Member] = []
    var seen: Set<[UInt8]> = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipSpace()
      let start = index
      guard current == UInt8(ascii: "\"") else { throw error("json.object.key", "a key in \" must stand here") }
      let key = try string()
      guard seen.insert(key).inserted else {
        throw ParseError("json.object.duplicate", "key \"\(String(decoding: key, as: UTF8.self))\" stands twice", offset: start)
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw error("json.object.separator", "a key is followed by :") }
      members.append(JSONValue.Member(key: key, value: try value(depth: depth + 1, &budget)))
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw error("json.object.separator", "an object goes on with , or ends with }") }
    }
  }

  private mutating func number() throws(ParseError) -> String {
    let start = index
    _ = take(UInt8(ascii: "-"))
    if !take(0x30) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
      try digits()
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// At least one digit.
  private mutating func digits() throws(ParseError) {
    let start = index
    while let byte = current, byte.isDigit { index += 1 }
    guard index > start else { throw error("json.number.invalid", "a digit must stand here") }
  }

  private mutating func string() throws(ParseError) -> [UInt8] {
    let start = index
    index += 1
    var text: [UInt8] = []
    while let byte = current {
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard String(validating: text, as: UTF8.self) != nil else {
          throw ParseError("json.string.encoding", "the string is not UTF-8", offset: start)
        }
        return text
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw ParseError("json.string.control", "a control character stands in a string unescaped", offset: index - 1)
      default: text.append(byte)
      }
    }
    throw ParseError("json.truncated", "the string is never closed", offset: start)
  }

  private mutating func escape(into text: inout [UInt8]) throws(ParseError) {
    guard let byte = current else { throw error("json.truncated", "the string is never closed") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text += try unicode()
    default: throw ParseError("json.string.escape", "no such escape in a string", offset: index - 2)
    }
  }

  private mutating func unicode() throws(ParseError) -> [UInt8] {
    let start = index - 2
    var units = [try unit()]
    if UTF16.isLeadSurrogate(units[0]) {
      guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
        throw ParseError("json.string.surrogate", "a lone surrogate stands in a string", offset: start)
      }
      units.append(try unit())
    }
    guard let text = String(validating: units, as: UTF16.self) else {
      throw ParseError("json.string.surrogate", "a lone surrogate stands in a string", offset: start)
    }
    return Array(text.utf8)
  }

  private mutating func unit() throws(ParseError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = byte.hexValue else {
        throw error("json.string.escape", "four hexadecimal digits must follow \\u")
      }
      value = value << 4 | UInt16(digit)
      index += 1
    }
    return value
  }
}
