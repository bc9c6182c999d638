import AssayApple
import AssayBytes
import AssayCore
import AssayEngine
import AssayPKI

/// Mach-O files as artifacts, and code signatures alone.
let appleFuzzTargets: [FuzzTarget] = [
  FuzzTarget(name: "macho") { bytes in
    var work = Work()
    let context = TrustContext(trust: TrustStore(), now: Moment(secondsSince1970: 1_795_392_000))
    guard let parsed = try? MachOArtifact(MemorySource(Array(bytes)), &work.budget) else { return }
    _ = parsed.inspection
    for image in parsed.file.images { _ = (image.dylibs, image.searchPaths, image.environment, image.builds, image.entryOffset) }
    guard let measured = try? parsed.measure(also: [.sha256], &work) else { return }
    for claim in parsed.claims {
      _ = claim.inspection
      _ = claim.check(measured, in: context, &work)
    }
  },
  FuzzTarget(name: "codesignature") { bytes in
    var work = Work()
    let context = TrustContext(trust: TrustStore(), now: Moment(secondsSince1970: 1_795_392_000))
    guard let blobs = try? SuperBlob(bytes, &work.budget).blobs,
      let signature = try? AppleSignature(blobs: blobs, info: .unknown, resources: .absent, &work.budget)
    else { return }
    let claim = AppleCodeClaim(
      kind: .detached, index: 0, signature: .success(signature), architecture: "", codeRange: 0..<bytes.count)
    var measured = Measurements()
    try? claim.measure(MemorySource(Array(bytes)), into: &measured)
    _ = claim.inspection
    _ = claim.check(measured, in: context, &work)
  },
  FuzzTarget(name: "detachedsignature") { bytes in
    var budget = Budget()
    guard let detached = try? DetachedSignature(bytes, &budget) else { return }
    for type: UInt32 in [0x0100_000C, 0x0100_0007, 0] {
      guard let blobs = try? detached.blobs(forCPU: type, &budget) else { continue }
      _ = try? AppleSignature(blobs: blobs, info: .absent, resources: .absent, &budget)
    }
  },
]
