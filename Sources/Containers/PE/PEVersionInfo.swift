package import AssayBytes

/// VS_VERSIONINFO: what an image says of itself. The strings are the maker's own words, unsigned unless the whole image is.
package struct PEVersionInfo: Sendable {
  /// `a.b.c.d` of VS_FIXEDFILEINFO.
  package private(set) var fileVersion: String?
  package private(set) var productVersion: String?
  /// Of the first string table, in order.
  private var strings: [(key: String, value: ArraySlice<UInt8>)] = []
  package func string(_ key: String) -> String? {
    strings.first { $0.key.utf8.elementsEqual(key.utf8) }.map { UTF16Text.decode($0.value).text }
  }

  package init(_ resource: [UInt8], _ budget: inout Budget) throws(ParseError) {
    let root = try Block(resource[...], &budget)
    guard root.key == "VS_VERSION_INFO" else {
      throw ParseError("pe.version.invalid", "the version resource has key \(root.key), must be VS_VERSION_INFO")
    }
    if root.value.count >= 52 {
      let fixed = ByteReader(root.value, truncated: "pe.version.truncated")
      if try fixed.little(at: 0, UInt32.self) == 0xFEEF_04BD {
        fileVersion = try PEVersionInfo.dotted(fixed, at: 8)
        productVersion = try PEVersionInfo.dotted(fixed, at: 16)
      }
    }
    for child in try root.children(&budget) where child.key == "StringFileInfo" {
      guard let table = try child.children(&budget).first else { continue }
      for entry in try table.children(&budget) where strings.count < 64 {
        strings.append((entry.key, entry.value))
      }
      break
    }
  }

  private static func dotted(_ fixed: ByteReader, at place: Int) throws(ParseError) -> String {
    let high = try fixed.little(at: place, UInt32.self)
    let low = try fixed.little(at: place + 4, UInt32.self)
    return "\(high >> 16).\(high & 0xFFFF).\(low >> 16).\(low & 0xFFFF)"
  }

  /// wLength, wValueLength, wType, szKey, padding, value, padding, children.
  private struct Block {
    let key: String
    let value: ArraySlice<UInt8>
    let rest: ArraySlice<UInt8>
    /// Indices of the resource; padding counts from its start.
    let end: Int

    init(_ bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
      try budget.spend(nodes: 1)
      var reader = ByteReader(bytes, base: bytes.startIndex, truncated: "pe.version.truncated")
      let length = Int(try reader.little(UInt16.self))
      let valueLength = Int(try reader.little(UInt16.self))
      let isText = try reader.little(UInt16.self) == 1
      guard length >= 6, length <= bytes.count else {
        throw ParseError("pe.version.truncated", "a version block of \(length) bytes does not fit", offset: bytes.startIndex)
      }
      // szKey and its zero; one that reaches the block's end has none.
      let units = UTF16Text.decode(bytes[(bytes.startIndex + reader.position)..<(bytes.startIndex + length)])
      key = units.text
      let keyEnd = reader.position + min(units.count * 2 + 2, (length - reader.position) & ~1)
      end = bytes.startIndex + length
      let valueStart = min((bytes.startIndex + keyEnd + 3) & ~3, end)
      // wValueLength counts characters for text, and some compilers count bytes there: take what there is.
      let valueBytes = min(isText ? valueLength * 2 : valueLength, end - valueStart)
      value = bytes[valueStart..<(valueStart + valueBytes)]
      let restStart = min((valueStart + valueBytes + 3) & ~3, end)
      rest = bytes[restStart..<end]
    }

    func children(_ budget: inout Budget) throws(ParseError) -> [Block] {
      var found: [Block] = []
      var left = rest
      while left.count >= 6 {
        // A zero length is padding.
        if left[left.startIndex] == 0, left[left.startIndex + 1] == 0 { break }
        let block = try Block(left, &budget)
        found.append(block)
        let next = min((block.end + 3) & ~3, left.endIndex)
        left = left[next...]
      }
      return found
    }
  }
}
