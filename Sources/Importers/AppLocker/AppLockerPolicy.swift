import AssayBytes
import AssayContainers
import AssayCore
package import AssayPKI
package import AssayPolicy

/// A policy of Windows' AppLocker.
///
/// Each collection is about files of its kind and has effect only where it has a rule; then nothing runs that no rule allows. A rule that
/// denies goes before any that allows. What is no file of a collection (drivers among them) it says nothing of.
/// MicrosoftDocs/windows-itpro-docs, app-control-for-business/applocker: understanding-applocker-rule-behavior.md,
/// understanding-applocker-allow-and-deny-actions-on-rules.md, understanding-applocker-rule-collections.md.
package struct AppLockerPolicy: ForeignRules {
  package let origin: String
  package let kind = "AppLocker policy"
  package let counts: [(kind: String, count: Int)]
  package let notes: [String]
  package let isDenyOnly: Bool
  package let isAudit: Bool
  package let listedDigests: [DigestAlgorithm]
  package let flatDigests: [DigestAlgorithm]
  private let collections: [AppLockerCollection: AppLockerRuleCollection]

  init(_ root: XMLElement, origin: String) throws(ParseError) {
    let read = try AppLockerReader(root)
    self.origin = origin
    notes = read.notes
    collections = read.collections
    let rules = read.collections.values.flatMap(\.rules)
    isDenyOnly = !rules.contains(where: \.allows)
    isAudit = !read.collections.isEmpty && read.collections.values.allSatisfy(\.isAudit)
    let hashes = rules.flatMap { $0.conditions + $0.exceptions }.compactMap(AppLockerPolicy.hashes)
    let lengths = Set(hashes.flatMap { $0.own.keys.map(\.count) })
    flatDigests = hashes.contains { !$0.flat.isEmpty } ? [.sha256] : []
    listedDigests = [(DigestAlgorithm.sha1, 20), (.sha256, 32)].filter { lengths.contains($0.1) }.map(\.0)
    var rows: [(kind: String, count: Int)] = []
    for (words, test) in AppLockerPolicy.kinds {
      rows.append(("\(words) denied", rules.count { !$0.allows && test($0.conditions[0]) }))
      rows.append(("\(words) allowed", rules.count { $0.allows && test($0.conditions[0]) }))
    }
    rows.append(("exceptions of these", rules.reduce(0) { $0 + $1.exceptions.count }))
    counts = rows.filter { $0.count > 0 }
  }

  private static let kinds: [(String, @Sendable (AppLockerCondition) -> Bool)] = [
    ("publishers", { if case .publisher = $0 { true } else { false } }),
    (
      "paths",
      { condition in
        switch condition {
        case .path, .elsewhere: true
        case .publisher, .hashes: false
        }
      }
    ), ("digests", { if case .hashes = $0 { true } else { false } }),
  ]

  private static func hashes(_ condition: AppLockerCondition) -> AppLockerHashes? {
    if case .hashes(let hashes) = condition { hashes } else { nil }
  }

  // MARK: Asking

  package func refuses(_ facts: ReportFacts) -> ForeignAnswer { ask(facts, allows: false) }

  package func allows(_ facts: ReportFacts) -> ForeignAnswer {
    switch refuses(facts) {
    case .hit: return .clear
    case .unknown(let what): return .unknown(what)
    case .clear: break
    }
    guard let collection = AppLockerPolicy.collection(of: facts), let rules = collections[collection]?.rules, !rules.isEmpty else {
      return .hit(ForeignRule(id: "AppLocker", name: "", by: "no collection that is about such files", isExact: false))
    }
    return ask(facts, allows: true)
  }

  private func ask(_ facts: ReportFacts, allows: Bool) -> ForeignAnswer {
    guard let collection = AppLockerPolicy.collection(of: facts), let rules = collections[collection]?.rules else { return .clear }
    let artifact = Asked(facts)
    var missing: String?
    for rule in rules where rule.allows == allows {
      let value =
        rule.conditions.reduce(Ternary.false) { $0 | artifact.fits($1) }
        & !rule.exceptions.reduce(Ternary.false) { $0 | artifact.fits($1) }
      // Whoever it allows may run the file; whether others may, it does not say.
      if value == .true, allows, !rule.isForEveryone {
        missing = missing ?? "who runs it: rule \(rule.id) allows \(rule.sid) alone"
        continue
      }
      if value == .true {
        let isExact = rule.conditions.allSatisfy { if case .hashes = $0 { true } else { false } }
        return .hit(ForeignRule(id: rule.id, name: rule.name, by: AppLockerPolicy.words(rule), isExact: isExact))
      }
      if value == .unknown { missing = missing ?? "whether rule \(rule.id) fits" }
    }
    return missing.map { .unknown($0) } ?? .clear
  }

  private static func words(_ rule: AppLockerRule) -> String {
    switch rule.conditions[0] {
    case .publisher: "its publisher"
    case .path, .elsewhere: "its path"
    case .hashes: "its digest"
    }
  }

  /// Which collection is about the artifact, by form and name as AppLocker parts them; nil for none.
  private static func collection(of facts: ReportFacts) -> AppLockerCollection? {
    if facts.roles.contains(.kernelDriver) || facts.roles.contains(.bootImage) { return nil }
    let name = Folded.octets(facts.target)
    let ending = name.lastIndex(of: 0x2E).map { String(decoding: name[($0 + 1)...], as: UTF8.self) } ?? ""
    switch ending {
    case "exe", "com": return .exe
    case "dll", "ocx": return .dll
    case "ps1", "bat", "cmd", "vbs", "js": return .script
    case "msi", "msp", "mst": return .msi
    case "appx", "msix", "appxbundle", "msixbundle": return .appx
    default: break
    }
    guard facts.format.map({ $0.utf8.elementsEqual("pe".utf8) }) ?? false else { return nil }
    return facts.roles.contains(.library) ? .dll : .exe
  }
}

