import AssayPolicy

/// Folds events into a tree, within the limits.
struct TreeBuilder {
  let file: String
  private var nodes = 0

  init(file: String) { self.file = file }

  mutating func document(_ stream: inout EventStream) throws(ConfigError) -> ConfigNode {
    _ = try stream.next()
    let start = try stream.next()
    guard case .documentStart = start.kind else { throw refuse(start.mark, "the file is empty") }
    let root = try node(try stream.next(), depth: 0, &stream)
    _ = try stream.next()
    let end = try stream.next()
    guard case .streamEnd = end.kind else { throw refuse(end.mark, "a second document begins here; one file holds one document") }
    return root
  }

  private mutating func node(_ event: YAMLEvent, depth: Int, _ stream: inout EventStream) throws(ConfigError) -> ConfigNode {
    guard depth < YAMLTree.maximumDepth else {
      throw refuse(event.mark, "nested deeper than \(YAMLTree.maximumDepth) levels")
    }
    nodes += 1
    guard nodes <= YAMLTree.maximumNodes else { throw refuse(event.mark, "more than \(YAMLTree.maximumNodes) values") }
    switch event.kind {
    case .scalar(let text, let quoted): return .scalar(text, quoted: quoted, event.mark)
    case .sequenceStart:
      var items: [ConfigNode] = []
      while true {
        let next = try stream.next()
        if case .sequenceEnd = next.kind { return .sequence(items, event.mark) }
        items.append(try node(next, depth: depth + 1, &stream))
      }
    case .mappingStart: return .mapping(try entries(depth: depth, &stream), event.mark)
    default: throw refuse(event.mark, "a value is missing here")
    }
  }

  private mutating func entries(
    depth: Int, _ stream: inout EventStream
  ) throws(ConfigError) -> [(key: String, mark: ConfigNode.Mark, value: ConfigNode)] {
    var entries: [(key: String, mark: ConfigNode.Mark, value: ConfigNode)] = []
    // Keys are compared as octets: String's own equality folds canonical equivalents.
    var seen: [[UInt8]: ConfigNode.Mark] = [:]
    while true {
      let event = try stream.next()
      if case .mappingEnd = event.kind { return entries }
      guard case .scalar(let key, let quoted) = event.kind else { throw refuse(event.mark, "a key must be plain text") }
      if key == "<<", !quoted { throw refuse(event.mark, "merge keys (<<) are not read; write the entries out") }
      if let first = seen.updateValue(event.mark, forKey: Array(key.utf8)) {
        throw refuse(event.mark, "key \"\(key)\" stands twice, first at line \(first.line), column \(first.column)")
      }
      entries.append((key, event.mark, try node(try stream.next(), depth: depth + 1, &stream)))
    }
  }

  private func refuse(_ mark: ConfigNode.Mark, _ message: String) -> ConfigError {
    ConfigError(file: file, line: mark.line, column: mark.column, message: message)
  }
}
