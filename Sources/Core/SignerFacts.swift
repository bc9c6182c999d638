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

/// One reference in place of a dozen strings in every copy of a report.
package final class PreparedFacts: Sendable {
  let facts: SignerFacts
  init(_ facts: SignerFacts) { self.facts = facts }
}

extension SignatureReport {
  /// Nil where the signature holds no certificate of its signer.
  package var signerFacts: SignerFacts? { preparedFacts?.facts ?? makeSignerFacts() }

  /// Makes the facts now, where copies of a finished report stand for many files. Nothing that they tell of may change after.
  package mutating func prepareSignerFacts() { preparedFacts = makeSignerFacts().map { PreparedFacts($0) } }

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
