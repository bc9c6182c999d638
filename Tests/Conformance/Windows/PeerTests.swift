import AssayCore
import Foundation
import Testing

/// Where peers answer otherwise, the file Deviations/windows.tsv says why; an unlisted difference fails, and so does a listed one
/// that is none.
struct PeerTests {
  static let peers = ["osslsigncode_2.9", "signify_0.9.3", "LIEF_1.0.0"]

  /// A peer's words as one of three answers; nil where it did not judge.
  static func answer(_ words: String) -> String? {
    let text = words.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    if text.isEmpty || text == "n/a" || text == "notPE" { return nil }
    if text == "OK" || text.hasPrefix("OK ") { return "accepts" }
    if text.hasPrefix("FAIL nosig") || text.hasPrefix("NOT_SIGNED") || text == "NO_SIGNATURE" { return "unsigned" }
    return "rejects"
  }

  static func answer(_ state: State) -> String {
    switch state {
    case .trusted: "accepts"
    case .unsigned: "unsigned"
    default: "rejects"
    }
  }

  @Test(.enabled(if: WindowsCorpus.folder != nil, "ASSAY_CORPUS is not set: peers are not compared"))
  func everyDifferenceHasItsReason() throws {
    let folder = try #require(WindowsCorpus.folder)
    var listed: [String: String] = [:]
    for row in try WindowsCorpus.table(WindowsCorpus.deviations) {
      let key = ["path", "peer", "peer says", "we say"].map { row[$0] ?? "" }.joined(separator: "\t")
      listed[key] = row["reason"]
      #expect((row["reason"] ?? "").count > 20, "\(key)")
    }
    var seen: Set<String> = []
    var compared = 0
    for row in try WindowsCorpus.table("\(folder)/INDEX.tsv") {
      guard let path = row["path"], WindowsCorpus.isOurs(path) else { continue }
      let report = try WindowsCorpus.report(path)
      guard report.format == "pe" || report.format == "powershell" else { continue }
      for peer in PeerTests.peers {
        guard let theirs = PeerTests.answer(row[peer] ?? "") else { continue }
        compared += 1
        if theirs == PeerTests.answer(report.state) { continue }
        let key = [path, peer, theirs, report.state.rawValue].joined(separator: "\t")
        seen.insert(key)
        #expect(listed[key] != nil, "unlisted: \(key)")
      }
    }
    #expect(compared >= 150)
    for key in listed.keys { #expect(seen.contains(key), "no difference any more: \(key)") }
  }
}
