package import AssayBytes
package import AssayCore
import AssayImporters
import AssayPolicy

extension Inspector {
  /// The requirements in each signature of Apple code, as `codesign -d -r-` prints them, unverified. Empty for what is no such code.
  package static func requirements(
    _ artifact: Artifact, formats: [any SignatureFormat.Type] = FormatRegistry.all, _ budget: inout Budget
  ) throws(ParseError) -> [RequirementListing] {
    guard let format = formats.first(where: { $0.recognizes(artifact.probe) }) else { return [] }
    guard artifact.source.byteCount <= Assessor.fileByteLimit else {
      throw ParseError(
        "limit.file-bytes", "has \(artifact.source.byteCount) bytes; files over \(Assessor.fileByteLimit) are not read")
    }
    let coded = try format.parse(artifact, &budget).claims.compactMap { claim in claim.code.map { (claim: claim, code: $0) } }
    var listings: [RequirementListing] = []
    for (claim, code) in coded { listings.append(listing(code, claim, among: coded.map(\.code), &budget)) }
    try artifact.source.confirmUnchanged()
    return listings
  }

  private static func listing(
    _ code: CodeFacts, _ claim: any Claim, among all: [CodeFacts], _ budget: inout Budget
  ) -> RequirementListing {
    var entries: [RequirementListing.Entry] = []
    var problem: String?
    let designated = Requirement.Kind.designated.name
    do throws(ParseError) {
      if let blob = code.requirements {
        entries = try RequirementSet(blob: blob[...], &budget).entries.map {
          RequirementListing.Entry($0.kind.name, "\($0.requirement)")
        }
      }
      if !entries.contains(where: { $0.kind == designated }) {
        let made = code.isAdhoc ? exact(code, among: all) : try made(code, claim, &budget)
        if let made { entries.append(RequirementListing.Entry(designated, "\(made)", isImplicit: true)) }
      }
    } catch {
      problem = error.message
    }
    return RequirementListing(
      index: claim.index, architecture: code.architecture, identifier: String(decoding: code.identifier, as: UTF8.self),
      entries: entries, problem: problem)
  }

  /// Code that names nobody is its own build and nothing else, in each of its parts: every code directory's digest, its own first.
  private static func exact(_ code: CodeFacts, among all: [CodeFacts]) -> Requirement {
    var hashes: [Requirement] = []
    for part in [code] + all.filter({ $0.cdHash != code.cdHash }) {
      for hash in part.cdHashes where !hashes.contains(.cdHash(hash)) { hashes.append(.cdHash(hash)) }
    }
    return hashes.count > 1 ? .any(hashes) : .cdHash(code.cdHash)
  }

  /// Of the signer's certificates; nil where the signature does not bring them up to the root.
  private static func made(_ code: CodeFacts, _ claim: any Claim, _ budget: inout Budget) throws(ParseError) -> Requirement? {
    let path = try claim.claimedPath(&budget)
    guard path.last?.isSelfIssued == true else { return nil }
    return .designated(code.identifier, path: path.map { CertificateFacts($0) })
  }
}
