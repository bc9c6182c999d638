import AssayConfig
import AssayCore
import AssayPolicy
import AssayTrustData
import Testing

private let sha256 = String(repeating: "ab", count: 32)

private func saved(_ json: String) throws -> ReportFacts {
  try ReportFacts(saved: try JSONTree.parse(Array(json.utf8)[...], file: "r.jsonl"), file: "r.jsonl")
}

private func failure(_ json: String) -> String? {
  do {
    _ = try saved(json)
    return nil
  } catch {
    return (error as? ConfigError)?.description ?? "untyped"
  }
}

@Suite struct SavedReportTests {
  static let trusted = """
    {"target":"opt/corp/a.exe","format":"pe","roles":["executable"],"state":"trusted","decision":"accept","rule":null,"reason":"x",
     "digests":{"sha256":"\(sha256)"},"signatures":[{"kind":"embedded","index":0,"state":"trusted","digestAlgorithm":"sha256",
     "signer":{"subject":"CN=Corp,O=Corp Ltd","commonName":"Corp","organization":"Corp Ltd","teamID":null,"sha256":"\(sha256)",
     "spkiSHA256":"\(sha256)","notBefore":"2024-01-01T00:00:00Z","notAfter":"2027-01-01T00:00:00Z","path":["CN=Corp,O=Corp Ltd","CN=CA"],
     "anchor":"Corp Root","anchorBundle":"corp"},"time":{"source":"none","value":null,"authority":null},"revocation":"good"}],
     "findings":[],"attack":[],"nested":[],"identity":{"companyName":"Corp","originalFilename":null},"new":1}
    """

  @Test(arguments: [
    ("always", Decision.accept), ("anchor corp", .accept), ("anchor other", .reject),
    ("certificate leaf[subject.O] = \"Corp Ltd\"", .accept),
    ("certificate leaf[subject.O] = Other", .reject), ("certificate leaf[subject.OU] = x", .undecided),
    ("certificate 1[subject.O] exists", .undecided), ("certificate 3[subject.O] exists", .reject),
    ("certificate root[subject.CN] = \"Corp Root\"", .accept), ("certificate leaf[eku.1.2.3]", .undecided),
    ("key H\"\(sha256)\"", .accept),
    ("certificate leaf = H\"0123456789012345678901234567890123456789\"", .undecided),
  ])
  func judgesWhatIsKnown(require: String, decision: Decision) throws {
    let policy = try policy(
      "version: 1\nrules:\n  - name: a\n    match: {path: 'opt/**', role: executable, format: pe}\n    require: '\(require)'")
    #expect(policy.judge(try saved(Self.trusted)).decision == decision)
  }

  @Test func denyLists() throws {
    let facts = try saved(Self.trusted)
    for (entry, decision) in [
      ("sha256: \(sha256)", Decision.reject), ("sha1: 0123456789012345678901234567890123456789", .undecided),
      ("key-sha256: \(sha256)", .reject), ("certificate-sha1: 0123456789012345678901234567890123456789", .undecided),
    ] {
      #expect(try policy("version: 1\ndeny: [{\(entry)}]\ndefault: trusted").judge(facts).decision == decision, "\(entry)")
    }
  }

  @Test func theBuiltinRowsNeedTheVersionResource() throws {
    let builtin = try #require(CompiledPolicy.builtin("m1045", names: .windows))
    #expect(builtin.judge(try saved(Self.trusted)).decision == .accept)
    #expect(builtin.judge(try saved(Self.trusted.replacing("\"identity\"", with: "\"other\""))).decision == .undecided)
    let silent = Self.trusted.replacing("{\"companyName\":\"Corp\",\"originalFilename\":null}", with: "null")
    #expect(silent != Self.trusted)
    #expect(builtin.judge(try saved(silent)).decision == .accept)
    #expect(
      builtin.judge(try saved(Self.trusted.replacing("\"companyName\":\"Corp\"", with: "\"companyName\":\"Microsoft\""))).decision
        == .reject)
  }

  @Test func statesAndClaims() throws {
    let claimed = try saved(Self.trusted.replacing("\"state\":\"trusted\"", with: "\"state\":\"tampered\""))
    #expect(!claimed.signatures[0].isVerified)
    #expect(try policy("version: 1\ndefault: trusted").judge(claimed).decision == .reject)
    #expect(!(try saved("{\"target\":\"a\",\"state\":\"unsigned\",\"isCode\":false}")).isCode)
    let unsigned = try saved("{\"target\":\"a\",\"format\":null,\"state\":\"unsigned\",\"signatures\":[]}")
    #expect(try policy("version: 1\ndefault: unsafe-allow-unsigned").judge(unsigned).decision == .accept)
  }

  @Test(arguments: [
    ("[]", "a report is a JSON object"), ("{}", "the report has no \"target\""),
    ("{\"target\":\"a\"}", "the report has no \"state\""),
    ("{\"target\":1,\"state\":\"trusted\"}", "\"target\" is a string or null"),
    ("{\"target\":\"a\",\"state\":\"good\"}", "unknown state \"good\""),
    ("{\"target\":\"a\",\"state\":\"trusted\",\"roles\":[\"x\"]}", "unknown role \"x\""),
    ("{\"target\":\"a\",\"state\":\"trusted\",\"roles\":1}", "\"roles\" is a list"),
    ("{\"target\":\"a\",\"state\":\"trusted\",\"signatures\":[1]}", "a signature is a JSON object"),
    (
      "{\"target\":\"a\",\"state\":\"trusted\",\"signatures\":[{\"state\":\"trusted\",\"signer\":{\"sha256\":\"ab\"}}]}",
      "no SHA-256"
    ),
  ])
  func refuses(json: String, message: String) {
    #expect(failure(json)?.contains(message) == true, "\(failure(json) ?? "accepted")")
    #expect(failure(json)?.hasPrefix("r.jsonl:1:") == true)
  }
}
