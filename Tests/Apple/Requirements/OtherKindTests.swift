import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI
import Testing

/// Requirements of what a program loads and of what runs a script, and those that nobody can evaluate from here.
struct OtherKindTests {
  private typealias R = RequirementSpec
  private typealias L = LibraryValidationTests

  private static func signed(_ requirements: [(Int, [UInt8])], _ spec: CodeSignatureSpec = L.signature()) -> CodeSignatureSpec {
    spec.with { $0.requirements = R.set(requirements) }
  }
  private static let team = R.team("ASSAYTEAM1")

  private func program(_ requirement: [UInt8], _ library: [UInt8]?) throws -> Report {
    var files = ["opt/a": L.program.sign(Self.signed([(4, requirement)]))]
    files["opt/l.dylib"] = library
    return try L.judge(files).report
  }

  private func rung(_ report: Report, _ kind: String) -> Rung? {
    report.signatures.first?.ladder.rungs.first { $0.name == "\(kind) requirement" }
  }
  private func codes(_ report: Report) -> [String] {
    report.signatures.flatMap(\.findings).map(\.code).filter { $0.hasPrefix("requirement.") }
  }

  @Test func librariesThatSatisfyIt() throws {
    let report = try program(Self.team, L.library.sign(L.signature()))
    #expect(report.state == .trusted && codes(report).isEmpty, "\(codes(report))")
    let found = try #require(rung(report, "library"))
    let words = "1 satisfy it; besides, 1 of the system's own are in the shared cache alone"
    #expect(found.outcome == .passed && found.message == words, "\(found.message)")
  }

