package import AssayBytes
import AssayContainers
package import AssayPolicy

/// Reads the policies and lists of others; what a file is, its content says.
package struct ForeignList: ForeignReader {
  package init() {}

  /// Nil for text of no kind that is known, which a policy reads as a plain list of digests. Throws `import.*`, `xml.*`, `json.*` or
  /// `limit.*` for one that is known and cannot be kept whole.
  package func rules(_ path: String, _ bytes: [UInt8]) throws(ParseError) -> (any ForeignRules)? {
    // The longest list of drivers at hand has 300,000 values.
    var budget = Budget(nodes: 8_000_000)
    if bytes.starts(with: Array("bplist".utf8)) { return try santa(path, bytes, &budget) }
    switch bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF, 0xFF, 0xFE, 0x00].contains($0) }) {
    case UInt8(ascii: "<"): return try xml(path, bytes, &budget)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
      let value = try JSONValue(parsing: text, &budget)
      if let rules = try SantaReader(json: value) { return SantaPolicy(rules, origin: path) }
      if let list = try DriverListReader(json: value) { return DriverList(list, origin: path) }
      throw ParseError(
        "import.kind.unknown",
        "JSON of no kind that is read; a list of drivers has KnownVulnerableSamples, rules of Santa have a rule_type")
    default: return try DriverListReader(csv: bytes, &budget).map { DriverList($0, origin: path) }
    }
  }

  private func xml(_ path: String, _ bytes: [UInt8], _ budget: inout Budget) throws(ParseError) -> any ForeignRules {
    if PlistValue.form(of: bytes[...]) == .xml, SantaReader.isPropertyList(bytes) { return try santa(path, bytes, &budget) }
    let root = try XMLDocument(parsing: bytes[...], &budget).root
    if root.is("SiPolicy", in: AppControlPolicy.namespace) { return try AppControlPolicy(root, origin: path) }
    if root.is("AppLockerPolicy", in: "") || root.is("RuleCollection", in: "") { return try AppLockerPolicy(root, origin: path) }
    throw ParseError(
      "import.kind.unknown", "the root element is <\(root.name)>; App Control (SiPolicy) and AppLocker policies are read",
      offset: root.offset)
  }

  private func santa(_ path: String, _ bytes: [UInt8], _ budget: inout Budget) throws(ParseError) -> any ForeignRules {
    guard let rules = try SantaReader(plist: try PlistValue(parsing: bytes[...], &budget)) else {
      throw ParseError("import.kind.unknown", "a property list without rules of Santa (StaticRules)")
    }
    return SantaPolicy(rules, origin: path)
  }
}
