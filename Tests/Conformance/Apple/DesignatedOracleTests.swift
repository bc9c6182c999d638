import AssayApple
import AssayBytes
import AssayCore
import AssayImporters
import AssayPolicy
import Testing

/// codesign embeds the requirement that systems would make, unless it is told another: what is made here from the certificates must be
/// what genuine signed code carries, octet for octet.
struct DesignatedOracleTests {
  @Test(.enabled(if: AppleCorpus.folder != nil, "ASSAY_CORPUS is not set: no genuine requirement is compared"))
  func everyDefaultRequirementIsMadeAgain() throws {
    let folder = try #require(AppleCorpus.folder)
    let rows = try WindowsCorpus.table("\(folder)/EXPECT.tsv").filter { !($0["cdhash"] ?? "").isEmpty }
    var (equal, authored) = (0, 0)
    for row in rows {
      let path = try #require(row["path"])
      var budget = Budget()
      for claim in try MachOArtifact(MemorySource(try AppleCorpus.bytes(path)), &budget).claims {
        guard let code = claim.code, let blob = code.requirements else { continue }
        let set = try RequirementSet(blob: blob[...], &budget)
        guard let embedded = set.entries.first(where: { $0.kind == .designated })?.requirement else { continue }
        let certificates = try claim.claimedPath(&budget).map { CertificateFacts($0) }
        let made = try #require(Requirement.designated(code.identifier, path: certificates), "\(path)")
        // Xcode words it so that one requirement fits both ways of publishing.
        if "\(embedded)".hasPrefix("anchor apple generic and identifier") {
          authored += 1
          #expect(try made.blob() != embedded.blob())
          continue
        }
        #expect(try made.blob() == embedded.blob(), "\(path): \(made)")
        equal += 1
      }
    }
    #expect(equal == 9 && authored == 1, "\(equal) default ones, \(authored) authored")
    try AppleCorpus.score("designated", [("defaultRequirementsMadeAgain", equal), ("authored", authored)])
  }
}
