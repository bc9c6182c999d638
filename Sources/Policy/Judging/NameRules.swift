import AssayCore
import AssayPKI

/// The rows of M1045 about names, places and companions (T1036, T1036.005, T1554, T1059.001, T1059.002), judged from tables.
struct NameRules: Sendable {
  let table: NameTable
  private let systemFiles: [[UInt8]: NameTable.SystemFile]
  private let vendors: [(vendor: NameTable.Vendor, claims: [[[UInt8]]], signers: [[[UInt8]]])]
  private let commonWords: Set<[UInt8]>
  /// Places in `vendors`, in order, of those with a claim that begins with the word.
  private let vendorsByWord: [[UInt8]: [Int]]
  let driverUsages: [(oid: OID, name: String)]

  init(_ table: NameTable) {
    self.table = table
    systemFiles = Dictionary(table.systemFiles.map { (Array($0.name.utf8), $0) }, uniquingKeysWith: { first, _ in first })
    vendors = table.vendors.map { ($0, $0.claims.map(Words.split), $0.signers.map(Words.split)) }
    commonWords = Set(table.commonWords.map { Array($0.utf8) })
    var places: [[UInt8]: [Int]] = [:]
    for (place, vendor) in vendors.enumerated() {
      for word in Set(vendor.claims.compactMap(\.first)) { places[word, default: []].append(place) }
    }
    vendorsByWord = places
    driverUsages = table.drivers.usages.compactMap { usage in OID(dotted: usage.id).map { ($0, usage.name) } }
  }

  /// A finding with severity `failure` rejects.
  func findings(_ facts: ReportFacts, beside folder: FolderFacts) -> [Finding] {
    name(facts, folder) + publisher(facts) + component(facts, folder) + script(facts) + starting(facts) + driver(facts)
      + loading(facts) + appleNames(facts)
  }

  /// The rows of M1045 that an artifact is judged for.
  func rows(_ facts: ReportFacts) -> [String] {
    var rows = ["T1036", "T1036.001"]
    if systemFiles[facts.loweredName] != nil { rows.append("T1036.005") }
    if facts.roles.contains(.executable) || facts.roles.contains(.library) { rows.append("T1554") }
    if facts.format == "powershell" { rows.append("T1059.001") }
    if facts.format == "applescript" { rows.append("T1059.002") }
    if facts.format == "script-host" { rows.append("T1059") }
    if facts.format == "clickonce" { rows.append("T1127.002") }
    for role in facts.roles { rows += Self.startingRoles[role]?.attack ?? [] }
    if loadsLibraries(facts) { rows.append("T1546.006") }
    return rows
  }

  // MARK: T1036.005: match legitimate name or location

  private func name(_ facts: ReportFacts, _ folder: FolderFacts) -> [Finding] {
    guard facts.isCode else { return [] }
    let name = facts.loweredName
    guard let file = systemFiles[name] else { return renamed(facts, name) }
    let place = location(facts, file)
    let sideLoading = sideLoading(facts, folder)
    guard let signer = facts.signatures.first(where: isSystems) else {
      // Files in place without a signature of their own are mostly signed by a catalog; the state alone says what is known.
      if place == .expected, facts.state == .unsigned || facts.state == .notAssessed { return [] }
      let found = facts.signatures.first { $0.isVerified }?.signerName ?? "no trusted signature"
      return [
        Finding(
          PolicyFindings.systemPublisher.name, .failure,
          "\(file.name) is a name of the system's own, its signer is not: \(found)\(sideLoading.words)",
          expected: table.systemPublishers.first, found: found, attack: ["T1036.005"] + sideLoading.attack)
      ]
    }
    guard place == .wrong else { return [] }
    return [
      Finding(
        PolicyFindings.systemLocation.name, .failure,
        "\(file.name) of \(signer.signerName ?? "the system") stands outside its folder\(sideLoading.words)",
        expected: file.folders.first, found: facts.target, attack: ["T1036.005"] + sideLoading.attack)
    ]
  }

