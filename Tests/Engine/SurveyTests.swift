import AssayBytes
import AssayCore
import AssayEngine
import AssayInventory
import AssayPolicy
import AssaySystem
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct SurveyTests {
  private func entry(_ name: String, _ path: String?, isPresent: Bool, role: Role = .windowsService) -> InventoryEntry {
    var entry = InventoryEntry(
      role, name: name, origin: "SYSTEM: \(name)", command: "run \(name)", path: path, isPresent: isPresent)
    entry.facts = ["automatic"]
    entry.attack = ["T1543.003"]
    return entry
  }

  private func survey(_ entries: [InventoryEntry], findings: [(path: String, finding: Finding)] = []) -> Survey {
    var inventory = SystemInventory()
    inventory.entries = entries
    inventory.findings = findings
    return Survey(inventory)
  }

  private func completed(_ survey: Survey, _ path: String, format: String? = "pe") -> Report {
    var report = Report(target: path, format: format, state: .unsigned)
    report.isCode = format != nil
    survey.complete(&report, at: Array(path.utf8)) { .none }
    return report
  }

  @Test func startedFilesGetRolesAndNotes() {
    let survey = survey([
      entry("A", "x.exe", isPresent: true), entry("B", "x.exe", isPresent: true, role: .scheduledTask),
      entry("A", "y.bin", isPresent: true),
    ])
    let report = completed(survey, "x.exe")
    #expect(report.roles == [.windowsService, .scheduledTask] && report.attack == ["T1543.003"])
    #expect(report.findings.map(\.code) == ["inventory.started-by", "inventory.started-by"])
    #expect(report.findings.first?.message == "windows-service \"A\", configured in SYSTEM: A; automatic")
    #expect(report.findings.allSatisfy { $0.severity == .note })
    // Whatever the file is, something starts it.
    #expect(completed(survey, "y.bin", format: nil).isCode)
    #expect(completed(survey, "z.bin", format: nil).findings.isEmpty && !completed(survey, "z.bin", format: nil).isCode)
  }

  @Test func driversOfTheBootAreKnownAsSuch() {
    var boot = entry("B", "b.sys", isPresent: true, role: .kernelDriver)
    boot.facts = [InventoryEntry.startAtBoot]
    var service = entry("S", "s.exe", isPresent: true)
    service.facts = [InventoryEntry.startAtBoot]
    let survey = survey([boot, entry("D", "d.sys", isPresent: true, role: .kernelDriver), service])
    #expect(completed(survey, "b.sys").startsAtBoot)
    #expect(!completed(survey, "d.sys").startsAtBoot && !completed(survey, "s.exe").startsAtBoot)
  }

  @Test func notesOfOneFileAreBounded() {
    let survey = survey((0..<200).map { entry("S\($0)", "svchost.exe", isPresent: true) })
    let findings = completed(survey, "svchost.exe").findings
    #expect(findings.count == Survey.noteLimit + 1)
    #expect(findings.last?.message == "and by \(200 - Survey.noteLimit) further entries")
  }

  @Test func missingFilesAreReportsInPathOrder() {
    let survey = survey([
      entry("B", "b/x.sys", isPresent: false), entry("A", "a/x.sys", isPresent: false), entry("C", "b/x.sys", isPresent: false),
      entry("N", nil, isPresent: false),
    ])
    #expect(survey.absent.map { String(decoding: $0.path, as: UTF8.self) } == ["SYSTEM: N", "a/x.sys", "b/x.sys"])
    for absent in survey.absent {
      #expect(absent.report.state == .notAssessed && absent.report.isCode && absent.report.roles == [.windowsService])
      #expect(absent.report.findings.first?.code == "inventory.target.missing")
      #expect(absent.report.findings.first?.severity == .failure)
    }
    #expect(survey.absent.last?.report.findings.count == 3)
  }

  @Test func pathsAreComparedAsOctets() {
    // One name composed, one decomposed: different files.
    let survey = survey([entry("A", "caf\u{E9}.exe", isPresent: true)])
    #expect(completed(survey, "caf\u{E9}.exe").roles == [.windowsService])
    #expect(completed(survey, "cafe\u{301}.exe").roles == [])
  }

  @Test func brokenConfigurationIsJudgedAndWarningsAreNot() {
    let broken = survey([], findings: [(path: "SYSTEM", finding: Finding("regf.bin.invalid", .failure, "torn"))])
    let report = completed(broken, "SYSTEM", format: nil)
    #expect(report.isCode && report.findings.map(\.code) == ["regf.bin.invalid"])
    let warned = survey(
      [], findings: [(path: "SYSTEM", finding: Finding("inventory.root.extra", .warning, "x", attack: ["T1553.004"]))])
    let other = completed(warned, "SYSTEM", format: nil)
    #expect(!other.isCode && other.attack == ["T1553.004"])
  }
}

