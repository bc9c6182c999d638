import AssayBytes
import AssayCore
import AssayImporters
import AssayPolicy

// Requirements that signed code makes of other code: of what runs it, of what it runs, of what it loads. No system refuses code by them
// except a host that runs guests itself, so that what does not hold is a warning.

extension RequirementSet {
  /// Nil where there is none or it cannot be read; why, the report says elsewhere.
  init?(of code: CodeFacts?, _ budget: inout Budget) {
    guard let blob = code?.requirements, let set = try? RequirementSet(blob: blob[...], &budget) else { return nil }
    self = set
  }

  func requirement(_ kind: Requirement.Kind) -> Requirement? { entries.first { $0.kind == kind }?.requirement }
}

/// How one requirement of another kind came out, to be told in the signature that makes it.
struct OtherRequirement {
  let kind: Requirement.Kind
  let requirement: Requirement
  let findings: [Finding]
  let outcome: Rung.Outcome
  let words: String
}

extension SignatureReport {
  private static func rung(_ kind: Requirement.Kind) -> String { "\(kind.name) requirement" }

  /// Says of each requirement that is not about the code itself that nobody evaluated it, and why.
  mutating func noteRequirementsOfOthers(_ set: RequirementSet) {
    for entry in set.entries where entry.kind != .designated {
      let why =
        switch entry.kind {
        case .host: "what runs the code is not known from here"
        case .guest: "what the code runs is known only while it runs"
        case .plugin: "which plug-ins it loads is known only while it runs"
        case .library: "the libraries that it loads were not looked for"
        default: "no system knows this kind"
        }
      settle(
        OtherRequirement(
          kind: entry.kind, requirement: entry.requirement, findings: [SignatureReport.note(entry.kind, entry.requirement, why)],
          outcome: .notEstablished, words: why))
    }
  }

  static func note(_ kind: Requirement.Kind, _ requirement: Requirement, _ why: String) -> Finding {
    Finding(
      RequirementFindings.notEvaluated.name, .note, "the \(kind.name) requirement is not evaluated: \(why)",
      expected: requirement.shown)
  }

  /// In the place of what was said of that kind before.
  mutating func settle(_ told: OtherRequirement) {
    let before = SignatureReport.note(told.kind, told.requirement, "").message
    let rung = SignatureReport.rung(told.kind)
    findings.removeAll { $0.code == RequirementFindings.notEvaluated.name && $0.message.hasPrefix(before) }
    ladder.rungs.removeAll { $0.name == rung }
    findings += told.findings
    ladder.rungs.append(
      Rung(rung, told.outcome, told.words, expected: told.requirement.shown, clause: "SecRequirementType, CSCommon.h"))
  }
}

/// Code that a requirement is asked of.
struct AskedCode {
  /// As a person knows it.
  let name: String
  /// Nil where it could not be judged for this.
  let report: Report?
  /// Why there is no report.
  var gap = "it could not be judged for this"
}

/// One requirement against several pieces of other code.
struct RequirementRound {
  let kind: Requirement.Kind
  let requirement: Requirement
  /// Who makes it.
  let asker: String

  /// `aside`: in words, other code that it is about as well and that nobody here can look at.
  func ask(_ codes: [AskedCode], aside: String?, code: FindingCode) -> OtherRequirement {
    var refused: [Finding] = []
    var unknown: [String] = []
    var held = 0
    for asked in codes {
      switch asked.report.map(answer) ?? .unknown(asked.gap) {
      case .satisfied: held += 1
      case .unknown(let why): unknown.append("\(asked.name): \(why)")
      case .unsatisfied(let term):
        refused.append(
          Finding(
            code.name, .warning, "\(asked.name) does not satisfy the \(kind.name) requirement of \(asker): \"\(term)\"",
            expected: requirement.shown, found: asked.report?.signatures.first?.signerName?.name ?? "no signer that is vouched for",
            attack: ["T1546.006"]))
      }
    }
    if codes.isEmpty { unknown.append(aside ?? "there is nothing that it is about") }
    var findings = Array(refused.prefix(8))
    if let first = unknown.first {
      let more = unknown.count > 1 ? ", and \(unknown.count - 1) more" : ""
      findings.append(SignatureReport.note(kind, requirement, (held > 0 ? "not of all: " : "") + first + more))
    }
    if !refused.isEmpty {
      return OtherRequirement(
        kind: kind, requirement: requirement, findings: findings, outcome: .failed,
        words: "\(refused.count) of \(refused.count + held) that could be asked do not satisfy it")
    }
    return OtherRequirement(
      kind: kind, requirement: requirement, findings: findings, outcome: unknown.isEmpty ? .passed : .notEstablished,
      words: unknown.first ?? "\(held) satisfy it" + (aside.map { "; besides, \($0)" } ?? ""))
  }

  /// Code without a signature satisfies nothing.
  private func answer(_ report: Report) -> RequirementAnswer {
    if report.state == .unsigned, report.signatures.allSatisfy({ $0.code == nil }) {
      return .unsatisfied(by: "it has no signature")
    }
    return report.answer(requirement)
  }
}
