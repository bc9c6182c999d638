import AssayBytes
import AssayCore
import AssayPKI

/// An encrypted disk image: whether it is signed, and what is in it, cannot be seen without its key.
struct EncryptedImage: ParsedArtifact, Claim {
  let source: any ByteSource
  let kind: SignatureKind = .embedded
  let index = 0
  let roles: [Role] = []
  let identity = Identity()
  let findings: [Finding] = []
  var claims: [any Claim] { [self] }

  /// Version 2 has its mark at the beginning, version 1 at the end.
  static func recognizes(_ head: [UInt8], _ tail: [UInt8]) -> Bool {
    head.starts(with: Array("encrcdsa".utf8)) || tail.suffix(8).elementsEqual(Array("cdsaencr".utf8))
  }

  func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    try Measurements(flat: flat, of: source)
  }

  func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport {
    var report = SignatureReport(kind: .embedded, index: 0, state: .notAssessed)
    let words = "an encrypted disk image: signature and content cannot be read without its key"
    report.findings = [Finding("dmg.image.encrypted", .failure, words, offset: 0)]
    report.ladder.rungs = [Rung("container", .notEstablished, words, offset: 0, clause: "UDIF, encrypted images")]
    return report
  }

  var inspection: [InspectionLine] { [InspectionLine("encrypted", "yes")] }
}

extension Measurements {
  /// Digests of every byte, in one pass.
  init(flat algorithms: [DigestAlgorithm], of source: any ByteSource) throws(ParseError) {
    self.init()
    guard !algorithms.isEmpty else { return }
    var hashers = Set(algorithms).sorted().map { DigestHasher($0) }
    try source.forEachChunk(0..<source.byteCount) { _, chunk in
      for index in hashers.indices { hashers[index].update(chunk) }
    }
    for index in hashers.indices { digests[.init("flat", hashers[index].algorithm)] = hashers[index].finalize() }
  }
}
