import AssayMaker

/// Flat packages: signed ones may not be redistributed, so all are made from the published structure.
enum FlatPackageFixtures {
  private static let signer = AppleTestCA.installer()
  private static let program = MachOSpec().with { $0.codeBytes = 800 }.sign(
    CodeSignatureSpec(AppleTestCA.developer()).with {
      $0.team = "ASSAYTEAM1"
      $0.time = Demo.signed2025
    })
  private static let files = PackageSample.files(program: program)
  private static let package = XarSpec(files, signer).with { $0.time = Demo.signed2025 }

  static func all() -> [Fixture] { good() + archives() + signatures() }

  private static func made(_ name: String, _ state: String, _ why: String, _ octets: [UInt8]) -> Fixture {
    Fixture(format: "pkg", name: name, file: "tool.pkg", state: state, why: why, octets: octets)
  }

  private static func made(_ name: String, _ state: String, _ why: String, _ change: (inout XarSpec) -> Void) -> Fixture {
    made(name, state, why, package.with(change).encode())
  }

  private static func good() -> [Fixture] {
    let unsignedTool = PackageSample.files(program: MachOSpec().with { $0.codeBytes = 800 }.build())
    return [
      made("good", "trusted", "both signatures, timestamped", package.encode()),
      made("good-rsa", "trusted", "the RSA signature alone") { $0.hasCMS = false },
      made("good-sha256", "trusted", "a table covered by SHA-256") { $0.digest = .sha256 },
      made("good-ticket", "trusted", "a stapled ticket that names it") { $0.ticket = { TestTicket.naming([$0]) } },
      made("good-product", "trusted", "a component in a folder of the archive") {
        $0.files =
          [XarSpec.File("Distribution", Array("<installer-gui-script/>".utf8), isPacked: true)]
          + PackageSample.files(program: program, prefix: "tool.pkg/")
      },
      made("good-unsigned-tool", "trusted", "a program without a signature, covered by the package's") { $0.files = unsignedTool },
      made("good-gap", "trusted", "bytes of the heap that belong to nothing") { $0.gap = [1, 2, 3, 4] },
      made("unsigned", "unsigned", "no signature") { $0.identity = nil },
    ]
  }

  private static func archives() -> [Fixture] {
    let tampered = PackageSample.files(program: flipped(program, 4_200))
    return [
      made("tampered-file", "tampered", "one bit of the payload") { $0.editHeap = { flipped($0, $0.count - 2_000) } },
      made("tampered-checksum", "tampered", "one bit of the table's stored checksum") { $0.editHeap = { flipped($0, 3) } },
      made("tampered-program", "tampered", "the payload's program does not match its own signature") { $0.files = tampered },
      made("extracted", "tampered", "a file unpacks to something else than its checksum says") {
        $0.files[0].extracted = [UInt8](repeating: 3, count: 20)
      },
      made("checksum-missing", "malformed", "a file without a checksum") { $0.files[3].style = "none" },
      made("checksum-md5", "malformed", "a file with an MD5 checksum") { $0.files[3].style = "md5" },
      made("trailing", "malformed", "bytes behind the heap") { $0.trailing = Array("payload".utf8) },
      made("overlap", "tampered", "two files overlap") {
        $0.editTable = { table in
          // The second file begins one byte earlier.
          let place = 20 + 256 + 6_000 + StoredStream.zlib(files[0].octets).count
          return replaced(table, "<offset>\(place)</offset>", "<offset>\(place - 1)</offset>")
        }
      },
      made("name-twice", "malformed", "two files of one name") { $0.files[1].path = "PackageInfo" },
      made("name-escape", "malformed", "a name that leads out") {
        $0.editTable = { replaced($0, "<name>Bom</name>", "<name>../Bom</name>") }
      },
      made("data-twice", "malformed", "a file with two places") {
        $0.editTable = {
          replaced(
            $0, "<type>file</type><name>Bom</name>",
            "<data><offset>0</offset><size>1</size><length>1</length></data><type>file</type><name>Bom</name>")
        }
      },
      made("table-none", "malformed", "a table that no checksum covers") {
        $0.editHeader = { Array($0[..<24]) + BigEndian.word(0) }
      },
    ]
  }

  private static func signatures() -> [Fixture] {
    [
      made("signature-bit", "tampered", "one bit of the CMS signature's value") { $0.editSigner = { $0.breaksSignature = true } },
      made("signature-other", "tampered", "signatures of another package") {
        let other = package.with { $0.files.removeLast() }.encode()
        let start = 28 + BigEndian.read(other, 12) + 20
        let theirs = Array(other[start..<(start + 6_256)])
        $0.editHeap = { Array($0[..<20]) + theirs + Array($0[6_276...]) }
      },
      made("two-signers", "malformed", "the RSA signature is another's") {
        $0.otherIdentity = AppleTestCA.installer("Other Ltd", unit: "OTHERTEAM1", key: .fixed(12))
      },
      made("two-signer-infos", "malformed", "two signers in the CMS signature") {
        $0.room = 9_000
        $0.editSignedData = { $0.signers.append(SignerSpec(Demo.other)) }
      },
      made("ticket-other", "malformed", "a ticket that was issued for another package") {
        $0.ticket = { _ in TestTicket.naming([[UInt8](repeating: 7, count: 20)]) }
      },
      made("look-alike", "untrusted", "a look-alike's authority") { $0.identity = TestCA.rogueCode() },
      made("usage-email", "wrong-usage", "a certificate for mail") {
        $0.identity = AppleTestCA.installer(usage: ["1.3.6.1.5.5.7.3.4"])
      },
      made("expired", "expired", "no timestamp") {
        $0.identity = AppleTestCA.installer { $0.notAfter = MakerTime(2026, 6, 1) }
        $0.time = nil
      },
    ]
  }

  private static func flipped(_ octets: [UInt8], _ place: Int) -> [UInt8] {
    var copy = octets
    copy[place] ^= 1
    return copy
  }

  private static func replaced(_ text: String, _ part: String, _ other: String) -> String {
    guard let range = text.firstRange(of: part) else { return text }
    return text.replacingCharacters(in: range, with: other)
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<String.Index>, with other: String) -> String {
    self[..<range.lowerBound] + other + self[range.upperBound...]
  }
}
