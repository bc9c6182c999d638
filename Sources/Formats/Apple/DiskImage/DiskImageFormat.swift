package import AssayBytes
import AssayContainers
package import AssayCore

/// Disk images (UDIF) with the code signature between their data and their trailer.
package enum DiskImageFormat: SignatureFormat {
  package static let id = "dmg"
  package static let name = "macOS disk image"
  package static let platform = "macos"
  package static let extensions = ["dmg"]
  package static let bundles = ["apple"]
  package static let findingCodes = DiskImageFindings.all + TicketFindings.all + AppleFindings.all

  /// By the trailer, by the marks of an encrypted image, or by the name: an image whose trailer was cut off is still one.
  package static func recognizes(_ probe: Probe) -> Bool {
    guard !probe.isFolder else { return false }
    return DiskImageTrailer.recognizes(probe.tail) || EncryptedImage.recognizes(probe.head, probe.tail)
      || probe.fileExtension == "dmg" && probe.byteCount > 0
  }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    if !DiskImageTrailer.recognizes(artifact.probe.tail), EncryptedImage.recognizes(artifact.probe.head, artifact.probe.tail) {
      return EncryptedImage(source: artifact.source)
    }
    return try DiskImageArtifact(artifact.source, &budget)
  }
}
