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
  struct Facts: Sendable {
    var claimedSigner: Certificate?
    var signer: VerifiedSigner?
    var path: [Certificate] = []
    var anchor: TrustAnchor?
    var time = SigningTime(.none)
    var revocation: RevocationStatus = .notEstablished
    var programName: String?
    var programURL: String?
    var teamID: String?
    var signingIdentifier: String?
    var code: CodeFacts?
  }
  /// Whoever changes one has a report of its own again.
  var facts = Facts() { didSet { derived = nil } }
  /// What is derived from the facts, made once where copies of a finished report stand for many files.
  var derived: (any DerivedFacts)?
}

extension SignatureReport {
  /// The signer's certificate as claimed; an identity only where `signer` is set.
  package var claimedSigner: Certificate? {
    get { signing.value.facts.claimedSigner }
    set { signing.value.facts.claimedSigner = newValue }
  }
  /// Proof: set only if every mandatory rung passed at the time that counts.
  package var signer: VerifiedSigner? {
    get { signing.value.facts.signer }
    set { signing.value.facts.signer = newValue }
  }
  /// The best path that was built, end entity first, also when it fails.
  package var path: [Certificate] {
    get { signing.value.facts.path }
    set { signing.value.facts.path = newValue }
  }
  package var anchor: TrustAnchor? {
    get { signing.value.facts.anchor }
    set { signing.value.facts.anchor = newValue }
  }
  package var time: SigningTime {
    get { signing.value.facts.time }
    set { signing.value.facts.time = newValue }
  }
  package var revocation: RevocationStatus {
    get { signing.value.facts.revocation }
    set { signing.value.facts.revocation = newValue }
  }
  /// Name and address from the signature (SpcSpOpusInfo): the signer's claim.
  package var programName: String? {
    get { signing.value.facts.programName }
    set { signing.value.facts.programName = newValue }
  }
  package var programURL: String? {
    get { signing.value.facts.programURL }
    set { signing.value.facts.programURL = newValue }
  }
  package var teamID: String? {
    get { signing.value.facts.teamID }
    set { signing.value.facts.teamID = newValue }
  }
  package var signingIdentifier: String? {
    get { signing.value.facts.signingIdentifier }
    set { signing.value.facts.signingIdentifier = newValue }
  }
  /// What requirements may ask, where Apple code was signed.
  package var code: CodeFacts? {
    get { signing.value.facts.code }
    set { signing.value.facts.code = newValue }
  }
}
