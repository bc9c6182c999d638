/// What is often hidden in bytes that no signature covers: padding, unsigned attributes, certificates that nothing needs.
enum HiddenContent {
  private static let markers: [(bytes: [UInt8], words: String)] = [
    (Array("<script".utf8), "a script"), (Array("<?php".utf8), "a script"), (Array("PK\u{3}\u{4}".utf8), "a ZIP archive"),
    (Array("MZ".utf8), "a program"),
  ]

  /// What the bytes seem to hold, in words; nil for nothing known. Letters are compared without case, as browsers read tags.
  static func words(in bytes: ArraySlice<UInt8>) -> String? {
    // Programs only at the start: two letters are found everywhere.
    markers.first { $0.bytes.count == 2 ? bytes.starts(with: $0.bytes) : contains(bytes, $0.bytes) }?.words
  }

  private static func contains(_ bytes: ArraySlice<UInt8>, _ pattern: [UInt8]) -> Bool {
    guard let first = pattern.first else { return false }
    var index = bytes.startIndex
    while index + pattern.count <= bytes.endIndex {
      if bytes[index].lowered == first.lowered,
        bytes[index..<(index + pattern.count)].elementsEqual(pattern, by: { $0.lowered == $1.lowered })
      {
        return true
      }
      index += 1
    }
    return false
  }
}
