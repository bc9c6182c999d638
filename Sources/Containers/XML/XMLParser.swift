import AssayBytes

/// Reads a document without recursion: open elements are a list, so that nothing written in it can exhaust the stack.
struct XMLParser {
  let input: XMLInput
  let text: ArraySlice<UInt8>
  var index: Int
  /// Of the last start or end tag.
  var place: XMLInput.Place
  var namespaces = XMLNamespaces()
  /// A document type declaration without an internal subset is passed over, once.
  var skipsDoctype = false

  init(_ input: XMLInput) {
    self.input = input
    text = input.text
    index = input.text.startIndex
    place = input.beginning
  }

  var current: UInt8? { index < text.endIndex ? text[index] : nil }

  /// `at`: an index of the text; where the parser stands if it is not given.
  func error(_ code: String, _ message: String, at index: Int? = nil) -> ParseError {
    var place = input.beginning
    input.advance(&place, to: index ?? self.index)
    return ParseError(code, "\(message), line \(place.line), column \(place.column)", offset: place.offset)
  }

  func follows(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard text.endIndex - index >= count else { return false }
    return word.withUTF8Buffer { text[index..<(index + count)].elementsEqual($0) }
  }

  mutating func take(_ word: StaticString) -> Bool {
    guard follows(word) else { return false }
    index += word.utf8CodeUnitCount
    return true
  }

  /// True if there was white space.
  @discardableResult mutating func skipSpace() -> Bool {
    let start = index
    while let byte = current, byte.isXMLSpace { index += 1 }
    return index > start
  }

  // MARK: Document (2.1)

  mutating func document(_ budget: inout Budget) throws(ParseError) -> ([XMLNode], XMLElement, [XMLNode]) {
    try declaration()
    let prolog = try miscellany(&budget)
    guard current != nil else { throw error("xml.truncated", "the document ends before its root element") }
    let root = try tree(&budget)
    let epilog = try miscellany(&budget)
    guard current == nil else { throw error("xml.root.second", "something follows the root element") }
    return (prolog, root, epilog)
  }

  /// XMLDecl (2.8): what it says of the encoding was looked at with the octets.
  private mutating func declaration() throws(ParseError) {
    guard follows("<?xml"), text.endIndex - index > 5, text[index + 5].isXMLSpace else { return }
    index += 5
    let start = index
    var seen: [[UInt8]] = []
    while skipSpace(), !follows("?>") {
      let (name, value) = try pseudoAttribute()
      let isKnown: Bool
      switch String(decoding: name, as: UTF8.self) {
      case "version":
        guard value.elementsEqual("1.0".utf8) else {
          throw error("xml.version.unsupported", "only XML 1.0 is read, the document says another version", at: start)
        }
        isKnown = seen.isEmpty
      case "encoding": isKnown = seen.count == 1
      case "standalone":
        isKnown = !seen.isEmpty && (value.elementsEqual("yes".utf8) || value.elementsEqual("no".utf8))
      default: isKnown = false
      }
      guard isKnown, !seen.contains(Array(name)) else {
        throw error("xml.declaration.invalid", "the XML declaration is not as XML 1.0 2.8 has it", at: start)
      }
      seen.append(Array(name))
    }
    guard !seen.isEmpty, take("?>") else {
      throw error("xml.declaration.invalid", "the XML declaration is not as XML 1.0 2.8 has it", at: start)
    }
  }

