import AssayBytes

/// Writes JSON (RFC 8259) in the order of the calls: same values, same bytes.
///
/// Besides what JSON demands it escapes control, bidirectional and invisible characters, so that a file shown on a terminal
/// does no harm.
package struct JSONWriter: Sendable {
  private var text = ""
  private var needsComma = false
  package init() {}

  /// What was written since the last call.
  package mutating func take() -> String {
    defer { text = "" }
    return text
  }

  package mutating func openObject() {
    comma()
    text += "{"
    needsComma = false
  }
  package mutating func closeObject() {
    text += "}"
    needsComma = true
  }
  package mutating func openArray() {
    comma()
    text += "["
    needsComma = false
  }
  package mutating func closeArray() {
    text += "]"
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
      text += ","
      needsComma = false
    }
    text += "\n"
  }

  package mutating func key(_ name: String) {
    comma()
    quote(name)
    text += ":"
    needsComma = false
  }
  package mutating func value(_ value: String?) {
    comma()
    if let value { quote(value) } else { text += "null" }
    needsComma = true
  }
  package mutating func value(_ value: Int?) {
    comma()
    text += value.map(String.init) ?? "null"
    needsComma = true
  }
  package mutating func value(_ value: Bool) {
    comma()
    text += value ? "true" : "false"
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
    if needsComma { text += "," }
  }

  private mutating func quote(_ string: String) {
    text += "\""
    let isPlain = string.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
    if isPlain {
      text += string
    } else {
      for scalar in string.unicodeScalars { append(scalar) }
    }
    text += "\""
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    case _ where Printable.isHarmful(scalar):
      for unit in String(scalar).utf16 { text += "\\u" + Hex.encode([UInt8(unit >> 8), UInt8(unit & 255)]) }
    default: text.unicodeScalars.append(scalar)
    }
  }
}
