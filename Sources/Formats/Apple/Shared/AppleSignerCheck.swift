import AssayBytes
import AssayContainers
import AssayCore
package import AssayPKI

// CMS, time and path of a code signature.
extension AppleCheck {
  mutating func checkCMS(_ signature: AppleSignature, _ work: inout Work) {
    guard let cms = signature.cms, !cms.isEmpty else {
      fail(
        "signature", .malformed,
        Finding("apple.cms.empty", .failure, "there is no CMS signature, and the code does not say that it is ad hoc"),
        "CodeDirectory flags")
      return
    }
    let signed: SignedData
    let signer: SignerInfo
    do throws(ParseError) {
      signed = try SignedData(contentInfo: cms, &work.budget)
      guard let only = signed.signerInfos.first, signed.signerInfos.count == 1 else {
        throw ParseError(
          "apple.cms.signers", "\(signed.signerInfos.count) signers where exactly one may be", offset: cms.startIndex)
      }
      guard signed.content == nil else {
        throw ParseError("apple.cms.attached", "the CMS signature brings content of its own", offset: cms.startIndex)
      }
      signer = only
      let check = try signer.check(
        contentType: "1.2.840.113549.1.7.1", contentOctets: signature.directories[0].bytes,
        certificates: signed.certificates + context.certificates, &work.budget)
      signerCheck = check
      enclose(signed)
    } catch {
      fail(
        "signature", error.isLimit ? .notAssessed : .malformed, Finding(error.shifted(by: claim.signatureOffset)), "RFC 5652 5.1",
        error.isLimit ? .notEstablished : .failed)
      return
    }
    report.claimedSigner = signerCheck?.certificate ?? signer.certificate(among: signed.certificates)
    for outcome in signerCheck?.outcomes ?? [] { record(outcome, AppleCheck.codes) }
    checkHashAgility(signature, signer, &work.budget)
    checkTime(signed, signer, &work)
    checkPath(signature, signed, &work)
  }

  private static let codes = SignerCodes(
    mismatch: "apple.cms.mismatch", invalid: "apple.cms.invalid", unsupported: "apple.cms.unsupported")

  /// 1.2.840.113635.100.9.2 lists every code directory with its whole digest, 9.1 with a truncated one: an alternate that neither names
  /// was put in after signing.
  private mutating func checkHashAgility(_ signature: AppleSignature, _ signer: SignerInfo, _ budget: inout Budget) {
    let clause = "Apple hash agility, 1.2.840.113635.100.9.1 and 9.2"
    let wanted = signature.directories.map(\.fullHash)
    if let full = signer.signedAttribute("1.2.840.113635.100.9.2") {
      var found: [[UInt8]] = []
      for value in full.values {
        var reader = ASN1Reader(value, rules: .der)
        guard var fields = try? reader.sequence("hash agility", &budget),
          (try? fields.next(.objectIdentifier, "algorithm", &budget)) != nil,
          let digest = try? fields.next(.octetString, "digest", &budget)
        else { continue }
        found.append(Array(digest.content))
      }
      guard found.count == full.values.count, Set(found) == Set(wanted), found.count == wanted.count else {
        fail(
          "hash agility", .tampered,
          Finding(
            "apple.cms.directories", .failure, "the signer named other code directories than there are",
            expected: found.map { Hex.encode($0) }.joined(separator: " "),
            found: wanted.map { Hex.encode($0) }.joined(separator: " ")), clause)
        return
      }
    }
    if let short = signer.signedAttribute("1.2.840.113635.100.9.1"), let value = short.values.first {
      var reader = ASN1Reader(value, rules: .der)
      let plist = (try? reader.next(.octetString, "cdhashes", &budget)).flatMap { try? PlistValue(parsing: $0.content, &budget) }
      let found = plist?["cdhashes"]?.items?.compactMap(\.data)
      guard let found, found == wanted.map({ Array($0.prefix(20)) }) else {
        fail(
          "hash agility", .tampered,
          Finding("apple.cms.directories", .failure, "the signer listed other code directories than there are"), clause)
        return
      }
    } else if signature.directories.count > 1, signer.signedAttribute("1.2.840.113635.100.9.2") == nil {
      fail(
        "hash agility", .malformed,
        Finding(
          "apple.cms.directories", .failure, "there are several code directories, and the signer vouches for the first alone"),
        clause)
      return
    }
    pass("hash agility", "the signer named every code directory", clause)
  }

