/// What a worker has read before, by the very octets that it was read from: the certificates of authorities come again with nearly every
/// file of a disk. A value that is remembered must not depend on where its octets stood.
///
/// Reading what is remembered spends what the first reading spent, so that the same input meets the same limits whatever came before it.
package struct ReadMemory: Sendable {
  private struct Entry: Sendable {
    let octets: [UInt8]
    let nodes: Int
    let value: any AnyObject & Sendable
  }
  private var entries: [Int: Entry] = [:]
  /// At this many all are forgotten, which costs time only. With `octetLimit` no more than 8 MiB are held.
  private static let capacity = 2_048
  /// Longer ones are read each time.
  private static let octetLimit = 4_096

  package init() {}
  package var count: Int { entries.count }

  /// The last octets tell certificates apart: they are the signature. The hash is seeded for each run, so that nobody can prepare
  /// octets that meet in one place.
  private static func key(_ octets: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(octets.count)
    hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: octets.suffix(32)))
    return hasher.finalize()
  }

  /// What was read from these octets, with the nodes that the caller must spend; nil where nothing is remembered.
  package func recall(_ octets: ArraySlice<UInt8>) -> (value: any AnyObject & Sendable, nodes: Int)? {
    guard octets.count <= ReadMemory.octetLimit, let entry = entries[octets.withUnsafeBytes(ReadMemory.key)],
      entry.octets[...].hasSameOctets(as: octets)
    else { return nil }
    return (entry.value, entry.nodes)
  }

  /// `nodes`: what reading it has spent.
  package mutating func remember(_ octets: [UInt8], as value: any AnyObject & Sendable, nodes: Int) {
    guard octets.count <= ReadMemory.octetLimit else { return }
    if entries.count >= ReadMemory.capacity { entries.removeAll(keepingCapacity: true) }
    entries[octets.withUnsafeBytes(ReadMemory.key)] = Entry(octets: octets, nodes: nodes, value: value)
  }
}
