import AssayBytes
import AssayCore
import AssayPKI
package import AssayPolicy

extension AppControlPolicy {
  /// Which scenario the artifact runs in: drivers in the kernel, all else above it.
  private static func scenario(of facts: ReportFacts) -> Int { facts.roles.contains(.kernelDriver) ? kernel : user }

  package func refuses(_ facts: ReportFacts) -> ForeignAnswer {
    let value = Self.scenario(of: facts)
    var missing: String?
    let hashes = FileHashes(facts)
    if !deniedHashes.isEmpty {
      for (what, digest) in hashes.known {
        if let index = deniedHashes[digest] { return .hit(answer(rules[index], what, isExact: true)) }
      }
      missing = hashLengths.sorted().compactMap { hashes.missing[$0] }.first
    }
    guard let scenario = scenarios[value] else { return missing.map { .unknown($0) } ?? .clear }
    let place = WindowsPlace(facts.target)
    for signature in facts.signatures where signature.isIntact {
      switch denied(signature, facts, place, scenario, deniedByRoot[value] ?? [:]) {
      case .hit(let rule): return .hit(rule)
      case .unknown(let what): missing = missing ?? what
      case .clear: break
      }
    }
    for index in scenario.rules where rules[index].action == .deny && rules[index].hash == nil {
      switch rules[index].fits(facts, place, isDeny: true) {
      case .true: return .hit(answer(rules[index], rules[index].subject, isExact: false))
      case .unknown: missing = missing ?? "whether \(rules[index].id) fits"
      case .false: break
      }
    }
    return missing.map { .unknown($0) } ?? .clear
  }

  private func answer(_ rule: AppControlFileRule, _ what: String, isExact: Bool) -> ForeignRule {
    ForeignRule(id: rule.id, name: rule.name, by: what, isExact: isExact)
  }

  // MARK: Signers

  /// Whoever the signature leads to, believed or not: a denied signer does not become another by an untrusted root.
  private func denied(
    _ signature: SignatureFacts, _ facts: ReportFacts, _ place: WindowsPlace, _ scenario: AppControlScenario,
    _ byRoot: [[UInt8]: [Int]]
  ) -> ForeignAnswer {
    let found = Set(Self.digests(of: signature.claimed).flatMap { byRoot[$0] ?? [] })
    let isKnown = signature.isPathComplete && signature.claimed.allSatisfy { $0.tbsDigest(.sha256) != nil }
    var missing: String?
    for (index, entry) in scenario.denied.enumerated() {
      let signer = signers[entry.signer]
      let root: Ternary
      switch signer.root {
      case .tbs: root = found.contains(index) ? .true : (isKnown ? .false : .unknown)
      case .wellKnown(let number): root = Self.ends(signature, in: number)
      }
      if root == .false { continue }
      let value = root & leaf(signature, fits: signer, facts, place, isDeny: true) & !excepted(entry, facts, place, isDeny: false)
      if value == .true {
        return .hit(
          ForeignRule(id: signer.id, name: signer.name, by: Self.words(signer, signature, rules, facts, place), isExact: false))
      }
      if value == .unknown { missing = missing ?? "whether signer \(signer.id) made the \(signature.label)" }
    }
    return missing.map { .unknown($0) } ?? .clear
  }

  private static func words(
    _ signer: AppControlSigner, _ signature: SignatureFacts, _ rules: [AppControlFileRule], _ facts: ReportFacts,
    _ place: WindowsPlace
  ) -> String {
    let attribute = signer.attributes.first { rules[$0].fits(facts, place, isDeny: true) == .true }
    let file = attribute.map { " and \(rules[$0].id), \(rules[$0].subject)" } ?? ""
    return "the signer of \(signature.label)\(file)"
  }

  /// The TBSCertificate digests of a path in every algorithm that policies use.
  private static func digests(of path: [CertificateFacts]) -> Set<[UInt8]> {
    Set(path.flatMap { certificate in CertificateFacts.listedAlgorithms.compactMap { certificate.tbsDigest($0) } })
  }

