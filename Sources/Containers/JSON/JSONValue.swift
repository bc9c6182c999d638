package import AssayBytes

/// A JSON text (RFC 8259) as a tree. Strings are octets of valid UTF-8, so that nothing compares them by canonical equivalence.
package indirect enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The number as it is written; who needs its value reads it.
  case number(String)
  case string([UInt8])
  case array([JSONValue])
  /// In the order written; no key stands twice.
  case object([Member])

  package struct Member: Hashable, Sendable {
    package let key: [UInt8]
    package let value: JSONValue
  }

  /// Reads one value and nothing after it but white space. Strict: UTF-8 without byte order mark, no duplicate keys, no lone
  /// surrogates, no comments. Spends bytes and nodes, and is limited in depth. Throws `json.*` or `limit.*` with the offset.
  package init(parsing bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    try budget.spend(bytes: bytes.count)
    var parser = JSONParser(bytes)
    self = try parser.document(&budget)
  }

  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key.elementsEqual(key.utf8) }?.value
  }

  package var text: String? {
    guard case .string(let bytes) = self else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  package var items: [JSONValue]? {
    guard case .array(let items) = self else { return nil }
    return items
  }
}
