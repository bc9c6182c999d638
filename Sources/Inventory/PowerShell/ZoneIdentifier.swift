package import AssayCore

/// The stream `Zone.Identifier` that browsers and mail programs put beside what they save (MS-FSCC 5.6.1).
///
/// Read as PowerShell reads it: line by line, trimmed; after a line that begins with `[ZoneTransfer]`, the first that begins with
/// `ZoneId =` decides, and a number that is no zone is none. ASCII case does not count.
package enum ZoneIdentifier {
  /// What follows is not read.
  package static let byteLimit = 16 << 10

  /// Nil where the stream names no zone: the file then counts as made where it lies.
  package static func parse(_ bytes: some Collection<UInt8>) -> SecurityZone? {
    var isInSection = false
    for line in lines(decoded(Array(bytes.prefix(byteLimit)))) {
      let text = trimmed(line)
      if !isInSection {
        isInSection = text.starts(with: Array("[zonetransfer]".utf8))
        continue
      }
      guard text.starts(with: Array("zoneid".utf8)) else { continue }
      let rest = trimmed(text.dropFirst(6))
      guard rest.first == 0x3D else { continue }
      return zone(trimmed(rest.dropFirst()))
    }
    return nil
  }

  /// UTF-16 by its mark; else the octets as they are, since only ASCII counts.
  private static func decoded(_ bytes: [UInt8]) -> [UInt8] {
    let isLittle = bytes.starts(with: [0xFF, 0xFE])
    guard isLittle || bytes.starts(with: [0xFE, 0xFF]) else {
      return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }
    var text: [UInt8] = []
    var rest = bytes.dropFirst(2)
    while let first = rest.popFirst(), let second = rest.popFirst() {
      let (low, high) = isLittle ? (first, second) : (second, first)
      text.append(high == 0 ? low : 0x3F)
    }
    return text
  }

  private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] { bytes.split { $0 == 0x0A || $0 == 0x0D } }

  /// Without white space around it, in lower case.
  private static func trimmed(_ bytes: some Collection<UInt8>) -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == 0x20 || byte >= 0x09 && byte <= 0x0D }
    var text = bytes.lowered[...]
    while let first = text.first, isSpace(first) { text = text.dropFirst() }
    while let last = text.last, isSpace(last) { text = text.dropLast() }
    return text
  }

  /// `[+-]?[0-9]+` at the beginning, whatever follows.
  private static func zone(_ text: ArraySlice<UInt8>) -> SecurityZone? {
    var rest = text
    var isNegative = false
    if let sign = rest.first, sign == 0x2B || sign == 0x2D {
      isNegative = sign == 0x2D
      rest = rest.dropFirst()
    }
    let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
    // Longer than any number that is a zone, leading zeros aside.
    let number = digits.drop { $0 == 0x30 }
    guard !digits.isEmpty, number.count <= 1 else { return nil }
    let value = number.first.map { Int($0) - 0x30 } ?? 0
    return isNegative && value != 0 ? nil : SecurityZone(rawValue: value)
  }
}
