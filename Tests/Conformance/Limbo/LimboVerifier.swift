import AssayBytes
import AssayPKI

/// One case through the same validator that code goes through, with a TLS profile in place of code signing.
struct LimboVerifier {
  var cache = CertificateCache()
  /// Signature links are shared by the cases, as a scan shares them.
  var links = VerifiedLinks()

  /// Cases whose path itself RFC 5280 6.1 refuses, encodings and the anchor's own certificate apart: no profile may accept them.
  private(set) var refusedPaths: Set<String> = []

  /// Nil when accepted, else the reasons.
  mutating func refusal(_ test: LimboCase) -> [String]? {
    var work = Work(budget: Budget(), links: links)
    defer { links = work.links }
    do throws(ParseError) {
      let peer = try cache.certificate(test.peer_certificate)
      let result = try validate(test, peer, LimboVerifier.profile(test), &work)
      if result.failures.contains(where: {
        $0.kind != .malformed && $0.certificate < result.path.count && !$0.code.contains("weak")
      }) {
        refusedPaths.insert(test.id)
      }
      if !result.isValid { return result.failures.map { "\($0.code) [\($0.certificate)]: \($0.message)" } }
      var reasons: [String] = []
      if !test.crls.isEmpty, result.revocation != .good { reasons.append("revocation \(result.revocation.rawValue)") }
      reasons += try CRLRules.violations(test)
      reasons += PeerName.mismatches(test, peer)
      if test.isWebPKI { reasons += WebPKIRules.violations(result) }
      return reasons.isEmpty ? nil : reasons
    } catch {
      return ["\(error.code): \(error.message)"]
    }
  }

  mutating func validate(
    _ test: LimboCase, _ peer: Certificate, _ profile: PathProfile, _ work: inout Work
  ) throws(ParseError) -> PathResult {
    var intermediates: [Certificate] = []
    for pem in test.untrusted_intermediates { intermediates.append(try cache.certificate(pem)) }
    var anchors: [TrustAnchor] = []
    for pem in test.trusted_certs { anchors.append(TrustAnchor(try cache.certificate(pem), bundle: "limbo")) }
    var evidence = RevocationEvidence()
    evidence.crls = test.crls.map { pemOctets($0)[...] }
    return PathValidator(profile).validate(
      peer, with: intermediates, trust: TrustStore(anchors: anchors), signedAt: test.time, now: test.time, revocation: evidence,
      &work)
  }

  /// The case's own purpose. Irregularities are refused; native RFC 5280 cases want anchors' certificates checked as well.
  static func profile(_ test: LimboCase) -> PathProfile {
    let server: OID = "1.3.6.1.5.5.7.3.1"
    let client: OID = "1.3.6.1.5.5.7.3.2"
    var profile = PathProfile(name: "TLS", requiredUsage: test.validation_kind == "CLIENT" ? client : server)
    profile.acceptsAnyUsage = !test.isWebPKI
    profile.allowsAbsentUsage = !test.isWebPKI
    profile.keyUsage = test.key_usage.reduce(into: KeyUsage()) { $0.formUnion(usages[$1] ?? []) }
    profile.refusesIrregularities = true
    profile.checksAnchorCertificate = true
    profile.refusesWeakAlgorithms = true
    if test.isWebPKI { profile.toleratedIrregularities = ["x509.name-constraints.criticality"] }
    profile.maximumPathLength = test.max_chain_depth
    return profile
  }

  private static let usages: [String: KeyUsage] = [
    "digitalSignature": .digitalSignature, "contentCommitment": .contentCommitment, "keyEncipherment": .keyEncipherment,
    "dataEncipherment": .dataEncipherment, "keyAgreement": .keyAgreement, "keyCertSign": .keyCertSign, "cRLSign": .crlSign,
    "encipherOnly": .encipherOnly, "decipherOnly": .decipherOnly,
  ]
}

/// RFC 5280 5.2.3: a CRL has a number, and its extension is not critical. Revocation itself is lenient there: an old list still tells
/// who is revoked.
enum CRLRules {
  static func violations(_ test: LimboCase) throws(ParseError) -> [String] {
    /// extnID id-ce-cRLNumber, then critical TRUE.
    let criticalNumber: [UInt8] = [6, 3, 0x55, 0x1D, 20, 1, 1, 0xFF]
    var found: [String] = []
    for pem in test.crls {
      let octets = pemOctets(pem)
      var budget = Budget()
      if try CertificateList(encoded: octets[...], &budget).number == nil { found.append("CRL without number") }
      if octets.indices.contains(where: { octets[$0...].starts(with: criticalNumber) }) { found.append("critical cRLNumber") }
    }
    return found
  }
}
