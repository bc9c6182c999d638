import AssayBytes
import AssayConfig
import AssayCore
import AssayEngine
import AssayImporters
import AssayMaker
import AssayPKI
import AssayPolicy
import AssayTrustData
import Testing

/// Santa's rules and their order, over one tool that all five kinds name.
struct SantaTests {
  private static let signer = AppleTestCA.developer()
  private static let spec = CodeSignatureSpec(signer).with {
    $0.team = "ASSAYTEAM1"
    $0.identifier = "com.example.tool"
    $0.flags = 0x10000
    $0.time = MakerTime(2026, 3, 2)
  }
  private static let bytes = MachOSpec().sign(spec)
  private static let report = judge(bytes)
  private static let cdHash = Hex.encode(report.signatures[0].code?.cdHash ?? [])
  private static let names: [(kind: String, identifier: String)] = [
    ("CDHASH", cdHash), ("BINARY", Hex.encode(Hash.sha256(bytes))), ("SIGNINGID", "ASSAYTEAM1:com.example.tool"),
    ("CERTIFICATE", Hex.encode(Hash.sha256(signer.leaf.der))), ("TEAMID", "ASSAYTEAM1"),
  ]

  private static func judge(_ bytes: [UInt8], hashing: Bool = true) -> Report {
    guard let artifact = try? Artifact(target: "tool", name: "tool", source: MemorySource(bytes)) else {
      preconditionFailure("memory is always readable")
    }
    var context = MachOJudging().context
    if hashing { context.wantedDigests = [.sha256] }
    var work = Work()
    return Assessor().assess(artifact, in: context, &work)
  }

  private static func rule(_ kind: String, _ identifier: String, _ policy: String) -> String {
    "{\"rule_type\": \"\(kind)\", \"identifier\": \"\(identifier)\", \"policy\": \"\(policy)\", \"custom_msg\": \"as told\"}"
  }
  private static func read(_ text: String) throws(ParseError) -> any ForeignRules {
    guard let rules = try ForeignList().rules("santa.json", Array(text.utf8)) else { throw ParseError("test", "no foreign list") }
    return rules
  }
  /// As `policy import` prints it.
  private static func verdict(_ rules: [String], _ report: Report = report, fallback: String = "trusted") throws -> Verdict {
    let list = Array("{\"rules\": [\(rules.joined(separator: ","))]}".utf8)
    let isDenyOnly = try ForeignList().rules("s", list)?.isDenyOnly ?? false
    let text =
      isDenyOnly
      ? "version: 1\ndeny: [{file: s}]\ndefault: \(fallback)"
      : "version: 1\nrules: [{name: santa, match: {platform: macos}, allowed-by: s, deny: [{file: s}]}]\ndefault: \(fallback)"
    let policy = try CompiledPolicy(try YAMLTree.parse(Array(text.utf8), file: "p"), file: "p", foreign: ForeignList()) { _ in list
    }
    return policy.judge(report, beside: FolderFacts())
  }

