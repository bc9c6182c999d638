/// An app package or bundle to be. The signature is made over the archive before its entry is there; the verifier takes it out again.
package struct MSIXSpec: Sendable {
  package static let publisher = "CN=Assay Example Ltd, O=Assay Example Ltd, L=Berlin, C=DE"

  /// Payload, names with `/`.
  package var files: [(name: String, octets: [UInt8])]
  package var publisher = Self.publisher
  package var isBundle = false
  package var isWide = false
  package var hash = Hash.sha256
  /// Code integrity catalog.
  package var codeIntegrity: [UInt8]?
  /// Files that no block map lists.
  package var unlisted: [(name: String, octets: [UInt8])] = []
  package var editBlockMap: @Sendable (String) -> String = { $0 }
  /// Edits the parts of the signed list before it is signed.
  package var editDigests: @Sendable ([(tag: String, digest: [UInt8])]) -> [(tag: String, digest: [UInt8])] = { $0 }
  package var magic = Array("PKCX".utf8)
  package var signatureTrailing: [UInt8] = []
  /// The other kind's Subject Interface Package.
  package var swapsInterface = false
  /// Edits the archive after signing, the signature's entry being there.
  package var editArchive: @Sendable (inout ZIPSpec) -> Void = { _ in }

  package init(_ files: [(name: String, octets: [UInt8])]) { self.files = files }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  package func sign(_ spec: AuthenticodeSpec?) -> [UInt8] {
    let archive = unsigned()
    var done = archive
    if let spec {
      let octets = magic + pkcs7(archive, spec) + signatureTrailing
      done.entries.append(ZIPSpec.Entry("AppxSignature.p7x", octets).with { $0.isDeflated = true })
    }
    editArchive(&done)
    return done.build()
  }

  /// The entry that signing adds.
  package func signatureEntry(_ spec: AuthenticodeSpec) -> ZIPSpec.Entry {
    ZIPSpec.Entry("AppxSignature.p7x", magic + pkcs7(unsigned(), spec)).with { $0.isDeflated = true }
  }

  /// The archive without signature.
  package func unsigned() -> ZIPSpec {
    let listed = files + [(manifestName, Array(manifest.utf8))]
    var entries = (listed + unlisted).map { file in
      ZIPSpec.Entry(Self.encoded(file.name), file.octets).with {
        $0.isDeflated = !file.name.hasSuffix(".png") && !file.name.hasSuffix(".msix")
        $0.hasDescriptor = true
      }
    }
    let inMap = listed.filter { !(isBundle && $0.name.hasSuffix(".msix")) }
    entries.append(ZIPSpec.Entry("AppxBlockMap.xml", Array(editBlockMap(blockMap(inMap)).utf8)).with { $0.hasDescriptor = true })
    entries.append(ZIPSpec.Entry("[Content_Types].xml", Array(contentTypes.utf8)).with { $0.isDeflated = true })
    if let codeIntegrity { entries.append(ZIPSpec.Entry("AppxMetadata/CodeIntegrity.cat", codeIntegrity)) }
    return ZIPSpec(entries).with { $0.isWide = isWide }
  }

  private func pkcs7(_ archive: ZIPSpec, _ spec: AuthenticodeSpec) -> [UInt8] {
    let hash = spec.contentDigest ?? spec.digest
    let (records, directory) = archive.layout()
    func contents(_ name: String) -> [UInt8] { archive.entries.first { $0.name == Array(name.utf8) }?.octets ?? [] }
    var parts: [(tag: String, digest: [UInt8])] = [
      ("AXPC", hash(records)), ("AXCD", hash(directory)), ("AXCT", hash(contents("[Content_Types].xml"))),
      ("AXBM", hash(contents("AppxBlockMap.xml"))),
    ]
    if let codeIntegrity { parts.append(("AXCI", hash(codeIntegrity))) }
    let list = Array("APPX".utf8) + editDigests(parts).flatMap { Array($0.tag.utf8) + $0.digest }
    let interface = isBundle != swapsInterface ? Self.bundleInterface : Self.packageInterface
    let information = DER.seq([DER.int(0x0101_0000), DER.octets(interface)] + (0..<5).map { _ in DER.int(0) })
    let content = DER.seq(
      DER.seq(DER.oid("1.3.6.1.4.1.311.2.1.30"), information), DER.seq(hash.algorithm, DER.octets(spec.imageDigest ?? list)))
    return spec.sign(content: content) { pkcs7(archive, $0) }
  }

  private var manifestName: String { isBundle ? "AppxMetadata/AppxBundleManifest.xml" : "AppxManifest.xml" }

  private var manifest: String {
    let name = publisher.replacing("\"", with: "&quot;")
    let identity = "<Identity Name=\"Assay.Example\" Publisher=\"\(name)\" Version=\"1.2.3.0\" ProcessorArchitecture=\"x64\"/>"
    if isBundle { return "<Bundle xmlns=\"http://schemas.microsoft.com/appx/2013/bundle\">\(identity)</Bundle>" }
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
      + "<Package xmlns=\"http://schemas.microsoft.com/appx/manifest/foundation/windows10\">\(identity)"
      + "<Properties><DisplayName>Example</DisplayName><PublisherDisplayName>Assay Example</PublisherDisplayName></Properties></Package>"
  }

  private func blockMap(_ listed: [(name: String, octets: [UInt8])]) -> String {
    let method = hash == .sha512 ? "sha512" : "sha256"
    let files = listed.map { file in
      let blocks = stride(from: 0, to: file.octets.count, by: 65_536).map { place in
        let block = Array(file.octets[place..<min(place + 65_536, file.octets.count)])
        return "<Block Hash=\"\(Base64.encode(hash(block)))\"/>"
      }
      let name = file.name.replacing("/", with: "\\").replacing("&", with: "&amp;")
      let header = 30 + Self.encoded(file.name).utf8.count
      return "<File Name=\"\(name)\" Size=\"\(file.octets.count)\" LfhSize=\"\(header)\">\(blocks.joined())</File>"
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\r\n"
      + "<BlockMap xmlns=\"http://schemas.microsoft.com/appx/2010/blockmap\" HashMethod=\"http://www.w3.org/2001/04/xmlenc#\(method)\">"
      + files.joined() + "</BlockMap>"
  }

  private var contentTypes: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
      + "<Default Extension=\"xml\" ContentType=\"application/vnd.ms-appx.manifest+xml\"/>"
      + "<Override PartName=\"/AppxSignature.p7x\" ContentType=\"application/vnd.ms-appx.signature\"/></Types>"
  }

  /// Spaces as OPC names have them.
  private static func encoded(_ name: String) -> String { name.replacing(" ", with: "%20") }

  private static let packageInterface: [UInt8] = [
    0x4B, 0xDF, 0xC5, 0x0A, 0x07, 0xCE, 0xE2, 0x4D, 0xB7, 0x6E, 0x23, 0xC8, 0x39, 0xA0, 0x9F, 0xD1,
  ]
  private static let bundleInterface: [UInt8] = [
    0xB3, 0x58, 0x5F, 0x0F, 0xDE, 0xAA, 0x9A, 0x4B, 0xA4, 0x34, 0x95, 0x74, 0x2D, 0x92, 0xEC, 0xEB,
  ]
}
