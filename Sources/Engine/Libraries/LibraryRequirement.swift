import AssayApple
import AssayBytes
import AssayCore
import AssayInventory
import AssayPKI
import AssayPolicy

// `library` requirements of programs against what they load, and `host` requirements of scripts against what runs them.
extension LibraryJudging {
  /// Libraries of one program that its requirement is asked of.
  static let askedLimit = 256
  /// Octets of requirements that are evaluated for one program, over all of its libraries. Real ones have 300; a requirement may have 64 KiB, and
  /// each image its own.
  static let askedByteLimit = 2_000_000

  /// Answers by target, for the signatures that ask; empty where none does.
  func libraryAnswers(
    _ libraries: ProgramLibraries, _ part: Report, _ parts: [(path: String, report: Report)], _ place: Surroundings,
    _ disk: AppleDisk, _ context: TrustContext, _ work: inout Work
  ) -> [OtherRequirement?] {
    guard let wanted = part.requirements(.library, &work.budget) else { return [] }
    var paths: [String] = []
    var seen: Set<[UInt8]> = [Array(libraries.program.utf8)]
    for edge in libraries.edges {
      if case .found(let path) = edge.answer, seen.insert(Array(path.utf8)).inserted { paths.append(path) }
    }
    var codes: [AskedCode] = []
    let octets = part.signatures.reduce(1) { $0 + ($1.code?.requirements?.count ?? 0) }
    for path in paths.prefix(min(LibraryJudging.askedLimit, max(1, LibraryJudging.askedByteLimit / octets))) {
      let known = parts.last { path.utf8.elementsEqual($0.path.utf8) || path.utf8.starts(with: ($0.path + "/").utf8) }
      codes.append(AskedCode(name: disk.shown(path), report: known?.report ?? wholeReport(path, place, context, &work)))
    }
    let own = Set(libraries.edges.filter { $0.answer == .system }.map { Array($0.name.utf8) }).count
    if paths.count > codes.count {
      codes.append(AskedCode(name: "\(paths.count - codes.count) more", report: nil, gap: "only \(codes.count) are asked"))
    }
    let aside = own > 0 ? "\(own) of the system's own are in the shared cache alone" : nil
    let asker = disk.shown(libraries.program)
    return wanted.map { requirement in
      requirement.map {
        RequirementRound(kind: .library, requirement: $0, asker: asker)
          .ask(codes, aside: aside, code: RequirementFindings.library)
      }
    }
  }

  /// In the signatures of the part with that target, wherever it is nested.
  static func tell(_ answers: [OtherRequirement?], of target: String, in report: inout Report) {
    if report.target.utf8.elementsEqual(target.utf8) { report.tell(answers) }
    for index in report.nested.indices { tell(answers, of: target, in: &report.nested[index]) }
  }

  /// What runs a script is known on a Mac's own volume alone: elsewhere the same path leads to another system's program.
  func answerHost(_ report: inout Report, in place: () -> Surroundings?, _ context: TrustContext, _ work: inout Work) {
    guard let wanted = report.requirements(.host, &work.budget), let place = place(), place.volume != nil else { return }
    let disk = AppleDisk(place)
    guard let source = try? place.tree.open(place.path),
      let head = try? source.bytes(0..<min(source.byteCount, 512)), let path = ScriptLanguage.interpreterPath(head)
    else { return }
    let name = String(decoding: path, as: UTF8.self)
    let real = path.first == 0x2F ? disk.locate(name).file : nil
    let code = AskedCode(
      name: name, report: real.flatMap { wholeReport($0, place, context, &work) },
      gap: real == nil ? "it is not on the volume" : "it cannot be read")
    let asker = report.target
    report.tell(
      wanted.map { requirement in
        requirement.map {
          RequirementRound(kind: .host, requirement: $0, asker: asker).ask([code], aside: nil, code: RequirementFindings.host)
        }
      })
  }
}

extension Report {
  /// What each signature demands of that kind of other code; nil where none does.
  fileprivate func requirements(_ kind: Requirement.Kind, _ budget: inout Budget) -> [Requirement?]? {
    let wanted = signatures.map { RequirementSet(of: $0.code, &budget)?.requirement(kind) }
    return wanted.contains { $0 != nil } ? wanted : nil
  }

  /// One answer for each signature.
  fileprivate mutating func tell(_ answers: [OtherRequirement?]) {
    for (index, answer) in answers.enumerated() where signatures.indices.contains(index) {
      guard let answer else { continue }
      signatures[index].settle(answer)
      attack = (attack + answer.findings.flatMap(\.attack)).sortedOnce()
    }
  }
}
