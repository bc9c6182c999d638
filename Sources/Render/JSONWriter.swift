import AssayBytes

/// Writes JSON (RFC 8259) in the order of the calls: same values, same bytes.
///
/// Besides what JSON demands it escapes control, bidirectional and invisible characters, so that a file shown on a terminal
/// does no harm.
package struct JSONWriter: Sendable {
  /// UTF-8. Octets and not a string: most of what is written is copied as it is.
  private var text: [UInt8] = []
  private var needsComma = false
  package init() { text.reserveCapacity(2_048) }

  /// What was written since the last call.
  package mutating func take() -> String {
    defer { text.removeAll(keepingCapacity: true) }
    return String(decoding: text, as: UTF8.self)
  }

  package mutating func openObject() {
    comma()
    text.append(0x7B)
    needsComma = false
  }
  package mutating func closeObject() {
    text.append(0x7D)
    needsComma = true
  }
  package mutating func openArray() {
    comma()
    text.append(0x5B)
    needsComma = false
  }
  package mutating func closeArray() {
    text.append(0x5D)
    needsComma = true
  }
  package mutating func object(_ body: (inout JSONWriter) -> Void) {
    openObject()
    body(&self)
    closeObject()
  }
  package mutating func array(_ body: (inout JSONWriter) -> Void) {
    openArray()
    body(&self)
    closeArray()
  }
  /// White space between values, for people and line tools.
  package mutating func newline() {
    if needsComma {
      text.append(0x2C)
      needsComma = false
    }
    text.append(0x0A)
  }
  /// Ends a text of one value.
  package mutating func endLine() { text.append(0x0A) }

  /// Without an object around them: members that another writer may take over.
  var octets: [UInt8] { text }

  /// Members that another writer made.
  mutating func members(_ octets: [UInt8]) {
    comma()
    text += octets
    needsComma = true
  }

  /// A value that another writer made.
  package mutating func element(_ json: String) {
    comma()
    append(json)
    needsComma = true
  }
  package mutating func key(_ name: String) {
    comma()
    quote(name)
    text.append(0x3A)
    needsComma = false
  }
  package mutating func value(_ value: String?) {
    comma()
    if let value { quote(value) } else { append("null") }
    needsComma = true
  }
  package mutating func value(_ value: Int?) {
    comma()
    append(value.map(String.init) ?? "null")
    needsComma = true
  }
  package mutating func value(_ value: Bool) {
    comma()
    append(value ? "true" : "false")
    needsComma = true
  }

  package mutating func member(_ name: String, _ value: String?) {
    key(name)
    self.value(value)
  }
  package mutating func member(_ name: String, _ value: Int?) {
    key(name)
    self.value(value)
  }
  package mutating func member(_ name: String, _ value: Bool) {
    key(name)
    self.value(value)
  }
  package mutating func member(_ name: String, _ values: [String]) {
    key(name)
    array { writer in for value in values { writer.value(value) } }
  }
  package mutating func member(_ name: String, _ body: (inout JSONWriter) -> Void) {
    key(name)
    object(body)
  }

  private mutating func comma() {
    if needsComma { text.append(0x2C) }
  }

  private mutating func append(_ string: String) { text.append(contentsOf: string.utf8) }

  private mutating func quote(_ string: String) {
    text.append(0x22)
    var string = string
    let isPlain = string.withUTF8 { bytes in
      for byte in bytes where byte < 0x20 || byte > 0x7E || byte == 0x22 || byte == 0x5C { return false }
      text.append(contentsOf: bytes)
      return true
    }
    if !isPlain {
      for scalar in string.unicodeScalars { append(scalar) }
    }
    text.append(0x22)
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": append("\\\"")
    case "\\": append("\\\\")
    case "\n": append("\\n")
    case "\r": append("\\r")
    case "\t": append("\\t")
    case _ where Printable.isHarmful(scalar):
      for unit in String(scalar).utf16 { append("\\u" + Hex.encode([UInt8(unit >> 8), UInt8(unit & 255)])) }
    default: text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }
}
