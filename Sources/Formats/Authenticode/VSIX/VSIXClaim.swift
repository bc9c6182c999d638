import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// An extension's signature: XML signature, every part that its manifest names, and no part besides.
struct VSIXClaim: Claim {
  let kind = SignatureKind.embedded
  let index: Int
  let signature: Result<VSIXSignature, ParseError>
  let archive: ZIPArchive
  let source: any ByteSource
  let offset: Int
  let failures: [Finding]

  private static let clause = "ECMA-376 part 2, 13"
  private static let toldLimit = 32

  func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport {
    let empty = SignatureReport(kind: kind, index: index, state: .malformed)
    switch signature {
    case .failure(let error): return SignerRungs.unreadable(error, empty, at: offset, in: context, clause: Self.clause)
    case .success(let signature):
      let bag = signature.xml.certificates + certificateParts(&work.budget)
      var rungs = SignerRungs(empty, context: context, bag: bag, offset: offset)
      return rungs.attempt(clause: Self.clause) { (rungs) throws(ParseError) in try climb(signature, &rungs, &work) }
    }
  }

  private func climb(
    _ signature: VSIXSignature, _ rungs: inout SignerRungs, _ work: inout Work
  ) throws(ParseError) -> SignatureReport {
    rungs.container(failures, sound: "the archive is a plain package", clause: Self.clause)
    let (check, coverage) = try signature.xml.check(root: signature.document.root, certificates: rungs.bag, &work.budget)
    rungs.report.digestAlgorithm = signature.xml.scheme?.digest
    rungs.take(check, family: "vsix")
    if !coverage.objects.contains(signature.objectID) {
      fail("coverage", as: .malformed, "vsix.manifest.uncovered", "the signature does not cover its manifest of parts", &rungs)
    }
    try checkParts(signature, &rungs, &work.budget)
    rungs.take(try timestamps(signature, &rungs, &work))
    guard let certificate = check.certificate else { return rungs.finish(nil, nil) }
    let path = rungs.climb(certificate, &work)
    return rungs.finish(check, path)
  }

  private func fail(
    _ rung: String, as state: State, _ code: String, _ message: String, _ rungs: inout SignerRungs, expected: String? = nil,
    found: String? = nil
  ) {
    guard rungs.report.findings.count < Self.toldLimit else { return }
    let finding = Finding(code, .failure, message, offset: offset, expected: expected, found: found, attack: ["T1036.001"])
    rungs.fail(rung, as: state, finding, clause: Self.clause)
  }

  /// Every reference of the manifest, then what no reference names.
  private func checkParts(_ signature: VSIXSignature, _ rungs: inout SignerRungs, _ budget: inout Budget) throws(ParseError) {
    var allowance = ZIPAllowance()
    var entries: [[UInt8]: ZIPEntry] = [:]
    for entry in archive.entries { entries[entry.name] = entry }
    guard let list = archive.entry("[Content_Types].xml") else {
      return fail("parts", as: .malformed, "vsix.package.incomplete", "the package has no content types", &rungs)
    }
    let types = try ContentTypes(try archive.contents(list, from: source, limit: 4 << 20, &allowance, &budget), &budget)
    var covered = Set<[UInt8]>()
    var intact = 0
    for part in signature.parts {
      let name = String(decoding: part.name, as: UTF8.self)
      guard covered.insert(part.name).inserted else {
        fail("parts", as: .malformed, "vsix.manifest.form", "the manifest names \(name) twice", &rungs)
        continue
      }
      guard let entry = entries[part.name] else {
        fail("parts", as: .tampered, "vsix.part.missing", "\(name) was signed and is not there", &rungs)
        continue
      }
      let type = types.type(of: part.name)
      if type != part.contentType {
        fail(
          "parts", as: .tampered, "vsix.part.type", "\(name) has another content type than was signed", &rungs,
          expected: String(decoding: part.contentType, as: UTF8.self), found: String(decoding: type, as: UTF8.self))
        continue
      }
      guard let found = try digest(part, entry, &allowance, &rungs, &budget) else { continue }
      if found == part.digest {
        intact += 1
      } else {
        fail(
          "parts", as: .tampered, "vsix.part.altered", "\(name) is not what was signed", &rungs, expected: Hex.encode(part.digest),
          found: Hex.encode(found))
      }
    }
    for entry in archive.entries where !entry.isFolder && !covered.contains(entry.name) && !isFree(entry.name) {
      fail("parts", as: .tampered, "vsix.part.uncovered", "\(entry.text) is covered by no reference of the signature", &rungs)
    }
    if intact == signature.parts.count, intact > 0, !rungs.states.contains(.tampered) {
      rungs.pass("parts", "\(intact) parts have the signed digests, none is missing or added", clause: Self.clause)
    }
  }