  @Test(arguments: [
    ("another team", L.library.sign(L.signature("OTHERTEAM1"))), ("ad hoc", L.library.sign(CodeSignatureSpec())),
    ("unsigned", L.library.build()),
  ])
  func librariesThatDoNot(_ what: String, _ library: [UInt8]) throws {
    let report = try program(Self.team, library)
    // No system refuses the program for it.
    #expect(report.state == .trusted && codes(report) == ["requirement.library.unsatisfied"], "\(what): \(codes(report))")
    let finding = try #require(report.signatures[0].findings.first { $0.code == "requirement.library.unsatisfied" })
    #expect(
      finding.severity == .warning && finding.message.hasPrefix("/opt/l.dylib does not satisfy the library requirement of /opt/a"))
    #expect(rung(report, "library")?.outcome == .failed && report.attack.contains("T1546.006"))
  }

  @Test func whatIsNotKnownIsSaid() throws {
    // Whether a library is notarized is asked of Apple.
    let unknown = try program(R.op(21), L.library.sign(L.signature()))
    #expect(unknown.state == .trusted && codes(unknown) == ["requirement.kind.not-evaluated"])
    #expect(rung(unknown, "library")?.outcome == .notEstablished)
    // The one of its own is missing; the rest is the system's.
    let missing = try program(Self.team, nil)
    #expect(codes(missing) == ["requirement.kind.not-evaluated"])
    #expect(rung(missing, "library")?.message.contains("shared cache") == true, "\(rung(missing, "library")?.message ?? "")")
  }

  /// A requirement of 64 KiB for each of many libraries is work that others would make for this tool.
  @Test func whatIsAskedIsLimited() throws {
    let paths = (0..<60).map { "/opt/l\($0).dylib" }
    // Nested to one side it would be too deep to be read.
    func balanced(_ count: Int) -> [UInt8] {
      count == 1
        ? R.op(8, R.data([UInt8](repeating: 7, count: 20))) : R.op(7, balanced(count / 2), balanced(count - count / 2))
    }
    let image = MachOSpec().with { $0.dylibs = paths.map { .init($0) } }
    let program = image.sign(Self.signed([(4, balanced(1_500))]))
    var files = ["opt/a": program]
    for path in paths { files[String(path.dropFirst())] = L.library.build() }
    let report = try L.judge(files).report
    let note = try #require(report.signatures[0].findings.first { $0.code == "requirement.kind.not-evaluated" })
    #expect(note.message.contains("more: only ") && codes(report).filter { $0 == "requirement.library.unsatisfied" }.count == 8)
    #expect(rung(report, "library")?.message.hasSuffix("that could be asked do not satisfy it") == true)
  }

  @Test func withoutSurroundingsEachKindIsNoted() throws {
    let kinds = [(1, R.op(1)), (2, R.op(0)), (4, R.op(0)), (5, R.op(0)), (9, R.op(1))]
    let report = MachOJudging()(MachOSpec().sign(Self.signed(kinds)))
    #expect(report.state == .trusted)
    let notes = report.signatures[0].findings.filter { $0.code == "requirement.kind.not-evaluated" }
    #expect(notes.count == 5 && notes.allSatisfy { $0.severity == .note })
    for kind in ["host", "guest", "library", "plugin", "9"] {
      #expect(notes.contains { $0.message.hasPrefix("the \(kind) requirement is not evaluated: ") }, "\(kind)")
      #expect(rung(report, kind)?.outcome == .notEstablished)
    }
  }

  @Test func partsOfABundleAreAskedToo() throws {
    // Each image of a universal program makes its own.
    let both = MachOSpec.universal([
      (.x86_64, MachOSpec(.x86_64).with { $0.dylibs = L.program.dylibs }.sign(Self.signed([(4, Self.team)]))),
      (.arm64, L.program.sign(Self.signed([(4, R.op(0))]))),
    ])
    let report = try L.judge(["opt/a": both, "opt/l.dylib": L.library.sign(L.signature())]).report
    #expect(report.signatures.map { $0.findings.contains { $0.code == "requirement.library.unsatisfied" } } == [false, true])
  }

  // MARK: - Scripts

  private static let shell = MachOSpec().with { $0.seed = 4 }.sign(
    CodeSignatureSpec(AppleTestCA.developer()).with { ($0.identifier, $0.team) = ("com.example.sh", "ASSAYTEAM1") })

  private func script(
    _ requirement: [UInt8], _ text: [UInt8] = AppleScriptSpec.shell, interpreter: [UInt8]? = shell, volume: String? = ""
  ) throws -> Report {
    var tree = MemoryTree(["Library/LaunchDaemons": .folder, "Users": .folder, "opt/a.sh": .file(text)])
    if let interpreter { tree["bin/sh"] = .file(interpreter) }
    let spec = CodeSignatureSpec.script(AppleTestCA.developer()).with {
      $0.team = "ASSAYTEAM1"
      $0.requirements = R.set([(1, requirement)])
    }
    tree.attributes["opt/a.sh"] = Dictionary(uniqueKeysWithValues: spec.attributes(over: text).map { ($0.name, $0.octets) })
    var artifact = try Artifact(target: "opt/a.sh", name: "a.sh", source: try tree.open("opt/a.sh"))
    artifact.place = TreePlace(tree, path: "opt/a.sh")
    let context = try L.context()
    var work = Work()
    var report = Assessor().assess(artifact, in: context, &work)
    let around = tree
    LibraryJudging().complete(&report, in: { Surroundings(around, path: "opt/a.sh", volume: volume) }, context, &work)
    return report
  }

  @Test func theInterpreterIsAskedWhereItIsKnown() throws {
    let good = try script(R.identifier("com.example.sh"))
    #expect(good.state == .trusted && codes(good).isEmpty && rung(good, "host")?.outcome == .passed, "\(codes(good))")
    let spaced = try script(R.identifier("com.example.sh"), Array("#! /bin/sh -e\n".utf8))
    #expect(rung(spaced, "host")?.outcome == .passed)
    let bad = try script(R.identifier("com.apple.sh"))
    #expect(bad.state == .trusted && codes(bad) == ["requirement.host.unsatisfied"])
    #expect(
      bad.signatures[0].findings.contains { $0.message.hasPrefix("/bin/sh does not satisfy the host requirement of opt/a.sh") })
    let replaced = try script(R.identifier("com.example.sh"), interpreter: MachOSpec().build())
    #expect(codes(replaced) == ["requirement.host.unsatisfied"])
  }

  @Test func elsewhereItIsNot() throws {
    for report in [
      try script(R.op(0), interpreter: nil), try script(R.op(0), volume: nil), try script(R.op(0), Array("#!\n".utf8)),
      try script(R.op(0), Array("#!sh\n".utf8)), try script(R.op(0), Array("#!/bin\n".utf8)),
    ] {
      #expect(report.state == .trusted && codes(report) == ["requirement.kind.not-evaluated"], "\(codes(report))")
    }
  }
}
