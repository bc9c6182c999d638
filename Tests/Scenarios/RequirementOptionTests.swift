import Foundation
import Testing

/// `--requirement @FILE` with what `csreq -b` writes.
@Suite(.enabled(if: RunningTool.isBuilt, "the tool is not built: swift build"))
struct RequirementOptionTests {
  /// `identifier "x"`, written by hand.
  private static let blob: [UInt8] = [
    0xFA, 0xDE, 0x0C, 0x00, 0, 0, 0, 24, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0x78, 0, 0, 0,
  ]

  private func run(_ octets: [UInt8]) throws -> Outcome {
    let scratch = try Scratch()
    let place = scratch.place("requirement.bin")
    try Data(octets).write(to: URL(fileURLWithPath: place))
    let file = try scratch.write("a.ps1", "x")
    return try RunningTool.run(["verify", file, "--requirement", "@" + place])
  }

  @Test func compiledRequirementsAreRead() throws {
    #expect(try run(Self.blob).status == 1)
    let set: [UInt8] = [0xFA, 0xDE, 0x0C, 0x01, 0, 0, 0, 44, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 20] + Self.blob
    #expect(try run(set).status == 1)
  }

  @Test func brokenOnesEndBeforeAnythingIsJudged() throws {
    let broken: [[UInt8]] = [Array(Self.blob.dropLast(4)), Self.blob + [0, 0, 0, 0], [0xFA, 0xDE, 0x0C, 0x02, 0, 0, 0, 8]]
    for octets in broken {
      let outcome = try run(octets)
      #expect(outcome.status == 2 && outcome.output == "" && outcome.errors.contains("requirement.bin"), "\(outcome.errors)")
    }
    let library: [UInt8] = [0xFA, 0xDE, 0x0C, 0x01, 0, 0, 0, 44, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 20] + Self.blob
    #expect(try run(library).errors.contains("no designated requirement"))
  }
}
