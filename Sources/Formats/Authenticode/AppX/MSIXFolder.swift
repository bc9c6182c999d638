import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// The folder of an installed package: files beside their block map and signature, as they lie below `WindowsApps`.
///
/// The archive that they were unpacked from is gone, so the digests over it stay unknown; block map, content types and code integrity
/// catalog have their own in the signature, and the block map has one for every block of every file.
struct MSIXFolder: ParsedArtifact {
  /// Names below the folder that are looked at.
  static let entryLimit = 200_000
  static let depthLimit = 64

  let folder: TreePlace
  let roles: [Role] = []
  let identity: Identity
  let findings: [Finding]
  let signatures: [MSIXClaim]
  var claims: [any Claim] { signatures }
  var listedBy: [String] { [] }

  /// Throws `io.*` and `limit.*`, and what is thrown for a signature file that has no form.
  init(_ folder: TreePlace, _ budget: inout Budget) throws(ParseError) {
    self.folder = folder
    var notes: [Finding] = []
    var publisher: [UInt8]?
    var names = Identity()
    do throws(ParseError) {
      let manifest = try MSIXManifest(try MSIXFolder.contents(.manifest, folder, &budget), isBundle: false, &budget)
      (publisher, names) = (manifest.publisher?.octets, manifest.identity)
    } catch {
      if error.isLimit { throw error }
      notes.append(Finding(error.code, .failure, "the manifest cannot be read: \(error.message)"))
    }
    identity = names
    let octets = try MSIXFolder.contents(.signature, folder, &budget)
    let subject = MSIXSubject.make(isBundle: false, failures: notes.filter { $0.severity == .failure })
    signatures = MSIXSubject.claims(octets, at: 0, subject, publisher: publisher, isLoose: true, &budget)
    findings = notes
  }

  private static func place(_ name: String, in folder: TreePlace) -> String {
    folder.path.isEmpty ? name : "\(folder.path)/\(name)"
  }

  private static func contents(
    _ part: MSIXPart, _ folder: TreePlace, _ budget: inout Budget
  ) throws(ParseError) -> [UInt8] {
    let source = try folder.tree.open(place(part.path, in: folder))
    guard source.byteCount <= ZIPArchive.heldLimit else {
      throw ParseError("limit.zip-held", "\(part.path) has \(source.byteCount) bytes")
    }
    try budget.spend(bytes: source.byteCount)
    return try source.bytes(0..<source.byteCount)
  }

