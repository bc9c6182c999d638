import AssayBytes
import AssayCore
import AssayEngine
import AssayPolicy
import AssayTrustData
import Testing

@Suite struct ScannerTests {
  private func scanner(jobs: Int) throws -> Scanner {
    let policy = try #require(CompiledPolicy.builtin("m1045", names: .windows))
    return Scanner(assessor: Assessor(formats: [FakeFormat.self]), context: noTrust, policy: policy, jobs: jobs)
  }

  private func item(_ target: String, _ text: String) -> ScanItem {
    let name = target.split(separator: "/").last.map(String.init) ?? target
    return ScanItem(target: target, name: name) { () throws(ParseError) in MemorySource(Array(text.utf8)) }
  }

  private func run(_ events: [ScanEvent], jobs: Int, limit: Int = .max) throws -> [JudgedReport] {
    var rest = events[...]
    var reports: [JudgedReport] = []
    try scanner(jobs: jobs).run {
      rest.popFirst()
    } emit: {
      reports.append($0)
      return reports.count < limit
    }
    return reports
  }

  @Test(arguments: [1, 2, 7])
  func ordersAsTheWalkDoes(jobs: Int) throws {
    let states = ["trusted", "untrusted", "tampered", ""]
    let events = (0..<3_000).map { ScanEvent.item(item("f\($0)", "fake:\(states[$0 % 4])")) }
    let reports = try run(events, jobs: jobs)
    #expect(reports.map(\.report.target) == (0..<3_000).map { "f\($0)" })
    #expect(reports[2].report.state == .tampered && reports[3].report.state == .unsigned)
  }

  @Test(arguments: [1, 3])
  func stopsWhenNobodyReads(jobs: Int) throws {
    let events = (0..<2_000).map { ScanEvent.item(item("f\($0)", "fake:trusted")) }
    #expect(try run(events, jobs: jobs, limit: 5).count == 5)
  }

  @Test(arguments: [1, 2])
  func problemsAndUnopenedItemsAreReports(jobs: Int) throws {
    let gone = ScanItem(target: "gone", name: "gone") { () throws(ParseError) in
      throw ParseError("io.missing", "there is no such file")
    }
    let reports = try run([.problem(target: "sealed", ParseError("io.denied", "no")), .item(gone)], jobs: jobs)
    #expect(reports.map(\.report.state) == [.notAssessed, .notAssessed])
    #expect(reports.map { $0.report.findings[0].code } == ["io.denied", "io.missing"])
  }

  @Test(arguments: [1, 4])
  func programsStartedAheadKeepTheirPlace(jobs: Int) throws {
    let programs = (0..<600).map { item("d/p\($0).exe", "fake:trusted") }
    var events: [ScanEvent] = [.enter(programs: []), .enter(programs: programs), .item(item("d/a.dll", "fake:"))]
    events += programs.map { .item($0) }
    events += [.leave, .item(item("z", "fake:")), .leave]
    let targets = try run(events, jobs: jobs).map(\.report.target)
    #expect(targets == ["d/a.dll"] + programs.map(\.target) + ["z"])
  }

  @Test func emptyFoldersAloneEnd() throws {
    #expect(try run([.enter(programs: []), .enter(programs: []), .leave, .leave], jobs: 2).isEmpty)
  }

  @Test func programsAreChosenBesideLibrariesOnly() {
    func chosen(_ names: [String]) -> [String] {
      Scanner.programs(among: names.map { Array($0.utf8) }).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(chosen(["a.exe", "b.DLL", "c.EXE"]) == ["a.exe", "c.EXE"])
    #expect(chosen(["a.exe", "b.txt"]) == [])
    #expect(chosen((0..<400).map { "p\($0).exe" } + ["x.dll"]).count == Scanner.folderProgramLimit)
  }
}

@Suite struct PathGlobTests {
  @Test(arguments: [
    ("*.exe", "a/b.exe", true), ("*.exe", "a/b.exe.txt", false), ("a/*.exe", "a/b.exe", true), ("a/*.exe", "a/c/b.exe", false),
    ("a/**/*.exe", "a/c/d/b.exe", true), ("a/**/*.exe", "a/b.exe", true), ("node_modules", "x/node_modules", true),
    ("/top", "top", true), ("b?", "a/bc", true), ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("a\\*", "a*", true),
    ("a\\*", "ab", false), ("[", "[", true), ("*a*a*a*a*a*a*a*b", String(repeating: "a", count: 2_000), false),
  ])
  func matches(pattern: String, path: String, expected: Bool) {
    #expect(PathGlob(pattern).matches(Array(path.utf8)) == expected)
  }
}
