import AssayMaker

/// The folder that `assay demo` judges: good files and one of each way to be bad, with their own authority.
enum Demo {
  static let signed2021 = MakerTime(2021, 6, 1, 12)
  static let signed2025 = MakerTime(2025, 3, 1, 12)

  static let vendor = TestCA.code("Assay Example Ltd")
  static let other = TestCA.code("Unrelated Software GmbH", key: .fixed(10))
  static let expired = TestCA.code("Assay Example Ltd", key: .fixed(11)) {
    $0.notBefore = MakerTime(2020, 1, 1)
    $0.notAfter = MakerTime(2022, 1, 1)
  }
  static let stolen = TestCA.code("Careless Corp", key: .fixed(12))
  static let mailer = TestCA.code("Assay Example Ltd", key: .fixed(13)) {
    $0.extensions[2] = .extendedKeyUsage([Purpose.emailProtection])
  }

  static func stamped(_ identity: TestIdentity, _ time: MakerTime = signed2025) -> AuthenticodeSpec {
    AuthenticodeSpec(identity).with {
      $0.programName = "Assay demonstration"
      $0.time = .rfc3161(TimeStampSpec(at: time))
    }
  }

  static func program(_ name: String, company: String = "Assay Example Ltd", seed: UInt32 = 1) -> PESpec {
    PESpec().with {
      $0.sections = [.init(".text", PESpec.code(count: 9000, seed: seed)), .init(".data", PESpec.code(count: 700, seed: seed + 1))]
      $0.versionStrings = PESpec.version(company: company, name: name)
    }
  }

  static func write(to folder: OutputFolder) throws(OutputError) {
    try writeTrust(folder)
    try writePrograms(folder)
    try writeMasquerades(folder)
    try writeScripts(folder)
    try folder.write("README.txt", readme)
  }

  private static func writeTrust(_ folder: OutputFolder) throws(OutputError) {
    try folder.write("trust/root.pem", TestCA.codeRoot.pem + TestCA.timeRoot.pem)
    let list = RevocationListSpec(TestCA.codeIntermediate, [.init(stolen.leaf.serial, MakerTime(2024, 6, 1))])
    try folder.write("trust/code-signing.crl", list.encode())
  }

  private static func writePrograms(_ folder: OutputFolder) throws(OutputError) {
    let plain = program("tool.exe").build()
    let good = PESigner.sign(plain, stamped(vendor).with { $0.pageHashes = .v2 })
    try folder.write("files/good.exe", good)
    try folder.write("files/unsigned.exe", program("unsigned.exe", seed: 5).build())
    var tampered = good
    tampered[0x1A34] ^= 0x01
    try folder.write("files/tampered.exe", tampered)
    let victim = program("copied.exe", seed: 9).build()
    try folder.write("files/copied-signature.exe", PESigner.attach([PESigner.signature(of: good)], to: victim))
    try folder.write("files/expired.exe", PESigner.sign(plain, AuthenticodeSpec(expired)))
    try folder.write("files/expired-timestamped.exe", PESigner.sign(plain, stamped(expired, signed2021)))
    try folder.write("files/self-signed.exe", PESigner.sign(plain, stamped(TestCA.selfSigned())))
    try folder.write("files/look-alike-authority.exe", PESigner.sign(plain, stamped(TestCA.rogueCode())))
    try folder.write("files/wrong-usage.exe", PESigner.sign(plain, stamped(mailer)))
    let payload = CertificateTableSpec().with {
      $0.padding = Array("<script>payload after the signature</script>".utf8) + [0, 0, 0]
    }
    try folder.write("files/padded.exe", PESigner.sign(plain, stamped(vendor), table: payload))
    let dual = stamped(vendor).with {
      $0.digest = .sha1
      $0.nested = [stamped(vendor)]
    }
    try folder.write("files/dual-signed.exe", PESigner.sign(plain, dual))
    try folder.write("files/revoked.exe", PESigner.sign(program("careless.exe", seed: 21).build(), stamped(stolen)))
  }

  private static func writeMasquerades(_ folder: OutputFolder) throws(OutputError) {
    let update = program("update.exe", company: "Microsoft Corporation", seed: 31).build()
    try folder.write("files/wrong-publisher.exe", PESigner.sign(update, stamped(other)))
    let contoso = program("contoso.exe", company: "Contoso", seed: 35).build()
    try folder.write("files/other-company.exe", PESigner.sign(contoso, stamped(other)))
    let host = program("svchost.exe", company: "Microsoft Corporation", seed: 33).build()
    try folder.write("files/Windows/System32/svchost.exe", PESigner.sign(host, stamped(other)))
    let loader = program("player.exe", seed: 41).with { $0.imports = ["codec.dll"] }
    try folder.write("files/Player/player.exe", PESigner.sign(loader.build(), stamped(vendor)))
    let library = program("codec.dll", seed: 43).with { $0.isDLL = true }
    try folder.write("files/Player/codec.dll", library.build())
  }

  private static func writeScripts(_ folder: OutputFolder) throws(OutputError) {
    let text = "param([string]$Name = 'world')\r\nWrite-Output \"Hello, $Name\"\r\n"
    let good = ScriptSpec().sign(text, stamped(vendor))
    try folder.write("files/good.ps1", good)
    try folder.write("files/unsigned.ps1", text)
    try folder.write("files/tampered.ps1", Array("# changed\r\n".utf8) + good)
    try folder.write("files/appended.ps1", good + Array("Start-Process calc.exe\r\n".utf8))
    let types = "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\r\n<Types>\r\n</Types>\r\n"
    try folder.write("files/good.ps1xml", ScriptSpec(.xml, .utf8BOM).sign(types, stamped(vendor)))
  }

  private static let readme = """
    Made by assay-make with its own authority. Nothing here is real code.

    assay scan files --trust trust/root.pem --crl trust/code-signing.crl

    """
}
