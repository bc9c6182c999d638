import AssayBytes
import AssayCore
import AssayEngine
import AssayInventory
import AssayMaker
import AssayPKI
import AssayPolicy
import AssayTrustData
import Testing

/// Libraries of a program against library validation and the row of M1045 about them.
struct LibraryValidationTests {
  static let runtime = 0x10000
  static let validation = 0x2000

  static func entitlements(_ key: String) -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><plist version=\"1.0\"><dict><key>com.apple.security.\(key)</key><true/></dict></plist>"
  }

  static func signature(_ team: String? = "ASSAYTEAM1", flags: Int = 0, entitlement: String? = nil) -> CodeSignatureSpec {
    CodeSignatureSpec(AppleTestCA.developer(unit: team ?? "ASSAYTEAM1")).with {
      $0.team = team
      $0.flags = flags
      $0.entitlements = entitlement.map(entitlements)
    }
  }

  static let library = MachOSpec().with {
    $0.fileType = 6
    $0.seed = 9
    $0.dylibs = [.init("/opt/l.dylib", command: 0x0D), .init("/usr/lib/libSystem.B.dylib")]
  }
  static let program = MachOSpec().with { $0.dylibs = [.init("/usr/lib/libSystem.B.dylib"), .init("/opt/l.dylib")] }

  static func context() throws -> TrustContext {
    var anchors: [TrustAnchor] = []
    for certificate in [TestCA.codeRoot, TestCA.timeRoot] {
      var budget = Budget()
      anchors.append(TrustAnchor(try Certificate(encoded: certificate.der[...], &budget), bundle: "apple"))
    }
    return TrustContext(trust: TrustStore(anchors: anchors), now: MachOJudging.now)
  }

  static func judge(_ files: [String: [UInt8]], _ path: String = "opt/a") throws -> (report: Report, verdict: Verdict) {
    var tree = MemoryTree(["Library/LaunchDaemons": .folder, "Users": .folder])
    for (path, bytes) in files { tree[path] = .file(bytes) }
    let context = try context()
    var work = Work()
    let artifact = try Artifact(target: path, name: "a", source: try tree.open(path))
    var report = Assessor().assess(artifact, in: context, &work)
    LibraryJudging().complete(&report, in: { Surroundings(tree, path: path, volume: "") }, context, &work)
    let policy = try #require(CompiledPolicy.builtin("m1045", names: .windows))
    return (report, policy.judge(report, beside: FolderFacts()))
  }

  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let host: CodeSignatureSpec
    /// Nil: unsigned.
    let library: CodeSignatureSpec?
    let decision: Decision
    let code: String?
    var breaksLibrary = false
  }

  static let cases: [Case] = [
    Case(description: "same team", host: signature(flags: runtime), library: signature(), decision: .accept, code: nil),
    Case(
      description: "another team", host: signature(flags: runtime), library: signature("OTHERTEAM1"), decision: .reject,
      code: "policy.library.validation"),
    Case(
      description: "another team, library validation alone", host: signature(flags: validation), library: signature("OTHERTEAM1"),
      decision: .reject, code: "policy.library.validation"),
    Case(
      description: "ad hoc", host: signature(flags: runtime), library: CodeSignatureSpec(), decision: .reject,
      code: "policy.library.validation"),
    Case(
      description: "unsigned", host: signature(flags: runtime), library: nil, decision: .reject,
      code: "policy.library.validation"),
    Case(
      description: "same team and changed", host: signature(flags: runtime), library: signature(), decision: .reject,
      code: "policy.library.validation", breaksLibrary: true),
    Case(
      description: "Apple's", host: signature(flags: runtime),
      library: CodeSignatureSpec(AppleTestCA.developer(markers: ["1.2.840.113635.100.6.22"])), decision: .accept, code: nil),
    Case(
      description: "neither has a team", host: signature(nil, flags: runtime), library: signature(nil), decision: .reject,
      code: "policy.library.validation"),
    Case(
      description: "another team, validation given away",
      host: signature(flags: runtime, entitlement: "cs.disable-library-validation"), library: signature("OTHERTEAM1"),
      decision: .accept, code: "policy.library.publisher"),
    Case(
      description: "unsigned, validation given away",
      host: signature(flags: runtime, entitlement: "cs.disable-library-validation"), library: nil, decision: .reject,
      code: "policy.library.untrusted"),
    Case(
      description: "unsigned, not hardened", host: signature(), library: nil, decision: .reject, code: "policy.library.untrusted"),
    Case(description: "same team, not hardened", host: signature(), library: signature(), decision: .accept, code: nil),
    Case(
      description: "another team, not hardened", host: signature(), library: signature("OTHERTEAM1"), decision: .accept,
      code: "policy.library.publisher"),
  ]

  @Test("20, 33, 34, 35: whose libraries a program may load", arguments: cases) func isJudged(example: Case) throws {
    var library = example.library.map { Self.library.sign($0) } ?? Self.library.build()
    if example.breaksLibrary { library[5_000] ^= 1 }
    let (report, verdict) = try Self.judge(["opt/a": Self.program.sign(example.host), "opt/l.dylib": library])
    #expect(report.state == .trusted)
    #expect(verdict.decision == example.decision, "\(verdict.reason)")
    let codes = verdict.findings.map(\.code).filter { $0.hasPrefix("policy.library.") }
    #expect(codes == [example.code].compactMap { $0 })
    #expect(verdict.attack.contains("T1546.006"))
    #expect(report.libraries.first?.libraries.map(\.path) == ["/opt/l.dylib"])
  }

  @Test("35: what is given away is told") func givenAway() throws {
    for key in ["cs.disable-library-validation", "cs.allow-dyld-environment-variables", "get-task-allow"] {
      let host = Self.program.sign(Self.signature(flags: Self.runtime, entitlement: key))
      let (report, _) = try Self.judge(["opt/a": host, "opt/l.dylib": Self.library.sign(Self.signature())])
      #expect(report.allCodes.contains("apple.hardening.weakened"))
      #expect(report.libraries.first?.weakening == ["com.apple.security." + key])
    }
  }

  @Test("34: DYLD_ variables of a hardened program count where it asks for them") func environment() throws {
    let spec = Self.program.with { $0.environment = ["DYLD_LIBRARY_PATH=/opt/over"] }
    let files = { (entitlement: String?) -> [String: [UInt8]] in
      [
        "opt/a": spec.sign(Self.signature(flags: Self.runtime, entitlement: entitlement)),
        "opt/l.dylib": Self.library.sign(Self.signature()), "opt/over/l.dylib": Self.library.build(),
      ]
    }
    #expect(try Self.judge(files(nil)).verdict.decision == .accept)
    #expect(try Self.judge(files("cs.allow-dyld-environment-variables")).verdict.decision == .reject)
  }

  @Test("34: an original that was renamed behind an unsigned one") func proxy() throws {
    let front = Self.library.with {
      $0.dylibs = [.init("/opt/l.dylib", command: 0x0D), .init("/opt/_l.dylib", command: 0x8000_001F)]
    }
    let (report, verdict) = try Self.judge([
      "opt/a": Self.program.sign(Self.signature()), "opt/l.dylib": front.build(),
      "opt/_l.dylib": Self.library.sign(Self.signature()),
    ])
    #expect(report.allCodes.contains("library.proxy") && verdict.decision == .reject)
  }

  // MARK: names and places of Apple's

  struct Masquerade: Sendable, CustomStringConvertible {
    let description: String
    let path: String
    let identifier: String
    let isRejected: Bool
    var isApples = false
  }

  static let masquerades: [Masquerade] = [
    Masquerade(description: "an identifier of Apple's", path: "opt/a", identifier: "com.apple.ls", isRejected: true),
    Masquerade(
      description: "an identifier that Apple lends", path: "opt/a", identifier: "com.apple.automator.x", isRejected: false),
    Masquerade(description: "a daemon's name", path: "opt/launchd", identifier: "launchd", isRejected: true),
    Masquerade(description: "a place of the system's", path: "usr/bin/a", identifier: "a", isRejected: true),
    Masquerade(description: "a place of the machine's", path: "usr/local/bin/a", identifier: "a", isRejected: false),
    Masquerade(description: "Apple's own", path: "usr/bin/ls", identifier: "com.apple.ls", isRejected: false, isApples: true),
  ]

  @Test("38: names and places of the system's own are Apple's to sign", arguments: masquerades)
  func masquerade(example: Masquerade) throws {
    var signature = Self.signature()
    if example.isApples {
      signature = CodeSignatureSpec(AppleTestCA.developer(markers: ["1.2.840.113635.100.6.22"]))
    }
    signature.identifier = example.identifier
    let program = Self.program.with { $0.dylibs.removeLast() }.sign(signature)
    let (report, verdict) = try Self.judge([example.path: program], example.path)
    #expect(report.state == .trusted)
    #expect(verdict.decision == (example.isRejected ? .reject : .accept), "\(verdict.reason)")
    #expect(verdict.findings.map(\.code) == (example.isRejected ? ["policy.name.publisher"] : []))
    if example.isRejected { #expect(verdict.attack.contains("T1036.005")) }
  }

  // MARK: what was done to a program

  /// The image with one more command behind all others, as tools that insert libraries put it.
  static func inserting(_ name: String) -> @Sendable ([UInt8]) -> [UInt8] {
    { image in
      func word(_ place: Int) -> Int { (0..<4).reduce(0) { $0 | Int(image[place + $1]) << (8 * $1) } }
      func octets(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
      let text = Array(name.utf8) + [UInt8](repeating: 0, count: 8 - name.utf8.count % 8)
      let command = octets(0x0C) + octets(24 + text.count) + octets(24) + octets(0) + octets(0) + octets(0) + text
      let end = 32 + word(20)
      return Array(image[..<16]) + octets(word(16) + 1) + octets(word(20) + command.count) + image[24..<end] + command
        + image[(end + command.count)...]
    }
  }

  @Test("33: the command that was put in is named") func addedCommand() throws {
    let good = Self.program.sign(Self.signature())
    let report = MachOJudging()(Self.inserting("/tmp/evil.dylib")(good))
    #expect(report.state == .tampered)
    let finding = try #require(report.findings.first { $0.code == "macho.command.added" })
    #expect(finding.found == "/tmp/evil.dylib" && finding.attack == ["T1546.006"])
    // Another change is not explained so.
    var other = good
    other[40] ^= 1
    #expect(!MachOJudging()(other).allCodes.contains("macho.command.added"))
    let twice = Self.inserting("/tmp/two.dylib")(Self.inserting("/tmp/one.dylib")(good))
    #expect(MachOJudging()(twice).findings.contains { $0.found == "/tmp/one.dylib, /tmp/two.dylib" })
    #expect(!MachOJudging()(good).allCodes.contains { $0.hasPrefix("macho.command.") })
  }

  @Test("33: signed anew ad hoc, or by another team, is told from the bundle around") func resigned() throws {
    let edited = Self.program.with { $0.editCode = Self.inserting("/tmp/evil.dylib") }
    let app = "Applications/A.app/Contents"
    let spec = edited.with { $0.dylibs = [.init("@executable_path/../Frameworks/l.dylib")] }
    let library = Self.library.sign(Self.signature())
    for (signature, state, found) in [
      (CodeSignatureSpec(), State.untrusted, "no team that is vouched for"),
      (Self.signature("OTHERTEAM1"), .trusted, "team OTHERTEAM1"),
    ] {
      let (report, _) = try Self.judge(
        ["\(app)/MacOS/a": spec.sign(signature), "\(app)/Frameworks/l.dylib": library], "\(app)/MacOS/a")
      #expect(report.state == state)
      let finding = try #require(report.findings.first { $0.code == "library.host.resigned" })
      #expect(finding.expected == "ASSAYTEAM1" && finding.found == found)
      #expect(report.allCodes.contains("macho.command.late"))
    }
    let (good, _) = try Self.judge(
      [
        "\(app)/MacOS/a": spec.with { $0.editCode = { $0 } }.sign(Self.signature()), "\(app)/Frameworks/l.dylib": library,
      ], "\(app)/MacOS/a")
    #expect(!good.allCodes.contains { $0.hasPrefix("library.") || $0.hasPrefix("macho.command.") })
  }

  @Test("33: a signature whose command was taken out") func stripped() throws {
    let good = Self.program.sign(Self.signature())
    func word(_ place: Int) -> Int { (0..<4).reduce(0) { $0 | Int(good[place + $1]) << (8 * $1) } }
    let end = 32 + word(20)
    var bytes = good
    for (place, less) in [(16, 1), (20, 16)] {
      let number = word(place) - less
      for octet in 0..<4 { bytes[place + octet] = UInt8(truncatingIfNeeded: number >> (8 * octet)) }
    }
    for place in (end - 16)..<end { bytes[place] = 0 }
    let report = MachOJudging()(bytes)
    #expect(report.state == .unsigned && report.allCodes.contains("macho.signature.stripped"))
    #expect(!MachOJudging()(Self.program.build()).allCodes.contains("macho.signature.stripped"))
  }
}