@Suite struct ScriptSystemTests {
  private func findings(
    _ name: String, policy: [ExecutionPolicyScope: String], state: State = .unsigned, mark: String? = nil,
    unmarked: SecurityZone = .myComputer, root: String = "C", hosts: Int = 1, format: String = "powershell",
    isHidden: Bool = false
  ) -> [Finding] {
    let hosts = (0..<hosts).map {
      ScriptHost(label: "host \($0)", policy: EffectivePolicy(policy), publishers: PublisherLists())
    }
    let survey = Survey(SystemInventory(), scripts: [ScriptSystem(root: root, hosts: hosts, unmarked: unmarked)])
    var report = Report(target: name, format: format, state: state)
    survey.complete(&report, at: Array(name.utf8)) { mark.map { .mark(Array($0.utf8)) } ?? (isHidden ? .hidden : .none) }
    return report.findings
  }

  @Test func zonesDecideUnderRemoteSigned() {
    let policy: [ExecutionPolicyScope: String] = [.localMachine: "RemoteSigned"]
    let internet = "[ZoneTransfer]\r\nZoneId=3\r\n"
    #expect(findings("C/x.ps1", policy: policy).map(\.code) == ["powershell.policy.would-run"])
    #expect(findings("C/x.ps1", policy: policy, mark: internet).map(\.code) == ["powershell.policy.would-refuse"])
    // Attack 19: a mark that was lost on the way; --zone unknown takes what has none for remote.
    #expect(findings("C/x.ps1", policy: policy, unmarked: .internet).map(\.code) == ["powershell.policy.would-refuse"])
    // A mark says more than the option.
    #expect(
      findings("C/x.ps1", policy: policy, mark: "[ZoneTransfer]\nZoneId=0", unmarked: .internet).map(\.code)
        == ["powershell.policy.would-run"])
    let words = findings("C/x.ps1", policy: policy, mark: internet).first?.message
    #expect(words == "host 0 would refuse: RemoteSigned (LocalMachine): a valid signature is demanded, and the script is unsigned")
  }

  @Test func aZoneThatTheMountHidesIsToldWhereItMatters() {
    let remote: [ExecutionPolicyScope: String] = [.localMachine: "RemoteSigned"]
    #expect(
      findings("C/x.ps1", policy: remote, isHidden: true).map(\.code) == [
        "powershell.policy.would-run", "powershell.zone.not-shown",
      ])
    #expect(findings("C/x.ps1", policy: remote, isHidden: true).last?.severity == .warning)
    // Taken for remote already, and asked of none of these policies.
    #expect(findings("C/x.ps1", policy: remote, unmarked: .internet, isHidden: true).count == 1)
    for policy in ["AllSigned", "Restricted", "Bypass"] {
      #expect(findings("C/x.ps1", policy: [.localMachine: policy], isHidden: true).count == 1, "\(policy)")
    }
  }

  @Test func whatIsNoScriptOrNotKnownIsNotTold() {
    let policy: [ExecutionPolicyScope: String] = [.localMachine: "Bypass"]
    #expect(findings("C/x.psc1", policy: policy).isEmpty)
    #expect(findings("C/x.exe", policy: policy, format: "pe").isEmpty)
    #expect(findings("C/x.ps1", policy: policy, state: .notAssessed).isEmpty)
    #expect(findings("C/X.PS1", policy: policy).count == 1)
    // The only system there is answers for other volumes, too.
    #expect(findings("D/x.ps1", policy: policy).count == 1)
  }

  @Test func formatsOfTheSystemRunUnderRestricted() {
    #expect(findings("C/Windows/System32/x.ps1xml", policy: [:]).map(\.code) == ["powershell.policy.would-run"])
    #expect(findings("C/Tools/x.ps1xml", policy: [:]).map(\.code) == ["powershell.policy.would-refuse"])
    #expect(findings("Windows/System32/x.ps1xml", policy: [:], root: "").map(\.code) == ["powershell.policy.would-run"])
    // The engine compares the path's beginning, so that the folder of 32-bit programs counts as well.
    #expect(findings("C/Program Files (x86)/V/x.ps1xml", policy: [:]).map(\.code) == ["powershell.policy.would-run"])
    #expect(findings("C/Windows/SysWOW64/x.ps1xml", policy: [:]).map(\.code) == ["powershell.policy.would-refuse"])
  }

  @Test func hostsThatAgreeShareAFinding() {
    let found = findings("C/x.ps1", policy: [.localMachine: "Bypass"], hosts: 12)
    #expect(found.count == 1 && found.first?.message.contains("and 4 more would run") ?? false)
  }
}

