import AssayBytes
import AssayCore
import AssayPKI

// The rungs that tie the signer to an anchor: path, usage, validity time, revocation.
extension AuthenticodeCheck {
  mutating func checkPath(_ signature: AuthenticodeSignature, _ work: inout Work) {
    guard let certificate = signerCheck?.certificate else {
      for name in ["path", "usage", "validity time", "revocation"] {
        unknown(name, "the signer's certificate is not known", clause: "RFC 5280 6.1")
      }
      return
    }
    report.claimedSigner = certificate
    let counts = isLifetimeSigner ? context.now : (time?.moment ?? context.now)
    let result = PathValidator(.codeSigning).validate(
      certificate, with: signature.signedData.certificates + context.certificates, trust: context.trust, signedAt: counts,
      now: context.now, revocation: evidence(signature), &work)
    path = result
    report.take(result)

    // A valid path went through none; then such a key elsewhere in the bag is mere stuffing.
    let explicit = result.isValid ? nil : explicitCurve(in: [certificate] + result.path + signature.signedData.certificates)
    if let explicit {
      isCurveForged = true
      fail(
        "path", as: .untrusted,
        Finding(
          "authenticode.key.explicit-parameters", .failure,
          "the key of \(explicit.subject.description) brings its own curve parameters (CVE-2020-0601): no such key is trusted",
          offset: place(of: explicit, in: signature), attack: ["T1036.001", "T1553.002"]),
        clause: "RFC 5480 2.1.1")
    }
    tell(
      result, of: certificate, at: place(of: certificate, in: signature), when: timeWords(counts), isPathTold: explicit != nil)
  }

  /// Where the file holds the certificate; the signature's place for one that is not in it.
  func place(of certificate: Certificate, in signature: AuthenticodeSignature) -> Int {
    signature.signedData.offset(of: certificate).map { claim.fileOffset($0) } ?? claim.offset
  }

  /// The time that counts, in words; the clock's second is not printed, so that a run can be repeated byte for byte.
  private func timeWords(_ counts: Moment) -> String {
    if isLifetimeSigner { return "now: a lifetime-signing certificate's signature ends with it" }
    return time == nil ? "now" : "at \(counts.rfc3339), the time of the timestamp"
  }

  /// The first certificate whose EC key carries its own curve (RFC 5480 2.1.1: specifiedCurve MUST NOT be used).
  private func explicitCurve(in certificates: [Certificate]) -> Certificate? {
    certificates.first { certificate in
      guard case .opaque(let algorithm, _) = certificate.publicKey.kind, algorithm == SpcOID.ecPublicKey else { return false }
      var budget = Budget(bytes: 0, nodes: 16)
      var outer = ASN1Reader(certificate.publicKey.spki, rules: .ber)
      guard var fields = try? outer.sequence("SubjectPublicKeyInfo", &budget),
        let identifier = try? AlgorithmIdentifier(&fields, "algorithm", &budget), let parameters = identifier.parameters
      else { return false }
      return parameters.first == 0x30
    }
  }
}
