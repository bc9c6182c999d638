package import AssayCore

/// Findings that taking inventory raises.
package enum InventoryFindings {
  package static let missing = FindingCode(
    "inventory.target.missing", "the configuration starts or loads a file that is not there",
    remedy: "check whether the disk is complete; else remove the entry or restore the file")

  package static let all: [FindingCode] = [missing] + RegistryHiveFindings.all + RegistryFindings.all
}
