package import AssayBytes
package import AssayCore

/// NuGet packages with an author's or a repository's signature.
package enum NuGetFormat: SignatureFormat {
  package static let id = "nupkg"
  package static let name = "NuGet package"
  package static let platform = "any"
  package static let extensions = ["nupkg", "snupkg"]
  package static let bundles = ["microsoft"]
  package static let findingCodes = NuGetFindings.all + ZIPFindings.all

  package static func recognizes(_ probe: Probe) -> Bool { !probe.isFolder && extensions.contains(probe.fileExtension) }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    try NuGetArtifact(artifact, &budget)
  }
}
