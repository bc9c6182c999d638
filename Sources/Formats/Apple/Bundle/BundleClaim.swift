package import AssayBytes
package import AssayCore
package import AssayPKI

/// The signature of the main code as a statement about the whole bundle: it covers the seal, and the seal the files.
package struct BundleClaim: Claim {
  let main: any Claim
  let sealPath: String
  let seal: Result<BundleArtifact.Seal, ParseError>?
  let profile: EmbeddedProfile?

  init(
    _ main: any Claim, sealPath: String, seal: Result<BundleArtifact.Seal, ParseError>?, profile: EmbeddedProfile? = nil
  ) {
    self.profile = profile
    self.main = main
    self.sealPath = sealPath
    self.seal = seal
  }

  package var kind: SignatureKind { .bundle }
  package var index: Int { main.index }
  package var inspection: [InspectionLine] { main.inspection }
  package var code: CodeFacts? { main.code }
  package func claimedPath(_ budget: inout Budget) throws(ParseError) -> [Certificate] { try main.claimedPath(&budget) }
  /// What is read of the main code, under its own ticket where it has one.
  private var mainSignature: AppleSignature? {
    let inner = (main as? StapledClaim)?.inner ?? main
    return (inner as? AppleCodeClaim)?.signature.flatMap { try? $0.get() }
  }

  package func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport {
    var report = main.check(measured, in: context, &work)
    report.kind = .bundle
    rate(&report, measured.sealed, isStrict: context.isStrict)
    if let profile {
      report.findings += profile.compare(report, mainSignature, in: context, &work)
    }
    return report
  }

  private func rate(_ report: inout SignatureReport, _ sealed: SealedContent?, isStrict: Bool) {
    let clause = "CodeResources, version 2"
    switch seal {
    case nil:
      fail(
        &report,
        Finding(
          "bundle.seal.missing", .failure, "\(sealPath) is not there: nothing vouches for the bundle's files", attack: ["T1554"]),
        "seal", .failed, "errSecCSResourcesNotFound", .malformed)
    case .failure(let error)?:
      let isLimit = error.isLimit || error.isUnreadable || error.code == "coderesources.rule.unsupported"
      fail(&report, Finding(error), "seal", isLimit ? .notEstablished : .failed, clause, isLimit ? .notAssessed : .malformed)
    case .success(let seal)?:
      report.ladder.rungs.append(
        Rung(
          "seal", .passed, "\(sealPath) seals \(seal.resources.seals.count) names by \(seal.resources.rules.count) rules",
          clause: clause))
      for weakness in seal.weaknesses {
        fail(
          &report, Finding("bundle.rules.weak", .failure, "the rules of the seal are weak: \(weakness)", attack: ["T1554"]),
          "rules",
          .failed, "errSecCSWeakResourceRules", .malformed)
      }
      if seal.weaknesses.isEmpty {
        report.ladder.rungs.append(Rung("rules", .passed, "nothing is left out that must be sealed", clause: clause))
      }
      if seal.resources.version == 1 {
        fail(
          &report,
          Finding(
            "bundle.envelope.version-1", .failure,
            "the seal is of version 1, which covers resources alone and no other code in the bundle"),
          "envelope", .failed, "errSecCSWeakResourceEnvelope", .malformed)
      }
      for tolerated in sealed?.tolerated ?? [] {
        guard isStrict else {
          report.findings.append(tolerated)
          continue
        }
        var finding = tolerated
        finding.severity = .failure
        fail(&report, finding, "strictness", .failed, "Assay contract, --strict", .malformed)
      }
      rateContent(&report, sealed)
    }
  }

  private func rateContent(_ report: inout SignatureReport, _ sealed: SealedContent?) {
    let clause = "CodeResources: every file, link and nested code"
    guard let sealed else {
      fail(
        &report, Finding("bundle.resources.not-measured", .failure, "the bundle's files could not be compared with their seal"),
        "sealed resources", .notEstablished, clause, .notAssessed)
      return
    }
    for finding in sealed.findings {
      fail(&report, finding, "sealed resources", .failed, clause, finding.code == "bundle.link.escape" ? .malformed : .tampered)
    }
    for gap in sealed.gaps { fail(&report, gap, "sealed resources", .notEstablished, clause, .notAssessed) }
    if sealed.isIntact {
      report.ladder.rungs.append(
        Rung(
          "sealed resources", .passed, "\(sealed.intact) files and links are what was sealed, and nothing was added", clause: clause
        ))
    }
  }

  /// Adds a rung and a finding, and takes from the signature what it no longer proves.
  private func fail(
    _ report: inout SignatureReport, _ finding: Finding, _ rung: String, _ outcome: Rung.Outcome, _ clause: String, _ state: State
  ) {
    report.ladder.rungs.append(
      Rung(rung, outcome, finding.message, expected: finding.expected, found: finding.found, offset: finding.offset, clause: clause)
    )
    report.findings.append(finding)
    report.state = max(report.state, state)
    report.signer = nil
  }
}
