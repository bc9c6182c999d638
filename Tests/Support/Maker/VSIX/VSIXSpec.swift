/// A Visual Studio extension to be, signed as an OPC package. The XML is written in its canonical form at once.
package struct VSIXSpec: Sendable {
  private static let dsig = "http://www.w3.org/2000/09/xmldsig#"
  private static let inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
  private static let relationships = "http://schemas.openxmlformats.org/package/2006/relationships"
  private static let folder = "package/services/digital-signature/"

  package var files: [(name: String, octets: [UInt8])]
  package var identity: TestIdentity
  package var stamp: TimeStampSpec?
  package var hash = Hash.sha256
  /// Edits the manifest's references before they are digested.
  package var editManifest: @Sendable (String) -> String = { $0 }
  package var editSignature: @Sendable (String) -> String = { $0 }
  /// The Object that SignedInfo refers to.
  package var reference = "#idPackageObject"
  package var editArchive: @Sendable (inout ZIPSpec) -> Void = { _ in }

  package init(_ identity: TestIdentity, _ files: [(name: String, octets: [UInt8])]) {
    self.identity = identity
    self.files = files
  }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  package func unsigned() -> ZIPSpec { archive([("_rels/.rels", Array(rootRelationships(nil).utf8))] + files) }

  package func sign() -> [UInt8] {
    let origin = "/\(Self.folder)origin.psdor"
    let toSignature =
      "<Relationships xmlns=\"\(Self.relationships)\"><Relationship Target=\"/\(Self.folder)xml-signature/a.psdsxs\" Id=\"R2\" "
      + "Type=\"http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/signature\"/></Relationships>"
    let all =
      [("_rels/.rels", Array(rootRelationships(origin).utf8))] + files + [
        ("\(Self.folder)origin.psdor", []), ("\(Self.folder)_rels/origin.psdor.rels", Array(toSignature.utf8)),
        ("\(Self.folder)xml-signature/a.psdsxs", Array(editSignature(signature()).utf8)),
      ]
    var made = archive(all)
    editArchive(&made)
    return made.build()
  }

  private func archive(_ files: [(name: String, octets: [UInt8])]) -> ZIPSpec {
    ZIPSpec(
      (files + [("[Content_Types].xml", Array(types.utf8))]).map { file in
        ZIPSpec.Entry(file.name, file.octets).with { $0.isDeflated = true }
      })
  }

  private func rootRelationships(_ origin: String?) -> String {
    var text = "<Relationships xmlns=\"\(Self.relationships)\">"
    text += "<Relationship Id=\"R9\" Type=\"urn:manifest\" Target=\"/extension.vsixmanifest\"/>"
    if let origin {
      text += "<Relationship Id=\"R1\" Target=\"\(origin)\" "
      text += "Type=\"http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin\"/>"
    }
    return text + "</Relationships>"
  }

  private static let defaults = [
    ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
    ("psdor", "application/vnd.openxmlformats-package.digital-signature-origin"),
    ("psdsxs", "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml"), ("dll", "application/octet-stream"),
    ("vsixmanifest", "text/xml"), ("json", "application/json"),
  ]

  private var types: String {
    let entries = Self.defaults.map { "<Default Extension=\"\($0.0)\" ContentType=\"\($0.1)\"/>" }.joined()
    return "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\(entries)</Types>"
  }

  private func reference(_ name: String, _ octets: [UInt8], transforms: String = "") -> String {
    let type = Self.defaults.first { name.hasSuffix("." + $0.0) }?.1 ?? ""
    return "<Reference URI=\"/\(name)?ContentType=\(type)\">\(transforms)<DigestMethod Algorithm=\"\(method)\"></DigestMethod>"
      + "<DigestValue>\(Base64.encode(hash(octets)))</DigestValue></Reference>"
  }

  private var method: String {
    switch hash {
    case .sha1: Self.dsig + "sha1"
    case .sha512: "http://www.w3.org/2001/04/xmlenc#sha512"
    default: "http://www.w3.org/2001/04/xmlenc#sha256"
    }
  }

  /// The manifest's relationship alone, as the Relationships Transform leaves it.
  private var rootReference: String {
    let transforms =
      "<Transforms><Transform Algorithm=\"http://schemas.openxmlformats.org/package/2006/RelationshipTransform\">"
      + "<RelationshipReference xmlns=\"http://schemas.openxmlformats.org/package/2006/digital-signature\" SourceId=\"R9\">"
      + "</RelationshipReference></Transform><Transform Algorithm=\"\(Self.inclusive)\"></Transform></Transforms>"
    let left =
      "<Relationships xmlns=\"\(Self.relationships)\"><Relationship Id=\"R9\" Target=\"/extension.vsixmanifest\" "
      + "TargetMode=\"Internal\" Type=\"urn:manifest\"></Relationship></Relationships>"
    return reference("_rels/.rels", Array(left.utf8), transforms: transforms)
  }

  private func signature() -> String {
    let references = files.map { reference($0.name, $0.octets) }.joined() + rootReference
    let object = "Id=\"idPackageObject\"><Manifest>\(editManifest(references))</Manifest></Object>"
    let digested = hash(Array("<Object xmlns=\"\(Self.dsig)\" \(object)".utf8))
    let algorithm = hash == .sha1 ? Self.dsig + "rsa-sha1" : "http://www.w3.org/2001/04/xmldsig-more#rsa-\(hash.rawValue)"
    let info =
      "<CanonicalizationMethod Algorithm=\"\(Self.inclusive)\"></CanonicalizationMethod>"
      + "<SignatureMethod Algorithm=\"\(algorithm)\"></SignatureMethod><Reference Type=\"\(Self.dsig)Object\" URI=\"\(reference)\">"
      + "<Transforms><Transform Algorithm=\"\(Self.inclusive)\"></Transform></Transforms>"
      + "<DigestMethod Algorithm=\"\(method)\"></DigestMethod><DigestValue>\(Base64.encode(digested))</DigestValue></Reference></SignedInfo>"
    let value = identity.leaf.key.sign(Array("<SignedInfo xmlns=\"\(Self.dsig)\">\(info)".utf8), hash)
    let certificates = identity.chain.map { "<X509Certificate>\(Base64.encode($0))</X509Certificate>" }.joined()
    var text = "<Signature xmlns=\"\(Self.dsig)\"><SignedInfo>\(info)<SignatureValue>\(Base64.encode(value))</SignatureValue>"
    text += "<KeyInfo><X509Data>\(certificates)</X509Data></KeyInfo><Object \(object)"
    if let stamp {
      text += "<Object><TimeStamp xmlns=\"http://schemas.openxmlformats.org/package/2006/digital-signature\" Id=\"t\"><Comment/>"
      text += "<EncodedTime>\(Base64.encode(stamp.token(over: value)))</EncodedTime></TimeStamp></Object>"
    }
    return text + "</Signature>"
  }
}
