import AssayCore

// The rows of M1045 about what a system starts or loads by itself: services and drivers (T1543.003), web and mail servers' components
// (T1505), PowerShell's profiles (T1546.013).
extension NameRules {
  /// What a thing is for a person, and the rows that it is judged for.
  static let startingRoles: [Role: (words: String, attack: [String])] = [
    .kernelDriver: ("a driver", ["T1543", "T1543.003"]), .windowsService: ("a service", ["T1543", "T1543.003"]),
    .powershellProfile: ("a PowerShell profile", ["T1546.013"]), .iisModule: ("a component of IIS", ["T1505", "T1505.004"]),
    .launchItem: ("a launch item", ["T1543"]), .loadedDylib: ("a library that is put into others' programs", ["T1546.006"]),
    .transportAgent: ("a transport agent", ["T1505", "T1505.002"]), .serverModule: ("a server's component", ["T1505"]),
  ]

  /// The rows that the artifact is judged for since something starts it.
  func rowsOfStart(_ facts: ReportFacts) -> [String] { facts.roles.flatMap { Self.startingRoles[$0]?.attack ?? [] } }

  func starting(_ facts: ReportFacts) -> [Finding] {
    let roles = facts.roles.compactMap { Self.startingRoles[$0] }
    guard let first = roles.first, facts.state != .notAssessed else { return [] }
    guard facts.state == .trusted else {
      return [
        Finding(
          PolicyFindings.starting.name, .failure, "\(facts.state.rawValue), and it is \(first.words)",
          expected: State.trusted.rawValue,
          found: facts.state.rawValue, attack: roles.flatMap(\.attack))
      ]
    }
    return facts.roles.contains(.iisModule) ? serverFolder(facts) : []
  }

  /// The folder of IIS itself holds Microsoft's modules; one of another's there passes for one of them.
  private func serverFolder(_ facts: ReportFacts) -> [Finding] {
    let folder = facts.name.components.dropLast().map { $0.lowered }
    let own = ["system32", "inetsrv"].map { Array($0.utf8) }
    guard folder.suffix(2).elementsEqual(own), !facts.signatures.contains(where: isSystems) else { return [] }
    let found = facts.signatures.first { $0.isVerified }?.signerName ?? "no trusted signature"
    return [
      Finding(
        PolicyFindings.serverFolder.name, .failure, "a component of IIS in the folder of its own modules is signed by \(found)",
        expected: table.systemPublishers.first, found: found, attack: ["T1505", "T1505.004"])
    ]
  }
}
