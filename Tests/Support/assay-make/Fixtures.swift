import AssayMaker

/// One committed example with the answer that a correct verifier gives, at 2026-11-23, with `Fixtures/trust` as its only trust.
struct Fixture {
  let format: String
  let name: String
  /// File name; a script is known by its extension.
  let file: String
  /// `a|b`: either will do.
  let state: String
  /// What was changed against a correct file.
  let why: String
  let octets: [UInt8]
}

/// Writes `Fixtures/<format>/<case>/<file>` and `Fixtures/manifest.tsv`.
enum Fixtures {
  static func write(to folder: OutputFolder) throws(OutputError) {
    let cases: [[Fixture]] = [
      PEFixtures.all(),
      TimeFixtures.all(),
      ScriptFixtures.all(),
      CatalogFixtures.all(),
      InstallerFixtures.all(),
      HostScriptFixtures.all(),
      ClickOnceFixtures.all(),
      MSIXFixtures.all(),
      NuGetFixtures.all(),
      MachOFixtures.all(),
      BundleFixtures.all(),
      VSIXFixtures.all(),
      DiskImageFixtures.all(),
      FlatPackageFixtures.all(),
      AppleScriptFixtures.all(),
      ProfileFixtures.all(),
    ]
    var lines = ["path\torigin\tlicence\tsha256\tstate\tfinding\twhy"]
    for fixture in cases.joined().sorted(by: { ($0.format, $0.name) < ($1.format, $1.name) }) {
      let path = "\(fixture.format)/\(fixture.name)/\(fixture.file)"
      try folder.write(path, fixture.octets)
      let digest = hex(Hash.sha256(fixture.octets))
      lines.append(
        [path, "assay-make", "Apache-2.0", digest, fixture.state, FixtureCodes.code(fixture), fixture.why].joined(separator: "\t"))
    }
    try folder.write("manifest.tsv", lines.joined(separator: "\n") + "\n")
    try folder.write("trust/root.pem", TestCA.codeRoot.pem + TestCA.timeRoot.pem)
    let revoked = [RevocationListSpec.Entry(Demo.stolen.leaf.serial, MakerTime(2024, 6, 1))]
    try folder.write("trust/code-signing.crl", RevocationListSpec(TestCA.codeIntermediate, revoked).encode())
  }

  static func hex(_ octets: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// A name that is not too long and a small program behind it.
  static let plain = PESpec().with { $0.versionStrings = PESpec.version(company: "Assay Example Ltd", name: "tool.exe") }.build()
}
