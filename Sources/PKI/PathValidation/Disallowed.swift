extension TrustStore {
  /// Why the certificate is refused whatever its path; nil when it is not.
  ///
  /// A deny list names a certificate by one of: its SHA-256 or SHA-1; the digest of its TBSCertificate by the algorithm that it is
  /// signed with (CERT_SIGNATURE_HASH_PROP_ID, 15); the MD5 of its subjectPublicKey (CERT_SUBJECT_PUBLIC_KEY_MD5_HASH_PROP_ID, 25),
  /// which refuses the key in every certificate. The MD5 names what is refused: a collision could only refuse more.
  package func refusal(of certificate: Certificate) -> String? {
    if disallowed.isEmpty { return nil }
    if let reason = disallowed[certificate.fingerprint(.sha256)] ?? disallowed[certificate.fingerprint(.sha1)] { return reason }
    if let digest = SignatureAlgorithmName(certificate.signatureAlgorithm).digest,
      let reason = disallowed[certificate.tbsDigest(digest)]
    {
      return reason
    }
    return refusal(ofKey: certificate.publicKey)
  }

  /// The same for an anchor, of which there may be facts only.
  package func refusal(of anchor: TrustAnchor) -> String? {
    if disallowed.isEmpty { return nil }
    for key in [anchor.sha256, anchor.sha1] + anchor.tbsDigests.values {
      if let reason = disallowed[key] { return reason }
    }
    return refusal(ofKey: PublicKey(spki: anchor.spki))
  }

  private func refusal(ofKey key: PublicKey) -> String? {
    key.octets.flatMap { disallowed[DigestAlgorithm.md5.digest($0)] }
  }
}
