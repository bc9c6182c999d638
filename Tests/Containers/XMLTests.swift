import AssayBytes
import AssayContainers
import Testing

private func parse(_ text: String, depth: Int = 64) throws -> XMLDocument {
  var budget = Budget(depth: depth)
  return try XMLDocument(parsing: Array(text.utf8)[...], &budget)
}

private func code(_ bytes: [UInt8]) -> String? {
  var budget = Budget()
  do {
    _ = try XMLDocument(parsing: bytes[...], &budget)
    return nil
  } catch {
    return error.code
  }
}

private func utf16(_ text: String, isBig: Bool, hasMark: Bool) -> [UInt8] {
  var bytes: [UInt8] = hasMark ? (isBig ? [0xFE, 0xFF] : [0xFF, 0xFE]) : []
  for unit in text.utf16 {
    let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
    bytes += isBig ? pair : pair.reversed()
  }
  return bytes
}

@Suite struct XMLTests {
  @Test func readsATreeWithNamespaces() throws {
    let text = """
      <?xml version="1.0" encoding='UTF-8' standalone="yes"?>
      <!-- head --><?app do this?>
      <a xmlns="urn:a" xmlns:p="urn:p" x="1" p:x="2"><p:b/><b xmlns="" y='"'>t</b><b>u<![CDATA[<&]]>&amp;&#x20AC;&#65;</b></a>
      <!--tail-->
      """
    let document = try parse(text)
    let root = document.root
    #expect(root.is("a", in: "urn:a") && root.line == 3)
    #expect(root.attribute("x") == "1" && root.attribute("x", namespace: "urn:p") == "2")
    #expect(root.declarations.map(\.prefix) == ["", "p"] && root.declarations.map(\.uri) == ["urn:a", "urn:p"])
    #expect(root.elements.map(\.namespace) == ["urn:p", "", "urn:a"])
    #expect(root.first("b")?.text == "u<&&€A" && root.elements("b").count == 1)
    #expect(root.first("b", namespace: "")?.attribute("y") == "\"")
    #expect(document.prolog.count == 2 && document.epilog.count == 1)
    if case .instruction(let target, let data) = document.prolog[1] { #expect(target == "app" && data == "do this") }
    let bytes = Array(text.utf8)
    #expect(bytes[root.offset..<root.endOffset].starts(with: Array("<a xmlns".utf8)) && bytes[root.endOffset - 1] == 0x3E)
  }

  @Test func normalizesLineEndsAndAttributeValues() throws {
    let root = try parse("<a x=\"1\r\n2\t3\n4\r5&#13;&#10;&#9;6\">a\r\nb\rc\nd&#13;</a>").root
    #expect(root.attribute("x") == "1 2 3 4 5\r\n\t6")
    #expect(root.text == "a\nb\nc\nd\r")
  }

  /// One wrong thing each.
  @Test(arguments: [
    ("", "xml.truncated"), (" ", "xml.truncated"), ("<a>", "xml.truncated"), ("<a", "xml.truncated"), ("<a x='", "xml.truncated"),
    ("<a><!--", "xml.truncated"), ("<a><![CDATA[", "xml.truncated"), ("<a/><?x", "xml.syntax"), ("<a/><?x ", "xml.truncated"),
    ("<a></b>", "xml.tag.mismatch"), ("<a><b></a></b>", "xml.tag.mismatch"), ("<a/><b/>", "xml.root.second"),
    ("x<a/>", "xml.text.outside"), ("<a/>x", "xml.text.outside"), ("<a>]]></a>", "xml.syntax"),
    ("<a><!-- -- --></a>", "xml.syntax"),
    ("<a><!ELEMENT a></a>", "xml.syntax"), ("<!DOCTYPE a><a/>", "xml.doctype.refused"),
    ("<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>", "xml.doctype.refused"), ("<a>&e;</a>", "xml.entity.unknown"),
    ("<a>&amp</a>", "xml.reference.invalid"), ("<a>&#0;</a>", "xml.reference.invalid"),
    ("<a>&#x110000;</a>", "xml.reference.invalid"),
    ("<a>&#99999999999999999999;</a>", "xml.reference.invalid"), ("<a>&#xD800;</a>", "xml.reference.invalid"),
    ("<a>&#;</a>", "xml.reference.invalid"), ("<a>& b</a>", "xml.name.invalid"), ("<a x=1/>", "xml.attribute.value"),
    ("<a x/>", "xml.attribute.value"), ("<a x='<'/>", "xml.attribute.value"), ("<a x='1'y='2'/>", "xml.syntax"),
    ("<a x='1' x='2'/>", "xml.attribute.duplicate"),
    ("<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>", "xml.attribute.duplicate"),
    ("<a xmlns='u' xmlns='v'/>", "xml.attribute.duplicate"), ("<p:a/>", "xml.namespace.unbound"),
    ("<a p:x='1'/>", "xml.namespace.unbound"), ("<b><a xmlns:p='u'/><p:a/></b>", "xml.namespace.unbound"),
    ("<a xmlns:p=''/>", "xml.namespace.reserved"), ("<a xmlns:xml='u'/>", "xml.namespace.reserved"),
    ("<a xmlns:xmlns='u'/>", "xml.namespace.reserved"), ("<xmlns:a/>", "xml.namespace.unbound"), ("<a:b:c/>", "xml.name.invalid"),
    ("<:a/>", "xml.name.invalid"), ("<a:/>", "xml.name.invalid"), ("<1/>", "xml.name.invalid"), ("< a/>", "xml.name.invalid"),
    ("<a>\u{1}</a>", "xml.character.invalid"), ("<a>\u{FFFE}</a>", "xml.character.invalid"),
    ("<?xml?><a/>", "xml.instruction.target"),
    ("<?xml version='1.1'?><a/>", "xml.version.unsupported"), ("<?xml encoding='utf-8'?><a/>", "xml.declaration.invalid"),
    ("<?xml version='1.0' standalone='maybe'?><a/>", "xml.declaration.invalid"),
    (" <?xml version='1.0'?><a/>", "xml.instruction.target"), ("<a><?XML x?></a>", "xml.instruction.target"),
    ("<?xml version='1.0' encoding='utf-16'?><a/>", "xml.encoding.mismatch"),
    ("<?xml version='1.0' encoding='big5'?><a/>", "xml.encoding.unsupported"),
    ("<?xml version='1.0' encoding='windows-1252'?><a>é</a>", "xml.encoding.unsupported"),
  ]) func refuses(_ text: String, _ expected: String) { #expect(code(Array(text.utf8)) == expected) }

  @Test(arguments: [
    "<a/>", "<a ></a >", "\u{FEFF}<a/>", "<?xml version='1.0'?><a/>", "<é·1/>", "<a><?p?></a>", "<a xml:lang='de'/>", "<a>]] ></a>",
    "<?xml version='1.0' encoding='US-ASCII'?><a/>", "<a>&gt;]]&gt;</a>", "<a xmlns:p='u' x='1' p:x='2'/>",
    "<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>", "<a xmlns='u'><b xmlns=''/></a>",
  ]) func accepts(_ text: String) { #expect(code(Array(text.utf8)) == nil) }

  @Test func octetsThatAreNoTextAreRefused() {
    for bad: [UInt8] in [
      [0x80], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF8], [0xC3],
    ] {
      #expect(code(Array("<a>".utf8) + bad + Array("</a>".utf8)) == "xml.encoding.invalid")
    }
    #expect(code([0xFF, 0xFE, 0x3C]) == "xml.encoding.invalid")
    #expect(code([0xFF, 0xFE, 0x00, 0xD8, 0x3C, 0x00]) == "xml.encoding.invalid")
  }

  @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
  func readsUTF16(_ isBig: Bool, _ hasMark: Bool) throws {
    let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<a>ä😀<b x='€'/></a>"
    let bytes = utf16(text, isBig: isBig, hasMark: hasMark)
    var budget = Budget()
    // Offsets are those of the slice that was given.
    let document = try XMLDocument(parsing: ([0, 0, 0] + bytes)[3...], &budget)
    #expect(document.root.text == "ä😀" && document.root.line == 2)
    let child = try #require(document.root.first("b"))
    #expect(child.attribute("x") == "€" && document.root.endOffset == bytes.count + 3)
    #expect(Array(([0, 0, 0] + bytes)[child.offset..<child.endOffset]) == utf16("<b x='€'/>", isBig: isBig, hasMark: false))
    #expect(code(utf16("<?xml version=\"1.0\" encoding=\"utf-8\"?><a/>", isBig: isBig, hasMark: true)) == "xml.encoding.mismatch")
  }

  @Test func readsLatin1WhereItIsDeclared() throws {
    var bytes = Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>".utf8)
    bytes.append(0xE9)
    bytes += Array("</a>".utf8)
    var budget = Budget()
    let root = try XMLDocument(parsing: bytes[...], &budget).root
    #expect(root.text == "é" && root.endOffset == bytes.count)
  }

  @Test func errorsNameLineColumnAndOffset() {
    var budget = Budget()
    do {
      _ = try XMLDocument(parsing: Array("<a>\r\n  é<b></c></a>".utf8)[...], &budget)
      Issue.record("must be refused")
    } catch {
      #expect(error.message.hasSuffix("line 2, column 7") && error.offset == 12)
    }
  }

  @Test func equivalentTextIsNotEqual() throws {
    #expect(try parse("<e\u{301}/>").root.name != "\u{E9}")
  }

  @Test(arguments: [
    ("<!DOCTYPE plist PUBLIC \"-//A//B\" \"http://a/b>c\"><a/>", true), ("<!DOCTYPE a SYSTEM 'x' ><a/>", true),
    ("<!DOCTYPE a><a/>", true),
    ("<!DOCTYPE a [<!ENTITY e 'x'>]><a/>", false), ("<!DOCTYPE a SYSTEM 'x' []><a/>", false),
    ("<!DOCTYPE a><!DOCTYPE a><a/>", false),
    ("<a/><!ELEMENT a><a/>", false), ("<!DOCTYPE a SYSTEM 'x", false), ("<!DOCTYPE a ", false),
  ]) func passesOverADoctypeOnlyWhereItIsAsked(_ text: String, _ isRead: Bool) {
    var budget = Budget()
    let document = try? XMLDocument(parsing: Array(text.utf8)[...], skippingDoctype: true, &budget)
    #expect((document != nil) == isRead)
    if isRead { #expect(code(Array(text.utf8)) == "xml.doctype.refused") }
  }

  @Test func everythingSpendsTheBudget() {
    let deep = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
    #expect(code(Array(deep.utf8)) == "limit.depth")
    for text in ["<a><b/><b/></a>", "<a b='' c='' d=''/>", "<a><!----><!----></a>", "<a><?b?><?b?></a>", "<a>b<c/>d</a>"] {
      var budget = Budget(nodes: 2)
      #expect(throws: ParseError.self) { try XMLDocument(parsing: Array(text.utf8)[...], &budget) }
    }
    var budget = Budget(bytes: 3)
    #expect(throws: ParseError.self) { try XMLDocument(parsing: Array("<a/>".utf8)[...], &budget) }
  }

  /// No prefix of a document is a document, and none crashes.
  @Test func everyPrefixIsRefused() {
    let text = Array("<?xml version='1.0'?><a xmlns:p='u'>é&lt;<!--c--><p:b q='&#10;'><![CDATA[x]]></p:b><?d e?></a>".utf8)
    for count in 0..<text.count { #expect(code(Array(text.prefix(count))) != nil, "\(count)") }
    #expect(code(text) == nil)
  }
}
