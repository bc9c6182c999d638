import AssayBytes
import AssayCore
import AssayPKI

extension DenyEntry {
  /// What was looked for and found, or nil; `unknown` names a fact that is missing.
  enum Answer: Equatable {
    case hit(expected: String)
    case clear
    case unknown(String)
  }

  /// Any test that hits makes the entry hit.
  func answer(_ facts: ReportFacts) -> Answer {
    var missing: String?
    for test in tests {
      switch test.answer(facts) {
      case .hit(let what): return .hit(expected: what)
      case .unknown(let what): missing = missing ?? what
      case .clear: break
      }
    }
    return missing.map { .unknown($0) } ?? .clear
  }
}

extension DenyEntry.Test {
  /// Formats that have an Authenticode digest.
  private static let authenticode = ["pe", "powershell", "catalog", "cabinet", "installer", "appx", "script"]

  fileprivate func answer(_ facts: ReportFacts) -> DenyEntry.Answer {
    switch self {
    case .digest(let name, let values):
      guard let found = facts.digests[name] else {
        // A format without such a digest cannot be on the list; a flat one can always be computed.
        let cannot = name.hasPrefix("authenticode-") && facts.format.map { !Self.authenticode.contains($0) } ?? false
        return cannot ? .clear : .unknown("the artifact's \(name)")
      }
      return values.contains(found) ? .hit(expected: "\(name) \(found)") : .clear
    case .certificate(let algorithm, let hashes):
      return answer(facts, "certificate's \(algorithm.rawValue)", hashes) { algorithm == .sha1 ? $0.sha1 : $0.sha256 }
    case .key(let hashes): return answer(facts, "key's sha256", hashes) { $0.spkiSHA256 }
    case .state(let states):
      return states.contains(facts.state) ? .hit(expected: "state \(facts.state.rawValue)") : .clear
    case .foreign(let rules):
      switch rules.refuses(facts) {
      case .hit(let rule): return .hit(expected: rule.words)
      case .unknown(let what): return .unknown(what)
      case .clear: return .clear
      }
    case .requirement(let requirement):
      var isUnknown = false
      for signature in facts.signatures where signature.isVerified {
        switch requirement.evaluate(signature).value {
        case .true: return .hit(expected: "\"\(requirement.shown)\"")
        case .unknown: isUnknown = true
        case .false: break
        }
      }
      return isUnknown ? .unknown("whether \"\(requirement.shown)\" holds") : .clear
    }
  }

  private func answer(
    _ facts: ReportFacts, _ what: String, _ hashes: Set<[UInt8]>, _ value: (CertificateFacts) -> [UInt8]?
  ) -> DenyEntry.Answer {
    var isUnknown = false
    for certificate in facts.signatures.flatMap(\.claimed) {
      guard let found = value(certificate) else {
        isUnknown = true
        continue
      }
      if hashes.contains(found) { return .hit(expected: "\(what) \(Hex.encode(found))") }
    }
    return isUnknown ? .unknown("a \(what)") : .clear
  }
}
