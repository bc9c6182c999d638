import AssayBytes
package import AssayCore
import AssayImporters
package import AssayPolicy

/// What comes of a requirement that signed software makes of code.
package enum RequirementAnswer: Hashable, Sendable {
  case satisfied
  /// `by`: the part that does not hold, as text.
  case unsatisfied(by: String)
  /// What is not known, in words.
  case unknown(String)
}

extension Report {
  /// Does every piece of Apple code in it satisfy the requirement, as the system would evaluate it? `unknown` for what has none.
  package func answer(_ requirement: Requirement) -> RequirementAnswer {
    let coded = signatures.filter { $0.code != nil }
    guard !coded.isEmpty else { return .unknown("it has no code signature that can be read") }
    var unknown: RequirementAnswer?
    for signature in coded {
      switch signature.answer(requirement) {
      case .satisfied: continue
      case .unsatisfied(let term):
        let part = signature.code?.architecture ?? ""
        return .unsatisfied(by: part.isEmpty ? term : "\(term) (\(part))")
      case .unknown(let what): unknown = .unknown(what)
      }
    }
    return unknown ?? .satisfied
  }
}

extension SignatureReport {
  func answer(_ requirement: Requirement) -> RequirementAnswer {
    guard let facts = SignatureFacts(embedded: self) else { return .unknown("the signer's certificate cannot be read") }
    let outcome = requirement.evaluate(embedded: facts)
    switch outcome.value {
    case .true: return .satisfied
    case .false: return .unsatisfied(by: outcome.term.shown)
    case .unknown: return .unknown("\"\(outcome.term.shown)\" cannot be told from what is known")
    }
  }

  private static let rung = "designated requirement"
  private static let clause = "errSecCSReqFailed"

  /// The requirements that stand in the signature: its own is checked, those of other code are noted.
  mutating func checkRequirements(_ budget: inout Budget) {
    guard let blob = code?.requirements else { return }
    do throws(ParseError) {
      let set = try RequirementSet(blob: blob[...], &budget)
      noteRequirementsOfOthers(set)
      if let designated = set.requirement(.designated) { check(designated) }
    } catch {
      fail(error.isLimit ? .notAssessed : .malformed, Finding(error), error.isLimit ? .notEstablished : .failed)
    }
  }

  /// The code against its own designated requirement. It is the signer's word and proves nothing of who signed; code that fails it
  /// contradicts itself, and systems do not take it for what it says it is.
  private mutating func check(_ designated: Requirement) {
    switch answer(designated) {
    case .satisfied:
      ladder.rungs.append(
        Rung(SignatureReport.rung, .passed, "the code satisfies \"\(designated.shown)\"", clause: SignatureReport.clause))
    case .unsatisfied(let term):
      // Code that nobody stands for is still what it was: its claim of who made it is empty anyway.
      fail(
        state == .untrusted ? .untrusted : .malformed,
        Finding(
          RequirementFindings.unsatisfied.name, .failure, "the code does not satisfy its own designated requirement: \"\(term)\"",
          expected: designated.shown, attack: ["T1036.001"]), .failed)
    case .unknown(let what):
      findings.append(
        Finding(
          RequirementFindings.unestablished.name, .note,
          "whether the code satisfies its own designated requirement is not known: \(what)",
          expected: designated.shown))
      ladder.rungs.append(
        Rung(SignatureReport.rung, .notEstablished, what, expected: designated.shown, clause: SignatureReport.clause))
    }
    if let weakness = designated.weakness {
      findings.append(
        Finding(
          RequirementFindings.weak.name, .note, "the designated requirement is weak: \(weakness)", found: designated.shown,
          attack: ["T1036.001"]))
    }
  }

  private mutating func fail(_ state: State, _ finding: Finding, _ outcome: Rung.Outcome) {
    self.state = max(self.state, state)
    signer = nil
    findings.append(finding)
    ladder.rungs.append(
      Rung(
        SignatureReport.rung, outcome, finding.message, expected: finding.expected, found: finding.found, offset: finding.offset,
        clause: SignatureReport.clause))
  }
}

extension Assessor {
  /// A nested report against the requirement that the seal around it makes (errSecCSBadNestedCode). Adds to the outer report.
  static func demand(_ text: [UInt8], of inner: Report, at path: String, for report: inout Report) -> Bool {
    let requirement: Requirement
    let shown = String(decoding: text, as: UTF8.self)
    do throws(RequirementError) {
      requirement = try Requirement(parsing: text)
    } catch {
      refuse(path, "the requirement that the seal makes of \(path) cannot be read: \(error.description)", shown, nil, &report)
      return false
    }
    switch inner.answer(requirement) {
    case .satisfied: return true
    case .unsatisfied(let term):
      refuse(path, "\(path) does not satisfy the requirement that it was sealed with: \"\(term)\"", shown, found(inner), &report)
    case .unknown(let what):
      report.findings.append(
        Finding(
          "bundle.nested.requirement", .note,
          "whether \(path) satisfies the requirement that it was sealed with is not known: \(what)",
          expected: shown))
      add(Rung(rung, .notEstablished, "\(path): \(what)", expected: shown, clause: clause), to: &report)
      // Code that is good in itself may yet be other code than the seal's.
      if inner.state <= .expired { report.state = max(report.state, .notAssessed) }
    }
    return false
  }

  static let rung = "nested requirements"
  static let clause = "CodeResources requirement, errSecCSBadNestedCode"

  static func add(_ rung: Rung, to report: inout Report) {
    for index in report.signatures.indices { report.signatures[index].ladder.rungs.append(rung) }
  }

  private static func refuse(_ path: String, _ message: String, _ expected: String, _ found: String?, _ report: inout Report) {
    report.findings.append(
      Finding("bundle.nested.requirement", .failure, message, expected: expected, found: found, attack: ["T1554"]))
    add(Rung(rung, .failed, message, expected: expected, found: found, clause: clause), to: &report)
    report.state = max(report.state, .tampered)
  }

  /// Who the code is by, in the words of a requirement.
  private static func found(_ inner: Report) -> String? {
    guard let signature = inner.signatures.first(where: { $0.code != nil }), let code = signature.code else { return nil }
    let name = "identifier \"\(String(decoding: code.identifier, as: UTF8.self))\""
    guard let signer = signature.signerName?.name else { return "\(name), cdhash \(Hex.encode(code.cdHash))" }
    return "\(name), signed by \(signer)"
  }
}
