import AssayMaker
import AssayPKI
import Testing

@Suite struct NameTests {
  static func name(_ attributes: (String, [UInt8])...) -> DistinguishedName {
    DistinguishedName(encoded: Name(attributes.map { Name.Attribute($0.0, $0.1) }).der[...])
  }
  private static let cn = "2.5.4.3"

  @Test(arguments: [
    ("plain", "CN=plain"), ("a,b", "CN=a\\,b"), ("#x", "CN=\\#x"), (" x ", "CN=\\ x\\ "),
    ("a+b\"<>;\\", "CN=a\\+b\\\"\\<\\>\\;\\\\"),
    ("a\u{1B}[31m", "CN=a\\1b[31m"), ("x\u{202E}y", "CN=x\\e2\\80\\aey"), ("Zoë", "CN=Zoë"), ("a\nb", "CN=a\\0ab"),
  ])
  func escapes(_ value: String, _ expected: String) {
    #expect(NameTests.name((NameTests.cn, DER.utf8(value))).description == expected)
  }

  @Test func mostSpecificFirst() {
    let name = NameTests.name(("2.5.4.6", DER.printable("US")), ("2.5.4.10", DER.utf8("Org")), (NameTests.cn, DER.utf8("Leaf")))
    #expect(name.description == "CN=Leaf,O=Org,C=US")
    #expect(NameTests.name(("1.2.3", DER.utf8("x"))).description == "1.2.3=#0c0178")
  }

  @Test func multiValuedRDN() {
    let one = DER.seq(DER.oid("2.5.4.3"), DER.utf8("A"))
    let two = DER.seq(DER.oid("2.5.4.11"), DER.utf8("B"))
    let name = DistinguishedName(encoded: DER.seq(DER.value(0x31, one + two), DER.value(0x31, one))[...])
    #expect(name.attributes.map(\.rdn) == [0, 0, 1])
    #expect(name.description == "CN=A,CN=A+OU=B")
    let swapped = DistinguishedName(encoded: DER.seq(DER.value(0x31, two + one), DER.value(0x31, one))[...])
    #expect(name.matches(swapped))
    let flat = DistinguishedName(encoded: DER.seq(DER.value(0x31, one), DER.value(0x31, two), DER.value(0x31, one))[...])
    #expect(!name.matches(flat))
  }

  @Test(arguments: [
    ("Example", "EXAMPLE", true), ("a  b", " a b ", true), ("ab", "a b", false), ("Zoë", "ZOË", true), ("a", "b", false),
    ("a", "", false),
  ])
  func matching(_ left: String, _ right: String, _ expected: Bool) {
    let first = NameTests.name((NameTests.cn, DER.utf8(left)))
    #expect(first.matches(NameTests.name((NameTests.cn, DER.utf8(right)))) == expected)
    if right.utf8.allSatisfy({ $0 < 0x80 }) {
      #expect(first.matches(NameTests.name((NameTests.cn, DER.printable(right)))) == expected)
    }
    #expect(!first.matches(NameTests.name(("2.5.4.10", DER.utf8(left)))))
  }

  @Test func subtrees() {
    let country = NameTests.name(("2.5.4.6", DER.printable("US")))
    let whole = NameTests.name(("2.5.4.6", DER.utf8("us")), (NameTests.cn, DER.utf8("x")))
    #expect(whole.isWithin(country))
    #expect(!country.isWithin(whole))
    #expect(whole.isWithin(DistinguishedName(encoded: [0x30, 0])))
  }

  @Test(arguments: [[], [0x30], [0x31, 0], [0x30, 2, 0x31, 1], [0x30, 3, 0x30, 1, 0]] as [[UInt8]])
  func unreadableIsOpaque(_ octets: [UInt8]) {
    let name = DistinguishedName(encoded: octets[...])
    #expect(name.isOpaque)
    #expect(name.description.hasPrefix("#"))
    #expect(!name.matches(DistinguishedName(encoded: [0x30, 0])))
  }
}
