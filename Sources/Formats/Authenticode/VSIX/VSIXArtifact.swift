import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// An extension with its signatures, read but not believed.
struct VSIXArtifact: ParsedArtifact {
  static let folder = Array("package/services/digital-signature/".utf8)
  /// Signatures that are read; tools write one.
  static let maximumSignatures = 8

  let archive: ZIPArchive
  let source: any ByteSource
  let roles: [Role] = []
  let identity = Identity()
  let findings: [Finding]
  let signatures: [VSIXClaim]
  var claims: [any Claim] { signatures }
  var listedBy: [String] { ["flat"] }

  /// Throws `zip.*` for an archive that cannot be read, `limit.*`.
  init(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) {
    source = artifact.source
    archive = try ZIPArchive(source, &budget)
    let signed = archive.entries.filter { VSIXArtifact.isSignature($0.name) }
    guard signed.count <= VSIXArtifact.maximumSignatures else {
      throw ParseError("limit.nested-signatures", "the extension has \(signed.count) signatures")
    }
    let notes = archive.irregularities.prefix(32).map {
      Finding($0, signed.isEmpty && $0.code != "zip.name.unsafe" ? .warning : .failure)
    }
    findings = notes
    var claims: [VSIXClaim] = []
    for entry in signed {
      let result: Result<VSIXSignature, ParseError>
      do throws(ParseError) {
        var allowance = ZIPAllowance()
        let octets = try archive.contents(entry, from: source, limit: 4 << 20, &allowance, &budget)
        result = .success(try VSIXSignature(octets, &budget))
      } catch {
        result = .failure(error)
      }
      claims.append(
        VSIXClaim(
          index: claims.count, signature: result, archive: archive, source: source, offset: entry.data.lowerBound,
          failures: notes.filter { $0.severity == .failure }))
    }
    signatures = claims
  }

  /// By its name: the relationships that lead to it are not sealed by it.
  static func isSignature(_ name: [UInt8]) -> Bool {
    name.starts(with: folder) && name.suffix(7).elementsEqual(".psdsxs".utf8)
  }

  func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    guard !flat.isEmpty else { return measured }
    var hashers = flat.map { DigestHasher($0) }
    try source.forEachChunk(0..<source.byteCount) { _, chunk in for index in hashers.indices { hashers[index].update(chunk) } }
    for index in flat.indices { measured.digests[.init("flat", flat[index])] = hashers[index].finalize() }
    return measured
  }

  var inspection: [InspectionLine] { [InspectionLine("entries", String(archive.entries.count))] }
}
