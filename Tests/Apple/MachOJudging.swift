import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI

/// Judges Mach-O files by the flow that the tool uses, with the maker's roots in Apple's place.
struct MachOJudging {
  static let now = Moment(rfc3339: "2026-11-23T00:00:00Z")!
  var bundle = "apple"
  var timeBundle = "apple"
  var isStrict = false

  func callAsFunction(_ bytes: [UInt8]) -> Report { judged(bytes, name: "tool") }

  func judged(_ bytes: [UInt8], name: String) -> Report {
    guard let artifact = try? Artifact(target: name, name: name, source: MemorySource(bytes)) else {
      preconditionFailure("memory is always readable")
    }
    var work = Work()
    return Assessor().assess(artifact, in: context, &work)
  }

  var context: TrustContext {
    var context = TrustContext(
      trust: TrustStore(anchors: [anchor(TestCA.codeRoot, bundle), anchor(TestCA.timeRoot, timeBundle)]), now: MachOJudging.now)
    context.isStrict = isStrict
    return context
  }

  private func anchor(_ certificate: TestCertificate, _ bundle: String) -> TrustAnchor {
    var budget = Budget()
    guard let read = try? Certificate(encoded: certificate.der[...], &budget) else { preconditionFailure("the maker's own") }
    return TrustAnchor(read, bundle: bundle)
  }
}

extension Report {
  var allCodes: Set<String> { Set((findings + signatures.flatMap(\.findings)).map(\.code)) }
}

extension Report {
  /// The same signers stand for the same bytes as in `whole`, and no later or other time is proven: a timestamp may only be lost.
  func vouchesNoMore(than whole: Report) -> Bool {
    guard signatures.count == whole.signatures.count, digests.map(\.value) == whole.digests.map(\.value) else { return false }
    for (one, other) in zip(signatures, whole.signatures) {
      guard one.signer?.certificate == other.signer?.certificate, one.path == other.path else { return false }
      guard one.contentDigest == other.contentDigest, one.signedDigest == other.signedDigest else { return false }
      guard one.time.source == .claimed || one.time.source == .none || one.time.value == other.time.value else { return false }
    }
    return true
  }
}
