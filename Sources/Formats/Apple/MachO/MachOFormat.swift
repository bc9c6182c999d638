package import AssayBytes
import AssayContainers
package import AssayCore

/// Programs and libraries of Apple's systems with the code signatures inside them.
package enum MachOFormat: SignatureFormat {
  package static let id = "macho"
  package static let name = "Apple program or library (Mach-O)"
  package static let platform = "macos"
  package static let extensions = ["dylib", "so", "o", "kext"]
  package static let bundles = ["apple"]
  package static let findingCodes = MachOFindings.all + AppleFindings.all

  package static func recognizes(_ probe: Probe) -> Bool { !probe.isFolder && MachOFile.recognizes(probe.head) }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    try MachOArtifact(artifact.source, detached: try DetachedSignature.beside(artifact.place, &budget), &budget)
  }
}
