package import AssayBytes
package import AssayCore

/// ClickOnce: the deployment manifest (`.application`) and the application manifest (`.manifest`), signed as XML with the key of a strong
/// name and with a certificate in a licence inside (mansign, [MS-] documents name no clause; see the sheet).
package enum ClickOnceFormat: SignatureFormat {
  package static let id = "clickonce"
  package static let name = "ClickOnce manifest"
  package static let platform = "windows"
  package static let extensions = ["application", "manifest", "vsto"]
  package static let bundles = ["microsoft"]
  package static let findingCodes = ClickOnceFindings.all

  /// A `.manifest` of side-by-side assemblies is no ClickOnce: it says nothing of asm.v2 and starts nothing.
  package static func recognizes(_ probe: Probe) -> Bool {
    guard !probe.isFolder, extensions.contains(probe.fileExtension) else { return false }
    let marker = Array("urn:schemas-microsoft-com:asm.v2".utf8)
    return probe.head.firstRange(of: marker) != nil
  }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    try ClickOnceArtifact(artifact, &budget)
  }
}