@Suite struct ContentAbsenceTests {
  @Test func holesAndLinksOfOtherDriversAreSeen() throws {
    let scratch = try Scratch()
    try scratch.write("hole.exe", "")
    #expect(truncate(scratch.place("hole.exe").shown, 100_000) == 0)
    try scratch.write("zeros.exe", String(repeating: "\0", count: 8_192))
    try scratch.write("real.exe", "MZ")
    try scratch.write("empty.exe", "")
    scratch.link("wof.exe", to: "unsupported reparse tag 0x80000017")
    scratch.link("nowhere", to: "unsupported reparse tag 0xa000000c")
    scratch.link("old", to: "unsupported reparse point")
    scratch.link("plain", to: "real.exe")
    let folder = try FolderHandle.open(scratch.path)
    #expect(ContentAbsence.find(RawPath("hole.exe"), in: folder) == .hole)
    for name in ["zeros.exe", "real.exe", "empty.exe", "missing"] {
      #expect(ContentAbsence.find(RawPath(name), in: folder) == nil, "\(name)")
    }
    var walker = try TreeWalker(root: scratch.path)
    var absent: [String] = []
    while let step = walker.next() {
      guard case .absent(_, let name, .reparse(let point, isFolder: false)) = step else { continue }
      absent.append("\(name.shown): \(Placeholder.finding(point)?.message ?? "a link")")
    }
    #expect(
      absent == [
        "old: the content is behind a reparse point and not here",
        "wof.exe: the content is compressed by the system (WOF) and not here",
      ])
    // A link of Windows that leads nowhere is a link.
    #expect(walker.skipped.links == 2)
    // The file named by itself is not missing.
    for (name, code) in [("wof.exe", "inventory.content.placeholder"), ("nowhere", "io.missing"), ("none", "io.missing")] {
      do {
        _ = try FileByteSource.open(scratch.place(name))
        Issue.record("\(name) was opened")
      } catch { #expect(error.code == code, "\(name)") }
    }
  }

  @Test func whatIsLeftOutIsLeftOutWithoutContentToo() throws {
    let scratch = try Scratch()
    scratch.link("wof.exe", to: "unsupported reparse tag 0x80000017")
    var walker = try TreeWalker(root: scratch.path) { path, _ in path.bytes == Array("wof.exe".utf8) }
    while let step = walker.next() { if case .absent = step { Issue.record("was left out") } }
    #expect(walker.skipped.excluded == 1 && walker.skipped.links == 0)
  }

  @Test(arguments: [
    (0x8000_0017, true), (0x8000_0013, true), (0x9000_001A, true), (0x9000_601A, true), (0x8000_0021, true), (0xDEAD_BEEF, true),
    (0xA000_000C, false), (0xA000_0003, false),
  ])
  func tagsSayWhereTheContentIs(tag: Int, isPlaceholder: Bool) {
    let data = (0..<4).map { UInt8(truncatingIfNeeded: tag >> (8 * $0)) } + [0, 0, 0, 0]
    let point = ReparsePoint(data)
    let finding = point.flatMap { Placeholder.finding($0) }
    #expect(point != nil && (finding != nil) == isPlaceholder)
    #expect(finding?.code == (isPlaceholder ? "inventory.content.placeholder" : nil))
    #expect(ReparsePoint([1, 2, 3]) == nil)
  }
}
