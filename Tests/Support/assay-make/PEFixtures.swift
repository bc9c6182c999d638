import AssayMaker

/// Images, digests and the layout of the certificate table.
enum PEFixtures {
  static func all() -> [Fixture] { good() + content() + table() + message() + identity() + strongNames() }

  static func pe(_ name: String, _ state: String, _ why: String, _ octets: [UInt8]) -> Fixture {
    let file = name.contains("dll") ? "library.dll" : "program.exe"
    return Fixture(format: "pe", name: name, file: file, state: state, why: why, octets: octets)
  }

  static let signer = Demo.stamped(Demo.vendor)
  static let plain = Fixtures.plain

  private static func good() -> [Fixture] {
    func with(_ change: (inout AuthenticodeSpec) -> Void) -> [UInt8] { PESigner.sign(plain, signer.with(change)) }
    let dll = PESpec().with { $0.isDLL = true }.build()
    let small = PESpec().with { $0.is64 = false }.build()
    return [
      pe("good", "trusted", "SHA-256 with an RFC 3161 timestamp", PESigner.sign(plain, signer)),
      pe(
        "good-no-timestamp", "trusted", "no timestamp, certificate still valid", PESigner.sign(plain, AuthenticodeSpec(Demo.vendor))
      ),
      pe("good-pe32", "trusted", "32-bit image", PESigner.sign(small, signer)),
      pe("good-dll", "trusted", "library", PESigner.sign(dll, signer)),
      pe("good-sha1", "trusted", "SHA-1 throughout", with { $0.digest = .sha1 }),
      pe("good-sha384", "trusted", "SHA-384 throughout", with { $0.digest = .sha384 }),
      pe("good-page-hashes-v1", "trusted", "SHA-1 page hashes", with { $0.pageHashes = .v1 }),
      pe("good-page-hashes-v2", "trusted", "SHA-256 page hashes", with { $0.pageHashes = .v2 }),
      pe(
        "good-nested", "trusted", "SHA-1 signature with a nested SHA-256 one",
        with {
          $0.digest = .sha1; $0.nested = [signer]
        }),
      pe("good-two-entries", "trusted", "two certificate entries", PESigner.sign(plain, entries: [signer, signer])),
      pe("good-indefinite", "trusted", "BER with indefinite lengths", with { $0.editSignedData = { $0.indefinite = true } }),
      pe(
        "good-overlay", "trusted", "bytes after the last section, signed along",
        PESigner.sign(plain + Array("an overlay of sixteen units.....".utf8), signer)),
      pe(
        "stuffed-attribute", "trusted", "unknown unsigned attribute with a payload",
        with { $0.unsigned = [CMSAttribute("1.3.6.1.4.1.42921.1.2.1", DER.octets([UInt8](repeating: 0x41, count: 400)))] }),
      pe(
        "stuffed-certificate", "trusted", "a certificate that no signer refers to",
        with { $0.editSignedData = { $0.extraCertificates = [Demo.other.leaf.der] } }),
    ]
  }

  /// The file's name has dll in it.
  private static func strongNames() -> [Fixture] {
    let spec = AssemblySpec()
    let other = spec.with { $0.signature = PESpec.code(count: 256) }
    let later = spec.with { ($0.flags, $0.signature) = (1, [UInt8](repeating: 0, count: 256)) }
    return [
      pe("strong-name-dll", "trusted", ".NET assembly with a strong name, signed after", PESigner.sign(spec.build(), signer)),
      pe("strong-name-other-dll", "trusted", "the strong name is not by its key", PESigner.sign(other.build(), signer)),
      pe("strong-name-alone-dll", "unsigned", "a strong name and no signature", spec.build()),
      pe("strong-name-delayed-dll", "unsigned", "room for a strong name", later.build()),
    ]
  }

  private static func content() -> [Fixture] {
    let good = PESigner.sign(plain, signer)
    let paged = PESigner.sign(plain, signer.with { $0.pageHashes = .v2 })
    func flip(_ file: [UInt8], at offset: Int) -> [UInt8] {
      var file = file
      file[offset] ^= 0x01
      return file
    }
    let victim = PESpec().with { $0.sections = [.init(".text", PESpec.code(count: 900, seed: 77))] }.build()
    let sections = PEImage(plain).sections
    return [
      pe("unsigned", "unsigned", "no signature", plain),
      pe("unsigned-dll", "unsigned", "no signature", PESpec().with { $0.isDLL = true }.build()),
      pe("tampered-text", "tampered", "one bit of .text", flip(good, at: sections[0].1 + 100)),
      pe("tampered-resource", "tampered", "one bit of .rsrc", flip(good, at: sections[1].1 + 300)),
      pe("tampered-header", "tampered", "one bit of the DOS header", flip(good, at: 0x10)),
      pe(
        "tampered-page", "tampered", "one bit of .text, page hashes tell which page", flip(paged, at: sections[0].1 + 100)),
      pe("checksum", "trusted", "PE checksum, which no signature covers", flip(good, at: PEImage(good).checksumOffset)),
      pe(
        "copied-signature", "tampered", "signature taken from another file",
        PESigner.attach([PESigner.signature(of: good)], to: victim)),
    ]
  }

