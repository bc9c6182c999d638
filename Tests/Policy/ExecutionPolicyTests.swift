import AssayCore
import AssayPolicy
import Testing

/// PowerShell's own decision as a table: facts/windows of the engine's CheckPolicy.
@Suite struct ExecutionPolicyTests {
  private static let publisher: [UInt8] = Array(repeating: 0xAB, count: 20)
  private static let listed = PublisherLists(trusted: [publisher])
  private static let refused = PublisherLists(trusted: [publisher], disallowed: [publisher])

  /// What a signature and the lists come to.
  private enum Standing: CaseIterable {
    case unsigned, tampered, valid, trusted, disallowed
    var signature: ScriptFacts.Signature {
      switch self {
      case .unsigned: .invalid("unsigned")
      case .tampered: .invalid("tampered")
      case .valid, .trusted, .disallowed: .valid(publisher: publisher)
      }
    }
    var lists: PublisherLists {
      switch self {
      case .trusted: listed
      case .disallowed: refused
      default: PublisherLists()
      }
    }
  }

  /// One letter a standing, in the order above: r run, a ask, x refuse.
  private static let table: [(policy: ExecutionPolicy, local: String, remote: String)] = [
    (.bypass, "rrrrr", "rrrrr"), (.unrestricted, "rrrrr", "aaara"), (.remoteSigned, "rrrrr", "xxarx"),
    (.allSigned, "xxarx", "xxarx"), (.restricted, "xxxxx", "xxxxx"),
  ]

  private static func letter(_ action: ScriptAction) -> Character {
    switch action {
    case .run: "r"
    case .ask: "a"
    case .refuse: "x"
    }
  }

  @Test(arguments: ["ps1", "psm1", "psd1", "cdxml", "xaml"])
  func everyPolicyZoneAndStanding(fileExtension: String) {
    var seen = 0
    for row in Self.table {
      for zone in SecurityZone.allCases {
        let expected = zone.rawValue <= 2 ? row.local : row.remote
        let found = Standing.allCases.map { standing in
          let facts = ScriptFacts(fileExtension: fileExtension, signature: standing.signature, zone: zone)
          return Self.letter(row.policy.answer(facts, standing.lists).action)
        }
        #expect(String(found) == expected, "\(row.policy.rawValue), \(zone.name), .\(fileExtension)")
        seen += found.count
      }
    }
    #expect(seen == ExecutionPolicy.allCases.count * SecurityZone.allCases.count * Standing.allCases.count)
  }

  @Test func restrictedTakesFormatsOfTheSystemAndSignedOnes() {
    for (isSystem, expected) in [(false, "xxarx"), (true, "rrrrr")] {
      let found = Standing.allCases.map { standing in
        let facts = ScriptFacts(
          fileExtension: "ps1xml", signature: standing.signature, zone: .internet, isInSystemFolder: isSystem)
        return Self.letter(ExecutionPolicy.restricted.answer(facts, standing.lists).action)
      }
      #expect(String(found) == expected)
    }
    let script = ScriptFacts(fileExtension: "ps1", signature: .valid(publisher: []), zone: .myComputer, isInSystemFolder: true)
    #expect(ExecutionPolicy.restricted.answer(script, PublisherLists()).action == .refuse)
  }

  @Test(arguments: ["psc1", "mof", "txt", ""])
  func otherEndingsAreNotAskedAbout(fileExtension: String) {
    let facts = ScriptFacts(fileExtension: fileExtension, signature: .invalid("unsigned"), zone: .untrusted)
    for policy in ExecutionPolicy.allCases { #expect(policy.answer(facts, PublisherLists()).action == .run) }
  }

  @Test(arguments: [
    ("AllSigned", ExecutionPolicy.allSigned), ("allsigned", .allSigned), ("BYPASS", .bypass), ("Unrestricted", .unrestricted),
    ("RemoteSigned", .remoteSigned), ("Restricted", .restricted), ("Default", .restricted), ("Remote Signed", .restricted),
    ("RemoteSigned ", .restricted), ("R\u{212A}", .restricted), ("Undefined", .restricted),
  ])
  func unknownWordsAreRestricted(text: String, expected: ExecutionPolicy) {
    #expect(ExecutionPolicy(configured: text) == expected)
  }

  @Test func theFirstScopeInTheCodesOrderDecides() {
    // Each scope alone with the ones after it: it wins.
    let scopes: [ExecutionPolicyScope] = [.machinePolicy, .userPolicy, .process, .currentUser, .localMachine]
    for (index, scope) in scopes.enumerated() {
      var configured: [ExecutionPolicyScope: String] = [:]
      for later in scopes[index...] { configured[later] = later == scope ? "AllSigned" : "Bypass" }
      let effective = EffectivePolicy(configured)
      #expect(effective.scope == scope && effective.policy == .allSigned, "\(scope)")
    }
    #expect(ExecutionPolicyScope.allCases == scopes && scopes == scopes.sorted())
  }

  @Test func nothingConfiguredIsRestricted() {
    #expect(EffectivePolicy([:]).policy == .restricted)
    #expect(EffectivePolicy([:]).scope == nil)
    #expect(EffectivePolicy([.machinePolicy: "", .localMachine: "Bypass"]).scope == .localMachine)
    #expect(EffectivePolicy([:]).words == "Restricted (no scope sets one)")
    #expect(EffectivePolicy([.localMachine: "remotesigned"]).words == "RemoteSigned (LocalMachine)")
    #expect(EffectivePolicy([.currentUser: "Opne"]).words == "Restricted (CurrentUser: \"Opne\", which is no policy)")
  }
}
