/// A NuGet package to be, with an author's or a repository's signature.
package struct NuGetSpec: Sendable {
  package enum Kind: Sendable { case author, repository, none }

  package var files: [(name: String, octets: [UInt8])]
  package var identity: TestIdentity
  package var kind = Kind.author
  package var hash = Hash.sha256
  package var serviceIndex: String? = "https://api.example.org/v3/index.json"
  package var stamp: TimeStampSpec?
  /// A repository's countersignature.
  package var countersigner: TestIdentity?
  package var countersignerKind = Kind.repository
  package var editText: @Sendable (String) -> String = { $0 }
  package var namesCertificate = true
  package var editSigner: @Sendable (inout SignerSpec) -> Void = { _ in }
  package var editArchive: @Sendable (inout ZIPSpec) -> Void = { _ in }
  package var trailing: [UInt8] = []

  package init(_ identity: TestIdentity, _ files: [(name: String, octets: [UInt8])]) {
    self.identity = identity
    self.files = files
  }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  package func unsigned() -> ZIPSpec {
    ZIPSpec(files.map { file in ZIPSpec.Entry(file.name, file.octets).with { $0.isDeflated = true } })
  }

  package func sign() -> [UInt8] {
    var archive = unsigned()
    archive.entries.append(ZIPSpec.Entry(".signature.p7s", signature() + trailing))
    editArchive(&archive)
    return archive.build()
  }

  package func signature() -> [UInt8] {
    let (records, directory) = unsigned().layout()
    let text = "Version:1\r\n\r\n\(hash.oid)-Hash:\(Base64.encode(hash(records + directory)))\r\n\r\n"
    var signer = SignerSpec(identity)
    signer.digest = hash
    let spec = self
    signer.editSignedAttributes = { $0 + spec.attributes(spec.kind, spec.identity) }
    signer.unsignedAttributes = { value in
      var attributes: [CMSAttribute] = []
      if let stamp = spec.stamp {
        var attribute = stamp.attribute(over: value)
        attribute.oid = "1.2.840.113549.1.9.16.2.14"
        attributes.append(attribute)
      }
      if let other = spec.countersigner {
        var counter = SignerSpec(other)
        counter.editSignedAttributes = { Array($0.dropFirst()) + spec.attributes(spec.countersignerKind, other) }
        attributes.append(CMSAttribute("1.2.840.113549.1.9.6", counter.encode(content: value, contentType: "1.2.840.113549.1.7.1")))
      }
      return attributes
    }
    editSigner(&signer)
    var data = SignedDataSpec(content: .octets(Array(editText(text).utf8)), signers: [signer])
    if let countersigner { data.extraCertificates = countersigner.chain.filter { !identity.chain.contains($0) } }
    return data.encode()
  }

  private func attributes(_ kind: Kind, _ identity: TestIdentity) -> [CMSAttribute] {
    var made: [CMSAttribute] = []
    if namesCertificate { made.append(.signingCertificateV2(identity.leaf.der)) }
    let commitment = "1.2.840.113549.1.9.16.2.16"
    switch kind {
    case .author: made.append(CMSAttribute(commitment, DER.seq(DER.oid("1.2.840.113549.1.9.16.6.1"))))
    case .repository:
      made.append(CMSAttribute(commitment, DER.seq(DER.oid("1.2.840.113549.1.9.16.6.2"))))
      if let serviceIndex { made.append(CMSAttribute("1.3.6.1.4.1.311.84.2.1.1.1", DER.ia5(serviceIndex))) }
    case .none: break
    }
    return made
  }
}
