import AssayBytes
import Testing

/// Every octet against Unicode's own tables, of which ASCII's letters and digits are the first.
struct ASCIITests {
  @Test func everyOctet() {
    for byte in UInt8.min...UInt8.max {
      let scalar = Unicode.Scalar(byte)
      let letters = scalar.isASCII && scalar.properties.isAlphabetic
      #expect(byte.isLetter == letters)
      #expect(byte.isDigit == (scalar.isASCII && scalar.properties.numericType == .decimal))
      #expect([byte.lowered] == (letters ? Array(scalar.properties.lowercaseMapping.utf8) : [byte]))
      #expect([byte.raised] == (letters ? Array(scalar.properties.uppercaseMapping.utf8) : [byte]))
      #expect(byte.hexValue.map { Int($0) } == (scalar.isASCII ? Character(scalar).hexDigitValue : nil))
      #expect(byte.isXMLSpace == [0x09, 0x0A, 0x0D, 0x20].contains(byte))
    }
  }

  @Test func hexadecimal() {
    #expect(Hex.decode("00fFA9") == [0x00, 0xFF, 0xA9])
    #expect(Hex.decode("") == [])
    for wrong in ["0", "000", "0g", "g0", "0x", " 0", "é"] { #expect(Hex.decode(wrong) == nil, "\(wrong)") }
  }
}
