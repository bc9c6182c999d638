import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// The package's signatures as they are stored, and what is wrong with how the archive is put together.
struct PackageSignatures: Sendable {
  struct Stored: Sendable {
    let octets: [UInt8]
    let offset: Int
    let certificates: [Certificate]
  }
  /// Over the table's checksum as content. Systems prefer it.
  let cms: Stored?
  /// Over the table's checksum as digest.
  let rsa: Stored?
  let failures: [Finding]
  let tolerated: [Finding]

  init(_ archive: XarArchive, _ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    var stored: [XarSignature.Style: Stored] = [:]
    var problems = archive.problems.map { Finding($0) } + FlatPackageArtifact.uncovered(archive, .failure)
    for signature in archive.signatures {
      guard signature.place.count <= FlatPackageArtifact.signatureByteLimit else {
        throw ParseError(
          "limit.signature-bytes",
          "a signature of \(signature.place.count) bytes; more than \(FlatPackageArtifact.signatureByteLimit) are not read",
          offset: signature.place.lowerBound)
      }
      try budget.spend(bytes: signature.place.count)
      var certificates: [Certificate] = []
      for der in signature.certificates.prefix(64) {
        do throws(ParseError) {
          certificates.append(try Certificate(encoded: der[...], &budget))
        } catch {
          if error.isLimit { throw error }
          problems.append(
            Finding(
              "xar.signature.certificate", .failure, "a certificate in the table of contents cannot be read: \(error.message)",
              offset: archive.header.table.lowerBound))
        }
      }
      stored[signature.style] = Stored(
        octets: try source.bytes(signature.place), offset: signature.place.lowerBound, certificates: certificates)
    }
    (cms, rsa) = (stored[.cms], stored[.rsa])
    for index in problems.indices { problems[index].attack = ["T1554"] }
    failures = problems
    tolerated = archive.tolerated.map { Finding($0, .warning) }
  }
}

/// The statement of a package's signer: table of contents, and through its checksums every file of the archive.
struct PackageClaim: Claim {
  let kind: SignatureKind = .embedded
  let index = 0
  let signatures: PackageSignatures
  let tableDigest: (algorithm: DigestAlgorithm, value: [UInt8])?

  func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport {
    var check = PackageCheck(self, context)
    return check.run(measured.sealed, &work)
  }

  var inspection: [InspectionLine] {
    var lines = [InspectionLine("toc", tableDigest.map { Hex.encode($0.value) } ?? "covered by nothing")]
    for certificate in (signatures.cms ?? signatures.rsa)?.certificates ?? [] {
      lines.append(InspectionLine("certificate", certificate.subject.description))
    }
    return lines
  }
}
