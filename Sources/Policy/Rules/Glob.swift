/// A file name pattern: `?` one character, `*` any within a component, `**` any number of components, `[a-z]`, `[!a]`.
///
/// Matching walks pattern and text once side by side, keeping every place in the pattern that is still possible: at most pattern
/// times text steps, whatever the pattern.
package struct Glob: Hashable, Sendable {
  private enum Atom: Hashable {
    case byte(UInt8)
    /// One character, not `/`.
    case one
    /// One of the ranges, or none of them.
    case set([ClosedRange<UInt8>], isNegated: Bool)
    /// Any run without `/`.
    case run
    /// `**/`: nothing, or any run that ends in `/`.
    case folders
    /// `**` at the end: anything.
    case rest

    /// For atoms that take one octet, the first of a character.
    func takes(_ byte: UInt8, foldingCase: Bool) -> Bool {
      switch self {
      case .byte(let wanted): return byte == wanted || foldingCase && byte.lowered == wanted.lowered
      case .one: return byte != 0x2F && byte & 0xC0 != 0x80
      case .set(let ranges, let isNegated):
        guard byte != 0x2F, byte & 0xC0 != 0x80 else { return false }
        let variants = foldingCase ? [byte, byte.lowered, byte.raised] : [byte]
        return variants.contains { variant in ranges.contains { $0.contains(variant) } } != isNegated
      case .run, .folders, .rest: return false
      }
    }

    /// Takes one character of any length in octets.
    var takesCharacters: Bool {
      switch self {
      case .one, .set(_, isNegated: true): true
      default: false
      }
    }
  }
  package static let maximumBytes = 1_024
  package let text: String
  private let atoms: [Atom]

  /// Why the text is no pattern, in words.
  package struct Problem: Error, Equatable {
    package let message: String
  }

  package init(_ text: String) throws(Problem) {
    self.text = text
    var bytes = Array(text.utf8)
    guard !bytes.isEmpty else { throw Problem(message: "the pattern is empty") }
    guard bytes.count <= Self.maximumBytes else { throw Problem(message: "the pattern has over \(Self.maximumBytes) octets") }
    guard !bytes.contains(0x5C) else { throw Problem(message: "\"\\\" cannot stand in a pattern; write folders with \"/\"") }
    if bytes.starts(with: [0x2E, 0x2F]) { bytes.removeFirst(2) }
    while bytes.first == 0x2F { bytes.removeFirst() }
    guard !bytes.isEmpty else { throw Problem(message: "the pattern names no file") }
    guard !bytes.split(separator: 0x2F).contains([0x2E, 0x2E]) else { throw Problem(message: "\"..\" cannot stand in a pattern") }
    var atoms: [Atom] = []
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "?"): atoms.append(.one)
      case UInt8(ascii: "*"):
        let (atom, last) = try Self.stars(bytes, at: index)
        if atoms.last != atom || atom == .run { atoms.append(atom) }
        index = last
      case UInt8(ascii: "["):
        let (atom, last) = try Self.set(bytes, at: index)
        atoms.append(atom)
        index = last
      default: atoms.append(.byte(bytes[index]))
      }
      index += 1
    }
    self.atoms = atoms
  }

  /// The atom of the stars that begin at `start`, and the index of its last octet.
  private static func stars(_ bytes: [UInt8], at start: Int) throws(Problem) -> (Atom, Int) {
    let count = bytes[start...].prefix { $0 == UInt8(ascii: "*") }.count
    if count == 1 { return (.run, start) }
    let beginsComponent = start == 0 || bytes[start - 1] == 0x2F
    let after = start + count
    guard count == 2, beginsComponent, after == bytes.count || bytes[after] == 0x2F else {
      throw Problem(message: "\"**\" must stand alone between \"/\"")
    }
    return after == bytes.count ? (.rest, after - 1) : (.folders, after)
  }

  private static func set(_ bytes: [UInt8], at start: Int) throws(Problem) -> (Atom, Int) {
    var index = start + 1
    let isNegated = index < bytes.count && (bytes[index] == UInt8(ascii: "!") || bytes[index] == UInt8(ascii: "^"))
    if isNegated { index += 1 }
    var ranges: [ClosedRange<UInt8>] = []
    while index < bytes.count, bytes[index] != UInt8(ascii: "]") || ranges.isEmpty {
      let low = bytes[index]
      var high = low
      if index + 2 < bytes.count, bytes[index + 1] == UInt8(ascii: "-"), bytes[index + 2] != UInt8(ascii: "]") {
        high = bytes[index + 2]
        index += 2
      }
      guard low <= high, high < 0x80, low != 0x2F else {
        throw Problem(message: "a set in [ ] holds ASCII ranges in order, without \"/\"")
      }
      ranges.append(low...high)
      index += 1
    }
    guard index < bytes.count, !ranges.isEmpty else { throw Problem(message: "\"[\" is never closed") }
    return (.set(ranges, isNegated: isNegated), index)
  }

  /// Whether the whole text fits. `foldingCase` compares ASCII letters without case.
  package func matches(_ text: [UInt8], foldingCase: Bool) -> Bool {
    // Most patterns begin with plain text, and most texts do not begin so.
    if case .byte(let first)? = atoms.first {
      guard let found = text.first, found == first || foldingCase && found.lowered == first.lowered else { return false }
    }
    // Every place in the pattern that may come next; `skip` adds those that need no text.
    var places = [Bool](repeating: false, count: atoms.count + 1)
    var next = places
    // Places in `**/` that have taken text and wait for its `/`.
    var waiting = places
    var stillWaiting = places
    places[0] = true
    skip(&places)
    for byte in text {
      for place in next.indices {
        next[place] = false
        stillWaiting[place] = false
      }
      for (place, atom) in atoms.enumerated() where places[place] || waiting[place] {
        switch atom {
        case .run: if byte != 0x2F { next[place] = true }
        case .rest: next[place] = true
        case .folders: if byte == 0x2F { next[place] = true } else { stillWaiting[place] = true }
        default: if atom.takes(byte, foldingCase: foldingCase) { next[place + 1] = true }
        }
      }
      // The rest of a character of several octets that `?` or `[!...]` has begun to take.
      if byte & 0xC0 == 0x80 {
        for place in 1...atoms.count where places[place] && atoms[place - 1].takesCharacters { next[place] = true }
      }
      skip(&next)
      swap(&places, &next)
      swap(&waiting, &stillWaiting)
    }
    return places[atoms.count]
  }

  private func skip(_ places: inout [Bool]) {
    for (place, atom) in atoms.enumerated() where places[place] {
      switch atom {
      case .run, .folders, .rest: places[place + 1] = true
      default: break
      }
    }
  }
}
