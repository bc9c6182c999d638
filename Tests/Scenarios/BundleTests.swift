import Foundation
import Testing

/// A bundle is one thing: named, scanned and explained.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct BundleTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Fixtures")

  /// A bundle of Fixtures, unpacked by the system's tar.
  private func unpack(_ name: String, into scratch: Scratch) throws -> String {
    let place = scratch.place("tree/\(name).bundle")
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let archive = BundleTests.fixtures.appendingPathComponent("bundle/\(name)/Sample.bundle.tar").path
    #expect(try RunningTool.run(["-xf", archive, "-C", place], program: "/bin/tar").status == 0)
    return place
  }

  private var trust: [String] {
    ["--trust", BundleTests.fixtures.appendingPathComponent("trust/root.pem").path, "--at", "2026-11-23T00:00:00Z"]
  }

  @Test func verifyTakesAFolder() throws {
    let scratch = try Scratch()
    let (good, bad) = (try unpack("good", into: scratch), try unpack("altered", into: scratch))
    #expect(try RunningTool.run(["verify", good] + trust).status == 0)
    #expect(try RunningTool.run(["verify", bad] + trust).status == 1)
    let explained = try RunningTool.run(["explain", bad] + trust).output.replacing("\n", with: " ")
    for word in ["Contents/Resources/main.txt", "^Resources/", "expected", "found"] { #expect(explained.contains(word), "\(word)") }
    // A folder that is no bundle is not judged as one.
    #expect(try RunningTool.run(["verify", scratch.place("tree")] + trust).status == 3)
  }

  @Test func aScanTellsEachBundleOnce() throws {
    let scratch = try Scratch()
    for name in ["good", "altered", "unsigned"] { _ = try unpack(name, into: scratch) }
    let script = scratch.place("tree/unsigned.bundle/Contents/Resources/run.ps1")
    try Data("exit\r\n".utf8).write(to: URL(fileURLWithPath: script))
    let outcome = try RunningTool.run(["scan", scratch.place("tree"), "--format", "jsonl"] + trust)
    let targets = outcome.output.split(separator: "\n").compactMap { line in
      line.firstMatch(of: /"target":"([^"]*)"/).map { String($0.1) }
    }
    // What is in a bundle without seal comes by itself.
    #expect(
      targets == ["altered.bundle", "good.bundle", "unsigned.bundle", "unsigned.bundle/Contents/Resources/run.ps1"], "\(targets)")
    #expect(outcome.status == 1)
    let alone = try RunningTool.run([scratch.place("tree/good.bundle"), "--format", "jsonl"] + trust)
    #expect(alone.status == 0 && alone.output.contains("\"format\":\"bundle\""))
  }
}
