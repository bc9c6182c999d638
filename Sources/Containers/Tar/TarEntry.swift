import AssayBytes

/// One member of a tar archive as its headers tell, those before it applied.
package struct TarEntry: Sendable {
  package enum Kind: Hashable, Sendable {
    case file, folder, link, special
    /// Another name of a member that came before.
    case hardLink
    /// A kind whose content is not read: sparse files, parts of files on several volumes.
    case unsupported
  }
  /// As it is written, without a leading `./` and a slash at its end.
  package var path: [UInt8]
  package var kind: Kind
  /// Of a link.
  package var target: [UInt8] = []
  package var content: Range<Int>
  /// Extended attributes by name, from SCHILY.xattr and LIBARCHIVE.xattr records.
  package var attributes: [[UInt8]: [UInt8]] = [:]
  package init(path: [UInt8], kind: Kind, content: Range<Int>) {
    self.path = path
    self.kind = kind
    self.content = content
  }
}

/// What an extended header (pax, POSIX.1-2008 4.18) says of the next member, or of all that follow.
struct PaxHeader {
  var path: [UInt8]?
  var linkPath: [UInt8]?
  var size: Int?
  var attributes: [[UInt8]: [UInt8]] = [:]

  private static let plain = Array("SCHILY.xattr.".utf8)
  private static let coded = Array("LIBARCHIVE.xattr.".utf8)

  init() {}

  /// Records `LENGTH KEY=VALUE\n`, the length counting itself.
  init(_ bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    var rest = bytes
    while !rest.isEmpty {
      try budget.spend(nodes: 1)
      guard let space = rest.prefix(12).firstIndex(of: 0x20),
        let length = Int(String(decoding: rest[rest.startIndex..<space], as: UTF8.self)), length > space - rest.startIndex + 1,
        length <= rest.count
      else { throw ParseError("tar.pax.record", "a record of the extended header has no right length", offset: rest.startIndex) }
      let record = rest[(space + 1)..<(rest.startIndex + length)]
      guard record.last == 0x0A, let equals = record.firstIndex(of: 0x3D) else {
        throw ParseError("tar.pax.record", "a record of the extended header has no = or no end", offset: rest.startIndex)
      }
      try take(Array(record[record.startIndex..<equals]), Array(record[(equals + 1)...].dropLast()), at: rest.startIndex)
      rest = rest.dropFirst(length)
    }
  }

  private mutating func take(_ key: [UInt8], _ value: [UInt8], at offset: Int) throws(ParseError) {
    if key.elementsEqual("path".utf8) {
      path = value
    } else if key.elementsEqual("linkpath".utf8) {
      linkPath = value
    } else if key.elementsEqual("size".utf8) {
      guard let number = Int(String(decoding: value, as: UTF8.self)), number >= 0 else {
        throw ParseError("tar.pax.record", "the size in the extended header is no number", offset: offset)
      }
      size = number
    } else if key.starts(with: PaxHeader.plain) {
      try set(Array(key.dropFirst(PaxHeader.plain.count)), value, offset)
    } else if key.starts(with: PaxHeader.coded) {
      // libarchive leaves out the padding.
      let padded = value + [UInt8](repeating: 0x3D, count: (4 - value.count % 4) % 4)
      guard let name = PaxHeader.unescaped(key.dropFirst(PaxHeader.coded.count)), let octets = Base64.decode(padded) else {
        throw ParseError("tar.pax.record", "an attribute in the extended header is no Base64", offset: offset)
      }
      try set(name, octets, offset)
    }
  }

  /// Both forms may stand together; then they say the same.
  private mutating func set(_ name: [UInt8], _ value: [UInt8], _ offset: Int) throws(ParseError) {
    if let other = attributes.updateValue(value, forKey: name), other != value {
      throw ParseError("tar.attribute.conflict", "an attribute stands twice with different values", offset: offset)
    }
  }

  /// `%41` and the like.
  private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var octets: [UInt8] = []
    var rest = text
    while let first = rest.first {
      if first == 0x25 {
        guard rest.count >= 3, let byte = Hex.decode(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self))?.first else {
          return nil
        }
        octets.append(byte)
        rest = rest.dropFirst(3)
      } else {
        octets.append(first)
        rest = rest.dropFirst()
      }
    }
    return octets
  }
}
