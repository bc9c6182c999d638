import Foundation
import Testing

/// Catalogs on the command line and in a scanned tree.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct CatalogScenarioTests {
  /// A small disk with its trust.
  private static let disk: Result<Scratch, any Error> = Result {
    let scratch = try Scratch()
    let made = try RunningTool.run(
      ["disk", "--files", "100", "--catalogs", "4", "--megabytes", "1", scratch.url("made").path], program: RunningTool.maker)
    #expect(made.status == 0, "\(made.errors)")
    return scratch
  }
  private func place(_ name: String) throws -> String { try Self.disk.get().url("made/" + name).path }
  private func trust() throws -> [String] { ["--trust", try place("trust/root.pem"), "--at", "2026-11-23"] }
  /// A program that is in a catalog, and the folder of catalogs.
  private let program = "disk/Windows/SysWOW64/component2.dll"
  private let root = "disk/Windows/System32/CatRoot"

  @Test("a scan takes the catalogs of its tree: what they list is trusted, what none lists is not")
  func scan() throws {
    let outcome = try RunningTool.run(["scan", try place("disk"), "--format", "jsonl"] + trust())
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.status == 1)
    #expect(lines.count { $0.contains("\"kind\":\"catalog\"") } == 80)
    #expect(lines.count { $0.contains("\"state\":\"trusted\",\"decision\"") } == 89)
    #expect(lines.count { $0.contains("\"state\":\"unsigned\"") } == 2)
    #expect(lines.count { $0.contains("\"format\":\"catalog\"") } == 4)
    for jobs in ["1", "3"] {
      let again = try RunningTool.run(["scan", try place("disk"), "--format", "jsonl", "--jobs", jobs] + trust())
      #expect(again.output == outcome.output)
    }
  }

  @Test("a catalog in the tree is reported as it is alone, and only once")
  func catalogItself() throws {
    let name = "{F750E6C3-38EE-11D1-85E5-00C04FC295EE}/Package_0_for_KB5000000.cat"
    let alone = try RunningTool.run(["verify", "--format", "jsonl", try place(root + "/" + name)] + trust())
    let scanned = try RunningTool.run(["scan", "--format", "jsonl", try place(root)] + trust())
    let line = try #require(scanned.output.split(separator: "\n").first { $0.contains("Package_0_") })
    func tail(_ text: Substring) -> Substring { text.drop { $0 != "," } }
    #expect(tail(line) == tail(Substring(alone.output.split(separator: "\n").first ?? "")))
    #expect(line.contains("\"state\":\"trusted\""))
  }

  @Test("--catalog names a file or a folder")
  func option() throws {
    let path = try place(program)
    #expect(try RunningTool.run(["verify", path] + trust()).status == 1)
    let verified = try RunningTool.run(["verify", path, "--catalog", try place(root), "-v"] + trust())
    #expect(verified.status == 0, "\(verified.errors)")
    let explained = try RunningTool.run(["explain", path, "--catalog", try place(root)] + trust())
    #expect(explained.status == 0)
    #expect(explained.output.contains("catalog membership") && explained.output.contains("component2.dll"))
    let without = try RunningTool.run(["explain", path] + trust())
    #expect(without.output.contains("no catalog at hand lists it"))
  }

  @Test(
    "what is named and is no catalog is the operator's mistake",
    arguments: [
      ("trust/root.pem", "root.pem"), ("trust", "holds no .cat file"), ("nothing.cat", "there is no such file"),
    ])
  func mistakes(name: String, words: String) throws {
    let outcome = try RunningTool.run(["verify", try place(program), "--catalog", try place(name)] + trust())
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("--catalog") && outcome.errors.contains(words), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test("the version of the tree's kernel is compared with OSAttr")
  func otherSystem() throws {
    // The disk's members are for Windows 10.0; its kernel here says 1.2.
    let scratch = try Scratch()
    let copy = scratch.url("disk").path
    try FileManager.default.copyItem(atPath: try place("disk"), toPath: copy)
    try FileManager.default.copyItem(
      atPath: copy + "/Windows/SysWOW64/component2.dll", toPath: copy + "/Windows/System32/ntoskrnl.exe")
    let outcome = try RunningTool.run(["scan", copy, "--format", "jsonl"] + trust())
    #expect(outcome.output.contains("catalog.member.other-system"))
    #expect(outcome.output.contains("\"expected\":\"2:1.2\""))
    let before = try RunningTool.run(["scan", try place("disk"), "--format", "jsonl"] + trust())
    #expect(!before.output.contains("catalog.member.other-system"))
  }
}
