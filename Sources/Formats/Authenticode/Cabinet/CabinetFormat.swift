package import AssayBytes
import AssayContainers
package import AssayCore

/// Cabinets with a signature behind them, single or part of a set.
package enum CabinetFormat: SignatureFormat {
  package static let id = "cab"
  package static let name = "Windows cabinet"
  package static let platform = "windows"
  package static let extensions = ["cab"]
  package static let bundles = ["microsoft"]
  package static let findingCodes = CabinetFindings.all + AuthenticodeFindings.all

  package static func recognizes(_ probe: Probe) -> Bool { !probe.isFolder && probe.head.starts(with: Cabinet.magic) }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    try CabinetArtifact(artifact, &budget)
  }
}
