import AssayBytes
import Glibc
import Testing

import AssayApple

@Suite struct PathPatternTests {
  static func matches(_ patterns: [String], _ path: String, steps: Int = 1_000_000) throws -> [Int] {
    var budget = Budget(steps: steps)
    var parsed: [PathPattern] = []
    for pattern in patterns { parsed.append(try PathPattern(Array(pattern.utf8), &budget)) }
    var automaton = try PathAutomaton(parsed, &budget)
    return try automaton.matches(path.utf8, &budget)
  }

  static let apple = [
    ".*\\.dSYM($|/)", "^(.*/)?\\.DS_Store$",
    "^(Frameworks|SharedFrameworks|PlugIns|Plug-ins|XPCServices|Helpers|MacOS|Library/(Automator|Spotlight|LoginItems))/", "^.*",
    "^Info\\.plist$", "^Resources/.*\\.lproj/", "^[^/]+$",
  ]

  @Test(arguments: [
    ("Resources/a.lproj/x", [3, 5]), ("Info.plist", [3, 4, 6]), ("Info_plist", [3, 6]), ("Library/Spotlight/x", [2, 3]),
    ("Library/Other/x", [3]), ("a/.DS_Store", [1, 3]), (".DS_Store", [1, 3, 6]), ("x.dSYM", [0, 3, 6]), ("x.dSYM/y", [0, 3]),
    ("x.dSYMy", [3, 6]), ("", [3]), ("a\nInfo.plist", [3, 6]),
  ])
  func applesOwnRules(path: String, found: [Int]) throws {
    #expect(try PathPatternTests.matches(PathPatternTests.apple, path) == found)
  }

  @Test(arguments: [
    "\\1", "a\\", "\\d", "*a", "(*a)", "a{", "a{2", "a{3,2}", "a{256}", "[a", "[[.a.]]", "[[=a=]]", "[[:own:]]", "(a", "a)", "^*",
    "[z-a]", "+",
  ])
  func whatIsNotSupportedIsSaid(pattern: String) {
    #expect { try PathPatternTests.matches([pattern], "a") } throws: {
      ($0 as? ParseError)?.code == "coderesources.rule.unsupported"
    }
  }

  @Test func hostilePatternsSpendTheBudget() throws {
    for pattern in [
      "(a*)*b", "((((a?){200}){200}){200}){200}", "(a|a)*(a|a)*(a|a)*c", "(.*.*.*.*)*x", "(a|b|ab)*(.?){255}(.?){255}c",
    ] {
      do {
        _ = try PathPatternTests.matches([pattern], String(repeating: "ab", count: 2_000), steps: 3_000_000)
      } catch let error as ParseError {
        #expect(error.isLimit, "\(pattern): \(error)")
      }
    }
    let deep = String(repeating: "(", count: 100) + "a" + String(repeating: ")", count: 100)
    #expect { try PathPatternTests.matches([deep], "a") } throws: { ($0 as? ParseError)?.code == "limit.depth" }
    let wide = String(repeating: "abcdefghij", count: 2_001)
    #expect { try PathPatternTests.matches([wide], "a") } throws: { ($0 as? ParseError)?.code == "limit.rule-states" }
  }

  /// More states than are kept: what is forgotten is built again.
  @Test func forgottenStatesComeBack() throws {
    let pattern = "a" + String(repeating: "[ab]", count: 11) + "$"
    var generator = Draws(seed: 5)
    var budget = Budget(steps: 100_000_000)
    var automaton = try PathAutomaton([try PathPattern(Array(pattern.utf8), &budget)], &budget)
    for _ in 0..<200 {
      let path = (0..<60).map { _ in UInt8(ascii: "a") + UInt8(generator.below(2)) }
      #expect(try automaton.matches(path, &budget).isEmpty == (path[48] != UInt8(ascii: "a")))
    }
  }

  /// The system's regcomp and regexec as the oracle, on random patterns and paths.
  @Test func agreesWithTheSystem() throws {
    var generator = Draws(seed: 77)
    var compared = 0
    for _ in 0..<2_500 {
      let pattern = PathPatternTests.random(&generator, depth: 0)
      // glibc repeats an anchor in a group wrongly: `(x|b$){2}` is found in "b" followed by anything.
      if pattern.contains("$"), pattern.contains("{") || pattern.contains("+") { continue }
      var regex = regex_t()
      guard regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) == 0 else { continue }
      defer { regfree(&regex) }
      for _ in 0..<8 {
        let path = String((0..<generator.below(9)).map { _ in "ab/.x".randomElement(using: &generator) ?? "a" })
        guard let found = try? PathPatternTests.matches([pattern], path) else { continue }
        compared += 1
        #expect((regexec(&regex, path, 0, nil, 0) == 0) == (found == [0]), "\(pattern) on \(path)")
      }
    }
    #expect(compared > 10_000, "\(compared)")
  }

  private static func random(_ draws: inout Draws, depth: Int) -> String {
    var text = ""
    for _ in 0...draws.below(3) {
      switch draws.below(depth > 2 ? 7 : 10) {
      case 0: text += "."
      case 1: text += "\\."
      case 2: text += "[^/]"
      case 3: text += "[a-b.]"
      case 4: text += ["a", "b", "/", "x"][draws.below(4)]
      case 5: text += depth == 0 && text.isEmpty ? "^" : "a"
      case 6: text += "ab"
      case 7: text += "(" + random(&draws, depth: depth + 1) + ")"
      case 8: text += "(" + random(&draws, depth: depth + 1) + "|" + random(&draws, depth: depth + 1) + ")"
      default: text += "(" + random(&draws, depth: depth + 1) + "|b$)"
      }
      let isAnchor = text.hasSuffix("^") || text.hasSuffix("$")
      if !isAnchor, draws.below(3) == 0 { text += ["*", "+", "?", "{1,2}", "{2}", "{0,}"][draws.below(6)] }
    }
    return text
  }
}

/// The same numbers each time.
struct Draws: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    var mixed = state
    mixed = (mixed ^ (mixed >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    return mixed ^ (mixed >> 33)
  }
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
