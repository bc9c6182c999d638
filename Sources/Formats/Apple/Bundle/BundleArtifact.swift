package import AssayBytes
import AssayContainers
package import AssayCore
package import AssayPKI

/// A bundle around this one, whose seal links may lead into.
package struct OuterScope: Sendable {
  let base: String
  let rules: ResourceRules
}

/// A bundle with the signature of its main executable, or the one that it keeps as files; read, not believed.
package struct BundleArtifact: ParsedArtifact {
  /// A larger seal is not read. 100,000 files need about 40 MB.
  package static let sealByteLimit = 128 << 20

  package let roles: [Role]
  package let identity: Identity
  package let findings: [Finding]
  let folder: TreePlace
  let layout: BundleLayout
  /// What was read of the main executable; nil where there is none that can be read.
  let main: (any ParsedArtifact)?
  let mainSource: (any ByteSource)?
  /// What is sealed, or why that cannot be known; nil where the bundle has no seal.
  let seal: Result<Seal, ParseError>?
  /// Where the seal stands, for people.
  let sealPath: String
  let outer: [OuterScope]
  /// What is attached to the bundle as a notarization ticket. It stands where the last century had its seal and is never read as one.
  let ticket: StapledTicket?
  /// What Apple lets the program do, where the bundle brings it along.
  let profile: EmbeddedProfile?

  struct Seal: Sendable {
    let resources: CodeResources
    let rules: ResourceRules
    let weaknesses: [String]
  }

  package init(
    _ folder: TreePlace, name: String, version: String? = nil, detached: DetachedSignature? = nil,
    outer: [OuterScope], _ budget: inout Budget
  ) throws(ParseError) {
    self.folder = folder
    self.outer = outer
    let layout = try BundleLayout(folder.tree, root: folder.path, name: name, version: version, &budget)
    self.layout = layout
    sealPath = detached == nil ? layout.signatureFolder + "/CodeResources" : name + DetachedSignature.ending
    // A detached signature brings the seal along; one that is in the bundle belongs to the signature there, which does not count.
    let sealOctets =
      if let detached {
        try detached.resources(&budget)
      } else {
        try BundleArtifact.read(folder.tree, sealPath, limit: BundleArtifact.sealByteLimit)
      }
    seal = sealOctets.map { BundleArtifact.seal($0, layout, &budget) }
    let code = try MainCode.read(folder.tree, layout, detached: detached, sealOctets: sealOctets, &budget)
    (main, mainSource) = (code?.parsed, code?.source)
    profile = try EmbeddedProfile.find(folder.tree, layout, &budget)
    ticket = try StapledTicket.attached(to: layout, in: folder.tree)
    let isSigned = main.map { !$0.claims.isEmpty } ?? false
    var findings = layout.findings
    if isSigned {
      if detached == nil { findings += BundleArtifact.strays(folder.tree, layout, code?.componentNames ?? []) }
    } else {
      // Where nothing is signed the state says so; what is odd beside is worth a line.
      for index in findings.indices { findings[index].severity = .warning }
      if sealOctets != nil {
        findings.append(
          Finding(
            "bundle.seal.orphaned", .warning,
            "the bundle has a seal, \(sealPath), and no signature that covers it",
            attack: ["T1554"]))
      }
    }
    self.findings = findings + (main?.findings ?? [])
    roles = BundleArtifact.roles(layout, name)
    identity = BundleArtifact.identity(layout, main)
  }

  /// Nil where there is no such file.
  static func read(_ tree: any ArtifactTree, _ path: String, limit: Int) throws(ParseError) -> [UInt8]? {
    guard try tree.kind(path) == .file else { return nil }
    let source = try tree.open(path)
    guard source.byteCount <= limit else {
      throw ParseError("limit.plist-bytes", "\(path) has \(source.byteCount) bytes; more than \(limit) are not read")
    }
    return try source.bytes(0..<source.byteCount)
  }

  private static func seal(_ octets: [UInt8], _ layout: BundleLayout, _ budget: inout Budget) -> Result<Seal, ParseError> {
    do throws(ParseError) {
      let resources = try CodeResources(parsing: octets[...], &budget)
      let rules = try ResourceRules(resources.rules, excluding: layout.excluded, &budget)
      return .success(
        Seal(
          resources: resources, rules: rules,
          weaknesses: rules.weaknesses(version: resources.version, resources: layout.resources)))
    } catch {
      return .failure(error)
    }
  }

  /// Files in the signature's folder that belong to no signature (errSecCSUnsealedAppRoot).
  private static func strays(_ tree: any ArtifactTree, _ layout: BundleLayout, _ used: Set<String>) -> [Finding] {
    guard let entries = try? tree.list(layout.signatureFolder) else { return [] }
    var found: [Finding] = []
    for entry in entries where !(entry.kind == .file && (entry.name == "CodeResources" || used.contains(entry.name))) {
      // Signing tools leave an empty one behind in ad hoc signatures.
      if entry.kind == .file, entry.name == "CodeSignature",
        (try? tree.open("\(layout.signatureFolder)/\(entry.name)"))?.byteCount == 0
      {
        continue
      }
      found.append(
        Finding(
          "bundle.root.unsealed", .failure,
          "\(layout.signatureFolder)/\(entry.name) belongs to no signature, and no seal covers it",
          found: entry.name))
    }
    return found
  }

  private static func roles(_ layout: BundleLayout, _ name: String) -> [Role] {
    let ending = Probe(name: name, isFolder: true, byteCount: 0, head: [], tail: []).fileExtension
    switch ending {
    case "framework", "bundle", "plugin", "component": return [.library]
    case "kext": return [.kernelModule]
    case "scptd", "workflow": return [.script]
    default: return layout.packageType == "BNDL" || layout.packageType == "FMWK" ? [.library] : [.executable]
    }
  }

  private static func identity(_ layout: BundleLayout, _ main: (any ParsedArtifact)?) -> Identity {
    var identity = main?.identity ?? Identity()
    identity.internalName = layout.identifier
    identity.productName = layout.info?["CFBundleName"]?.text
    identity.fileVersion = layout.info?["CFBundleVersion"]?.text
    identity.productVersion = layout.info?["CFBundleShortVersionString"]?.text
    identity.originalFilename = layout.info?["CFBundleExecutable"]?.text
    identity.legalCopyright = layout.info?["NSHumanReadableCopyright"]?.text
    return identity
  }

  package var combination: Combination { .worst }
  package var listedBy: [String] { [] }
  package var claims: [any Claim] {
    (main?.claims ?? []).enumerated().map { index, claim in
      let sealed = BundleClaim(claim, sealPath: sealPath, seal: seal, profile: profile)
      return StapledClaim.around(sealed, ticket, [codeHashes(index)])
    }
  }

  /// Of the code directories behind one claim of the main code.
  private func codeHashes(_ index: Int) -> [[UInt8]] {
    if let image = main as? MachOArtifact, image.codeClaims.indices.contains(index) { return image.codeClaims[index].cdhashes }
    return (main as? SignatureFile)?.claim.cdhashes ?? []
  }

  package func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = try main?.measure(also: flat, &work) ?? Measurements()
    try mainSource?.confirmUnchanged()
    guard case .success(let seal)? = seal, !(main?.claims ?? []).isEmpty else { return measured }
    var tree = SealedTree(
      folder.tree, base: layout.support, resources: seal.resources, rules: seal.rules,
      outer: outer.map { ($0.base, $0.rules) })
    var steps = Budget(steps: SealedTree.stepLimit)
    if let path = layout.executablePath { tree.noteSideband(path) }
    measured.sealed = tree.compare(&steps)
    measured.nested = tree.nested.map { nest($0, seal) } + otherVersions(seal)
    return measured
  }

  package var inspection: [InspectionLine] {
    var lines = [
      InspectionLine("shape", layout.shape.rawValue), InspectionLine("identifier", layout.identifier ?? "none"),
      InspectionLine("Info.plist", layout.infoPath ?? "none"), InspectionLine("main executable", layout.executablePath ?? "none"),
    ]
    switch seal {
    case nil: lines.append(InspectionLine("seal", "none"))
    case .failure(let error)?: lines.append(InspectionLine("seal", "unreadable: \(error.message)"))
    case .success(let seal)?:
      lines.append(
        InspectionLine(
          "seal", "version \(seal.resources.version), \(seal.resources.seals.count) names, \(seal.resources.rules.count) rules"))
      for rule in seal.resources.rules {
        var words = ["weight \(rule.weight)"]
        if rule.isOmitted { words.append("omit") }
        if rule.isOptional { words.append("optional") }
        if rule.isNested { words.append("nested") }
        lines.append(InspectionLine(rule.text, words.joined(separator: ", "), level: 1))
      }
    }
    return lines + (main?.inspection ?? [])
  }
}
