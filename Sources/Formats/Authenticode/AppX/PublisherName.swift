import AssayBytes
import AssayPKI

/// A distinguished name as an app package's manifest writes it (CertNameToStr with CERT_X500_NAME_STR, reversed): `CN=A, O="B, C"`.
struct PublisherName {
  struct Part {
    /// Nil for a word that is no known attribute type.
    let type: OID?
    let value: [UInt8]
  }
  /// In the order of the text.
  let parts: [Part]

  /// Nil for text that has no form of a name.
  init?(_ text: [UInt8]) {
    var parts: [Part] = []
    var rest = text[...]
    while true {
      rest = rest.drop { $0.isXMLSpace }
      guard let equals = rest.firstIndex(of: 0x3D) else { return nil }
      let word = PublisherName.trimmed(rest[..<equals])
      rest = rest[(equals + 1)...]
      guard !word.isEmpty, let value = PublisherName.value(&rest) else { return nil }
      parts.append(Part(type: PublisherName.type(word), value: value))
      guard let separator = rest.first else { break }
      guard [0x2C, 0x3B, 0x2B].contains(separator) else { return nil }
      rest = rest.dropFirst()
    }
    self.parts = parts
  }

  /// The value up to an unquoted separator; quotes are doubled inside quotes.
  private static func value(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    rest = rest.drop { $0 == 0x20 }
    guard rest.first == 0x22 else {
      let end = rest.firstIndex { [0x2C, 0x3B, 0x2B].contains($0) } ?? rest.endIndex
      let value = trimmed(rest[..<end])
      rest = rest[end...]
      return Array(value)
    }
    rest = rest.dropFirst()
    var value: [UInt8] = []
    while let octet = rest.first {
      rest = rest.dropFirst()
      if octet != 0x22 {
        value.append(octet)
      } else if rest.first == 0x22 {
        value.append(octet)
        rest = rest.dropFirst()
      } else {
        rest = rest.drop { $0 == 0x20 }
        return value
      }
    }
    return nil
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text = text.drop { $0 == 0x20 || $0 == 0x09 }
    while let last = text.last, last == 0x20 || last == 0x09 { text = text.dropLast() }
    return text
  }

  /// Names of attribute types as Windows writes and reads them.
  private static let types: [String: OID] = [
    "CN": "2.5.4.3", "O": "2.5.4.10", "OU": "2.5.4.11", "C": "2.5.4.6", "L": "2.5.4.7", "S": "2.5.4.8", "ST": "2.5.4.8",
    "E": "1.2.840.113549.1.9.1", "EMAIL": "1.2.840.113549.1.9.1", "STREET": "2.5.4.9", "POSTALCODE": "2.5.4.17",
    "SERIALNUMBER": "2.5.4.5", "T": "2.5.4.12", "TITLE": "2.5.4.12", "G": "2.5.4.42", "GIVENNAME": "2.5.4.42", "I": "2.5.4.43",
    "INITIALS": "2.5.4.43", "SN": "2.5.4.4", "DC": "0.9.2342.19200300.100.1.25", "DESCRIPTION": "2.5.4.13", "PHONE": "2.5.4.20",
    "POBOX": "2.5.4.18", "DNQUALIFIER": "2.5.4.46", "X21ADDRESS": "2.5.4.24",
  ]

  private static func type(_ word: ArraySlice<UInt8>) -> OID? {
    let text = String(decoding: word.raised, as: UTF8.self)
    if let known = types[text] { return known }
    return OID(dotted: text.hasPrefix("OID.") ? String(text.dropFirst(4)) : text)
  }

  /// The same attributes in the same order, most specific first; values as bytes.
  func names(_ subject: DistinguishedName) -> Bool {
    guard !subject.isOpaque, subject.attributes.count == parts.count else { return false }
    return zip(subject.attributes.reversed(), parts).allSatisfy { attribute, part in
      guard let text = attribute.text, part.type == attribute.type else { return false }
      return text.utf8.elementsEqual(part.value)
    }
  }
}
