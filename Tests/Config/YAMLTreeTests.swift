import AssayConfig
import AssayPolicy
import Testing

/// A tree as one line, to compare.
private func flat(_ node: ConfigNode) -> String {
  switch node {
  case .scalar(let text, let quoted, _): quoted ? "'\(text)'" : text
  case .sequence(let items, _): "[" + items.map(flat).joined(separator: ",") + "]"
  case .mapping(let entries, _): "{" + entries.map { "\($0.key):\(flat($0.value))" }.joined(separator: ",") + "}"
  }
}

private func failure(_ text: String) -> String? { failure(Array(text.utf8)) }
private func failure(_ bytes: [UInt8]) -> String? {
  do {
    _ = try YAMLTree.parse(bytes, file: "p.yaml")
    return nil
  } catch {
    return error.description
  }
}

@Suite struct YAMLTreeTests {
  @Test(arguments: [
    ("a: 1", "{a:1}"), ("a: \"1\"", "{a:'1'}"), ("- x\n- [y, 'z']", "[x,[y,'z']]"), ("a: {b: c, d: []}", "{a:{b:c,d:[]}}"),
    ("a:\nb: ~", "{a:,b:~}"), ("a: |\n  two\n  lines\n", "{a:'two\nlines\n'}"), ("# note\r\na: b # c\r\n", "{a:b}"),
    ("\u{FEFF}a: b", "{a:b}"), ("%YAML 1.1\n---\na: b\n...\n", "{a:b}"), ("\"<<\": a", "{<<:a}"),
    ("{\"a\": \"\\u00e9\"}", "{a:'é'}"),
  ])
  func reads(text: String, tree: String) throws {
    #expect(flat(try YAMLTree.parse(Array(text.utf8), file: "p.yaml")) == tree)
  }

  @Test func marksStartAtOne() throws {
    guard case .mapping(let top, let mark) = try YAMLTree.parse(Array("a: 1\nbé: [x, y]\n".utf8), file: "p.yaml") else {
      Issue.record("no mapping")
      return
    }
    #expect(mark == ConfigNode.Mark(line: 1, column: 1))
    #expect(top[1].mark == ConfigNode.Mark(line: 2, column: 1))
    guard case .sequence(let items, let start) = top[1].value, case .scalar(_, _, let second) = items[1] else {
      Issue.record("no sequence")
      return
    }
    #expect(start == ConfigNode.Mark(line: 2, column: 5))
    #expect(second == ConfigNode.Mark(line: 2, column: 9))
  }

  @Test(arguments: [
    ("", "p.yaml:1:1: the file is empty"), ("# only a note\n", "the file is empty"),
    ("a: 1\na: 2", "p.yaml:2:1: key \"a\" stands twice, first at line 1, column 1"), ("a: &x 1", "1:4: anchors"),
    ("a: *x", "1:4: aliases"), ("a: !!str 1", "1:4: tags"), ("a: !x {}", "1:4: tags"), ("a: ! b", "1:4: tags"),
    ("a: &x [1]", "1:4: anchors"), ("- a\n- <<: {b: c}", "p.yaml:2:3: merge keys"), ("[a]: b", "1:1: a key must be plain text"),
    ("a: 1\n---\nb: 2", "p.yaml:2:1: a second document"), ("a: [1, 2", "not valid YAML"), ("a: b: c", "p.yaml:1:5: not valid YAML"),
    ("a: \"b", "not valid YAML"), ("\ta: b", "p.yaml:1:1: not valid YAML"), ("%TAG ! x:\n---\na: b", "%TAG"),
    ("a: \u{0}", "not valid YAML"),
  ])
  func refuses(text: String, message: String) {
    #expect(failure(text)?.contains(message) == true, "\(failure(text) ?? "accepted")")
  }

  @Test func canonicalEquivalentKeysAreDifferent() throws {
    #expect(failure("\u{E9}: 1\ne\u{301}: 2") == nil)
  }

  @Test func limits() {
    #expect(failure([0x61, 0x3A, 0x20, 0xFF])?.hasPrefix("p.yaml:1:4: the text is not UTF-8") == true)
    #expect(failure("a: [" + String(repeating: "[", count: 5_000))?.contains("nested deeper than 32") == true)
    #expect(failure(String(repeating: "[", count: 32) + String(repeating: "]", count: 32)) == nil)
    #expect(failure(String(repeating: "[", count: 33) + String(repeating: "]", count: 33))?.contains("nested deeper") == true)
    #expect(failure([UInt8](repeating: 0x23, count: (1 << 20) + 1))?.contains("more than the 1048576") == true)
    #expect(failure("[" + String(repeating: "a,", count: 100_000) + "]")?.contains("more than 100000 values") == true)
  }

  @Test func everyPrefixAnswers() {
    let text = Array("version: 1\nrules:\n  - name: \"a\\n\"\n    match: {role: [x, 'y']}\n    note: |\n      z\n".utf8)
    for count in 0..<text.count {
      // Nothing at all; a key without its colon; an open quote; a key again; open braces; a key again.
      let isOpen = [0...0, 12...16, 29...32, 39...43, 46...60, 67...70].contains { $0.contains(count) }
      let failure = failure(Array(text.prefix(count)))
      #expect(isOpen ? failure?.hasPrefix("p.yaml:") == true : failure == nil, "cut at \(count): \(failure ?? "")")
    }
  }
}
