import AssayBytes
import AssayCore
import AssayPKI

/// An encrypted package (EAPPX, EMSIX): its files cannot be seen without the store's key, so nothing is established.
struct MSIXEncrypted: ParsedArtifact, Claim {
  /// `package` or `bundle`.
  let kind: SignatureKind = .embedded
  let what: String
  let source: any ByteSource
  let index = 0
  let roles: [Role] = []
  let identity = Identity()
  let findings: [Finding] = []
  var claims: [any Claim] { [self] }

  init(kind: String, source: any ByteSource) {
    what = kind
    self.source = source
  }

  static func kind(_ head: [UInt8]) -> String? {
    if head.starts(with: Array("EXPH".utf8)) { return "package" }
    return head.starts(with: Array("EXBH".utf8)) ? "bundle" : nil
  }

  func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    for algorithm in flat {
      var hasher = DigestHasher(algorithm)
      try source.forEachChunk(0..<source.byteCount) { _, chunk in hasher.update(chunk) }
      measured.digests[.init("flat", algorithm)] = hasher.finalize()
    }
    return measured
  }

  func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport {
    var report = SignatureReport(kind: .embedded, index: 0, state: .notAssessed)
    let words = "an encrypted \(what): files and signature cannot be read without the store's key"
    report.findings = [Finding("msix.package.encrypted", .failure, words, offset: 0)]
    report.ladder.rungs = [Rung("container", .notEstablished, words, offset: 0, clause: "MSIX, encrypted packages")]
    return report
  }

  var inspection: [InspectionLine] { [InspectionLine("encrypted", what)] }
}
