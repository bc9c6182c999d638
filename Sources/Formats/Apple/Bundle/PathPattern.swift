package import AssayBytes

/// A set of octets.
package struct ByteSet: Hashable, Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  static let all = ByteSet().inverted

  func contains(_ byte: UInt8) -> Bool {
    let word = byte < 64 ? words.0 : byte < 128 ? words.1 : byte < 192 ? words.2 : words.3
    return word >> UInt64(byte & 63) & 1 == 1
  }

  mutating func insert(_ byte: UInt8) {
    let bit = UInt64(1) << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  var inverted: ByteSet {
    var set = self
    set.words = (~words.0, ~words.1, ~words.2, ~words.3)
    return set
  }

  package static func == (left: ByteSet, right: ByteSet) -> Bool { left.words == right.words }
  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }
}

/// A POSIX extended regular expression (IEEE 1003.1 9.4) over octets, as a tree.
///
/// Read: literals, `.`, brackets with ranges and classes, groups, `|`, `*`, `+`, `?`, `{m,n}`, `^`, `$`, and `\` before a character that
/// is no letter and no digit. What the standard leaves undefined, back references and collating elements are not supported: a rule
/// with one is a finding, never a guess.
package indirect enum PathPattern: Hashable, Sendable {
  case empty
  case bytes(ByteSet)
  case start
  case end
  case sequence([PathPattern])
  case choice([PathPattern])
  case repeated(PathPattern, least: Int, most: Int?)

  package init(_ text: [UInt8], _ budget: inout Budget) throws(ParseError) {
    try budget.spend(bytes: text.count)
    var parser = PathPatternParser(text: text)
    self = try parser.whole(&budget)
  }
}

private struct PathPatternParser {
  let text: [UInt8]
  var index = 0

  /// RE_DUP_MAX of the standard.
  static let mostRepeats = 255

  init(text: [UInt8]) { self.text = text }

  private var current: UInt8? { index < text.count ? text[index] : nil }

  private func unsupported(_ what: String) -> ParseError {
    ParseError(
      "coderesources.rule.unsupported", "\(what) in the rule \"\(String(decoding: text, as: UTF8.self))\" at \(index)")
  }

  mutating func whole(_ budget: inout Budget) throws(ParseError) -> PathPattern {
    let pattern = try choice(depth: 0, &budget)
    guard current == nil else { throw unsupported("a ) without its (") }
    return pattern
  }

