import AssayBytes
import AssayCore
import AssayPKI

/// A script or program inside a package that has no signature of its own: what vouches for it is the package's, which covers its bytes.
struct CoveredPart: ParsedArtifact {
  let role: Role
  let cover: PackageCover
  let source: any ByteSource

  var roles: [Role] { [role] }
  let identity = Identity()
  var findings: [Finding] {
    guard role != .script else { return [] }
    return [
      Finding(
        "pkg.payload.unsigned", .warning,
        "the program has no signature of its own: the package's covers it until it is installed, nothing does after")
    ]
  }
  var claims: [any Claim] { cover.claims.map { CoveringClaim(claim: $0, measured: cover.measured) } }

  func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    try Measurements(flat: flat, of: source)
  }

  var inspection: [InspectionLine] { [] }
}

/// The package's claim, checked with what was measured of the package.
struct CoveringClaim: Claim {
  let claim: any Claim
  let measured: Measurements

  var kind: SignatureKind { .manifest }
  var index: Int { claim.index }
  var inspection: [InspectionLine] { claim.inspection }

  func check(_ measured: Measurements, in context: TrustContext, _ work: inout Work) -> SignatureReport {
    var report = claim.check(self.measured, in: context, &work)
    report.kind = kind
    return report
  }
}

/// A range of another source.
struct PackagePart: ByteSource {
  private let whole: any ByteSource
  private let range: Range<Int>

  init(_ whole: any ByteSource, _ range: Range<Int>) {
    self.whole = whole
    self.range = range
  }

  var byteCount: Int { range.count }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ParseError) {
    guard offset >= 0, offset <= range.count, buffer.count <= range.count - offset else {
      throw ParseError(
        "io.range", "\(buffer.count) bytes at \(offset) are outside the \(range.count) bytes that there are", offset: offset)
    }
    try whole.read(at: range.lowerBound + offset, into: buffer)
  }

  func confirmUnchanged() throws(ParseError) { try whole.confirmUnchanged() }
}
