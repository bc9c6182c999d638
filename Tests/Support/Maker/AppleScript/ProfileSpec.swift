/// Profiles to be: property lists, and the SignedData around them.
package enum ProfileSpec {
  package static func configuration(_ name: String = "Assay Example", extra: String = "") -> [UInt8] {
    BundleSpec.plist(
      "<key>PayloadType</key><string>Configuration</string><key>PayloadVersion</key><integer>1</integer>"
        + "<key>PayloadIdentifier</key><string>com.example.assay.profile</string><key>PayloadDisplayName</key><string>\(name)</string>"
        + "<key>PayloadContent</key><array><dict><key>PayloadType</key><string>com.apple.wifi.managed</string></dict></array>"
        + extra)
  }

  /// `certificates`: those that may sign the program.
  package static func provisioning(
    team: String = "ASSAYTEAM1", identifier: String = "ASSAYTEAM1.com.example.*", certificates: [[UInt8]] = [],
    expires: String = "2040-01-01T00:00:00Z"
  ) -> [UInt8] {
    let list = certificates.map { "<data>\(Base64.encode($0))</data>" }.joined()
    return BundleSpec.plist(
      "<key>Name</key><string>Assay Example</string><key>TeamIdentifier</key><array><string>\(team)</string></array>"
        + "<key>ExpirationDate</key><date>\(expires)</date><key>DeveloperCertificates</key><array>\(list)</array>"
        + "<key>Entitlements</key><dict><key>com.apple.application-identifier</key><string>\(identifier)</string></dict>"
        + "<key>UUID</key><string>00000000-0000-0000-0000-000000000001</string>")
  }

  package static func sign(
    _ content: [UInt8], _ identity: TestIdentity, edit: (inout SignedDataSpec) -> Void = { _ in }
  ) -> [UInt8] {
    var signer = SignerSpec(identity)
    signer.editSignedAttributes = { $0 + [.signingTime(MakerTime(2026, 3, 1))] }
    var data = SignedDataSpec(content: .octets(content), signers: [signer])
    edit(&data)
    return data.encode()
  }

  /// Whom Apple lets sign provisioning profiles for Macs.
  package static func issuer(
    leafMarkers: [String] = ["1.2.840.113635.100.4.11"], authorityMarkers: [String] = ["1.2.840.113635.100.6.2.1"]
  ) -> TestIdentity {
    AppleTestCA.developer(markers: leafMarkers, authorityMarkers: authorityMarkers)
  }
}
