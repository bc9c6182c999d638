package import AssayBytes
package import AssayCore
package import AssayPKI

// By which digest Windows' tools list files of other kinds: a cabinet by the digest of its own rule, all else by every byte.

extension CabinetArtifact {
  package var listedBy: [String] { ["authenticode"] }

  /// A cabinet that nobody signed is listed by all its bytes but reserved1 (4 to 7), as MakeCat writes it; a signed one by what its
  /// signature covers.
  package func measure(
    also flat: [DigestAlgorithm], listed: [DigestAlgorithm], _ work: inout Work
  ) throws(ParseError) -> Measurements {
    guard signatures.isEmpty, !listed.isEmpty, source.byteCount >= 8 else {
      return try measure(also: Array(Set(flat).union(listed)).sorted(), &work)
    }
    var measured = try measure(also: flat, &work)
    var hashers = Set(listed).sorted().map { DigestHasher($0) }
    for range in [0..<4, 8..<source.byteCount] {
      try source.forEachChunk(range) { _, chunk in
        for index in hashers.indices { hashers[index].update(chunk) }
      }
    }
    for index in hashers.indices {
      measured.digests[.init("authenticode", hashers[index].algorithm)] = hashers[index].finalize()
    }
    return measured
  }
}

extension MSIArtifact {
  package var listedBy: [String] { ["flat"] }
}

extension HostScriptArtifact {
  package var listedBy: [String] { ["flat"] }
}

extension ClickOnceArtifact {
  var listedBy: [String] { ["flat"] }
}
