import AssayCore
import Testing

/// Every Mach-O file of the corpus has the state and the cdhashes that EXPECT.tsv gives it.
struct AppleStateTests {
  @Test(.enabled(if: AppleCorpus.folder != nil, "ASSAY_CORPUS is not set: real Apple code is not judged"))
  func everyMachO() throws {
    let folder = try #require(AppleCorpus.folder)
    // Bundles have no cdhash of their own.
    let rows = try WindowsCorpus.table("\(folder)/EXPECT.tsv").filter { !($0["cdhash"] ?? "").isEmpty }
    #expect(rows.count == 27)
    var (agree, compared) = (0, 0)
    for row in rows {
      let path = try #require(row["path"])
      let report = try AppleCorpus.report(path)
      let wanted = try #require(row["state"]).split(separator: "|").map(String.init)
      #expect(report.format == "macho")
      if wanted.contains(report.state.rawValue) { agree += 1 }
      #expect(wanted.contains(report.state.rawValue), "\(path): \(report.state) \(report.codes.sorted())")
      var hashes: [String: String] = [:]
      for digest in report.digests where digest.name.hasPrefix("cdhash-") {
        hashes[String(digest.name.dropFirst("cdhash-".count))] = digest.value
      }
      for part in try #require(row["cdhash"]).split(separator: " ") {
        let words = part.split(separator: ":").map(String.init)
        compared += 1
        #expect(hashes[words[0]] ?? "-" == words[1], "\(path), \(words[0])")
      }
      for signature in report.signatures {
        #expect((signature.signer != nil) == (signature.state == .trusted), "\(path): proof goes with trust")
      }
    }
    try AppleCorpus.score("apple", [("files", rows.count), ("statesAsExpected", agree), ("cdhashesCompared", compared)])
  }
}
