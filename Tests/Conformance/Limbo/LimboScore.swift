import Foundation

/// What came out, for the one printed line and for the script that writes Docs/Conformance.md.
struct LimboScore: Encodable {
  struct Tally: Encodable {
    var right = 0
    var wrong = 0
    var falseAccepts = 0
    var notApplicable = 0
  }
  var native = Tally()
  var betterTLS = Tally()
  var codeSigning = CodeSigningRun.Tally()
  var peers: [String: LimboPeers.Result] = [:]

  mutating func skip(_ test: LimboCase) {
    if test.isBetterTLS { betterTLS.notApplicable += 1 } else { native.notApplicable += 1 }
  }

  mutating func count(_ test: LimboCase, accepted: Bool) {
    func add(_ tally: inout Tally) {
      if accepted == test.expectsSuccess { tally.right += 1 } else { tally.wrong += 1 }
      if accepted, !test.expectsSuccess { tally.falseAccepts += 1 }
    }
    if test.isBetterTLS { add(&betterTLS) } else { add(&native) }
  }

  var line: String {
    func show(_ name: String, _ tally: Tally) -> String {
      "\(name) \(tally.right) right, \(tally.wrong) wrong, \(tally.notApplicable) not applicable"
    }
    return "x509-limbo: \(show("native", native)); \(show("bettertls", betterTLS)); \(codeSigning.line)"
  }

  /// `limbo.json` in the folder that ASSAY_SCORES names.
  func write() throws {
    guard let folder = ProcessInfo.processInfo.environment["ASSAY_SCORES"] else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(self).write(to: URL(fileURLWithPath: folder + "/limbo.json"))
  }
}

/// The results of other validators over the same file.
enum LimboPeers {
  struct Result: Encodable {
    var native = LimboScore.Tally()
    var betterTLS = LimboScore.Tally()
    /// Cases that the file of results does not hold.
    var notRun = 0
  }
  private struct File: Decodable {
    struct Entry: Decodable {
      let id: String
      let actual_result: String
    }
    let harness: String
    let results: [Entry]
  }

  static func load(_ folder: String, _ cases: [LimboCase]) throws -> [String: Result] {
    var found: [String: Result] = [:]
    for name in ["cv", "gnutls", "ossl", "pyca"] {
      let path = URL(fileURLWithPath: "\(folder)/peer-results/r_\(name).json")
      let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: path))
      let answers = Dictionary(file.results.map { ($0.id, $0.actual_result) }) { first, _ in first }
      var result = Result()
      for test in cases {
        guard let answer = answers[test.id] else {
          result.notRun += 1
          continue
        }
        func add(_ tally: inout LimboScore.Tally) {
          if answer == "SKIPPED" {
            tally.notApplicable += 1
          } else if answer == test.expected_result {
            tally.right += 1
          } else {
            tally.wrong += 1
            if answer == "SUCCESS" { tally.falseAccepts += 1 }
          }
        }
        if test.isBetterTLS { add(&result.betterTLS) } else { add(&result.native) }
      }
      found[file.harness] = result
    }
    return found
  }
}

/// `NotApplicable.txt` and its like: `id reason` or `feature:name reason`, one a line.
struct NotApplicable {
  let reasons: [(key: String, reason: String)]

  static func load(_ file: String = "NotApplicable.txt") throws -> NotApplicable {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(file)
    let lines = try String(contentsOf: path, encoding: .utf8).split(whereSeparator: \.isNewline)
    return NotApplicable(
      reasons: lines.filter { !$0.hasPrefix("#") }.map { line in
        let parts = line.split(separator: " ", maxSplits: 1)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
      })
  }

  private func fits(_ key: String, _ test: LimboCase) -> Bool {
    key == test.id || test.features.contains { "feature:" + $0 == key }
  }
  func reason(_ test: LimboCase) -> String? { reasons.first { fits($0.key, test) && !$0.reason.isEmpty }?.reason }
  func unused(_ cases: [LimboCase]) -> [String] { reasons.filter { line in !cases.contains { fits(line.key, $0) } }.map(\.key) }
}
