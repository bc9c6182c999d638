import AssayBytes

extension DistinguishedName {
  /// Names of attribute types: RFC 4514 section 3, the LDAP registry, and those that EV code signing certificates carry.
  private static let shortNames: [OID: String] = [
    "2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST",
    "2.5.4.9": "STREET", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title", "2.5.4.13": "description",
    "2.5.4.15": "businessCategory", "2.5.4.17": "postalCode", "2.5.4.18": "postOfficeBox", "2.5.4.42": "givenName",
    "2.5.4.46": "dnQualifier", "2.5.4.97": "organizationIdentifier", "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC", "1.2.840.113549.1.9.1": "emailAddress",
    "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL", "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
    "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
  ]

  /// RFC 4514: most specific first, `CN=...,O=...,C=US`, escaped. Control and format characters are escaped too, so that a name
  /// cannot steer a terminal. An unreadable name is `#` and its encoding in hexadecimal.
  package var description: String {
    if isOpaque { return "#" + Hex.encode(encoded) }
    var text = ""
    var previous: Int?
    // Reversed by RDN; the attributes of one RDN keep their order.
    var end = attributes.endIndex
    while end > attributes.startIndex {
      var start = end - 1
      while start > attributes.startIndex, attributes[start - 1].rdn == attributes[start].rdn { start -= 1 }
      for attribute in attributes[start..<end] {
        if let previous { text += previous == attribute.rdn ? "+" : "," }
        previous = attribute.rdn
        text += DistinguishedName.describe(attribute)
      }
      end = start
    }
    return text
  }

  private static func describe(_ attribute: Attribute) -> String {
    guard let name = shortNames[attribute.type], let value = attribute.text else {
      return (shortNames[attribute.type] ?? attribute.type.description) + "=#" + Hex.encode(attribute.encoded)
    }
    return name + "=" + escape(value)
  }

  private static func escape(_ value: String) -> String {
    if isPlain(value) { return value }
    var text = String.UnicodeScalarView()
    let scalars = Array(value.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      case ",", "+", "\"", "\\", "<", ">", ";": text += ["\\", scalar]
      case " " where index == 0 || index == scalars.count - 1: text += ["\\", scalar]
      case "#" where index == 0: text += ["\\", scalar]
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
          for byte in String(scalar).utf8 { text += "\\".unicodeScalars + Hex.encode([byte]).unicodeScalars }
        default: text.append(scalar)
        }
      }
    }
    return String(text)
  }

  /// True for what nearly every name is: printable ASCII with nothing to escape.
  private static func isPlain(_ value: String) -> Bool {
    var last: UInt8 = 0x20
    for (index, byte) in value.utf8.enumerated() {
      switch byte {
      case 0x20: if index == 0 { return false }
      case 0x23: if index == 0 { return false }
      case 0x22, 0x2B, 0x2C, 0x3B, 0x3C, 0x3E, 0x5C: return false
      case 0x21...0x7E: break
      default: return false
      }
      last = byte
    }
    return last != 0x20
  }
}
