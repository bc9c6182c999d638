package import AssayBytes

/// Identifier octets without the constructed bit (X.690 8.1.2).
package struct ASN1Tag: Hashable, Sendable, CustomStringConvertible {
  /// Class in the two high bits, number in the rest.
  package let rawValue: UInt32
  package init(universal number: UInt32) { rawValue = number }
  private init(rawValue: UInt32) { self.rawValue = rawValue }
  /// `[number]`, implicit or explicit.
  package static func context(_ number: UInt32) -> ASN1Tag { ASN1Tag(rawValue: 2 << 30 | number) }
  init(class bits: UInt8, number: UInt32) { rawValue = UInt32(bits) << 30 | number }

  package static let boolean = ASN1Tag(universal: 1)
  package static let integer = ASN1Tag(universal: 2)
  package static let bitString = ASN1Tag(universal: 3)
  package static let octetString = ASN1Tag(universal: 4)
  package static let null = ASN1Tag(universal: 5)
  package static let objectIdentifier = ASN1Tag(universal: 6)
  package static let enumerated = ASN1Tag(universal: 10)
  package static let utf8String = ASN1Tag(universal: 12)
  package static let sequence = ASN1Tag(universal: 16)
  package static let set = ASN1Tag(universal: 17)
  package static let printableString = ASN1Tag(universal: 19)
  package static let teletexString = ASN1Tag(universal: 20)
  package static let ia5String = ASN1Tag(universal: 22)
  package static let utcTime = ASN1Tag(universal: 23)
  package static let generalizedTime = ASN1Tag(universal: 24)
  package static let visibleString = ASN1Tag(universal: 26)
  package static let universalString = ASN1Tag(universal: 28)
  package static let bmpString = ASN1Tag(universal: 30)

  package var description: String {
    let number = rawValue & 0x3FFF_FFFF
    return ["universal \(number)", "application \(number)", "[\(number)]", "private \(number)"][Int(rawValue >> 30)]
  }
}

/// Which encodings are read: DER (X.690 10 and 11) or all of BER.
package enum ASN1Rules: Sendable {
  case der, ber
}

/// One type-length-value. Slices keep the indices of the document that they were cut from, so `encoded.startIndex` is the
/// offset in that document.
package struct ASN1Element: Sendable {
  package let tag: ASN1Tag
  package let isConstructed: Bool
  /// Identifier, length, contents and, in the indefinite form, the end-of-contents octets.
  package let encoded: ArraySlice<UInt8>
  /// Indices rather than a slice: a second slice is a second reference to count for each element.
  let contentStart: Int
  let contentEnd: Int
  package var content: ArraySlice<UInt8> { encoded[contentStart..<contentEnd] }
  package let rules: ASN1Rules
  /// Nesting, the outermost element is 0.
  package let depth: Int
  package var offset: Int { encoded.startIndex }

  /// A cursor over the elements inside; throws for a primitive encoding.
  package func reader(_ what: StaticString) throws(ParseError) -> ASN1Reader {
    guard isConstructed else {
      throw ParseError("asn1.form.primitive", "\(what) is primitive, must be constructed", offset: offset)
    }
    return ASN1Reader(content, rules: rules, depth: depth + 1)
  }
}

