import AssayBytes
import AssayPKI
import Foundation
import Testing

/// OpenSSL's fuzzing corpora (cms, x509, crl, asn1 and their kin) through every parser of untrusted PKI bytes: nothing crashes,
/// nothing hangs, and what a parser takes it can also check under the budget.
@Suite struct FuzzSeedTests {
  static let archive = ProcessInfo.processInfo.environment["ASSAY_CORPUS"].map {
    $0 + "/reliability/openssl-fuzz-corpora.tar.xz"
  }
  /// Limit for the 99th percentile of the processor time that one file takes in all parsers together, in milliseconds (release
  /// builds).
  static let limitMilliseconds = 50.0

  /// A parser by name, with the corpus that was made for its kind. True when it took the bytes.
  struct Parser: Sendable {
    let name: String
    let corpus: String
    let takes: @Sendable (ArraySlice<UInt8>) throws -> Bool
  }

  static let parsers: [Parser] = [
    Parser(name: "SignedData", corpus: "cms") { bytes in
      var budget = Budget()
      let data = try SignedData(contentInfo: bytes, &budget)
      try check(data)
      return true
    },
    Parser(name: "Certificate", corpus: "x509") { bytes in
      var budget = Budget()
      let certificate = try Certificate(encoded: bytes, &budget)
      judge(certificate)
      return true
    },
    Parser(name: "CertificateList", corpus: "crl") { bytes in
      var budget = Budget()
      _ = try CertificateList(encoded: bytes, &budget)
      return true
    },
    Parser(name: "ASN1Reader BER", corpus: "asn1") { try walk($0, .ber) },
    Parser(name: "ASN1Reader DER", corpus: "asn1parse") { try walk($0, .der) },
    Parser(name: "OCSPResponse", corpus: "asn1") { bytes in
      var budget = Budget()
      _ = try OCSPResponse(encoded: bytes, &budget)
      return true
    },
    Parser(name: "BasicOCSPResponse", corpus: "asn1") { bytes in
      var budget = Budget()
      _ = try OCSPResponse(basic: bytes, &budget)
      return true
    },
    Parser(name: "TimeStampToken", corpus: "cms") { bytes in
      var budget = Budget()
      _ = try TimeStampToken(encoded: bytes, &budget)
      return true
    },
    Parser(name: "TimeStampResp", corpus: "cms") { bytes in
      var budget = Budget()
      _ = try TimeStampToken(response: bytes, &budget)
      return true
    },
    Parser(name: "TSTInfo", corpus: "asn1") { bytes in
      var budget = Budget()
      _ = try TSTInfo(bytes, &budget)
      return true
    },
    Parser(name: "CertificateTrustList", corpus: "asn1") { bytes in
      var budget = Budget()
      _ = try CertificateTrustList(encoded: bytes, &budget)
      return true
    },
    Parser(name: "DistinguishedName", corpus: "x509") { bytes in
      let name = DistinguishedName(encoded: bytes)
      _ = (name.description, name.matches(name))
      return !name.isOpaque
    },
    Parser(name: "PublicKey", corpus: "x509") { bytes in
      if case .opaque = PublicKey(spki: bytes).kind { return false }
      return true
    },
  ]

  /// Processor time of this thread: other tests run beside this one and must not count.
  static func processorNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Reads everything that there is, down to the budget's depth.
  static func walk(_ bytes: ArraySlice<UInt8>, _ rules: ASN1Rules) throws -> Bool {
    var budget = Budget()
    var open = [ASN1Reader(bytes, rules: rules)]
    while var reader = open.popLast() {
      if reader.isAtEnd { continue }
      let element = try reader.next(&budget)
      _ = (element.text, try? element.time("seed"), try? element.integer("seed"), try? element.objectIdentifier("seed").description)
      _ = (try? element.boolean("seed"), try? element.bitString("seed"), try? element.octetString("seed", &budget))
      open.append(reader)
      if element.isConstructed { open.append(try element.reader("seed")) }
    }
    return true
  }

  /// Signers, timestamps and the evidence that the message brings, against no anchors.
  static func check(_ data: SignedData) throws {
    let now = Moment(secondsSince1970: 1_795_392_000)
    var work = Work()
    var evidence = RevocationEvidence()
    evidence.crls = data.crls
    evidence.ocspResponses = data.ocspResponses
    for signer in data.signerInfos {
      _ = try? signer.check(
        contentType: data.contentType, contentOctets: data.contentOctets ?? [], certificates: data.certificates, &work.budget)
      _ = signer.checkTimeStamps(
        tokenAttributes: [SignerInfo.authenticodeTokenAttribute, SignerInfo.tokenAttribute], certificates: data.certificates,
        trust: TrustStore(), now: now, revocation: evidence, &work)
    }
    guard let first = data.certificates.first, let last = data.certificates.last else { return }
    _ = PathValidator(.codeSigning).validate(
      first, with: data.certificates, trust: TrustStore(anchors: [TrustAnchor(last, bundle: "seed")]), signedAt: now, now: now,
      revocation: evidence, &work)
  }

  /// A certificate that is its own anchor.
  static func judge(_ certificate: Certificate) {
    let now = Moment(secondsSince1970: 1_795_392_000)
    var work = Work()
    _ = PathValidator(.codeSigning).validate(
      certificate, with: [certificate], trust: TrustStore(anchors: [TrustAnchor(certificate, bundle: "seed")]), signedAt: now,
      now: now, revocation: RevocationEvidence(), &work)
  }

  @Test(.enabled(if: archive != nil, "ASSAY_CORPUS is not set: the fuzz seeds are skipped"))
  func everySeedThroughEveryParser() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("assay-seeds-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    tar.arguments = ["tar", "-xJf", try #require(Self.archive), "-C", folder.path]
    try tar.run()
    tar.waitUntilExit()
    try #require(tar.terminationStatus == 0, "tar could not unpack the seeds")

    var taken: [String: Int] = [:]
    var nanoseconds: [UInt64] = []
    var slowest = (name: "", nanoseconds: UInt64(0))
    let root = folder.appendingPathComponent("openssl-fuzz-corpora")
    for corpus in try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() {
      for name in try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(corpus).path) {
        let bytes = Array(try Data(contentsOf: root.appendingPathComponent("\(corpus)/\(name)")))
        let start = Self.processorNanoseconds()
        for parser in Self.parsers where (try? parser.takes(bytes[...])) == true && parser.corpus == corpus {
          taken[parser.name, default: 0] += 1
        }
        let spent = Self.processorNanoseconds() - start
        nanoseconds.append(spent)
        if spent > slowest.nanoseconds { slowest = ("\(corpus)/\(name)", spent) }
      }
    }
    nanoseconds.sort()
    let p99 = Double(nanoseconds[nanoseconds.count * 99 / 100]) / 1e6
    let most = Double(slowest.nanoseconds) / 1e6
    print(
      "fuzz seeds: \(nanoseconds.count) files, p99 \(p99) ms in all parsers, slowest \(most) ms (\(slowest.name)), taken \(taken)")
    #expect(nanoseconds.count > 6_000)
    // The seeds of a kind hold real specimens too; a parser that takes none of them is broken.
    for parser in ["SignedData", "Certificate", "CertificateList", "ASN1Reader BER"] { #expect(taken[parser, default: 0] > 0) }
    #if !DEBUG
      #expect(p99 < Self.limitMilliseconds)
    #endif
  }
}
