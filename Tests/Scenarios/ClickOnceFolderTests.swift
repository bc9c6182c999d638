import AssayMaker
import Foundation
import Testing

/// A publisher's folder with a ClickOnce manifest and what it names, named by itself and scanned.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct ClickOnceFolderTests {
  private static let program = PESpec().build()

  private func folder(_ change: [String: [UInt8]] = [:]) throws -> Scratch {
    let scratch = try Scratch()
    let spec = ClickOnceSpec(TestCA.code()).with { $0.files = [("App.exe", Self.program), ("de\\texts.dll", [1, 2, 3])] }
    var files = ["App.exe.deploy": Self.program, "de/texts.dll.deploy": [1, 2, 3], "App.exe.manifest": spec.sign()]
    files.merge(change) { $1 }
    for (name, octets) in files {
      let url = scratch.url("app/\(name)")
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(octets).write(to: url)
    }
    try Data(TestCA.codeRoot.pem.utf8).write(to: scratch.url("root.pem"))
    return scratch
  }

  private func line(_ verb: String, _ target: String, _ scratch: Scratch, in folder: String? = nil) throws -> ReportLine {
    let outcome = try RunningTool.run(
      [verb, target, "--format", "jsonl", "--trust", scratch.place("root.pem"), "--at", "2026-11-23"], in: folder)
    return try #require(
      try ReportLine.all(in: outcome.output).first { $0.target.hasSuffix("App.exe.manifest") }, "\(outcome.errors)")
  }

  @Test func filesBesideAreHeldAgainstTheManifest() throws {
    let good = try folder()
    let bad = try folder(["de/texts.dll.deploy": [1, 2, 4]])
    for (scratch, state) in [(good, "trusted"), (bad, "tampered")] {
      let lines = [
        try line("verify", scratch.place("app/App.exe.manifest"), scratch), try line("scan", scratch.place("app"), scratch),
        try line("verify", "App.exe.manifest", scratch, in: scratch.place("app")),
      ]
      for line in lines {
        #expect(line.state == state, "\(line)")
        let altered = line.findings.filter { $0.code == "clickonce.file.altered" }
        #expect(
          altered.map(\.message) == (state == "trusted" ? [] : ["de/texts.dll.deploy is not the file that the manifest names"]))
      }
    }
  }

  /// What a link leads to is not the file that stands there, and nothing outside is read.
  @Test func aLinkIsNotFollowed() throws {
    let scratch = try folder()
    try FileManager.default.removeItem(at: scratch.url("app/App.exe.deploy"))
    try Data(Self.program).write(to: scratch.url("elsewhere.exe"))
    try FileManager.default.createSymbolicLink(
      atPath: scratch.place("app/App.exe.deploy"), withDestinationPath: scratch.place("elsewhere.exe"))
    let line = try line("verify", scratch.place("app/App.exe.manifest"), scratch)
    #expect(line.state == "not-assessed" && line.findings.contains { $0.code == "clickonce.file.unreadable" }, "\(line)")
  }
}
