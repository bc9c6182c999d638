import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// A ClickOnce manifest, read and not believed.
struct ClickOnceArtifact: ParsedArtifact {
  /// Larger manifests are not read; the largest seen of an application with 5,000 files has 3 MB.
  static let byteLimit = 16 << 20
  static let schema: XMLText = "urn:schemas-microsoft-com:asm.v1"
  static let schema2: XMLText = "urn:schemas-microsoft-com:asm.v2"

  let root: XMLElement
  let roles: [Role] = [.executable]
  let identity: Identity
  let claims: [any Claim]
  let findings: [Finding]
  private let source: any ByteSource
  private let place: TreePlace?
  private let files: [ClickOnceFile]

  init(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) {
    (source, place) = (artifact.source, artifact.place)
    guard source.byteCount <= ClickOnceArtifact.byteLimit else {
      throw ParseError("clickonce.size.limit", "has \(source.byteCount) bytes, at most \(ClickOnceArtifact.byteLimit) are read")
    }
    let document = try XMLDocument(parsing: source.bytes(0..<source.byteCount)[...], &budget)
    let root = document.root
    guard root.name == "assembly", root.namespace == ClickOnceArtifact.schema || root.namespace == ClickOnceArtifact.schema2 else {
      throw ParseError("clickonce.root.unexpected", "the root is \(root.name), must be assembly", offset: root.offset)
    }
    self.root = root
    var identity = Identity()
    let description = root.first("description", namespace: root.namespace)
    identity.companyName = description?.attribute("publisher", namespace: ClickOnceArtifact.schema2)?.string
    identity.productName = description?.attribute("product", namespace: ClickOnceArtifact.schema2)?.string
    identity.fileVersion = root.first("assemblyIdentity")?.attribute("version")?.string
    self.identity = identity

    files = try ClickOnceFile.all(in: root, &budget)
    let signatures = root.elements("Signature", namespace: XMLSignature.namespace)
    guard signatures.count <= 1 else {
      claims = []
      findings = [
        Finding(
          "clickonce.signature.count", .failure, "\(signatures.count) signatures stand in the manifest, must be one",
          offset: signatures[1].offset, attack: ["T1036.001", "T1127.002"])
      ]
      return
    }
    findings = []
    guard let element = signatures.first else {
      claims = []
      return
    }
    let scope = CanonicalXML.scope(inside: root, [:])
    let signature: Result<ClickOnceSignature, ParseError>
    do throws(ParseError) {
      signature = .success(try ClickOnceSignature(element, scope: scope, &budget))
    } catch {
      signature = .failure(error)
    }
    claims = [ClickOnceClaim(root: root, offset: element.offset, files: files.count, signature: signature)]
  }

  func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    var hashers = Set(flat).sorted().map { ($0, DigestHasher($0)) }
    if !hashers.isEmpty {
      try source.forEachChunk(0..<source.byteCount) { _, chunk in
        for index in hashers.indices { hashers[index].1.update(chunk) }
      }
    }
    for index in hashers.indices { measured.digests[.init("flat", hashers[index].0)] = hashers[index].1.finalize() }
    if let place, !claims.isEmpty, !files.isEmpty {
      measured.sealed = ClickOnceSeal.compare(files, beside: place, &work.budget)
    }
    return measured
  }

  var inspection: [InspectionLine] {
    var lines = [
      InspectionLine(
        "kind",
        root.first("deployment", namespace: ClickOnceArtifact.schema2) == nil ? "application manifest" : "deployment manifest")
    ]
    for identity in root.elements where identity.name == "assemblyIdentity" {
      lines += identity.attributes.map { InspectionLine($0.name.string, $0.value.string, level: 1) }
    }
    if let publisher = root.elements.first(where: { $0.name == "publisherIdentity" }) {
      lines.append(InspectionLine("publisher", publisher.attribute("name")?.string ?? "none"))
      lines.append(InspectionLine("issuer key hash", publisher.attribute("issuerKeyHash")?.string ?? "none"))
    }
    for file in ClickOnceFile.elements(root).prefix(256) {
      lines.append(InspectionLine("file", file.attribute("codebase")?.string ?? file.attribute("name")?.string ?? ""))
      if let digest = file.elements.first(where: { $0.name == "hash" })?.first("DigestValue", namespace: XMLSignature.namespace) {
        lines.append(InspectionLine("digest", digest.text.trimmed.string, level: 1))
      }
    }
    return lines + claims.flatMap(\.inspection)
  }
}

/// The two signatures of a manifest: that of the strong name's key over the whole, and that of the certificate over the licence in it.
struct ClickOnceSignature: Sendable {
  static let relationData: XMLText = "http://schemas.microsoft.com/windows/rel/2005/reldata"
  static let rights: XMLText = "urn:mpeg:mpeg21:2003:01-REL-R-NS"
  static let authenticode: XMLText = "http://schemas.microsoft.com/windows/pki/2005/Authenticode"

  let manifest: XMLSignature
  let license: (element: XMLElement, signature: XMLSignature)?
  /// What the licence says the manifest's digest is, and whose it is.
  let licensedHash: [UInt8]?
  let timestamp: [UInt8]?

  init(_ element: XMLElement, scope: [XMLText: XMLText], _ budget: inout Budget) throws(ParseError) {
    manifest = try XMLSignature(element, scope: scope, &budget)
    let around = CanonicalXML.scope(inside: element, scope)
    guard let relation = manifest.keyInfo?.first("RelData", namespace: Self.relationData),
      let license = relation.first("license", namespace: Self.rights),
      let issuer = license.first("issuer", namespace: Self.rights)
    else {
      self.license = nil
      licensedHash = nil
      timestamp = nil
      return
    }
    let signatures = issuer.elements("Signature", namespace: XMLSignature.namespace)
    guard let inner = signatures.first, signatures.count == 1 else {
      throw ParseError(
        "clickonce.signature.unreadable", "the licence has \(signatures.count) signatures, must have one", offset: license.offset)
    }
    let signature = try XMLSignature(inner, scope: CanonicalXML.scope(inside: license, around), &budget)
    self.license = (license, signature)
    let information = license.first("grant", namespace: Self.rights)?.first("ManifestInformation", namespace: Self.authenticode)
    licensedHash = information?.attribute("Hash").flatMap { Hex.decode($0.string) }
    timestamp = try signature.objects.first?.first("Timestamp", namespace: Self.authenticode).map {
      (stamp) throws(ParseError) in try XMLSignature.base64(stamp)
    }
  }
}
