package import AssayBytes
import AssayContainers
package import AssayCore

/// Windows executables, libraries, drivers and EFI images with embedded Authenticode signatures.
package enum PEFormat: SignatureFormat {
  package static let id = "pe"
  package static let name = "Windows executable (PE)"
  package static let platform = "windows"
  package static let extensions = [
    "exe", "dll", "sys", "efi", "scr", "cpl", "ocx", "drv", "mui", "pyd", "node", "winmd", "ax", "acm",
  ]
  package static let bundles = ["microsoft"]
  package static let findingCodes = PEFindings.all + AuthenticodeFindings.all

  package static func recognizes(_ probe: Probe) -> Bool {
    !probe.isFolder && PEImage.recognizes(head: probe.head, byteCount: probe.byteCount)
  }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    try PEArtifact(artifact, &budget)
  }
}
