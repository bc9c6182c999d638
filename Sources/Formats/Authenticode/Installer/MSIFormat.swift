package import AssayBytes
import AssayContainers
package import AssayCore

/// Windows Installer packages, patches, transforms and merge modules: compound files with a signature in a stream.
package enum MSIFormat: SignatureFormat {
  package static let id = "msi"
  package static let name = "Windows Installer package"
  package static let platform = "windows"
  package static let extensions = ["msi", "msp", "mst", "msm"]
  package static let bundles = ["microsoft"]
  package static let findingCodes = MSIFindings.all + AuthenticodeFindings.all

  /// Class ids of the root storage by the kind of file: Windows Installer opens a package whatever its name is.
  static let classes: [(id: [UInt8], kind: String)] = [
    (classID(0x84), "package or merge module"), (classID(0x86), "patch"), (classID(0x82), "transform"),
  ]

  /// {000C10xx-0000-0000-C000-000000000046} as it is kept.
  private static func classID(_ number: UInt8) -> [UInt8] { [number, 0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46] }

  package static func recognizes(_ probe: Probe) -> Bool {
    !probe.isFolder && CompoundFile.recognizes(head: probe.head)
      && (extensions.contains(probe.fileExtension) || classes.contains { $0.id == probe.compoundClassID })
  }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    try MSIArtifact(artifact, &budget)
  }
}
