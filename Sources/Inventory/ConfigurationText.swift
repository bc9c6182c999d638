import AssayBytes
import AssayContainers
import AssayCore

/// Reads a configuration file of a scanned system: bounded, and what is wrong with it is a finding on the file.
struct ConfigurationText {
  /// Real ones have kilobytes; a larger one is not read and said so.
  static let byteLimit = 16 << 20

  let disk: WindowsDisk
  /// One file's limits; each begins with whole ones, so that a hostile file hides no other.
  static func allowance() -> Budget { Budget(bytes: 64 << 20, nodes: 500_000) }

  func bytes(_ path: String) throws(ParseError) -> [UInt8] {
    try disk.tree.open(path).contents(upTo: ConfigurationText.byteLimit)
  }

  func document(_ path: String) throws(ParseError) -> XMLDocument {
    var budget = ConfigurationText.allowance()
    return try XMLDocument(parsing: try bytes(path)[...], &budget)
  }
}

extension XMLElement {
  /// Child elements of that name in any namespace, ASCII case aside: what a lenient reader might take is taken.
  func named(_ name: XMLText) -> [XMLElement] {
    let wanted = name.lowered
    return elements.filter { $0.name.lowered == wanted }
  }

  /// The attribute's value, ASCII case of its name aside; nil where it is missing or blank.
  func value(_ name: XMLText) -> String? {
    let wanted = name.lowered
    guard let text = attributes.first(where: { $0.name.lowered == wanted })?.value.trimmed, !text.isEmpty else { return nil }
    return text.string
  }

  /// The text of the first child element of that name; nil where it is missing or blank.
  func content(_ name: XMLText) -> String? {
    guard let text = named(name).first?.text.trimmed, !text.isEmpty else { return nil }
    return text.string
  }

  /// `true` or `1`; nil for anything else.
  static func isTrue(_ text: String?) -> Bool {
    guard let text else { return false }
    return text.utf8.elementsEqual("1".utf8) || XMLText(text).lowered == "true"
  }

  static func isFalse(_ text: String?) -> Bool {
    guard let text else { return false }
    return text.utf8.elementsEqual("0".utf8) || XMLText(text).lowered == "false"
  }
}
