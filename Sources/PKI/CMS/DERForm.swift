import AssayBytes

extension ASN1Element {
  /// The element re-encoded in DER's form (X.690 10): definite shortest lengths, strings in one part, SETs in order.
  ///
  /// For signed attributes that a signer digested in DER but sent in BER (RFC 5652 5.4). It is not a full DER encoder: contents
  /// of primitive types other than BOOLEAN stay as they are.
  func inDERForm(_ budget: inout Budget) throws(ParseError) -> [UInt8] {
    var contents: [UInt8] = []
    var isStillConstructed = isConstructed
    if isConstructed && tag == .octetString {
      contents = Array(try octetString("OCTET STRING", &budget))
      isStillConstructed = false
    } else if isConstructed {
      var parts: [[UInt8]] = []
      var reader = try reader("element")
      while !reader.isAtEnd { parts.append(try reader.next(&budget).inDERForm(&budget)) }
      if tag == .set { parts.sort { $0.lexicographicallyPrecedes($1) } }
      contents = Array(parts.joined())
    } else if tag == .boolean, content.contains(where: { $0 != 0 }) {
      contents = [0xFF]
    } else {
      contents = Array(content)
    }
    try budget.spend(bytes: contents.count)
    guard let first = encoded.first else { return contents }
    var header = [isStillConstructed ? first | 0x20 : first & ~0x20]
    if first & 0x1F == 0x1F {
      for byte in encoded.dropFirst() {
        header.append(byte)
        if byte & 0x80 == 0 { break }
      }
    }
    if contents.count < 0x80 {
      header.append(UInt8(contents.count))
    } else {
      var octets: [UInt8] = []
      var rest = contents.count
      while rest > 0 {
        octets.insert(UInt8(rest & 0xFF), at: 0)
        rest >>= 8
      }
      header.append(0x80 | UInt8(octets.count))
      header += octets
    }
    return header + contents
  }
}
