package import AssayPolicy
import CYAML

/// Reads one YAML document into a `ConfigNode` tree, through libyaml's events.
///
/// What the tree cannot say plainly is refused with its place: anchors, aliases, tags, merge keys, keys that are no scalars,
/// duplicate keys, a second document, octets that are not UTF-8. Everything has a limit: 1 MiB of text, 32 levels, 100,000 nodes
/// (the largest policy seen, a driver blocklist turned into rules, has about 4,000).
package enum YAMLTree {
  package static let maximumBytes = 1 << 20
  package static let maximumDepth = 32
  package static let maximumNodes = 100_000

  /// The document's root. `file` is only the name that errors carry.
  package static func parse(_ bytes: [UInt8], file: String) throws(ConfigError) -> ConfigNode {
    guard bytes.count <= maximumBytes else {
      throw ConfigError(
        file: file, line: 1, column: 1, message: "the file has \(bytes.count) bytes, more than the \(maximumBytes) that are read")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      let place = firstInvalid(bytes)
      throw ConfigError(
        file: file, line: place.line, column: place.column, message: "the text is not UTF-8; save the file as UTF-8")
    }
    var stream = EventStream(bytes, file: file)
    defer { stream.close() }
    var builder = TreeBuilder(file: file)
    return try builder.document(&stream)
  }

  /// Where the first octet stands that is no part of well-formed UTF-8.
  private static func firstInvalid(_ bytes: [UInt8]) -> ConfigNode.Mark {
    var decoder = UTF8()
    var source = bytes.makeIterator()
    var line = 1
    var column = 1
    while true {
      switch decoder.decode(&source) {
      case .scalarValue("\n"):
        line += 1
        column = 1
      case .scalarValue: column += 1
      case .emptyInput, .error: return ConfigNode.Mark(line: line, column: column)
      }
    }
  }
}

/// One event of the parser, copied out of libyaml's memory.
struct YAMLEvent {
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd
    case scalar(String, quoted: Bool)
    case sequenceStart, sequenceEnd, mappingStart, mappingEnd
  }
  let kind: Kind
  let mark: ConfigNode.Mark
}

/// Owns a `yaml_parser_t` and the octets that it reads.
struct EventStream {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private let file: String

  init(_ bytes: [UInt8], file: String) {
    self.file = file
    input = .allocate(capacity: max(bytes.count, 1))
    _ = input.initialize(from: bytes)
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    // Fails only when memory runs out; the first `next` then reports it.
    if yaml_parser_initialize(parser) != 0 {
      yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }
  }

  mutating func close() {
    yaml_parser_delete(parser)
    parser.deinitialize(count: 1)
    parser.deallocate()
    input.deallocate()
  }

  mutating func next() throws(ConfigError) -> YAMLEvent {
    var event = yaml_event_t()
    guard parser.pointee.read_handler != nil, yaml_parser_parse(parser, &event) != 0 else { throw syntaxError() }
    defer { yaml_event_delete(&event) }
    let mark = ConfigNode.Mark(event.start_mark)
    func refuse(_ message: String) -> ConfigError {
      ConfigError(file: file, line: mark.line, column: mark.column, message: message)
    }
    switch event.type {
    case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, mark: mark)
    case YAML_STREAM_END_EVENT: return YAMLEvent(kind: .streamEnd, mark: mark)
    case YAML_DOCUMENT_START_EVENT:
      let start = event.data.document_start
      guard start.tag_directives.start == start.tag_directives.end else { throw refuse("%TAG directives are not read; remove it") }
      return YAMLEvent(kind: .documentStart, mark: mark)
    case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, mark: mark)
    case YAML_ALIAS_EVENT: throw refuse("aliases (*name) are not read; write the value out")
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      if let problem = Self.decoration(anchor: scalar.anchor, tag: scalar.tag) { throw refuse(problem) }
      let octets = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return YAMLEvent(
        kind: .scalar(String(decoding: octets, as: UTF8.self), quoted: scalar.style != YAML_PLAIN_SCALAR_STYLE), mark: mark)
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      if let problem = Self.decoration(anchor: start.anchor, tag: start.tag) { throw refuse(problem) }
      return YAMLEvent(kind: .sequenceStart, mark: mark)
    case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, mark: mark)
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      if let problem = Self.decoration(anchor: start.anchor, tag: start.tag) { throw refuse(problem) }
      return YAMLEvent(kind: .mappingStart, mark: mark)
    case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, mark: mark)
    default: throw refuse("the parser gave an event of unknown kind \(event.type.rawValue)")
    }
  }

  private static func decoration(anchor: UnsafeMutablePointer<yaml_char_t>?, tag: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    if anchor != nil { return "anchors (&name) are not read; write the value out where it is needed" }
    if tag != nil { return "tags (!name) are not read; write the plain value" }
    return nil
  }

  private func syntaxError() -> ConfigError {
    let mark = ConfigNode.Mark(parser.pointee.problem_mark)
    var message = parser.pointee.problem.map { String(cString: $0) } ?? "memory ran out"
    if let context = parser.pointee.context { message += " " + String(cString: context) }
    return ConfigError(file: file, line: mark.line, column: mark.column, message: "not valid YAML: \(message)")
  }
}

extension ConfigNode.Mark {
  /// libyaml counts from zero.
  init(_ mark: yaml_mark_t) { self.init(line: Int(clamping: mark.line) &+ 1, column: Int(clamping: mark.column) &+ 1) }
}
