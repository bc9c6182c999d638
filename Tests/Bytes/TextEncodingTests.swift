import AssayBytes
import Testing

/// Hexadecimal and base64 (RFC 4648 section 10 has the vectors).
struct TextEncodingTests {
  static let vectors = [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ]

  @Test(arguments: vectors) func base64(plain: String, encoded: String) {
    #expect(Base64.decode(encoded.utf8) == Array(plain.utf8))
    #expect(Base64.decode(Array(encoded.utf8)[...]) == Array(plain.utf8))
    #expect(Base64.decode(AnySequence(encoded.utf8)) == Array(plain.utf8))
    #expect(Base64.encode(Array(plain.utf8)) == encoded)
  }

  @Test func everyOctet() {
    let bytes = (0..<768).map { UInt8(truncatingIfNeeded: $0 * 7) }
    #expect(Base64.decode(Base64.encode(bytes).utf8) == bytes)
    #expect(Hex.decode(Hex.encode(bytes)) == bytes)
    #expect(Hex.encode(AnySequence([0x00, 0x9A, 0xFF])) == "009aff")
    #expect(Hex.encode([UInt8]()) == "")
  }

  @Test(arguments: [
    "Z", "Zg", "Zg=", "Zg===", "Zg==Zg==", "=Zg=", "Z===", "====", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "Zm9*", "Zm9\u{E9}",
    "Zm8=Zm9v",
  ]) func notBase64(text: String) {
    #expect(Base64.decode(text.utf8) == nil)
  }

  @Test func whiteSpaceWhereItIsAllowed() {
    #expect(Base64.decode(" Z m\t9\r\nv\n".utf8, ignoringSpace: true) == Array("foo".utf8))
    #expect(Base64.decode("Zm9\u{B}v".utf8, ignoringSpace: true) == nil)
  }

  @Test(arguments: ["0", "0g", "0x00", " 00", "00 "]) func notHex(text: String) { #expect(Hex.decode(text) == nil) }
}
