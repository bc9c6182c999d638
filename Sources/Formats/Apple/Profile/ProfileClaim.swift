import AssayBytes
package import AssayCore
package import AssayPKI

/// The signature around a profile: attached CMS over its property list.
package struct ProfileClaim: Claim {
  let kindOfProfile: ProfileKind
  let document: ProfileDocument
  let signed: SignedData

  package var kind: SignatureKind { .embedded }
  package var index: Int { 0 }

  package func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport {
    var check = ProfileCheck(self, context)
    return check.run(&work)
  }

  package var inspection: [InspectionLine] {
    [
      InspectionLine("signers", String(signed.signerInfos.count)),
      InspectionLine("certificates", String(signed.certificates.count)),
    ]
      + signed.certificates.prefix(16).map { InspectionLine("certificate", $0.subject.description, level: 1) }
  }
}
