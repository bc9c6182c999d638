import AssayBytes
import AssayCore
import AssayPKI
import Testing

import AssayEngine

/// A format whose text names what is nested in it: `nest:STATE|inner|inner`, an inner one being a whole text of its own, `~` for `|`.
private enum NestingFormat: SignatureFormat {
  static let id = "nest"
  static let name = "a double with parts"
  static let platform = "any"
  static let extensions: [String] = []
  static let bundles: [String] = []
  static let findingCodes: [FindingCode] = []
  static func recognizes(_ probe: Probe) -> Bool { probe.head.starts(with: Array("nest:".utf8)) }
  static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    let text = String(decoding: try artifact.source.bytes(0..<artifact.source.byteCount).dropFirst(5), as: UTF8.self)
    return NestingArtifact(parts: text.split(separator: "|", omittingEmptySubsequences: false).map(String.init))
  }
}

private struct NestingArtifact: ParsedArtifact {
  let parts: [String]
  let roles: [Role] = []
  var identity: Identity { Identity() }
  let findings: [Finding] = []
  let inspection: [InspectionLine] = []
  var claims: [any Claim] { State(rawValue: parts[0]).map { [FakeClaim(index: 0, state: $0)] } ?? [] }
  func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    measured.nested = parts.dropFirst().enumerated().map { index, text in
      let inner = text == "self" ? "nest:" + parts.joined(separator: "|") : String(text.map { $0 == "~" ? "|" : $0 })
      return NestedArtifact(path: "part\(index)") { report in
        report.state == .stale ? [Finding("fake.part.refused", .failure, "not this one")] : []
      } open: { () throws(ParseError) in
        if text == "gone" { throw ParseError("io.missing", "gone") }
        return try Artifact.text(inner)
      }
    }
    return measured
  }
}

@Suite struct NestedTests {
  private func assess(_ text: String) throws -> Report {
    var work = Work()
    return Assessor(formats: [NestingFormat.self, FakeFormat.self]).assess(try Artifact.text(text), in: noTrust, &work)
  }

  @Test(arguments: [
    ("nest:trusted|fake:trusted", State.trusted), ("nest:trusted|fake:trusted|fake:untrusted", .untrusted),
    ("nest:trusted|fake:", .unsigned), ("nest:trusted|gone", .notAssessed), ("nest:tampered|fake:trusted", .tampered),
    ("nest:trusted|nest:trusted~fake:tampered", .tampered), ("nest:trusted|fake:stale", .tampered),
    ("nest:|fake:trusted", .unsigned),
  ])
  func theWholeIsAsGoodAsItsWorstPart(text: String, state: State) throws {
    let report = try assess(text)
    #expect(report.state == state)
    #expect(report.nested.count == text.split(separator: "|").count - 1)
    if state != .tampered, state != .trusted, text.hasPrefix("nest:t") {
      #expect(report.findings.map(\.code) == ["engine.nested.worse"])
    }
  }

  @Test func aRussianDollEnds() throws {
    var report = try assess("nest:trusted|self")
    #expect(report.state == .notAssessed)
    var depth = 0
    while let inner = report.nested.first {
      report = inner
      depth += 1
    }
    #expect(depth == Assessor.nestedDepthLimit && report.findings.contains { $0.code == "limit.nested-artifacts" })
  }

  @Test func manyDollsEnd() throws {
    let report = try assess("nest:trusted|self|self|self|self")
    #expect(report.state == .notAssessed)
    func count(_ report: Report) -> Int { report.nested.reduce(1) { $0 + count($1) } }
    #expect(count(report) == Assessor.nestedCountLimit + 1)
  }
}
