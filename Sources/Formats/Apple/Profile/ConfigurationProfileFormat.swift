package import AssayBytes
package import AssayCore

/// Settings for a Mac or device, which install certificates, networks and management: a property list, plain or in a SignedData.
package enum ConfigurationProfileFormat: SignatureFormat {
  package static let id = "mobileconfig"
  package static let name = "Configuration profile"
  package static let platform = "macos"
  package static let extensions = ["mobileconfig"]
  package static let bundles = ["apple"]
  package static let findingCodes = ProfileFindings.all

  package static func recognizes(_ probe: Probe) -> Bool { !probe.isFolder && extensions.contains(probe.fileExtension) }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    try ProfileArtifact(artifact.source, .configuration, &budget)
  }
}
