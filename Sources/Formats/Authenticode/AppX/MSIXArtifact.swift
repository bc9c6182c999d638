import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// A package or a bundle with its signature, read but not believed.
struct MSIXArtifact: ParsedArtifact {
  let archive: ZIPArchive
  let source: any ByteSource
  let isBundle: Bool
  let roles: [Role] = []
  let identity: Identity
  let findings: [Finding]
  let signatures: [MSIXClaim]
  let target: String

  var claims: [any Claim] { signatures }
  /// The blob of digests stands in no catalog.
  var listedBy: [String] { ["flat"] }

  /// Throws `zip.*` for an archive that cannot be read, `msix.package.incomplete` for one that is no package.
  init(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) {
    source = artifact.source
    target = artifact.target
    archive = try ZIPArchive(source, &budget)
    let (archive, source) = (archive, source)
    func entry(_ part: MSIXPart) -> ZIPEntry? { archive.entries.first { $0.name.elementsEqual(part.path.utf8) } }
    isBundle = entry(.bundleManifest) != nil && entry(.manifest) == nil
    var notes = MSIXArtifact.layout(archive, signature: entry(.signature))
    var allowance = ZIPAllowance()
    var publisher: [UInt8]?
    var names = Identity()
    if let manifest = entry(isBundle ? .bundleManifest : .manifest), entry(.blockMap) != nil, entry(.contentTypes) != nil {
      do throws(ParseError) {
        let octets = try archive.contents(manifest, from: source, &allowance, &budget)
        let read = try MSIXManifest(octets, isBundle: isBundle, &budget)
        (publisher, names) = (read.publisher?.octets, read.identity)
      } catch {
        if error.isLimit || error.isUnreadable { throw error }
        notes.append(
          Finding(error.code, .failure, "the manifest cannot be read: \(error.message)", offset: manifest.data.lowerBound))
      }
    } else {
      notes.append(
        Finding(
          "msix.package.incomplete", .failure, "the archive has no manifest, block map or content types: it is no app package"))
    }
    identity = names
    guard let signature = entry(.signature) else {
      signatures = []
      findings = notes
      return
    }
    let subject = MSIXSubject.make(isBundle: isBundle, failures: notes.filter { $0.severity == .failure })
    let offset = signature.data.lowerBound
    do throws(ParseError) {
      let octets = try archive.contents(signature, from: source, limit: 16 << 20, &allowance, &budget)
      signatures = MSIXSubject.claims(octets, at: offset, subject, publisher: publisher, isLoose: false, &budget)
    } catch {
      let claim = AuthenticodeClaim(
        kind: .embedded, index: 0, subject: subject, signature: .failure(error), offset: offset, firstIndex: 0, tolerated: [],
        hasFixedOffset: true)
      signatures = [MSIXClaim(inner: claim, publisher: publisher, isLoose: false)]
    }
    findings = notes
  }

  /// Windows' packaging tools leave no bytes that belong to no entry, and put the signature last.
  private static func layout(_ archive: ZIPArchive, signature: ZIPEntry?) -> [Finding] {
    var notes = archive.irregularities.prefix(32).map { odd in
      Finding(odd.code, odd.code == "zip.layout.comment" ? .warning : .failure, odd.message, offset: odd.offset)
    }
    if let signature, archive.entries.contains(where: { $0.record.lowerBound > signature.record.lowerBound }) {
      notes.append(
        Finding(
          "msix.signature.place", .failure, "files follow AppxSignature.p7x, which must be the last one",
          offset: signature.record.lowerBound, attack: ["T1036.001"]))
    }
    return notes
  }

  var inspection: [InspectionLine] {
    var lines = [
      InspectionLine("package", isBundle ? "bundle" : "package"), InspectionLine("entries", String(archive.entries.count)),
    ]
    if let name = identity.internalName { lines.append(InspectionLine("name", name)) }
    if let version = identity.productVersion { lines.append(InspectionLine("version", version)) }
    return lines
  }
}