/// Reads one element after another. Every element spends a node, nesting is limited by the budget's depth.
package struct ASN1Reader: Sendable {
  package let rules: ASN1Rules
  private let bytes: ArraySlice<UInt8>
  private var index: Int
  private let depth: Int

  package init(_ bytes: ArraySlice<UInt8>, rules: ASN1Rules, depth: Int = 0) {
    self.bytes = bytes
    self.rules = rules
    self.depth = depth
    index = bytes.startIndex
  }

  package var isAtEnd: Bool { index == bytes.endIndex }
  /// The bytes not yet read.
  package var rest: ArraySlice<UInt8> { bytes[index...] }

  /// The next element, whatever its tag.
  package mutating func next(_ budget: inout Budget) throws(ParseError) -> ASN1Element {
    try budget.check(depth: depth)
    let start = index
    let header = try Header(bytes, at: start, rules: rules)
    try budget.spend(nodes: 1)
    let contentEnd: Int
    let end: Int
    if let length = header.length {
      guard length <= bytes.endIndex - header.contentStart else {
        throw ParseError(
          "asn1.length.overrun", "length \(length) is more than the \(bytes.endIndex - header.contentStart) bytes left",
          offset: start)
      }
      contentEnd = header.contentStart + length
      end = contentEnd
    } else {
      contentEnd = try endOfContents(from: header.contentStart, depth: depth + 1, &budget)
      end = contentEnd + 2
    }
    index = end
    return ASN1Element(
      tag: header.tag, isConstructed: header.isConstructed, encoded: bytes[start..<end],
      contentStart: header.contentStart, contentEnd: contentEnd, rules: rules, depth: depth)
  }

  /// The next element, which must have the tag.
  package mutating func next(_ tag: ASN1Tag, _ what: StaticString, _ budget: inout Budget) throws(ParseError) -> ASN1Element {
    let start = index
    guard !isAtEnd else { throw ParseError("asn1.element.missing", "\(what) is missing", offset: start) }
    let element = try next(&budget)
    guard element.tag == tag else {
      throw ParseError("asn1.tag.unexpected", "\(what) has tag \(element.tag), must be \(tag)", offset: start)
    }
    return element
  }

  /// The next element if it has the tag, else nil and the cursor stays.
  package mutating func optional(_ tag: ASN1Tag, _ budget: inout Budget) throws(ParseError) -> ASN1Element? {
    guard try peekTag() == tag else { return nil }
    return try next(&budget)
  }

  /// A SEQUENCE's cursor.
  package mutating func sequence(_ what: StaticString, _ budget: inout Budget) throws(ParseError) -> ASN1Reader {
    try next(.sequence, what, &budget).reader(what)
  }

  /// The tag that comes next, nil at the end.
  package func peekTag() throws(ParseError) -> ASN1Tag? {
    isAtEnd ? nil : try Header(bytes, at: index, rules: rules).tag
  }

  /// Throws when something is left.
  package func finish(_ what: StaticString) throws(ParseError) {
    guard isAtEnd else {
      throw ParseError("asn1.trailing", "\(bytes.endIndex - index) bytes follow the last element of \(what)", offset: index)
    }
  }

  /// Index of the end-of-contents octets that close an indefinite length whose contents begin at `start`.
  private func endOfContents(from start: Int, depth: Int, _ budget: inout Budget) throws(ParseError) -> Int {
    try budget.check(depth: depth)
    var place = start
    while true {
      try budget.spend(nodes: 1)
      guard bytes.endIndex - place >= 2 else {
        throw ParseError("asn1.length.indefinite", "indefinite length is never closed", offset: start)
      }
      if bytes[place] == 0, bytes[place + 1] == 0 { return place }
      let header = try Header(bytes, at: place, rules: rules)
      if let length = header.length {
        guard length <= bytes.endIndex - header.contentStart else {
          throw ParseError("asn1.length.overrun", "length \(length) is more than the bytes left", offset: place)
        }
        place = header.contentStart + length
      } else {
        place = try endOfContents(from: header.contentStart, depth: depth + 1, &budget) + 2
      }
    }
  }

  /// Identifier and length octets.
  private struct Header {
    let tag: ASN1Tag
    let isConstructed: Bool
    /// Nil in the indefinite form.
    let length: Int?
    let contentStart: Int

    init(_ bytes: ArraySlice<UInt8>, at start: Int, rules: ASN1Rules) throws(ParseError) {
      var place = start
      func take() throws(ParseError) -> UInt8 {
        guard place < bytes.endIndex else { throw ParseError("asn1.truncated", "the header is cut off", offset: start) }
        defer { place += 1 }
        return bytes[place]
      }
      let first = try take()
      isConstructed = first & 0x20 != 0
      var number = UInt32(first & 0x1F)
      if number == 0x1F {
        number = 0
        var count = 0
        while true {
          let byte = try take()
          count += 1
          guard count <= 4, !(count == 1 && byte == 0x80) else {
            throw ParseError("asn1.tag.invalid", "tag number is padded or over 28 bits", offset: start)
          }
          number = number << 7 | UInt32(byte & 0x7F)
          if byte & 0x80 == 0 { break }
        }
        guard number >= 0x1F || rules == .ber else {
          throw ParseError("asn1.tag.invalid", "tag number \(number) is in the long form", offset: start)
        }
      }
      tag = ASN1Tag(class: first >> 6, number: number)
      guard tag.rawValue != 0 else {
        throw ParseError("asn1.tag.invalid", "end-of-contents octets where an element must be", offset: start)
      }
      let initial = try take()
      if initial < 0x80 {
        length = Int(initial)
      } else if initial == 0x80 {
        guard rules == .ber, isConstructed else {
          throw ParseError("asn1.length.indefinite", "indefinite length is not allowed here", offset: start)
        }
        length = nil
      } else {
        let count = Int(initial & 0x7F)
        var value = 0
        for position in 0..<count {
          let byte = try take()
          guard value >> 47 == 0 else { throw ParseError("asn1.length.overrun", "length is over 55 bits", offset: start) }
          if rules == .der, position == 0, byte == 0 {
            throw ParseError("asn1.length.padded", "length has a leading zero", offset: start)
          }
          value = value << 8 | Int(byte)
        }
        guard rules == .ber || value >= 0x80 else {
          throw ParseError("asn1.length.padded", "length \(value) is in the long form", offset: start)
        }
        length = value
      }
      contentStart = place
    }
  }
}
