import Foundation
import Testing

/// `verify --requirement` as text, from a file and in the form that `csreq -b` writes.
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

  // MARK: - On signed code

  private static let tool = DocumentTests.root.appendingPathComponent("Fixtures/macho/good/tool").path
  private static let trust = DocumentTests.root.appendingPathComponent("Fixtures/trust/root.pem").path

  private func verify(_ requirement: String, _ more: [String] = []) throws -> Outcome {
    try RunningTool.run(
      ["verify", Self.tool, "--trust", Self.trust, "--at", "2026-11-23T00:00:00Z", "--requirement", requirement] + more)
  }

  /// `identifier "com.example.tool"`, written by hand.
  private static let named: [UInt8] =
    [0xFA, 0xDE, 0x0C, 0x00, 0, 0, 0, 36, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 16] + Array("com.example.tool".utf8)

  @Test func eachWayOfGivingItDecidesAlike() throws {
    let scratch = try Scratch()
    let binary = scratch.place("r.bin")
    try Data(Self.named).write(to: URL(fileURLWithPath: binary))
    var other = Self.named
    other[35] = 0x6D
    let otherBinary = scratch.place("other.bin")
    try Data(other).write(to: URL(fileURLWithPath: otherBinary))
    let text = try scratch.write("r.txt", "# who it is\nidentifier \"com.example.tool\"\n  and anchor trusted\n")
    let otherText = try scratch.write("other.txt", "identifier \"com.example.toom\"\n")
    for good in ["identifier \"com.example.tool\"", "@" + text, "@" + binary, "!identifier other"] {
      let outcome = try verify(good)
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(good): \(outcome.output)")
    }
    for wrong in ["identifier \"com.example.toom\"", "@" + otherText, "@" + otherBinary] {
      let outcome = try verify(wrong)
      #expect(
        outcome.status == 1 && outcome.output.contains("does not satisfy \"identifier \"com.example.toom\"\""), "\(outcome.output)")
      // The state is what it was: the requirement is the operator's.
      #expect(outcome.output.hasPrefix("trusted "))
    }
    // What nobody can tell is no acceptance.
    #expect(try verify("notarized").status == 3)
    #expect(try verify("!notarized").status == 3)
  }

  @Test(arguments: [
    ("identifier \"com.example.tool\" andd true", "--requirement:1:31:"), ("identifier", "--requirement:1:11:"),
    ("", "--requirement:1:1:"), ("identifier x and\n  certificate leaf[bogus.1]", "--requirement:2:"),
    ("designated => true", "--requirement:1:1:"), ("anchor apple)", "--requirement:1:13:"),
  ])
  func wrongTextIsAnErrorWithItsPlace(_ text: String, _ place: String) throws {
    let direct = try verify(text)
    #expect(direct.status == 2 && direct.output == "" && direct.errors.contains(place), "\(direct.errors)")
    let scratch = try Scratch()
    let file = try scratch.write("wrong.txt", text)
    let fromFile = try verify("@" + file)
    let filePlace = place.replacingOccurrences(of: "--requirement", with: "wrong.txt")
    #expect(fromFile.status == 2 && fromFile.output == "" && fromFile.errors.contains(filePlace), "\(fromFile.errors)")
  }

  @Test func filesThatCannotBeReadAreErrors() throws {
    let scratch = try Scratch()
    #expect(try verify("@" + scratch.place("none.txt")).status == 2)
    #expect(try verify("@" + scratch.path).status == 2)
    let place = scratch.place("no-text")
    try Data([0x22, 0xFF, 0xFE]).write(to: URL(fileURLWithPath: place))
    let outcome = try verify("@" + place)
    #expect(outcome.status == 2 && outcome.errors.contains("is not UTF-8"), "\(outcome.errors)")
  }

  // MARK: - inspect --requirements

  @Test func requirementsArePrinted() throws {
    let fixtures = DocumentTests.root.appendingPathComponent("Fixtures").path
    func inspect(_ target: String, _ more: [String] = []) throws -> Outcome {
      try RunningTool.run(["inspect", "--requirements", target] + more)
    }
    let adhoc = try inspect("\(fixtures)/macho/adhoc/tool")
    #expect(adhoc.status == 0 && adhoc.output.contains("\n# designated => cdhash H\""), "\(adhoc.output)")
    let json = try inspect("\(fixtures)/macho/adhoc/tool", ["--format", "json"])
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(object?["schema"] as? String == "assay.requirements/1" && json.status == 0)
    // What is printed can be demanded.
    let printed = try #require(adhoc.output.split(separator: "\n").last).drop { $0 == "#" || $0 == " " }
    let text = String(printed.dropFirst("designated => ".count))
    let demanded = try RunningTool.run(["verify", "\(fixtures)/macho/adhoc/tool", "--requirement", text])
    #expect(demanded.status == 1 && !demanded.output.contains("does not satisfy"), "\(demanded.output)")
    for (target, words) in [
      ("\(fixtures)/macho/unsigned/tool", "no code signature"), (Self.trust, "no code signature"),
      (fixtures + "/none", "no such file"),
    ] {
      let outcome = try inspect(target)
      #expect(outcome.status == 3 && outcome.output == "" && outcome.errors.contains(words), "\(outcome.errors)")
    }
  }
}
