import AssayPolicy
import Testing

@Suite struct GlobTests {
  @Test(arguments: [
    ("a", "a", true), ("a", "b", false), ("a", "a/b", false), ("a", "", false), ("*", "abc", true), ("*", "", true),
    ("*", "a/b", false),
    ("a*c", "abbc", true), ("a*c", "ac", true), ("a*c", "ab", false), ("a*c", "a/c", false), ("*.exe", "x.exe", true),
    ("?", "a", true),
    ("?", "", false), ("?", "/", false), ("?", "é", true), ("??", "é", false), ("a?c", "aéc", true), ("?", "ab", false),
    ("[ab]", "a", true), ("[ab]", "c", false), ("[a-c]x", "bx", true), ("[!a-c]", "b", false), ("[!a-c]", "d", true),
    ("[!a]", "é", true),
    ("[!a]", "/", false), ("[]]", "]", true), ("[a-]", "-", true), ("opt/corp/**", "opt/corp/a", true),
    ("opt/corp/**", "opt/corp/a/b/c", true), ("opt/corp/**", "opt/corp", false), ("opt/corp/**", "opt/corporate/a", false),
    ("**", "a/b/c", true), ("**", "", true), ("**/x", "x", true), ("**/x", "a/x", true), ("**/x", "a/b/x", true),
    ("**/x", "ax", false),
    ("**/x", "a/bx", false), ("a/**/x", "a/x", true), ("a/**/x", "a/b/c/x", true), ("a/**/x", "ab/x", false),
    ("**/a/**", "x/a/y/z", true),
    ("**/**/x", "a/x", true), ("/opt/x", "opt/x", true), ("./opt/x", "opt/x", true), ("**/*.d[l]l", "a/b/c.dll", true),
    ("a*b*c", "abbcbc", true), ("x*", "y", false),
  ])
  func matches(pattern: String, text: String, expected: Bool) throws {
    #expect(try Glob(pattern).matches(Array(text.utf8), foldingCase: false) == expected)
  }

  @Test func caseIsFoldedWhereAsked() throws {
    let glob = try Glob("Windows/[a-c]*.EXE")
    #expect(glob.matches(Array("wINDOWS/Bx.exe".utf8), foldingCase: true))
    #expect(!glob.matches(Array("wINDOWS/Bx.exe".utf8), foldingCase: false))
  }

  @Test(arguments: ["", "/", "a\\b", "a/../b", "a**", "**a", "***", "[a", "[z-a]", "[/]", String(repeating: "a", count: 1_025)])
  func refuses(pattern: String) {
    #expect(throws: Glob.Problem.self) { try Glob(pattern) }
  }

  /// A pattern that makes a backtracking matcher take ages.
  @Test func costIsBounded() throws {
    let glob = try Glob(String(repeating: "a*", count: 60) + "b")
    let start = ContinuousClock.now
    #expect(!glob.matches([UInt8](repeating: 0x61, count: 5_000), foldingCase: false))
    #expect(ContinuousClock.now - start < .seconds(20))
  }
}