  /// A library under a system library's name beside a program, which looks for it there first (T1574.001).
  private func sideLoading(_ facts: ReportFacts, _ folder: FolderFacts) -> (words: String, attack: [String]) {
    guard facts.roles.contains(.library),
      let program = folder.trustedPrograms.first(where: { program in
        !table.systemPublishers.contains { $0.utf8.elementsEqual(program.publisher.utf8) }
      })
    else { return ("", []) }
    return (", beside \(program.name) of \(program.publisher), which would load it", ["T1574.001"])
  }

  /// Signed by the system's publisher under one of the system's own anchors.
  func isSystems(_ signature: SignatureFacts) -> Bool {
    guard signature.isVerified, signature.anchorBundle.map({ $0.utf8.elementsEqual(table.systemBundle.utf8) }) ?? false,
      let organization = signature.organization,
      table.systemPublishers.contains(where: { $0.utf8.elementsEqual(organization.utf8) })
    else { return false }
    let anchor = signature.certificate(.root).flatMap { $0 }?.subject("CN") ?? []
    return anchor.contains { name in table.systemAnchors.contains { $0.utf8.elementsEqual(name) } }
  }

  /// Signed for whoever made the file, as tested drivers are.
  private func certifies(_ signature: SignatureFacts) -> Bool {
    let name = signature.commonName ?? ""
    return isSystems(signature) && table.certifiers.contains { $0.utf8.elementsEqual(name.utf8) }
  }

  private func renamed(_ facts: ReportFacts, _ name: [UInt8]) -> [Finding] {
    guard facts.state == .trusted, !facts.roles.contains(.library), let original = facts.originalFilename else { return [] }
    var made = original.utf8.lowered
    if made.suffix(4).elementsEqual(".mui".utf8) { made.removeLast(4) }
    guard made != name, let file = systemFiles[made], file.name.hasSuffix(".exe"), facts.signatures.contains(where: isSystems)
    else {
      return []
    }
    let now = String(decoding: name, as: UTF8.self)
    return [
      Finding(
        PolicyFindings.renamed.name, .warning, "\(file.name) runs under the name \(now)", expected: file.name, found: now,
        attack: ["T1036"])
    ]
  }

  private enum Place {
    case expected, wrong
    /// The path shows no Windows folder: nobody knows where the file came from.
    case unknown
  }

  private static let topFolders = ["windows", "winnt", "users", "programdata", "program files", "program files (x86)", "perflogs"]

  private func location(_ facts: ReportFacts, _ file: NameTable.SystemFile) -> Place {
    let folders = facts.name.components.dropLast().map { $0.lowered }
    let tops = folders.indices.filter { index in Self.topFolders.contains { folders[index].elementsEqual($0.utf8) } }
    // `.../C/Windows/...`: what follows a drive's folder is the system volume's root; else the first known folder is.
    guard let top = tops.first(where: { $0 > 0 && Self.isDrive(folders[$0 - 1]) }) ?? tops.first else { return .unknown }
    let place = Array(folders[top...].joined(separator: [0x2F]))
    let isAllowed = (file.folders + table.storeFolders).contains { folder in
      guard folder.hasSuffix("/**") else { return place.elementsEqual(folder.utf8) }
      return place.elementsEqual(folder.utf8.dropLast(3)) || place.starts(with: folder.utf8.dropLast(2))
    }
    return isAllowed ? .expected : .wrong
  }

  /// `c`, `c:`, `c$` or `c%3a`.
  private static func isDrive(_ folder: [UInt8]) -> Bool {
    guard folder.first?.isLetter == true else { return false }
    return ["", ":", "$", "%3a"].contains { folder.dropFirst().elementsEqual($0.utf8) }
  }

  // MARK: T1036: version resource against signer

