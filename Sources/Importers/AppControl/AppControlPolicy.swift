import AssayBytes
import AssayContainers
package import AssayPKI
import AssayPolicy

/// A policy of Microsoft's App Control for Business (WDAC, SiPolicy), the recommended driver blocklist among them.
///
/// Digests and certificates are found through an index, so that thousands of rules cost a file no more than a few. What Windows does
/// with each kind of rule is told in Docs/Policy.md.
package struct AppControlPolicy: ForeignRules {
  package let origin: String
  package let kind = "App Control policy"
  package let counts: [(kind: String, count: Int)]
  package let notes: [String]
  package let isDenyOnly: Bool
  package let isAudit: Bool
  package let listedDigests: [DigestAlgorithm]
  package let flatDigests: [DigestAlgorithm] = []

  let rules: [AppControlFileRule]
  let signers: [AppControlSigner]
  /// By number; a scenario that the policy does not have allows nothing.
  let scenarios: [Int: AppControlScenario]
  let judgesUserMode: Bool
  let requiresWHQL: Bool
  /// Rules by digest, of every scenario: a digest means the same bytes wherever they run.
  let deniedHashes: [[UInt8]: Int]
  let allowedHashes: [Int: [[UInt8]: Int]]
  /// Denied signers by scenario and digest of a certificate.
  let deniedByRoot: [Int: [[UInt8]: [Int]]]
  /// Whether any rule compares digests of that length.
  let hashLengths: Set<Int>

  static let namespace: XMLText = "urn:schemas-microsoft-com:sipolicy"
  static let kernel = 131
  static let user = 12

  init(_ root: XMLElement, origin: String) throws(ParseError) {
    let read = try AppControlReader(root)
    self.origin = origin
    rules = read.rules
    signers = read.signers
    scenarios = read.scenarios
    isAudit = read.options.contains("Enabled:Audit Mode")
    judgesUserMode = read.options.contains("Enabled:UMCI")
    requiresWHQL = read.options.contains("Required:WHQL")

    var denied: [[UInt8]: Int] = [:]
    var allowed: [Int: [[UInt8]: Int]] = [:]
    var byRoot: [Int: [[UInt8]: [Int]]] = [:]
    for (value, scenario) in read.scenarios.sorted(by: { $0.key < $1.key }) {
      for index in scenario.rules {
        guard let hash = read.rules[index].hash else { continue }
        if read.rules[index].action == .deny, denied[hash] == nil { denied[hash] = index }
        if read.rules[index].action == .allow, allowed[value]?[hash] == nil { allowed[value, default: [:]][hash] = index }
      }
      for (place, entry) in scenario.denied.enumerated() {
        if case .tbs(let digest) = read.signers[entry.signer].root {
          byRoot[value, default: [:]][digest, default: []].append(place)
        }
      }
    }
    deniedHashes = denied
    allowedHashes = allowed
    deniedByRoot = byRoot
    let lengths = Set(read.rules.compactMap { $0.hash?.count })
    hashLengths = lengths
    listedDigests = [(DigestAlgorithm.sha1, 20), (.sha256, 32)].filter { lengths.contains($0.1) }.map(\.0)
    counts = AppControlPolicy.count(read)
    notes = AppControlPolicy.notes(read)
    // Policies that only refuse allow everything by a rule for each scenario, as Windows would run nothing else.
    let allowing = Set(read.scenarios.values.flatMap(\.rules)).filter {
      read.rules[$0].action == .allow && !read.rules[$0].isEverything
    }
    isDenyOnly = allowing.isEmpty && read.scenarios.values.allSatisfy(\.allowed.isEmpty)
  }

  private static func count(_ read: AppControlReader) -> [(kind: String, count: Int)] {
    func rules(_ action: AppControlFileRule.Action, _ test: (AppControlFileRule) -> Bool) -> Int {
      read.rules.count { $0.action == action && test($0) }
    }
    let denied = Set(read.scenarios.values.flatMap { $0.denied.map(\.signer) })
    let allowed = Set(read.scenarios.values.flatMap { $0.allowed.map(\.signer) }).subtracting(denied)
    let rows: [(kind: String, count: Int)] = [
      ("digests denied", rules(.deny) { $0.hash != nil }), ("paths denied", rules(.deny) { $0.hash == nil && $0.isPath }),
      ("file attributes denied", rules(.deny) { $0.hash == nil && !$0.isPath }),
      ("digests allowed", rules(.allow) { $0.hash != nil }), ("paths allowed", rules(.allow) { $0.hash == nil && $0.isPath }),
      ("everything allowed", rules(.allow) { $0.isEverything }),
      ("file attributes allowed", rules(.allow) { $0.hash == nil && !$0.isPath && !$0.isEverything }),
      ("file attributes of signers", rules(.attribute) { _ in true }), ("signers denied", denied.count),
      ("signers allowed", allowed.count), ("signers that nothing refers to", read.signers.count - denied.count - allowed.count),
    ]
    return rows.filter { $0.count > 0 }
  }

  private static func notes(_ read: AppControlReader) -> [String] {
    var notes = read.notes
    let judged: Set<String> = [
      "Enabled:Audit Mode", "Enabled:UMCI", "Required:WHQL", "Enabled:Revoked Expired As Unsigned",
      "Enabled:Unsigned System Integrity Policy", "Disabled:Runtime FilePath Rule Protection",
    ]
    if read.rules.contains(where: { $0.action == .allow && $0.path != nil }),
      !read.options.contains("Disabled:Runtime FilePath Rule Protection")
    {
      notes.append("paths are judged without Windows' check that administrators alone may write there")
    }
    for option in read.options where !judged.contains(option) { notes.append("option \(option) is not judged by") }
    var used = Set(read.scenarios.values.flatMap { $0.denied.map(\.signer) + $0.allowed.map(\.signer) })
    for (index, signer) in read.signers.enumerated() where !used.contains(index) {
      notes.append("signer \(signer.id) is referred to by no scenario; Windows does not judge by it either")
    }
    used = Set(
      read.scenarios.values.flatMap { $0.rules + ($0.denied + $0.allowed).flatMap(\.exceptions) }
        + read.signers.flatMap(\.attributes))
    for (index, rule) in read.rules.enumerated() where !used.contains(index) {
      notes.append("rule \(rule.id) is referred to by nothing; Windows does not judge by it either")
    }
    return notes
  }
}