  private mutating func choice(depth: Int, _ budget: inout Budget) throws(ParseError) -> PathPattern {
    try budget.check(depth: depth)
    var branches: [PathPattern] = []
    while true {
      branches.append(try branch(depth: depth, &budget))
      guard current == UInt8(ascii: "|") else { break }
      index += 1
    }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func branch(depth: Int, _ budget: inout Budget) throws(ParseError) -> PathPattern {
    var parts: [PathPattern] = []
    while let byte = current, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      try budget.spend(nodes: 1)
      var part = try atom(byte, depth: depth, &budget)
      while let (least, most) = try quantifier() {
        guard part != .start, part != .end else { throw unsupported("a repeated anchor") }
        try budget.spend(nodes: 1)
        part = .repeated(part, least: least, most: most)
      }
      parts.append(part)
    }
    return parts.isEmpty ? .empty : parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func atom(_ byte: UInt8, depth: Int, _ budget: inout Budget) throws(ParseError) -> PathPattern {
    index += 1
    switch byte {
    case UInt8(ascii: "."): return .bytes(.all)
    case UInt8(ascii: "^"): return .start
    case UInt8(ascii: "$"): return .end
    case UInt8(ascii: "["): return .bytes(try bracket())
    case UInt8(ascii: "("):
      let inner = try choice(depth: depth + 1, &budget)
      guard current == UInt8(ascii: ")") else { throw unsupported("a ( without its )") }
      index += 1
      return inner
    case UInt8(ascii: "\\"):
      guard let next = current, !PathPatternParser.isWord(next) else { throw unsupported("an escaped letter, digit or end") }
      index += 1
      return literal(next)
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
      throw unsupported("a repetition of nothing")
    default: return literal(byte)
    }
  }

  private func literal(_ byte: UInt8) -> PathPattern {
    var set = ByteSet()
    set.insert(byte)
    return .bytes(set)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte.isDigit || byte.isLetter
  }

  private mutating func quantifier() throws(ParseError) -> (least: Int, most: Int?)? {
    guard let byte = current else { return nil }
    switch byte {
    case UInt8(ascii: "*"):
      index += 1
      return (0, nil)
    case UInt8(ascii: "+"):
      index += 1
      return (1, nil)
    case UInt8(ascii: "?"):
      index += 1
      return (0, 1)
    case UInt8(ascii: "{"):
      index += 1
      return try interval()
    default: return nil
    }
  }

  private mutating func interval() throws(ParseError) -> (least: Int, most: Int?) {
    guard let least = number() else { throw unsupported("a { without a number") }
    var most: Int? = least
    if current == UInt8(ascii: ",") {
      index += 1
      most = current == UInt8(ascii: "}") ? nil : number()
      guard current == UInt8(ascii: "}") else { throw unsupported("a { without its }") }
    }
    guard current == UInt8(ascii: "}"), least <= PathPatternParser.mostRepeats, (most ?? least) <= PathPatternParser.mostRepeats,
      least <= most ?? least
    else { throw unsupported("a { with numbers that do not fit") }
    index += 1
    return (least, most)
  }

  private mutating func number() -> Int? {
    var value = 0
    let start = index
    while let byte = current, byte.isDigit, index - start < 4 {
      value = value * 10 + Int(byte - 0x30)
      index += 1
    }
    return index > start ? value : nil
  }

  // MARK: - Brackets

  private mutating func bracket() throws(ParseError) -> ByteSet {
    var set = ByteSet()
    let isInverted = current == UInt8(ascii: "^")
    if isInverted { index += 1 }
    var isFirst = true
    while true {
      guard let byte = current else { throw unsupported("a [ without its ]") }
      index += 1
      if byte == UInt8(ascii: "]"), !isFirst { return isInverted ? set.inverted : set }
      isFirst = false
      if byte == UInt8(ascii: "["), let next = current, next == UInt8(ascii: ":") {
        try characterClass(into: &set)
        continue
      }
      let low = try member(byte)
      guard current == UInt8(ascii: "-"), index + 1 < text.count, text[index + 1] != UInt8(ascii: "]") else {
        set.insert(low)
        continue
      }
      index += 1
      guard let next = current else { throw unsupported("a [ without its ]") }
      index += 1
      let high = try member(next)
      guard low <= high else { throw unsupported("a range that runs backwards") }
      for value in low...high { set.insert(value) }
    }
  }

  private func member(_ byte: UInt8) throws(ParseError) -> UInt8 {
    if byte == UInt8(ascii: "["), let next = current, [UInt8(ascii: "."), UInt8(ascii: "="), UInt8(ascii: ":")].contains(next) {
      throw unsupported("a collating element")
    }
    return byte
  }

  private mutating func characterClass(into set: inout ByteSet) throws(ParseError) {
    let rest = text[index...]
    guard let end = rest.dropFirst().firstIndex(of: UInt8(ascii: ":")), end + 1 < text.count, text[end + 1] == UInt8(ascii: "]"),
      let ranges = PathPatternParser.classes[String(decoding: text[(index + 1)..<end], as: UTF8.self)]
    else { throw unsupported("a class that POSIX does not name") }
    for range in ranges { for value in range { set.insert(value) } }
    index = end + 2
  }

  /// Of the C locale.
  private static let classes: [String: [ClosedRange<UInt8>]] = [
    "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A], "blank": [0x09...0x09, 0x20...0x20],
    "cntrl": [0x00...0x1F, 0x7F...0x7F], "digit": [0x30...0x39], "graph": [0x21...0x7E], "lower": [0x61...0x7A],
    "print": [0x20...0x7E], "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E], "space": [0x09...0x0D, 0x20...0x20],
    "upper": [0x41...0x5A], "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
  ]
}
