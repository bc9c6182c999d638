/// A parsed configuration tree with places, so that errors name file, line and column. The tool makes it from YAML.
package indirect enum ConfigNode: Sendable {
  case scalar(String, quoted: Bool, Mark)
  case sequence([ConfigNode], Mark)
  /// In file order; duplicate keys are refused by whoever makes the tree.
  case mapping([(key: String, mark: Mark, value: ConfigNode)], Mark)

  /// 1-based.
  package struct Mark: Hashable, Sendable {
    package let line: Int
    package let column: Int
    package init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }
  }
}

/// The operator's mistake: exit 2 before anything is judged.
package struct ConfigError: Error, Equatable, Sendable {
  package let file: String
  package let line: Int
  package let column: Int
  package let message: String
  package init(file: String, line: Int, column: Int, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }
  /// `policy.yaml:3:5: unknown key "requires"; did you mean "require"?`
  package var description: String { "\(file):\(line):\(column): \(message)" }
}
