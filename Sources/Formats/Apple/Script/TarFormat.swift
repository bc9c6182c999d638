package import AssayBytes
import AssayContainers
package import AssayCore

/// Archives of tar that carry Apple's scripts or signed files: judged by what is in them. An archive without any stays unknown.
package enum TarFormat: SignatureFormat {
  package static let id = "tar"
  package static let name = "tar archive of signed files"
  package static let platform = "macos"
  package static let extensions = ["tar"]
  package static let bundles = ["apple"]
  package static let findingCodes = ScriptFindings.tar

  /// The first octets alone do not tell what is in it.
  package static func recognizes(_ probe: Probe) -> Bool { false }

  package static func recognizes(_ artifact: Artifact) -> Bool {
    guard !artifact.probe.isFolder, TarArchive.recognizes(artifact.probe.head) else { return false }
    var budget = Budget()
    do throws(ParseError) {
      return try TarArtifact(artifact.source, &budget).isOfInterest
    } catch {
      // What is broken and holds such a name or attribute in its beginning is not passed by.
      return TarFormat.mentions(artifact.probe.head)
    }
  }

  private static func mentions(_ head: [UInt8]) -> Bool {
    let text = String(decoding: head, as: Unicode.ASCII.self)
    return [CarriedSignature.attributePrefix, ".scpt", ".applescript"].contains { text.contains($0) }
  }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    try TarArtifact(artifact.source, &budget)
  }
}
