/// One Authenticode signature to be, over a PE image or a script.
package struct AuthenticodeSpec: Sendable {
  package enum Time: Sendable {
    case none
    case rfc3161(TimeStampSpec)
    case legacy(CountersignatureSpec)
  }
  package enum PageHashes: Sendable { case none, v1, v2 }

  package var identity: TestIdentity
  package var digest = Hash.sha256
  /// Hash algorithm named inside SpcIndirectData, where it shall differ.
  package var contentDigest: Hash?
  /// Image digest in place of the right one.
  package var imageDigest: [UInt8]?
  package var time = Time.none
  package var programName: String?
  package var moreInfo: String?
  package var statesPurpose = true
  package var pageHashes = PageHashes.none
  /// Page hash table in place of the right one.
  package var pageHashTable: [UInt8]?
  /// Signatures inside the unsigned attribute 1.3.6.1.4.1.311.2.4.1 of this one.
  package var nested: [AuthenticodeSpec] = []
  /// Further unsigned attributes.
  package var unsigned: [CMSAttribute] = []
  package var editSigner: @Sendable (inout SignerSpec) -> Void = { _ in }
  package var editSignedData: @Sendable (inout SignedDataSpec) -> Void = { _ in }

  package init(_ identity: TestIdentity) { self.identity = identity }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  /// The PKCS #7 ContentInfo over a PE file without signature.
  package func sign(image: PEImage) -> [UInt8] {
    let hash = contentDigest ?? digest
    let data = DER.seq(DER.oid("1.3.6.1.4.1.311.2.1.15"), imageData(image))
    let content = DER.seq(data, DER.seq(hash.algorithm, DER.octets(imageDigest ?? hash(image))))
    return sign(content: content) { $0.sign(image: image) }
  }

  /// The PKCS #7 ContentInfo over any SpcIndirectDataContent; `again` makes the nested ones.
  func sign(content: [UInt8], again: (AuthenticodeSpec) -> [UInt8]) -> [UInt8] {
    var signer = SignerSpec(identity)
    signer.digest = digest
    let spec = self
    signer.editSignedAttributes = { $0 + spec.statements }
    let inner = nested.map(again)
    signer.unsignedAttributes = { signature in
      var attributes = spec.unsigned
      switch spec.time {
      case .none: break
      case .rfc3161(let stamp): attributes.append(stamp.attribute(over: signature))
      case .legacy(let stamp): attributes.append(stamp.attribute(over: signature))
      }
      if !inner.isEmpty {
        var attribute = CMSAttribute("1.3.6.1.4.1.311.2.4.1")
        attribute.values = inner
        attributes.append(attribute)
      }
      return attributes
    }
    editSigner(&signer)
    var data = SignedDataSpec(content: .value(content), signers: [signer])
    data.contentType = "1.3.6.1.4.1.311.2.1.4"
    if case .legacy(let stamp) = time { data.extraCertificates = stamp.identity.chain }
    editSignedData(&data)
    return data.encode()
  }

  private var statements: [CMSAttribute] {
    var opus: [UInt8] = []
    if let programName { opus += DER.explicit(0, DER.implicit(0, DER.bmp(programName))) }
    if let moreInfo { opus += DER.explicit(1, DER.implicit(0, DER.ia5(moreInfo))) }
    var attributes = [CMSAttribute("1.3.6.1.4.1.311.2.1.12", DER.seq(opus))]
    if statesPurpose {
      attributes.append(CMSAttribute("1.3.6.1.4.1.311.2.1.11", DER.seq(DER.oid("1.3.6.1.4.1.311.2.1.21"))))
    }
    return attributes
  }

  /// SpcPeImageData: flags and the file link, which is a moniker with page hashes or the word `<<<Obsolete>>>`.
  private func imageData(_ image: PEImage) -> [UInt8] {
    let link: [UInt8]
    switch pageHashes {
    case .none: link = DER.explicit(2, DER.implicit(0, DER.bmp("<<<Obsolete>>>")))
    case .v1, .v2:
      let table = pageHashTable ?? image.pageHashes(pageHashes == .v1 ? .sha1 : .sha256)
      let oid = pageHashes == .v1 ? "1.3.6.1.4.1.311.2.3.1" : "1.3.6.1.4.1.311.2.3.2"
      let serialized = DER.set(DER.seq(DER.oid(oid), DER.set(DER.octets(table))))
      link = DER.value(0xA1, DER.octets(Self.monikerClass) + DER.octets(serialized))
    }
    return DER.seq(DER.bits([]), DER.explicit(0, link))
  }

  private static let monikerClass: [UInt8] = [
    0xA6, 0xB5, 0x86, 0xD5, 0xB4, 0xA1, 0x24, 0x66, 0xAE, 0x05, 0xA2, 0x17, 0xDA, 0x8E, 0x60, 0xD6,
  ]
}

extension Hash {
  func callAsFunction(_ image: PEImage) -> [UInt8] { image.digest(self) }
}
