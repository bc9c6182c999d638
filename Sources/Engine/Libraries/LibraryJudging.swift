import AssayApple
import AssayBytes
package import AssayCore
import AssayInventory
package import AssayPKI

/// Joins a program with the libraries that it loads: where each is, and as what it was judged.
///
/// Libraries are judged once for all programs of a run. A class with a lock because workers share what is known.
package final class LibraryJudging: @unchecked Sendable {
  /// Programs of one bundle that are looked at. The largest applications known have about 60.
  package static let programLimit = 200
  /// Libraries whose judgement is kept; further ones are judged again.
  package static let heldLimit = 50_000
  /// Whole reports that are kept, of code that other code makes requirements of; more is not asked.
  package static let askedReportLimit = 2_000

  private let assessor: Assessor
  private let monitor = Monitor()
  // Guarded by the monitor.
  private var known: [[UInt8]: ProgramLibraries.Library] = [:]
  private var asked: [[UInt8]: Report] = [:]

  package init(assessor: Assessor = Assessor()) { self.assessor = assessor }

  /// Adds what the artifact's programs load. Total, and nothing for what is no code of Apple's systems.
  package func complete(
    _ report: inout Report, in place: () -> Surroundings?, _ context: TrustContext, _ work: inout Work
  ) {
    guard LibraryJudging.isProgram(report) else {
      if LibraryJudging.isScript(report) { answerHost(&report, in: place, context, &work) }
      return
    }
    guard let place = place() else { return }
    let disk = AppleDisk(place)
    let resolver = LibraryResolver(disk)
    var told: Set<Finding> = []
    let parts = LibraryJudging.parts(of: report, place)
    for (path, part) in programs(of: report, place).prefix(LibraryJudging.programLimit) {
      guard var libraries = resolver.libraries(of: path, honoursEnvironment: part.honoursEnvironment) else { continue }
      libraries.describe(part)
      libraries.isOnVolume = place.volume != nil
      if libraries.isProgram {
        libraries.libraries = judged(libraries, parts, place, context, &work)
        let answers = libraryAnswers(libraries, part, parts, place, disk, context, &work)
        if !answers.isEmpty { LibraryJudging.tell(answers, of: part.target, in: &report) }
        libraries.findings += resigned(libraries, disk)
      }
      for finding in libraries.findings where told.insert(finding).inserted { report.findings.append(finding) }
      libraries.show(disk)
      report.libraries.append(libraries)
    }
    report.attack = Array(Set(report.attack + told.flatMap(\.attack))).sorted()
  }

  /// What the load commands ask for and where it is, for an artifact that nobody judges.
  package static func inspect(_ place: Surroundings, isFolder: Bool) -> [ProgramLibraries] {
    let disk = AppleDisk(place)
    let path = isFolder ? executable(of: place, place.path) : place.path
    guard let path, var libraries = LibraryResolver(disk).libraries(of: path) else { return [] }
    libraries.show(disk)
    return [libraries]
  }

  private static func isProgram(_ report: Report) -> Bool {
    report.format == MachOFormat.id || report.format == BundleFormat.id
  }

  private static func isScript(_ report: Report) -> Bool {
    report.format == AppleScriptFormat.id || report.format == SignedFileFormat.id
  }

  // MARK: - Programs

  /// Main executables of the artifact and of what is nested in it, each with its report.
  private func programs(of report: Report, _ place: Surroundings) -> [(path: String, report: Report)] {
    guard report.format == BundleFormat.id else { return [(place.path, report)] }
    var found: [(String, Report)] = []
    if let path = LibraryJudging.executable(of: place, place.path) { found.append((path, report)) }
    var parts = report.nested[...]
    while let part = parts.popFirst(), found.count < LibraryJudging.programLimit {
      parts += part.nested
      let path = AppleDisk.join(place.path, part.target)
      if part.format == MachOFormat.id {
        if part.roles.contains(.executable) { found.append((path, part)) }
      } else if part.format == BundleFormat.id, part.roles.contains(.executable),
        let executable = LibraryJudging.executable(of: place, path)
      {
        found.append((executable, part))
      }
    }
    return found
  }

  private static func executable(of place: Surroundings, _ bundle: String) -> String? {
    FormatRegistry.bundleFacts(TreePlace(place.tree, path: bundle), name: AppleDisk.name(bundle)).executable
  }

  // MARK: - Libraries

  private func judged(
    _ libraries: ProgramLibraries, _ inside: [(path: String, report: Report)], _ place: Surroundings, _ context: TrustContext,
    _ work: inout Work
  ) -> [ProgramLibraries.Library] {
    var paths: Set<[UInt8]> = []
    for edge in libraries.edges {
      if case .found(let path) = edge.answer, !path.utf8.elementsEqual(libraries.program.utf8) { paths.insert(Array(path.utf8)) }
    }
    let sorted = paths.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
    return sorted.map { path in
      // A part of the bundle was judged with it.
      if let part = inside.last(where: { path.utf8.elementsEqual($0.path.utf8) || path.utf8.starts(with: ($0.path + "/").utf8) }) {
        return ProgramLibraries.Library(path, part.report)
      }
      return judged(path, place, context, &work)
    }
  }

  /// Nested code by its path, outer before inner.
  private static func parts(of report: Report, _ place: Surroundings) -> [(path: String, report: Report)] {
    var found: [(String, Report)] = []
    var parts = report.nested[...]
    while let part = parts.popFirst() {
      parts += part.nested
      found.append((AppleDisk.join(place.path, part.target), part))
    }
    return found
  }

  private func judged(
    _ path: String, _ place: Surroundings, _ context: TrustContext, _ work: inout Work
  ) -> ProgramLibraries.Library {
    let key = Array((place.origin + "\n" + path).utf8)
    if let known = monitor.locked({ known[key] }) { return known }
    var library = ProgramLibraries.Library(path: path, state: nil, teamID: nil, isApple: false, signer: nil)
    if let report = assessed(path, place, context, &work) { library = ProgramLibraries.Library(path, report) }
    return monitor.locked {
      if known.count < LibraryJudging.heldLimit { known[key] = library }
      return library
    }
  }

  private func assessed(_ path: String, _ place: Surroundings, _ context: TrustContext, _ work: inout Work) -> Report? {
    guard let source = try? place.tree.open(path),
      let artifact = try? Artifact(target: path, name: AppleDisk.name(path), source: source)
    else { return nil }
    return work.apart { assessor.assess(artifact, in: context, &$0) }
  }

  /// The report of other code that something is asked of; nil where it cannot be opened or there were too many.
  func wholeReport(_ path: String, _ place: Surroundings, _ context: TrustContext, _ work: inout Work) -> Report? {
    let key = Array((place.origin + "\n" + path).utf8)
    let (known, isFull) = monitor.locked { (asked[key], asked.count >= LibraryJudging.askedReportLimit) }
    if let known { return known }
    guard !isFull, let report = assessed(path, place, context, &work) else { return nil }
    monitor.locked { asked[key] = report }
    return report
  }

  /// A program that was changed cannot be signed again by its maker's team; the libraries beside it mostly are as they were.
  private func resigned(_ libraries: ProgramLibraries, _ disk: AppleDisk) -> [Finding] {
    guard !libraries.isApple, let bundle = AppleDisk.bundle(around: libraries.program) else { return [] }
    let own = libraries.libraries.filter { $0.path.utf8.starts(with: (bundle + "/").utf8) }
    let teams = Set(own.compactMap { $0.teamID.map { Array($0.utf8) } })
    guard teams.count == 1, let team = teams.first, libraries.teamID.map({ !$0.utf8.elementsEqual(team) }) ?? true else {
      return []
    }
    let found =
      libraries.teamID.map { "team \($0)" } ?? (libraries.state == .unsigned ? "no signature" : "no team that is vouched for")
    let expected = String(decoding: team, as: UTF8.self)
    return [
      Finding(
        "library.host.resigned", .warning,
        "\(disk.shown(libraries.program)) has \(found), and the libraries of its own bundle are signed by team \(expected): it was changed or signed anew",
        expected: expected, found: found, attack: ["T1546.006", "T1554"])
    ]
  }
}

