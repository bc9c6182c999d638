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
