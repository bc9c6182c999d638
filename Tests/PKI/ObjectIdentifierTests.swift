import AssayPKI
import Testing

/// X.690 8.19, dotted decimal and back.
struct ObjectIdentifierTests {
  @Test(
    arguments: [
      ("0.0", [0x00]), ("0.39", [0x27]), ("1.0", [0x28]), ("1.39", [0x4F]), ("2.0", [0x50]), ("2.47", [0x7F]),
      ("2.48", [0x81, 0x00]),
      ("2.999.3", [0x88, 0x37, 0x03]), ("1.2.840.113549.1.7.1", [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01]),
      ("1.2.0", [0x2A, 0x00]), ("1.2.127", [0x2A, 0x7F]), ("1.2.128", [0x2A, 0x81, 0x00]), ("1.2.16383", [0x2A, 0xFF, 0x7F]),
      ("1.2.16384", [0x2A, 0x81, 0x80, 0x00]),
      ("1.2.18446744073709551615", [0x2A, 0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]),
    ] as [(String, [UInt8])])
  func octets(dotted: String, octets: [UInt8]) {
    #expect(OID(dotted: dotted).map { Array($0.content) } == octets)
    // An arc of more than 63 bits has ten groups, which the description shows as too large.
    if octets.count < 11 { #expect(OID(content: octets[...])?.description == dotted) }
  }

  @Test(arguments: [
    "", ".", "1", "1.", ".1", "1..2", "1.2.", ".1.2", "3.1", "0.40", "1.40", "1.2.x", "1.2.-1", "1.2.+1", "1.2.1_0", " 1.2", "1.2 ",
    "1.2.18446744073709551616", "1.2.99999999999999999999999", "2.18446744073709551615", "1.2.٣",
  ])
  func refused(dotted: String) {
    #expect(OID(dotted: dotted) == nil)
  }
}