/// An artifact under AppLocker's conditions.
private struct Asked {
  let facts: ReportFacts
  let place: WindowsPlace
  let hashes: FileHashes

  init(_ facts: ReportFacts) {
    self.facts = facts
    place = WindowsPlace(facts.target)
    hashes = FileHashes(facts)
  }

  func fits(_ condition: AppLockerCondition) -> Ternary {
    switch condition {
    case .path(let pattern): return Ternary(pattern.matches(place))
    case .elsewhere: return .false
    case .hashes(let wanted):
      if hashes.known.contains(where: { wanted.own[$0.value] != nil }) { return .true }
      let flat = fits(flat: wanted.flat)
      return flat == .false && wanted.own.keys.contains { hashes.missing[$0.count] != nil } ? .unknown : flat
    case .publisher(let publisher): return fits(publisher)
    }
  }

  private func fits(flat wanted: [[UInt8]: String]) -> Ternary {
    guard !wanted.isEmpty else { return .false }
    guard let digest = facts.digests["sha256"].flatMap({ Hex.decode($0) }) else { return .unknown }
    return Ternary(wanted[digest] != nil)
  }

  private func fits(_ wanted: AppLockerPublisher) -> Ternary {
    let identity = facts.identity
    var value = signer(wanted.publisher)
    if let product = wanted.product {
      value = value & (facts.knowsIdentity ? Ternary(identity.productName.map { Folded.octets($0) == product } ?? false) : .unknown)
    }
    if let binary = wanted.binary {
      let name = identity.originalFilename
      value = value & (facts.knowsIdentity ? Ternary(name.map { binary.fits(Folded.octets($0)) } ?? false) : .unknown)
    }
    guard wanted.lowest != .lowest || wanted.highest != .highest, value != .false else { return value }
    guard facts.knowsIdentity else { return .unknown }
    let version = identity.fileVersion.flatMap { FileVersion($0) } ?? .lowest
    return value & Ternary(wanted.lowest <= version && version <= wanted.highest)
  }

  /// Only a trusted signature has a publisher.
  private func signer(_ wanted: [UInt8]?) -> Ternary {
    let trusted = facts.signatures.filter(\.isVerified)
    guard let wanted else { return Ternary(!trusted.isEmpty) }
    return trusted.reduce(Ternary.false) { value, signature in
      guard let leaf = signature.chain?.first, let organization = leaf.subject("O"), let common = leaf.subject("CN") else {
        return value | .unknown
      }
      func part(_ prefix: String, _ values: [[UInt8]]?) -> [[UInt8]] {
        guard let first = values?.first else { return [] }
        let text = Folded.octets(String(decoding: first, as: UTF8.self))
        // What holds a comma is written in quotes.
        return [Array(prefix.utf8) + (text.contains(0x2C) ? [0x22] + text + [0x22] : text)]
      }
      // `O=A, L=B, S=C, C=D`, where without an organization the common name stands for it; of packages `CN=...` and what else there is,
      // for most of the Store's publishers nothing.
      let place = part("l=", leaf.subject("L")) + part("s=", leaf.subject("ST")) + part("c=", leaf.subject("C"))
      let names = [
        part("o=", organization.isEmpty ? common : organization) + place, part("cn=", common) + part("o=", organization) + place,
      ]
      return value | Ternary(names.contains { $0.joined(separator: [0x2C, 0x20]).elementsEqual(wanted) })
    }
  }
}
