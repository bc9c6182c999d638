import AssayCore
import AssayRender
import Foundation
import Testing

@Suite struct JSONTests {
  /// Key order is part of the promise, so the whole line is compared.
  @Test func aReportIsTheContractsExample() throws {
    let judged = try Samples.tampered("C/x.sys")
    let lines = Samples.render(.jsonl, [judged]).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 2 && lines[1].isEmpty)
    let signer = try #require(judged.report.signatures[0].signerFacts)
    let digest = String(repeating: "0123456789abcdef", count: 4).dropLast(2)
    let expected = """
      {"target":"C/x.sys","format":"pe","roles":["executable"],"state":"tampered","decision":"reject","rule":"windows code",\
      "reason":"state is tampered, the rule demands trusted","digests":{"authenticode-sha256":"cd\(digest)"},\
      "signatures":[{"kind":"embedded","index":0,"state":"tampered","digestAlgorithm":"sha256",\
      "signer":{"subject":"CN=Example Signing,O=Example Ltd,C=XX","commonName":"Example Signing","organization":"Example Ltd",\
      "teamID":null,"sha256":"\(signer.sha256)","spkiSHA256":"\(signer.spkiSHA256)","notBefore":"2024-01-01T00:00:00Z",\
      "notAfter":"2049-01-01T00:00:00Z","path":["CN=Example Signing,O=Example Ltd,C=XX"],"anchor":null,"anchorBundle":null},\
      "time":{"source":"rfc3161","value":"2026-03-02T10:11:12Z","authority":"Example Time"},"revocation":"not-established"}],\
      "findings":[{"code":"pe.digest.mismatch","severity":"failure","message":"the content is not what was signed","offset":4660,\
      "expected":"ab\(digest)","found":"cd\(digest)"}],"attack":["T1036.001","T1554"],"nested":[],\
      "isCode":true,"identity":null}
      """
    #expect(String(lines[0]) == expected)
    #expect(signer.sha256.count == 64 && signer.spkiSHA256.count == 64 && signer.sha256 != signer.spkiSHA256)
  }

  @Test func oneObjectHoldsHeadReportsAndSummary() throws {
    let text = Samples.render(.json, try Samples.mixed())
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(Set(object.keys) == ["schema", "tool", "policy", "trust", "reports", "summary"])
    #expect(object["schema"] as? String == "assay.report/1")
    let reports = try #require(object["reports"] as? [[String: Any]])
    #expect(reports.map { $0["target"] as? String } == ["a/good.exe", "a/x.exe", "b/gap.exe", "b/readme"])
    #expect(reports[0]["rule"] is NSNull)
    let summary = try #require(object["summary"] as? [String: Any])
    #expect(summary["seen"] as? Int == 4 && summary["judged"] as? Int == 3 && summary["notCode"] as? Int == 1)
    #expect((summary["decisions"] as? [String: Int]) == ["accept": 1, "reject": 1, "undecided": 1])
    #expect((summary["states"] as? [String: Int])?.count == State.allCases.count)
    #expect((summary["notAssessedBecause"] as? [String: Int]) == ["io.denied": 1])
    var row = try #require((summary["attack"] as? [String: [String: Any]])?["T1554"])
    #expect((row.removeValue(forKey: "notAssessedBecause") as? [String: Int]) == ["io.denied": 1])
    #expect((row as? [String: Int]) == ["seen": 3, "accepted": 1, "failing": 1, "notAssessed": 1])
  }

  @Test func noReportIsAnEmptyArray() throws {
    let object = try JSONSerialization.jsonObject(with: Data(Samples.render(.json, []).utf8)) as? [String: Any]
    #expect((object?["reports"] as? [Any])?.isEmpty == true)
    #expect(Samples.render(.jsonl, []) == "")
  }

  @Test func anAcceptedFileIsASignOfNothing() {
    #expect(Samples.render(.jsonl, [Samples.plain("a", .trusted, .accept)]).contains("\"attack\":[]"))
    #expect(Samples.render(.jsonl, [Samples.plain("a", .unsigned, .reject)]).contains("\"attack\":[\"T1554\"]"))
  }

  @Test func onlyAWatchingPolicyMarksItsReports() {
    #expect(!Samples.render(.jsonl, [Samples.plain("a", .unsigned, .reject)]).contains("\"mode\""))
    #expect(Samples.render(.jsonl, [Samples.plain("a", .unsigned, .reject, mode: .monitor)]).contains("\"mode\":\"monitor\""))
  }

  @Test func identityIsWhatTheFileSays() throws {
    var judged = Samples.plain("a", .unsigned, .reject)
    judged.report.identity.companyName = "Example Ltd"
    #expect(
      Samples.render(.jsonl, [judged]).contains(
        "\"identity\":{\"companyName\":\"Example Ltd\",\"productName\":null,\"fileDescription\":null,\"originalFilename\":null,"))
  }

  @Test func theLadderIsExtra() throws {
    let judged = try Samples.tampered()
    var renderer = JSONRenderer(ladder: true)
    let text = renderer.begin(Samples.run("explain")) + renderer.add(judged) + renderer.end(Summary())
    #expect(text.contains("\"ladder\":[{\"name\":\"content digest\",\"outcome\":\"failed\""))
    #expect(text.contains("\"platform\":{\"call\":\"WinVerifyTrust\",\"status\":\"HashMismatch\",\"code\":\"0x80096010\""))
    #expect(!Samples.render(.json, [judged]).contains("ladder"))
  }

  @Test(arguments: Hostile.all) func hostileTextComesBackAsItWas(_ text: String) throws {
    let line = Samples.render(.jsonl, [Samples.plain(text, .unsigned, .reject)])
    #expect(line.unicodeScalars.dropLast().allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && !Hostile.moves($0) })
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    // Compared by scalars: Swift's == folds canonical equivalents.
    #expect((object?["target"] as? String).map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
  }
}
