import AssayBytes
import AssayCore
import AssayPKI
import AssayRender
import Testing

@Suite struct HTMLTests {
  @Test func thePageStandsAlone() throws {
    let page = Samples.render(.html, try Samples.mixed())
    #expect(Markup.isWellFormed(page))
    #expect(!page.contains("src=") && !page.contains("href=") && !page.contains("@import") && !page.contains("url("))
    #expect(
      page.contains(
        "3 files judged of 4 seen, 1 not judged, since they are no code; 1 not assessed: io.denied 1</strong>: "
          + "1 accepted, 1 rejected, 1 undecided"
      ))
    #expect(
      page.contains(
        "<td>T1554</td><td>Compromise Host Software Binary</td><td>3</td><td>1 of 3</td><td>1 of 3</td><td>1 of 3</td><td>io.denied 1</td>"
      ))
  }

  /// The browser runs and styles only what the hashes name: an injected script would stay dead.
  @Test(arguments: ["script", "style"]) func theHashIsThatOfTheText(_ tag: String) throws {
    let page = Samples.render(.html, [])
    let start = try #require(page.firstRange(of: "<\(tag)>"))
    let end = try #require(page.firstRange(of: "</\(tag)>"))
    let text = Array(page[start.upperBound..<end.lowerBound].utf8)
    #expect(page.contains("\(tag)-src 'sha256-\(Base64.encode(DigestAlgorithm.sha256.digest(text)))'"))
  }

  @Test(arguments: Hostile.all) func nothingFromAFileBecomesMarkup(_ name: String) throws {
    var hostile = try Samples.tampered(name, signer: name)
    hostile.verdict.reason = name
    hostile.verdict.rule = name
    hostile.report.findings[0].message = name
    hostile.report.findings[0].found = name
    var plain = try Samples.tampered("n", signer: "n")
    plain.verdict.reason = "n"
    plain.verdict.rule = "n"
    plain.report.findings[0].message = "n"
    plain.report.findings[0].found = "n"
    let page = Samples.render(.html, [hostile])
    #expect(Markup.tags(page) == Markup.tags(Samples.render(.html, [plain])))
    #expect(page.unicodeScalars.allSatisfy { !Hostile.moves($0) })
  }
}
