package import AssayBytes

extension ASN1Element {
  private func primitive(_ what: StaticString) throws(ParseError) {
    guard !isConstructed else {
      throw ParseError("asn1.form.constructed", "\(what) is constructed, must be primitive", offset: offset)
    }
  }

  /// BOOLEAN; under DER only 0x00 and 0xFF.
  package func boolean(_ what: StaticString) throws(ParseError) -> Bool {
    try primitive(what)
    guard content.count == 1, let byte = content.first, rules == .ber || byte == 0 || byte == 0xFF else {
      throw ParseError("asn1.boolean.invalid", "\(what) is not a BOOLEAN", offset: offset)
    }
    return byte != 0
  }

  /// INTEGER's two's-complement octets; empty ones throw, under DER padded ones too.
  package func integerOctets(_ what: StaticString) throws(ParseError) -> ArraySlice<UInt8> {
    try primitive(what)
    guard let first = content.first else { throw ParseError("asn1.integer.empty", "\(what) has no octets", offset: offset) }
    if rules == .der, content.count > 1 {
      let second = content[content.startIndex + 1]
      guard !(first == 0 && second < 0x80), !(first == 0xFF && second >= 0x80) else {
        throw ParseError("asn1.integer.padded", "\(what) is not in its shortest form", offset: offset)
      }
    }
    return content
  }

  /// INTEGER or ENUMERATED that fits an Int.
  package func integer(_ what: StaticString) throws(ParseError) -> Int {
    let octets = try integerOctets(what)
    guard octets.count <= 8, let first = octets.first else {
      throw ParseError("asn1.integer.large", "\(what) does not fit 64 bits", offset: offset)
    }
    var value: Int = first >= 0x80 ? -1 : 0
    for octet in octets { value = value << 8 | Int(octet) }
    return value
  }

  package func objectIdentifier(_ what: StaticString) throws(ParseError) -> OID {
    try primitive(what)
    guard let oid = OID(content: content) else {
      throw ParseError("asn1.oid.invalid", "\(what) is not an object identifier", offset: offset)
    }
    return oid
  }

  /// BIT STRING: the octets and how many low bits of the last one are unused. Primitive form only (BER's constructed form is read
  /// for OCTET STRING alone: no real signature uses it here).
  package func bitString(_ what: StaticString) throws(ParseError) -> (octets: ArraySlice<UInt8>, unusedBits: Int) {
    try primitive(what)
    guard let unused = content.first, unused < 8 else {
      throw ParseError("asn1.bitstring.invalid", "\(what) has no valid count of unused bits", offset: offset)
    }
    let octets = content.dropFirst()
    guard unused == 0 || !octets.isEmpty else {
      throw ParseError("asn1.bitstring.invalid", "\(what) is empty but names unused bits", offset: offset)
    }
    if rules == .der, let last = octets.last, last & ((1 << unused) - 1) != 0 {
      throw ParseError("asn1.bitstring.invalid", "\(what) has unused bits that are set", offset: offset)
    }
    return (octets, Int(unused))
  }

  /// OCTET STRING, also under an implicit tag; BER's constructed form is joined.
  package func octetString(_ what: StaticString, _ budget: inout Budget) throws(ParseError) -> ArraySlice<UInt8> {
    guard isConstructed else { return content }
    guard rules == .ber else {
      throw ParseError("asn1.form.constructed", "\(what) is constructed, must be primitive", offset: offset)
    }
    var joined: [UInt8] = []
    var parts = try reader(what)
    while !parts.isAtEnd {
      let part = try parts.next(.octetString, what, &budget).octetString(what, &budget)
      try budget.spend(bytes: part.count)
      joined += part
    }
    return joined[...]
  }

  /// A character string as text, nil when it is no character string or its octets are not valid in its encoding. TeletexString
  /// is read as Latin-1, as Windows and OpenSSL do.
  package var text: String? {
    if isConstructed { return nil }
    switch tag {
    case .utf8String: return String(validating: content, as: UTF8.self)
    case .printableString, .ia5String, .visibleString, ASN1Tag(universal: 18):
      return content.allSatisfy { $0 < 0x80 } ? String(decoding: content, as: UTF8.self) : nil
    case .teletexString:
      return String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) }))
    case .bmpString:
      guard content.count % 2 == 0 else { return nil }
      let units = stride(from: content.startIndex, to: content.endIndex, by: 2).map {
        UInt16(content[$0]) << 8 | UInt16(content[$0 + 1])
      }
      return String(validating: units, as: UTF16.self)
    case .universalString:
      guard content.count % 4 == 0 else { return nil }
      var scalars = String.UnicodeScalarView()
      for start in stride(from: content.startIndex, to: content.endIndex, by: 4) {
        let value = content[start..<(start + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard let scalar = Unicode.Scalar(value) else { return nil }
        scalars.append(scalar)
      }
      return String(scalars)
    default: return nil
    }
  }

  /// UTCTime or GeneralizedTime. Under DER only `YYMMDDHHMMSSZ` and `YYYYMMDDHHMMSS[.fraction]Z` (a fraction is cut off; RFC 3161
  /// allows it, RFC 5280 does not and its reader checks that); under BER also without seconds and with an offset.
  package func time(_ what: StaticString) throws(ParseError) -> Moment {
    try primitive(what)
    let invalid = ParseError("asn1.time.invalid", "\(what) is not a valid time", offset: offset)
    guard tag == .utcTime || tag == .generalizedTime else { throw invalid }
    let octets = Array(content)
    var place = 0
    func digits(_ count: Int) -> Int? {
      guard place + count <= octets.count else { return nil }
      var value = 0
      for octet in octets[place..<(place + count)] {
        guard octet.isDigit else { return nil }
        value = value * 10 + Int(octet - 0x30)
      }
      place += count
      return value
    }
    guard var year = digits(tag == .utcTime ? 2 : 4), let month = digits(2), let day = digits(2), let hour = digits(2) else {
      throw invalid
    }
    if tag == .utcTime { year += year >= 50 ? 1900 : 2000 }
    var minute = 0
    var second = 0
    if let value = digits(2) { minute = value } else if rules == .der || tag == .utcTime { throw invalid }
    if let value = digits(2) { second = value } else if rules == .der { throw invalid }
    if place < octets.count, octets[place] == 0x2E, tag == .generalizedTime {
      place += 1
      let start = place
      while place < octets.count, octets[place].isDigit { place += 1 }
      guard place > start else { throw invalid }
    }
    guard second < 60 || rules == .ber,
      let local = Moment(year: year, month: month, day: day, hour: hour, minute: minute, second: second), place < octets.count
    else { throw invalid }
    let zone = octets[place]
    place += 1
    if zone == 0x5A {
      guard place == octets.count else { throw invalid }
      return local
    }
    guard rules == .ber, zone == 0x2B || zone == 0x2D, let hours = digits(2), let minutes = digits(2), place == octets.count,
      hours < 24, minutes < 60
    else { throw invalid }
    return local.adding(seconds: Int64(hours * 3600 + minutes * 60) * (zone == 0x2B ? -1 : 1))
  }
}
