import AssayBytes

/// Tags, text and what stands between values.
extension XMLPlistReader {
  struct Tag {
    enum Kind { case open, close, empty }
    let name: ArraySlice<UInt8>
    let kind: Kind
  }

  /// The tag that begins here; nil at the end of the octets. Attributes stand on plist only.
  mutating func tag() throws(ParseError) -> Tag? {
    guard index < bytes.endIndex else { return nil }
    let start = index
    guard bytes[index] == UInt8(ascii: "<") else { throw error("plist.xml.text", "text stands between values") }
    guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { throw error("plist.truncated", "a tag is never closed") }
    var body = bytes[(index + 1)..<end]
    guard !body.contains(UInt8(ascii: "<")) else { throw error("plist.xml.tag", "a < stands in a tag") }
    var kind = Tag.Kind.open
    if body.first == UInt8(ascii: "/") {
      kind = .close
      body = body.dropFirst()
    } else if body.last == UInt8(ascii: "/") {
      kind = .empty
      body = body.dropLast()
    }
    let name = body.prefix { !$0.isXMLSpace }
    let after = body.dropFirst(name.count)
    guard !name.isEmpty, name.allSatisfy(\.isLetter) else {
      throw error("plist.xml.tag", "no tag of property lists", at: start)
    }
    guard after.allSatisfy(\.isXMLSpace) || kind == .open && name.elementsEqual("plist".utf8) else {
      throw error("plist.xml.attribute", "an attribute stands where property lists have none", at: start)
    }
    index = end + 1
    return Tag(name: name, kind: kind)
  }

  mutating func close(_ name: ArraySlice<UInt8>) throws(ParseError) {
    let start = index
    guard let tag = try tag(), tag.kind == .close, tag.name.elementsEqual(name) else {
      throw error("plist.xml.nesting", "the end of \(String(decoding: name, as: UTF8.self)) must stand here", at: start)
    }
  }

  /// Text up to the end tag, with references and CDATA resolved. Nothing else may stand in it.
  mutating func text(until name: String) throws(ParseError) -> [UInt8] {
    let start = index
    var text: [UInt8] = []
    while true {
      guard let stop = rest.firstIndex(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }) else {
        throw error("plist.truncated", "the element \(name) is never closed", at: start)
      }
      text += bytes[index..<stop]
      index = stop
      if bytes[stop] == UInt8(ascii: "&") {
        text += try reference()
      } else if rest.starts(with: Array("<![CDATA[".utf8)) {
        let from = index + 9
        guard let end = find("]]>", from: from) else { throw error("plist.truncated", "a CDATA section is never closed") }
        text += bytes[from..<end]
        index = end + 3
      } else {
        break
      }
    }
    try close(Array(name.utf8)[...])
    guard String(validating: text, as: UTF8.self) != nil else {
      throw error("plist.string.encoding", "the text is not UTF-8", at: start)
    }
    guard !text.contains(0) else { throw error("plist.string.zero", "a zero byte stands in a text", at: start) }
    return text
  }

  private mutating func reference() throws(ParseError) -> [UInt8] {
    let start = index
    // The longest is &#x10FFFF; with some leading zeros.
    guard let end = rest.prefix(16).firstIndex(of: UInt8(ascii: ";")) else {
      throw error("plist.xml.reference", "a reference is never closed")
    }
    let name = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
    index = end + 1
    switch name {
    case "lt": return [UInt8(ascii: "<")]
    case "gt": return [UInt8(ascii: ">")]
    case "amp": return [UInt8(ascii: "&")]
    case "apos": return [UInt8(ascii: "'")]
    case "quot": return [UInt8(ascii: "\"")]
    default: break
    }
    let isHex = name.hasPrefix("#x")
    let digits = name.dropFirst(isHex ? 2 : 1)
    guard name.hasPrefix("#"), let first = digits.utf8.first, first != 0x2B, first != 0x2D,
      let number = UInt32(digits, radix: isHex ? 16 : 10), number > 0, let scalar = Unicode.Scalar(number)
    else { throw error("plist.xml.reference", "no reference that property lists have: &\(name);", at: start) }
    return Array(String(Character(scalar)).utf8)
  }

  func find(_ text: String, from start: Int) -> Int? {
    let wanted = Array(text.utf8)
    var place = start
    while let next = bytes[place...].firstIndex(of: wanted[0]) {
      if bytes[next...].starts(with: wanted) { return next }
      place = next + 1
    }
    return nil
  }

  // MARK: - Between values

  mutating func skipSpaceAndComments() throws(ParseError) {
    while true {
      index = rest.firstIndex { !$0.isXMLSpace } ?? bytes.endIndex
      guard rest.starts(with: Array("<!--".utf8)) else { return }
      let from = index + 4
      // Readers part ways over where `<!-->` and `<!--->` end (Psychic Paper): neither is taken.
      guard !bytes[from...].starts(with: Array(">".utf8)), !bytes[from...].starts(with: Array("->".utf8)) else {
        throw error("plist.xml.comment", "a comment that readers understand differently")
      }
      guard let end = find("--", from: from) else { throw error("plist.truncated", "a comment is never closed") }
      guard bytes[end...].starts(with: Array("-->".utf8)) else {
        throw error("plist.xml.comment", "-- stands inside a comment", at: end)
      }
      index = end + 3
    }
  }

  /// `<?xml ...?>`, at most once. Other instructions are refused.
  mutating func declaration() throws(ParseError) {
    guard rest.starts(with: Array("<?".utf8)) else { return }
    guard rest.starts(with: Array("<?xml".utf8)), let end = find("?>", from: index) else {
      throw error("plist.xml.instruction", "an instruction stands in the property list")
    }
    if let name = try encoding(before: end) {
      guard ["UTF-8", "UTF8", "US-ASCII", "ASCII"].contains(name.uppercased()) else {
        throw error("plist.encoding.unsupported", "the property list says that it is \(name); UTF-8 is read")
      }
    }
    index = end + 2
  }

  /// What the declaration says between quotes behind `encoding =`. By hand: a regular expression takes longer to compile than most property
  /// lists take to read.
  private func encoding(before end: Int) throws(ParseError) -> String? {
    guard let found = find("encoding", from: index), found < end else { return nil }
    let after = bytes[(found + 8)..<end].drop(while: \.isXMLSpace)
    let value = after.dropFirst().drop(while: \.isXMLSpace)
    guard after.first == UInt8(ascii: "="), let quote = value.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
      let close = value.dropFirst().firstIndex(of: quote)
    else { throw error("plist.xml.instruction", "a declaration with an encoding that has no name") }
    return String(decoding: value[(value.startIndex + 1)..<close], as: UTF8.self)
  }

  /// Apple's line and its like: a public or system name, which is never fetched, and no declarations of its own.
  mutating func documentType() throws(ParseError) {
    guard rest.starts(with: Array("<!DOCTYPE".utf8)) else { return }
    guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { throw error("plist.truncated", "the DOCTYPE is never closed") }
    let body = bytes[index..<end]
    guard !body.contains(UInt8(ascii: "[")), !body.dropFirst().contains(UInt8(ascii: "<")) else {
      throw error("plist.xml.doctype", "the DOCTYPE holds declarations of its own")
    }
    let words = body.dropFirst(9).split(whereSeparator: \.isXMLSpace)
    guard let name = words.first, name.elementsEqual("plist".utf8) else {
      throw error("plist.xml.doctype", "the DOCTYPE is not that of property lists")
    }
    index = end + 1
  }
}
