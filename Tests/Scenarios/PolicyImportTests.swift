import Foundation
import Testing

/// `assay policy import` and what it prints, as a person runs them.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built beside the tests"))
struct PolicyImportTests {
  private static let list = """
    <SiPolicy xmlns="urn:schemas-microsoft-com:sipolicy"><Rules><Rule><Option>Enabled:Audit Mode</Option></Rule>\
    <Rule><Option>Enabled:Boot Audit On Failure</Option></Rule></Rules>
    <FileRules><Deny ID="ID_DENY_X" FriendlyName="Example" Hash="\(String(repeating: "AB", count: 32))"/></FileRules>
    <SigningScenarios><SigningScenario Value="131" ID="S"><ProductSigners><FileRulesRef><FileRuleRef RuleID="ID_DENY_X"/></FileRulesRef>\
    </ProductSigners></SigningScenario></SigningScenarios></SiPolicy>
    """

  @Test func printsAPolicyThatNamesTheFile() throws {
    let scratch = try Scratch()
    try Data(Self.list.utf8).write(to: scratch.url("list.xml"))
    let folder = scratch.url("x").deletingLastPathComponent().path
    let outcome = try RunningTool.run(["policy", "import", "list.xml"], in: folder)
    #expect(outcome.status == 0)
    #expect(
      outcome.output
        == "# list.xml: App Control policy\nversion: 1\nmode: monitor\ndeny:\n  - {file: \"list.xml\"}\ndefault: builtin:m1045\n")
    #expect(outcome.errors.contains("kept whole: 1 digests denied"))
    #expect(outcome.errors.contains("option Enabled:Boot Audit On Failure is not judged by"))
    try Data(outcome.output.utf8).write(to: scratch.url("p.yaml"))
    let checked = try RunningTool.run(["policy", "check", "p.yaml"], in: folder)
    #expect(checked.status == 0 && checked.output == "p.yaml: ok\n" && checked.errors.contains("1 digests denied"))
    let shown = try RunningTool.run(["policy", "show", "p.yaml"], in: folder)
    #expect(shown.output.contains("file: \"list.xml\""))
  }

  @Test(arguments: [
    ("<a/>", "the root element is <a>"), ("<SiPolicy", "xml"), ("hello", "no App Control, AppLocker or Santa policy"),
    ("{}", "JSON of no kind"),
    ("<!DOCTYPE a><a/>", "document type declaration"),
  ]) func refusesWhatItCannotKeep(_ text: String, _ message: String) throws {
    let scratch = try Scratch()
    try Data(text.utf8).write(to: scratch.url("list"))
    let outcome = try RunningTool.run(["policy", "import", scratch.url("list").path])
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    #expect(outcome.errors.contains(message) || message == "xml", "\(outcome.errors)")
  }
}
