import AssayAuthenticode
import AssayBytes
import AssayConfig
import AssayContainers
import AssayCore
import AssayEngine
import AssayPKI
import AssayPolicy
import Glibc

/// One parser under fuzzing: everything it reaches from these bytes must end in a value or a ParseError, within its Budget.
struct FuzzTarget: Sendable {
  let name: String
  let run: @Sendable (ArraySlice<UInt8>) -> Void
}

/// What the tool gives one artifact.
private func budget() -> Budget { Budget() }

private let moment = Moment(secondsSince1970: 1_795_392_000)

/// Every target; those of a topic are listed in a file of their own.
let fuzzTargets: [FuzzTarget] =
  pkiFuzzTargets
  + requirementFuzzTargets
  + xmlFuzzTargets
  + xmlSignatureFuzzTargets
  + catalogFuzzTargets
  + configurationFuzzTargets
  + installerFuzzTargets
  + packageFuzzTargets
  + importerFuzzTargets
  + registryFuzzTargets
  + appleFuzzTargets
  + bundleFuzzTargets
  + applePackageFuzzTargets
  + libraryFuzzTargets
  + appleScriptFuzzTargets
  + designatedFuzzTargets

let pkiFuzzTargets: [FuzzTarget] =
  [
    FuzzTarget(name: "asn1") { bytes in
      for rules in [ASN1Rules.der, .ber] {
        var budget = budget()
        walk(ASN1Reader(bytes, rules: rules), &budget)
      }
    },
    FuzzTarget(name: "certificate") { bytes in
      var work = Work()
      guard let certificate = try? Certificate(encoded: bytes, &work.budget) else { return }
      _ = certificate.subject.description
      _ = certificate.subject.matches(certificate.issuer)
      let trust = TrustStore(anchors: [TrustAnchor(certificate, bundle: "fuzz")])
      _ = PathValidator(.codeSigning).validate(
        certificate, with: [certificate], trust: trust, signedAt: moment, now: moment, revocation: RevocationEvidence(), &work)
      _ = PathValidator(.timeStamping).validate(
        certificate, with: [certificate], trust: TrustStore(), signedAt: moment, now: moment, revocation: RevocationEvidence(),
        &work)
    },
    FuzzTarget(name: "signeddata") { bytes in
      var work = Work()
      guard let signed = try? SignedData(contentInfo: bytes, &work.budget) else { return }
      let trust = TrustStore(anchors: signed.certificates.map { TrustAnchor($0, bundle: "fuzz") })
      for signer in signed.signerInfos {
        _ = try? signer.check(
          contentType: signed.contentType, contentOctets: signed.contentOctets ?? [], certificates: signed.certificates,
          &work.budget)
        _ = signer.checkTimeStamps(
          tokenAttributes: ["1.3.6.1.4.1.311.3.3.1", "1.2.840.113549.1.9.16.2.14"], certificates: signed.certificates, trust: trust,
          now: moment, revocation: RevocationEvidence(), &work)
      }
    },
    FuzzTarget(name: "revocation") { bytes in
      var work = Work()
      var evidence = RevocationEvidence()
      evidence.crls = [bytes]
      evidence.ocspResponses = [bytes]
      guard let pair = fuzzPath else { return }
      _ = PathValidator(.codeSigning).validate(
        pair, with: [], trust: TrustStore(anchors: [TrustAnchor(pair, bundle: "fuzz")]), signedAt: moment, now: moment,
        revocation: evidence, &work)
      _ = try? RevocationChecker(evidence, certificates: [pair], signedAt: moment, now: moment).check(
        [pair], anchor: TrustAnchor(pair, bundle: "fuzz"), &work)
    },
    FuzzTarget(name: "publickey") { bytes in
      guard bytes.count > 2 else { return }
      let cut = bytes.startIndex + min(bytes.count, Int(bytes[bytes.startIndex]) * 4 + 1)
      let key = PublicKey(spki: bytes[(bytes.startIndex + 1)..<cut])
      var budget = budget()
      for oid in ["1.2.840.113549.1.1.11", "1.2.840.113549.1.1.10", "1.2.840.10045.4.3.2", "1.3.101.112"] {
        guard let algorithm = OID(dotted: oid) else { continue }
        _ = try? key.verify(
          signature: bytes[cut...], algorithm: AlgorithmIdentifier(algorithm: algorithm, parameters: nil), message: bytes, &budget)
      }
    },
    FuzzTarget(name: "ctl") { bytes in
      var budget = budget()
      guard let list = try? CertificateTrustList(encoded: bytes, &budget) else { return }
      for subject in list.subjects {
        _ = try? subject.limits(&budget)
        _ = try? subject.friendlyName(&budget)
      }
    },
    FuzzTarget(name: "timestamp") { bytes in
      var budget = budget()
      _ = try? TimeStampToken(encoded: bytes, &budget)
      _ = try? TimeStampToken(response: bytes, &budget)
    },
    FuzzTarget(name: "requirement") { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      if let requirement = try? Requirement(parsing: text) {
        guard let again = try? Requirement(parsing: requirement.description), again == requirement else {
          fatalError("prints as something else: \(requirement.description)")
        }
      }
      _ = try? RequirementSet(parsing: text)
    },
    FuzzTarget(name: "json") { bytes in
      var budget = budget()
      _ = try? JSONValue(parsing: bytes, &budget)
    },
    FuzzTarget(name: "pe") { bytes in assess(bytes, name: "x.exe") },
    FuzzTarget(name: "powershell") { bytes in
      for name in ["x.ps1", "x.ps1xml", "x.mof"] { assess(bytes, name: name) }
    },
    FuzzTarget(name: "policy") { bytes in
      guard let tree = try? YAMLTree.parse(Array(bytes), file: "fuzz.yaml") else { return }
      guard let policy = try? CompiledPolicy(tree, file: "fuzz.yaml", load: { _ in [] }) else { return }
      _ = policy.printed()
      _ = policy.judge(Report(target: "a/b/c.exe", format: "pe", state: .unsigned), beside: FolderFacts())
    },
  ]

