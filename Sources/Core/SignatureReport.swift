package import AssayBytes
package import AssayPKI

/// How a signature is attached.
package enum SignatureKind: String, Sendable {
  case embedded, nested, catalog, detached, manifest, bundle, registry
}

/// The time of signing and where it comes from.
package struct SigningTime: Sendable {
  package enum Source: String, Sendable {
    case rfc3161, authenticode, log, claimed, none
  }
  package var source: Source
  package var value: Moment?
  package var authority: String?
  package init(_ source: Source, value: Moment? = nil, authority: String? = nil) {
    self.source = source
    self.value = value
    self.authority = authority
  }
}

/// One signature of an artifact: facts, its ladder and its state. No policy in it.
///
/// Who signed and when is kept behind one reference: reports of thousands of files share what one catalog says, and every copy of a
/// report would else count each of its parts.
package struct SignatureReport: Sendable {
  package var kind: SignatureKind
  package var index: Int
  package var state: State
  package var digestAlgorithm: DigestAlgorithm?
  /// What the signature says the signed content's digest is, and what it is.
  package var signedDigest: [UInt8]?
  package var contentDigest: [UInt8]?
  package var ladder = Ladder()
  package var findings: [Finding] = []
  var signing = Boxed(Signing())

  package init(kind: SignatureKind, index: Int, state: State) {
    self.kind = kind
    self.index = index
    self.state = state
  }
}

/// Who signed, when, and what else the signature tells of that.
struct Signing: Sendable {
  var claimedSigner: Certificate? { didSet { derived = nil } }
  var signer: VerifiedSigner? { didSet { derived = nil } }
  var path: [Certificate] = [] { didSet { derived = nil } }
  var anchor: TrustAnchor? { didSet { derived = nil } }
  var time = SigningTime(.none) { didSet { derived = nil } }
  var revocation: RevocationStatus = .notEstablished { didSet { derived = nil } }
  var programName: String? { didSet { derived = nil } }
  var programURL: String? { didSet { derived = nil } }
  var teamID: String? { didSet { derived = nil } }
  var signingIdentifier: String? { didSet { derived = nil } }
  var code: CodeFacts? { didSet { derived = nil } }
  /// What is derived from the above, made once where copies of a finished report stand for many files. Whoever changes what it was made
  /// of has a report of its own again.
  var derived: (any DerivedFacts)?
}

extension SignatureReport {
  /// The signer's certificate as claimed; an identity only where `signer` is set.
  package var claimedSigner: Certificate? {
    get { signing.value.claimedSigner }
    set { signing.value.claimedSigner = newValue }
  }
  /// Proof: set only if every mandatory rung passed at the time that counts.
  package var signer: VerifiedSigner? {
    get { signing.value.signer }
    set { signing.value.signer = newValue }
  }
  /// The best path that was built, end entity first, also when it fails.
  package var path: [Certificate] {
    get { signing.value.path }
    set { signing.value.path = newValue }
  }
  package var anchor: TrustAnchor? {
    get { signing.value.anchor }
    set { signing.value.anchor = newValue }
  }
  package var time: SigningTime {
    get { signing.value.time }
    set { signing.value.time = newValue }
  }
  package var revocation: RevocationStatus {
    get { signing.value.revocation }
    set { signing.value.revocation = newValue }
  }
  /// Name and address from the signature (SpcSpOpusInfo): the signer's claim.
  package var programName: String? {
    get { signing.value.programName }
    set { signing.value.programName = newValue }
  }
  package var programURL: String? {
    get { signing.value.programURL }
    set { signing.value.programURL = newValue }
  }
  package var teamID: String? {
    get { signing.value.teamID }
    set { signing.value.teamID = newValue }
  }
  package var signingIdentifier: String? {
    get { signing.value.signingIdentifier }
    set { signing.value.signingIdentifier = newValue }
  }
  /// What requirements may ask, where Apple code was signed.
  package var code: CodeFacts? {
    get { signing.value.code }
    set { signing.value.code = newValue }
  }
}
