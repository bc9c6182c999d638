import AssayCore
import AssayPKI

/// The words in which every ladder of this family speaks, and its rungs from the signer to an anchor.
protocol AuthenticodeLadder {
  var report: SignatureReport { get set }
  /// Every state that a rung asks for; the worst one counts.
  var states: [State] { get set }
  /// Where in the file a rung stands that names no place of its own; nil for nowhere.
  var usualOffset: Int? { get }
}

extension AuthenticodeLadder {
  mutating func pass(
    _ name: String, _ message: String, expected: String? = nil, found: String? = nil, offset: Int? = nil, clause: String
  ) {
    report.ladder.rungs.append(
      Rung(name, .passed, message, expected: expected, found: found, offset: offset ?? usualOffset, clause: clause))
  }

  mutating func unknown(_ name: String, _ message: String, offset: Int? = nil, clause: String) {
    report.ladder.rungs.append(Rung(name, .notEstablished, message, offset: offset ?? usualOffset, clause: clause))
  }

  /// A failed rung with its finding and the state that it asks for.
  mutating func fail(_ name: String, as state: State, _ finding: Finding, clause: String) {
    states.append(state)
    report.findings.append(finding)
    report.ladder.rungs.append(
      Rung(
        name, .failed, finding.message, expected: finding.expected, found: finding.found, offset: finding.offset, clause: clause))
  }

  /// A rung that could not be established and is needed: not assessed, with its finding.
  mutating func cannot(_ name: String, _ finding: Finding, clause: String) {
    states.append(.notAssessed)
    report.findings.append(finding)
    unknown(name, finding.message, offset: finding.offset, clause: clause)
  }

  /// The timestamps that prove nothing, each with why.
  mutating func noteIgnored(_ stamps: [TimeStampCheck]) {
    for failure in stamps.filter({ $0.verified == nil }).flatMap({ $0.failures.prefix(4) }) {
      report.findings.append(
        Finding(failure.code, .warning, "timestamp ignored: \(failure.message)", expected: failure.expected, found: failure.found))
    }
  }

  // MARK: - Path

  /// Path, usage, validity time, revocation. `when`: the time that counts, in words. `offset`: where the file holds the certificate.
  /// `isPathTold`: why there is no path was said already.
  mutating func tell(
    _ result: PathResult, of certificate: Certificate, at offset: Int, when: String, isPathTold: Bool = false
  ) {
    rung(
      "path", result, "to \(result.anchor?.name ?? "an anchor") through \(max(result.path.count - 1, 0)) issuers",
      isTold: isPathTold
    ) { kind in
      switch kind {
      case .usage, .notYetValid, .expired, .revoked: false
      default: true
      }
    }
    rung("usage", result, "the certificate may sign code") { $0 == .usage }
    rung("validity time", result, "every certificate is valid \(when)") { $0 == .expired || $0 == .notYetValid }
    tellRevocation(result)
    report.noteWeaknesses(of: result)
    if states.contains(.untrusted), certificate.isSelfIssued {
      let subject = certificate.subject.description
      report.findings.append(
        Finding(
          "authenticode.signer.self-signed", .failure, "self-signed by \(subject): the name is the signer's own claim",
          offset: offset, found: subject))
    }
  }

  private mutating func tellRevocation(_ result: PathResult) {
    let (name, clause) = ("revocation", "RFC 5280 6.3")
    if result.failures.contains(where: { $0.kind == .revoked }) {
      rung(name, result, "") { $0 == .revoked }
    } else if result.revocation == .good {
      pass(name, "no certificate of the path is revoked", clause: clause)
    } else {
      unknown(name, "no revocation evidence at hand covers the path", clause: clause)
      report.noteUnknownRevocation()
    }
  }

  /// One rung of the path: its failures, or that it holds, or that nothing can be said without a path.
  private mutating func rung(
    _ name: String, _ result: PathResult, _ words: String, isTold: Bool = false, _ isMine: (PathFailure.Kind) -> Bool
  ) {
    let mine = result.failures.filter { isMine($0.kind) }
    for failure in mine {
      var finding = Finding(failure)
      finding.attack = ["T1036.001"]
      report.findings.append(finding)
      states.append(State(failure.kind))
    }
    if isTold { return }
    if let first = mine.first {
      report.ladder.rungs.append(
        Rung(name, .failed, first.message, expected: first.expected, found: first.found, clause: first.clause))
    } else if result.anchor == nil, name != "path" {
      unknown(name, "nothing is established without a path to an anchor", clause: "RFC 5280 6.1")
    } else {
      pass(name, words, found: result.anchor?.name, clause: "RFC 5280 6.1")
    }
  }
}
