import AssayPKI
import Foundation
import Testing

private let folder = ProcessInfo.processInfo.environment["ASSAY_CORPUS"].map { $0 + "/reliability/wycheproof/testvectors_v1" }

/// Every signature vector of Wycheproof against every entry point of PublicKey.
@Suite struct WycheproofTests {
  struct Tally {
    var vectors = 0
    var valid = 0
    var invalid = 0
    var acceptable = 0
    var notOffered = 0
    var wrong: [String] = []

    /// `wycheproof.json` in the folder that ASSAY_SCORES names.
    func score(files: Int) throws {
      guard let folder = ProcessInfo.processInfo.environment["ASSAY_SCORES"] else { return }
      let score: [String: Any] = [
        "suite": "wycheproof", "files": files, "vectors": vectors, "valid": valid, "invalid": invalid, "acceptable": acceptable,
        "notOffered": notOffered, "wrong": wrong.count,
      ]
      let data = try JSONSerialization.data(withJSONObject: score, options: [.prettyPrinted, .sortedKeys])
      try data.write(to: URL(fileURLWithPath: folder + "/wycheproof.json"))
    }
  }

  /// What is done with vectors that Wycheproof leaves to the implementation, by flag. An unlisted flag fails.
  static let acceptable: [String: SignatureCheck] = [
    // DigestInfo without NULL: Docs/Decisions/0002-crypto.md.
    "MissingNull": .valid,
    // A DSA signature whose r lacks the zero that makes it positive: r is a negative INTEGER and out of range.
    "MissingZero": .invalid,
    // Weak, and said so by `isWeak`; whether that is enough is the policy's affair.
    "SmallModulus": .valid, "WeakHash": .valid, "SmallPublicKey": .valid,
  ]

  static func judge(_ path: String) throws -> Tally {
    let file = try JSONDecoder().decode(WycheproofFile.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    let name = URL(fileURLWithPath: path).lastPathComponent
    var tally = Tally()
    for group in file.testGroups {
      let question = WycheproofQuestion(group)
      for vector in group.tests {
        tally.vectors += 1
        let place = "\(name) #\(vector.tcId) \(vector.comment)"
        guard let question else {
          // A key that has no SubjectPublicKeyInfo can reach no certificate.
          if vector.result != "invalid" { tally.wrong.append("\(place): no key") }
          tally.invalid += 1
          continue
        }
        let answers = try question.answers(vector)
        if let problem = problem(vector, question, answers, &tally) { tally.wrong.append("\(place): \(problem)") }
      }
    }
    if tally.vectors != file.numberOfTests { tally.wrong.append("\(name): \(tally.vectors) of \(file.numberOfTests) judged") }
    return tally
  }

  private static func problem(
    _ vector: WycheproofFile.Vector, _ question: WycheproofQuestion, _ answers: [SignatureCheck], _ tally: inout Tally
  ) -> String? {
    guard let answer = answers.first, Set(answers).count == 1 else { return "entry points disagree: \(answers)" }
    if case .foreign = question.form {
      tally.notOffered += 1
      if case .unsupported = answer { return nil }
      return "\(answer), must be unsupported"
    }
    // ML-DSA is offered with the empty context: a signature made with another one must fail.
    let isOtherContext = !(vector.ctx ?? "").isEmpty
    switch vector.result {
    case "valid" where !isOtherContext:
      tally.valid += 1
      return answer == .valid ? nil : "\(answer), must be valid"
    case "acceptable":
      tally.acceptable += 1
      for flag in vector.flags {
        guard let expected = acceptable[flag] else { return "flag \(flag) is not decided" }
        if answer != expected { return "\(answer), decided \(expected) by \(flag)" }
      }
      return vector.flags.isEmpty ? "acceptable without a flag" : nil
    default:
      tally.invalid += 1
      if answer == .invalid { return nil }
      if case .opaque = question.key.kind { return nil }
      return "\(answer), must be invalid"
    }
  }

  @Test(.enabled(if: folder != nil, "ASSAY_CORPUS is not set: Wycheproof vectors are not judged"))
  func everyVector() async throws {
    let folder = try #require(folder)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
    #expect(names.count >= 76)
    let total = try await withThrowingTaskGroup(of: Tally.self) { group in
      for name in names { group.addTask { try WycheproofTests.judge("\(folder)/\(name)") } }
      var total = Tally()
      for try await tally in group {
        total.vectors += tally.vectors
        total.valid += tally.valid
        total.invalid += tally.invalid
        total.acceptable += tally.acceptable
        total.notOffered += tally.notOffered
        total.wrong += tally.wrong
      }
      return total
    }
    print(
      "wycheproof: \(total.vectors) vectors, \(names.count) files, \(total.valid) valid, \(total.invalid) invalid, "
        + "\(total.acceptable) acceptable, \(total.notOffered) not offered, \(total.wrong.count) wrong")
    try total.score(files: names.count)
    #expect(total.wrong.isEmpty, "\(total.wrong.sorted().prefix(40).joined(separator: "\n"))")
    #expect(total.vectors == total.valid + total.invalid + total.acceptable + total.notOffered)
  }
}
