import AssayBytes
import AssayConfig
import AssayContainers
import AssayPolicy
import Testing

#if canImport(Glibc)
  import Glibc
#endif

private let corpus: String? = getenv("ASSAY_CORPUS").map { String(cString: $0) }

private func bytes(_ path: String) -> [UInt8]? {
  guard let file = fopen(path, "rb") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { return bytes }
    bytes += buffer.prefix(count)
  }
}

private func names(in folder: String) -> [String] {
  guard let handle = opendir(folder) else { return [] }
  defer { closedir(handle) }
  var names: [String] = []
  while let entry = readdir(handle) {
    names.append(
      withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } })
  }
  return names.filter { $0.hasSuffix(".json") }.sorted()
}

private func parse(_ bytes: [UInt8], depth: Int = 64) throws(ParseError) -> JSONValue {
  var budget = Budget(depth: depth)
  return try JSONValue(parsing: bytes[...], &budget)
}

private func code(_ text: String) -> String? {
  do {
    _ = try parse(Array(text.utf8))
    return nil
  } catch {
    return error.code
  }
}

@Suite struct JSONTests {
  @Test func readsValues() throws {
    let text = "{\"a\": [1, -0.5e+3, true, false, null], \"b\": {\"c\": \"\\u00e9\\ud83d\\ude00\\n\\/\"}} \n"
    let value = try parse(Array(text.utf8))
    #expect(value["a"]?.items == [.number("1"), .number("-0.5e+3"), .bool(true), .bool(false), .null])
    #expect(value["b"]?["c"]?.text == "é😀\n/")
    #expect(value["c"] == nil)
  }

  @Test(arguments: [
    ("", "json.truncated"), (" ", "json.truncated"), ("{", "json.object.key"), ("[1", "json.array.separator"),
    ("\"a", "json.truncated"),
    ("{\"a\":1,\"a\":2}", "json.object.duplicate"), ("{\"a\":1,\"\\u0061\":2}", "json.object.duplicate"),
    ("[1,]", "json.value.invalid"),
    ("{\"a\":1,}", "json.object.key"), ("{\"a\" 1}", "json.object.separator"), ("01", "json.trailing"),
    ("1.", "json.number.invalid"),
    ("-", "json.number.invalid"), ("1e", "json.number.invalid"), ("+1", "json.value.invalid"), (".5", "json.value.invalid"),
    ("NaN", "json.value.invalid"), ("tru", "json.value.invalid"), ("nulll", "json.trailing"), ("1 2", "json.trailing"),
    ("\"\\ud800\"", "json.string.surrogate"), ("\"\\ud800\\u0041\"", "json.string.surrogate"),
    ("\"\\udc00\"", "json.string.surrogate"),
    ("\"\\x\"", "json.string.escape"), ("\"\\u12g4\"", "json.string.escape"), ("\"\t\"", "json.string.control"),
    ("\u{FEFF}1", "json.value.invalid"), ("// x\n1", "json.value.invalid"), ("'a'", "json.value.invalid"),
  ])
  func refuses(text: String, expected: String) { #expect(code(text) == expected) }

  @Test func canonicalEquivalentKeysAreDifferent() { #expect(code("{\"\u{E9}\":1,\"e\u{301}\":2}") == nil) }

  @Test func invalidUTF8() {
    #expect(throws: ParseError.self) { try parse([0x22, 0xFF, 0x22]) }
    #expect(throws: ParseError.self) { try parse([0x22, 0xED, 0xA0, 0x80, 0x22]) }
  }

  @Test func depthIsLimited() {
    #expect(throws: ParseError.self) { try parse(Array(String(repeating: "[", count: 100_000).utf8)) }
    #expect((try? parse(Array((String(repeating: "[", count: 60) + String(repeating: "]", count: 60)).utf8))) != nil)
  }

  /// JSONTestSuite: `y_` must be read, `n_` refused, `i_` may be either.
  @Test(.enabled(if: corpus != nil, "ASSAY_CORPUS is not set")) func testSuite() throws {
    // Refused by decision: a duplicate key lets two readers see two documents.
    let refusedByDecision = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"]
    let folder = try #require(corpus) + "/reliability/JSONTestSuite/test_parsing/"
    let files = names(in: folder)
    #expect(files.count > 300)
    for name in files {
      let octets = try #require(bytes(folder + name))
      let isRead = (try? parse(octets, depth: 600)) != nil
      if name.hasPrefix("y_") { #expect(isRead != refusedByDecision.contains(name), "\(name)") }
      if name.hasPrefix("n_") { #expect(!isRead, "\(name)") }
    }
  }

  @Test func linesCarryTheirPlace() throws {
    let nodes = try JSONTree.lines(Array("{\"a\": null}\r\n\n[\"null\", 2]\n".utf8), file: "r.jsonl")
    #expect(nodes.count == 2)
    guard case .sequence(let items, let mark) = nodes[1], case .scalar("null", quoted: true, _) = items[0] else {
      Issue.record("not the list")
      return
    }
    #expect(mark.line == 3)
    do throws(ConfigError) {
      _ = try JSONTree.lines(Array("{}\n{\"a\":x}\n".utf8), file: "r.jsonl")
      Issue.record("accepted")
    } catch {
      #expect(error.description == "r.jsonl:2:6: not valid JSON: no value begins here")
    }
  }
}
