/// An AppleDouble file to be (RFC 1740, version 2), with extended attributes as Darwin's copyfile lays them out.
package struct AppleDoubleSpec: Sendable {
  package var attributes: [(name: String, octets: [UInt8])]
  package var resourceFork: [UInt8] = []
  package var version = 0x0002_0000
  /// Edits the header's fields before they are written: total size, start of data, length of data.
  package var editSizes: @Sendable ([Int]) -> [Int] = { $0 }
  /// Edits the entries' offsets and lengths.
  package var editEntries: @Sendable ([[Int]]) -> [[Int]] = { $0 }

  package init(_ attributes: [(name: String, octets: [UInt8])]) { self.attributes = attributes }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  package func encode() -> [UInt8] {
    let count = 2
    let finder = 26 + 12 * count
    let header = finder + 34
    func room(_ name: String) -> Int { (11 + name.utf8.count + 1 + 3) / 4 * 4 }
    let start = header + 36 + attributes.reduce(0) { $0 + room($1.name) }
    var places: [[Int]] = []
    var place = start
    for attribute in attributes {
      places.append([place, attribute.octets.count])
      place += attribute.octets.count
    }
    let sizes = editSizes([place, start, place - start])
    var octets = BigEndian.word(0x0005_1607) + BigEndian.word(version) + Array("Mac OS X        ".utf8) + half(count)
    octets += BigEndian.word(9) + BigEndian.word(finder) + BigEndian.word(place - finder)
    octets += BigEndian.word(2) + BigEndian.word(place) + BigEndian.word(resourceFork.count)
    octets += [UInt8](repeating: 0, count: 34)
    octets += Array("ATTR".utf8) + BigEndian.word(0) + sizes.flatMap { BigEndian.word($0) }
    octets += [UInt8](repeating: 0, count: 12) + half(0) + half(attributes.count)
    for (attribute, entry) in zip(attributes, editEntries(places)) {
      var line = BigEndian.word(entry[0]) + BigEndian.word(entry[1]) + half(0)
      line += [UInt8(attribute.name.utf8.count + 1)] + Array(attribute.name.utf8) + [0]
      octets += line + [UInt8](repeating: 0, count: room(attribute.name) - line.count)
    }
    for attribute in attributes { octets += attribute.octets }
    return octets + resourceFork
  }

  private func half(_ number: Int) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }
}
