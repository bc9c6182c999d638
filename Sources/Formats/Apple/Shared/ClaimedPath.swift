import AssayBytes
import AssayPKI

extension AppleSignature {
  /// Certificates above one another; Apple's paths have three or four.
  private static let pathLimit = 16

  /// The signer's certificate and those that it says stand above it, among those of the CMS. Nobody verified them. Empty where there is
  /// no CMS or not exactly one signer.
  func claimedPath(_ budget: inout Budget) throws(ParseError) -> [Certificate] {
    guard let cms, !cms.isEmpty else { return [] }
    let signed = try SignedData(contentInfo: cms, &budget)
    guard signed.signerInfos.count == 1, var last = signed.signerInfos.first?.certificate(among: signed.certificates) else {
      return []
    }
    var path = [last]
    while !last.isSelfIssued, path.count < AppleSignature.pathLimit {
      try budget.spend(nodes: 1)
      let candidates = signed.certificates.filter { $0.subject.matches(last.issuer) && !path.contains($0) }
      let named = candidates.first { $0.subjectKeyIdentifier != nil && $0.subjectKeyIdentifier == last.authorityKeyIdentifier }
      guard let issuer = named ?? candidates.first else { break }
      path.append(issuer)
      last = issuer
    }
    return path
  }
}
