import AssayMaker

/// Single structures of each kind that the maker makes, so that OpenSSL can say what it thinks of them.
enum Parts {
  static func write(to folder: OutputFolder) throws(OutputError) {
    let manifest = ClickOnceSpec(Demo.vendor).with { $0.hasStandardNames = true }.sign()
    try folder.write("clickonce.xml", manifest)
    let forged = String(decoding: manifest, as: UTF8.self).replacing("Example.exe", with: "Another.exe", maxReplacements: 1)
    try folder.write("clickonce-bad.xml", Array(forged.utf8))
    let identity = Demo.vendor
    let message = Array("a message to sign".utf8)
    try folder.write("message", message)
    try folder.write("code-root.pem", TestCA.codeRoot.pem)
    try folder.write("code-intermediate.pem", TestCA.codeIntermediate.pem)
    try folder.write("leaf.pem", identity.leaf.pem)
    try folder.write("leaf.key", identity.leaf.key.pem)
    try folder.write("time-root.pem", TestCA.timeRoot.pem)
    try folder.write("bad-signature.pem", TestCA.code { $0.breaksSignature = true }.leaf.pem)
    let keys: [(String, TestKey)] = [("p256", .p256()), ("p384", .p384()), ("ed25519", .ed25519())]
    for (name, key) in keys { try folder.write("leaf-\(name).pem", TestCA.code(key: key).leaf.pem) }

    try folder.write("cms.der", SignedDataSpec(content: .octets(message), signers: [SignerSpec(identity)]).encode())
    var several = SignedDataSpec(content: .octets(message), signers: [SignerSpec(identity), SignerSpec(Demo.other)])
    several.indefinite = true
    try folder.write("cms-two-ber.der", several.encode())
    var byKey = SignerSpec(identity)
    byKey.usesKeyIdentifier = true
    try folder.write("cms-key-identifier.der", SignedDataSpec(content: .detached(message), signers: [byKey]).encode())
    var broken = SignerSpec(identity)
    broken.breaksSignature = true
    try folder.write("cms-bad.der", SignedDataSpec(content: .octets(message), signers: [broken]).encode())

    let stamp = TimeStampSpec(at: Demo.signed2025)
    try folder.write("stamp.tsr", stamp.response(over: message))
    var other = stamp
    other.imprint = Hash.sha256([1])
    try folder.write("stamp-bad.tsr", other.response(over: message))

    let entry = RevocationListSpec.Entry(Demo.stolen.leaf.serial, MakerTime(2024, 6, 1))
    let list = RevocationListSpec(TestCA.codeIntermediate, [entry]).encode()
    try folder.write("list.crl", Base64.pem("X509 CRL", list))
    try folder.write("stolen.pem", Demo.stolen.leaf.pem)
    try folder.write("ocsp-good.der", OCSPSpec(identity.leaf, issuer: TestCA.codeIntermediate, .good).encode())
    let revoked = OCSPSpec(Demo.stolen.leaf, issuer: TestCA.codeIntermediate, .revoked(MakerTime(2024, 6, 1), reason: 1))
    try folder.write("ocsp-revoked.der", revoked.encode())
  }
}
