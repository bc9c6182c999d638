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
    let claims = try format.parse(artifact, &budget).claims
    let codes = claims.compactMap(\.code)
    var listings: [RequirementListing] = []
    for claim in claims {
      guard let code = claim.code else { continue }
      listings.append(listing(code, claim.index, among: codes, &budget))
    }
    try artifact.source.confirmUnchanged()
    return listings
  }

  private static func listing(
    _ code: CodeFacts, _ index: Int, among all: [CodeFacts], _ budget: inout Budget
  ) -> RequirementListing {
    var entries: [RequirementListing.Entry] = []
    var problem: String?
    do throws(ParseError) {
      if let blob = code.requirements {
        entries = try RequirementSet(blob: blob[...], &budget).entries.map {
          RequirementListing.Entry($0.kind.name, "\($0.requirement)")
        }
      }
      if !entries.contains(where: { $0.kind == Requirement.Kind.designated.name }), code.isAdhoc {
        // Code that names nobody is its own build and nothing else, in each of its parts.
        let hashes = all.filter(\.isAdhoc).map { Requirement.cdHash($0.cdHash) }
        let requirement = hashes.count == 1 ? hashes[0] : .any(hashes)
        entries.append(RequirementListing.Entry(Requirement.Kind.designated.name, "\(requirement)", isImplicit: true))
      }
    } catch {
      problem = error.message
    }
    return RequirementListing(
      index: index, architecture: code.architecture, identifier: String(decoding: code.identifier, as: UTF8.self), entries: entries,
      problem: problem)
  }
}
