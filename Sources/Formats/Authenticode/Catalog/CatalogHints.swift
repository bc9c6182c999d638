package import AssayBytes
package import AssayPKI

/// Which catalogs may list a digest: eight octets a member, so that a whole disk's catalogs fit in memory. A hint proves nothing; it
/// says which catalogs to open.
package struct CatalogHints: Sendable {
  /// Further members are not looked at, and said so.
  package static let memberLimit = 2_000_000
  package static let catalogLimit = 1 << 24

  /// The first 40 bits of a digest above the catalog's number, sorted by `seal`.
  private var keys: [UInt64] = []
  package private(set) var algorithms: Set<DigestAlgorithm> = []
  /// False where a limit was reached.
  package private(set) var isComplete = true

  package init() {}
  package var memberCount: Int { keys.count }

  /// What one catalog lists, found without believing it.
  package struct Catalog: Sendable {
    fileprivate private(set) var prefixes: [UInt64] = []
    package private(set) var algorithms: Set<DigestAlgorithm> = []
    package var memberCount: Int { prefixes.count }

    /// Throws what reading the catalog throws.
    ///
    /// Catalogs of version 2 hold SHA-1 tags, too, without a digest of their own: they repeat the files that are listed by SHA-256. No
    /// file is hashed a second time for them.
    package init(_ bytes: [UInt8], _ budget: inout Budget) throws(ParseError) {
      let list = try CatalogList(try SignedData(contentInfo: bytes[...], &budget), &budget)
      var reader = CatalogMemberReader(list.members)
      var repeated: [UInt64] = []
      while let member = try reader.next(&budget) {
        guard let digest = member.vouched(bytes[...]) else { continue }
        let prefix = CatalogHints.prefix(digest.octets)
        if digest.algorithm == .sha1, member.indirectDigest == nil {
          repeated.append(prefix)
        } else {
          prefixes.append(prefix)
          algorithms.insert(digest.algorithm)
        }
      }
      if !repeated.isEmpty, !algorithms.contains(.sha256) {
        prefixes += repeated
        algorithms.insert(.sha1)
      }
    }
  }

  package mutating func add(_ catalog: Catalog, as number: Int) {
    guard number < CatalogHints.catalogLimit, catalog.prefixes.count <= CatalogHints.memberLimit - keys.count else {
      isComplete = false
      return
    }
    for prefix in catalog.prefixes { keys.append(prefix | UInt64(number)) }
    algorithms.formUnion(catalog.algorithms)
  }

  /// Members that were not added.
  package mutating func leaveOut() { isComplete = false }

  /// Sorts; asked once, before the first look.
  package mutating func seal() { keys.sort() }

  /// Numbers of the catalogs that may list one of the digests, ascending.
  package func catalogs(listing digests: [[UInt8]]) -> [Int] {
    var found: [Int] = []
    for digest in digests {
      let wanted = CatalogHints.prefix(digest)
      var low = 0
      var high = keys.count
      while low < high {
        let middle = low + (high - low) / 2
        if keys[middle] < wanted { low = middle + 1 } else { high = middle }
      }
      while low < keys.count, keys[low] & CatalogHints.prefixMask == wanted {
        let number = Int(keys[low] & ~CatalogHints.prefixMask)
        if !found.contains(number) { found.append(number) }
        // Beyond what anyone looks at; the caller says so.
        if found.count > CatalogHints.lookLimit { return found.sorted() }
        low += 1
      }
    }
    return found.sorted()
  }
  /// Catalogs that are opened for one artifact. Files of Windows are in up to a dozen.
  package static let lookLimit = 64

  private static let prefixMask: UInt64 = ~0xFF_FFFF
  private static func prefix(_ digest: [UInt8]) -> UInt64 {
    var value: UInt64 = 0
    for octet in digest.prefix(5) { value = value << 8 | UInt64(octet) }
    return value << 24
  }
}
