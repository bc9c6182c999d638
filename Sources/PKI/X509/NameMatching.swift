import AssayBytes

/// RFC 5280 7.1: attribute values compared by characters, with case and white space folded (RFC 4518 without its NFKC step).
extension DistinguishedName {
  /// True when both names have the same RDNs in the same order. Equal encodings need no reading.
  package func matches(_ other: DistinguishedName) -> Bool {
    if encoded == other.encoded { return true }
    guard !isOpaque, !other.isOpaque, attributes.count == other.attributes.count else { return false }
    let isSimple = attributes.last?.rdn == attributes.count - 1 && other.attributes.last?.rdn == attributes.count - 1
    guard isSimple else { return folded == other.folded }
    // One attribute an RDN, as in nearly all names. The most specific attribute differs most often.
    for place in attributes.indices.reversed() where !attributes[place].matches(other.attributes[place]) { return false }
    return true
  }

  /// True when the name lies in the subtree: the subtree's RDNs are the name's first ones (RFC 5280 4.2.1.10).
  package func isWithin(_ subtree: DistinguishedName) -> Bool {
    guard !isOpaque, !subtree.isOpaque, subtree.attributes.count <= attributes.count else { return false }
    return folded.starts(with: subtree.folded)
  }

  /// Per RDN the sorted, folded attributes.
  var folded: [[[UInt8]]] {
    var rdns: [[[UInt8]]] = []
    var last: Int?
    for attribute in attributes {
      let key = Array(attribute.type.content) + [0] + attribute.folded
      if last == attribute.rdn { rdns[rdns.count - 1].append(key) } else { rdns.append([key]) }
      last = attribute.rdn
    }
    return rdns.map { rdn in rdn.count == 1 ? rdn : rdn.sorted { $0.lexicographicallyPrecedes($1) } }
  }
}

extension DistinguishedName.Attribute {
  func matches(_ other: DistinguishedName.Attribute) -> Bool {
    guard type == other.type else { return false }
    if encoded == other.encoded { return true }
    // Most names differ in their first letter, which folding leaves where it is.
    if let one = text?.utf8.first, let another = other.text?.utf8.first, (0x21...0x7E).contains(one),
      (0x21...0x7E).contains(another),
      one.lowered != another.lowered
    {
      return false
    }
    return folded == other.folded
  }

  /// 1 and the folded characters as UTF-8, or 0 and the encoding where it is no text.
  var folded: [UInt8] {
    guard let text else { return [0] + encoded }
    var result: [UInt8] = [1]
    var pendingSpace = false
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        let byte = UInt8(scalar.value)
        if byte == 0x20 || (0x09...0x0D).contains(byte) {
          pendingSpace = true
          continue
        }
        if pendingSpace, result.count > 1 { result.append(0x20) }
        pendingSpace = false
        result.append(byte.lowered)
      } else if scalar.properties.isWhitespace {
        pendingSpace = true
      } else {
        if pendingSpace, result.count > 1 { result.append(0x20) }
        pendingSpace = false
        result += scalar.properties.lowercaseMapping.utf8
      }
    }
    return result
  }
}
