import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

// The covered bytes of a package: records, central directory, content types, block map, code integrity catalog; then every file
// against the block map.
extension MSIXArtifact {
  /// Failures that are told one by one; the rest is counted.
  static let toldLimit = 64

  func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    let algorithms = Set(signatures.compactMap(\.inner.digestAlgorithm)).sorted()
    try measureArchive(algorithms, flat: Set(flat).sorted(), &measured, &work.budget)
    if !signatures.isEmpty { measured.sealed = seal(&work.budget) }
    if isBundle { measured.nested = packages() }
    return measured
  }

  private func part(_ part: MSIXPart) -> ZIPEntry? { archive.entries.first { $0.name.elementsEqual(part.path.utf8) } }

  private func measureArchive(
    _ algorithms: [DigestAlgorithm], flat: [DigestAlgorithm], _ measured: inout Measurements, _ budget: inout Budget
  ) throws(ParseError) {
    let records = part(.signature).map { archive.records(without: $0) } ?? []
    var covered = algorithms.map { DigestHasher($0) }
    var whole = flat.map { DigestHasher($0) }
    let end = flat.isEmpty ? (algorithms.isEmpty ? 0 : records.last?.upperBound ?? 0) : source.byteCount
    try source.forEachChunk(0..<end) { offset, chunk in
      for index in whole.indices { whole[index].update(chunk) }
      guard !covered.isEmpty else { return }
      for record in records {
        let range = record.clamped(to: offset..<(offset + chunk.count))
        guard !range.isEmpty else { continue }
        let piece = UnsafeRawBufferPointer(rebasing: chunk[(range.lowerBound - offset)..<(range.upperBound - offset)])
        for index in covered.indices { covered[index].update(piece) }
      }
    }
    for index in flat.indices { measured.digests[.init("flat", flat[index])] = whole[index].finalize() }
    guard !algorithms.isEmpty, let signature = part(.signature) else { return }
    let directory = try archive.directory(without: signature, zeroingDisks: true, from: source, &budget)
    for (index, algorithm) in algorithms.enumerated() {
      var list = MSIXDigests()
      list.digests[.records] = covered[index].finalize()
      list.digests[.directory] = algorithm.digest(directory)
      for (name, kind) in [
        (MSIXPart.contentTypes, MSIXDigests.Part.contentTypes), (.blockMap, .blockMap), (.codeIntegrity, .codeIntegrity),
      ] {
        guard let entry = part(name) else { continue }
        var hasher = DigestHasher(algorithm)
        var allowance = ZIPAllowance()
        do throws(ParseError) {
          try archive.unpack(entry, from: source, &allowance) { piece in hasher.update(piece) }
          list.digests[kind] = hasher.finalize()
        } catch {
          if error.isUnreadable { throw error }
          measured.findings.append(Finding(error, .warning))
        }
      }
      measured.digests[.init("authenticode", algorithm)] = list.octets
    }
  }

  /// Every file of the archive against the block map, and the block map against the archive.
  private func seal(_ budget: inout Budget) -> SealedContent {
    var seal = SealedContent()
    var allowance = ZIPAllowance()
    do throws(ParseError) {
      guard let entry = part(.blockMap) else {
        throw ParseError("msix.block-map.missing", "there is no AppxBlockMap.xml")
      }
      let map = try MSIXBlockMap(try archive.contents(entry, from: source, &allowance, &budget), &budget)
      var met = Set<[UInt8]>()
      for entry in archive.entries where !entry.isFolder && !isOutside(entry) {
        let name = MSIXNames.listed(entry.name)
        met.insert(name)
        guard let file = map.byName[name] else {
          tell("msix.file.added", "\(entry.text) is not in the block map", entry, &seal)
          continue
        }
        try compare(entry, file, map.algorithm, &allowance, &seal)
      }
      for file in map.files where !met.contains(file.name) {
        let name = String(decoding: file.name, as: UTF8.self)
        tell("msix.file.missing", "\(name) is in the block map and not in the package", nil, &seal)
      }
    } catch {
      if error.isLimit || error.isUnreadable {
        seal.gaps.append(Finding(error, .failure))
      } else {
        seal.findings.append(Finding(error, .failure))
      }
    }
    return seal
  }

  /// Files that no block map lists: the signed parts, and in a bundle the packages, which have their own.
  private func isOutside(_ entry: ZIPEntry) -> Bool {
    if MSIXPart.allCases.contains(where: { $0.isOutsideBlockMap && entry.name.elementsEqual($0.path.utf8) }) { return true }
    return isBundle && MSIXNames.isPackage(entry.name)
  }

  private func compare(
    _ entry: ZIPEntry, _ file: MSIXBlockMap.File, _ algorithm: DigestAlgorithm, _ allowance: inout ZIPAllowance,
    _ seal: inout SealedContent
  ) throws(ParseError) {
    let header = entry.data.lowerBound - entry.record.lowerBound
    if let wanted = file.headerCount, wanted != header {
      tell("msix.file.header", "\(entry.text) has a local header of \(header) bytes, the block map says \(wanted)", entry, &seal)
    }
    var digester = BlockDigester(algorithm)
    do throws(ParseError) {
      try archive.unpack(entry, from: source, &allowance) { piece in digester.update(piece) }
    } catch {
      if error.isLimit || error.isUnreadable { throw error }
      return tell(error.code, error.message, entry, &seal)
    }
    guard let place = file.firstDifference(digester.finish()) else {
      seal.intact += 1
      return
    }
    let found = place < digester.digests.count ? Hex.encode(digester.digests[place]) : "none"
    tell(
      "msix.file.altered", "\(entry.text) differs from the block map in the block at \(place * MSIXBlockMap.blockCount)", entry,
      &seal,
      expected: place < file.blocks.count ? Hex.encode(file.blocks[place]) : "none", found: found)
  }

  private func tell(
    _ code: String, _ message: String, _ entry: ZIPEntry?, _ seal: inout SealedContent, expected: String? = nil,
    found: String? = nil
  ) {
    guard seal.findings.count < MSIXArtifact.toldLimit else { return }
    seal.findings.append(
      Finding(
        code, .failure, message, offset: entry?.record.lowerBound, expected: expected, found: found, attack: ["T1036.001"]))
  }

  /// Packages inside a bundle, judged by themselves.
  private func packages() -> [NestedArtifact] {
    archive.entries.filter { MSIXNames.isPackage($0.name) }.map { entry in
      let (archive, source, target) = (archive, source, target)
      let name = entry.text.split(separator: "/").last.map(String.init) ?? entry.text
      return NestedArtifact(path: entry.text) { () throws(ParseError) -> Artifact in
        if entry.method == 0, !entry.isEncrypted {
          return try Artifact(target: "\(target)/\(entry.text)", name: name, source: PartSource(source, entry.data))
        }
        var budget = Budget()
        var allowance = ZIPAllowance()
        let octets = try archive.contents(entry, from: source, &allowance, &budget)
        return try Artifact(target: "\(target)/\(entry.text)", name: name, source: MemorySource(octets))
      }
    }
  }
}

/// Names of archive and block map.
enum MSIXNames {
  /// The archive percent-encodes as OPC does and has `/`, the block map has neither.
  static func listed(_ name: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var place = 0
    while place < name.count {
      if name[place] == 0x25, place + 2 < name.count,
        let octet = Hex.decode(String(decoding: name[(place + 1)...(place + 2)], as: UTF8.self))?.first
      {
        result.append(octet)
        place += 3
      } else {
        result.append(name[place] == 0x2F ? 0x5C : name[place])
        place += 1
      }
    }
    return result
  }

  static func isPackage(_ name: [UInt8]) -> Bool {
    let lower = name.suffix(5).lowered
    return lower == Array(".appx".utf8) || lower == Array(".msix".utf8)
  }
}
