package import AssayBytes
package import AssayCore
package import AssayPKI

/// What a requirement may ask of one signature. Nil means unknown: the format has no such fact or it was not established.
///
/// What is said of the signer is behind one reference, since the files of a catalog share it.
@dynamicMemberLookup
package struct SignatureFacts: Sendable {
  /// For reasons: `embedded signature 0`.
  package var label: String
  package var state: State
  /// A verified signer stands behind the facts: only then do they say who signed.
  package var isVerified: Bool
  /// Of the signed content; nil where it is not told.
  package var digest: DigestAlgorithm?
  @usableFromInline
  var signer: Boxed<Signer>

  package struct Signer: Sendable {
    /// The signature is not in the artifact itself but in a catalog.
    package var isFromCatalog = false
    /// End entity first, the anchor last.
    package var chain: [CertificateFacts]?
    /// The bundle that the anchor comes from.
    package var anchorBundle: String?
    /// Every certificate that the signature leads to, verified or not: for deny rules only.
    package var claimed: [CertificateFacts] = []
    package var identifier: [UInt8]?
    /// Of the code directory that Apple's systems take, 20 octets.
    package var cdHash: [UInt8]?
    package var platform: Int?
    /// The team that the code names; the signature's check compared it with the certificate.
    package var teamID: [UInt8]?
    /// Systems kill the process if its code is not what was signed: hardened runtime, `hard` or `kill`.
    package var isHardened = false
    /// Unknown where the format has no such thing.
    package var info = PropertyFacts.unknown
    package var entitlements = PropertyFacts.unknown
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
    /// `chain` goes up to its root: a place that it does not have is nowhere.
    package var isChainWhole = true
    /// A verified time of signing.
    package var signedAt: Moment?
  }

  @inlinable
  package subscript<Value>(dynamicMember member: WritableKeyPath<Signer, Value>) -> Value {
    @inline(__always) get { signer.value[keyPath: member] }
    @inline(__always) set { signer.value[keyPath: member] = newValue }
  }

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
    signer = Boxed(Signer(revocation: revocation))
  }

  package init(_ report: SignatureReport) {
    guard let derived = report.derived else {
      self.init(alone: report)
      return
    }
    let shared = derived.fact { SharedSignatureFacts(SignatureFacts(alone: report), index: report.index) }
    self = shared.facts
    if shared.index != report.index { label = Self.label(report) }
    state = report.state
    isVerified = report.signer != nil && report.state == .trusted
    digest = report.digestAlgorithm
  }

  private static func label(_ report: SignatureReport) -> String { "\(report.kind.rawValue) signature \(report.index)" }

  private init(alone report: SignatureReport) {
    self.init(
      label: Self.label(report), state: report.state, isVerified: report.signer != nil && report.state == .trusted,
      revocation: report.revocation)
    digest = report.digestAlgorithm
    signer.value.take(report)
  }

  /// For a requirement that stands in the signed software itself. It says who the code must be from, not whom the operator trusts: it is
  /// evaluated over the path as far as it could be built, good or not; the state tells the rest. Nil for what is no Apple code.
  package init?(embedded report: SignatureReport) {
    guard let code = report.code else { return nil }
    self.init(alone: report)
    isVerified = true
    if code.isAdhoc {
      signer.value.chain = []
      return
    }
    guard !report.path.isEmpty || report.claimedSigner != nil else { return nil }
    signer.value.takeUnproven(report)
  }

  /// The certificate at a slot: nil when the path is unknown, inner nil when the path has no such place.
  package func certificate(_ slot: Requirement.Slot) -> CertificateFacts?? {
    let signer = signer.value
    guard let chain = signer.chain else { return nil }
    let index = slot.index >= 0 ? slot.index : chain.count + slot.index
    guard signer.isChainWhole || slot.index >= 0 && index < chain.count else { return nil }
    return .some(chain.indices.contains(index) ? chain[index] : nil)
  }
}

private final class SharedSignatureFacts: Sendable {
  let facts: SignatureFacts
  let index: Int
  init(_ facts: SignatureFacts, index: Int) {
    self.facts = facts
    self.index = index
  }
}

extension SignatureFacts.Signer {
  fileprivate mutating func take(_ report: SignatureReport) {
    identifier = report.code?.identifier ?? report.signingIdentifier.map { Array($0.utf8) }
    if let code = report.code { take(code) }
    programName = report.programName
    isFromCatalog = report.kind == .catalog
    if [.rfc3161, .authenticode, .log].contains(report.time.source) { signedAt = report.time.value }
    let named = report.path.isEmpty ? [report.claimedSigner].compactMap { $0 } : report.path
    claimed = named.map { CertificateFacts($0) } + [report.anchor].compactMap { $0 }.map { CertificateFacts($0) }
    isPathComplete = report.anchor != nil || named.last?.isSelfIssued == true
    guard let signer = report.signer else { return }
    take(signer.path.path, signer.path.anchor)
    organization = signer.certificate.subject.organization
    commonName = signer.certificate.subject.commonName
    signerName = commonName ?? organization ?? signer.certificate.subject.description
  }

  private mutating func take(_ code: CodeFacts) {
    cdHash = code.cdHash
    platform = code.platform
    teamID = code.isAdhoc ? nil : code.teamID
    isHardened = code.flags & 0x10300 != 0
    info = code.info
    entitlements = code.entitlements
  }

  private mutating func take(_ path: [Certificate], _ anchor: TrustAnchor?) {
    var chain = path.map { CertificateFacts($0) }
    if let anchor {
      anchorBundle = anchor.bundle
      // The path may end in the anchor's own certificate when the end entity is itself an anchor.
      let endsInAnchor = path.last.map { $0.publicKey.spki == anchor.spki && $0.subject == anchor.subject } ?? false
      if !endsInAnchor { chain.append(CertificateFacts(anchor)) }
    }
    self.chain = chain
  }

  /// The path as far as it could be built.
  fileprivate mutating func takeUnproven(_ report: SignatureReport) {
    let path = report.path.isEmpty ? [report.claimedSigner].compactMap { $0 } : report.path
    take(path, report.anchor)
    isChainWhole = report.anchor != nil || path.last?.isSelfIssued == true
    // Which root it is says its digest; that nobody here trusts it is another matter.
    if isChainWhole, anchorBundle != "apple", let root = chain?.last?.sha256 {
      anchorBundle = AppleRoots.sha256.contains(root) ? "apple" : anchorBundle ?? ""
    }
  }
}

/// Apple's roots by SHA-256, as certificates inside signed software carry them: Apple Root CA, G2 and G3.
package enum AppleRoots {
  package static let sha256: Set<[UInt8]> = Set(
    [
      "b0b1730ecbc7ff4505142c49f1295e6eda6bcaed7e2c68c5be91b5a11001f024",
      "c2b9b042dd57830e7d117dac55ac8ae19407d38e41d88f3215bc3a890444a050",
      "63343abfb89a6a03ebb57e9b3f5fa7be7c4f5c756f3017b3a8c488c3653e9179",
    ].compactMap { Hex.decode($0) })
}