  private static func table() -> [Fixture] {
    let der = signer.sign(image: PEImage(plain))
    func laid(_ change: (inout CertificateTableSpec) -> Void) -> [UInt8] {
      PESigner.attach([der], to: plain, table: CertificateTableSpec().with(change))
    }
    let payload = Array("<script>after the signature</script>".utf8)
    return [
      pe("padding", "trusted", "payload inside dwLength after the DER (CVE-2013-3900)", laid { $0.padding = payload }),
      pe("table-trailing", "malformed", "bytes after the table", laid { $0.trailing = payload }),
      pe("table-size-short", "malformed", "directory states 8 bytes less", laid { $0.directorySizeDelta = -8 }),
      pe("table-size-long", "malformed", "directory states 64 bytes more than there are", laid { $0.directorySizeDelta = 64 }),
      pe("table-offset-past-end", "malformed", "directory points past the end", laid { $0.directoryOffsetDelta = 0x10_0000 }),
      pe("table-unaligned", "malformed", "directory offset not a multiple of 8", laid { $0.directoryOffsetDelta = 4 }),
      pe("entry-length-long", "malformed", "dwLength past the table", laid { $0.lengthDelta = 0x1000 }),
      pe(
        "entry-length-tiny", "malformed", "dwLength smaller than its header",
        laid { $0.lengthDelta = 4 - ((8 + der.count + 7) / 8 * 8) }),
      pe("entry-type-x509", "malformed", "certificate type X509", laid { $0.type = 1 }),
      pe("entry-revision-1", "trusted", "revision 1.0", laid { $0.revision = 0x0100 }),
      pe("table-overlaps-headers", "malformed", "directory points into the headers", overlapping(der)),
      pe("signature-garbage", "malformed", "no DER in the entry", PESigner.attach([PESpec.code(count: 600)], to: plain)),
      pe("signature-truncated", "malformed", "DER cut in half", PESigner.attach([Array(der.prefix(der.count / 2))], to: plain)),
    ]
  }

  private static func overlapping(_ der: [UInt8]) -> [UInt8] {
    let file = PESigner.attach([der], to: plain)
    return PESigner.attach(
      [der], to: plain,
      table: CertificateTableSpec().with {
        $0.directoryOffsetDelta = 0x40 - PEImage(file).certificateTable.0
      })
  }

  private static func message() -> [Fixture] {
    func with(_ change: (inout AuthenticodeSpec) -> Void) -> [UInt8] { PESigner.sign(plain, signer.with(change)) }
    func signers(_ change: @escaping @Sendable (inout SignerSpec) -> Void) -> [UInt8] { with { $0.editSigner = change } }
    return [
      pe("signature-bit", "tampered", "one bit of the signature value", signers { $0.breaksSignature = true }),
      pe(
        "message-digest-forged", "tampered", "messageDigest of other content",
        signers { $0.messageDigest = Hash.sha256([1, 2, 3]) }),
      pe(
        "content-type-other", "malformed|tampered", "contentType attribute names plain data",
        signers { $0.editSignedAttributes = { [.contentType("1.2.840.113549.1.7.1")] + $0.dropFirst() } }),
      pe(
        "digests-mixed", "malformed|tampered", "SpcIndirectData with SHA-1, signer with SHA-256", with { $0.contentDigest = .sha1 }),
      pe("no-signed-attributes", "malformed|tampered", "no signed attributes", signers { $0.hasSignedAttributes = false }),
      pe(
        "two-signers", "malformed", "two SignerInfos",
        with { $0.editSignedData = { $0.signers.append(SignerSpec(Demo.other)) } }),
      pe("no-signers", "malformed", "no SignerInfo", with { $0.editSignedData = { $0.signers = [] } }),
      pe(
        "no-certificates", "untrusted|malformed|not-assessed", "no certificate in the bag",
        with { $0.editSignedData = { $0.certificates = [] } }),
      pe(
        "page-hash-forged", "tampered|malformed", "page hash table of another file",
        with {
          $0.pageHashes = .v2
          $0.pageHashTable = PEImage(PESpec().with { $0.sections = [.init(".text", PESpec.code(count: 900, seed: 5))] }.build())
            .pageHashes(.sha256)
        }),
    ]
  }

  private static func identity() -> [Fixture] {
    func by(_ identity: TestIdentity) -> [UInt8] { PESigner.sign(plain, Demo.stamped(identity)) }
    let noUsage = TestCA.code(key: .fixed(13)) { $0.extensions[1] = .keyUsage(.keyEncipherment) }
    let critical = TestCA.code(key: .fixed(13)) {
      $0.extensions.append(CertificateExtension("1.2.3.4.5", critical: true, DER.null))
    }
    let mismatch = TestCA.code(key: .fixed(13)) { $0.innerAlgorithm = Hash.sha1.algorithm }
    let broken = TestCA.code(key: .fixed(13)) { $0.breaksSignature = true }
    let anyPurpose = TestCA.code(key: .fixed(13)) { $0.extensions.remove(at: 2) }
    return [
      pe("self-signed", "untrusted", "self-signed certificate", by(TestCA.selfSigned())),
      pe("look-alike", "untrusted", "authority of the same name, other keys", by(TestCA.rogueCode())),
      pe("usage-email", "wrong-usage", "certificate for e-mail", by(Demo.mailer)),
      pe("usage-encipherment", "wrong-usage", "keyUsage without digitalSignature", by(noUsage)),
      pe("usage-none", "trusted|wrong-usage", "no extended key usage at all: the issuer's limit holds", by(anyPurpose)),
      pe("unknown-critical-extension", "untrusted|wrong-usage", "critical extension of unknown kind", by(critical)),
      pe("certificate-algorithm-mismatch", "untrusted|malformed", "inner and outer algorithm differ", by(mismatch)),
      pe("certificate-signature-bit", "untrusted", "one bit of the certificate's signature", by(broken)),
      pe("revoked", "revoked", "revoked 2024, signed 2025", by(Demo.stolen)),
      pe(
        "revoked-later", "trusted", "revoked 2024, timestamp of February 2024",
        PESigner.sign(plain, Demo.stamped(Demo.stolen, MakerTime(2024, 2, 1)))),
      pe("wrong-publisher", "trusted", "version info names another company", by(Demo.other)),
    ]
  }
}
