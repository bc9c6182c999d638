import AssayCore
import AssayRender
import Foundation
import Testing

@Suite struct SARIFTests {
  private func run(_ reports: [JudgedReport]) throws -> [String: Any] {
    let text = Samples.render(.sarif, reports)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["version"] as? String == "2.1.0")
    return try #require((object["runs"] as? [[String: Any]])?.first)
  }

  @Test func kindsAndLevels() throws {
    let results = try #require(try run(try Samples.mixed())["results"] as? [[String: Any]])
    let rows = results.map { "\($0["ruleId"] ?? "") \($0["kind"] ?? "") \($0["level"] ?? "")" }
    #expect(
      rows == [
        "verdict.accepted pass none", "pe.digest.mismatch fail error", "io.denied open none",
        "verdict.not-judged notApplicable none",
      ])
  }

  /// Behind the rest, and with their rules; where the note is of a file that is no code, too.
  @Test func notesAreInformational() throws {
    var reports = try Samples.mixed()
    for index in reports.indices {
      reports[index].report.findings.append(Finding("pki.path.issuer-missing", .note, "the issuer is not at hand", offset: 7))
      reports[index].report.findings.append(Finding("pe.page.layout", .warning, "pages lie oddly"))
    }
    let results = try #require(try run(reports)["results"] as? [[String: Any]])
    let rows = results.map { "\($0["ruleId"] ?? "") \($0["kind"] ?? "") \($0["level"] ?? "")" }
    let (warning, note) = ("pe.page.layout fail warning", "pki.path.issuer-missing informational none")
    #expect(
      rows == [
        "verdict.accepted pass none", warning, note, "pe.digest.mismatch fail error", warning, note, "io.denied open none",
        warning, note, "verdict.not-judged notApplicable none", note,
      ])
    let place = ((results[2]["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any])?["region"]
    #expect(place as? [String: Int] == ["byteOffset": 7])
  }

  @Test func everyRuleUsedIsListedOnce() throws {
    var reports = try Samples.mixed()
    reports[0].report.findings.append(Finding("unlisted.note", .note, "a note of a rule that nobody listed"))
    let run = try run(reports)
    let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    let rules = try #require(driver["rules"] as? [[String: Any]]).compactMap { $0["id"] as? String }
    #expect(Set(rules).count == rules.count)
    let used = try #require(run["results"] as? [[String: Any]]).compactMap { $0["ruleId"] as? String }
    #expect(Set(used).isSubset(of: rules) && used.contains("unlisted.note") && rules.contains("pki.path.issuer-missing"))
  }

  @Test func techniquesAreTaxa() throws {
    let run = try run([try Samples.tampered()])
    let result = try #require((run["results"] as? [[String: Any]])?.first)
    #expect((result["taxa"] as? [[String: Any]])?.map { $0["id"] as? String } == ["T1036.001", "T1554"])
    let taxonomy = try #require((run["taxonomies"] as? [[String: Any]])?.first)
    #expect(taxonomy["version"] as? String == "18.1")
    let taxa = taxonomy["taxa"] as? [[String: Any]]
    #expect(taxa?.first?["helpUri"] as? String == "https://attack.mitre.org/techniques/T1036/001/")
  }

  @Test func theFingerprintFollowsTheContentNotTheName() throws {
    func fingerprint(_ target: String) throws -> String? {
      let result = try #require((try run([try Samples.tampered(target)])["results"] as? [[String: Any]])?.first)
      return (result["partialFingerprints"] as? [String: String])?["assayArtifactRule/v1"]
    }
    let first = try fingerprint("a/b.exe")
    #expect(try first == fingerprint("c.exe") && first?.hasSuffix(":pe.digest.mismatch") == true)
  }

  @Test func placesAreReferencesAndOffsets() throws {
    let result = try #require((try run([try Samples.tampered("/a b/ü%\n.exe")])["results"] as? [[String: Any]])?.first)
    let place = try #require(((result["locations"] as? [[String: Any]])?.first)?["physicalLocation"] as? [String: Any])
    #expect((place["artifactLocation"] as? [String: String])?["uri"] == "file:///a%20b/%C3%BC%25%0A.exe")
    #expect((place["region"] as? [String: Int]) == ["byteOffset": 4660])
  }

  @Test(arguments: Hostile.all) func hostileNamesStayStrings(_ name: String) throws {
    #expect(try run([try Samples.tampered(name, signer: name)])["results"] != nil)
  }

  @Test func nothingSeenIsStillARun() throws {
    #expect((try run([])["results"] as? [Any])?.isEmpty == true)
  }
}
