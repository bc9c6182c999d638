// The letters and digits of ASCII. Swift's own tests of characters take those of every script, and its case mapping knows every language.

extension UInt8 {
  /// ASCII letters in lower case; the rest as it is.
  @inlinable
  package var lowered: UInt8 { (0x41...0x5A).contains(self) ? self + 0x20 : self }
  /// ASCII letters in upper case; the rest as it is.
  @inlinable
  package var raised: UInt8 { (0x61...0x7A).contains(self) ? self - 0x20 : self }

  @inlinable
  package var isDigit: Bool { (0x30...0x39).contains(self) }
  @inlinable
  package var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
  @inlinable
  package var isHexDigit: Bool { hexValue != nil }
  /// 0 to 15 for a digit of either case.
  @inlinable
  package var hexValue: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x37
    case 0x61...0x66: self - 0x57
    default: nil
    }
  }
  /// White space of XML (XML 1.0 section 2.3, production S) and of JSON (RFC 8259 section 2): space, tab, line feed, carriage return.
  @inlinable
  package var isXMLSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}

extension Sequence<UInt8> {
  /// ASCII letters in lower case; the rest as it is.
  @inlinable
  package var lowered: [UInt8] { map(\.lowered) }
  /// ASCII letters in upper case; the rest as it is.
  @inlinable
  package var raised: [UInt8] { map(\.raised) }
}
