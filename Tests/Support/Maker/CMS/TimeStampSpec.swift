/// An RFC 3161 token to be.
package struct TimeStampSpec: Sendable {
  package var identity: TestIdentity
  package var genTime: MakerTime
  package var imprintHash = Hash.sha256
  /// hashedMessage in place of the right one.
  package var imprint: [UInt8]?
  package var policy = "1.3.6.1.4.1.4146.2.3"
  package var serial = 1
  /// Accuracy in seconds.
  package var accuracySeconds: Int? = 1
  package var nonce: Int?
  /// The ESS signing certificate attribute, which RFC 3161 §2.4.2 demands.
  package var hasSigningCertificate = true
  package var contentType = "1.2.840.113549.1.9.16.1.4"
  package var editSigner: @Sendable (inout SignerSpec) -> Void = { _ in }
  package var editSignedData: @Sendable (inout SignedDataSpec) -> Void = { _ in }

  package init(_ identity: TestIdentity = TestCA.time(), at genTime: MakerTime) {
    self.identity = identity
    self.genTime = genTime
  }

  /// TSTInfo (RFC 3161 §2.4.2).
  package func info(over message: [UInt8]) -> [UInt8] {
    DER.seq(
      DER.int(1), DER.oid(policy), DER.seq(imprintHash.algorithm, DER.octets(imprint ?? imprintHash(message))), DER.int(serial),
      DER.generalizedTime(genTime), accuracySeconds.map { DER.seq(DER.int($0)) } ?? [], nonce.map { DER.int($0) } ?? [])
  }

  /// TimeStampToken: a ContentInfo.
  package func token(over message: [UInt8]) -> [UInt8] {
    var signer = SignerSpec(identity)
    let certificate = identity.leaf.der
    let (genTime, withCertificate) = (genTime, hasSigningCertificate)
    signer.editSignedAttributes = {
      $0 + [.signingTime(genTime)] + (withCertificate ? [.signingCertificateV2(certificate)] : [])
    }
    editSigner(&signer)
    var data = SignedDataSpec(content: .octets(info(over: message)), signers: [signer])
    data.contentType = contentType
    editSignedData(&data)
    return data.encode()
  }

  /// As Authenticode carries it: unsigned attribute 1.3.6.1.4.1.311.3.3.1 over the signature value.
  package func attribute(over signature: [UInt8]) -> CMSAttribute { CMSAttribute("1.3.6.1.4.1.311.3.3.1", token(over: signature)) }

  /// A whole TimeStampResp with status granted.
  package func response(over message: [UInt8]) -> [UInt8] { DER.seq(DER.seq(DER.int(0)), token(over: message)) }
}

/// A legacy Authenticode timestamp: a PKCS #9 countersignature (RFC 2985 §5.3.6) whose certificates go into the same bag.
package struct CountersignatureSpec: Sendable {
  package var identity: TestIdentity
  package var time: MakerTime
  package var digest = Hash.sha1
  package var messageDigest: [UInt8]?
  /// Of an answer: other content than the signature, none, no signer.
  package var content: [UInt8]?
  package var isDetached = false
  package var hasNoSigner = false
  package var editSigner: @Sendable (inout SignerSpec) -> Void = { _ in }

  package init(_ identity: TestIdentity = TestCA.time(), at time: MakerTime) {
    self.identity = identity
    self.time = time
  }

  private func signer() -> SignerSpec {
    var signer = SignerSpec(identity)
    let time = time
    signer.digest = digest
    signer.messageDigest = messageDigest
    signer.editSignedAttributes = { $0 + [.signingTime(time)] }
    editSigner(&signer)
    return signer
  }

  package func attribute(over signature: [UInt8]) -> CMSAttribute {
    CMSAttribute("1.2.840.113549.1.9.6", signer().encode(content: signature, contentType: "1.2.840.113549.1.7.1"))
  }

  /// The authority's whole answer: SignedData with the signature as its content.
  package func answer(over signature: [UInt8]) -> [UInt8] {
    var data = SignedDataSpec(content: isDetached ? .detached(signature) : .octets(content ?? signature), signers: [signer()])
    if hasNoSigner { data.signers = [] }
    return data.encode()
  }
}