  /// What a signature cannot cover: content types, which each reference repeats, and the signatures' own parts.
  private func isFree(_ name: [UInt8]) -> Bool {
    if name.elementsEqual("[Content_Types].xml".utf8) { return true }
    let endings = [".psdsxs", ".psdor", ".psdor.rels", ".psdsxs.rels", ".cer"]
    return name.starts(with: VSIXArtifact.folder) && endings.contains { name.suffix($0.utf8.count).elementsEqual($0.utf8) }
  }

  /// Nil where it cannot be established; said so then.
  private func digest(
    _ part: VSIXSignature.Part, _ entry: ZIPEntry, _ allowance: inout ZIPAllowance, _ rungs: inout SignerRungs,
    _ budget: inout Budget
  ) throws(ParseError) -> [UInt8]? {
    var transforms = part.transforms
    do throws(ParseError) {
      guard let first = transforms.first else {
        var hasher = DigestHasher(part.algorithm)
        try archive.unpack(entry, from: source, &allowance) { piece in hasher.update(piece) }
        return hasher.finalize()
      }
      let octets = try archive.contents(entry, from: source, limit: 4 << 20, &allowance, &budget)
      if first.attribute("Algorithm") == RelationshipTransform.algorithm {
        transforms.removeFirst()
        if transforms.count == 1, XMLSignature.method(transforms[0]) == .inclusive {
          return part.algorithm.digest(try RelationshipTransform.octets(octets, first, &budget))
        }
      } else if transforms.count == 1, let method = XMLSignature.method(first) {
        let root = try XMLDocument(parsing: octets[...], &budget).root
        return part.algorithm.digest(try CanonicalXML.octets(of: root, method, &budget))
      }
    } catch {
      if error.isLimit || error.isUnreadable { throw error }
      fail("parts", as: .tampered, error.code, error.message, &rungs)
      return nil
    }
    let names = part.transforms.map { ($0.attribute("Algorithm") ?? .empty).string }.joined(separator: ", ")
    rungs.cannot(
      "parts", Finding("vsix.transform.unsupported", .failure, "transforms \(names) are not offered", offset: offset),
      clause: Self.clause)
    return nil
  }

  /// Certificates that stand in parts of their own.
  private func certificateParts(_ budget: inout Budget) -> [Certificate] {
    var allowance = ZIPAllowance()
    return archive.entries.filter {
      $0.name.starts(with: VSIXArtifact.folder) && $0.name.suffix(4).elementsEqual(".cer".utf8)
    }.prefix(16).compactMap { entry in
      guard let octets = try? archive.contents(entry, from: source, limit: 64 << 10, &allowance, &budget) else { return nil }
      return try? Certificate(encoded: octets[...], &budget)
    }
  }

  private func timestamps(
    _ signature: VSIXSignature, _ rungs: inout SignerRungs, _ work: inout Work
  ) throws(ParseError) -> [TimeStampCheck] {
    guard let encoded = signature.timestamp else { return [] }
    do throws(ParseError) {
      let token = try TimeStampToken(encoded: encoded[...], &work.budget)
      return [
        token.check(
          covering: signature.xml.value[...], certificates: rungs.bag, trust: rungs.context.trust, now: rungs.context.now,
          revocation: rungs.evidence, &work)
      ]
    } catch {
      if error.isLimit { throw error }
      rungs.report.findings.append(
        Finding(
          "vsix.timestamp.form", .warning, "the timestamp is no RFC 3161 token and is not counted: \(error.message)", offset: offset
        ))
      return []
    }
  }

  var inspection: [InspectionLine] {
    guard case .success(let signature) = signature else { return [InspectionLine("signature", "unreadable")] }
    var lines = [
      InspectionLine("signature", "XML signature, \(signature.xml.schemeName)"),
      InspectionLine("parts", String(signature.parts.count)),
    ]
    for certificate in signature.xml.certificates.prefix(16) {
      lines.append(InspectionLine("certificate", certificate.subject.description))
    }
    return lines
  }
}