  private mutating func checkPath(_ signature: AppleSignature, _ signed: SignedData, _ work: inout Work) {
    guard let certificate = signerCheck?.certificate else { return }
    let result = followPath(certificate, signed.certificates, &work)
    checkMarkers(result, certificate)
    noteRevocation(result)
    checkTeam(signature, certificate)
  }

  /// Under Apple's own anchors markers say what a certificate is for, never its name.
  private mutating func checkMarkers(_ result: PathResult, _ certificate: Certificate) {
    let clause = "Apple certificate extensions, 1.2.840.113635.100.6"
    if refusesAnchor(result, "profile", clause, for: "code of Apple's systems") { return }
    guard result.anchor?.bundle == "apple" else { return }
    profile = AppleProfile(leaf: certificate, issuer: result.path.dropFirst().first)
    guard let profile else {
      fail(
        "profile", .wrongUsage,
        Finding("apple.signer.profile", .failure, "the certificate has no marker of code signing that Apple issues"), clause)
      return
    }
    guard profile == .development else {
      pass("profile", profile.rawValue, clause)
      return
    }
    fail(
      "profile", .untrusted,
      Finding("apple.signer.development", .failure, "signed for development: only its maker's own devices take it"), clause)
  }

  private mutating func checkTeam(_ signature: AppleSignature, _ certificate: Certificate) {
    let clause = "errSecCSBadTeamIdentifier"
    let unit = certificate.subject.organizationalUnit
    guard let team = signature.best.teamText else {
      if profile == .developerID {
        report.findings.append(
          Finding(
            "apple.team.absent", .warning, "the code names no team, though its signer has one: library validation refuses it",
            expected: unit))
      }
      return
    }
    if let unit, unit.utf8.elementsEqual(team.utf8) {
      pass("team", team, clause)
    } else {
      fail(
        "team", .malformed,
        Finding(
          "apple.team.mismatch", .failure, "the code directory names another team than the certificate", expected: unit ?? "none",
          found: team, attack: ["T1036.001"]), clause)
    }
  }
}

/// What Apple issued a certificate for, by the extensions that mark it.
package enum AppleProfile: String, Sendable {
  case developerID = "Developer ID application"
  case developerIDKext = "Developer ID kernel extension"
  case appStore = "Mac App Store"
  case apple = "Apple's own software"
  case development = "development"

  package static let leafMarkers: [(OID, OID?, AppleProfile)] = [
    ("1.2.840.113635.100.6.1.18", "1.2.840.113635.100.6.2.6", .developerIDKext),
    ("1.2.840.113635.100.6.1.13", "1.2.840.113635.100.6.2.6", .developerID),
    ("1.2.840.113635.100.6.1.9", "1.2.840.113635.100.6.2.1", .appStore), ("1.2.840.113635.100.6.22", nil, .apple),
    ("1.2.840.113635.100.6.1.12", "1.2.840.113635.100.6.2.1", .development),
    ("1.2.840.113635.100.6.1.2", "1.2.840.113635.100.6.2.1", .development),
    ("1.2.840.113635.100.6.1.4", "1.2.840.113635.100.6.2.1", .development),
    ("1.2.840.113635.100.6.1.7", "1.2.840.113635.100.6.2.1", .development),
  ]

  package init?(leaf: Certificate, issuer: Certificate?) {
    for (mark, issuerMark, profile) in AppleProfile.leafMarkers where leaf.extension(mark) != nil {
      if let issuerMark, issuer?.extension(issuerMark) == nil { continue }
      self = profile
      return
    }
    return nil
  }
}

extension PathProfile {
  /// Code signing, with Apple's critical marker extensions known.
  package static let appleCode = {
    var profile = PathProfile.codeSigning
    var markers: Set<OID> = ["1.2.840.113635.100.6.22", "1.2.840.113635.100.6.1.25.1"]
    for arc in ["1.2.840.113635.100.6.1", "1.2.840.113635.100.6.2"] {
      for number in 1...40 { if let marker = OID(dotted: "\(arc).\(number)") { markers.insert(marker) } }
    }
    profile.recognizedExtensions = markers
    return profile
  }()
}
