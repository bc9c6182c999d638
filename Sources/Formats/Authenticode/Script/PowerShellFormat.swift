package import AssayBytes
package import AssayCore

/// PowerShell scripts, modules, manifests, formats, consoles, CDXML and MOF with an appended signature block.
package enum PowerShellFormat: SignatureFormat {
  package static let id = "powershell"
  package static let name = "PowerShell script"
  package static let platform = "windows"
  package static let extensions = ["ps1", "psm1", "psd1", "ps1xml", "psc1", "cdxml", "mof"]
  package static let bundles = ["microsoft"]
  package static let findingCodes = PowerShellFindings.all + AuthenticodeFindings.all
  /// Larger scripts are not read. The largest signed script seen has 2 MB.
  package static let maximumBytes = 64 << 20

  package static func recognizes(_ probe: Probe) -> Bool { !probe.isFolder && extensions.contains(probe.fileExtension) }

  package static func parse(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) -> any ParsedArtifact {
    guard artifact.source.byteCount <= maximumBytes else {
      throw ParseError(
        "limit.script-bytes", "the script has \(artifact.source.byteCount) bytes; more than \(maximumBytes) are not read")
    }
    return try PowerShellArtifact(artifact, &budget)
  }
}
