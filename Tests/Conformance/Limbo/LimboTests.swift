import Foundation
import Testing

import AssayPKI

private let folder = ProcessInfo.processInfo.environment["ASSAY_CORPUS"].map { $0 + "/reliability/x509-limbo" }

@Suite struct LimboTests {
  @Test(.enabled(if: folder != nil, "ASSAY_CORPUS is not set")) func everyCase() throws {
    let folder = try #require(folder)
    let cases = try LimboFile.load(folder).testcases
    #expect(cases.count == 9_780)
    #expect(Set(cases.map(\.id)).count == cases.count)
    let native = try LimboFile.loadNative(folder).testcases
    #expect(native.map(\.id) == cases.filter { !$0.isBetterTLS }.map(\.id))

    let excused = try NotApplicable.load()
    var score = LimboScore()
    var verifier = LimboVerifier()
    for test in cases {
      if excused.reason(test) != nil {
        score.skip(test)
        continue
      }
      let refusal = verifier.refusal(test)
      score.count(test, accepted: refusal == nil)
      #expect((refusal == nil) == test.expectsSuccess, "\(test.id) must be \(test.expected_result): \(refusal ?? ["accepted"])")
    }
    #expect(excused.unused(cases).isEmpty, "lines of NotApplicable.txt that excuse nothing: \(excused.unused(cases))")
    #expect(score.betterTLS.notApplicable == 0)
    #expect(score.native.notApplicable <= 60)

    score.codeSigning = try CodeSigningRun.run(cases, &verifier)
    #expect(score.codeSigning.wrong.isEmpty, "\(score.codeSigning.wrong.joined(separator: "\n"))")
    score.peers = try LimboPeers.load(folder, cases)
    print(score.line)
    try score.write()
  }
}