  private static func ends(_ signature: SignatureFacts, in number: UInt8) -> Ternary {
    let kind = AppControlRoots.kind(number)
    if kind == .untold { return .unknown }
    guard let bundle = signature.anchorBundle, let root = signature.certificate(.root).flatMap({ $0 }) else {
      return signature.isVerified ? .unknown : .false
    }
    let isMicrosofts = bundle.utf8.elementsEqual("microsoft".utf8)
    guard let names = root.subject("CN") else { return .unknown }
    func has(_ name: String) -> Bool { names.contains { $0.elementsEqual(name.utf8) } }
    switch kind {
    case .named(let name): return Ternary(isMicrosofts && has(name))
    // Whether Windows trusts an anchor of the user's own, or counts its own roots here, is not told.
    case .trusted: return isMicrosofts && !AppControlRoots.names.values.contains(where: has) ? .true : .unknown
    case .nowhere: return .false
    case .untold: return .unknown
    }
  }

  /// What the signer asks beside its certificate.
  private func leaf(
    _ signature: SignatureFacts, fits signer: AppControlSigner, _ facts: ReportFacts, _ place: WindowsPlace, isDeny: Bool
  ) -> Ternary {
    let path = isDeny ? signature.claimed : signature.chain ?? []
    guard let leaf = path.first else { return .unknown }
    // Refusing, names are compared without case; allowing, as they are.
    func same(_ wanted: String, _ found: [UInt8]) -> Bool {
      isDeny
        ? Folded.octets(wanted) == Folded.octets(String(decoding: found, as: UTF8.self)) : found.elementsEqual(wanted.utf8)
    }
    var value: Ternary = signer.isOpen ? .unknown : .true
    if let publisher = signer.publisher {
      value = value & Ternary(leaf.subject("CN").map { $0.contains { same(publisher, $0) } })
    }
    if let issuer = signer.issuer { value = value & Ternary(leaf.issuer("CN").map { $0.contains { same(issuer, $0) } }) }
    value = value & usages(of: leaf, asked: signer.usages)
    if let oem = signer.oem {
      value = value & (signature.knowsProgramName ? Ternary(same(oem, Array((signature.programName ?? "").utf8))) : .unknown)
    }
    if let after = signer.signedAfter { value = value & Ternary(signature.signedAt.map { $0 > after }) }
    guard !signer.attributes.isEmpty else { return value }
    return value & signer.attributes.reduce(Ternary.false) { $0 | rules[$1].fits(facts, place, isDeny: isDeny) }
  }

  /// Whether a signer with several asks for all of them or for any, no page tells: a leaf with some of them may be meant.
  private func usages(of leaf: CertificateFacts, asked: [OID]) -> Ternary {
    let found = asked.map { Ternary(leaf.hasUsage($0)) }
    if found.allSatisfy({ $0 == .true }) { return .true }
    return found.allSatisfy { $0 == .false } ? .false : .unknown
  }

  private func excepted(
    _ entry: AppControlScenario.Entry, _ facts: ReportFacts, _ place: WindowsPlace, isDeny: Bool
  ) -> Ternary {
    let digests = FileHashes(facts)
    return entry.exceptions.reduce(Ternary.false) { value, index in
      guard let hash = rules[index].hash else { return value | rules[index].fits(facts, place, isDeny: isDeny) }
      if digests.known.contains(where: { $0.value == hash }) { return .true }
      return value | (digests.missing[hash.count] == nil ? .false : .unknown)
    }
  }

  // MARK: What is allowed

  package func allows(_ facts: ReportFacts) -> ForeignAnswer {
    switch refuses(facts) {
    case .hit: return .clear
    case .unknown(let what): return .unknown(what)
    case .clear: break
    }
    let value = Self.scenario(of: facts)
    if value == Self.user, !judgesUserMode {
      return .hit(ForeignRule(id: "UMCI", name: "", by: "its absence: user mode is not judged", isExact: false))
    }
    guard let scenario = scenarios[value] else { return .clear }
    let hashes = FileHashes(facts)
    for (what, digest) in hashes.known {
      if let index = allowedHashes[value]?[digest] { return .hit(answer(rules[index], what, isExact: true)) }
    }
    let place = WindowsPlace(facts.target)
    var missing = allowedHashes[value].flatMap { Set($0.keys.map(\.count)).sorted().compactMap { hashes.missing[$0] }.first }
    for index in scenario.rules where rules[index].action == .allow && rules[index].hash == nil {
      switch rules[index].fits(facts, place, isDeny: false) {
      case .true: return .hit(answer(rules[index], rules[index].subject, isExact: false))
      case .unknown: missing = missing ?? "whether \(rules[index].id) fits"
      case .false: break
      }
    }
    for signature in facts.signatures where signature.isVerified {
      switch allowed(signature, facts, place, scenario, isKernel: value == Self.kernel) {
      case .hit(let rule): return .hit(rule)
      case .unknown(let what): missing = missing ?? what
      case .clear: break
      }
    }
    return missing.map { .unknown($0) } ?? .clear
  }

