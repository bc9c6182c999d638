/// A SignedData (RFC 5652 §5.1, PKCS #7 for Authenticode) to be.
package struct SignedDataSpec: Sendable {
  package enum Content: Sendable {
    /// CMS: OCTET STRING, digest over its octets.
    case octets([UInt8])
    /// PKCS #7: any value; the digest leaves out its tag and length.
    case value([UInt8])
    /// No eContent; the digest is over these octets.
    case detached([UInt8])
  }

  package var contentType = "1.2.840.113549.1.7.1"
  package var content: Content
  package var signers: [SignerSpec]
  /// CMSVersion; default by RFC 5652 §5.1 (1, or 3 for other content or key identifiers).
  package var version: Int?
  /// digestAlgorithms; default: those of the signers.
  package var digestAlgorithms: [Hash]?
  /// Certificates in place of the signers' chains.
  package var certificates: [[UInt8]]?
  /// Certificates besides those.
  package var extraCertificates: [[UInt8]] = []
  package var revocationLists: [[UInt8]] = []
  /// BER: outer layers with indefinite length, the content in pieces.
  package var indefinite = false

  package init(content: Content, signers: [SignerSpec]) {
    self.content = content
    self.signers = signers
  }

  /// The ContentInfo.
  package func encode() -> [UInt8] {
    let hashed: [UInt8]
    var inner: [UInt8] = []
    switch content {
    case .octets(let octets):
      hashed = octets
      inner = indefinite ? constructedOctets(octets) : DER.octets(octets)
    case .value(let value):
      hashed = DER.content(of: value)
      inner = value
    case .detached(let octets): hashed = octets
    }
    let infos = signers.map { $0.encode(content: hashed, contentType: contentType) }
    var bag: [[UInt8]] = []
    for certificate in certificates ?? signers.flatMap(\.identity.chain) where !bag.contains(certificate) {
      bag.append(certificate)
    }
    bag += extraCertificates
    var algorithms: [[UInt8]] = []
    for hash in digestAlgorithms ?? signers.map(\.digest) where !algorithms.contains(hash.algorithm) {
      algorithms.append(hash.algorithm)
    }
    let content = wrap(0x30, DER.oid(contentType) + (inner.isEmpty ? [] : wrap(0xA0, inner)))
    let body =
      DER.int(version ?? defaultVersion) + DER.setOf(algorithms) + content
      + (bag.isEmpty ? [] : DER.value(0xA0, Array(bag.joined())))
      + (revocationLists.isEmpty ? [] : DER.value(0xA1, Array(revocationLists.joined())))
      + DER.setOf(infos)
    return wrap(0x30, DER.oid("1.2.840.113549.1.7.2") + wrap(0xA0, wrap(0x30, body)))
  }

  private var defaultVersion: Int {
    if case .value = content { return 1 }
    return contentType != "1.2.840.113549.1.7.1" || signers.contains(where: \.usesKeyIdentifier) ? 3 : 1
  }

  private func wrap(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    indefinite ? DER.indefinite(tag, content) : DER.value(tag, content)
  }

  private func constructedOctets(_ octets: [UInt8]) -> [UInt8] {
    let pieces = stride(from: 0, to: octets.count, by: 1000).map { DER.octets(Array(octets[$0..<min($0 + 1000, octets.count)])) }
    return DER.indefinite(0x24, Array(pieces.joined()))
  }
}
