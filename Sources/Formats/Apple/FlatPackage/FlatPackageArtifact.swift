package import AssayBytes
package import AssayContainers
package import AssayCore
package import AssayPKI

/// A flat package with its signatures, read but not believed.
package struct FlatPackageArtifact: ParsedArtifact {
  package static let signatureByteLimit = 16 << 20
  /// PackageInfo of real packages has 2 kB.
  static let infoByteLimit = 1 << 20

  package let archive: XarArchive
  let source: any ByteSource
  let target: String
  package let identity: Identity
  package let findings: [Finding]
  /// The table's digest by its own style; nil where that covers nothing. Systems know the package by its first 20 bytes.
  let tableDigest: (algorithm: DigestAlgorithm, value: [UInt8])?
  let signatures: PackageSignatures?
  let ticket: StapledTicket?

  package let roles: [Role] = []
  package var listedBy: [String] { ["flat"] }
  package var claims: [any Claim] {
    guard let signatures else { return [] }
    let claim = PackageClaim(signatures: signatures, tableDigest: tableDigest)
    return [StapledClaim.around(claim, ticket, [tableDigest.map { [$0.value] } ?? []])]
  }

  package init(_ source: any ByteSource, target: String, _ budget: inout Budget) throws(ParseError) {
    self.source = source
    self.target = target
    let archive = try XarArchive(source, &budget)
    self.archive = archive
    if let algorithm = archive.header.digest.algorithm {
      var hasher = DigestHasher(algorithm)
      try source.forEachChunk(archive.header.table) { _, chunk in hasher.update(chunk) }
      tableDigest = (algorithm, hasher.finalize())
    } else {
      tableDigest = nil
    }
    var notes: [Finding] = []
    for trailer in archive.trailers {
      guard case .other(let type) = trailer.kind else { continue }
      notes.append(
        Finding(
          "xar.trailer.unknown", .warning,
          "\(trailer.content.count) bytes of the unknown kind \(type) are attached, covered by nothing",
          offset: trailer.content.lowerBound))
    }
    ticket = try FlatPackageArtifact.ticket(archive, source)
    if archive.signatures.isEmpty {
      signatures = nil
      // Nobody vouches for it anyway: what is odd is worth a line.
      notes +=
        (archive.problems + archive.tolerated).map { Finding($0, .warning) } + FlatPackageArtifact.uncovered(archive, .warning)
    } else {
      signatures = try PackageSignatures(archive, source, &budget)
    }
    findings = notes
    identity = FlatPackageArtifact.identity(archive, source, &budget)
  }

  /// The last one attached is the one that systems read.
  private static func ticket(_ archive: XarArchive, _ source: any ByteSource) throws(ParseError) -> StapledTicket? {
    guard let place = archive.trailers.first(where: { $0.kind == .ticket })?.content else { return nil }
    guard place.count <= StapledTicket.byteLimit else { return StapledTicket(refused: place.count, at: place.lowerBound) }
    return StapledTicket(try source.bytes(place)[...], at: place.lowerBound)
  }

  /// Files that the table gives no checksum that covers anything.
  static func uncovered(_ archive: XarArchive, _ severity: Severity) -> [Finding] {
    var found: [Finding] = []
    for entry in archive.entries {
      for part in entry.parts where found.count < 16 {
        guard let sum = part.archived else {
          found.append(
            Finding(
              "xar.checksum.missing", severity, "\(entry.name) has no checksum of its \(part.kind): nothing covers it",
              offset: part.place.lowerBound, attack: ["T1554"]))
          continue
        }
        guard let style = sum.style, style.algorithm != nil, sum.value.count == style.byteCount else {
          found.append(
            Finding(
              "xar.checksum.style", severity,
              "the checksum of \(entry.name) is of the style \(String(decoding: sum.styleName, as: UTF8.self).debugDescription) and \(sum.value.count) bytes: it covers nothing",
              offset: part.place.lowerBound, expected: "sha1, sha256, sha384 or sha512", attack: ["T1554"]))
          continue
        }
      }
    }
    return found
  }

  /// Identifier and version of the first component's PackageInfo: what the package says of itself.
  private static func identity(_ archive: XarArchive, _ source: any ByteSource, _ budget: inout Budget) -> Identity {
    var identity = Identity()
    guard
      let entry = archive.entries.first(where: { $0.path.reversed().starts(with: "PackageInfo".utf8.reversed()) }),
      let data = entry.data, let octets = try? archive.contents(data, from: source, limit: infoByteLimit, &budget),
      let root = try? XMLDocument(parsing: octets[...], &budget).root, root.name == "pkg-info"
    else { return identity }
    identity.internalName = root.attribute("identifier")?.string
    identity.productVersion = root.attribute("version")?.string
    return identity
  }

  package func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = try Measurements(flat: flat, of: source)
    if let tableDigest { measured.digests[.init("toc", tableDigest.algorithm)] = tableDigest.value }
    var contents = PackageContents(archive, source, tableDigest: tableDigest?.value)
    let sealed = try contents.compare()
    if signatures == nil {
      measured.findings = (sealed.findings + sealed.gaps).map { finding in
        var note = finding
        note.severity = .warning
        return note
      }
    } else {
      measured.sealed = sealed
    }
    measured.findings += contents.notes
    // Parts without a signature of their own are covered by the package's.
    let cover = PackageCover(claims: claims, measured: measured)
    var parts = PackageParts(archive, source, target: target, cover: cover)
    measured.nested = try parts.find(&work.budget)
    measured.findings += parts.notes
    return measured
  }

  package var inspection: [InspectionLine] {
    var lines = [
      InspectionLine("table of contents", "\(archive.header.tableByteCount) bytes, \(archive.header.digest.rawValue)"),
      InspectionLine("created", archive.creationTime?.string ?? "unknown"),
    ]
    for signature in archive.signatures {
      lines.append(
        InspectionLine(
          signature.style == .cms ? "CMS signature" : "RSA signature",
          "\(signature.place.count) bytes at \(signature.place.lowerBound), \(signature.certificates.count) certificates"))
    }
    for trailer in archive.trailers { lines.append(InspectionLine("trailer", "\(trailer.kind), \(trailer.content.count) bytes")) }
    for entry in archive.entries.prefix(256) {
      let size = entry.data.map { "\($0.byteCount) bytes, \($0.place.count) packed" } ?? entry.type.string
      lines.append(InspectionLine(entry.name, size, level: 1))
    }
    return lines
  }
}

extension XarDigest {
  /// Nil for what covers nothing.
  var algorithm: DigestAlgorithm? {
    switch self {
    case .none, .md5: nil
    case .sha1: .sha1
    case .sha256: .sha256
    case .sha384: .sha384
    case .sha512: .sha512
    }
  }
}
