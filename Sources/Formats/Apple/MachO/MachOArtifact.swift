package import AssayBytes
package import AssayContainers
package import AssayCore
package import AssayPKI

/// A Mach-O file with one claim for each image, signed or not: an image is a part, and the file is as good as its worst.
package struct MachOArtifact: ParsedArtifact {
  /// Real signatures are about 1 % of the code that they cover; one of 2 GiB has 21 MB.
  package static let signatureByteLimit = 64 << 20

  package let file: MachOFile
  package let roles: [Role]
  package let identity: Identity
  package let findings: [Finding]
  package let codeClaims: [AppleCodeClaim]
  let source: any ByteSource

  package var claims: [any Claim] {
    guard codeClaims.contains(where: { $0.signature != nil }) else { return [] }
    return codeClaims.map { StapledClaim.around($0, $0.embeddedTicket, [$0.cdhashes]) }
  }
  package var combination: Combination { .worst }

  /// `info` and `resources`: what a bundle has for those slots; a bare file does not know. `detached`: a signature that is kept in a file
  /// of its own; like `codesign --detached` it counts in the place of those inside.
  package init(
    _ source: any ByteSource, info: AppleSignature.Outside = .unknown, resources: AppleSignature.Outside = .unknown,
    detached: DetachedSignature? = nil, _ budget: inout Budget
  ) throws(ParseError) {
    self.source = source
    file = try MachOFile(source, &budget)
    var claims: [AppleCodeClaim] = []
    for (index, image) in file.images.enumerated() {
      if let detached {
        claims.append(MachOArtifact.claim(index, image, by: detached, info, resources, &budget))
      } else {
        claims.append(try MachOArtifact.claim(index, image, of: file, source, info, resources, &budget))
      }
    }
    codeClaims = claims
    // Without a signature nothing is claimed: oddities of old linkers are worth a line only. What systems as they come run is the
    // claims' to tell, since --strict decides over it.
    let isSigned = claims.contains { $0.signature != nil }
    let problems = isSigned ? file.problems.filter { !MachOFindings.tolerated.contains($0.code) } : file.problems
    var findings = problems.map { Finding($0, isSigned ? .failure : .warning) }
    for index in findings.indices { findings[index].attack = ["T1554"] }
    findings += MachOArtifact.disagreements(claims, &budget)
    self.findings = findings
    roles = [MachOArtifact.role(file.images.first)]
    var identity = Identity()
    identity.architecture = file.images.map(\.architecture).joined(separator: " ")
    identity.internalName = file.images.lazy.compactMap(\.installName).first.map { String(decoding: $0, as: UTF8.self) }
    self.identity = identity
  }

  private static func claim(
    _ index: Int, _ image: MachOImage, of file: MachOFile, _ source: any ByteSource, _ info: AppleSignature.Outside,
    _ resources: AppleSignature.Outside, _ budget: inout Budget
  ) throws(ParseError) -> AppleCodeClaim {
    let start = image.range.lowerBound
    guard let place = image.codeSignature else {
      return AppleCodeClaim(
        kind: .embedded, index: index, signature: nil, architecture: image.architecture, codeRange: image.range)
    }
    var tolerated = file.problems.filter { MachOFindings.tolerated.contains($0.code) }
    let read: Result<AppleSignature, ParseError>
    do throws(ParseError) {
      guard place.count <= signatureByteLimit else {
        throw ParseError(
          "limit.signature-bytes", "a signature of \(place.count) bytes; more than \(signatureByteLimit) are not read",
          offset: start + place.lowerBound)
      }
      try budget.spend(bytes: place.count)
      let octets = try source.bytes((start + place.lowerBound)..<(start + place.upperBound))
      let whole = try SuperBlob(octets[...], &budget)
      tolerated += whole.tolerated.map { $0.shifted(by: start + place.lowerBound) }
      var signature = try AppleSignature(blobs: whole.blobs, info: info, resources: resources, &budget)
      if case .unknown = info, let section = image.infoPlist, section.count <= 1 << 20 {
        signature.embeddedInfo = try source.bytes(section)
      }
      read = .success(signature)
    } catch {
      if error.isUnreadable { throw error }
      read = .failure(error.shifted(by: start + place.lowerBound))
    }
    return AppleCodeClaim(
      kind: .embedded, index: index, signature: read, architecture: image.architecture,
      codeRange: start..<(start + place.lowerBound), signatureOffset: start + place.lowerBound,
      fileType: image.fileType, tolerated: tolerated.map { Finding($0, .warning) })
  }

  /// Covers an image up to where its own signature begins, or whole.
  private static func claim(
    _ index: Int, _ image: MachOImage, by detached: DetachedSignature, _ info: AppleSignature.Outside,
    _ resources: AppleSignature.Outside, _ budget: inout Budget
  ) -> AppleCodeClaim {
    let start = image.range.lowerBound
    let code = start..<(start + (image.codeSignature?.lowerBound ?? image.range.count))
    let read: Result<AppleSignature, ParseError>
    do throws(ParseError) {
      guard let blobs = try detached.blobs(forCPU: image.cpuType, &budget) else {
        return AppleCodeClaim(
          kind: .detached, index: index, signature: nil, architecture: image.architecture, codeRange: image.range)
      }
      read = .success(try AppleSignature(blobs: blobs, info: info, resources: resources, &budget))
    } catch {
      read = .failure(error)
    }
    return AppleCodeClaim(
      kind: .detached, index: index, signature: read, architecture: image.architecture, codeRange: code, fileType: image.fileType)
  }

  /// Images of one file come from one maker: a system runs one of them and shows another (Okta 2018, CVE-2018-10403 to 10408).
  private static func disagreements(_ claims: [AppleCodeClaim], _ budget: inout Budget) -> [Finding] {
    let signed = claims.filter { (try? $0.signature?.get()) != nil }
    guard let first = signed.first, let model = try? first.signature?.get() else { return [] }
    var findings: [Finding] = []
    guard signed.count > 1 else { return [] }
    let signer = Array(words(model, &budget).utf8)
    for claim in signed.dropFirst() {
      guard let other = try? claim.signature?.get() else { continue }
      let pairs: [(String, [UInt8], [UInt8])] = [
        ("identifier", model.best.identifier, other.best.identifier),
        ("team", model.best.teamID ?? Array("none".utf8), other.best.teamID ?? Array("none".utf8)),
        ("signer", signer, Array(words(other, &budget).utf8)),
      ]
      for (what, expected, found) in pairs where expected != found {
        findings.append(
          Finding(
            "macho.universal.mixed", .failure,
            "the images for \(first.architecture) and \(claim.architecture) differ in their \(what)",
            offset: claim.codeRange.lowerBound, expected: String(decoding: expected, as: UTF8.self),
            found: String(decoding: found, as: UTF8.self), attack: ["T1036.001", "T1554"]))
      }
    }
    return findings
  }

  /// How an image is signed, so that ad hoc and signed do not pass for the same.
  private static func words(_ signature: AppleSignature, _ outer: inout Budget) -> String {
    if signature.isAdhoc { return "ad hoc" }
    // Limits of its own, since the check reads it again; what is remembered has one owner at a time, so that it is not copied.
    var budget = outer.renewed()
    outer.memory = ReadMemory()
    defer { outer.memory = budget.memory }
    guard let cms = signature.cms, !cms.isEmpty, let signed = try? SignedData(contentInfo: cms, &budget),
      let signer = signed.signerInfos.first
    else { return "none" }
    return signer.certificate(among: signed.certificates)?.subject.description ?? "unknown"
  }

  private static func role(_ image: MachOImage?) -> Role {
    switch image?.fileType {
    case 2: .executable
    case 11: .kernelModule
    default: .library
    }
  }

  package func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    for claim in codeClaims { try claim.measure(source, into: &measured, lanes: work.lanes) }
    measured.findings += try commandFindings(measured)
    if !flat.isEmpty {
      var hashers = Set(flat).sorted().map { DigestHasher($0) }
      try source.forEachChunk(0..<source.byteCount) { _, chunk in
        for index in hashers.indices { hashers[index].update(chunk) }
      }
      for index in hashers.indices { measured.digests[.init("flat", hashers[index].algorithm)] = hashers[index].finalize() }
    }
    return measured
  }

  /// What load commands tell of a change after signing.
  private func commandFindings(_ measured: Measurements) throws(ParseError) -> [Finding] {
    var findings: [Finding] = []
    for (image, claim) in zip(file.images, codeClaims) {
      if let stripped = try AddedCommand.stripped(image, source) { findings.append(stripped) }
      // Pages of the first directory, the first of which holds the commands.
      guard case .success(let signature)? = claim.signature, let pages = measured.codePages[claim.index],
        let first = signature.directories.indices.first(where: { index in
          pages.indices.contains(index) && pages[index]?.offset == image.range.lowerBound
        }), let added = try AddedCommand.find(image, source, signature.directories[first])
      else {
        if let late = AddedCommand.late(image) { findings.append(late) }
        continue
      }
      findings.append(added)
    }
    return findings
  }

  package var inspection: [InspectionLine] {
    var lines = [InspectionLine("layout", file.isUniversal ? "universal, \(file.images.count) images" : "one image")]
    for image in file.images {
      lines.append(InspectionLine(image.architecture, "\(image.range.count) bytes at \(image.range.lowerBound)"))
      lines.append(InspectionLine("type", MachONames.fileType(image.fileType), level: 1))
      if let name = image.installName {
        lines.append(InspectionLine("install name", String(decoding: name, as: UTF8.self), level: 1))
      }
      for dylib in image.dylibs.prefix(256) {
        lines.append(InspectionLine(dylib.kind.rawValue, String(decoding: dylib.name, as: UTF8.self), level: 1))
      }
      for path in image.searchPaths.prefix(64) {
        lines.append(InspectionLine("rpath", String(decoding: path, as: UTF8.self), level: 1))
      }
      for text in image.environment.prefix(64) {
        lines.append(InspectionLine("environment", String(decoding: text, as: UTF8.self), level: 1))
      }
      if let place = image.codeSignature {
        lines.append(
          InspectionLine("signature", "\(place.count) bytes at \(image.range.lowerBound + place.lowerBound)", level: 1))
      }
    }
    return lines
  }
}
