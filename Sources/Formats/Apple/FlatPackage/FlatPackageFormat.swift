import AssayContainers
package import AssayBytes
package import AssayCore

/// Flat installer packages and whatever else is a xar archive with a signature over its table of contents.
package enum FlatPackageFormat: SignatureFormat {
  package static let id = "pkg"
  package static let name = "macOS installer package (xar)"
  package static let platform = "macos"
  package static let extensions = ["pkg", "mpkg", "xar", "xip"]
  package static let bundles = ["apple"]
  package static let findingCodes = FlatPackageFindings.all + TicketFindings.all + AppleFindings.all

  package static func recognizes(_ probe: Probe) -> Bool { !probe.isFolder && XarArchive.recognizes(probe.head) }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    try FlatPackageArtifact(artifact.source, target: artifact.target, &budget)
  }
}
