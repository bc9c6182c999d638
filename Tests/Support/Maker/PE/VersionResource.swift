/// A `.rsrc` section whose only resource is RT_VERSION, language 1033.
enum VersionResource {
  static func section(_ strings: [(String, String)], isDLL: Bool, at address: Int) -> [UInt8] {
    var tree: [UInt8] = []
    for (level, name) in [16, 1, 1033].enumerated() {
      for number in [0, 0, 0] { tree.append32(number) }
      tree.append16(0)
      tree.append16(1)
      tree.append32(name)
      tree.append32(level < 2 ? 0x8000_0000 | 24 * (level + 1) : 72)
    }
    let version = info(strings, isDLL: isDLL)
    for number in [address + 88, version.count, 1200, 0] { tree.append32(number) }
    return tree + version
  }

  private static func info(_ strings: [(String, String)], isDLL: Bool) -> [UInt8] {
    var fixed: [UInt8] = []
    for number in [0xFEEF_04BD, 0x1_0000, 0x1_0002, 0x3_0004, 0x1_0002, 0x3_0004, 0x3F, 0, 0x4_0004, isDLL ? 2 : 1, 0, 0, 0] {
      fixed.append32(number)
    }
    let entries = strings.map { node($0.0, utf16($0.1 + "\0"), length: $0.1.utf16.count + 1, isText: true, children: []) }
    let table = node("040904b0", [], length: 0, isText: true, children: entries)
    let fileInfo = node("StringFileInfo", [], length: 0, isText: true, children: [table])
    let translation = node("Translation", [0x09, 0x04, 0xB0, 0x04], length: 4, isText: false, children: [])
    let varInfo = node("VarFileInfo", [], length: 0, isText: true, children: [translation])
    return node("VS_VERSION_INFO", fixed, length: fixed.count, isText: false, children: [fileInfo, varInfo])
  }

  /// wLength, wValueLength, wType, szKey, padding, value, padding, children.
  private static func node(_ key: String, _ value: [UInt8], length: Int, isText: Bool, children: [[UInt8]]) -> [UInt8] {
    var body: [UInt8] = [0, 0]
    body.append16(length)
    body.append16(isText ? 1 : 0)
    body += utf16(key + "\0")
    body.pad(to: 4)
    body += value
    for child in children {
      body.pad(to: 4)
      body += child
    }
    body[0] = UInt8(body.count & 0xFF)
    body[1] = UInt8(body.count >> 8)
    return body
  }

  private static func utf16(_ text: String) -> [UInt8] { text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
}
