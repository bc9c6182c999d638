import AssayBytes
import AssayContainers
import Foundation
import Testing

@Suite struct PlistTests {
  static let header = """
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
    <plist version="1.0">

    """

  static func read(_ bytes: [UInt8]) throws(ParseError) -> PlistValue {
    var budget = Budget()
    return try PlistValue(parsing: bytes[...], &budget)
  }

  static func xml(_ body: String) throws(ParseError) -> PlistValue { try read(Array((header + body + "\n</plist>\n").utf8)) }

  private static func code(_ bytes: [UInt8]) -> String {
    do throws(ParseError) {
      _ = try read(bytes)
      return "read"
    } catch {
      return error.code
    }
  }

  @Test(arguments: [
    ("<string>a &lt;&#x41;&amp;&#66; <![CDATA[<b>]]></string>", PlistValue.string(Array("a <A&B <b>".utf8))),
    ("<string/>", .string([])), ("<data>\n\tAAEC\n\t</data>", .data([0, 1, 2])), ("<data/>", .data([])),
    ("<integer> -12 </integer>", .integer(-12)), ("<integer>0x1F</integer>", .integer(31)),
    ("<integer>18446744073709551615</integer>", .integer(Int128(UInt64.max))), ("<real>1000</real>", .real(1000)),
    ("<true/>", .bool(true)), ("<false></false>", .bool(false)), ("<date>2001-01-01T00:00:01Z</date>", .date(1)),
    ("<array><true/><!-- a comment --><string>x</string></array>", .array([.bool(true), .string([0x78])])),
    ("<dict><key>Icon\r</key><true/></dict>", .dictionary([.init(key: Array("Icon\r".utf8), value: .bool(true))])),
    ("<string>\u{1}</string>", .string([1])),
  ])
  func readsXML(body: String, expected: PlistValue) throws { #expect(try PlistTests.xml(body) == expected) }

  @Test(arguments: [
    ("<dict><key>a</key><true/><key>a</key><false/></dict>", "plist.key.duplicate"),
    ("<dict><true/></dict>", "plist.key.missing"), ("<dict><key>a</key></dict>", "plist.xml.value"),
    ("<string>&own;</string>", "plist.xml.reference"), ("<string>&#0;</string>", "plist.xml.reference"),
    ("<string>&#xD800;</string>", "plist.xml.reference"), ("<string>a</data>", "plist.xml.nesting"),
    ("<string><!-- c --></string>", "plist.xml.tag"), ("<array>text</array>", "plist.xml.text"),
    ("<string a=\"b\">x</string>", "plist.xml.attribute"), ("<data>A*</data>", "plist.data.base64"),
    ("<integer>12a</integer>", "plist.number.invalid"), ("<integer>18446744073709551616</integer>", "plist.number.invalid"),
    ("<integer>--1</integer>", "plist.number.invalid"), ("<real>x</real>", "plist.number.invalid"),
    ("<date>yesterday</date>", "plist.date.invalid"), ("<set/>", "plist.xml.element"), ("<true/><true/>", "plist.xml.root"),
    ("<!--><true/><!-- -->", "plist.xml.comment"), ("<!---><true/><!-- -->", "plist.xml.comment"),
    ("<!-- a -- b --><true/>", "plist.xml.comment"), ("<?own?><true/>", "plist.xml.text"), ("<array>", "plist.xml.nesting"),
  ])
  func refusesXML(body: String, code: String) {
    let found = PlistTests.code(Array((PlistTests.header + body + "\n</plist>\n").utf8))
    #expect(found == code || body.hasPrefix("<?") && found == "plist.xml.tag")
  }

  @Test(arguments: [
    ("", "plist.form.empty"), (" \n", "plist.form.empty"), ("{ a = b; }", "plist.form.openstep"),
    ("<0fbd77>", "plist.form.openstep"),
    ("<?xml version=\"1.0\" encoding=\"UTF-16\"?><plist><true/></plist>", "plist.encoding.unsupported"),
    ("<!DOCTYPE plist [<!ENTITY a \"b\">]><plist><true/></plist>", "plist.xml.doctype"),
    ("<!DOCTYPE html><plist><true/></plist>", "plist.xml.doctype"), ("<plist><true/></plist>x", "plist.trailing"),
    ("<plist><true/>", "plist.xml.root"), ("<!-- ", "plist.truncated"), ("<plist><string>", "plist.truncated"),
    ("bplist16", "plist.binary.version"), ("bplist00", "plist.truncated"),
  ])
  func refusesForms(text: String, code: String) { #expect(PlistTests.code(Array(text.utf8)) == code) }

  @Test func refusesWideText() {
    let text = PlistTests.header + "<true/></plist>"
    for encoding in [String.Encoding.utf16, .utf16BigEndian, .utf16LittleEndian] {
      #expect(PlistTests.code([UInt8](text.data(using: encoding) ?? Data())) == "plist.encoding.unsupported")
    }
    #expect(PlistTests.code(Array("<plist><string>".utf8) + [0xFF] + Array("</string></plist>".utf8)) == "plist.string.encoding")
  }

  @Test func depthAndNodesAreLimited() {
    let deep = String(repeating: "<array>", count: 70) + String(repeating: "</array>", count: 70)
    #expect(PlistTests.code(Array((PlistTests.header + deep + "</plist>").utf8)) == "limit.depth")
    let wide = "<array>" + String(repeating: "<true/>", count: 1_000_001) + "</array>"
    #expect(PlistTests.code(Array((PlistTests.header + wide + "</plist>").utf8)) == "limit.nodes")
  }

  // MARK: - Binary

  /// What Foundation writes: CoreFoundation's own writer as the oracle.
  private static func foundation(_ value: Any, _ format: PropertyListSerialization.PropertyListFormat) throws -> [UInt8] {
    [UInt8](try PropertyListSerialization.data(fromPropertyList: value, format: format, options: 0))
  }

  private static var sample: [String: Any] {
    [
      "text": "plain", "wide": "K\u{F6}ln \u{1F600}", "long": String(repeating: "x", count: 300), "number": 70_000, "negative": -5,
      "real": 2.5, "yes": true, "data": Data([1, 2, 3]), "list": [1, "two", false] as [Any],
      "date": Date(timeIntervalSinceReferenceDate: 60),
      "inner": ["a": ["b": "c"]],
    ]
  }

  @Test func bothFormsGiveTheSameValue() throws {
    let binary = try PlistTests.read(try PlistTests.foundation(PlistTests.sample, .binary))
    let xml = try PlistTests.read(try PlistTests.foundation(PlistTests.sample, .xml))
    func sorted(_ value: PlistValue) -> PlistValue {
      switch value {
      case .dictionary(let members):
        .dictionary(
          members.map { .init(key: $0.key, value: sorted($0.value)) }.sorted { $0.key.lexicographicallyPrecedes($1.key) })
      case .array(let items): .array(items.map(sorted))
      default: value
      }
    }
    #expect(sorted(binary) == sorted(xml))
    #expect(
      binary["wide"]?.text == "K\u{F6}ln \u{1F600}" && binary["number"]?.integer == 70_000 && binary["negative"]?.integer == -5)
    #expect(binary["long"]?.octets?.count == 300 && binary["yes"]?.bool == true && binary["data"]?.data == [1, 2, 3])
    #expect(binary["date"] == .date(60) && binary["real"] == .real(2.5) && binary["inner"]?["a"]?["b"]?.text == "c")
  }

  /// Objects by hand: each is the octets of one object.
  private static func binary(_ objects: [[UInt8]], top: Int = 0) -> [UInt8] {
    var bytes = Array("bplist00".utf8)
    var table: [UInt8] = []
    for object in objects {
      table.append(UInt8(bytes.count))
      bytes += object
    }
    let place = bytes.count
    bytes += table + [0, 0, 0, 0, 0, 0, 1, 1]
    for number in [objects.count, top, place] { bytes += withUnsafeBytes(of: UInt64(number).bigEndian) { Array($0) } }
    return bytes
  }

  @Test func refusesBinary() {
    typealias Case = ([[UInt8]], String)
    let cases: [Case] = [
      ([[0xA1, 0x00]], "plist.binary.cycle"), ([[0xA1, 0x01], [0xA1, 0x00]], "plist.binary.cycle"),
      ([[0xA1, 0x07]], "plist.binary.reference"), ([[0x00]], "plist.binary.type"), ([[0xC0]], "plist.binary.type"),
      ([[0xD1, 0x01, 0x01], [0x08]], "plist.key.type"),
      ([[0xD2, 1, 2, 3, 3], [0x51, 0x61], [0x51, 0x61], [0x09]], "plist.key.duplicate"),
      ([[0x51, 0x80]], "plist.string.encoding"), ([[0x61, 0xD8, 0x00]], "plist.string.encoding"),
      ([[0x45, 0x00]], "plist.truncated"),
      ([[0x4F, 0x13, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]], "plist.truncated"),
      ([[0x4F, 0x51, 0x61]], "plist.binary.length"),
    ]
    for (objects, code) in cases { #expect(PlistTests.code(PlistTests.binary(objects)) == code, "\(objects)") }
  }

  @Test func sharingCannotBlowUp() {
    // Twenty arrays, each holding the next one eight times: 8^20 values from 250 bytes.
    let objects = (0..<20).map { [UInt8(0xA8)] + [UInt8](repeating: UInt8($0 + 1), count: 8) } + [[0x09]]
    #expect(PlistTests.code(PlistTests.binary(objects)) == "limit.nodes")
  }

  @Test func damagedBinariesEndInAnError() throws {
    let whole = try PlistTests.foundation(PlistTests.sample, .binary)
    for count in 0..<whole.count { #expect(PlistTests.code(Array(whole[..<count])) != "read", "cut at \(count)") }
    for place in whole.indices {
      for bit in 0..<8 {
        var changed = whole
        changed[place] ^= 1 << UInt8(bit)
        _ = PlistTests.code(changed)
      }
    }
  }

  @Test func prefixesOfXMLEndInAnError() throws {
    let whole = try PlistTests.foundation(PlistTests.sample, .xml)
    let end = whole.lastIndex(of: UInt8(ascii: ">")) ?? 0
    for count in 0...end { #expect(PlistTests.code(Array(whole[..<count])) != "read", "cut at \(count)") }
  }
}
