/// Reads values out of a tree; every error names its place.
struct ConfigReader {
  let file: String

  func error(_ mark: ConfigNode.Mark, _ message: String) -> ConfigError {
    ConfigError(file: file, line: mark.line, column: mark.column, message: message)
  }

  /// The entries of a mapping whose keys are all known. `what` names it: `a rule`.
  func entries(_ node: ConfigNode, of what: String, known: [String]) throws(ConfigError) -> ConfigEntries {
    guard case .mapping(let entries, let mark) = node else { throw error(node.mark, "\(what) is written as keys with values") }
    for entry in entries where !known.contains(where: { $0.utf8.elementsEqual(entry.key.utf8) }) {
      throw error(entry.mark, "unknown key \"\(entry.key)\" in \(what)" + Suggestion.phrase(for: entry.key, among: known))
    }
    return ConfigEntries(entries: entries, mark: mark)
  }

  /// Text that is not empty.
  func text(_ node: ConfigNode, _ what: String) throws(ConfigError) -> String {
    guard case .scalar(let text, let quoted, let mark) = node else { throw error(node.mark, "\(what) is plain text") }
    guard !text.isEmpty, quoted || text != "~" else { throw error(mark, "\(what) is empty") }
    return text
  }

  func sequence(_ node: ConfigNode, _ what: String) throws(ConfigError) -> [ConfigNode] {
    guard case .sequence(let items, _) = node else { throw error(node.mark, "\(what) is a list") }
    return items
  }

  /// One value, or a list of at least one.
  func oneOrMore(_ node: ConfigNode, _ what: String) throws(ConfigError) -> [ConfigNode] {
    guard case .sequence(let items, let mark) = node else { return [node] }
    guard !items.isEmpty else { throw error(mark, "the list of \(what) is empty; leave the key out or name one") }
    return items
  }

  func flag(_ node: ConfigNode, _ what: String) throws(ConfigError) -> Bool {
    switch node {
    case .scalar("true", quoted: false, _): true
    case .scalar("false", quoted: false, _): false
    default: throw error(node.mark, "\(what) is true or false")
    }
  }

  /// A whole number without sign, at most nine digits.
  func number(_ node: ConfigNode, _ what: String) throws(ConfigError) -> Int {
    guard case .scalar(let text, quoted: false, _) = node, (1...9).contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit),
      let number = Int(text)
    else { throw error(node.mark, "\(what) is a whole number") }
    return number
  }

  /// One of the words, or the error that lists them.
  func choice<Value>(_ node: ConfigNode, _ what: String, _ choices: [(String, Value)]) throws(ConfigError) -> Value {
    let text = try text(node, what)
    if let found = choices.first(where: { $0.0.utf8.elementsEqual(text.utf8) }) { return found.1 }
    let known = choices.map(\.0)
    let hint = Suggestion.phrase(for: text, among: known)
    throw error(node.mark, "unknown \(what) \"\(text)\"" + (hint.isEmpty ? "; known: \(known.joined(separator: ", "))" : hint))
  }

  /// A requirement; its error is placed in the file where the text stands on one line.
  func requirement(_ node: ConfigNode) throws(ConfigError) -> Requirement {
    let text = try text(node, "a requirement")
    do throws(RequirementError) {
      return try Requirement(parsing: text)
    } catch {
      var place = node.mark
      if error.line == 1, case .scalar(_, let quoted, _) = node {
        place = ConfigNode.Mark(line: place.line, column: place.column + error.column - (quoted ? 0 : 1))
      }
      throw self.error(place, "requirement, \(error.line):\(error.column): \(error.message)")
    }
  }
}

struct ConfigEntries {
  let entries: [(key: String, mark: ConfigNode.Mark, value: ConfigNode)]
  let mark: ConfigNode.Mark

  subscript(key: String) -> ConfigNode? { entries.first { $0.key.utf8.elementsEqual(key.utf8) }?.value }
  func mark(of key: String) -> ConfigNode.Mark { entries.first { $0.key.utf8.elementsEqual(key.utf8) }?.mark ?? mark }
}

extension ConfigNode {
  package var mark: Mark {
    switch self {
    case .scalar(_, _, let mark), .sequence(_, let mark), .mapping(_, let mark): mark
    }
  }
}
