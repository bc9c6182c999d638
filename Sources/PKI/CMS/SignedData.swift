package import AssayBytes

/// Attribute (RFC 5652 5.3).
package struct CMSAttribute: Hashable, Sendable {
  package let type: OID
  /// Each value's whole encoding.
  package let values: [ArraySlice<UInt8>]
  package let encoded: ArraySlice<UInt8>
}

/// SignedData (RFC 5652 5.1, PKCS #7 1.5), any content type, BER. Unverified.
package struct SignedData: Sendable {
  package let version: Int
  package let digestAlgorithms: [AlgorithmIdentifier]
  package let contentType: OID
  /// The element inside the [0] of encapContentInfo, whole; nil when detached. For CMS an OCTET STRING, for PKCS #7 anything.
  package let content: ArraySlice<UInt8>?
  /// What messageDigest covers: the content's octets without outer tag and length (BER parts joined).
  package let contentOctets: ArraySlice<UInt8>?
  package let certificates: [Certificate]
  /// Entries of the certificate bag that are no readable X.509 certificate, raw, with the reason.
  package let otherCertificates: [(encoded: ArraySlice<UInt8>, reason: ParseError)]
  package let crls: [ArraySlice<UInt8>]
  package let ocspResponses: [ArraySlice<UInt8>]
  package let signerInfos: [SignerInfo]
  /// Bytes that the ContentInfo takes; what follows is the caller's affair.
  package let encodedCount: Int

  /// Reads a ContentInfo holding SignedData from the start of the bytes.
  package init(contentInfo bytes: ArraySlice<UInt8>, _ budget: inout Budget) throws(ParseError) { fatalError("unimplemented") }
}

/// SignerInfo (RFC 5652 5.3). Unverified.
package struct SignerInfo: Sendable {
  package enum Identifier: Sendable {
    case issuerAndSerial(issuer: DistinguishedName, serial: ArraySlice<UInt8>)
    case subjectKeyIdentifier(ArraySlice<UInt8>)
  }
  package let version: Int
  package let identifier: Identifier
  package let digestAlgorithm: AlgorithmIdentifier
  package let signatureAlgorithm: AlgorithmIdentifier
  /// Nil when absent: the signature is then over the content itself.
  package let signedAttributes: [CMSAttribute]?
  /// As they are signed: the encoding with a SET OF tag in place of [0].
  package let signedAttributesEncoded: ArraySlice<UInt8>?
  package let signature: ArraySlice<UInt8>
  package let unsignedAttributes: [CMSAttribute]
  package func signedAttribute(_ type: OID) -> CMSAttribute? { signedAttributes?.first { $0.type == type } }
}

/// What one check of RFC 5652 5.4 and 5.6 found. Made by PKI only.
package struct SignerCheck: Sendable {
  package enum Step: String, Sendable {
    case certificate, digestAlgorithm, contentType, messageDigest, signature
  }
  package struct Outcome: Sendable {
    package let step: Step
    /// nil: could not be established; the words say why.
    package let passed: Bool?
    package let expected: String?
    package let found: String?
    package let message: String
    package let clause: String
  }
  package let outcomes: [Outcome]
  package let certificate: Certificate?
  package let digest: DigestAlgorithm?
  package var isValid: Bool { outcomes.allSatisfy { $0.passed == true } }
}

extension SignerInfo {
  /// The certificate that the identifier names among those at hand.
  package func certificate(among certificates: [Certificate]) -> Certificate? { fatalError("unimplemented") }

  /// Checks digest, attributes and signature. `content` is what messageDigest covers, or its digest by this signer's algorithm.
  package func check(
    contentType: OID, contentOctets: ArraySlice<UInt8>, certificates: [Certificate], _ budget: inout Budget
  ) throws(ParseError) -> SignerCheck { fatalError("unimplemented") }
}
