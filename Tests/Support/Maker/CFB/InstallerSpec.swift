/// A Windows Installer file to be, signed or not.
package struct InstallerSpec: Sendable {
  package typealias Node = CompoundFileSpec.Node

  package var file: CompoundFileSpec
  /// Adds the digest of names, sizes and times.
  package var hasExtendedHash = false
  /// Extended hash in place of the right one.
  package var extendedHash: [UInt8]?
  /// Octets after the DER inside the signature's stream.
  package var padding: [UInt8] = []

  package init(_ children: [Node] = InstallerSpec.sample) {
    file = CompoundFileSpec(children)
    file.classID = [0x84, 0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]
  }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  /// A few tables, a large stream and a storage.
  package static let sample: [Node] = {
    var transform = Node.storage("Transform", [.stream("\u{4840}\u{3F7F}\u{4164}", [7, 8, 9]), .stream("Small", [1])])
    transform.classID = [0x82, 0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]
    transform.times = [UInt8](repeating: 0, count: 7) + [1] + [UInt8](repeating: 0, count: 7) + [2]
    return [
      .stream("\u{5}SummaryInformation", PESpec.code(count: 312, seed: 3)),
      .stream("\u{4840}\u{3F3F}\u{4577}", PESpec.code(count: 90, seed: 4)),
      .stream("\u{4840}\u{3F3F}", PESpec.code(count: 64, seed: 5)),
      .stream("Binary.dll", PESpec.code(count: 5000, seed: 6)), .stream("Empty", []), transform,
    ]
  }()

  package func unsigned() -> [UInt8] { file.build() }

  package func sign(_ spec: AuthenticodeSpec) -> [UInt8] { attach(pkcs7(spec), spec.contentDigest ?? spec.digest) }

  /// With a signature, whatever it signs.
  package func attach(_ signature: [UInt8], _ hash: Hash = .sha256) -> [UInt8] {
    var signed = file
    signed.children.append(.stream("\u{5}DigitalSignature", signature + padding))
    if let stored = stored(hash) { signed.children.append(.stream("\u{5}MsiDigitalSignatureEx", stored)) }
    return signed.build()
  }

  private func stored(_ hash: Hash) -> [UInt8]? { hasExtendedHash ? extendedHash ?? hash(metadata()) : nil }

  package func pkcs7(_ spec: AuthenticodeSpec) -> [UInt8] {
    let hash = spec.contentDigest ?? spec.digest
    let digest = spec.imageDigest ?? hash((stored(hash) ?? []) + imprint())
    return spec.sign(content: SubjectInterface.installer.content(hash, digest)) { pkcs7($0) }
  }

  /// Content of all streams by the bytes of their names, each storage closed by its class.
  private func imprint() -> [UInt8] { imprint(file.children) + file.classID }

  private func imprint(_ nodes: [Node]) -> [UInt8] {
    ordered(nodes).flatMap { node in
      switch node.content {
      case .stream(let octets): octets
      case .storage(let inner): imprint(inner) + node.classID
      }
    }
  }

  private func metadata() -> [UInt8] { file.classID + [0, 0, 0, 0] + metadata(file.children) }

  private func metadata(_ nodes: [Node]) -> [UInt8] {
    ordered(nodes).flatMap { node in
      var octets = name(node)
      var inner: [UInt8] = []
      switch node.content {
      case .stream(let content): octets.append32(content.count)
      case .storage(let children):
        octets += node.classID
        inner = metadata(children)
      }
      octets.append32(node.stateBits)
      return octets + node.times + inner
    }
  }

  private func ordered(_ nodes: [Node]) -> [Node] { nodes.sorted { name($0).lexicographicallyPrecedes(name($1)) } }
  private func name(_ node: Node) -> [UInt8] { node.name.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
}
