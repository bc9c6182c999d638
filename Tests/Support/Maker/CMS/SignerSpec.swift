/// One SignerInfo (RFC 5652 §5.3) to be.
package struct SignerSpec: Sendable {
  package var identity: TestIdentity
  /// digestAlgorithm, also used for messageDigest.
  package var digest = Hash.sha256
  /// Hash that is really signed, where it shall differ from `digest`.
  package var signatureHash: Hash?
  /// signatureAlgorithm; default: rsaEncryption for RSA, as Windows and OpenSSL write, else the key's own.
  package var signatureAlgorithm: [UInt8]?
  package var version: Int?
  /// Names the signer by subjectKeyIdentifier (version 3) in place of issuer and serial.
  package var usesKeyIdentifier = false
  /// messageDigest in place of the right one.
  package var messageDigest: [UInt8]?
  /// Off: no signed attributes, the signature is over the content itself.
  package var hasSignedAttributes = true
  /// Edits the signed attributes (content type and message digest first) before they are signed.
  package var editSignedAttributes: @Sendable ([CMSAttribute]) -> [CMSAttribute] = { $0 }
  /// The signed attributes in the order of the list in place of DER order.
  package var keepsAttributeOrder = false
  /// Unsigned attributes, made from the signature value (timestamps need it).
  package var unsignedAttributes: @Sendable ([UInt8]) -> [CMSAttribute] = { _ in [] }
  package var breaksSignature = false

  package init(_ identity: TestIdentity) { self.identity = identity }

  /// SignerInfo over content octets.
  func encode(content: [UInt8], contentType: String) -> [UInt8] {
    let hash = signatureHash ?? digest
    let key = identity.leaf.key
    var signedAttributes: [UInt8] = []
    var toSign = content
    if hasSignedAttributes {
      let attributes = editSignedAttributes([.contentType(contentType), .messageDigest(messageDigest ?? digest(content))]).map(
        \.der)
      let body = keepsAttributeOrder ? Array(attributes.joined()) : DER.sorted(attributes)
      signedAttributes = DER.value(0xA0, body)
      toSign = DER.value(0x31, body)
    }
    var signature = key.sign(toSign, hash)
    if breaksSignature { signature[signature.count / 2] ^= 0x01 }
    let unsigned = unsignedAttributes(signature)
    let rsaEncryption = DER.seq(DER.oid("1.2.840.113549.1.1.1"), DER.null)
    return DER.seq(
      DER.int(version ?? (usesKeyIdentifier ? 3 : 1)),
      usesKeyIdentifier ? DER.implicit(0, DER.octets(identity.leaf.keyIdentifier)) : identity.leaf.issuerAndSerial,
      digest.algorithm, signedAttributes,
      signatureAlgorithm ?? (key.isRSA ? rsaEncryption : key.signatureAlgorithm(hash)),
      DER.octets(signature),
      unsigned.isEmpty ? [] : DER.value(0xA1, DER.sorted(unsigned.map(\.der))))
  }
}
