import AssayBytes
import AssayContainers
import AssayCore

/// What AppxManifest.xml or AppxBundleManifest.xml says of the package.
struct MSIXManifest {
  let isBundle: Bool
  let publisher: XMLText?
  let identity: Identity

  /// Throws `xml.*`, and `msix.manifest.identity` where there is no Identity.
  init(_ octets: [UInt8], isBundle: Bool, _ budget: inout Budget) throws(ParseError) {
    self.isBundle = isBundle
    let document = try XMLDocument(parsing: octets[...], &budget)
    guard document.root.name == (isBundle ? "Bundle" : "Package"),
      let element = document.root.elements.first(where: { $0.name == "Identity" })
    else { throw ParseError("msix.manifest.identity", "the manifest does not say what the package is") }
    publisher = element.attribute("Publisher")
    var identity = Identity()
    identity.internalName = element.attribute("Name")?.string
    identity.productVersion = element.attribute("Version")?.string
    identity.architecture = element.attribute("ProcessorArchitecture")?.string
    if let properties = document.root.elements.first(where: { $0.name == "Properties" }) {
      identity.productName = properties.elements.first { $0.name == "DisplayName" }?.text.string
      identity.companyName = properties.elements.first { $0.name == "PublisherDisplayName" }?.text.string
    }
    self.identity = identity
  }
}
