import AssayBytes
import AssayContainers
import AssayPKI

/// Entitlements in one of their two forms, as a property list (a dictionary). Systems read the DER, tools show the XML: where they
/// differ somebody is lied to (CVE-2020-9839, CVE-2022-42855).
enum Entitlements {
  static let xmlMagic: UInt32 = 0xFADE_7171
  static let derMagic: UInt32 = 0xFADE_7172

  /// The value of a blob with its header. Throws `apple.entitlements.malformed`, `plist.*`, `limit.*`.
  static func xml(_ blob: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) -> PlistValue {
    let value = try PlistValue(parsing: blob.dropFirst(8), &budget)
    guard value.members != nil else { throw malformed("entitlements are no dictionary", blob.startIndex) }
    return value
  }

  /// `[APPLICATION 16] { INTEGER 1, [16] { SEQUENCE { UTF8String, value } ... } }`, DER throughout, keys in order and once.
  static func der(_ blob: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) -> PlistValue {
    var reader = ASN1Reader(blob.dropFirst(8), rules: .der)
    let outer = try reader.next(&budget)
    guard outer.encoded.first == 0x70 else { throw malformed("DER entitlements do not begin as such", blob.startIndex) }
    try reader.finish("entitlements")
    var fields = try outer.reader("entitlements")
    guard try fields.next(.integer, "version", &budget).integer("version") == 1 else {
      throw malformed("DER entitlements are of another version than 1", blob.startIndex)
    }
    let value = try value(try fields.next(.context(16), "entitlements", &budget), &budget)
    try fields.finish("entitlements")
    return value
  }

  private static func value(_ element: ASN1Element, _ budget: inout Budget) throws(ParseError) -> PlistValue {
    switch element.tag {
    case .boolean: return .bool(try element.boolean("entitlement"))
    case .integer: return .integer(Int128(try element.integer("entitlement")))
    case .utf8String:
      guard element.text != nil else { throw malformed("a text that is no UTF-8", element.offset) }
      return .string(Array(element.content))
    case .octetString: return .data(Array(try element.octetString("entitlement", &budget)))
    case .sequence:
      var items: [PlistValue] = []
      var inner = try element.reader("entitlement")
      while !inner.isAtEnd { items.append(try value(try inner.next(&budget), &budget)) }
      return .array(items)
    case .context(16):
      var members: [PlistValue.Member] = []
      var inner = try element.reader("entitlements")
      while !inner.isAtEnd {
        var pair = try inner.sequence("entitlement", &budget)
        let key = try pair.next(.utf8String, "key", &budget)
        let octets = Array(key.content)
        if let last = members.last, !last.key.lexicographicallyPrecedes(octets) {
          throw malformed("keys of DER entitlements are not in order, or one stands twice", key.offset)
        }
        members.append(PlistValue.Member(key: octets, value: try value(try pair.next(&budget), &budget)))
        try pair.finish("entitlement")
      }
      return .dictionary(members)
    default: throw malformed("a value that entitlements do not have", element.offset)
    }
  }

  /// Dictionaries in the order of their keys, so that two of them compare by what they say.
  static func ordered(_ value: PlistValue) -> PlistValue {
    switch value {
    case .dictionary(let members):
      .dictionary(
        members.map { PlistValue.Member(key: $0.key, value: ordered($0.value)) }
          .sorted { $0.key.lexicographicallyPrecedes($1.key) })
    case .array(let items): .array(items.map(ordered))
    default: value
    }
  }

  /// Keys whose values differ, or that one of the two has alone; at most a few.
  static func differences(_ left: PlistValue, _ right: PlistValue) -> [String] {
    let (first, second) = (ordered(left).members ?? [], ordered(right).members ?? [])
    var values: [[UInt8]: PlistValue] = [:]
    for member in second { values[member.key] = member.value }
    var keys: [[UInt8]] = []
    for member in first where values.removeValue(forKey: member.key) != member.value { keys.append(member.key) }
    return (keys + values.keys).sorted { $0.lexicographicallyPrecedes($1) }.prefix(8).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func malformed(_ message: String, _ offset: Int) -> ParseError {
    ParseError("apple.entitlements.malformed", message, offset: offset)
  }
}
