import Testing

/// Small pieces: files up to 600 lines, functions up to 70. Tables are excepted; `swift format` holds the columns.
struct SizeTests {
  @Test func filesAreSmall() {
    for path in Repository.swift where !Repository.isTable(path) {
      let count = Repository.lines(path).count
      #expect(count <= 600, "\(path) has \(count) lines, over 600: split it")
    }
  }

  @Test func functionsAreSmall() {
    var seen = 0
    for path in Repository.swift where !Repository.isTable(path) {
      for function in Self.functions(in: Repository.lines(path)) {
        seen += 1
        #expect(function.lines <= 70, "\(path):\(function.start): \(function.lines) lines in one function, over 70")
      }
    }
    #expect(seen > 200, "only \(seen) functions seen: the scan is blind")
  }

  @Test func theCounterSeesALongFunction() {
    let long = ["func a() {"] + [String](repeating: "  call(\"{\")", count: 80) + ["}"]
    #expect(Self.functions(in: long.map { Substring($0) }).map(\.lines) == [82])
  }

  /// Functions and initializers by counting braces outside of strings and comments, from `func` or `init` to the closing brace.
  static func functions(in lines: [Substring]) -> [(start: Int, lines: Int)] {
    var found: [(Int, Int)] = []
    var open: (start: Int, depth: Int, entered: Bool)?
    var depth = 0
    var inText = false
    for (index, line) in lines.enumerated() {
      let quotes = line.ranges(of: "\"\"\"").count
      if inText || quotes % 2 == 1 {
        if quotes % 2 == 1 { inText.toggle() }
        continue
      }
      if open == nil, line.contains(/\b(func \S+|init)[?]?[(<]/), !line.contains("//") { open = (index, depth, false) }
      for character in code(of: line) {
        if character == "{" { depth += 1 }
        if character == "}" { depth -= 1 }
      }
      guard let function = open else { continue }
      if depth > function.depth { open?.entered = true }
      if function.entered || depth > function.depth || line.contains("{") {
        if depth <= function.depth {
          found.append((function.start + 1, index - function.start + 1))
          open = nil
        }
      } else if index - function.start > 12 {
        open = nil  // a requirement of a protocol, without body
      }
    }
    return found
  }

  /// The line without string literals and comments.
  private static func code(of line: Substring) -> String {
    var kept = ""
    var inString = false
    var before: Character = " "
    for character in line {
      if character == "\"", before != "\\" { inString.toggle() } else if !inString { kept.append(character) }
      if kept.hasSuffix("//") { return String(kept.dropLast(2)) }
      before = before == "\\" && character == "\\" ? " " : character
    }
    return kept
  }
}
