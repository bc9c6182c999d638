package import AssayBytes
import AssayContainers
package import AssayCore
package import AssayPKI

/// Another way to read a Windows Installer file, tried only where the first does not give the signed digest; none is accepted.
enum MSIReading: String, CaseIterable {
  case metadataChanged = "metadata changed"
  case hashChanged = "extended hash changed"
  case hashAdded = "extended hash added"
  case hashRemoved = "extended hash removed"

  var alternative: AuthenticodeSubject.Alternative {
    let (problem, words) =
      switch self {
      case .metadataChanged:
        (
          "metadata.mismatch",
          "the streams' content is as signed, but names, sizes, state bits or times of the directory are not: the extended hash differs"
        )
      case .hashChanged: ("extended-hash.mismatch", "everything is as signed but the extended hash itself, which was exchanged")
      case .hashAdded: ("extended-hash.added", "without the extended hash the digest is the signed one: it was added after signing")
      case .hashRemoved:
        ("extended-hash.removed", "with an extended hash the digest is the signed one: it was taken away after signing")
      }
    return .init(key: rawValue, isAccepted: false, finding: Finding("msi.\(problem)", .warning, words, attack: ["T1036.001"]))
  }
}

extension MSIArtifact {
  /// The streams once for every algorithm; again only to explain a digest that differs. Flat digests take a pass of their own.
  package func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    let algorithms = Set(signatures.compactMap(\.digestAlgorithm)).union(flat).sorted()
    if !algorithms.isEmpty {
      // Where the stored hash is not that of the directory, both prefixes are tried, and neither may pass for the signed one.
      let isIntact = algorithms.allSatisfy { extendedHash == nil || extendedHash == computedHash(for: $0) }
      let first = try imprint.digests(algorithms.map { (extendedHash ?? [], $0) }, source)
      let second = isIntact ? first : try imprint.digests(algorithms.map { (computedHash(for: $0), $0) }, source)
      for (index, algorithm) in algorithms.enumerated() {
        let signed = signatures.filter { $0.digestAlgorithm == algorithm }.compactMap(\.signedDigest)
        let isStoredSigned = !isIntact && signed.contains(first[index])
        measured.digests[.init("authenticode", algorithm)] = isStoredSigned ? second[index] : first[index]
        if isIntact { continue }
        measured.alternatives[.init(MSIReading.metadataChanged.rawValue, algorithm)] = first[index]
        if !isStoredSigned { measured.alternatives[.init(MSIReading.hashChanged.rawValue, algorithm)] = second[index] }
      }
      try explain(algorithms, &measured)
    }
    let wanted = Array(Set(flat)).sorted()
    guard !wanted.isEmpty else { return measured }
    var hashers = wanted.map { DigestHasher($0) }
    try source.forEachChunk(0..<source.byteCount) { _, chunk in
      for index in hashers.indices { hashers[index].update(chunk) }
    }
    for index in hashers.indices { measured.digests[.init("flat", wanted[index])] = hashers[index].finalize() }
    return measured
  }

  /// The directory's hash: by the signature's algorithm where the stored one has its size or none that is known, else by the usual
  /// algorithm of that size, since a nested signature may have another one.
  private func computedHash(for algorithm: DigestAlgorithm) -> [UInt8] {
    let candidates = [algorithm, .sha1, .sha256, .sha384, .sha512, .md5]
    return (candidates.first { $0.byteCount == extendedHash?.count } ?? algorithm).digest(imprint.metadata)
  }

  /// The digest without an extended hash, or with one: was it added or taken away?
  private func explain(_ algorithms: [DigestAlgorithm], _ measured: inout Measurements) throws(ParseError) {
    let differing = algorithms.filter { algorithm in
      signatures.contains {
        $0.digestAlgorithm == algorithm && $0.signedDigest != measured.digests[.init("authenticode", algorithm)]
      }
    }
    guard !differing.isEmpty else { return }
    let reading: MSIReading = extendedHash == nil ? .hashRemoved : .hashAdded
    let others = try imprint.digests(
      differing.map { (extendedHash == nil ? $0.digest(imprint.metadata) : [], $0) }, source)
    for (algorithm, other) in zip(differing, others) { measured.alternatives[.init(reading.rawValue, algorithm)] = other }
  }
}
