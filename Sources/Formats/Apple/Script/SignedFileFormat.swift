package import AssayBytes
package import AssayCore

/// Any other file with an Apple code signature kept beside it: scripts of shells and interpreters, data. Without one it is not of this
/// format, so that scripts of other systems stay what they are.
package enum SignedFileFormat: SignatureFormat {
  package static let id = "signed-file"
  package static let name = "File that codesign signed"
  package static let platform = "macos"
  package static let extensions: [String] = []
  package static let bundles = ["apple"]
  package static let findingCodes = ScriptFindings.all + AppleFindings.all

  /// The bytes alone do not tell.
  package static func recognizes(_ probe: Probe) -> Bool { false }

  package static func recognizes(_ artifact: Artifact) -> Bool {
    guard !artifact.probe.isFolder, !SignatureSearch.isCompanion(artifact.probe.name, artifact.probe.head),
      let place = artifact.place
    else { return false }
    return SignatureSearch.isSigned(place)
  }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    let isScript = ScriptLanguage.isScript(artifact.probe)
    return ScriptArtifact(
      artifact.source, place: artifact.place, roles: isScript ? [.script] : [], language: isScript ? "script" : "any file", &budget)
  }
}
