package import AssayBytes
import AssayContainers
package import AssayCore

/// MSIX and APPX packages and bundles, and the folder of an installed package with its signature beside the files.
package enum MSIXFormat: SignatureFormat {
  package static let id = "msix"
  package static let name = "Windows app package (MSIX, APPX)"
  package static let platform = "windows"
  package static let extensions = ["msix", "appx", "msixbundle", "appxbundle", "emsix", "eappx", "emsixbundle", "eappxbundle"]
  package static let bundles = ["microsoft"]
  package static let findingCodes = MSIXFindings.all + ZIPFindings.all + AuthenticodeFindings.all

  package static let folderMarks = [MSIXPart.blockMap.path]

  package static func recognizes(_ probe: Probe) -> Bool {
    if probe.isFolder { return isInstalled(probe.members) }
    let ending = probe.fileExtension
    // Tools that try digest algorithms name their packages after them: `.256appx`.
    return extensions.contains(ending) || ending.hasSuffix("appx") && ZIPArchive.recognizes(head: probe.head)
  }

  /// A package's folder below WindowsApps: block map and signature lie beside the files.
  private static func isInstalled(_ members: [String]) -> Bool {
    [MSIXPart.blockMap, .signature].allSatisfy { part in members.contains { $0.utf8.elementsEqual(part.path.utf8) } }
  }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    if let folder = artifact.folder { return try MSIXFolder(folder, &budget) }
    if let kind = MSIXEncrypted.kind(artifact.probe.head) { return MSIXEncrypted(kind: kind, source: artifact.source) }
    return try MSIXArtifact(artifact, &budget)
  }
}

/// The files of a package that make it one.
enum MSIXPart: CaseIterable {
  case contentTypes, blockMap, manifest, bundleManifest, signature, codeIntegrity

  /// Inside the package, with `/`.
  var path: String {
    switch self {
    case .contentTypes: "[Content_Types].xml"
    case .blockMap: "AppxBlockMap.xml"
    case .manifest: "AppxManifest.xml"
    case .bundleManifest: "AppxMetadata/AppxBundleManifest.xml"
    case .signature: "AppxSignature.p7x"
    case .codeIntegrity: "AppxMetadata/CodeIntegrity.cat"
    }
  }

  /// Sealed by the signature itself, or the signature: no block map lists it.
  var isOutsideBlockMap: Bool {
    switch self {
    case .contentTypes, .blockMap, .signature, .codeIntegrity: true
    case .manifest, .bundleManifest: false
    }
  }
}
