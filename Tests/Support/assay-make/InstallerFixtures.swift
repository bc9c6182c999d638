import AssayMaker

/// Windows Installer files and cabinets.
enum InstallerFixtures {
  private static let spec = Demo.stamped(Demo.vendor)

  static func all() -> [Fixture] { installers() + containers() + cabinets() + brokenCabinets() }

  private static func msi(_ name: String, _ state: String, _ why: String, _ octets: [UInt8]) -> Fixture {
    Fixture(format: "msi", name: name, file: "setup.msi", state: state, why: why, octets: octets)
  }

  private static func cab(_ name: String, _ state: String, _ why: String, _ octets: [UInt8]) -> Fixture {
    Fixture(format: "cab", name: name, file: "data.cab", state: state, why: why, octets: octets)
  }

  /// The same file with one byte changed, at the first place where these octets stand.
  private static func flip(_ file: [UInt8], in pattern: [UInt8], at delta: Int = 0) -> [UInt8] {
    var file = file
    let place = file.indices.first { file[$0...].starts(with: pattern) } ?? 0
    file[place + delta] ^= 0x01
    return file
  }

  private static let extended = InstallerSpec().with { $0.hasExtendedHash = true }
  private static let binary = PESpec.code(count: 5000, seed: 6)

  private static func installers() -> [Fixture] {
    let good = InstallerSpec().sign(spec)
    let transform = Array("Transform".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    return [
      msi("good", "trusted", "version 3, no extended hash", good),
      msi("good-version-4", "trusted", "sectors of 4,096", InstallerSpec().with { $0.file.majorVersion = 4 }.sign(spec)),
      msi("good-extended", "trusted", "with the extended hash", extended.sign(spec)),
      msi("good-extended-sha1", "trusted", "extended hash by SHA-1", extended.sign(spec.with { $0.digest = .sha1 })),
      msi(
        "good-nested", "trusted", "SHA-1 signature with a nested SHA-256 one",
        InstallerSpec().sign(
          spec.with {
            $0.digest = .sha1
            $0.nested = [spec]
          })),
      msi("unsigned", "unsigned", "no signature", InstallerSpec().unsigned()),
      msi("self-signed", "untrusted", "self-signed", InstallerSpec().sign(Demo.stamped(TestCA.selfSigned()))),
      msi("expired", "expired", "no timestamp", InstallerSpec().sign(AuthenticodeSpec(Demo.expired))),
      msi("tampered-stream", "tampered", "one bit of a stream", flip(good, in: Array(binary.prefix(16)))),
      msi("tampered-class", "tampered", "class id of a storage", flip(good, in: transform, at: 80)),
      msi(
        "renamed-stream", "trusted", "a name in the same place of the order, without extended hash",
        flip(good, in: transform, at: 16)),
      msi("renamed-extended", "tampered", "the same with the extended hash", flip(extended.sign(spec), in: transform, at: 16)),
      msi("times-extended", "tampered", "a time, with the extended hash", flip(extended.sign(spec), in: transform, at: 107)),
      msi(
        "extended-forged", "tampered", "extended hash of something else",
        extended.with { $0.extendedHash = Hash.sha256([1]) }.attach(extended.pkcs7(spec))),
      msi("extended-dropped", "tampered", "extended hash taken away", InstallerSpec().attach(extended.pkcs7(spec))),
      msi("extended-added", "tampered", "extended hash added after signing", extended.attach(InstallerSpec().pkcs7(spec))),
      msi(
        "copied-signature", "tampered", "signature taken from another file",
        InstallerSpec([.stream("Other", binary)]).attach(InstallerSpec().pkcs7(spec))),
    ]
  }

  private static func containers() -> [Fixture] {
    let good = InstallerSpec().sign(spec)
    let archive = [0x50, 0x4B, 0x03, 0x04] + Array("payload".utf8) + [0x50, 0x4B, 0x05, 0x06] + [UInt8](repeating: 0, count: 18)
    let duplicate = InstallerSpec(InstallerSpec.sample + [.stream("binary.dll", binary)])
    var crossed = good
    // The first entry of the FAT's second half: a chain that runs into itself.
    crossed.put32(2, at: 512 + 4 * 2)
    return [
      msi("appended-archive", "malformed", "Java archive behind the package (CVE-2020-1464)", good + archive),
      msi("appended-zeros", "trusted", "zeros behind the package", good + [UInt8](repeating: 0, count: 512)),
      msi("padding", "trusted", "octets after the DER", InstallerSpec().with { $0.padding = [1, 2, 3, 4] }.sign(spec)),
      msi(
        "archive-in-signature", "malformed", "archive in an unsigned attribute",
        InstallerSpec().sign(spec.with { $0.unsigned = [CMSAttribute("1.3.6.1.4.1.42921.1.2.1", DER.octets(archive))] })),
      msi("duplicate-name", "malformed", "two streams of one name", duplicate.sign(spec)),
      msi("chain-cycle", "malformed", "a chain of sectors that runs into itself", crossed),
      msi(
        "signature-garbage", "malformed", "no DER in the signature's stream",
        InstallerSpec().attach([UInt8](repeating: 0x41, count: 300))),
      msi("signature-empty", "malformed", "an empty signature stream", InstallerSpec().attach([])),
      msi("truncated", "malformed", "the last sectors are missing", Array(good.dropLast(1024))),
    ]
  }

  private static func cabinets() -> [Fixture] {
    let good = CabinetSpec().sign(spec)
    let part = CabinetSpec().with {
      ($0.setID, $0.partNumber) = (7, 1)
      ($0.previous, $0.next) = (("disk1.cab", "Disk 1"), ("disk3.cab", "Disk 3"))
    }
    let first = CabinetSpec().with { $0.next = ("disk2.cab", "Disk 2") }
    return [
      cab("good", "trusted", "one part", good),
      cab("good-first-part", "trusted", "the first of a set", first.sign(spec)),
      cab("good-middle-part", "trusted", "the second of a set", part.sign(spec)),
      cab(
        "good-first-structure", "trusted", "a first structure in the reserve",
        CabinetSpec().with { $0.firstStructure = [1, 2, 3, 4] }.sign(spec)),
      cab(
        "good-other-tool", "trusted", "as other tools than Microsoft's name its kind",
        CabinetSpec().with { $0.dataType = "1.3.6.1.4.1.311.2.1.25" }.sign(spec)),
      cab(
        "good-in-reserve", "trusted", "the signature in the reserve", CabinetSpec().with { $0.roomForSignature = 6_144 }.sign(spec)),
      cab(
        "block-reserve", "malformed", "another length of the blocks' reserve",
        CabinetSpec().sign(spec).enumerated().map { $0.offset == 39 ? 3 : $0.element }),
      cab("unsigned", "unsigned", "no signature", CabinetSpec().unsigned()),
      cab("unsigned-part", "unsigned", "the second of a set", part.unsigned()),
      cab("unsigned-reserve", "unsigned", "room for a signature", CabinetSpec().with { $0.freeReserve = 128 }.unsigned()),
      cab("self-signed", "untrusted", "self-signed", CabinetSpec().sign(Demo.stamped(TestCA.selfSigned()))),
      cab("expired", "expired", "no timestamp", CabinetSpec().sign(AuthenticodeSpec(Demo.expired))),
      cab("tampered", "tampered", "one bit of a file", flip(good, in: Array("read me".utf8))),
      cab("tampered-name", "tampered", "a file's name", flip(good, in: Array("setup.exe".utf8))),
      cab("tampered-set", "tampered", "the name of the part before", flip(part.sign(spec), in: Array("disk1.cab".utf8), at: 4)),
      cab(
        "part-number-left-out", "tampered", "digest as osslsigncode makes it",
        part.with { $0.leavesOutPartNumber = true }.sign(spec)),
      cab(
        "copied-signature", "tampered", "signature taken from another file",
        CabinetSpec([.init("other.exe", PESpec.code(count: 300, seed: 44))]).attach(CabinetSpec().pkcs7(spec))),
    ]
  }

  private static func brokenCabinets() -> [Fixture] {
    func laid(_ change: (inout CabinetSpec) -> Void) -> [UInt8] { CabinetSpec().with(change).sign(spec) }
    var reserved = CabinetSpec().sign(spec)
    reserved[4] = 1
    let orphan = CabinetSpec().with { $0.trailing = CabinetSpec().pkcs7(spec) }.unsigned()
    return [
      cab("trailing", "malformed", "octets behind the signature", laid { $0.trailing = [1, 2, 3, 4] }),
      cab("place-early", "malformed", "the signature begins inside the cabinet", laid { $0.signaturePlaceDelta = -8 }),
      cab("place-far", "malformed", "the signature begins past the end", laid { $0.signaturePlaceDelta = 1 << 24 }),
      cab("size-long", "malformed", "the signature ends past the end", laid { $0.signatureSizeDelta = 8 }),
      cab("size-short", "malformed", "the signature ends before the end", laid { $0.signatureSizeDelta = -8 }),
      cab("filler", "malformed", "filler of the reserve", laid { $0.filler = [0, 0, 0, 0, 0, 0, 0, 9] }),
      cab("reserved1", "malformed", "a reserved field that nothing covers", reserved),
      cab("padding", "trusted", "octets after the DER", laid { $0.padding = [UInt8](repeating: 0x41, count: 24) }),
      cab("signature-garbage", "malformed", "no DER in the signature", CabinetSpec().attach([UInt8](repeating: 0x41, count: 300))),
      cab("orphan", "unsigned", "a signature that the header does not name", orphan),
    ]
  }
}
