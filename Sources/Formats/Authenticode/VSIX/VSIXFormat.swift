package import AssayBytes
package import AssayCore

/// Visual Studio extensions: OPC packages with XML signatures over their parts.
package enum VSIXFormat: SignatureFormat {
  package static let id = "vsix"
  package static let name = "Visual Studio extension (VSIX)"
  package static let platform = "windows"
  package static let extensions = ["vsix"]
  package static let bundles = ["microsoft"]
  package static let findingCodes = VSIXFindings.all + ZIPFindings.all

  package static func recognizes(_ probe: Probe) -> Bool { !probe.isFolder && extensions.contains(probe.fileExtension) }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    try VSIXArtifact(artifact, &budget)
  }
}
