/// What a scheme demands of a certification path beyond RFC 5280 section 6.
package struct PathProfile: Sendable {
  package let name: String
  /// EKU that the end entity must have. A certificate without EKU extension passes where `allowsAbsentUsage`. nil: any purpose.
  package var requiredUsage: OID?
  package var allowsAbsentUsage = true
  /// anyExtendedKeyUsage in the end entity stands for the required one. In an issuer it always does.
  package var acceptsAnyUsage = false
  /// RFC 3161 2.3: exactly this one usage, critical.
  package var usageMustBeSoleAndCritical = false
  /// At least one of these bits must be set where a keyUsage extension is present. Empty: none is asked for.
  package var keyUsage: KeyUsage = [.digitalSignature]
  /// Issuers' EKUs, where present, must include the usage (what Windows, Mozilla and the CA/B Forum do).
  package var nestsUsage = true
  /// Irregularities of encoding fail the path, and so does what RFC 5280 4.2 demands of a conforming CA. Windows code of 20 years
  /// is lenient.
  package var refusesIrregularities = false
  /// Signatures with MD2, MD5 or SHA-1 and keys under 112 bits of strength fail the path. Otherwise they are weaknesses, said.
  package var refusesWeakAlgorithms = false
  /// Codes of irregularities that pass all the same where irregularities are refused.
  package var toleratedIrregularities: Set<String> = []
  /// The anchor's own certificate, where it is given, must be valid in time and conform. RFC 5280 6.1.1 asks for neither.
  package var checksAnchorCertificate = false
  /// Constraints that stand in the anchor's certificate bind its paths (RFC 5937).
  package var honoursAnchorConstraints = true
  /// The end entity may be an anchor's own certificate.
  package var acceptsAnchorAsEndEntity = true
  /// Critical extensions that the scheme itself judges.
  package var recognizedExtensions: Set<OID> = []
  /// RFC 5280 6.1.1 (c), (e) to (g).
  package var policyInputs = PolicyInputs()
  /// Certificates of a path, without the anchor.
  package var maximumDepth = 16
  /// Intermediates that are not self-issued; nil leaves it to `maximumDepth`.
  package var maximumPathLength: Int?
  /// Intermediates considered for one end entity.
  package var maximumCandidates = 64
  /// Signature checks in one validation, slow keys weighing more: P-384 6, P-521 12. A real path needs at most five of them; webpki
  /// allows 100, of any key.
  package var maximumSignatureChecks = 64
  /// Complete paths that are judged in one validation.
  package var maximumPaths = 64

  package init(name: String, requiredUsage: OID?) {
    self.name = name
    self.requiredUsage = requiredUsage
  }
  /// Authenticode: id-kp-codeSigning, digitalSignature.
  package static let codeSigning = PathProfile(name: "code signing", requiredUsage: "1.3.6.1.5.5.7.3.3")
  /// RFC 3161 and the legacy countersigner: id-kp-timeStamping, which must be there (RFC 3161 2.3).
  package static let timeStamping = {
    var profile = PathProfile(name: "time stamping", requiredUsage: "1.3.6.1.5.5.7.3.8")
    profile.allowsAbsentUsage = false
    profile.keyUsage = [.digitalSignature, .contentCommitment]
    return profile
  }()
}

/// Policy inputs of path validation (RFC 5280 6.1.1).
package struct PolicyInputs: Hashable, Sendable {
  /// user-initial-policy-set; nil is any-policy.
  package var initialPolicies: Set<OID>?
  package var explicitPolicy = false
  package var inhibitMapping = false
  package var inhibitAnyPolicy = false
  package init() {}
}
