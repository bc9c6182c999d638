import AssayBytes
import AssayImporters
import AssayPolicy

let requirementFuzzTargets: [FuzzTarget] = [
  // What is read must be written as the same octets, and its text must compile to them where it has one.
  FuzzTarget(name: "requirement-blob") { bytes in
    var budget = Budget()
    guard let set = try? RequirementSet(blob: bytes, &budget) else { return }
    _ = set.description
    guard let written = try? set.blob() else { return }
    var again = Budget()
    let reread = try? RequirementSet(blob: written[...], &again)
    precondition(reread == set, "a requirement set changed on its way")
  }
]