  @Test func theSampleIsGood() { #expect(Self.report.state == .trusted, "\(Self.report.allCodes)") }

  /// Every pair of kinds, the first allowing and the second refusing and the other way round: the first decides.
  @Test func theFirstKindDecides() throws {
    for (place, first) in Self.names.enumerated() {
      for second in Self.names[(place + 1)...] {
        for order in [false, true] {
          let allow = [
            Self.rule(first.kind, first.identifier, "ALLOWLIST"), Self.rule(second.kind, second.identifier, "BLOCKLIST"),
          ]
          let verdict = try Self.verdict(order ? allow.reversed() : allow)
          #expect(verdict.decision == .accept, "\(first.kind) over \(second.kind): \(verdict.reason)")
          let block = [
            Self.rule(first.kind, first.identifier, "BLOCKLIST"), Self.rule(second.kind, second.identifier, "ALLOWLIST"),
          ]
          let refused = try Self.verdict(order ? block.reversed() : block)
          #expect(refused.decision == .reject && refused.state == .distrusted, "\(first.kind) over \(second.kind)")
          #expect(refused.reason.contains("\(first.kind) ") && refused.reason.contains("as told"), "\(refused.reason)")
        }
      }
    }
  }

  @Test func allFiveAtOnce() throws {
    for place in Self.names.indices {
      // Those before say nothing of it, this one allows, all after refuse.
      let rules = Self.names.enumerated().map { index, name in
        index < place
          ? Self.rule(name.kind, String(name.identifier.reversed().map { $0 == "A" ? "B" : $0 == "0" ? "1" : "0" }), "BLOCKLIST")
          : Self.rule(name.kind, name.identifier, index == place ? "ALLOWLIST" : "BLOCKLIST")
      }.filter { !$0.contains("SIGNINGID") || place <= 2 }
      #expect(try Self.verdict(rules).decision == .accept, "\(Self.names[place].kind)")
    }
  }

  @Test(arguments: [
    ("SIGNINGID", "ASSAYTEAM1:com.example.too"), ("SIGNINGID", "ASSAYTEAM2:com.example.tool"),
    ("SIGNINGID", "platform:com.example.tool"),
    ("SIGNINGID", "ASSAYTEAM1:COM.example.tool"), ("TEAMID", "ASSAYTEAM2"), ("CDHASH", String(repeating: "0", count: 40)),
    ("BINARY", String(repeating: "0", count: 64)), ("CERTIFICATE", Hex.encode(Hash.sha256(AppleTestCA.authority().der))),
  ])
  func otherCodeIsNotNamed(_ kind: String, _ identifier: String) throws {
    #expect(try Self.verdict([Self.rule(kind, identifier, "BLOCKLIST")]).decision == .accept)
    #expect(try Self.verdict([Self.rule(kind, identifier, "ALLOWLIST")]).decision == .reject)
  }

  @Test func whatTheRulesAreFor() throws {
    func allowed(_ number: Int, _ bytes: [UInt8]) throws -> Decision {
      let name = Self.names[number]
      return try Self.verdict([Self.rule(name.kind, name.identifier, "ALLOWLIST_COMPILER")], Self.judge(bytes)).decision
    }
    // Without hardened runtime a cdhash names nothing.
    let soft = MachOSpec().sign(Self.spec.with { $0.flags = 0 })
    let softHash = Hex.encode(Self.judge(soft).signatures[0].code?.cdHash ?? [])
    #expect(try Self.verdict([Self.rule("CDHASH", softHash, "ALLOWLIST")], Self.judge(soft)).decision == .reject)
    #expect(try allowed(4, soft) == .accept)
    // Code for development names no team, and one damaged page leaves nothing to name.
    let development = MachOSpec().sign(
      Self.spec.with {
        $0.identity = AppleTestCA.developer(
          markers: ["1.2.840.113635.100.6.1.12"], authorityMarkers: ["1.2.840.113635.100.6.2.1"])
      })
    #expect(try allowed(4, development) == .reject && allowed(2, development) == .reject)
    var damaged = Self.bytes
    damaged[5_000] ^= 1
    for number in Self.names.indices { #expect(try allowed(number, damaged) == .reject) }
    // Unsigned bytes can be named by their digest alone.
    let bare = MachOSpec().build()
    #expect(
      try Self.verdict([Self.rule("BINARY", Hex.encode(Hash.sha256(bare)), "ALLOWLIST")], Self.judge(bare)).decision == .accept)
    // Without the digest nobody knows.
    let blind = Self.judge(bare, hashing: false)
    #expect(try Self.verdict([Self.rule("BINARY", Hex.encode(Hash.sha256(bare)), "ALLOWLIST")], blind).decision == .undecided)
  }

  @Test func everyPieceCounts() throws {
    let other = AppleTestCA.developer("Stranger Ltd", unit: "STRANGER01")
    let file = MachOSpec.universal([
      (.arm64, MachOSpec(.arm64).sign(Self.spec)),
      (
        .x86_64,
        MachOSpec(.x86_64).sign(
          Self.spec.with {
            $0.identity = other
            $0.team = "STRANGER01"
          })
      ),
    ])
    let report = Self.judge(file)
    #expect(try Self.verdict([Self.rule("TEAMID", "STRANGER01", "BLOCKLIST")], report).state == .distrusted)
    #expect(try Self.verdict([Self.rule("TEAMID", "ASSAYTEAM1", "ALLOWLIST")], report).decision == .reject)
  }

  @Test func laterRulesReplaceAndRemove() throws {
    let (kind, team) = Self.names[4]
    let block = Self.rule(kind, team, "SILENT_BLOCKLIST")
    #expect(try Self.verdict([Self.rule(kind, team, "ALLOWLIST"), block]).decision == .reject)
    #expect(
      try Self.verdict([block, Self.rule(kind, team, "REMOVE"), Self.rule("TEAMID", "OTHERTEAM1", "BLOCKLIST")]).decision == .accept
    )
  }

