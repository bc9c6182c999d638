package import AssayBytes
package import AssayCore
package import AssayPKI

/// A catalog whose own signature was judged, with the digests that it lists. Made from the very bytes that were judged, which are not
/// kept: about 80 octets a member.
package final class JudgedCatalog: Sendable {
  package enum Content: Sendable {
    /// What the signature says of the list, whatever its state but `malformed` and `tampered`.
    case signed(SignatureReport)
    /// The list is not what was signed, nobody signed it, or it cannot be read: it vouches for nothing.
    case worthless(State, reason: String)
  }
  package let name: String
  package let content: Content
  private let members: CatalogMembers
  /// Of the file that stays in memory with the report: 0 where every certificate was kept apart.
  package let heldOctets: Int

  /// A catalog that could not be opened or read.
  package init(name: String, unreadable error: ParseError) {
    self.name = name
    heldOctets = 0
    content = .worthless(error.isLimit || error.isUnreadable ? .notAssessed : .malformed, reason: error.message)
    members = CatalogMembers()
  }

  /// Total: whatever is wrong ends in `content`.
  package init(name: String, _ bytes: [UInt8], in context: TrustContext, _ work: inout Work) {
    self.name = name
    var judgement: Content
    var found = CatalogMembers()
    var held = 0
    do throws(ParseError) {
      let artifact = try CatalogArtifact(bytes, &work.budget)
      judgement = JudgedCatalog.judge(artifact, in: context, &work)
      if case .signed(let report) = judgement {
        found = try CatalogMembers(artifact, bytes[...], &work.budget)
        held = report.certificates.contains { $0.encoded.startIndex != 0 } ? bytes.count : 0
      }
    } catch {
      judgement = .worthless(error.isLimit || error.isUnreadable ? .notAssessed : .malformed, reason: error.message)
    }
    content = judgement
    members = found
    heldOctets = held
  }

  private static func judge(_ artifact: CatalogArtifact, in context: TrustContext, _ work: inout Work) -> Content {
    if let failure = artifact.findings.first(where: { $0.severity == .failure }) {
      return .worthless(.malformed, reason: failure.message)
    }
    guard let claim = artifact.claims.first else { return .worthless(.unsigned, reason: "nobody signed it") }
    let report = claim.check(Measurements(), in: context, &work)
    switch report.state {
    case .malformed, .tampered, .unsigned, .notAssessed:
      return .worthless(report.state, reason: report.findings.first { $0.severity == .failure }?.message ?? "not as signed")
    default: return .signed(report.elsewhere())
    }
  }

  /// What the catalog says of a file with one of these digests; nil where it does not list it after all.
  package func membership(of digests: [ListedDigest]) -> CatalogMembership? {
    for digest in digests {
      if let found = members.find(digest) { return found }
    }
    return nil
  }
}

/// A member that was found.
package struct CatalogMembership: Sendable {
  package let digest: ListedDigest
  package let file: String?
  /// `2:10.0`, or several with commas between.
  package let osAttribute: String?

  /// False where the attribute names versions of Windows (platform 2) and this one is not among them.
  package func fits(_ version: (major: Int, minor: Int)) -> Bool {
    guard let osAttribute else { return true }
    var names = 0
    for part in osAttribute.utf8.split(separator: 0x2C) {
      let fields = part.split(separator: 0x3A, maxSplits: 1).map { Array($0).filter { $0 != 0x20 } }
      guard fields.count == 2, fields[0] == Array("2".utf8) else { continue }
      let numbers = fields[1].split(separator: 0x2E).map { Int(String(decoding: $0, as: UTF8.self)) }
      guard let major = numbers.first ?? nil else { continue }
      names += 1
      // `10.0`, `6.1`; `5.X` and `6` stand for every minor version.
      guard major == version.major else { continue }
      guard numbers.count > 1, let minor = numbers[1] else { return true }
      if minor == version.minor { return true }
    }
    return names == 0
  }
}

/// Digests in order, each with the places of its names.
private struct CatalogMembers: Sendable {
  private struct Entry: Sendable {
    let key: UInt64
    let number: Int32
    let algorithm: DigestAlgorithm
    let fileCount: UInt16
    /// In `systems`, 0 for none.
    let system: UInt16
    let fileStart: Int32
  }
  private static let width = 32
  /// Of one catalog's file names; further ones are left out of the reports.
  private static let nameOctets = 4 << 20
  private static let longestName = 520

  private var entries: [Entry] = []
  private var digests: [UInt8] = []
  private var files: [UInt8] = []
  private var systems: [[UInt8]] = [[]]
  /// Of the catalog, for members that have none of their own.
  private var system: String?

  init() {}

