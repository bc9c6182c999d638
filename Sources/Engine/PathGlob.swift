/// A pattern over paths, as bytes. Without a `/` it is matched with the last component, with one against the whole path below
/// the root. `*` and `?` stop at `/`, `**` does not; `[a-z]` and `[!a-z]` are one byte; `\` takes the next byte as it is.
package struct PathGlob: Sendable {
  private enum Part: Sendable {
    case byte(UInt8)
    case one
    case oneOf([ClosedRange<UInt8>], isNegated: Bool)
    case some
    case any
  }
  private let parts: [Part]
  private let isAnchored: Bool

  package init(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while bytes.last == 0x2F { bytes.removeLast() }
    isAnchored = bytes.contains(0x2F)
    if bytes.first == 0x2F { bytes.removeFirst() }
    var parts: [Part] = []
    while let byte = bytes.popFirst() {
      switch byte {
      case 0x2A:
        var stars = 1
        while bytes.first == 0x2A {
          bytes.removeFirst()
          stars += 1
        }
        // `**/` also stands for no folder at all.
        if stars > 1, bytes.first == 0x2F { bytes.removeFirst() }
        parts.append(stars > 1 ? .any : .some)
      case 0x3F: parts.append(.one)
      case 0x5B: parts.append(PathGlob.set(&bytes) ?? .byte(byte))
      case 0x5C: parts.append(.byte(bytes.popFirst() ?? byte))
      default: parts.append(.byte(byte))
      }
    }
    self.parts = parts
  }

  private static func set(_ bytes: inout ArraySlice<UInt8>) -> Part? {
    var rest = bytes
    let isNegated = rest.first == 0x21 || rest.first == 0x5E
    if isNegated { rest.removeFirst() }
    var ranges: [ClosedRange<UInt8>] = []
    while let low = rest.popFirst() {
      if low == 0x5D, !ranges.isEmpty {
        bytes = rest
        return .oneOf(ranges, isNegated: isNegated)
      }
      var high = low
      if rest.first == 0x2D, rest.dropFirst().first != 0x5D, let upper = rest.dropFirst().first {
        high = upper
        rest.removeFirst(2)
      }
      ranges.append(min(low, high)...max(low, high))
    }
    return nil
  }

  package func matches(_ path: [UInt8]) -> Bool {
    if isAnchored { return matches(path[...]) }
    return matches(path[(path.lastIndex(of: 0x2F).map { $0 + 1 } ?? 0)...])
  }

  /// Every place in the pattern that the path so far can stand at: time is the product of both lengths, whatever the pattern.
  private func matches(_ path: ArraySlice<UInt8>) -> Bool {
    var places = [Bool](repeating: false, count: parts.count + 1)
    places[0] = true
    spread(&places)
    for byte in path {
      var next = [Bool](repeating: false, count: parts.count + 1)
      for (index, part) in parts.enumerated() where places[index] {
        switch part {
        case .byte(let wanted): if byte == wanted { next[index + 1] = true }
        case .one: if byte != 0x2F { next[index + 1] = true }
        case .oneOf(let ranges, let isNegated):
          if byte != 0x2F, ranges.contains(where: { $0.contains(byte) }) != isNegated { next[index + 1] = true }
        case .some: if byte != 0x2F { next[index] = true }
        case .any: next[index] = true
        }
      }
      spread(&next)
      places = next
    }
    return places[parts.count]
  }

  /// A star may stand for nothing.
  private func spread(_ places: inout [Bool]) {
    for (index, part) in parts.enumerated() where places[index] {
      switch part {
      case .some, .any: places[index + 1] = true
      default: break
      }
    }
  }
}