extension AppleDisk {
  package convenience init(_ place: Surroundings) {
    self.init(place.tree, volume: place.volume ?? "", isSystem: place.volume != nil, prefix: place.prefix)
  }
}

extension ProgramLibraries.Library {
  /// Team and Apple's name count where the signature holds and ends in an anchor.
  init(_ path: String, _ report: Report) {
    let signed = report.signatures.first { $0.signer != nil }
    self.init(
      path: path, state: report.state, teamID: report.state == .trusted ? report.vouchedTeam : nil,
      isApple: report.state == .trusted && report.isApples, signer: signed?.signerName?.name)
  }
}

extension Report {
  /// Runtime, library validation, restricted (cs_blobs.h).
  private static let hardened: UInt32 = 0x10000 | 0x2000
  private static let restricted: UInt32 = 0x10000 | 0x800

  fileprivate var flags: UInt32 { signatures.compactMap(\.code).reduce(0) { $0 | $1.flags } }

  fileprivate func isEntitled(_ name: String) -> Bool {
    signatures.contains { signature in
      guard case .known(let values)? = signature.code?.entitlements else { return false }
      return values[Array(name.utf8)] == .bool(true)
    }
  }

  /// The team of every signature, where all have the same.
  fileprivate var vouchedTeam: String? {
    guard let first = signatures.first?.teamID,
      signatures.allSatisfy({ $0.teamID.map { $0.utf8.elementsEqual(first.utf8) } ?? false })
    else { return nil }
    return first
  }

  fileprivate var isApples: Bool {
    !signatures.isEmpty
      && signatures.allSatisfy { signature in
        guard let leaf = signature.signer?.certificate, signature.anchor?.bundle == "apple" else { return false }
        return AppleProfile(leaf: leaf, issuer: signature.path.dropFirst().first) == .apple
      }
  }

  /// dyld listens to LC_DYLD_ENVIRONMENT.
  fileprivate var honoursEnvironment: Bool {
    flags & Report.restricted == 0 || isEntitled("com.apple.security.cs.allow-dyld-environment-variables")
  }

  fileprivate var validatesLibraries: Bool {
    flags & Report.hardened != 0 && !isEntitled("com.apple.security.cs.disable-library-validation")
  }
}

extension ProgramLibraries {
  private static let weakeningEntitlements = [
    "com.apple.security.cs.disable-library-validation", "com.apple.security.cs.allow-dyld-environment-variables",
    "com.apple.security.get-task-allow",
  ]

  fileprivate mutating func describe(_ report: Report) {
    state = report.state
    teamID = report.state == .trusted ? report.vouchedTeam : nil
    isApple = report.state == .trusted && report.isApples
    validatesLibraries = report.validatesLibraries
    weakening = ProgramLibraries.weakeningEntitlements.filter { report.isEntitled($0) }
  }

  /// Paths as a person knows them: from the Mac's root, or from where the scan began.
  fileprivate mutating func show(_ disk: AppleDisk) {
    program = disk.shown(program)
    for index in edges.indices {
      edges[index].asker = disk.shown(edges[index].asker)
      if case .found(let path) = edges[index].answer { edges[index].answer = .found(disk.shown(path)) }
    }
    for index in libraries.indices { libraries[index].path = disk.shown(libraries[index].path) }
  }
}
