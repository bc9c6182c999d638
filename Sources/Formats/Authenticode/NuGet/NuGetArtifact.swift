import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// A NuGet package, read but not believed.
struct NuGetArtifact: ParsedArtifact {
  static let signatureName: StaticString = ".signature.p7s"
  /// A signature with timestamps has about 20 kB.
  static let maximumSignatureBytes = 4 << 20

  let archive: ZIPArchive
  let source: any ByteSource
  let roles: [Role] = []
  let identity = Identity()
  let findings: [Finding]
  let signatures: [NuGetClaim]
  var claims: [any Claim] { signatures }
  var listedBy: [String] { ["flat"] }

  /// Throws `zip.*` for an archive that cannot be read.
  init(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) {
    source = artifact.source
    archive = try ZIPArchive(source, &budget)
    guard let entry = archive.entry(NuGetArtifact.signatureName) else {
      findings = archive.irregularities.prefix(32).map { Finding($0, $0.code == "zip.name.unsafe" ? .failure : .warning) }
      signatures = []
      return
    }
    var notes = archive.irregularities.prefix(32).map { Finding($0) }
    if entry.method != 0 || entry.flags != 0 {
      notes.append(
        Finding(
          "nupkg.signature.entry", .failure, "the signature's entry is compressed or has flags, it must be stored plainly",
          offset: entry.record.lowerBound))
    }
    if archive.end.record64 != nil {
      notes.append(
        Finding(
          "nupkg.signature.wide", .failure, "a signed package may not be a ZIP64 archive", offset: archive.end.record.lowerBound))
    }
    findings = notes
    var result: Result<NuGetSignature, ParseError>
    do throws(ParseError) {
      var allowance = ZIPAllowance()
      let octets = try archive.contents(
        entry, from: source, limit: NuGetArtifact.maximumSignatureBytes, &allowance, &budget)
      result = .success(try NuGetSignature(octets, &budget))
    } catch {
      result = .failure(error)
    }
    let failures = notes.filter { $0.severity == .failure }
    let offset = entry.data.lowerBound
    var claims = [NuGetClaim(kind: .embedded, index: 0, signature: result, offset: offset, failures: failures, countersigner: nil)]
    if case .success(let signature) = result, let other = signature.countersigners.first {
      claims.append(
        NuGetClaim(kind: .nested, index: 1, signature: result, offset: offset, failures: failures, countersigner: other))
    }
    signatures = claims
  }

  func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    var wanted: [DigestAlgorithm] = []
    if case .success(let signature)? = signatures.first?.signature { wanted = signature.content.digests.map(\.algorithm) }
    if !flat.isEmpty {
      var hashers = flat.map { DigestHasher($0) }
      try source.forEachChunk(0..<source.byteCount) { _, chunk in for index in hashers.indices { hashers[index].update(chunk) } }
      for index in flat.indices { measured.digests[.init("flat", flat[index])] = hashers[index].finalize() }
    }
    guard !wanted.isEmpty, let entry = archive.entry(NuGetArtifact.signatureName) else { return measured }
    var hashers = wanted.map { DigestHasher($0) }
    for range in archive.records(without: entry) {
      try source.forEachChunk(range) { _, chunk in for index in hashers.indices { hashers[index].update(chunk) } }
    }
    let directory = try archive.directory(without: entry, zeroingDisks: false, from: source, &work.budget)
    for index in wanted.indices {
      hashers[index].update(directory[...])
      measured.digests[.init("package", wanted[index])] = hashers[index].finalize()
    }
    return measured
  }

  var inspection: [InspectionLine] { [InspectionLine("entries", String(archive.entries.count))] }
}