  func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    let map = try blockMap(&work.budget)
    var measured = try measureParts(map, &work)
    measured.sealed = try compare(map, &work.budget)
    return measured
  }

  func blockMap(_ budget: inout Budget) throws(ParseError) -> [UInt8] { try MSIXFolder.contents(.blockMap, folder, &budget) }

  /// The parts that the signature lists, without the files that the block map lists.
  func measureParts(_ map: [UInt8], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    for claim in signatures {
      guard let algorithm = claim.inner.digestAlgorithm, let signed = claim.signed else { continue }
      // What the archive's digests were is known from the signature alone.
      var list = signed
      list.digests[.blockMap] = algorithm.digest(map)
      list.digests[.contentTypes] = (try? MSIXFolder.contents(.contentTypes, folder, &work.budget)).map { algorithm.digest($0) }
      // Windows does not keep content types of every package.
      if list.digests[.contentTypes] == nil { list.digests[.contentTypes] = signed.digests[.contentTypes] }
      list.digests[.codeIntegrity] = (try? MSIXFolder.contents(.codeIntegrity, folder, &work.budget)).map { algorithm.digest($0) }
      if list.digests[.codeIntegrity] == nil { list.digests[.codeIntegrity] = signed.digests[.codeIntegrity] }
      measured.digests[.init("authenticode", algorithm)] = list.octets
    }
    return measured
  }

  private func compare(_ octets: [UInt8], _ budget: inout Budget) throws(ParseError) -> SealedContent {
    var seal = SealedContent()
    let map: MSIXBlockMap
    do throws(ParseError) { map = try MSIXBlockMap(octets, &budget) } catch {
      if error.isLimit { seal.gaps.append(Finding(error)) } else { seal.findings.append(Finding(error)) }
      return seal
    }
    var met = Set<[UInt8]>()
    for path in try names(&budget) {
      if MSIXPart.allCases.contains(where: { $0.isOutsideBlockMap && $0.path.utf8.elementsEqual(path.utf8) }) { continue }
      // Files that Windows itself writes when it installs.
      if path.utf8.starts(with: "microsoft.system.package.metadata/".utf8) { continue }
      let name = path.utf8.map { $0 == 0x2F ? 0x5C : $0 }
      met.insert(name)
      guard let file = map.byName[name] else {
        tell("msix.file.added", "\(path) is not in the block map", &seal)
        continue
      }
      do throws(ParseError) {
        try compare(path, file, map.algorithm, &seal)
      } catch {
        seal.gaps.append(Finding(error.code, .failure, "\(path): \(error.message)"))
      }
    }
    for file in map.files where !met.contains(file.name) {
      tell("msix.file.missing", "\(String(decoding: file.name, as: UTF8.self)) is in the block map and not in the folder", &seal)
    }
    return seal
  }

  private func compare(
    _ path: String, _ file: MSIXBlockMap.File, _ algorithm: DigestAlgorithm, _ seal: inout SealedContent
  ) throws(ParseError) {
    let source = try folder.tree.open(MSIXFolder.place(path, in: folder))
    var digester = BlockDigester(algorithm)
    try source.forEachChunk(0..<source.byteCount) { _, chunk in digester.update(chunk) }
    try source.confirmUnchanged()
    guard let place = file.firstDifference(digester.finish()) else {
      seal.intact += 1
      return
    }
    tell(
      "msix.file.altered", "\(path) differs from the block map in the block at \(place * MSIXBlockMap.blockCount)", &seal,
      expected: place < file.blocks.count ? Hex.encode(file.blocks[place]) : "none",
      found: place < digester.digests.count ? Hex.encode(digester.digests[place]) : "none")
  }

  /// Every file below the folder, in byte order, with `/`.
  private func names(_ budget: inout Budget) throws(ParseError) -> [String] {
    var found: [String] = []
    var waiting: [(path: String, depth: Int)] = [("", 0)]
    while let (path, depth) = waiting.popLast() {
      guard depth <= MSIXFolder.depthLimit else {
        throw ParseError("limit.depth", "folders of the package are nested deeper than \(MSIXFolder.depthLimit)")
      }
      for entry in try folder.tree.list(MSIXFolder.place(path, in: folder).trimmedSlash) {
        try budget.spend(nodes: 1)
        let name = path.isEmpty ? entry.name : "\(path)/\(entry.name)"
        if entry.kind == .folder { waiting.append((name, depth + 1)) } else { found.append(name) }
        guard found.count <= MSIXFolder.entryLimit else {
          throw ParseError("limit.zip-entries", "the package's folder has more than \(MSIXFolder.entryLimit) files")
        }
      }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private func tell(_ code: String, _ message: String, _ seal: inout SealedContent, expected: String? = nil, found: String? = nil) {
    guard seal.findings.count < MSIXArtifact.toldLimit else { return }
    seal.findings.append(Finding(code, .failure, message, expected: expected, found: found, attack: ["T1036.001"]))
  }

  var inspection: [InspectionLine] {
    var lines = [InspectionLine("package", "files of an installed package")]
    if let name = identity.internalName { lines.append(InspectionLine("name", name)) }
    if let version = identity.productVersion { lines.append(InspectionLine("version", version)) }
    return lines
  }
}

extension String {
  /// Without a slash at its end, which a path of a folder and an empty name has.
  fileprivate var trimmedSlash: String { utf8.last == 0x2F ? String(dropLast()) : self }
}
