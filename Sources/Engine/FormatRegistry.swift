import AssayApple
import AssayAuthenticode
package import AssayCore

/// The one static list of formats. Help, `assay formats`, docs, tests and fuzzers derive from it.
package enum FormatRegistry {
  /// In the order in which they are asked; the first that recognizes an artifact has it.
  package static let all: [any SignatureFormat.Type] = [
    PEFormat.self,
    PowerShellFormat.self,
    CatalogFormat.self,
    ClickOnceFormat.self,
    MSIFormat.self,
    CabinetFormat.self,
    HostScriptFormat.self,
    MSIXFormat.self,
    NuGetFormat.self,
    MachOFormat.self,
    BundleFormat.self,
  ]

  package static func format(_ id: String) -> (any SignatureFormat.Type)? { all.first { $0.id == id } }
}
