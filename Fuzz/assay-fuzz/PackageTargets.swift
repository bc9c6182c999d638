import AssayAuthenticode
import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// Archives and the packages that are made of them.
let packageFuzzTargets: [FuzzTarget] = [
  FuzzTarget(name: "zip") { bytes in
    var budget = Budget()
    let source = MemorySource(bytes)
    guard let archive = try? ZIPArchive(source, &budget) else { return }
    var allowance = ZIPAllowance()
    for entry in archive.entries {
      precondition(entry.record.upperBound <= archive.end.directory.lowerBound, "an entry outside the archive")
      _ = try? archive.contents(entry, from: source, limit: 1 << 20, &allowance, &budget)
      _ = archive.records(without: entry)
      _ = try? archive.directory(without: entry, zeroingDisks: true, from: source, &budget)
    }
  },
  FuzzTarget(name: "msix") { bytes in judge(MSIXFormat.self, bytes, as: "x.msix") },
  FuzzTarget(name: "nupkg") { bytes in judge(NuGetFormat.self, bytes, as: "x.nupkg") },
  FuzzTarget(name: "vsix") { bytes in judge(VSIXFormat.self, bytes, as: "x.vsix") },
]

/// Parse, measure and check, as Engine does.
private func judge(_ format: any SignatureFormat.Type, _ bytes: ArraySlice<UInt8>, as name: String) {
  var work = Work()
  guard let artifact = try? Artifact(target: name, name: name, source: MemorySource(bytes)),
    let parsed = try? format.parse(artifact, &work.budget)
  else { return }
  _ = parsed.inspection
  guard let measured = try? parsed.measure(also: [], &work) else { return }
  let context = TrustContext(trust: TrustStore(), now: Moment(secondsSince1970: 1_795_392_000))
  for claim in parsed.claims {
    _ = claim.inspection
    _ = claim.check(measured, in: context, &work)
  }
}
