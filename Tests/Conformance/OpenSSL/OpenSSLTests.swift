import AssayBytes
import AssayPKI
import Foundation
import Testing

/// What OpenSSL makes, judged here: a peer that shares no line with this code.
@Suite(.serialized, .enabled(if: OpenSSLLab.path != nil, "openssl is not installed: its messages are skipped"))
struct OpenSSLTests {
  static let message = Array("The content,\r\nin two lines.\n".utf8)
  private static let rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]

  /// Name, arguments to `openssl cms -sign`, key.
  static let forms: [(name: String, arguments: [String], key: [String])] = [
    ("attached", ["-nodetach"], rsa), ("BER in pieces", ["-nodetach", "-stream"], rsa),
    ("key identifier", ["-nodetach", "-keyid"], rsa),
    ("no attributes", ["-nodetach", "-noattr"], rsa), ("SHA-1", ["-nodetach", "-md", "sha1"], rsa),
    ("SHA-224", ["-nodetach", "-md", "sha224"], rsa), ("SHA-384", ["-nodetach", "-md", "sha384"], rsa),
    ("SHA-512", ["-nodetach", "-md", "sha512"], rsa), ("SHA3-256", ["-nodetach", "-md", "sha3-256"], rsa),
    ("PSS", ["-nodetach", "-keyopt", "rsa_padding_mode:pss"], rsa), ("detached", [], rsa),
    ("no certificates", ["-nodetach", "-nocerts"], rsa),
    ("RSA 1024", ["-nodetach"], ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]),
    ("RSA 3072", ["-nodetach"], ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"]),
    ("P-256", ["-nodetach"], ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
    ("P-384", ["-nodetach", "-md", "sha384"], ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
    ("P-521", ["-nodetach", "-md", "sha512"], ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"]),
  ]

  @Test func everyFormOfMessage() throws {
    let lab = try OpenSSLLab()
    defer { lab.remove() }
    try lab.write("content", Self.message)
    for form in Self.forms {
      try lab.issue("leaf", key: form.key, usage: "codeSigning")
      try lab.run(
        [
          "cms", "-sign", "-binary", "-in", "content", "-signer", "leaf.pem", "-inkey", "leaf.key", "-outform", "DER", "-out",
          "out",
        ]
          + form.arguments)
      var budget = Budget()
      let data = try SignedData(contentInfo: try lab.read("out"), &budget)
      let isAttached = form.arguments.contains("-nodetach")
      #expect(data.contentOctets.map(Array.init) == (isAttached ? Self.message : nil), "\(form.name)")
      let signer = try #require(data.signerInfos.first)
      let certificates = data.certificates + (form.name == "no certificates" ? [try lab.certificate("leaf")] : [])
      func check(_ octets: [UInt8]) throws -> SignerCheck {
        try signer.check(contentType: data.contentType, contentOctets: octets[...], certificates: certificates, &budget)
      }
      let good = try check(Self.message)
      #expect(good.isValid, "\(form.name): \(good.outcomes.filter { $0.passed != true })")
      let changed = try check(Self.message + [0x20])
      let step: SignerCheck.Step = form.arguments.contains("-noattr") ? .signature : .messageDigest
      #expect(changed.outcomes.filter { $0.passed != true }.map(\.step) == [step], "\(form.name)")
      #expect(data.irregularities.isEmpty, "\(form.name): \(data.irregularities)")
    }
  }

  @Test(arguments: ["sha1", "sha256"]) func tokens(_ identifierDigest: String) throws {
    let lab = try OpenSSLLab()
    defer { lab.remove() }
    try lab.issue("tsa", usage: "critical,timeStamping")
    try lab.write("signature", Self.message)
    try lab.write("serial", "0A\n")
    try lab.write(
      "ts.cnf",
      "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\ndefault_policy=1.2.3.4.5\ndigests=sha256,sha512\naccuracy=secs:1,millisecs:500\n"
        + "ordering=yes\ntsa_name=yes\nsigner_digest=sha256\ness_cert_id_alg=\(identifierDigest)\n")
    try lab.run("ts", "-query", "-data", "signature", "-sha512", "-cert", "-out", "query")
    try lab.run(
      "ts", "-reply", "-config", "ts.cnf", "-section", "t", "-queryfile", "query", "-signer", "tsa.pem", "-inkey", "tsa.key",
      "-out",
      "reply")
    var work = Work()
    let token = try TimeStampToken(response: try lab.read("reply"), &work.budget)
    #expect(token.info.accuracyMicroseconds == 1_500_000)
    #expect(token.info.ordering)
    #expect(token.info.nonce != nil)
    #expect(token.info.tsa != nil)
    #expect(token.info.policy == "1.2.3.4.5")
    let trust = TrustStore(anchors: [TrustAnchor(try lab.certificate("ca"), bundle: "lab")])
    func check(_ octets: [UInt8], _ trust: TrustStore) -> TimeStampCheck {
      token.check(
        covering: octets[...], certificates: [], trust: trust, now: token.info.genTime.adding(seconds: 60),
        revocation: RevocationEvidence(), &work)
    }
    let good = check(Self.message, trust)
    #expect(good.failures.isEmpty)
    #expect(good.notes.isEmpty)
    #expect(good.verified?.moment == token.info.genTime)
    #expect(check(Self.message + [1], trust).failures.map(\.code) == ["pki.timestamp.imprint"])
    #expect(check(Self.message, TrustStore()).verified == nil)
  }

  @Test(arguments: [false, true]) func listsAndAnswers(_ isRevoked: Bool) throws {
    let lab = try OpenSSLLab()
    defer { lab.remove() }
    try lab.issue("leaf", usage: "codeSigning")
    try lab.issue("responder", usage: "OCSPSigning")
    let leaf = try lab.certificate("leaf")
    try lab.register(leaf, revoked: isRevoked)
    try lab.write("crlnumber", "01\n")
    try lab.write("ca.cnf", "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\n")
    try lab.run(
      "ca", "-gencrl", "-config", "ca.cnf", "-keyfile", "ca.key", "-cert", "ca.pem", "-crldays", "7", "-out", "list.pem")
    try lab.run("crl", "-in", "list.pem", "-outform", "DER", "-out", "list")
    try lab.run("ocsp", "-sha256", "-issuer", "ca.pem", "-cert", "leaf.pem", "-no_nonce", "-reqout", "request")
    for (signer, name) in [("ca", "direct"), ("responder", "delegated")] {
      try lab.run(
        "ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "\(signer).pem", "-rkey", "\(signer).key", "-reqin", "request",
        "-ndays", "7", "-respout", name)
    }
    let anchor = TrustAnchor(try lab.certificate("ca"), bundle: "lab")
    // A minute after the list was made, which was after the certificate's beginning.
    var budget = Budget()
    let now = try CertificateList(encoded: try lab.read("list"), &budget).thisUpdate.adding(seconds: 60)
    for name in ["list", "direct", "delegated"] {
      var evidence = RevocationEvidence()
      if name == "list" { evidence.crls = [try lab.read(name)] } else { evidence.ocspResponses = [try lab.read(name)] }
      var work = Work()
      let checker = RevocationChecker(evidence, certificates: [], signedAt: now, now: now)
      let result = try checker.check([leaf], anchor: anchor, &work)
      #expect(result.status == (isRevoked ? .revoked : .good), "\(name): \(result.certificates)")
      if isRevoked {
        #expect(result.certificates.first?.date == Moment(rfc3339: "2025-03-01T00:00:00Z"), "\(name)")
        #expect(result.certificates.first?.reason == .keyCompromise, "\(name)")
      }
    }
  }
}
