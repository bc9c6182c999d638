import AssayCore

// The rows of M1045 about masquerading (T1036, T1036.005) for Apple's systems: names and places of the system's own, and who signed.
extension NameRules {
  private static let appleMark = Array("com.apple.".utf8)

  func appleNames(_ facts: ReportFacts) -> [Finding] {
    guard facts.platform == "macos", facts.isCode, ["macho", "bundle"].contains(facts.format), facts.state != .notAssessed,
      !isApples(facts)
    else { return [] }
    let names = table.apple
    let signer = facts.signatures.first { $0.isVerified }?.signerName
    let found = signer ?? "no trusted signature"
    if let identifier = facts.signatures.first(where: { $0.isVerified })?.identifier, identifier.starts(with: Self.appleMark),
      !names.lentIdentifiers.contains(where: { identifier.starts(with: $0.utf8) })
    {
      return [
        foreign("the code calls itself \(String(decoding: identifier, as: UTF8.self)), its signer is not Apple: \(found)", found)
      ]
    }
    let name = facts.name.last
    let stem = name.suffix(4).elementsEqual(".app".utf8) ? name.dropLast(4) : name[...]
    if facts.roles.contains(.executable), names.programs.contains(where: { $0.utf8.elementsEqual(stem) }) {
      return [
        foreign("\(String(decoding: stem, as: UTF8.self)) is a name of the system's own, its signer is not Apple: \(found)", found)
      ]
    }
    guard let program = facts.libraries.first(where: \.isOnVolume)?.program,
      names.folders.contains(where: { program.utf8.starts(with: ($0 + "/").utf8) })
    else { return [] }
    return [foreign("\(program) stands among the system's own, its signer is not Apple: \(found)", found)]
  }

  private func foreign(_ message: String, _ found: String) -> Finding {
    Finding(PolicyFindings.systemPublisher.name, .failure, message, expected: "Apple", found: found, attack: ["T1036.005"])
  }

  /// What asks for its libraries was joined with them and says who signed; a saved report leaves the requirement.
  private func isApples(_ facts: ReportFacts) -> Bool {
    if let program = facts.libraries.first { return program.isApple }
    guard let apple = try? Requirement(parsing: "anchor apple") else { return false }
    return Demand.requirement(apple).evaluate(facts.signatures, requiresRevocation: false).value == .true
  }
}
