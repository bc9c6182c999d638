package import AssayBytes

/// The answer of an Authenticode time-stamping authority of the old kind, whole: SignedData over the octets of a signature as id-data,
/// whose signer's signingTime is the time vouched for. PKCS #7 signatures keep only its SignerInfo, as a countersignature; XML signatures,
/// which have no place for that, keep all of it. Unverified until `check`.
package struct LegacyTimeStamp: Sendable {
  package let signedData: SignedData

  /// id-data (RFC 5652 4).
  package static let contentTypeID: OID = "1.2.840.113549.1.7.1"

  /// From a ContentInfo. Throws what SignedData throws, and `pki.timestamp.content-type` for another content.
  package init(_ signedData: SignedData) throws(ParseError) {
    guard signedData.contentType == LegacyTimeStamp.contentTypeID else {
      throw ParseError("pki.timestamp.content-type", "content type is \(signedData.contentType), must be id-data")
    }
    self.signedData = signedData
  }

  /// Checks that it covers the octets and that an authority in use vouches for its time. `certificates` are looked in for what it leaves
  /// out.
  package func check(
    covering octets: ArraySlice<UInt8>, certificates: [Certificate], trust: TrustStore, now: Moment,
    revocation: RevocationEvidence, _ work: inout Work
  ) -> TimeStampCheck {
    guard signedData.signerInfos.count == 1, let signer = signedData.signerInfos.first else {
      var trial = TimeStampTrial(.authenticode, claimed: nil)
      trial.fail(
        .malformed, "signers", "the timestamp has \(signedData.signerInfos.count) signers", expected: "1",
        found: String(signedData.signerInfos.count), clause: "RFC 5652 5.1")
      return trial.verdict
    }
    if let content = signedData.contentOctets, !content.elementsEqual(octets) {
      var trial = TimeStampTrial(.authenticode, claimed: signer.claimedSigningTime)
      trial.fail(
        .signatureInvalid, "imprint", "the timestamp was made for another signature",
        expected: Hex.encode(content.prefix(32)), found: Hex.encode(octets.prefix(32)), clause: "RFC 5652 5.2")
      return trial.verdict
    }
    var evidence = revocation
    evidence.crls += signedData.crls
    evidence.ocspResponses += signedData.ocspResponses
    return signer.checkCountersignature(
      of: octets, certificates: signedData.certificates + certificates, trust: trust, now: now, revocation: evidence, &work)
  }
}
