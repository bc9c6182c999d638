import AssayCore
import AssayRender
import Foundation
import Testing

/// What a scan of a Windows disk has beside files with signatures: catalogs, what the configuration starts, odd names, counts.
@Suite struct ScanOutputTests {
  private static let catalogName = "Windows/System32/CatRoot/{F750E6C3}/a b.cat"

  private static func inCatalog() -> JudgedReport {
    var judged = Samples.plain("Windows/System32/x.dll", .trusted, .accept)
    var signature = SignatureReport(kind: .catalog, index: 0, state: .trusted)
    signature.findings = [Finding("catalog.member.found", .note, "listed in it", found: catalogName)]
    judged.report.signatures = [signature]
    return judged
  }

  /// A file that the configuration starts with two commands, each of them unquoted.
  private static func started() -> JudgedReport {
    var judged = Samples.plain("x.exe", .trusted, .accept)
    judged.report.findings = ["C:\\A.exe", "C:\\B.exe"].map {
      Finding("inventory.command.unquoted", .warning, "the command has spaces and no quotes", found: $0)
    }
    return judged
  }

  private func cells(_ judged: JudgedReport) -> [String: String] {
    let lines = Samples.render(.csv, [judged]).components(separatedBy: "\r\n")
    return Dictionary(uniqueKeysWithValues: zip(Hostile.cells(lines[0]), Hostile.cells(lines[1])))
  }

  private func results(_ judged: JudgedReport) throws -> [[String: Any]] {
    let text = Samples.render(.sarif, [judged])
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    return try #require((object["runs"] as? [[String: Any]])?.first?["results"] as? [[String: Any]])
  }

  private func uri(_ target: String) throws -> String? {
    let place = (try results(Samples.plain(target, .unsigned, .reject)).first?["locations"] as? [[String: Any]])?.first
    return ((place?["physicalLocation"] as? [String: Any])?["artifactLocation"] as? [String: String])?["uri"]
  }

  @Test func theCatalogThatListsAFileIsNamed() throws {
    let row = cells(Self.inCatalog())
    #expect(row["signatureKind"] == "catalog" && row["catalog"] == Self.catalogName)
    #expect(Samples.render(.html, [Self.inCatalog()]).contains("signature 0, catalog \(Self.catalogName)</dt>"))
    let related = try #require(try results(Self.inCatalog()).first?["relatedLocations"] as? [[String: Any]]).first
    let place = (related?["physicalLocation"] as? [String: Any])?["artifactLocation"] as? [String: String]
    #expect(place?["uri"] == "Windows/System32/CatRoot/%7BF750E6C3%7D/a%20b.cat")
    // No other kind has one.
    #expect(try results(Samples.plain("a", .trusted, .accept)).first?["relatedLocations"] == nil)
  }

  @Test func findingsOfOneRuleStayTwo() throws {
    let prints = try results(Self.started()).compactMap { ($0["partialFingerprints"] as? [String: String])?.values.first }
    #expect(prints.count == 3 && Set(prints).count == 3)
    #expect(
      prints.dropFirst() == ["target:x.exe:inventory.command.unquoted", "target:x.exe:inventory.command.unquoted:2"])
  }

  @Test func rowsOfATableSayWhatWasFound() {
    #expect(
      cells(Self.started())["details"]
        == "inventory.command.unquoted: the command has spaces and no quotes (found C:\\A.exe) | "
        + "inventory.command.unquoted: the command has spaces and no quotes (found C:\\B.exe)")
  }

  @Test(
    "a reference to a name that is no UTF-8 has its octets, one to a name with a backslash has the backslash",
    arguments: [
      ("a/\\xff\\xfe.exe", "a/%FF%FE.exe"), ("a/\\xFF.exe", "a/%5CxFF.exe"), ("a/\\x41.exe", "a/%5Cx41.exe"),
      ("a/\\xf", "a/%5Cxf"), ("a/\\", "a/%5C"), ("a/\\x\\xff", "a/%5Cx%FF"),
    ])
  func references(_ target: String, _ wanted: String) throws {
    #expect(try uri(target) == wanted)
  }

  @Test(arguments: ["=1+1", "+1", "-1", "@A1", "\u{FF1D}1", "\u{FF0B}1", "\u{FF0D}1", "\u{FF20}A1"])
  func noCellIsAFormula(_ name: String) {
    #expect(cells(Samples.plain(name, .unsigned, .reject))["target"] == "'" + name)
  }

  @Test func aSemicolonPartsNoCell() {
    #expect(Samples.render(.csv, [Samples.plain("a;=1", .unsigned, .reject)]).contains("\r\n\"a;=1\",pe"))
  }

  @Test func aWatchingPolicySaysWhatItWouldDo() {
    let reports = [
      Samples.plain("a", .unsigned, .reject, mode: .monitor), Samples.plain("b", .notAssessed, .undecided, mode: .monitor),
    ]
    let run = Samples.run(mode: .monitor)
    let junit = Samples.render(.junit, reports, run: run)
    #expect(junit.contains("<system-out>monitor: would be rejected: state is unsigned</system-out>"))
    #expect(junit.contains("<system-out>monitor: would be undecided: state is not-assessed</system-out>"))
    #expect(Markup.isWellFormed(junit) && junit.contains("failures=\"0\" errors=\"0\""))
    let page = Samples.render(.html, reports, run: run)
    #expect(page.contains("<td>would reject</td>") && page.contains("1 would be rejected"))
    #expect(Samples.render(.navigator, reports, run: run).contains("mode monitor"))
  }

  @Test func whatPassesWithAWarningSaysSo() {
    let text = Samples.render(.junit, [Self.started(), Samples.plain("good", .trusted, .accept)])
    #expect(text.contains("<system-out>inventory.command.unquoted: the command has spaces and no quotes (found C:\\A.exe)\n"))
    #expect(text.contains("name=\"good\"/>") && Markup.isWellFormed(text))
  }

  @Test("every form that sums up has the denominators and why", arguments: [OutputFormat.html, .navigator, .junit, .json, .sarif])
  func denominators(_ format: OutputFormat) throws {
    let text = Samples.render(format, try Samples.mixed())
    let words: [String] =
      switch format {
      case .html, .navigator: ["3 files judged of 4 seen, 1 not judged, since they are no code; 1 not assessed: io.denied 1"]
      case .junit:
        [
          "<property name=\"seen\" value=\"4\"/>", "<property name=\"judged\" value=\"3\"/>",
          "<property name=\"not judged, no code\" value=\"1\"/>", "<property name=\"not assessed because\" value=\"io.denied 1\"/>",
          "<property name=\"ATT&amp;CK T1554\" value=\"1 of 3 accepted, 1 rejected, 1 not assessed: io.denied 1\"/>",
        ]
      default: ["\"seen\":4,\"judged\":3,\"notCode\":1", "\"notAssessedBecause\":{\"io.denied\":1}"]
      }
    for word in words { #expect(text.contains(word), "\(format): \(word)") }
  }
}
