/// A signed ClickOnce application manifest to be, from the structure that mage writes: the whole signed with the key of a strong name, a
/// licence inside it signed with the certificate.
package struct ClickOnceSpec: Sendable {
  static let asm1 = "urn:schemas-microsoft-com:asm.v1"
  static let asm2 = "urn:schemas-microsoft-com:asm.v2"
  static let dsig = "http://www.w3.org/2000/09/xmldsig#"
  static let rights = "urn:mpeg:mpeg21:2003:01-REL-R-NS"
  static let authenticode = "http://schemas.microsoft.com/windows/pki/2005/Authenticode"
  static let relation = "http://schemas.microsoft.com/windows/rel/2005/reldata"
  static let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"

  package var identity: TestIdentity
  package var stamp: TimeStampSpec?
  /// A timestamp of the old form in its place.
  package var legacyStamp: CountersignatureSpec?
  /// Files that it names, with their contents; nil leaves out the digest.
  package var files: [(name: String, content: [UInt8]?)] = []
  /// Name of the files' digests in place of their own.
  package var fileDigestMethod: String?
  package var fileTransform = "urn:schemas-microsoft-com:HashTransforms.Identity"
  package var hash = Hash.sha256
  /// A key of its own for the manifest in place of the certificate's.
  package var manifestKey: TestKey?
  package var token: [UInt8]?
  package var hasLicense = true
  /// The digest that the licence names, in place of the manifest's.
  package var licensedHash: [UInt8]?
  /// The text of the application's name, also after signing.
  package var name = "Example.exe"
  package var transforms = [dsig + "enveloped-signature", exclusive]
  package var comment: String?
  /// W3C's names of SHA-256 in place of Microsoft's, so that other programs know them.
  package var hasStandardNames = false

  package init(_ identity: TestIdentity, stamp: TimeStampSpec? = nil) {
    self.identity = identity
    self.stamp = stamp
  }
  package func with(_ change: (inout ClickOnceSpec) -> Void) -> ClickOnceSpec {
    var copy = self
    change(&copy)
    return copy
  }

  /// The root without a signature.
  package func manifest() -> XMLPiece {
    let key = manifestKey ?? identity.leaf.key
    let token = Self.hex(token ?? Self.token(key))
    let identity = XMLPiece(
      "asmv1", "assemblyIdentity", Self.asm1,
      [
        ("name", name), ("version", "1.0.0.0"), ("publicKeyToken", token), ("language", "neutral"),
        ("processorArchitecture", "msil"), ("type", "win32"),
      ])
    let publisher = XMLPiece(
      "", "publisherIdentity", Self.asm2,
      [
        ("name", "CN=Assay Example Ltd"),
        ("issuerKeyHash", Self.hex((self.identity.intermediates.first ?? self.identity.root).keyIdentifier)),
      ])
    var children: [XMLPiece.Child] = [
      .text("\n  "), .piece(identity), .text("\n  "), .piece(XMLPiece("", "application", Self.asm2)),
      .comment(comment ?? " a comment "), .text("\n  "),
    ]
    for (number, named) in files.enumerated() { children.append(.piece(file(number, named.name, named.content))) }
    children.append(.piece(publisher))
    return XMLPiece(
      "asmv1", "assembly", Self.asm1, [("manifestVersion", "1.0")],
      declaring: [("asmv1", Self.asm1), ("", Self.asm2), ("dsig", Self.dsig), ("unused", "urn:unused")], children)
  }

  /// The first is an assembly, as a program is, every other a file.
  private func file(_ number: Int, _ name: String, _ content: [UInt8]?) -> XMLPiece {
    func piece(_ name: String, _ attributes: [(name: String, value: String)] = [], _ children: [XMLPiece.Child] = []) -> XMLPiece {
      XMLPiece("dsig", name, Self.dsig, attributes, children)
    }
    let sealed = content.map { content -> XMLPiece in
      let digest = self.hash(content)
      return XMLPiece(
        "", "hash", Self.asm2,
        holding: [
          .piece(piece("Transforms", [], [.piece(piece("Transform", [("Algorithm", fileTransform)]))])),
          .piece(piece("DigestMethod", [("Algorithm", fileDigestMethod ?? Self.dsig + digestName)])),
          .piece(piece("DigestValue", [], [.text(Base64.encode(digest))])),
        ])
    }
    let children = sealed.map { [XMLPiece.Child.piece($0)] } ?? []
    let size = ("size", String(content?.count ?? 0))
    guard number == 0 else { return XMLPiece("", "file", Self.asm2, [("name", name), size], children) }
    let assembly = XMLPiece(
      "", "dependentAssembly", Self.asm2,
      [("dependencyType", "install"), ("allowDelayedBinding", "true"), ("codebase", name), size], children)
    return XMLPiece("", "dependency", Self.asm2, holding: [.piece(assembly)])
  }

  /// The document; unsigned without an identity's work.
  package func unsigned() -> [UInt8] { Self.file(manifest()) }

  package func sign() -> [UInt8] {
    var root = manifest()
    let digest = hash(Array(root.canonical().utf8))
    var info = [XMLPiece.Child.piece(keyValue(manifestKey ?? identity.leaf.key))]
    if hasLicense {
      info.append(
        .piece(
          XMLPiece("msrel", "RelData", Self.relation, declaring: [("msrel", Self.relation)], holding: [.piece(license(digest))])))
    }
    let signature = self.signature(
      "StrongNameSignature", digest, manifestKey ?? identity.leaf.key, keyInfo: info)
    root.children.append(.piece(signature))
    return Self.file(root)
  }

  private static func file(_ root: XMLPiece) -> [UInt8] {
    [0xEF, 0xBB, 0xBF] + Array("<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n".utf8) + Array(root.document.utf8)
  }

  private func license(_ digest: [UInt8]) -> XMLPiece {
    let information = XMLPiece(
      "as", "ManifestInformation", Self.authenticode,
      [("Hash", Self.hex((licensedHash ?? digest).reversed())), ("Description", ""), ("Url", "")],
      [.piece(XMLPiece("as", "assemblyIdentity", Self.authenticode, [("name", name), ("version", "1.0.0.0")]))])
    let grant = XMLPiece(
      "r", "grant", Self.rights,
      holding: [
        .piece(information), .piece(XMLPiece("as", "SignedBy", Self.authenticode)),
      ])
    var license = XMLPiece(
      "r", "license", Self.rights, declaring: [("r", Self.rights), ("as", Self.authenticode)],
      holding: [.piece(grant), .piece(XMLPiece("r", "issuer", Self.rights))])
    let digest = hash(Array(license.canonical().utf8))
    let certificates = XMLPiece(
      "", "X509Data", Self.dsig,
      holding: identity.chain.map { .piece(XMLPiece("", "X509Certificate", Self.dsig, holding: [.text(Base64.encode($0))])) })
    var signature = self.signature(
      "AuthenticodeSignature", digest, identity.leaf.key,
      keyInfo: [.piece(keyValue(identity.leaf.key)), .piece(certificates)])
    let token =
      legacyStamp?.answer(over: value(digest, identity.leaf.key)) ?? stamp?.token(over: value(digest, identity.leaf.key))
    if let token {
      let time = XMLPiece("as", "Timestamp", Self.authenticode, holding: [.text(Base64.encode(token))])
      signature.children.append(.piece(XMLPiece("", "Object", Self.dsig, holding: [.piece(time)])))
    }
    license.children = [.piece(grant), .piece(XMLPiece("r", "issuer", Self.rights, holding: [.piece(signature)]))]
    return license
  }

  private func signedInfo(_ digest: [UInt8]) -> XMLPiece {
    func method(_ name: String, _ algorithm: String) -> XMLPiece.Child {
      .piece(XMLPiece("", name, Self.dsig, [("Algorithm", algorithm)]))
    }
    let reference = XMLPiece(
      "", "Reference", Self.dsig, [("URI", "")],
      [
        .piece(XMLPiece("", "Transforms", Self.dsig, holding: transforms.map { method("Transform", $0) })),
        method("DigestMethod", hasStandardNames ? "http://www.w3.org/2001/04/xmlenc#sha256" : Self.dsig + digestName),
        .piece(XMLPiece("", "DigestValue", Self.dsig, holding: [.text(Base64.encode(digest))])),
      ])
    return XMLPiece(
      "", "SignedInfo", Self.dsig,
      holding: [
        method("CanonicalizationMethod", Self.exclusive),
        method(
          "SignatureMethod",
          (hasStandardNames ? "http://www.w3.org/2001/04/xmldsig-more#" : Self.dsig) + "rsa-" + digestName),
        .piece(reference),
      ])
  }

  private var digestName: String { hash == .sha1 ? "sha1" : "sha256" }

  private func value(_ digest: [UInt8], _ key: TestKey) -> [UInt8] { key.sign(Array(signedInfo(digest).canonical().utf8), hash) }

  private func signature(_ id: String, _ digest: [UInt8], _ key: TestKey, keyInfo: [XMLPiece.Child]) -> XMLPiece {
    XMLPiece(
      "", "Signature", Self.dsig, [("Id", id)], declaring: [("", Self.dsig)],
      [
        .piece(signedInfo(digest)),
        .piece(XMLPiece("", "SignatureValue", Self.dsig, holding: [.text(Base64.encode(value(digest, key)))])),
        .piece(XMLPiece("", "KeyInfo", Self.dsig, holding: keyInfo)),
      ])
  }

  private func keyValue(_ key: TestKey) -> XMLPiece {
    let (modulus, exponent) = key.rsaNumbers
    return XMLPiece(
      "", "KeyValue", Self.dsig,
      holding: [
        .piece(
          XMLPiece(
            "", "RSAKeyValue", Self.dsig,
            holding: [
              .piece(XMLPiece("", "Modulus", Self.dsig, holding: [.text(Base64.encode(modulus))])),
              .piece(XMLPiece("", "Exponent", Self.dsig, holding: [.text(Base64.encode(exponent))])),
            ]))
      ])
  }

  /// The strong name's token of an RSA key.
  static func token(_ key: TestKey) -> [UInt8] {
    let (modulus, exponent) = key.rsaNumbers
    func word(_ value: Int) -> [UInt8] {
      [UInt8(value & 255), UInt8(value >> 8 & 255), UInt8(value >> 16 & 255), UInt8(value >> 24)]
    }
    var blob = word(0x2400)
    blob += word(0x8004)
    blob += word(modulus.count + 20)
    blob += [6, 2, 0, 0]
    blob += word(0x2400)
    blob += [0x52, 0x53, 0x41, 0x31]
    blob += word(modulus.count * 8)
    blob += [UInt8](exponent.reversed()) + [UInt8](repeating: 0, count: 4 - exponent.count)
    blob += modulus.reversed()
    return Hash.sha1(blob).suffix(8).reversed()
  }

  static func hex(_ octets: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef")
    return String(octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
