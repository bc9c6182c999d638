package import AssayBytes

/// A property list as a tree. Strings and keys are octets of valid UTF-8, so that nothing compares them by canonical equivalence.
///
/// Three forms exist: XML and binary are read, the old OpenStep text is refused with a code of its own. No key stands twice: readers
/// differ in which of the two they take, and a signature over the octets does not settle it.
package indirect enum PlistValue: Hashable, Sendable {
  case string([UInt8])
  case data([UInt8])
  case integer(Int128)
  case real(Double)
  case bool(Bool)
  /// Seconds since 2001-01-01T00:00:00Z.
  case date(Double)
  /// Of keyed archives.
  case uid(UInt64)
  case array([PlistValue])
  /// In the order written.
  case dictionary([Member])

  package struct Member: Hashable, Sendable {
    package let key: [UInt8]
    package let value: PlistValue
    package init(key: [UInt8], value: PlistValue) {
      self.key = key
      self.value = value
    }
  }

  /// The form that octets begin like.
  package enum Form: String, Sendable {
    case xml, binary, utf16, openStep, empty
  }

  /// Reads the whole of the octets. Spends bytes and nodes (one for each value, shared ones each time), is limited in depth.
  /// Throws `plist.*` or `limit.*` with the offset from the start of the octets.
  package init(parsing bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    switch PlistValue.form(of: bytes) {
    case .binary:
      var reader = try BinaryPlistReader(bytes, &budget)
      self = try reader.top(&budget)
    case .xml:
      try budget.spend(bytes: bytes.count)
      var reader = XMLPlistReader(bytes)
      self = try reader.document(&budget)
    case .utf16:
      throw ParseError("plist.encoding.unsupported", "the property list is UTF-16; UTF-8 and binary ones are read", offset: 0)
    case .openStep:
      throw ParseError("plist.form.openstep", "the property list is in the old text form, which is not read", offset: 0)
    case .empty: throw ParseError("plist.form.empty", "the property list is empty", offset: 0)
    }
  }

  package static func form(of bytes: ArraySlice<UInt8>) -> Form {
    if bytes.starts(with: Array("bplist".utf8)) { return .binary }
    let head = Array(bytes.prefix(4))
    if head.starts(with: [0xFE, 0xFF]) || head.starts(with: [0xFF, 0xFE]) { return .utf16 }
    if head.count >= 2, (head[0] == 0) != (head[1] == 0) { return .utf16 }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
    guard let first = text.first(where: { !$0.isXMLSpace }) else { return .empty }
    return first == UInt8(ascii: "<") && !isOpenStepData(text) ? .xml : .openStep
  }

  /// `<0fbd77 1c2735ae>`: data in the old text form begins like a tag.
  private static func isOpenStepData(_ text: ArraySlice<UInt8>) -> Bool {
    guard let open = text.firstIndex(of: UInt8(ascii: "<")), open + 1 < text.endIndex else { return false }
    let next = text[open + 1]
    return !(next == UInt8(ascii: "?") || next == UInt8(ascii: "!") || next == UInt8(ascii: "p"))
  }
}

extension PlistValue {
  /// The value of a key, compared as octets.
  package subscript(key: String) -> PlistValue? {
    guard case .dictionary(let members) = self else { return nil }
    return members.first { $0.key.elementsEqual(key.utf8) }?.value
  }

  package var members: [Member]? {
    guard case .dictionary(let members) = self else { return nil }
    return members
  }

  package var items: [PlistValue]? {
    guard case .array(let items) = self else { return nil }
    return items
  }

  package var octets: [UInt8]? {
    guard case .string(let octets) = self else { return nil }
    return octets
  }

  package var text: String? { octets.map { String(decoding: $0, as: UTF8.self) } }

  package var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  package var data: [UInt8]? {
    guard case .data(let octets) = self else { return nil }
    return octets
  }

  /// An integer, or a real without a fraction.
  package var integer: Int? {
    switch self {
    case .integer(let value): Int(exactly: value)
    case .real(let value): Int(exactly: value)
    default: nil
    }
  }
}

/// Refuses a key that stands twice in one dictionary.
struct PlistKeys {
  private var seen: Set<[UInt8]> = []

  mutating func add(_ key: [UInt8], at offset: Int) throws(ParseError) {
    guard seen.insert(key).inserted else {
      throw ParseError("plist.key.duplicate", "key \"\(String(decoding: key, as: UTF8.self))\" stands twice", offset: offset)
    }
  }
}
