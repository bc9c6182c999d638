package import AssayBytes
package import AssayCore
package import AssayPKI

/// A signature together with the ticket that is attached to what it signs.
package struct StapledClaim: Claim {
  let inner: any Claim
  let ticket: StapledTicket
  /// For each piece of code that the ticket must name, the digests of which it must have one.
  let wanted: [[[UInt8]]]

  /// The claim as it is where there is no ticket.
  package static func around(_ inner: any Claim, _ ticket: StapledTicket?, _ wanted: [[[UInt8]]]) -> any Claim {
    guard let ticket else { return inner }
    return StapledClaim(inner: inner, ticket: ticket, wanted: wanted.filter { !$0.isEmpty })
  }

  package var kind: SignatureKind { inner.kind }
  package var index: Int { inner.index }
  package var inspection: [InspectionLine] { inner.inspection }
  package var code: CodeFacts? { inner.code }
  package func claimedPath(_ budget: inout Budget) throws(ParseError) -> [Certificate] { try inner.claimedPath(&budget) }

  package func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport {
    var report = inner.check(measured, in: context, &work)
    let clause = "notarization, stapled ticket"
    if let size = ticket.refusedBytes {
      fail(
        &report,
        Finding(
          "limit.ticket-bytes", .failure, "a stapled ticket of \(size) bytes; more than \(StapledTicket.byteLimit) are not read",
          offset: ticket.offset), .notEstablished, .notAssessed, clause)
      return report
    }
    if ticket.isPropertyList {
      report.findings.append(
        Finding(
          "apple.ticket.none", .warning,
          "a property list stands in the place of a ticket: no system reads a seal there, and this tool did not",
          offset: ticket.offset))
      return report
    }
    // Nothing to compare with: the signature's own failures say why.
    guard !wanted.isEmpty else { return report }
    guard wanted.allSatisfy({ ticket.names(anyOf: $0) }) else {
      let missing = wanted.first { !ticket.names(anyOf: $0) }?.last ?? []
      fail(
        &report,
        Finding(
          "apple.ticket.foreign", .failure, "the stapled ticket does not name this code: it was issued for other code",
          offset: ticket.offset, expected: Hex.encode(Array(missing.prefix(20))), found: "not in the ticket",
          attack: ["T1553.001"]), .failed, .malformed, clause)
      return report
    }
    let words = "a stapled ticket names this code; whether Apple signed the ticket is not established"
    report.findings.append(Finding("apple.ticket.not-established", .note, words, offset: ticket.offset))
    report.ladder.rungs.append(Rung("ticket", .notEstablished, words, offset: ticket.offset, clause: clause))
    return report
  }

  private func fail(
    _ report: inout SignatureReport, _ finding: Finding, _ outcome: Rung.Outcome, _ state: State, _ clause: String
  ) {
    report.findings.append(finding)
    report.ladder.rungs.append(
      Rung(
        "ticket", outcome, finding.message, expected: finding.expected, found: finding.found, offset: finding.offset, clause: clause
      )
    )
    report.state = max(report.state, state)
    report.signer = nil
  }
}
