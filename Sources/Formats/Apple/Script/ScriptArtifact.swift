package import AssayBytes
package import AssayCore
package import AssayPKI

/// A script or any other file whose signatures are kept beside it; read, not believed.
package struct ScriptArtifact: ParsedArtifact {
  package let roles: [Role]
  package let identity: Identity
  package let findings: [Finding]
  let carried: [CarriedSignature]
  let codeClaims: [AppleCodeClaim]
  private let source: any ByteSource
  private let language: String

  /// `place`: nil where nothing can be beside it. `language`: for people.
  package init(
    _ source: any ByteSource, place: TreePlace?, roles: [Role], language: String, findings: [Finding] = [], _ budget: inout Budget
  ) {
    self.source = source
    self.roles = roles
    self.language = language
    var findings = findings
    let search = place.map { SignatureSearch($0, &budget) }
    for failure in search?.failures ?? [] {
      findings.append(
        Finding(
          "applescript.carrier.unreadable", .failure,
          "what is kept beside the file in \(failure.origin) cannot be read: \(failure.error.message)", offset: failure.error.offset
        ))
    }
    self.findings = findings
    carried = (search?.found ?? []).map { CarriedSignature($0) }
    codeClaims = carried.enumerated().map { ScriptArtifact.claim($0, $1, source, &budget) }
    identity = Identity()
  }

  /// The file's bytes are all of the code; there is no Info.plist, and a list of sealed resources stands beside the rest.
  private static func claim(
    _ index: Int, _ carried: CarriedSignature, _ source: any ByteSource, _ budget: inout Budget
  ) -> AppleCodeClaim {
    var signature: Result<AppleSignature, ParseError>
    do throws(ParseError) {
      signature = .success(
        try AppleSignature(
          blobs: carried.blobs, info: .absent, resources: carried.resources.map { .octets($0) } ?? .absent, &budget))
    } catch {
      signature = .failure(error)
    }
    return AppleCodeClaim(
      kind: .detached, index: index, signature: signature, architecture: "", codeRange: 0..<source.byteCount)
  }

  package var claims: [any Claim] { codeClaims }
  package var listedBy: [String] { [] }

  package func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    for claim in codeClaims { try claim.measure(source, into: &measured, lanes: work.lanes) }
    guard !flat.isEmpty else { return measured }
    var hashers = Set(flat).sorted().map { DigestHasher($0) }
    try source.forEachChunk(0..<source.byteCount) { _, chunk in
      for index in hashers.indices { hashers[index].update(chunk) }
    }
    for index in hashers.indices { measured.digests[.init("flat", hashers[index].algorithm)] = hashers[index].finalize() }
    return measured
  }

  package var inspection: [InspectionLine] {
    [InspectionLine("language", language)]
      + carried.enumerated().map { InspectionLine("signature \($0) is kept in", $1.origin) }
  }
}
