import AssayApple
import AssayAuthenticode
import AssayBytes
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
    AppleScriptFormat.self,
    HostScriptFormat.self,
    MSIXFormat.self,
    NuGetFormat.self,
    MachOFormat.self,
    BundleFormat.self,
    VSIXFormat.self,
    DiskImageFormat.self,
    FlatPackageFormat.self,
    ConfigurationProfileFormat.self,
    ProvisioningProfileFormat.self,
    TarFormat.self,
    SignedFileFormat.self,
  ]

  /// What a walk needs to know of a bundle before it is judged: whether a seal holds everything in it, and its main executable.
  package static func bundleFacts(_ place: TreePlace, name: String) -> (isSealed: Bool, executable: String?) {
    var budget = Budget()
    guard let layout = try? BundleLayout(place.tree, root: place.path, name: name, &budget) else { return (false, nil) }
    let seal = (try? place.tree.kind("\(layout.signatureFolder)/CodeResources")) ?? nil
    return (seal == .file, layout.executablePath)
  }

  /// Names one of which is in every folder that is an artifact.
  package static let folderMarks: Set<[UInt8]> = Set(all.flatMap { $0.folderMarks }.map { Array($0.utf8) })

  package static func format(_ id: String) -> (any SignatureFormat.Type)? { all.first { $0.id == id } }
}
