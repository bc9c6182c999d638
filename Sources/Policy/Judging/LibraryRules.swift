import AssayCore

// The row of M1045 about added libraries (T1546.006): what a program loads is signed by Apple or by who signed the program.
extension NameRules {
  func loadsLibraries(_ facts: ReportFacts) -> Bool {
    facts.libraries.contains(where: \.isProgram) || facts.roles.contains(.loadedDylib)
  }

  func loading(_ facts: ReportFacts) -> [Finding] {
    facts.libraries.flatMap { program in
      // What is wrong with the program itself is told already; nothing follows from its libraries then.
      program.state == .trusted ? program.libraries.compactMap { judge($0, of: program) } : []
    }
  }

  private func judge(_ library: ProgramLibraries.Library, of program: ProgramLibraries) -> Finding? {
    // What could not be judged stands in a line of its own.
    guard let state = library.state, state != .notAssessed, !(library.isApple && state == .trusted) else { return nil }
    let isSameTeam = library.teamID.map { team in program.teamID.map { $0.utf8.elementsEqual(team.utf8) } ?? false } ?? false
    if state == .trusted, isSameTeam { return nil }
    let name =
      program.program.utf8.split(separator: 0x2F).last.map { String(decoding: Array($0), as: UTF8.self) } ?? program.program
    let found = library.teamID.map { "team \($0)" } ?? (state == .trusted ? library.signer ?? "no team" : state.rawValue)
    let own = program.teamID.map { "Apple or team \($0)" } ?? "Apple"
    if program.validatesLibraries {
      return Finding(
        PolicyFindings.libraryValidation.name, .failure,
        "\(library.path), which \(name) loads, is signed by neither Apple nor \(name)'s team: library validation refuses it",
        expected: own, found: found, attack: ["T1546.006"])
    }
    guard state == .trusted else {
      return Finding(
        PolicyFindings.libraryUntrusted.name, .failure, "\(library.path), which \(name) loads, is \(state.rawValue)",
        expected: State.trusted.rawValue, found: state.rawValue, attack: ["T1546.006", "T1554"])
    }
    // Without teams on either side the signer's name is what there is to compare.
    return Finding(
      PolicyFindings.libraryPublisher.name, .warning,
      "\(library.path), which \(name) loads, is of another team, and library validation is off", expected: own, found: found,
      attack: ["T1546.006"])
  }
}
