import AssayApple
package import AssayCore
import AssayImporters
import AssayInventory
import AssayPolicy

/// Every finding code of every room, once, in byte order of their names. `assay formats --findings` prints it.
package enum FindingRegistry {
  package static let all: [FindingCode] = {
    var byName: [String: FindingCode] = [:]
    let rooms =
      EngineFindings.all + EvidenceFindings.all + PolicyFindings.all + ExecutionPolicyFindings.all + InventoryFindings.all
      + ImporterFindings.all + BundleFindings.all
      + RequirementFindings.all
      + XMLFindings.all + XMLSignatureFindings.all
      + FormatRegistry.all.flatMap { $0.findingCodes }
    for code in rooms { byName[code.name] = code }
    return byName.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }()
}
