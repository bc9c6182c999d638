package import AssayBytes
package import AssayCore

/// What Apple lets a developer run where, with which entitlements: a property list, plain or in a SignedData.
package enum ProvisioningProfileFormat: SignatureFormat {
  package static let id = "provisionprofile"
  package static let name = "Provisioning profile"
  package static let platform = "macos"
  package static let extensions = ["provisionprofile", "mobileprovision"]
  package static let bundles = ["apple"]
  package static let findingCodes = ProfileFindings.all

  package static func recognizes(_ probe: Probe) -> Bool { !probe.isFolder && extensions.contains(probe.fileExtension) }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    try ProfileArtifact(artifact.source, .provisioning, &budget)
  }
}
