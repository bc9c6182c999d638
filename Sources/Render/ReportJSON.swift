import AssayBytes
package import AssayCore

/// A report in the schema `assay.report/1`. Absent facts are null, never invented.
extension JSONWriter {
  /// `ladder` adds each signature's rungs and what the platform would say, for explanations.
  package mutating func report(_ judged: JudgedReport, ladder: Bool = false) {
    let (report, verdict) = (judged.report, judged.verdict)
    object { writer in
      writer.member("target", report.target)
      writer.member("format", report.format)
      writer.member("roles", report.roles.map(\.rawValue))
      writer.member("state", verdict.state.rawValue)
      writer.member("decision", verdict.decision.rawValue)
      writer.member("rule", verdict.rule)
      writer.member("reason", verdict.reason)
      if !judged.isEnforced { writer.member("mode", verdict.mode.rawValue) }
      writer.member("digests") { writer in
        for digest in report.digests { writer.member(digest.name, digest.value) }
      }
      writer.key("signatures")
      writer.array { writer in for signature in report.signatures { writer.signature(signature, ladder: ladder) } }
      writer.key("findings")
      writer.array { writer in for finding in judged.findings { writer.finding(finding) } }
      writer.member("attack", judged.attack)
      if !report.libraries.isEmpty { writer.libraries(report.libraries) }
      if ladder, let answer = PlatformAnswer(judged.report) { writer.platform(answer) }
      writer.key("nested")
      writer.array { writer in for part in judged.nested { writer.report(part, ladder: ladder) } }
      // Beyond the contract's example, so that a saved report can be judged again.
      writer.member("isCode", report.isCode)
      writer.key("identity")
      writer.identity(report.identity)
    }
  }

  /// What the artifact says of itself; null where it says nothing.
  private mutating func identity(_ identity: Identity) {
    guard identity != Identity() else { return value(nil as String?) }
    object { writer in
      writer.member("companyName", identity.companyName)
      writer.member("productName", identity.productName)
      writer.member("fileDescription", identity.fileDescription)
      writer.member("originalFilename", identity.originalFilename)
      writer.member("internalName", identity.internalName)
      writer.member("legalCopyright", identity.legalCopyright)
      writer.member("fileVersion", identity.fileVersion)
      writer.member("productVersion", identity.productVersion)
      writer.member("architecture", identity.architecture)
    }
  }

  private mutating func signature(_ signature: SignatureReport, ladder: Bool) {
    object { writer in
      writer.member("kind", signature.kind.rawValue)
      writer.member("index", signature.index)
      writer.member("state", signature.state.rawValue)
      writer.member("digestAlgorithm", signature.digestAlgorithm?.rawValue)
      if let derived = signature.derived {
        writer.members(derived.fact { SigningJSON(signature) }.octets)
      } else {
        writer.signing(signature)
      }
      if ladder {
        writer.key("ladder")
        writer.array { writer in for rung in signature.ladder.rungs { writer.rung(rung) } }
      }
    }
  }

  /// Who signed and when: the same for every file that a catalog lists.
  fileprivate mutating func signing(_ signature: SignatureReport) {
    key("signer")
    if let signer = signature.signerFacts { self.signer(signer) } else { value(nil as String?) }
    let time = signature.time
    member("time") { writer in
      writer.member("source", time.source.rawValue)
      writer.member("value", time.value?.rfc3339)
      writer.member("authority", time.authority)
    }
    member("revocation", signature.revocation.rawValue)
  }

  private mutating func signer(_ signer: SignerFacts) {
    object { writer in
      writer.member("subject", signer.subject)
      writer.member("commonName", signer.commonName)
      writer.member("organization", signer.organization)
      writer.member("teamID", signer.teamID)
      writer.member("sha256", signer.sha256)
      writer.member("spkiSHA256", signer.spkiSHA256)
      writer.member("notBefore", signer.notBefore.rfc3339)
      writer.member("notAfter", signer.notAfter.rfc3339)
      writer.member("path", signer.path)
      writer.member("anchor", signer.anchor)
      writer.member("anchorBundle", signer.anchorBundle)
    }
  }

  private mutating func finding(_ finding: Finding) {
    object { writer in
      writer.member("code", finding.code)
      writer.member("severity", finding.severity.rawValue)
      writer.member("message", finding.message)
      writer.member("offset", finding.offset)
      writer.member("expected", finding.expected)
      writer.member("found", finding.found)
    }
  }

  private mutating func rung(_ rung: Rung) {
    object { writer in
      writer.member("name", rung.name)
      writer.member("outcome", rung.outcome.rawValue)
      writer.member("message", rung.message)
      writer.member("expected", rung.expected)
      writer.member("found", rung.found)
      writer.member("offset", rung.offset)
      writer.member("clause", rung.clause)
    }
  }

  private mutating func platform(_ answer: PlatformAnswer) {
    member("platform") { writer in
      writer.member("call", "WinVerifyTrust")
      writer.member("status", answer.status)
      writer.member("code", answer.code.map(PlatformAnswer.hex))
      writer.member("symbol", answer.symbol)
    }
  }
}

/// Members of an object, written once for all reports that share them.
private final class SigningJSON: Sendable {
  let octets: [UInt8]
  init(_ signature: SignatureReport) {
    var writer = JSONWriter()
    writer.signing(signature)
    octets = writer.octets
  }
}

extension JSONWriter {
  /// `"tool":{...},"policy":{...},"trust":[...]`.
  mutating func head(_ run: RunInfo) {
    member("tool") { writer in
      writer.member("name", "assay")
      writer.member("version", run.toolVersion)
      writer.member("command", run.command)
      writer.member("at", run.at?.rfc3339)
    }
    member("policy") { writer in
      writer.member("name", run.policy)
      writer.member("mode", run.mode.rawValue)
    }
    key("trust")
    array { writer in
      for bundle in run.trust {
        writer.object { writer in
          writer.member("name", bundle.name)
          writer.member("origin", bundle.origin)
          writer.member("date", bundle.date?.rfc3339)
          writer.member("anchors", bundle.anchors)
        }
      }
    }
  }

  /// Every state and decision is there, also those that nothing has.
  mutating func summary(_ summary: Summary) {
    object { writer in
      writer.member("seen", summary.seen)
      writer.member("judged", summary.judged)
      writer.member("notCode", summary.notCode)
      writer.member("states") { writer in
        for state in State.allCases { writer.member(state.rawValue, summary.byState[state] ?? 0) }
      }
      writer.member("decisions") { writer in
        for decision in [Decision.accept, .reject, .undecided] {
          writer.member(decision.rawValue, summary.byDecision[decision] ?? 0)
        }
      }
      writer.reasons(summary.whole)
      writer.member("formats") { writer in for format in summary.formats { writer.member(format.id, format.count) } }
      writer.member("attack") { writer in
        for (id, counts) in summary.techniques {
          writer.member(id) { writer in
            writer.member("seen", counts.seen)
            writer.member("accepted", counts.accepted)
            writer.member("failing", counts.failing)
            writer.member("notAssessed", counts.notAssessed)
            writer.reasons(counts)
          }
        }
      }
    }
  }

  /// Code of the finding that kept an artifact from being assessed, and how many it kept.
  private mutating func reasons(_ counts: Summary.Technique) {
    member("notAssessedBecause") { writer in
      for (code, count) in counts.reasons.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
        writer.member(code, count)
      }
    }
  }
}
