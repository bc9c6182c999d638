import AssayBytes

/// Apple's XML property lists, read straight from the octets: a fixed handful of elements, no entities but the five of XML, a DOCTYPE
/// that is passed over and never fetched, and text taken as it stands. A general XML reader would turn the carriage return in the file
/// name `Icon\r` into a line feed, as XML 1.0 says; CoreFoundation does not, and the names that a seal holds must stay what they are.
struct XMLPlistReader {
  let bytes: ArraySlice<UInt8>
  var index: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    index = bytes.startIndex
  }

  mutating func document(_ budget: inout Budget) throws(ParseError) -> PlistValue {
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { index += 3 }
    try skipSpaceAndComments()
    try declaration()
    try skipSpaceAndComments()
    try documentType()
    try skipSpaceAndComments()
    guard let root = try tag(), root.kind == .open, root.name.elementsEqual("plist".utf8) else {
      throw error("plist.xml.root", "the element plist must stand here")
    }
    let value = try self.value(depth: 1, &budget)
    try skipSpaceAndComments()
    guard let end = try tag(), end.kind == .close, end.name.elementsEqual("plist".utf8) else {
      throw error("plist.xml.root", "the end of plist must stand here")
    }
    try skipSpaceAndComments()
    guard index == bytes.endIndex else { throw error("plist.trailing", "something follows the property list") }
    return value
  }

  var rest: ArraySlice<UInt8> { bytes[index...] }

  func error(_ code: String, _ message: String, at place: Int? = nil) -> ParseError {
    ParseError(code, message, offset: (place ?? index) - bytes.startIndex)
  }

  // MARK: - Values

  private mutating func value(depth: Int, _ budget: inout Budget) throws(ParseError) -> PlistValue {
    try skipSpaceAndComments()
    let start = index
    guard let tag = try tag(), tag.kind != .close else { throw error("plist.xml.value", "a value must stand here", at: start) }
    return try value(tag, from: start, depth: depth, &budget)
  }

  private mutating func value(_ tag: Tag, from start: Int, depth: Int, _ budget: inout Budget) throws(ParseError) -> PlistValue {
    try budget.check(depth: depth)
    try budget.spend(nodes: 1)
    let isEmpty = tag.kind == .empty
    switch String(decoding: tag.name, as: UTF8.self) {
    case "dict": return isEmpty ? .dictionary([]) : try dictionary(depth: depth, &budget)
    case "array": return isEmpty ? .array([]) : try array(depth: depth, &budget)
    case "string": return isEmpty ? .string([]) : .string(try text(until: "string"))
    case "data":
      guard let data = isEmpty ? [] : Base64.decode(try text(until: "data"), ignoringSpace: true) else {
        throw error("plist.data.base64", "the data is not base64", at: start)
      }
      return .data(data)
    case "true", "false":
      if !isEmpty { try close(tag.name) }
      return .bool(tag.name.count == 4)
    case "integer": return .integer(try integer(try scalar(tag), at: start))
    case "real": return .real(try real(try scalar(tag), at: start))
    case "date": return .date(try date(try scalar(tag), at: start))
    default:
      throw error("plist.xml.element", "no element of property lists: \(String(decoding: tag.name, as: UTF8.self))", at: start)
    }
  }

  private mutating func dictionary(depth: Int, _ budget: inout Budget) throws(ParseError) -> PlistValue {
    var members: [PlistValue.Member] = []
    var keys = PlistKeys()
    while true {
      try skipSpaceAndComments()
      let start = index
      guard let tag = try tag() else { throw error("plist.truncated", "the dictionary is never closed") }
      if tag.kind == .close {
        guard tag.name.elementsEqual("dict".utf8) else { throw error("plist.xml.nesting", "another element is closed", at: start) }
        return .dictionary(members)
      }
      guard tag.name.elementsEqual("key".utf8) else { throw error("plist.key.missing", "a key must stand here", at: start) }
      let key = tag.kind == .empty ? [] : try text(until: "key")
      try keys.add(key, at: start - bytes.startIndex)
      members.append(PlistValue.Member(key: key, value: try value(depth: depth + 1, &budget)))
    }
  }

  private mutating func array(depth: Int, _ budget: inout Budget) throws(ParseError) -> PlistValue {
    var items: [PlistValue] = []
    while true {
      try skipSpaceAndComments()
      let start = index
      guard let tag = try tag() else { throw error("plist.truncated", "the array is never closed") }
      if tag.kind == .close {
        guard tag.name.elementsEqual("array".utf8) else { throw error("plist.xml.nesting", "another element is closed", at: start) }
        return .array(items)
      }
      items.append(try value(tag, from: start, depth: depth + 1, &budget))
    }
  }

  /// Text of a number or date without the space around it.
  private mutating func scalar(_ tag: Tag) throws(ParseError) -> String {
    if tag.kind == .empty { return "" }
    let octets = try text(until: String(decoding: tag.name, as: UTF8.self))
    let from = octets.firstIndex { !$0.isXMLSpace } ?? octets.endIndex
    let to = octets.lastIndex { !$0.isXMLSpace }.map { $0 + 1 } ?? from
    return String(decoding: octets[from..<to], as: UTF8.self)
  }

  private func integer(_ text: String, at start: Int) throws(ParseError) -> Int128 {
    let isNegative = text.hasPrefix("-")
    let digits = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
    let isHex = digits.hasPrefix("0x") || digits.hasPrefix("0X")
    let body = isHex ? digits.dropFirst(2) : digits
    // Twenty digits hold every number of 64 bits; a sign of its own was read already.
    guard let first = body.utf8.first, first != 0x2B, first != 0x2D, body.utf8.count <= 20,
      let magnitude = Int128(body, radix: isHex ? 16 : 10), magnitude < 1 << 64, !isNegative || magnitude <= 1 << 63
    else { throw error("plist.number.invalid", "no integer of 64 bits", at: start) }
    return isNegative ? -magnitude : magnitude
  }

  private func real(_ text: String, at start: Int) throws(ParseError) -> Double {
    guard text.utf8.count <= 64, let value = Double(text) else { throw error("plist.number.invalid", "no real number", at: start) }
    return value
  }

  private func date(_ text: String, at start: Int) throws(ParseError) -> Double {
    guard text.utf8.count <= 32, let moment = Moment(rfc3339: text) else { throw error("plist.date.invalid", "no date", at: start) }
    return Double(moment.secondsSince1970 - 978_307_200)
  }
}
