import AssayBytes
import AssayCore
import AssayPKI

/// What a catalog lists, made in one pass over its members: digests in order, each with its names. About 80 octets a member, and
/// nothing of the catalog's own bytes.
package struct CatalogTable: Sendable {
  private struct Entry: Sendable {
    let key: UInt64
    let number: Int32
    let algorithm: DigestAlgorithm
    /// SpcIndirectDataContent says the digest, too.
    let isMeant: Bool
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

  /// What it takes in memory, about.
  package var octetCount: Int {
    entries.capacity * MemoryLayout<Entry>.stride + digests.capacity + files.capacity
  }
  package private(set) var memberCount = 0
  /// Members with a name as their tag.
  package private(set) var namedCount = 0
  /// Members whose tag is not the digest that they were made for, and where the first one is.
  package private(set) var mismatchCount = 0
  package private(set) var firstMismatch = 0

  init() {}

  /// `bytes` is the whole catalog.
  init(_ list: CatalogList, _ bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) {
    system = list.names.first { $0.name == "OSAttr" }?.value
    // A guess that spares growing: the least member has some 40 octets, most have 300.
    entries.reserveCapacity(list.members.count / 300)
    digests.reserveCapacity(list.members.count / 300 * CatalogTable.width)
    var reader = CatalogMemberReader(list.members)
    while let member = try reader.next(&budget) {
      memberCount += 1
      guard let digest = member.digest(bytes) else {
        namedCount += 1
        continue
      }
      guard member.agrees(with: digest.octets, bytes) else {
        if mismatchCount == 0 { firstMismatch = member.offset }
        mismatchCount += 1
        continue
      }
      add(member, digest, bytes)
    }
    entries.sort { $0.key != $1.key ? $0.key < $1.key : $0.number < $1.number }
  }

  /// The first 40 bits of every digest that files are looked up by, and the algorithms.
  ///
  /// Catalogs of version 2 hold SHA-1 tags, too, without a digest of their own: they repeat the files that are listed by SHA-256. No
  /// file is hashed a second time for them.
  var hints: (prefixes: [UInt64], algorithms: Set<DigestAlgorithm>) {
    var algorithms: Set<DigestAlgorithm> = []
    for algorithm in [DigestAlgorithm.sha1, .sha256] where entries.contains(where: { $0.algorithm == algorithm && $0.isMeant }) {
      algorithms.insert(algorithm)
    }
    if entries.contains(where: { $0.algorithm == .sha256 }) { algorithms.insert(.sha256) }
    if algorithms.isEmpty, !entries.isEmpty { algorithms.insert(.sha1) }
    var prefixes: [UInt64] = []
    prefixes.reserveCapacity(entries.count)
    for entry in entries where algorithms.contains(entry.algorithm) { prefixes.append(entry.key) }
    return (prefixes, algorithms)
  }

  private mutating func add(
    _ member: CatalogMember, _ digest: (algorithm: DigestAlgorithm, octets: [UInt8]), _ bytes: ArraySlice<UInt8>
  ) {
    var fileCount = 0
    let fileStart = files.count
    if let place = member.file, files.count < CatalogTable.nameOctets {
      let name = bytes[place].prefix(CatalogTable.longestName)
      files += name
      fileCount = name.count
    }
    var system = 0
    if let place = member.osAttribute {
      let text = bytes[place].prefix(CatalogTable.longestName)
      if let known = systems.firstIndex(where: { $0.elementsEqual(text) }) {
        system = known
      } else if systems.count < 64 {
        systems.append(Array(text))
        system = systems.count - 1
      }
    }
    entries.append(
      Entry(
        key: CatalogTable.key(digest.octets), number: Int32(entries.count), algorithm: digest.algorithm,
        isMeant: member.indirectDigest != nil, fileCount: UInt16(fileCount), system: UInt16(system), fileStart: Int32(fileStart)))
    digests += digest.octets
    for _ in digest.octets.count..<CatalogTable.width { digests.append(0) }
  }

  private static func key(_ octets: [UInt8]) -> UInt64 { octets.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

  func find(_ digest: ListedDigest) -> CatalogMembership? {
    guard digest.octets.count <= CatalogTable.width, digest.octets.count == digest.algorithm.byteCount else { return nil }
    let key = CatalogTable.key(digest.octets)
    var low = 0
    var high = entries.count
    while low < high {
      let middle = low + (high - low) / 2
      if entries[middle].key < key { low = middle + 1 } else { high = middle }
    }
    while low < entries.count, entries[low].key == key {
      let entry = entries[low]
      let start = Int(entry.number) * CatalogTable.width
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
