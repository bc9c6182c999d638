import AssayApple
import AssayBytes
import AssayImporters
import AssayPolicy

/// The designated requirement that is made of a signature's own certificates: whatever is made can be written and read again.
let designatedFuzzTargets: [FuzzTarget] = [
  FuzzTarget(name: "designated") { bytes in
    var budget = Budget()
    guard let blobs = try? SuperBlob(bytes, &budget).blobs,
      let signature = try? AppleSignature(blobs: blobs, info: .absent, resources: .absent, &budget)
    else { return }
    let claim = AppleCodeClaim(
      kind: .detached, index: 0, signature: .success(signature), architecture: "", codeRange: 0..<bytes.count)
    guard let code = claim.code, let path = try? claim.claimedPath(&budget) else { return }
    for isApples in [false, true] {
      guard let made = Requirement.designated(code.identifier, path: path.map { CertificateFacts($0) }, isApples: isApples),
        let blob = try? made.blob()
      else { continue }
      // Longer ones than are read may be made of a long name.
      guard let reread = try? Requirement(blob: blob[...], &budget) else { continue }
      precondition(reread == made, "a made requirement changed on its way")
    }
  }
]
