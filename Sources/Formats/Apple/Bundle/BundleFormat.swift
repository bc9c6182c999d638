package import AssayBytes
package import AssayCore

/// Bundles: applications, frameworks, plug-ins, extensions, kernel extensions, script bundles; deep (`Contents`), flat and versioned.
package enum BundleFormat: SignatureFormat {
  package static let id = "bundle"
  package static let name = "macOS or iOS bundle"
  package static let platform = "macos"
  package static let extensions = ["app", "framework", "bundle", "plugin", "appex", "xpc", "kext", "scptd"]
  /// Of kinds of plug-ins that are rarer.
  private static let otherEndings = [
    "prefpane", "qlgenerator", "mdimporter", "saver", "service", "component", "action", "workflow", "dext", "systemextension",
  ]
  package static let bundles = ["apple"]
  package static let findingCodes = BundleFindings.all

  package static let folderMarks = ["Contents", "Info.plist", "Versions", "_CodeSignature", "Support Files"]

  /// By its ending together with anything of a bundle in it, so that one without Info.plist is never taken for no code; or by its parts.
  package static func recognizes(_ probe: Probe) -> Bool {
    guard probe.isFolder else { return false }
    func has(_ name: String) -> Bool { probe.members.contains { $0.utf8.elementsEqual(name.utf8) } }
    if extensions.contains(probe.fileExtension) || otherEndings.contains(probe.fileExtension) {
      return folderMarks.contains(where: has)
    }
    return has("Contents/Info.plist") || has("Contents/_CodeSignature") || has("_CodeSignature") && has("Info.plist")
  }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    guard let folder = artifact.folder else { throw ParseError("io.missing", "the bundle's folder is not at hand") }
    let place = artifact.surroundings?().flatMap { $0.path.isEmpty ? nil : TreePlace($0.tree, path: $0.path) }
    return try BundleArtifact(
      folder, name: artifact.probe.name, detached: try DetachedSignature.beside(place, &budget), outer: [],
      &budget)
  }
}