  private mutating func pseudoAttribute() throws(ParseError) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
    let name = try self.name()
    skipSpace()
    guard take("=") else { throw error("xml.declaration.invalid", "= must stand here") }
    skipSpace()
    guard let quote = current, quote == 0x22 || quote == 0x27 else {
      throw error("xml.declaration.invalid", "a quoted value must stand here")
    }
    index += 1
    let start = index
    while let byte = current, byte != quote, byte != UInt8(ascii: "<") { index += 1 }
    guard current == quote else { throw error("xml.truncated", "the value is never closed", at: start) }
    index += 1
    return (name, text[start..<(index - 1)])
  }

  /// Misc (2.8): comments, instructions and white space outside the root.
  private mutating func miscellany(_ budget: inout Budget) throws(ParseError) -> [XMLNode] {
    var nodes: [XMLNode] = []
    while true {
      skipSpace()
      if follows("<!--") {
        nodes.append(try comment(&budget))
      } else if follows("<?") {
        nodes.append(try instruction(&budget))
      } else if follows("<!") {
        try doctype()
      } else if let byte = current, byte != UInt8(ascii: "<") {
        throw error("xml.text.outside", "text stands outside the root element")
      } else {
        return nodes
      }
    }
  }

  /// doctypedecl (2.8) that names a DTD by its identifiers and holds nothing.
  private mutating func doctype() throws(ParseError) {
    let refusal = error("xml.doctype.refused", "a document type declaration is not read: it can define and fetch")
    guard skipsDoctype, take("<!DOCTYPE"), skipSpace() else { throw refusal }
    skipsDoctype = false
    _ = try name()
    while skipSpace(), let byte = current, byte != UInt8(ascii: ">") {
      if take("PUBLIC") || take("SYSTEM") { continue }
      guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else { throw refusal }
      index += 1
      while let next = current, next != byte { index += 1 }
      guard current == byte else { throw refusal }
      index += 1
    }
    guard take(">") else { throw refusal }
  }

  // MARK: Elements (3)

  private mutating func tree(_ budget: inout Budget) throws(ParseError) -> XMLElement {
    var stack: [XMLOpenElement] = []
    while true {
      let (open, isEmpty) = try startTag(depth: stack.count + 1, &budget)
      stack.append(open)
      if isEmpty, let root = close(&stack) { return root }
      // What an element holds, until the next start tag.
      while !(follows("<") && !follows("</") && !follows("<!") && !follows("<?")) {
        if try !content(of: &stack[stack.count - 1], &budget) {
          try endTag(of: stack[stack.count - 1])
          if let root = close(&stack) { return root }
        }
      }
    }
  }

  /// The innermost element is whole. Gives it if it is the root.
  private mutating func close(_ stack: inout [XMLOpenElement]) -> XMLElement? {
    guard var open = stack.popLast() else { return nil }
    open.flush()
    namespaces.leave(open.declarations)
    input.advance(&place, to: index)
    let element = XMLElement(open, endOffset: place.offset)
    guard !stack.isEmpty else { return element }
    stack[stack.count - 1].flush()
    stack[stack.count - 1].children.append(.element(element))
    return nil
  }

  /// One piece of character data, comment, CDATA section or instruction; false where an end tag begins.
  private mutating func content(of open: inout XMLOpenElement, _ budget: inout Budget) throws(ParseError) -> Bool {
    guard current != nil else {
      throw error("xml.truncated", "the document ends inside <\(String(decoding: open.qualifiedName, as: UTF8.self))>")
    }
    if follows("</") { return false }
    if follows("<!--") {
      open.flush()
      open.children.append(try comment(&budget))
    } else if follows("<![CDATA[") {
      try section(into: &open.pending, &budget)
    } else if follows("<?") {
      open.flush()
      open.children.append(try instruction(&budget))
    } else if follows("<!") {
      throw error("xml.syntax", "no declaration may stand inside an element")
    } else {
      try characters(into: &open.pending, &budget)
    }
    return true
  }

  private mutating func endTag(of open: XMLOpenElement) throws(ParseError) {
    let start = index
    index += 2
    let name = try self.name()
    guard name == open.qualifiedName else {
      throw error(
        "xml.tag.mismatch",
        "<\(String(decoding: open.qualifiedName, as: UTF8.self))> of line \(open.line) is closed by "
          + "</\(String(decoding: name, as: UTF8.self))>", at: start)
    }
    skipSpace()
    guard take(">") else { throw error("xml.syntax", "> must stand here") }
  }
}
