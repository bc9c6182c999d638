package import AssayBytes
package import AssayCore

/// Bundles: applications, frameworks, plug-ins, extensions, kernel extensions, script bundles; deep (`Contents`), flat and versioned.
package enum BundleFormat: SignatureFormat {
  package static let id = "bundle"
  package static let name = "macOS or iOS bundle"
  package static let platform = "macos"
  package static let extensions = [
    "app", "framework", "bundle", "appex", "kext", "scptd", "plugin", "xpc", "prefPane", "qlgenerator", "mdimporter", "saver",
    "service",
    "component", "action", "workflow", "dext", "systemextension",
  ].map { $0.lowercased() }
  package static let bundles = ["apple"]
  package static let findingCodes = BundleFindings.all

  /// By its ending, or by what stands in it: a folder with a known ending that holds nothing of a bundle is one all the same, so that it
  /// is never taken for no code.
  package static func recognizes(_ probe: Probe) -> Bool {
    guard probe.isFolder else { return false }
    func has(_ name: String) -> Bool { probe.members.contains { $0.utf8.elementsEqual(name.utf8) } }
    if extensions.contains(probe.fileExtension) { return !probe.members.isEmpty }
    if has("Contents/Info.plist") || has("Contents/_CodeSignature") { return true }
    return has("_CodeSignature") && has("Info.plist")
  }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    guard let folder = artifact.folder else { throw ParseError("io.missing", "the bundle's folder is not at hand") }
    return try BundleArtifact(folder, target: artifact.target, name: artifact.probe.name, outer: [], &budget)
  }
}
