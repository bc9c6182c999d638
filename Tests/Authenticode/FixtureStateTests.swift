import AssayBytes
import AssayCore
import AssayEngine
import AssayPKI
import Foundation
import Testing

/// Every committed example has the state that its manifest gives it, with `Fixtures/trust` as the only trust.
struct FixtureStateTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Fixtures")

  @Test func everyRow() throws {
    let context = try FixtureStateTests.context()
    let lines = try String(contentsOf: FixtureStateTests.folder.appendingPathComponent("manifest.tsv"), encoding: .utf8)
      .split(separator: "\n").dropFirst()
    var judged = 0
    for line in lines {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      // An archive holds a folder: those are unpacked and judged by BundleFixtureTests.
      guard fields.count >= 6, !fields[0].hasPrefix("trust/"), !fields[0].hasSuffix(".tar") else { continue }
      let bytes = [UInt8](try Data(contentsOf: FixtureStateTests.folder.appendingPathComponent(fields[0])))
      let name = fields[0].split(separator: "/").last.map(String.init) ?? ""
      var work = Work()
      let report = Assessor().assess(try Artifact(target: name, name: name, source: MemorySource(bytes)), in: context, &work)
      let wanted = fields[4].split(separator: "|").map(String.init)
      #expect(wanted.contains(report.state.rawValue), "\(fields[0]): \(report.state) \(report.codes.sorted())")
      if fields[5] != "-" {
        let words = (report.findings + report.signatures.flatMap(\.findings)).map { "\($0.code) \($0.message)" }
        #expect(words.contains { $0.contains(fields[5]) }, "\(fields[0]): no finding with \(fields[5]) in \(words)")
      }
      judged += 1
    }
    #expect(judged >= 174)
  }

  static func context() throws -> TrustContext {
    let text = try String(contentsOf: folder.appendingPathComponent("trust/root.pem"), encoding: .utf8)
    var budget = Budget()
    var anchors: [TrustAnchor] = []
    for part in text.components(separatedBy: "-----BEGIN CERTIFICATE-----").dropFirst() {
      let body = part.components(separatedBy: "-----END").first ?? ""
      let der = try #require(Base64.decode(body.utf8, ignoringSpace: true))
      anchors.append(TrustAnchor(try Certificate(encoded: der[...], &budget), bundle: "fixtures"))
    }
    #expect(anchors.count == 2)
    var context = TrustContext(trust: TrustStore(anchors: anchors), now: Judging.now)
    context.revocation.crls = [Array(try Data(contentsOf: folder.appendingPathComponent("trust/code-signing.crl")))[...]]
    return context
  }
}