  private func allowed(
    _ signature: SignatureFacts, _ facts: ReportFacts, _ place: WindowsPlace, _ scenario: AppControlScenario, isKernel: Bool
  ) -> ForeignAnswer {
    let path = signature.chain ?? []
    // Windows' signer rules know RSA keys of at most 4,096 bits.
    guard let bits = path.first?.rsaBits else { return .unknown("the key of the \(signature.label)") }
    guard let bits, bits <= 4_096 else { return .clear }
    let digests = Self.digests(of: path)
    var missing: String?
    for entry in scenario.allowed {
      let signer = signers[entry.signer]
      var value: Ternary
      switch signer.root {
      case .tbs(let digest): value = Ternary(digests.contains(digest))
      case .wellKnown(let number): value = Self.ends(signature, in: number)
      }
      if value == .false { continue }
      value = value & leaf(signature, fits: signer, facts, place, isDeny: false) & !excepted(entry, facts, place, isDeny: true)
      if isKernel, requiresWHQL { value = value & Ternary(path.first?.hasUsage("1.3.6.1.4.1.311.10.3.5")) }
      if value == .true {
        return .hit(ForeignRule(id: signer.id, name: signer.name, by: "the signer of \(signature.label)", isExact: false))
      }
      if value == .unknown { missing = missing ?? "whether signer \(signer.id) made the \(signature.label)" }
    }
    return missing.map { .unknown($0) } ?? .clear
  }
}

extension AppControlFileRule {
  /// What it looks at, for people.
  var subject: String {
    if isPath { return "its path" }
    if isEverything { return "anything" }
    if package != nil { return "its package" }
    let names = [
      ("original file name", fileName), ("internal name", internalName), ("description", description), ("product", product),
    ]
    let told =
      names.filter { $0.1 != nil && $0.1 != Self.anything }.map(\.0) + (minimum == nil && maximum == nil ? [] : ["version"])
    return "its " + told.joined(separator: ", ")
  }

  /// Everything that it names but a digest. Versions: a refusing rule with a lowest version alone is about that version and those
  /// before it, an allowing one about those after it; two versions are a range with both ends
  /// (MicrosoftDocs/windows-itpro-docs, app-control-for-business/design/select-types-of-rules-to-create.md, note below table 2).
  ///
  /// Of a highest version alone that note says that a refusing rule is about it and those after it. Microsoft's own converter of AppLocker
  /// policies (MicrosoftDocs/WDAC-Toolkit) writes such rules for "and below", and the compiled form has a range from 0 for them. So the
  /// versions up to it are refused, and of those after it nobody knows.
  func fits(_ facts: ReportFacts, _ place: WindowsPlace, isDeny: Bool) -> Ternary {
    // "FilePath rules only apply to user mode binaries", the same page, table 2.
    if isElsewhere || path != nil && facts.roles.contains(.kernelDriver) { return .false }
    var value: Ternary = isOpen ? .unknown : .true
    let identity = facts.identity
    let isKnown = facts.knowsIdentity
    for (wanted, found) in [
      (fileName, identity.originalFilename), (internalName, identity.internalName), (description, identity.fileDescription),
      (product, identity.productName),
    ] {
      guard let wanted, wanted != Self.anything else { continue }
      value = value & (isKnown ? Ternary(found.map { Folded.octets($0) == wanted } ?? false) : .unknown)
    }
    if let path { value = value & Ternary(path.matches(place)) }
    if package != nil {
      let isPackage = facts.format.map { $0.hasPrefix("appx") || $0.hasPrefix("msix") } ?? true
      value = value & (isPackage ? .unknown : .false)
    }
    guard minimum != nil || maximum != nil, value != .false else { return value }
    guard isKnown else { return .unknown }
    // A file that has no version is older than any.
    let version = identity.fileVersion.flatMap { FileVersion($0) } ?? .lowest
    switch (minimum, maximum) {
    case (let minimum?, let maximum?): return value & Ternary(minimum <= version && version <= maximum)
    case (let minimum?, nil): return value & Ternary(isDeny ? version <= minimum : version >= minimum)
    case (nil, let maximum?): return value & (version <= maximum ? .true : isDeny ? .unknown : .false)
    case (nil, nil): return value
    }
  }
}
