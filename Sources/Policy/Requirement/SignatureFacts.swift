package import AssayBytes
package import AssayCore
package import AssayPKI

/// What a requirement may ask of one signature. Nil means unknown: the format has no such fact or it was not established.
package struct SignatureFacts: Sendable {
  /// For reasons: `embedded signature 0`.
  package var label: String
  package var state: State
  /// A verified signer stands behind the facts: only then do they say who signed.
  package var isVerified: Bool
  /// The signature is not in the artifact itself but in a catalog.
  package var isFromCatalog = false
  /// End entity first, the anchor last.
  package var chain: [CertificateFacts]?
  /// The bundle that the anchor comes from.
  package var anchorBundle: String?
  /// Every certificate that the signature leads to, verified or not: for deny rules only.
  package var claimed: [CertificateFacts] = []
  package var identifier: [UInt8]?
  package var cdHash: [UInt8]?
  package var platform: Int?
  package var isNotarized: Bool?
  package var revocation: RevocationStatus
  /// The signer as a person reads it; nil when there is none.
  package var signerName: String?
  package var organization: String?
  package var commonName: String?
  /// What the signer calls the program (SpcSpOpusInfo): for whom Microsoft signed a driver. Nil where there is none.
  package var programName: String?
  /// False for a saved report, which does not tell it.
  package var knowsProgramName = true
  /// `claimed` goes up to an anchor or a root, so that a certificate that is not in it is in no path.
  package var isPathComplete = false
  /// Of the signed content; nil where it is not told.
  package var digest: DigestAlgorithm?
  /// A verified time of signing.
  package var signedAt: Moment?
  /// The signature is over this content and holds: whoever made it, it was made for the artifact.
  package var isIntact: Bool {
    switch state {
    case .trusted, .stale, .expired, .untrusted, .wrongUsage, .revoked, .distrusted: true
    case .notAssessed, .unsigned, .malformed, .tampered: false
    }
  }

  package init(label: String, state: State, isVerified: Bool, revocation: RevocationStatus) {
    self.label = label
    self.state = state
    self.isVerified = isVerified
    self.revocation = revocation
  }

  package init(_ report: SignatureReport) {
    self.init(
      label: "\(report.kind.rawValue) signature \(report.index)", state: report.state,
      isVerified: report.signer != nil && report.state == .trusted, revocation: report.revocation)
    identifier = report.signingIdentifier.map { Array($0.utf8) }
    programName = report.programName
    digest = report.digestAlgorithm
    isFromCatalog = report.kind == .catalog
    if [.rfc3161, .authenticode, .log].contains(report.time.source) { signedAt = report.time.value }
    let named = report.path.isEmpty ? [report.claimedSigner].compactMap { $0 } : report.path
    claimed = named.map { CertificateFacts($0) } + [report.anchor].compactMap { $0 }.map { CertificateFacts($0) }
    isPathComplete = report.anchor != nil || named.last?.isSelfIssued == true
    guard let signer = report.signer else { return }
    let path = signer.path
    var chain = path.path.map { CertificateFacts($0) }
    if let anchor = path.anchor {
      anchorBundle = anchor.bundle
      // The path may end in the anchor's own certificate when the end entity is itself an anchor.
      let endsInAnchor = path.path.last.map { $0.publicKey.spki == anchor.spki && $0.subject == anchor.subject } ?? false
      if !endsInAnchor { chain.append(CertificateFacts(anchor)) }
    }
    self.chain = chain
    organization = signer.certificate.subject.organization
    commonName = signer.certificate.subject.commonName
    signerName = commonName ?? organization ?? signer.certificate.subject.description
  }

  /// The certificate at a slot: nil when the path is unknown, inner nil when the path has no such place.
  package func certificate(_ slot: Requirement.Slot) -> CertificateFacts?? {
    guard let chain else { return nil }
    let index = slot.index >= 0 ? slot.index : chain.count + slot.index
    return .some(chain.indices.contains(index) ? chain[index] : nil)
  }
}
