import AssayMaker
import Foundation
import Testing

/// Scripts with their signatures on a real file system, as a person meets them.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct ScriptPlaceTests {
  private static let script = AppleScriptSpec.compiled()
  private static let signature = CodeSignatureSpec.script(AppleTestCA.developer()).with { $0.team = "ASSAYTEAM1" }
  private static let trust = [
    "--trust", DocumentTests.root.appendingPathComponent("Fixtures/trust/root.pem").path, "--at", "2026-11-23T00:00:00Z",
  ]

  private func write(_ octets: [UInt8], _ path: String) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(octets).write(to: url)
  }

  @Test func besideTheFileThroughALinkAndInAScan() throws {
    let scratch = try Scratch()
    let place = scratch.place("tree/Sample.scpt")
    try write(Self.script, place)
    #expect(try RunningTool.run(["verify", place] + Self.trust).status == 1)
    try write(AppleDoubleSpec(Self.signature.attributes(over: Self.script)).encode(), scratch.place("tree/._Sample.scpt"))
    #expect(try RunningTool.run(["verify", place] + Self.trust).status == 0)
    // What is beside a file is beside it, whatever link leads there.
    let link = scratch.place("link.scpt")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: place)
    #expect(try RunningTool.run(["verify", link] + Self.trust).status == 0)
    try write(AppleScriptSpec.text, scratch.place("tree/other.applescript"))
    let scan = try RunningTool.run(["scan", scratch.place("tree"), "--format", "jsonl"] + Self.trust)
    #expect(scan.status == 1 && scan.output.contains("\"T1059.002\""))
    #expect(
      scan.output.contains("\"target\":\"Sample.scpt\",\"format\":\"applescript\",\"roles\":[\"script\"],\"state\":\"trusted\""))
    #expect(
      scan.output.contains(
        "\"target\":\"other.applescript\",\"format\":\"applescript\",\"roles\":[\"script\"],\"state\":\"unsigned\""))
    // Standard input has nothing beside it.
    let input = try RunningTool.run(["verify", "-", "--name", "Sample.scpt"] + Self.trust, input: Data(Self.script))
    #expect(input.status == 1 && input.output.contains("unsigned"))
  }

  @Test func anArchiveIsItsScripts() throws {
    for (name, status) in [("good", Int32(0)), ("tampered", 1), ("stripped", 1)] {
      let target = DocumentTests.root.appendingPathComponent("Fixtures/applescript/\(name)/Sample.tar").path
      #expect(try RunningTool.run(["verify", target] + Self.trust).status == status, "\(name)")
    }
  }
}
