import Foundation
import Testing

/// Every attack of the two lists has tests, by name: a row names test functions that exist in the sources, or says why it has none.
///
/// A row: number, attack, verdict, tests. Tests are `Suite.function`, separated by `; `; for a table of cases
/// `Suite.function: case`, where the case's name stands in quotes in the same file. A row without tests says `open: why`.
struct AttackListTests {
  struct List: Sendable, CustomStringConvertible {
    let description: String
    let count: Int
    /// Rows that may still be open; only ever lowered.
    let open: Int
  }

  static let lists = [List(description: "apple", count: 42, open: 0)]
  static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardized

  @Test(arguments: lists) func everyAttackHasItsTests(list: List) throws {
    let path = Self.tests.appendingPathComponent("Conformance/Attacks/\(list).tsv")
    let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    #expect(lines.first == ["number", "attack", "verdict", "tests"])
    let rows = Array(lines.dropFirst())
    #expect(rows.map { Int($0[0]) } == Array(1...list.count), "every number once and in order")
    let sources = try TestSources(Self.tests)
    var open: [String] = []
    for row in rows {
      guard row.count == 4, !row[1].isEmpty, !row[2].isEmpty, !row[3].isEmpty else {
        Issue.record("\(list) \(row.first ?? ""): a row has four filled columns")
        continue
      }
      if row[3].hasPrefix("open: ") {
        open.append("\(row[0]) (\(row[3].dropFirst(6)))")
        continue
      }
      for name in row[3].components(separatedBy: "; ") {
        if let fault = sources.fault(of: name) { Issue.record("\(list) \(row[0]): \(name): \(fault)") }
      }
    }
    print("attacks on \(list): \(rows.count) rows, \(open.count) open\(open.isEmpty ? "" : ": " + open.joined(separator: ", "))")
    #expect(open.count <= list.open, "\(open)")
  }

  @Test func namesThatDoNotExistAreSeen() throws {
    let sources = try TestSources(Self.tests)
    #expect(sources.fault(of: "AttackListTests.namesThatDoNotExistAreSeen") == nil)
    for name in ["AttackListTests.gone", "Nobody.namesThatDoNotExistAreSeen", "AttackListTests.lists", "nothing", ""] {
      #expect(sources.fault(of: name) != nil, "\(name)")
    }
    // A function that is no test, and a case that stands in no quotes.
    #expect(sources.fault(of: "TestSources.fault") != nil)
    #expect(sources.fault(of: "AttackListTests.everyAttackHasItsTests: " + "apple") == nil)
    #expect(sources.fault(of: "AttackListTests.everyAttackHasItsTests: " + "ap" + "ples") != nil)
  }
}

/// The sources of all tests, to be asked whether a test is there.
struct TestSources {
  private let files: [String]

  init(_ folder: URL) throws {
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    files = try names.filter { $0.hasSuffix(".swift") }.sorted().map {
      try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)
    }
  }

  /// Nil where a file declares the suite and the test in it, and names the case.
  func fault(of name: String) -> String? {
    let halves = name.components(separatedBy: ": ")
    let parts = halves[0].split(separator: ".").map(String.init)
    guard parts.count == 2 else { return "is not Suite.function" }
    let suites = files.filter { $0.contains("struct \(parts[0]) ") || $0.contains("extension \(parts[0]) ") }
    guard !suites.isEmpty else { return "no file declares the suite" }
    let holders = suites.filter { TestSources.declaresTest(parts[1], in: $0) }
    guard !holders.isEmpty else { return "the suite has no such test" }
    guard halves.count > 1 else { return nil }
    let quoted = "\"\(halves.dropFirst().joined(separator: ": "))\""
    return suites.contains { $0.contains(quoted) } ? nil : "the suite names no such case"
  }

  /// `@Test func name(` or `@Test(...) func name(`, with nothing declared between the two.
  private static func declaresTest(_ name: String, in text: String) -> Bool {
    var from = text.startIndex
    while let place = text.range(of: "func \(name)(", range: from..<text.endIndex) {
      if let mark = text.range(of: "@Test", options: .backwards, range: text.startIndex..<place.lowerBound) {
        let between = text[mark.upperBound..<place.lowerBound]
        if !between.contains("func "), !between.contains("\n  }") { return true }
      }
      from = place.upperBound
    }
    return false
  }
}
