import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// The code that a bundle is named for: its main executable, or Info.plist where it has none.
struct MainCode {
  let parsed: any ParsedArtifact
  let source: any ByteSource
  /// Files of the signature's folder that the signature uses.
  let componentNames: Set<String>

  /// Larger parts of a signature are not read.
  static let componentByteLimit = 16 << 20

  /// Nil where the bundle has neither a signed executable nor a signature kept as files.
  static func read(
    _ tree: any ArtifactTree, _ layout: BundleLayout, detached: DetachedSignature?, sealOctets: [UInt8]?, _ budget: inout Budget
  ) throws(ParseError) -> MainCode? {
    let info = layout.infoOctets.map { AppleSignature.Outside.octets($0) } ?? .absent
    let resources = sealOctets.map { AppleSignature.Outside.octets($0) } ?? .absent
    if let path = layout.executablePath {
      let source = try tree.open(path)
      if MachOFile.recognizes(try source.prefix(8)) {
        let parsed = try MachOArtifact(source, info: info, resources: resources, detached: detached, &budget)
        if !parsed.claims.isEmpty { return MainCode(parsed: parsed, source: source, componentNames: []) }
      }
    }
    guard let main = layout.executablePath ?? layout.infoPath else { return nil }
    if let detached {
      guard let blobs = try detached.blobs(&budget) else { return nil }
      let source = try tree.open(main)
      let code = SignatureFile(source: source, blobs: blobs, info: info, resources: resources, &budget)
      return MainCode(parsed: code, source: source, componentNames: [])
    }
    var blobs: [UInt32: ArraySlice<UInt8>] = [:]
    var names: Set<String> = []
    for (name, slot) in SignatureFile.slots {
      guard let octets = try BundleArtifact.read(tree, "\(layout.signatureFolder)/\(name)", limit: componentByteLimit) else {
        continue
      }
      // Files hold the bare SignedData, where images wrap it in a blob.
      blobs[slot] = slot == CodeSlot.signature ? wrapped(octets)[...] : octets[...]
      names.insert(name)
    }
    guard blobs[CodeSlot.directory] != nil else { return nil }
    let source = try tree.open(main)
    let code = SignatureFile(source: source, blobs: blobs, info: info, resources: resources, &budget)
    return MainCode(parsed: code, source: source, componentNames: names)
  }

  /// As an image holds it.
  static func wrapped(_ octets: [UInt8]) -> [UInt8] {
    let size = UInt32(truncatingIfNeeded: octets.count + 8)
    return [0xFA, 0xDE, 0x0B, 0x01] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } + octets
  }
}

/// Code whose signature is kept in files, or in extended attributes of their names.
struct SignatureFile: ParsedArtifact {
  /// The names of Apple's slots. Alternate code directories have the name of requirements with a number.
  static let slots: [(name: String, slot: UInt32)] =
    [
      ("CodeDirectory", CodeSlot.directory), ("CodeRequirements", CodeSlot.requirements), ("CodeSignature", CodeSlot.signature),
      ("CodeEntitlements", CodeSlot.entitlements), ("CodeEntitlementDER", CodeSlot.entitlementsDER),
      ("CodeTopDirectory", CodeSlot.application), ("CodeRepSpecific", CodeSlot.repSpecific), ("LaunchConstraintSelf", 8),
      ("LaunchConstraintParent", 9), ("LaunchConstraintResponsible", 10), ("LibraryConstraint", 11),
    ] + (0..<5).map { ("CodeRequirements-\($0 + 1)", CodeSlot.alternates.lowerBound + UInt32($0)) }

  let source: any ByteSource
  let claim: AppleCodeClaim

  init(
    source: any ByteSource, blobs: [UInt32: ArraySlice<UInt8>], info: AppleSignature.Outside, resources: AppleSignature.Outside,
    _ budget: inout Budget
  ) {
    self.source = source
    var signature: Result<AppleSignature, ParseError>
    do throws(ParseError) {
      signature = .success(try AppleSignature(blobs: blobs, info: info, resources: resources, &budget))
    } catch {
      signature = .failure(error)
    }
    claim = AppleCodeClaim(kind: .detached, index: 0, signature: signature, architecture: "", codeRange: 0..<source.byteCount)
  }

  let roles: [Role] = []
  let identity = Identity()
  let findings: [Finding] = []
  var claims: [any Claim] { [claim] }
  var listedBy: [String] { [] }
  var inspection: [InspectionLine] { [] }

  func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    try claim.measure(source, into: &measured, lanes: work.lanes)
    return measured
  }
}
