import AssayBytes

/// GeneralName (RFC 5280 4.2.1.6), values raw.
package enum GeneralName: Hashable, Sendable {
  case other(OID, value: ArraySlice<UInt8>)
  case rfc822(ArraySlice<UInt8>)
  case dns(ArraySlice<UInt8>)
  case x400(ArraySlice<UInt8>)
  case directory(DistinguishedName)
  case ediParty(ArraySlice<UInt8>)
  case uri(ArraySlice<UInt8>)
  case ip(ArraySlice<UInt8>)
  case registeredID(OID)

  /// The context tag's number, which tells the kind.
  package var kind: Int {
    switch self {
    case .other: 0
    case .rfc822: 1
    case .dns: 2
    case .x400: 3
    case .directory: 4
    case .ediParty: 5
    case .uri: 6
    case .ip: 7
    case .registeredID: 8
    }
  }

  /// `DNS:example.com`, for reports.
  package var description: String {
    switch self {
    case .other(let id, _): "otherName:\(id)"
    case .rfc822(let value): "email:\(GeneralName.shown(value))"
    case .dns(let value): "DNS:\(GeneralName.shown(value))"
    case .x400: "x400Address"
    case .directory(let name): "dirName:\(name.description)"
    case .ediParty: "ediPartyName"
    case .uri(let value): "URI:\(GeneralName.shown(value))"
    case .ip(let value): value.count == 4 ? "IP:" + value.map { String($0) }.joined(separator: ".") : "IP:" + Hex.encode(value)
    case .registeredID(let id): "RID:\(id)"
    }
  }

  /// Printable ASCII as it is, anything else as `\hh`.
  private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
    var text = ""
    for byte in bytes {
      text += (0x21...0x7E).contains(byte) && byte != 0x5C ? String(UnicodeScalar(byte)) : "\\" + Hex.encode([byte])
    }
    return text
  }

  /// Text of an IA5String value; nil when an octet is not ASCII.
  package var ascii: String? {
    switch self {
    case .rfc822(let value), .dns(let value), .uri(let value):
      value.allSatisfy { $0 < 0x80 } ? String(decoding: value, as: UTF8.self) : nil
    default: nil
    }
  }

  init(_ element: ASN1Element, _ budget: inout Budget) throws(ParseError) {
    switch element.tag {
    case .context(0):
      var fields = try element.reader("otherName")
      let id = try fields.next(.objectIdentifier, "otherName type", &budget).objectIdentifier("otherName type")
      self = .other(id, value: try fields.next(.context(0), "otherName value", &budget).content)
    case .context(1): self = .rfc822(try element.octetString("rfc822Name", &budget))
    case .context(2): self = .dns(try element.octetString("dNSName", &budget))
    case .context(3): self = .x400(element.content)
    case .context(4):
      var fields = try element.reader("directoryName")
      self = .directory(DistinguishedName(encoded: try fields.next(.sequence, "directoryName", &budget).encoded))
      try fields.finish("directoryName")
    case .context(5): self = .ediParty(element.content)
    case .context(6): self = .uri(try element.octetString("uniformResourceIdentifier", &budget))
    case .context(7): self = .ip(try element.octetString("iPAddress", &budget))
    case .context(8): self = .registeredID(try element.objectIdentifier("registeredID"))
    default:
      throw ParseError("x509.general-name.unknown", "general name has tag \(element.tag)", offset: element.offset)
    }
  }

  /// The elements of GeneralNames, whose SEQUENCE has been entered.
  static func list(_ reader: ASN1Reader, _ budget: inout Budget) throws(ParseError) -> [GeneralName] {
    var reader = reader
    var names: [GeneralName] = []
    while !reader.isAtEnd { names.append(try GeneralName(try reader.next(&budget), &budget)) }
    return names
  }
}