  private func publisher(_ facts: ReportFacts) -> [Finding] {
    guard facts.isCode, let company = facts.companyName, !company.isEmpty else { return [] }
    let signers = facts.signatures.filter(\.isVerified)
    guard !signers.isEmpty, !signers.contains(where: certifies) else { return [] }
    let claimed = Words.split(company)
    let signerWords = signers.map { Words.split($0.organization ?? "") + Words.split($0.commonName ?? "") }
    let shown = signers.first?.organization ?? signers.first?.signerName ?? "unknown"
    let likely = (claimed.first.flatMap { vendorsByWord[$0] } ?? []).map { vendors[$0] }
    if let known = likely.first(where: { $0.claims.contains { claimed.starts(with: $0) } }) {
      if signerWords.contains(where: { words in known.signers.contains { Words.contain(words, phrase: $0) } }) { return [] }
      // Who ships another's library often signs it anew; a program of another's is not his to sign.
      let isLibrary = facts.roles.contains(.library) && !facts.roles.contains(.executable) && rowsOfStart(facts).isEmpty
      return [
        Finding(
          PolicyFindings.vendor.name, isLibrary ? .warning : .failure,
          "the version resource says \(known.vendor.name), the signer is \(shown)", expected: company, found: shown,
          attack: ["T1036"] + rowsOfStart(facts))
      ]
    }
    let telling = claimed.filter { !commonWords.contains($0) }
    guard !telling.isEmpty, !signerWords.contains(where: { shares($0, telling) }) else { return [] }
    return [
      Finding(
        PolicyFindings.company.name, .warning, "the version resource says \(company), the signer is \(shown)", expected: company,
        found: shown, attack: ["T1036"])
    ]
  }

  /// One telling word in common; words written together count: `Note Pad` and `NotePad`.
  private func shares(_ signer: [[UInt8]], _ telling: [[UInt8]]) -> Bool {
    if telling.contains(where: { signer.contains($0) }) { return true }
    let claim = Array(telling.joined())
    return Array(signer.joined()).firstRange(of: claim) != nil
      || signer.contains { $0.count > 3 && !commonWords.contains($0) && claim.firstRange(of: $0) != nil }
  }

  // MARK: T1554: components by the right developers

  private func component(_ facts: ReportFacts, _ folder: FolderFacts) -> [Finding] {
    guard facts.roles.contains(.library), let program = folder.trustedPrograms.first else { return [] }
    if facts.state == .trusted { return foreign(facts, folder, program) }
    guard facts.state != .notAssessed else { return [] }
    return [
      Finding(
        PolicyFindings.component.name, .failure,
        "\(facts.state.rawValue) library beside \(program.name), which \(program.publisher) signed", expected: program.publisher,
        found: facts.state.rawValue, attack: ["T1554", "T1574.001"])
    ]
  }

  /// Where all programs of a folder are one publisher's, a library of another may be his supplier's, or planted.
  private func foreign(_ facts: ReportFacts, _ folder: FolderFacts, _ program: FolderFacts.Program) -> [Finding] {
    guard let publisher = folder.publisher else { return [] }
    let signers = facts.signatures.filter(\.isVerified)
    guard !signers.isEmpty,
      !signers.contains(where: { signer in [signer.organization, signer.commonName].contains { Words.split($0 ?? "") == publisher }
      }),
      !signers.contains(where: isSystems), !signers.contains(where: certifies)
    else { return [] }
    let found = signers.first?.organization ?? signers.first?.signerName ?? "unknown"
    return [
      Finding(
        PolicyFindings.foreignComponent.name, .warning,
        "signed by \(found), beside \(program.name), which \(program.publisher) signed",
        expected: program.publisher, found: found, attack: ["T1554"])
    ]
  }

  // MARK: T1059, T1059.001, T1059.002, T1127.002: what runs without being a program

  private static let scripts: [String: (words: String, code: FindingCode, attack: String)] = [
    "powershell": ("PowerShell content", PolicyFindings.script, "T1059.001"),
    "applescript": ("AppleScript", PolicyFindings.script, "T1059.002"),
    "script-host": ("a script of Windows Script Host", PolicyFindings.script, "T1059"),
    "clickonce": ("a ClickOnce manifest", PolicyFindings.deployment, "T1127.002"),
  ]

  private func script(_ facts: ReportFacts) -> [Finding] {
    guard let format = facts.format, let kind = Self.scripts[format], facts.state != .trusted, facts.state != .notAssessed else {
      return []
    }
    return [
      Finding(
        kind.code.name, .failure, "\(kind.words) is \(facts.state.rawValue)", expected: State.trusted.rawValue,
        found: facts.state.rawValue, attack: [kind.attack])
    ]
  }
}