  @Test func propertyLists() throws {
    let rules = """
      <key>StaticRules</key><array><dict><key>rule_type</key><string>TEAMID</string><key>identifier</key><string>ASSAYTEAM1</string>
      <key>policy</key><string>BLOCKLIST</string></dict></array><key>ClientMode</key><integer>1</integer>
      """
    for body in [rules, "<key>PayloadContent</key><array><dict>\(rules)</dict></array>"] {
      let read = try Self.read(String(decoding: BundleSpec.plist(body), as: UTF8.self))
      #expect(read.kind == "Santa rules" && read.platform == "macos" && read.isDenyOnly)
      #expect(read.counts.map(\.kind) == ["TEAMID denied"])
      #expect(read.notes.contains { $0.contains("monitor") })
      #expect(read.refuses(ReportFacts(Self.report)) != .clear)
    }
  }

  @Test(arguments: [
    (rule("TEAMID", "ASSAYTEAM1", "CEL"), "import.rule.unknown", "CEL"),
    (rule("TEAMID", "ASSAYTEAM1", "PERHAPS"), "import.rule.unknown", "PERHAPS"),
    (rule("SHOESIZE", "42", "BLOCKLIST"), "import.rule.unknown", "SHOESIZE"),
    (rule("TEAMID", "ASSAY", "BLOCKLIST"), "import.rule.malformed", "ASSAY"),
    (rule("TEAMID", "assayteam1", "BLOCKLIST"), "import.rule.malformed", "assayteam1"),
    (rule("SIGNINGID", "com.example.tool", "BLOCKLIST"), "import.rule.malformed", "platform:"),
    (rule("CDHASH", "00", "BLOCKLIST"), "import.rule.malformed", "40"),
    (rule("BINARY", cdHash, "BLOCKLIST"), "import.rule.malformed", "64"),
    ("{\"rule_type\": \"TEAMID\", \"policy\": \"BLOCKLIST\"}", "import.rule.malformed", "identifier"),
    (
      "{\"rule_type\": \"TEAMID\", \"identifier\": \"ASSAYTEAM1\", \"policy\": \"ALLOWLIST\", \"cel_expr\": \"true\"}",
      "import.rule.unknown", "CEL"
    ),
  ])
  func whatCannotBeKeptIsRefused(_ rule: String, _ code: String, _ words: String) {
    do throws(ParseError) {
      _ = try Self.read("[\(Self.rule("TEAMID", "ASSAYTEAM1", "BLOCKLIST")), \(rule)]")
      Issue.record("\(rule) was read")
    } catch {
      #expect(error.code == code && error.message.contains(words) && error.message.contains("rule 2"), "\(error)")
    }
  }
}