/// The whole flow for one artifact, as the tool runs it.
func assess(_ bytes: ArraySlice<UInt8>, name: String) {
  guard let artifact = try? Artifact(target: name, name: name, source: MemorySource(bytes)) else { return }
  var work = Work()
  let context = TrustContext(trust: TrustStore(), now: moment)
  _ = Assessor().assess(artifact, in: context, &work)
  var budget = budget()
  for format in FormatRegistry.all where format.recognizes(artifact.probe) {
    guard let parsed = try? format.parse(artifact, &budget) else { continue }
    _ = parsed.inspection
    for claim in parsed.claims { _ = claim.inspection }
  }
}

/// A certificate given by `Fuzz/run` for targets that need one beside the input.
nonisolated(unsafe) let fuzzPath: Certificate? = {
  guard let name = getenv("ASSAY_FUZZ_CERTIFICATE"), let file = fopen(name, "rb") else { return nil }
  defer { fclose(file) }
  var bytes = [UInt8](repeating: 0, count: 65_536)
  let count = fread(&bytes, 1, bytes.count, file)
  var budget = Budget()
  return try? Certificate(encoded: bytes[..<count], &budget)
}()

/// Visits every element and reads it as every primitive type.
private func walk(_ start: ASN1Reader, _ budget: inout Budget) {
  var reader = start
  while !reader.isAtEnd {
    guard let element = try? reader.next(&budget) else { return }
    if element.isConstructed, let inner = try? element.reader("fuzz") { walk(inner, &budget) }
    _ = try? element.boolean("fuzz")
    _ = try? element.integer("fuzz")
    _ = (try? element.objectIdentifier("fuzz"))?.description
    _ = try? element.bitString("fuzz")
    _ = try? element.octetString("fuzz", &budget)
    _ = element.text
    _ = (try? element.time("fuzz"))?.rfc3339
  }
}
