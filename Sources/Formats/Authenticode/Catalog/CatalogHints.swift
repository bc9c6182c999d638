package import AssayPKI

/// Which catalogs may list a digest: eight octets a member, so that a whole disk's catalogs fit in memory. A hint proves nothing; it
/// says which catalogs to open.
package struct CatalogHints: Sendable {
  /// Further members are not looked at, and said so.
  package static let memberLimit = 4_000_000
  package static let catalogLimit = 1 << 24

  /// The first 40 bits of a digest above the catalog's number, sorted by `seal`.
  private var keys: [UInt64] = []
  /// Where the keys of each first 16 bits begin, and the end; made by `seal`.
  private var starts: [Int32] = []
  package private(set) var algorithms: Set<DigestAlgorithm> = []
  /// False where a limit was reached.
  package private(set) var isComplete = true

  package init() {}
  package var memberCount: Int { keys.count }

  /// What one catalog lists, not believed.
  /// False where it would be too much: nothing of it was added then.
  package mutating func add(_ table: CatalogTable, as number: Int) -> Bool {
    let (prefixes, algorithms) = table.hints
    guard number < CatalogHints.catalogLimit, prefixes.count <= CatalogHints.memberLimit - keys.count else {
      isComplete = false
      return false
    }
    for prefix in prefixes { keys.append(prefix & CatalogHints.prefixMask | UInt64(number)) }
    self.algorithms.formUnion(algorithms)
    return true
  }

  /// Members that were not added.
  package mutating func leaveOut() { isComplete = false }

  /// Sorts; asked once, before the first look.
  package mutating func seal() {
    keys.sort()
    starts = []
    starts.reserveCapacity(1 << 16 + 1)
    for (place, key) in keys.enumerated() {
      while starts.count <= Int(key >> 48) { starts.append(Int32(place)) }
    }
    while starts.count <= 1 << 16 { starts.append(Int32(keys.count)) }
  }

  /// Numbers of the catalogs that may list one of the digests, ascending.
  package func catalogs(listing digests: [[UInt8]]) -> [Int] {
    var found: [Int] = []
    for digest in digests {
      let wanted = CatalogHints.prefix(digest)
      let bucket = Int(wanted >> 48)
      guard starts.count > bucket + 1 else { continue }
      var low = Int(starts[bucket])
      var high = Int(starts[bucket + 1])
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
