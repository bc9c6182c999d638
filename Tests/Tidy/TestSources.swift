/// The sources of all tests, read once: which test stands where.
struct TestSources: Sendable {
  static let all = TestSources()

  /// Paths by `Type.function` of each test.
  private let tests: [String: [String]]
  /// Paths by the name of each type that a file declares or extends at its outermost level.
  private let types: [String: [String]]

  private init() {
    var tests: [String: [String]] = [:]
    var types: [String: [String]] = [:]
    for path in Repository.swift where path.hasPrefix("Tests/") && !path.hasPrefix("Tests/Support/") {
      var type = ""
      var isTest = false
      for line in Repository.lines(path) {
        if let declared = TestSources.type(declaredIn: line) {
          type = declared
          types[type, default: []].append(path)
        }
        if line.contains("@Test") { isTest = true }
        guard let function = TestSources.function(declaredIn: line) else { continue }
        if isTest { tests["\(type).\(function)", default: []].append(path) }
        isTest = false
      }
    }
    self.tests = tests
    self.types = types
  }

  var count: Int { tests.count }

  /// The file that a test `Type.function` stands in; nil where there is none.
  func path(of test: some StringProtocol) -> String? { tests[String(test)]?.first }

  /// Nil where a file declares the suite and the test in it and, of `Type.function: case`, names the case in quotes.
  func fault(of name: String) -> String? {
    guard let colon = name.firstRange(of: ": ") else { return fault(ofTest: name) }
    if let fault = fault(ofTest: String(name[..<colon.lowerBound])) { return fault }
    let quoted = "\"\(name[colon.upperBound...])\""
    let type = name.prefix { $0 != "." }
    return (types[String(type)] ?? []).contains { Repository.text($0).contains(quoted) } ? nil : "the suite names no such case"
  }

  private func fault(ofTest name: String) -> String? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return "is not Suite.function" }
    guard types[String(parts[0])] != nil else { return "no file declares the suite" }
    return tests[name] == nil ? "the suite has no such test" : nil
  }

  private static func type(declaredIn line: Substring) -> String? {
    guard let first = line.utf8.first, first != 0x20, first != 0x2F, first != 0x7D else { return nil }
    let words = line.split(separator: " ")
    guard let keyword = words.firstIndex(where: { ["struct", "extension", "enum", "class"].contains($0) }),
      keyword + 1 < words.count
    else { return nil }
    return identifier(words[keyword + 1])
  }

  /// `func name(`, alone or behind its mark; helpers that are private or static are none.
  private static func function(declaredIn line: Substring) -> String? {
    let text = line.drop { $0 == " " }
    if text.hasPrefix("func ") { return identifier(text.dropFirst(5)) }
    guard text.hasPrefix("@Test"), let place = text.firstRange(of: " func ") else { return nil }
    return identifier(text[place.upperBound...])
  }

  private static func identifier(_ text: Substring) -> String { String(text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }) }
}
