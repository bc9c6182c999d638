import AssayBytes
import AssayPKI
import Foundation
import Testing

/// NIST PKITS, all sections, twice: over the suite's certificates and CRLs as one pool, and over the certificates and CRLs that its
/// S/MIME messages carry, whose CMS signature must hold first.
@Suite struct PKITSTests {
  /// Inside the validity of the suite's certificates.
  static let now = Moment(rfc3339: "2026-11-23T00:00:00Z")

  private static func validate(
    _ run: PKITSCase, _ endEntity: Certificate, with certificates: [Certificate], crls: [ArraySlice<UInt8>], _ files: PKITSFiles
  ) throws -> PathResult {
    var profile = PathProfile(name: "PKITS", requiredUsage: nil)
    profile.keyUsage = []
    profile.policyInputs = run.inputs
    var evidence = RevocationEvidence()
    evidence.crls = crls
    var work = Work()
    let now = try #require(now)
    return PathValidator(profile).validate(
      endEntity, with: certificates, trust: TrustStore(anchors: [files.anchor]), signedAt: now, now: now, revocation: evidence,
      &work)
  }

  /// PKITS wants a path refused whose revocation status cannot be established.
  private static func accepts(_ result: PathResult) -> Bool { result.isValid && result.revocation == .good }

  private static func words(_ result: PathResult) -> String {
    "\(result.failures.map { "\($0.code) [\($0.certificate)] \($0.message)" }) revocation \(result.revocation)"
  }

  @Test(.enabled(if: PKITSFiles.folder != nil, "ASSAY_CORPUS is not set: PKITS is skipped"))
  func everyTestOfTheDocument() throws {
    let files = try PKITSFiles(try #require(PKITSFiles.folder))
    let cases = try PKITSCase.load()
    var deviations = try PKITSCase.deviations()
    #expect(cases.count == 247)
    #expect(Set(cases.map(\.message)).count == 224)
    var tally = PKITSTally()
    for run in cases {
      let result = try PKITSTests.validate(
        run, try files.endEntity(run.certificate), with: files.authorities, crls: files.crls, files)
      let isAsExpected = PKITSTests.accepts(result) == run.isValid
      if deviations.removeValue(forKey: "\(run.id) certificate") != nil {
        #expect(!isAsExpected, "\(run) is listed as a deviation and is none")
        tally.deviations += 1
      } else {
        #expect(isAsExpected, "\(run) must be \(run.isValid ? "valid" : "invalid"): \(PKITSTests.words(result))")
        tally.certificates += isAsExpected ? 1 : 0
      }
    }
    for run in cases {
      let (isAsExpected, words) = try PKITSTests.judgeMessage(run, files)
      if deviations.removeValue(forKey: "\(run.id) message") != nil {
        #expect(!isAsExpected, "\(run) is listed as a deviation and is none")
        tally.deviations += 1
      } else {
        #expect(isAsExpected, "message of \(run) must be \(run.isValid ? "valid" : "invalid"): \(words)")
        tally.messages += isAsExpected ? 1 : 0
      }
    }
    #expect(deviations.isEmpty, "deviations of runs that do not exist: \(deviations.keys.sorted())")
    try tally.publish(runs: cases.count)
  }

  /// The message's signature must hold whatever the path; then the path must be as expected.
  private static func judgeMessage(_ run: PKITSCase, _ files: PKITSFiles) throws -> (Bool, String) {
    let (entity, encoded) = try files.message(run.message)
    var budget = Budget()
    let data = try SignedData(contentInfo: encoded[...], &budget)
    guard let signer = data.signerInfos.first, data.signerInfos.count == 1, data.contentOctets == nil else {
      return (false, "the message has \(data.signerInfos.count) signers")
    }
    // The end entity's key is always good, even where its certificate is not; a DSA key may need the path's parameters.
    let claimed = signer.certificate(among: data.certificates)
    guard let certificate = claimed else { return (false, "the signer's certificate is missing") }
    let result = try validate(run, certificate, with: data.certificates, crls: data.crls, files)
    func check(_ octets: [UInt8]) throws -> SignerCheck {
      try signer.check(
        contentType: data.contentType, contentOctets: octets[...], certificates: data.certificates, under: result, &budget)
    }
    let good = try check(entity)
    guard good.isValid else { return (false, "\(good.outcomes)") }
    var tampered = entity
    tampered[tampered.count / 2] ^= 1
    let broken = try check(tampered)
    guard !broken.isValid, broken.outcome(.messageDigest)?.passed == false else { return (false, "a changed message passes") }
    return (accepts(result) == run.isValid, words(result))
  }
}

/// Totals, printed on one line and written where ASSAY_SCORES says.
struct PKITSTally {
  var certificates = 0
  var messages = 0
  var deviations = 0

  func publish(runs: Int) throws {
    let line = "PKITS: \(certificates) of \(runs) runs over certificates, \(messages) of \(runs) over messages as expected"
    print("\(line), \(deviations) listed deviations")
    guard let folder = ProcessInfo.processInfo.environment["ASSAY_SCORES"] else { return }
    let json =
      "{\"suite\":\"pkits\",\"tests\":224,\"runs\":\(runs),\"certificateRunsAsExpected\":\(certificates),\"messageRunsAsExpected\":\(messages),"
      + "\"listedDeviations\":\(deviations)}\n"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(json.utf8).write(to: URL(fileURLWithPath: folder).appendingPathComponent("pkits.json"))
  }
}
