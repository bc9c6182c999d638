package import AssayBytes
import AssayPKI

/// A signer's certificate in words, for outputs: what the certificate says, believed or not. `isVerified` tells which.
package struct SignerFacts: Hashable, Sendable {
  /// RFC 4514, most specific first.
  package let subject: String
  package let commonName: String?
  package let organization: String?
  package let teamID: String?
  /// Lower-case hex of the certificate and of its SubjectPublicKeyInfo.
  package let sha256: String
  package let spkiSHA256: String
  package let notBefore: Moment
  package let notAfter: Moment
  /// Subjects from the end entity up, without the anchor; the best path that was built.
  package let path: [String]
  package let anchor: String?
  /// The bundle that the anchor came with.
  package let anchorBundle: String?
  /// True only if every mandatory check of the signature held.
  package let isVerified: Bool

  /// The name that a person knows the signer by.
  package var shortName: String { commonName ?? organization ?? subject }
}

private final class SharedSignerFacts: Sendable {
  let facts: SignerFacts?
  init(_ facts: SignerFacts?) { self.facts = facts }
}

extension SignatureReport {
  /// Nil where the signature holds no certificate of its signer.
  package var signerFacts: SignerFacts? {
    guard let derived else { return makeSignerFacts() }
    return derived.fact { SharedSignerFacts(makeSignerFacts()) }.facts
  }

  /// What rooms above derive from who signed, where copies of this report stand for many files; nil where each is the only one.
  package var derived: (any DerivedFacts)? { signing.value.derived }

  /// From now on what is derived is made once for all copies. A copy whose signer or time is changed leaves the others.
  package mutating func share(_ derived: any DerivedFacts) { signing.value.derived = derived }

  private func makeSignerFacts() -> SignerFacts? {
    guard let certificate = signer?.certificate ?? claimedSigner else { return nil }
    return SignerFacts(
      subject: certificate.subject.description, commonName: certificate.subject.commonName,
      organization: certificate.subject.organization, teamID: teamID, sha256: Hex.encode(certificate.fingerprint(.sha256)),
      spkiSHA256: Hex.encode(DigestAlgorithm.sha256.digest(certificate.publicKey.spki)), notBefore: certificate.notBefore,
      notAfter: certificate.notAfter, path: path.map(\.subject.description), anchor: anchor?.name, anchorBundle: anchor?.bundle,
      isVerified: signer != nil)
  }

  /// The signer's name without hashing anything, and whether it is proven.
  package var signerName: (name: String, isVerified: Bool)? {
    guard let certificate = signer?.certificate ?? claimedSigner else { return nil }
    let subject = certificate.subject
    return (subject.commonName ?? subject.organization ?? subject.description, signer != nil)
  }
}
