import AssayBytes
import AssayCore
import AssayPKI

extension PolicyReader {
  /// Keys that name a digest of the artifact, with the digest's length in octets.
  static let digestKeys: [(key: String, count: Int)] = [
    ("sha1", 20), ("sha256", 32), ("sha384", 48), ("sha512", 64), ("authenticode-sha1", 20), ("authenticode-sha256", 32),
    ("authenticode-sha384", 48),
  ]
  static let denyKeys =
    digestKeys.map(\.key) + ["certificate-sha1", "certificate-sha256", "key-sha256", "state", "requirement", "file", "reason"]

  func deny(_ node: ConfigNode) throws(ConfigError) -> [DenyEntry] {
    var entries: [DenyEntry] = []
    for item in try config.sequence(node, "deny") { entries.append(try denyEntry(item)) }
    return entries
  }

  private func denyEntry(_ node: ConfigNode) throws(ConfigError) -> DenyEntry {
    let entries = try config.entries(node, of: "deny", known: Self.denyKeys)
    var tests: [DenyEntry.Test] = []
    var reason: String?
    for (key, _, value) in entries.entries {
      switch key {
      case "reason": reason = try config.text(value, "reason")
      case "file": tests += try listed(value)
      case "state":
        var states: [State] = []
        let known = State.allCases.map { ($0.rawValue, $0) }
        for item in try config.oneOrMore(value, "states") { states.append(try config.choice(item, "state", known)) }
        tests.append(.state(states))
      case "requirement": tests.append(.requirement(try config.requirement(value)))
      case "certificate-sha1": tests.append(.certificate(.sha1, try hashes(value, count: 20)))
      case "certificate-sha256": tests.append(.certificate(.sha256, try hashes(value, count: 32)))
      case "key-sha256": tests.append(.key(try hashes(value, count: 32)))
      default:
        let count = Self.digestKeys.first { $0.key == key }?.count ?? 32
        tests.append(.digest(name: key, values: Set(try hashes(value, count: count).map { Hex.encode($0) })))
      }
    }
    guard !tests.isEmpty else { throw config.error(node.mark, "the deny entry names nothing to refuse") }
    return DenyEntry(tests: tests, reason: reason ?? source(entries) ?? "deny list")
  }

  /// The file's name stands for the reason where none is written.
  private func source(_ entries: ConfigEntries) -> String? {
    guard case .scalar(let path, _, _)? = entries["file"] else { return nil }
    return path
  }

  private func hashes(_ node: ConfigNode, count: Int) throws(ConfigError) -> Set<[UInt8]> {
    var values: Set<[UInt8]> = []
    for item in try config.oneOrMore(node, "hashes") {
      let text = try config.text(item, "a hash")
      guard let bytes = Hex.decode(text), bytes.count == count else {
        throw config.error(item.mark, "\"\(text)\" is no hash of \(count * 2) hexadecimal digits")
      }
      values.insert(bytes)
    }
    return values
  }

  /// A policy that allows.
  func allowed(_ node: ConfigNode) throws(ConfigError) -> any ForeignRules {
    let (path, bytes) = try loaded(node)
    guard let rules = try foreign(path, bytes, node) else {
      throw config.error(node.mark, "\(path): no App Control, AppLocker or Santa policy")
    }
    guard !rules.isDenyOnly else {
      throw config.error(node.mark, "\(path): the \(rules.kind) allows nothing by name; give it under deny:")
    }
    return rules
  }

  private func foreign(_ path: String, _ bytes: [UInt8], _ node: ConfigNode) throws(ConfigError) -> (any ForeignRules)? {
    do throws(ParseError) {
      return try foreign.rules(path, bytes)
    } catch {
      throw config.error(node.mark, "\(path): \(error.message)" + (error.offset.map { " (byte \($0))" } ?? ""))
    }
  }

  private func loaded(_ node: ConfigNode) throws(ConfigError) -> (String, [UInt8]) {
    let path = try config.text(node, "a list's file")
    do {
      return (path, try load(path))
    } catch {
      throw config.error(node.mark, "\(path): \(error)")
    }
  }

  /// A foreign policy or list, or a plain one: one flat SHA-1 or SHA-256 a line, as `sha256sum` writes it; `#` begins a comment.
  private func listed(_ node: ConfigNode) throws(ConfigError) -> [DenyEntry.Test] {
    let (path, bytes) = try loaded(node)
    if let rules = try foreign(path, bytes, node) { return [.foreign(rules)] }
    let start = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF, 0xFF, 0xFE].contains($0) }
    if start == UInt8(ascii: "<") || start == UInt8(ascii: "{") {
      throw config.error(
        node.mark,
        "\(path): a list in \(start == UInt8(ascii: "<") ? "XML" : "JSON") of no kind that is read; give one SHA-256 a line")
    }
    var sha1: Set<String> = []
    var sha256: Set<String> = []
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let word = line.drop { $0 == 0x20 || $0 == 0x09 }.prefix { ![0x20, 0x09, 0x0D].contains($0) }
      if word.isEmpty || word.first == UInt8(ascii: "#") { continue }
      guard word.count == 40 || word.count == 64, let hash = Hex.decode(word) else {
        throw ConfigError(
          file: path, line: index + 1, column: 1,
          message: "no SHA-1 or SHA-256 stands here; a list has one a line, # begins a comment")
      }
      if word.count == 40 { sha1.insert(Hex.encode(hash)) } else { sha256.insert(Hex.encode(hash)) }
    }
    guard !sha1.isEmpty || !sha256.isEmpty else { throw config.error(node.mark, "\(path): the list is empty") }
    return [DenyEntry.Test.digest(name: "sha1", values: sha1), .digest(name: "sha256", values: sha256)].filter {
      if case .digest(_, let values) = $0 { !values.isEmpty } else { true }
    }
  }
}
