import AssayBytes
import AssayContainers
import AssayPKI
import Testing

/// Examples of Canonical XML 1.0 (W3C 2001, section 3) and Exclusive XML Canonicalization 1.0 (W3C 2002, section 2), and where both differ.
struct CanonicalXMLTests {
  private func canonical(_ text: String, _ method: CanonicalXML.Method, at path: [XMLText] = []) throws -> String {
    var budget = Budget()
    let document = try XMLDocument(parsing: Array(text.utf8)[...], &budget)
    var element = document.root
    var scope: [XMLText: XMLText] = [:]
    for name in path {
      scope = CanonicalXML.scope(inside: element, scope)
      element = try #require(element.elements.first { $0.name == name })
    }
    return String(decoding: try CanonicalXML.octets(of: element, method, scope: scope, &budget), as: UTF8.self)
  }

  private static let exclusive = CanonicalXML.Method.exclusive(prefixes: [])

  @Test func tagsAndAttributes() throws {
    let text = """
      <doc><e1   /><e2   ></e2><e3   name = "elem3"   id="elem3"   /><e5 a:attr="out" b:attr="sorted" attr2="all" attr="I'm"
        xmlns:b="http://www.ietf.org" xmlns:a="http://www.w3.org" xmlns="http://example.org"/></doc>
      """
    #expect(
      try canonical(text, .inclusive)
        == "<doc><e1></e1><e2></e2><e3 id=\"elem3\" name=\"elem3\"></e3><e5 xmlns=\"http://example.org\" "
        + "xmlns:a=\"http://www.w3.org\" xmlns:b=\"http://www.ietf.org\" attr=\"I'm\" attr2=\"all\" b:attr=\"sorted\" "
        + "a:attr=\"out\"></e5></doc>")
  }

  @Test func charactersAndReferences() throws {
    let text =
      "<doc a=\"&#x9;&#xA;&#xD;&quot;&lt;&amp;>'\">\r\n&#xD;&lt;&gt;&amp;<![CDATA[<x>]]>\"<!-- no --><?pi  some data?><?p?></doc>"
    #expect(
      try canonical(text, .inclusive)
        == "<doc a=\"&#x9;&#xA;&#xD;&quot;&lt;&amp;>'\">\n&#xD;&lt;&gt;&amp;&lt;x&gt;\"<?pi some data?><?p?></doc>")
  }

  /// Exclusive, section 2.2: what surrounds an element does not change it.
  @Test func aPartStandsAlone() throws {
    let one =
      "<n0:local xmlns:n0=\"foo:bar\" xmlns:n3=\"ftp://example.org\"><n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"/></n1:elem2></n0:local>"
    let other =
      "<n2:pdu xmlns:n1=\"http://example.com\" xmlns:n2=\"http://foo.example\" xml:lang=\"fr\"><n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"/></n1:elem2></n2:pdu>"
    let wanted =
      "<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff></n1:elem2>"
    #expect(try canonical(one, Self.exclusive, at: ["elem2"]) == wanted)
    #expect(try canonical(other, Self.exclusive, at: ["elem2"]) == wanted)
    #expect(
      try canonical(one, .inclusive, at: ["elem2"])
        == "<n1:elem2 xmlns:n0=\"foo:bar\" xmlns:n1=\"http://example.net\" xmlns:n3=\"ftp://example.org\" xml:lang=\"en\">"
        + "<n3:stuff></n3:stuff></n1:elem2>")
  }

  @Test func listedPrefixesAreKept() throws {
    let text = "<a xmlns=\"u:d\" xmlns:x=\"u:x\" xmlns:y=\"u:y\"><b/></a>"
    #expect(try canonical(text, .exclusive(prefixes: ["x"]), at: ["b"]) == "<b xmlns=\"u:d\" xmlns:x=\"u:x\"></b>")
    #expect(try canonical(text, .exclusive(prefixes: ["x"])) == "<a xmlns=\"u:d\" xmlns:x=\"u:x\"><b></b></a>")
  }

  @Test func theDefaultNamespaceIsUndone() throws {
    let text = "<a xmlns=\"u:d\"><b xmlns=\"\"><c xmlns=\"u:d\"/></b></a>"
    for method in [CanonicalXML.Method.inclusive, Self.exclusive] {
      #expect(try canonical(text, method) == "<a xmlns=\"u:d\"><b xmlns=\"\"><c xmlns=\"u:d\"></c></b></a>")
    }
    #expect(try canonical(text, Self.exclusive, at: ["b"]) == "<b><c xmlns=\"u:d\"></c></b>")
    // Unused prefixes go, used ones come where they are used.
    #expect(
      try canonical("<a xmlns:p=\"u:p\" xmlns:q=\"u:q\"><b p:x=\"1\"/><q:c/></a>", Self.exclusive)
        == "<a><b xmlns:p=\"u:p\" p:x=\"1\"></b><q:c xmlns:q=\"u:q\"></q:c></a>")
  }
}
