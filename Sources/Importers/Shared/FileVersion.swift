/// `a.b.c.d`, each part 16 bits, as VS_FIXEDFILEINFO and rules write versions.
package struct FileVersion: Comparable, Hashable, Sendable {
  let parts: [UInt16]

  static let lowest = FileVersion(parts: [0, 0, 0, 0])
  static let highest = FileVersion(parts: [65535, 65535, 65535, 65535])

  init(parts: [UInt16]) { self.parts = parts }

  /// One to four numbers with points between them; parts that are missing are 0. Nil for anything else.
  package init?(_ text: String) {
    var parts: [UInt16] = []
    for part in text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false) {
      guard (1...5).contains(part.count), part.allSatisfy(\.isDigit),
        let value = UInt16(String(decoding: part, as: UTF8.self))
      else { return nil }
      parts.append(value)
    }
    guard (1...4).contains(parts.count) else { return nil }
    self.parts = parts + [UInt16](repeating: 0, count: 4 - parts.count)
  }

  package static func < (left: FileVersion, right: FileVersion) -> Bool { left.parts.lexicographicallyPrecedes(right.parts) }
}
