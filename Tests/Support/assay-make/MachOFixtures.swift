import AssayMaker

/// Mach-O files: genuine signed ones may not be redistributed, so all are made from the published structure.
enum MachOFixtures {
  private static let vendor = AppleTestCA.developer()
  private static let signature = CodeSignatureSpec(vendor).with {
    $0.team = "ASSAYTEAM1"
    $0.flags = 0x10000
    $0.time = Demo.signed2025
  }
  private static let adhoc = CodeSignatureSpec().with { $0.identifier = "tool" }
  private static let image = MachOSpec()
  private static let intel = MachOSpec(.x86_64)

  static func all() -> [Fixture] { good() + images() + signatures() }

  private static func made(_ name: String, _ state: String, _ why: String, _ octets: [UInt8]) -> Fixture {
    Fixture(format: "macho", name: name, file: "tool", state: state, why: why, octets: octets)
  }

  private static func good() -> [Fixture] {
    let both = [(MachOSpec.Machine.x86_64, intel.sign(signature)), (.arm64, image.sign(signature))]
    return [
      made("good", "trusted", "timestamped, one image", image.sign(signature)),
      made("good-universal", "trusted", "two images", MachOSpec.universal(both)),
      made("good-universal-64", "trusted", "two images in a table of 64 bits", MachOSpec.universal(both, isWide: true)),
      made(
        "good-two-directories", "trusted", "SHA-1 and SHA-256", image.sign(signature.with { $0.hashTypes = [1, 2] })),
      made("good-pages-16k", "trusted", "pages of 16 KiB", image.sign(signature.with { $0.pageBits = 14 })),
      made("good-sha384", "trusted", "SHA-384", image.sign(signature.with { $0.hashTypes = [4] })),
      made("good-32", "trusted", "32-bit image", MachOSpec(.i386).sign(signature)),
      made("good-big-endian", "trusted", "PowerPC", MachOSpec(.ppc).sign(signature)),
      made("unsigned", "unsigned", "no signature", image.build()),
      made(
        "unsigned-image", "unsigned", "one of two images is not signed", MachOSpec.universal([both[0], (.arm64, image.build())])),
      made("adhoc", "untrusted", "ad hoc", image.sign(adhoc)),
      made("linker", "untrusted", "signed by the linker", image.sign(adhoc.with { $0.flags = 0x20002 })),
    ]
  }

  private static func images() -> [Fixture] {
    let (first, second) = (intel.sign(signature), image.sign(signature))
    func flipped(_ octets: [UInt8], _ place: Int) -> [UInt8] {
      var copy = octets
      copy[place] ^= 1
      return copy
    }
    let payload = intel.with { $0.seed = 9 }.sign(adhoc)
    return [
      made("tampered-code", "tampered", "one bit of the code", flipped(second, 5_000)),
      made("tampered-header", "tampered", "a load command's version", flipped(second, 32 + 72 * 2 + 16)),
      made(
        "tampered-image", "tampered", "one bit of one image's code",
        flipped(MachOSpec.universal([(.x86_64, first), (.arm64, second)]), 8_192)),
      made(
        "mixed", "malformed", "one image is signed, the other ad hoc", MachOSpec.universal([(.arm64, second), (.x86_64, payload)])),
      made("duplicate", "malformed", "two images for one machine", MachOSpec.universal([(.arm64, second), (.arm64, second)])),
      made(
        "overlap", "malformed", "two images overlap",
        MachOSpec.universal([(.x86_64, first), (.arm64, second)]) { $0[0][3] += 8_192 }),
      made(
        "architecture", "malformed", "the table says another machine",
        MachOSpec.universal([(.x86_64, first), (.arm64, second)]) { $0[0][0] = 7 }),
      made("trailing", "malformed", "bytes after __LINKEDIT", image.with { $0.trailing = Array("payload".utf8) }.sign(signature)),
      made(
        "nested", "malformed", "a universal file inside of one",
        MachOSpec.universal([(.arm64, MachOSpec.universal([(.arm64, second)]))])),
    ]
  }

  private static func signatures() -> [Fixture] {
    func made(_ name: String, _ state: String, _ why: String, _ change: (inout CodeSignatureSpec) -> Void) -> Fixture {
      self.made(name, state, why, image.sign(signature.with(change)))
    }
    return [
      made("code-limit-short", "malformed", "a code limit that leaves a page out") { $0.codeLimit = 8_192 },
      made("blob-twice", "malformed", "a slot that stands twice") { $0.editBlobs = { $0 + [$0[1]] } },
      made("directory-gap", "malformed", "an alternate directory behind a gap") {
        $0.hashTypes = [2, 1]
        $0.editBlobs = { $0.map { $0.slot == 0x1000 ? (0x1001, $0.octets) : $0 } }
      },
      made("directory-added", "tampered", "a directory that the signer did not name") {
        let other = image.with { $0.seed = 4 }.build()
        $0.editBlobs = { blobs in
          let spare = CodeSignatureSpec(vendor).with { $0.hashTypes = [4] }.encode(over: other)
          let start = BigEndian.read(spare, 16)
          let directory = Array(spare[start..<(start + BigEndian.read(spare, start + 4))])
          return [blobs[0], (0x1000, directory)] + blobs.dropFirst()
        }
      },
      made("entitlements-unsealed", "malformed", "entitlements that nothing covers") {
        $0.editBlobs = { $0 + [(5, BigEndian.blob(0xFADE_7171, Array("<plist version=\"1.0\"><dict/></plist>".utf8)))] }
      },
      made("requirements-missing", "tampered", "requirements were taken out") { $0.editBlobs = { $0.filter { $0.slot != 2 } } },
      made("cms-empty", "malformed", "no CMS, and not ad hoc") {
        $0.identity = nil
      },
      made("two-signers", "malformed", "two signers") { $0.editSignedData = { $0.signers.append(SignerSpec(Demo.other)) } },
      made("team-other", "malformed", "another team than the certificate's") { $0.team = "OTHERTEAM1" },
      made("signature-bit", "tampered", "one bit of the signature value") { $0.editSigner = { $0.breaksSignature = true } },
      made("look-alike", "untrusted", "a look-alike's authority") {
        $0.identity = TestCA.rogueCode()
        $0.team = nil
      },
      made("self-signed", "untrusted", "self-signed, with the names of a developer") {
        $0.identity = TestCA.selfSigned {
          $0.subject = Name(commonName: "Developer ID Application: Assay (ASSAYTEAM1)", unit: "ASSAYTEAM1")
        }
      },
      made("expired", "expired", "no timestamp") {
        $0.identity = AppleTestCA.developer { $0.notAfter = MakerTime(2026, 6, 1) }
        $0.time = nil
      },
    ]
  }
}
