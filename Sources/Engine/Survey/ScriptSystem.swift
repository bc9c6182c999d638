import AssayBytes
package import AssayCore
import AssayInventory
package import AssayPolicy
import AssayPKI

/// How PowerShell is configured for one host and user of a scanned system.
package struct ScriptHost: Hashable, Sendable {
  /// `Windows PowerShell 5.1`, `PowerShell 7 (Users/ann)`.
  package var label: String
  package var policy: EffectivePolicy
  package var publishers: PublisherLists
  package init(label: String, policy: EffectivePolicy, publishers: PublisherLists) {
    self.label = label
    self.policy = policy
    self.publishers = publishers
  }
}

/// One Windows system of a scanned root, as far as it decides about scripts.
package struct ScriptSystem: Sendable {
  /// Hosts named in one finding; further ones are counted.
  static let labelLimit = 8

  /// The folder that is its drive C:, below the root; empty where the root itself is.
  package let root: [UInt8]
  private let hosts: [ScriptHost]
  /// The zone of files without a mark: `--zone`.
  private let unmarked: SecurityZone
  /// SHA-1 of certificates in the system's own stores of roots: PowerShell there believes them whatever is trusted here.
  private let ownRoots: Set<[UInt8]>

  package init(root: String, hosts: [ScriptHost], unmarked: SecurityZone = .myComputer, ownRoots: Set<[UInt8]> = []) {
    self.root = Array(root.utf8)
    self.hosts = hosts
    self.unmarked = unmarked
    self.ownRoots = ownRoots
  }

  func holds(_ path: [UInt8]) -> Bool {
    root.isEmpty || path.count > root.count && path.starts(with: root) && path[root.count] == 0x2F
  }

  /// Adds what each host would do with the script; nothing where the report is of no script or its signature could not be judged.
  func complete(_ report: inout Report, at path: [UInt8], zone look: () -> ZoneSighting) {
    guard !hosts.isEmpty, report.format == "powershell", let signature = signature(report) else { return }
    let name = Array(path.split(separator: 0x2F).last ?? [])
    guard let dot = name.lastIndex(of: 0x2E) else { return }
    let ending = String(decoding: name[(dot + 1)...], as: UTF8.self).lowercased()
    guard ExecutionPolicy.checkedExtensions.contains(ending) else { return }
    let sighting = look()
    var zone = unmarked
    if case .mark(let bytes) = sighting { zone = ZoneIdentifier.parse(bytes) ?? unmarked }
    let isInSystemFolder = isInSystemFolder(path)
    let answers = { (zone: SecurityZone) in
      findings(ScriptFacts(fileExtension: ending, signature: signature, zone: zone, isInSystemFolder: isInSystemFolder))
    }
    let found = answers(zone)
    report.findings += found
    guard sighting == .hidden, answers(.internet).map(\.code) != found.map(\.code) else { return }
    report.findings.append(
      Finding(
        ExecutionPolicyFindings.zoneHidden.name, .warning,
        "this mount shows no streams, so the zone is not known: taken for \(zone.name), and the answer would differ for internet"))
  }

  private func findings(_ facts: ScriptFacts) -> [Finding] {
    var groups: [(answer: ScriptAnswer, words: String, labels: [String])] = []
    for host in hosts {
      let answer = host.policy.policy.answer(facts, host.publishers)
      if let index = groups.firstIndex(where: { $0.answer == answer && $0.words == host.policy.words }) {
        groups[index].labels.append(host.label)
      } else {
        groups.append((answer, host.policy.words, [host.label]))
      }
    }
    return groups.map { group in
      let further = group.labels.count - ScriptSystem.labelLimit
      let labels =
        group.labels.prefix(ScriptSystem.labelLimit).joined(separator: ", ") + (further > 0 ? " and \(further) more" : "")
      return Finding(
        ExecutionPolicyFindings.code(group.answer.action).name, .note,
        "\(labels) would \(group.answer.action.rawValue): \(group.words): \(group.answer.reason)")
    }
  }

  /// Nil where the state is not known.
  private func signature(_ report: Report) -> ScriptFacts.Signature? {
    switch report.state {
    case .notAssessed: return nil
    case .trusted:
      guard let signer = report.signatures.first(where: { $0.state == .trusted })?.signer else { return .invalid("not known") }
      return .valid(publisher: signer.certificate.fingerprint(.sha1))
    case .untrusted:
      // The rung that is missing here is an anchor, and the system has one of its own.
      for signature in report.signatures where signature.state == .untrusted {
        guard let leaf = signature.path.first, signature.path.contains(where: { ownRoots.contains($0.fingerprint(.sha1)) }) else {
          continue
        }
        return .valid(publisher: leaf.fingerprint(.sha1))
      }
      return .invalid(report.state.rawValue)
    default: return .invalid(report.state.rawValue)
    }
  }

  /// The engine compares the beginning of the full path and no more: Program Files (x86) counts too, and so does System32x.
  private func isInSystemFolder(_ path: [UInt8]) -> Bool {
    let below = (root.isEmpty ? path[...] : path.dropFirst(root.count + 1)).lowered
    return ScriptSystem.systemFolders.contains { below.starts(with: $0) }
  }
  private static let systemFolders = ["windows/system32", "program files"].map { Array($0.utf8) }
}
