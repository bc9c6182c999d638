import AssayBytes
import AssayCore
import AssayPKI

/// How deep in an artifact the flow is, and how many nested ones it has met.
struct Nesting {
  var depth = 0
  var count = 0
  /// What a seal demands of the artifact that is looked at.
  var requirement: [UInt8]?
}

extension Assessor {
  /// Artifacts inside artifacts. Real bundles have four levels.
  package static let nestedDepthLimit = 12
  /// Nested artifacts in one, all levels together. The largest applications known have about 600.
  package static let nestedCountLimit = 10_000

  /// Judges what is inside; the whole is as good as its worst part.
  func descend(
    into parts: [NestedArtifact], of report: inout Report, _ context: TrustContext, _ work: inout Work, _ nesting: inout Nesting
  ) {
    guard !parts.isEmpty else { return }
    let outer = work.budget
    nesting.depth += 1
    let demanded = nesting.requirement
    var satisfied = 0
    defer {
      nesting.requirement = demanded
      if satisfied > 0 {
        Assessor.add(
          Rung(
            Assessor.rung, .passed, "\(satisfied) pieces of nested code satisfy what they were sealed with", clause: Assessor.clause
          ),
          to: &report)
      }
      nesting.depth -= 1
      let memory = work.budget.memory
      work.budget = outer
      work.budget.memory = memory
    }
    for part in parts {
      guard nesting.depth <= Assessor.nestedDepthLimit, nesting.count < Assessor.nestedCountLimit else {
        report.findings.append(
          Finding(
            "limit.nested-artifacts", .failure, "more code is nested in it than is judged; \(part.path) and what follows is not"))
        report.state = max(report.state, .notAssessed)
        return
      }
      nesting.count += 1
      work.budget = work.budget.renewed()
      nesting.requirement = part.requirement ?? (part.sharesRequirement ? demanded : nil)
      let requirement = nesting.requirement
      let inner = assess(part, in: report.target, context, &work, &nesting)
      if let requirement, !inner.signatures.isEmpty, Assessor.demand(requirement, of: inner, at: part.path, for: &report) {
        satisfied += 1
      }
      add(inner, of: part, to: &report)
    }
  }

  private func add(_ inner: Report, of part: NestedArtifact, to report: inout Report) {
    guard inner.isCode || part.countsOther else { return }
    let demands = part.demand(inner)
    report.findings += demands
    if demands.contains(where: { $0.severity == .failure }) { report.state = max(report.state, .tampered) }
    if inner.state > report.state {
      report.findings.append(
        Finding(
          "engine.nested.worse", .failure, "\(part.path), which is part of it, is \(inner.state.rawValue)",
          expected: report.state.rawValue, found: inner.state.rawValue))
      report.state = inner.state
    }
    report.nested.append(inner)
  }

  private func assess(
    _ part: NestedArtifact, in target: String, _ context: TrustContext, _ work: inout Work, _ nesting: inout Nesting
  ) -> Report {
    do throws(ParseError) {
      let artifact = try part.open()
      return assess(artifact, reader: part.reader, in: context, &work, &nesting)
    } catch {
      return Assessor.unopened("\(target)/\(part.path)", error)
    }
  }
}
