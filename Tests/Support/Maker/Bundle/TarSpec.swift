/// A tar archive (POSIX ustar) of a small tree: how fixtures hold a folder in one file.
package enum TarSpec {
  /// Names under 100 octets, in byte order.
  package static func encode(_ tree: [String: BundleSpec.Node]) -> [UInt8] {
    var archive: [UInt8] = []
    for (path, node) in tree.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      var content: [UInt8] = []
      var link = ""
      switch node {
      case .file(let octets): content = octets
      case .link(let target): link = target
      }
      archive += header(path, size: content.count, link: link) + content
      archive += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }
    return archive + [UInt8](repeating: 0, count: 1_024)
  }

  private static func header(_ path: String, size: Int, link: String) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) { header.replaceSubrange(place..<(place + text.utf8.count), with: text.utf8) }
    put(path, at: 0)
    put("0000644", at: 100)
    put("0000000", at: 108)
    put("0000000", at: 116)
    put(octal(size, 11), at: 124)
    put(octal(0, 11), at: 136)
    put("        ", at: 148)
    put(link.isEmpty ? "0" : "2", at: 156)
    put(link, at: 157)
    put("ustar", at: 257)
    put("00", at: 263)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6), at: 148)
    header[154] = 0
    return header
  }

  private static func octal(_ value: Int, _ width: Int) -> String {
    let digits = String(value, radix: 8)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
