import AssayBytes
import AssayPKI
import Foundation

/// The cases again through the code signing profile as it stands.
///
/// The rule: a case allows code signing when no certificate in it has an extKeyUsage without codeSigning or anyExtendedKeyUsage (the
/// end entity: without codeSigning), when it asks for no depth of its own, and when it has no CRL (an unknown revocation is a note
/// there, not a refusal). Cases that do not allow it by their end entity's extKeyUsage must all be refused. Of the others the answer
/// must be that of TLS, except for those of `CodeSigning.txt`, which TLS refuses for a reason that code signing does not have: peer
/// names, rules for web servers, and encodings that Windows code of 20 years has.
///
/// Since nearly all cases are for TLS servers, the same profile runs once more with each case's own purpose in place of code
/// signing: what TLS accepts it must accept, unless listed, and what RFC 5280 6.1 refuses it must refuse.
enum CodeSigningRun {
  struct Tally: Encodable {
    var ran = 0
    var accepted = 0
    var refused = 0
    var listed = 0
    var otherPurpose = 0
    var ownPurposeAccepted = 0
    var ownPurposeRefused = 0
    var wrong: [String] = []
    var line: String {
      "as code signing \(ran) ran (\(accepted) accepted, \(refused) refused, \(listed) of them unlike TLS by list), "
        + "\(otherPurpose) refused for their purpose; by its rules with their own purpose \(ownPurposeAccepted) accepted, "
        + "\(ownPurposeRefused) refused; \(wrong.count) wrong"
    }
  }
  private static let codeSigning: OID = "1.3.6.1.5.5.7.3.3"

  static func run(_ cases: [LimboCase], _ verifier: inout LimboVerifier) throws -> Tally {
    let listed = try NotApplicable.load("CodeSigning.txt")
    var tally = Tally()
    for test in cases where test.crls.isEmpty && test.max_chain_depth == nil {
      var work = Work(budget: Budget(), links: verifier.links)
      defer { verifier.links = work.links }
      do throws(ParseError) {
        let peer = try verifier.cache.certificate(test.peer_certificate)
        try ownPurpose(test, peer, listed.reason(test) != nil, &verifier, &work, &tally)
        let result = try verifier.validate(test, peer, .codeSigning, &work)
        if let usages = peer.extendedKeyUsage, !usages.contains(codeSigning) {
          tally.otherPurpose += 1
          if result.isValid { tally.wrong.append("\(test.id): accepted, though not for code signing") }
          continue
        }
        guard try allows(test, &verifier.cache) else { continue }
        tally.ran += 1
        if result.isValid { tally.accepted += 1 } else { tally.refused += 1 }
        let isListed = listed.reason(test) != nil
        if isListed { tally.listed += 1 }
        if result.isValid != (test.expectsSuccess != isListed) {
          tally.wrong.append("\(test.id): \(result.isValid ? "accepted" : result.failures.map(\.message).joined(separator: "; "))")
        }
      } catch {
        if test.expectsSuccess { tally.wrong.append("\(test.id): \(error.message)") }
      }
    }
    tally.wrong += listed.unused(cases).map { "\($0): listed, but no case" }
    return tally
  }

  private static func ownPurpose(
    _ test: LimboCase, _ peer: Certificate, _ isListed: Bool, _ verifier: inout LimboVerifier, _ work: inout Work,
    _ tally: inout Tally
  ) throws(ParseError) {
    var profile = PathProfile.codeSigning
    profile.requiredUsage = LimboVerifier.profile(test).requiredUsage
    profile.acceptsAnyUsage = true
    let isValid = try verifier.validate(test, peer, profile, &work).isValid
    if isValid { tally.ownPurposeAccepted += 1 } else { tally.ownPurposeRefused += 1 }
    if !isValid, test.expectsSuccess, !isListed { tally.wrong.append("\(test.id): refused with its own purpose") }
    if isValid, !isListed, verifier.refusedPaths.contains(test.id) {
      tally.wrong.append("\(test.id): accepted with its own purpose")
    }
  }

  private static func allows(_ test: LimboCase, _ cache: inout CertificateCache) throws(ParseError) -> Bool {
    for pem in test.trusted_certs + test.untrusted_intermediates {
      guard let usages = try cache.certificate(pem).extendedKeyUsage else { continue }
      if !usages.contains(codeSigning), !usages.contains(ExtensionID.anyExtendedKeyUsage) { return false }
    }
    return true
  }
}
