package import AssayBytes
package import AssayContainers
package import AssayCore
package import AssayPKI

/// A disk image with its signature, if it has one; read, not believed. What file systems are in it is not looked at.
package struct DiskImageArtifact: ParsedArtifact {
  /// Real signatures are 32 bytes for each 4 KiB, or for each 16 KiB, and one of 20 GB has a page of its own.
  package static let signatureByteLimit = 64 << 20

  /// Nil where the file's name alone says that it is an image.
  package let trailer: DiskImageTrailer?
  package let findings: [Finding]
  package let code: AppleCodeClaim?
  let source: any ByteSource

  package let roles: [Role] = []
  package let identity = Identity()
  package var claims: [any Claim] { code.map { [StapledClaim.around($0, $0.embeddedTicket, [$0.cdhashes])] } ?? [] }

  package init(_ source: any ByteSource, _ budget: inout Budget) throws(ParseError) {
    self.source = source
    let place = max(0, source.byteCount - DiskImageTrailer.byteCount)
    let tail = try source.bytes(place..<source.byteCount)
    guard DiskImageTrailer.recognizes(tail) else {
      (trailer, code) = (nil, nil)
      findings = [
        Finding(
          "dmg.trailer.missing", .warning, "the file is named as a disk image and does not end as one: it is raw, or was cut off",
          offset: place)
      ]
      return
    }
    let trailer = try DiskImageTrailer(tail[...], at: place)
    self.trailer = trailer
    var notes = [
      Finding(
        "dmg.contents.not-read", .note,
        "the file systems in the image are not read: what is in them is not assessed; attach or unpack it and scan that")
    ]
    if trailer.segmentCount > 1 {
      notes.append(
        Finding(
          "dmg.image.segmented", .note,
          "part \(trailer.segmentNumber) of an image in \(trailer.segmentCount) parts: each part is judged by itself"))
    }
    guard let signature = trailer.codeSignature else {
      code = nil
      // Nobody vouches for it anyway: what is odd is worth a line.
      findings = notes + trailer.problems.map { Finding($0, .warning) }
      return
    }
    code = try DiskImageArtifact.read(source, trailer, signature, &budget)
    findings = notes
  }

  private static func read(
    _ source: any ByteSource, _ trailer: DiskImageTrailer, _ place: Range<Int>, _ budget: inout Budget
  ) throws(ParseError) -> AppleCodeClaim {
    var failures = trailer.problems.map { problem in
      var finding = Finding(problem)
      finding.attack = ["T1554"]
      return finding
    }
    let result: Result<AppleSignature, ParseError>
    do throws(ParseError) {
      guard place.count <= signatureByteLimit else {
        throw ParseError(
          "limit.signature-bytes", "a signature of \(place.count) bytes; more than \(signatureByteLimit) are not read",
          offset: place.lowerBound)
      }
      try budget.spend(bytes: place.count)
      let whole = try SuperBlob(try source.bytes(place)[...], &budget)
      if whole.byteCount != place.count {
        failures.append(
          Finding(
            "dmg.signature.length", .failure, "the signature does not fill its place before the trailer", offset: place.lowerBound,
            expected: "\(place.count) bytes", found: "\(whole.byteCount) bytes", attack: ["T1554"]))
      }
      // Images are held to what programs are only under strict validation (DiskImageRep).
      failures += whole.tolerated.map { Finding($0.shifted(by: place.lowerBound)) }
      var blobs = whole.blobs
      if blobs[CodeSlot.repSpecific] != nil {
        failures.append(
          Finding(
            "dmg.signature.header", .failure, "the signature brings a header of its own in place of the image's",
            offset: place.lowerBound))
      }
      blobs[CodeSlot.repSpecific] = trailer.signedOctets[...]
      result = .success(try AppleSignature(blobs: blobs, info: .absent, resources: .absent, &budget))
    } catch {
      if error.isUnreadable { throw error }
      result = .failure(error.shifted(by: place.lowerBound))
    }
    return AppleCodeClaim(
      kind: .embedded, index: 0, signature: result, architecture: "", codeRange: 0..<place.lowerBound, containerFailures: failures,
      signatureOffset: place.lowerBound)
  }

  package func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = try Measurements(flat: flat, of: source)
    if let code {
      try code.measure(source, into: &measured, lanes: work.lanes)
    } else if let trailer, let fork = trailer.dataFork, !fork.isEmpty, let expected = trailer.dataChecksum.crc32 {
      // Pages cover the data of a signed image; of an unsigned one this is all that can be said.
      let found = try CRC32.checksum(of: fork, in: source)
      if found != expected {
        measured.findings.append(
          Finding(
            "dmg.checksum.mismatch", .warning, "the data fork is not what the trailer's checksum was made of",
            offset: fork.lowerBound, expected: String(expected, radix: 16), found: String(found, radix: 16)))
      }
    }
    return measured
  }

  package var inspection: [InspectionLine] {
    guard let trailer else { return [InspectionLine("trailer", "none")] }
    func place(_ range: Range<Int>?) -> String { range.map { "\($0.count) bytes at \($0.lowerBound)" } ?? "impossible" }
    var lines = [
      InspectionLine("flags", "0x\(String(trailer.flags, radix: 16))"), InspectionLine("data fork", place(trailer.dataFork)),
      InspectionLine("resource fork", place(trailer.resourceFork)), InspectionLine("property list", place(trailer.propertyList)),
      InspectionLine("segment", "\(trailer.segmentNumber) of \(trailer.segmentCount)"),
      InspectionLine("sectors", String(trailer.sectorCount)),
    ]
    if let signature = trailer.codeSignature { lines.append(InspectionLine("signature", place(signature))) }
    if let ticket = code?.embeddedTicket { lines.append(InspectionLine("ticket", "\(ticket.octets.count) bytes")) }
    return lines
  }
}