  init(_ artifact: CatalogArtifact, _ bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    guard let list = artifact.list else { return }
    system = list.names.first { $0.name == "OSAttr" }?.value
    entries.reserveCapacity(artifact.memberCount)
    digests.reserveCapacity(artifact.memberCount * CatalogMembers.width)
    var reader = CatalogMemberReader(list.members)
    while let member = try reader.next(&budget) {
      guard let digest = member.vouched(bytes) else { continue }
      add(member, digest, bytes)
    }
    entries.sort { ($0.key, $0.number) < ($1.key, $1.number) }
  }

  private mutating func add(
    _ member: CatalogMember, _ digest: (algorithm: DigestAlgorithm, octets: [UInt8]), _ bytes: ArraySlice<UInt8>
  ) {
    var fileCount = 0
    let fileStart = files.count
    if let place = member.file, files.count < CatalogMembers.nameOctets {
      let name = bytes[place].prefix(CatalogMembers.longestName)
      files += name
      fileCount = name.count
    }
    var system = 0
    if let place = member.osAttribute {
      let text = bytes[place].prefix(CatalogMembers.longestName)
      if let known = systems.firstIndex(where: { $0.elementsEqual(text) }) {
        system = known
      } else if systems.count < 64 {
        systems.append(Array(text))
        system = systems.count - 1
      }
    }
    entries.append(
      Entry(
        key: CatalogMembers.key(digest.octets), number: Int32(entries.count), algorithm: digest.algorithm,
        fileCount: UInt16(fileCount), system: UInt16(system), fileStart: Int32(fileStart)))
    digests += digest.octets
    for _ in digest.octets.count..<CatalogMembers.width { digests.append(0) }
  }

  private static func key(_ octets: [UInt8]) -> UInt64 { octets.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

  func find(_ digest: ListedDigest) -> CatalogMembership? {
    guard digest.octets.count <= CatalogMembers.width, digest.octets.count == digest.algorithm.byteCount else { return nil }
    let key = CatalogMembers.key(digest.octets)
    var low = 0
    var high = entries.count
    while low < high {
      let middle = low + (high - low) / 2
      if entries[middle].key < key { low = middle + 1 } else { high = middle }
    }
    while low < entries.count, entries[low].key == key {
      let entry = entries[low]
      let start = Int(entry.number) * CatalogMembers.width
      if entry.algorithm == digest.algorithm, digests[start..<(start + digest.octets.count)].elementsEqual(digest.octets) {
        return membership(entry, digest)
      }
      low += 1
    }
    return nil
  }

  private func membership(_ entry: Entry, _ digest: ListedDigest) -> CatalogMembership {
    let start = Int(entry.fileStart)
    let file = CatalogList.text(files[start..<(start + Int(entry.fileCount))])
    let own = CatalogList.text(systems[Int(entry.system)][...])
    return CatalogMembership(
      digest: digest, file: file.isEmpty ? nil : file, osAttribute: own.isEmpty ? system : own)
  }
}

extension JudgedCatalog {
  /// The signature as one of a file that the catalog lists: what binds the file to the list, and the catalog's own ladder.
  package func signature(
    of membership: CatalogMembership, index: Int, in context: TrustContext
  ) -> SignatureReport? {
    guard case .signed(var report) = content else { return nil }
    let digest = membership.digest
    report.kind = .catalog
    report.index = index
    report.digestAlgorithm = digest.algorithm
    report.signedDigest = digest.octets
    report.contentDigest = digest.octets
    let hex = Hex.encode(digest.octets)
    var words = "listed in \(name)"
    if let file = membership.file { words += " as \(file)" }
    if let system = membership.osAttribute { words += ", for Windows \(system)" }
    report.ladder.rungs.insert(
      Rung(
        "catalog membership", .passed, words, expected: hex, found: hex, clause: "CertificateTrustList, trustedSubjects"), at: 0)
    var notes = [Finding("catalog.member.found", .note, words, found: name)]
    if digest.algorithm.isWeak {
      notes.append(
        Finding(
          "authenticode.digest.weak", .warning,
          "the file is listed by its \(digest.algorithm.rawValue), for which collisions are known",
          found: digest.algorithm.rawValue))
    }
    if let version = context.windowsVersion, !membership.fits(version), let system = membership.osAttribute {
      notes.append(
        Finding(
          "catalog.member.other-system", .note, "the catalog lists the file for another version of Windows",
          expected: "2:\(version.major).\(version.minor)", found: system))
    }
    report.findings.insert(contentsOf: notes, at: 0)
    return report
  }
}

extension SignatureReport {
  /// Without offsets: those of the catalog are none in the files that it lists.
  fileprivate func elsewhere() -> SignatureReport {
    var copy = self
    for index in copy.ladder.rungs.indices { copy.ladder.rungs[index].offset = nil }
    for index in copy.findings.indices { copy.findings[index].offset = nil }
    return copy
  }

  fileprivate var certificates: [Certificate] { path + [claimedSigner, signer?.certificate].compactMap { $0 } }
}
