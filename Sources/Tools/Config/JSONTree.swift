import AssayBytes
import AssayContainers
package import AssayPolicy

/// JSON texts as `ConfigNode` trees, for saved reports. Every mark is where the text begins: JSON's reader knows offsets only.
package enum JSONTree {
  /// Larger lines are refused: a report of an artifact with 64 signatures has about 100 kB.
  package static let maximumLineBytes = 16 << 20

  /// One value a line, as `--format jsonl` writes them; empty lines are skipped. Throws at the first that is no JSON.
  package static func lines(_ bytes: [UInt8], file: String) throws(ConfigError) -> [ConfigNode] {
    var nodes: [ConfigNode] = []
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
      nodes.append(try parse(line, file: file, line: index + 1))
    }
    return nodes
  }

  /// One value. `line` is where it stands in its file.
  package static func parse(_ bytes: ArraySlice<UInt8>, file: String, line: Int = 1) throws(ConfigError) -> ConfigNode {
    guard bytes.count <= maximumLineBytes else {
      throw ConfigError(file: file, line: line, column: 1, message: "the report has over \(maximumLineBytes) bytes")
    }
    var budget = Budget()
    do throws(ParseError) {
      return node(try JSONValue(parsing: bytes, &budget), ConfigNode.Mark(line: line, column: 1))
    } catch {
      let column = error.offset.map { $0 - bytes.startIndex + 1 } ?? 1
      throw ConfigError(file: file, line: line, column: column, message: "not valid JSON: \(error.message)")
    }
  }

  private static func node(_ value: JSONValue, _ mark: ConfigNode.Mark) -> ConfigNode {
    switch value {
    case .null: .scalar("null", quoted: false, mark)
    case .bool(let flag): .scalar(flag ? "true" : "false", quoted: false, mark)
    case .number(let text): .scalar(text, quoted: false, mark)
    case .string(let bytes): .scalar(String(decoding: bytes, as: UTF8.self), quoted: true, mark)
    case .array(let items): .sequence(items.map { node($0, mark) }, mark)
    case .object(let members):
      .mapping(members.map { (String(decoding: $0.key, as: UTF8.self), mark, node($0.value, mark)) }, mark)
    }
  }
}
