import Foundation
import Testing

/// What README and the documents show is what the tool answers, run again on examples made for it.
@Suite(
  .enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"),
  .enabled(if: DocumentTests.hasPython, "no python3 here"))
struct TranscriptTests {
  private func check(_ readme: String?) throws -> Outcome {
    let root = DocumentTests.root
    guard let readme else {
      return try RunningTool.run(
        ["--check"], environment: ["ASSAY": RunningTool.path], program: root.appendingPathComponent("Scripts/transcripts").path)
    }
    // The script reads the documents beside itself.
    let scratch = try Scratch()
    try scratch.write("README.md", readme)
    for (name, text) in [("CONTRIBUTING.md", ""), ("Docs/x.md", "")] { try scratch.write(name, text) }
    let script = try String(contentsOf: root.appendingPathComponent("Scripts/transcripts"), encoding: .utf8)
    let copy = try scratch.write("Scripts/transcripts", script)
    chmod(copy, 0o755)
    return try RunningTool.run(["--check"], environment: ["ASSAY": RunningTool.path], program: copy)
  }

  @Test func everyTranscriptHolds() throws {
    let outcome = try check(nil)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func aWrongTranscriptIsNoticed() throws {
    let good = "```console\n$ ./assay verify missing.exe --quiet\n...\n$ echo $?\n3\n```\n"
    #expect(try check(good).status == 0)
    #expect(try check(good.replacing("\n3\n", with: "\n0\n")).status == 1)
    #expect(try check(good.replacing("...", with: "all is well")).status == 1)
  }
}
