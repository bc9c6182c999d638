/// A tar archive to be, with extended headers (pax) before members that have attributes, as libarchive and GNU tar write them.
package struct PaxSpec: Sendable {
  package enum Style: Sendable, CaseIterable {
    /// Octets as they are.
    case schily
    /// Base64 without padding, names escaped.
    case libarchive
    case both
  }
  package typealias Attribute = (name: String, octets: [UInt8])
  private var members: [[UInt8]] = []
  package var hasEnd = true

  package init() {}

  package mutating func add(
    _ path: String, _ content: [UInt8], attributes: [Attribute] = [], style: Style = .both, kind: Character = "0", link: String = ""
  ) {
    var records: [UInt8] = []
    for attribute in attributes {
      if style != .libarchive { records += PaxSpec.record("SCHILY.xattr.\(attribute.name)", attribute.octets) }
      if style != .schily {
        let coded = Base64.encode(attribute.octets).filter { $0 != "=" && $0 != "\n" }
        records += PaxSpec.record("LIBARCHIVE.xattr.\(attribute.name)", Array(coded.utf8))
      }
    }
    add(path, content, records: records, kind: kind, link: link)
  }

  /// `records`: the extended header's octets, as they are.
  package mutating func add(_ path: String, _ content: [UInt8], records: [UInt8], kind: Character = "0", link: String = "") {
    if !records.isEmpty { members.append(PaxSpec.member("PaxHeader/x", records, "x", "")) }
    members.append(PaxSpec.member(path, content, kind, link))
  }

  package func encode() -> [UInt8] {
    Array(members.joined()) + [UInt8](repeating: 0, count: hasEnd ? 1_024 : 0)
  }

  /// `LENGTH KEY=VALUE\n`, the length counting itself.
  package static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
    let rest = Array(" \(key)=".utf8) + value + [0x0A]
    var length = rest.count + 1
    while String(length).utf8.count + rest.count != length { length = String(length).utf8.count + rest.count }
    return Array(String(length).utf8) + rest
  }

  private static func member(_ path: String, _ content: [UInt8], _ kind: Character, _ link: String) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) { header.replaceSubrange(place..<(place + text.utf8.count), with: text.utf8) }
    func octal(_ value: Int, _ width: Int) -> String {
      let digits = String(value, radix: 8)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    put(path, at: 0)
    put("0000644", at: 100)
    put("0000000", at: 108)
    put("0000000", at: 116)
    put(octal(content.count, 11), at: 124)
    put(octal(0, 11), at: 136)
    put("        ", at: 148)
    put(String(kind), at: 156)
    put(link, at: 157)
    put("ustar", at: 257)
    put("00", at: 263)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6), at: 148)
    header[154] = 0
    return header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }
}
