package import AssayBytes
import AssayContainers
package import AssayCore
package import AssayPKI

/// A configuration or provisioning profile, read and not believed.
package struct ProfileArtifact: ParsedArtifact {
  package let roles: [Role] = []
  package let identity: Identity
  package let findings: [Finding] = []
  let kind: ProfileKind
  let document: ProfileDocument
  private let octets: [UInt8]

  package init(_ source: any ByteSource, _ kind: ProfileKind, _ budget: inout Budget) throws(ParseError) {
    guard source.byteCount <= ProfileDocument.byteLimit else {
      throw ParseError(
        "limit.profile-bytes", "the profile has \(source.byteCount) bytes; more than \(ProfileDocument.byteLimit) are not read")
    }
    octets = try source.bytes(0..<source.byteCount)
    self.kind = kind
    document = try ProfileDocument(octets[...], &budget)
    var identity = Identity()
    identity.productName = document.text("PayloadDisplayName") ?? document.text("Name")
    identity.companyName = document.text("PayloadOrganization") ?? document.text("TeamName")
    identity.internalName = document.text("PayloadIdentifier") ?? document.text("UUID")
    self.identity = identity
  }

  package var claims: [any Claim] {
    document.signed.map { [ProfileClaim(kindOfProfile: kind, document: document, signed: $0)] } ?? []
  }
  package var listedBy: [String] { [] }

  package func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    for algorithm in Set(flat) { measured.digests[.init("flat", algorithm)] = algorithm.digest(octets) }
    return measured
  }

  package var inspection: [InspectionLine] {
    var lines = [InspectionLine("form", document.signed == nil ? "property list" : "signed property list")]
    for key in [
      "PayloadDisplayName", "PayloadIdentifier", "PayloadOrganization", "PayloadUUID", "Name", "AppIDName", "TeamName", "UUID",
    ] {
      if let text = document.text(key) { lines.append(InspectionLine(key, text)) }
    }
    for payload in (document.content["PayloadContent"]?.items ?? []).prefix(64) {
      lines.append(InspectionLine("payload", payload["PayloadType"]?.text ?? "without a type", level: 1))
    }
    for team in document.teams.prefix(16) { lines.append(InspectionLine("team", String(decoding: team, as: UTF8.self))) }
    if let name = document.applicationIdentifier {
      lines.append(InspectionLine("application", String(decoding: name, as: UTF8.self)))
    }
    if let expiry = document.expiry { lines.append(InspectionLine("ends", expiry.rfc3339)) }
    if !document.developerCertificates.isEmpty {
      lines.append(InspectionLine("developer certificates", String(document.developerCertificates.count)))
    }
    return lines
  }
}
