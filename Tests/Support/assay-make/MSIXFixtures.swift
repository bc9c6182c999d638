import AssayMaker

/// App packages and bundles: each part of the signed list, block map, publisher and archive broken by itself.
enum MSIXFixtures {
  private static let spec = Demo.stamped(Demo.vendor)
  private static let text = Array("hello from a package\r\n".utf8)
  private static let large = PESpec.code(count: 70_000, seed: 3)
  private static let package = MSIXSpec([("app.exe", Fixtures.plain), ("Assets/my logo.png", large), ("read me.txt", text)])
  private static let small = MSIXSpec([("read.txt", text)])

  static func all() -> [Fixture] { good() + content() + structure() }

  private static func made(_ name: String, _ state: String, _ why: String, _ octets: [UInt8], _ ending: String = "msix") -> Fixture
  {
    Fixture(format: "msix", name: name, file: "package.\(ending)", state: state, why: why, octets: octets)
  }

  private static func good() -> [Fixture] {
    let bundle = MSIXSpec([("app.msix", small.sign(spec))]).with { $0.isBundle = true }
    let named = small.with { $0.publisher = "CN=\"Assay, Inc.\", O=\"Say \"\"Hello\"\"\", L=Berlin, C=DE" }
    let quoted = TestCA.code("x") {
      $0.subject = Name(commonName: "Assay, Inc.", organization: "Say \"Hello\"", locality: "Berlin", country: "DE")
    }
    let catalog = Array("no catalog, but sealed".utf8)
    return [
      made("good", "trusted", "three files, one of two blocks", package.sign(spec)),
      made("good-zip64", "trusted", "ZIP64 end records", small.with { $0.isWide = true }.sign(spec), "appx"),
      made(
        "good-sha512", "trusted", "SHA-512 in block map and signature",
        small.with { $0.hash = .sha512 }.sign(spec.with { $0.digest = .sha512 })),
      made("good-code-integrity", "trusted", "AXCI", small.with { $0.codeIntegrity = catalog }.sign(spec)),
      made("good-quoted-publisher", "trusted", "publisher with quotes and commas", named.sign(Demo.stamped(quoted))),
      made("good-bundle", "trusted", "bundle with a signed package", bundle.sign(spec), "msixbundle"),
      made("unsigned", "unsigned", "no signature", small.sign(nil)),
      made("unsigned-bundle", "unsigned", "no signature", bundle.sign(nil), "appxbundle"),
      made(
        "bundle-unsigned-package", "unsigned", "a signed bundle of an unsigned package",
        MSIXSpec([("app.msix", small.sign(nil))]).with { $0.isBundle = true }.sign(spec), "msixbundle"),
      made("self-signed", "untrusted", "self-signed", small.sign(Demo.stamped(TestCA.selfSigned()))),
      made("expired", "expired", "no timestamp", small.sign(AuthenticodeSpec(Demo.expired))),
      made(
        "revoked", "revoked|malformed", "revoked, publisher fits",
        small.with { $0.publisher = "CN=Careless Corp, O=Careless Corp, L=Berlin, C=DE" }.sign(Demo.stamped(Demo.stolen))),
      made(
        "encrypted", "not-assessed", "an encrypted package's first octets", Array("EXPH".utf8) + [UInt8](repeating: 0, count: 64),
        "emsix"),
    ]
  }

  /// What was signed and what is there differ.
  private static func content() -> [Fixture] {
    func changed(_ change: @escaping @Sendable (inout ZIPSpec) -> Void) -> [UInt8] {
      small.with { $0.editArchive = change }.sign(spec)
    }
    func part(_ tag: String, _ change: @escaping @Sendable (inout [UInt8]) -> Void) -> [UInt8] {
      small.with {
        $0.codeIntegrity = [1, 2, 3]
        $0.editDigests = {
          $0.map {
            $0.tag == tag
              ? (
                $0.tag,
                {
                  var copy = $0; change(&copy); return copy
                }($0.digest)
              ) : $0
          }
        }
      }.sign(spec)
    }
    var made: [Fixture] = ["AXPC", "AXCD", "AXCT", "AXBM", "AXCI"].map { tag in
      self.made("part-\(tag.lowercased())", "tampered", "one bit of the signed \(tag)", part(tag) { $0[0] ^= 1 })
    }
    made += ["AXPC", "AXCD", "AXBM"].map { tag in
      self.made(
        "no-\(tag.lowercased())", "malformed|tampered", "\(tag) is not in the signed list",
        small.with { $0.editDigests = { $0.filter { $0.tag != tag } } }.sign(spec))
    }
    return made + [
      self.made("tampered-file", "tampered", "one bit of a file, checksum put right", changed { $0.entries[0].octets[3] ^= 1 }),
      self.made(
        "tampered-checksum", "tampered", "one bit of a file, old checksum",
        changed {
          let right = $0.entries[0]
          $0.entries[0].octets[3] ^= 1
          $0.entries[0].checksum = ZIPSpec.checksum(right.octets)
        }),
      self.made(
        "block-map-hash", "tampered", "a signed block map with a wrong digest",
        small.with {
          $0.editBlockMap = { Self.wrongHash($0) }
        }.sign(spec)),
      self.made(
        "block-map-size", "tampered", "a signed block map with a wrong size",
        small.with { $0.editBlockMap = { $0.replacing("Size=\"22\"", with: "Size=\"99999\"") } }.sign(spec)),
      self.made(
        "block-map-twice", "tampered", "a file twice in the block map",
        small.with { $0.editBlockMap = { Self.doubled($0) } }.sign(spec)),
      self.made(
        "file-added", "tampered", "a signed file that the block map does not list",
        small.with { $0.unlisted = [("evil.dll", [1, 2, 3])] }.sign(spec)),
      self.made(
        "file-missing", "tampered", "a listed file that is not there",
        small.with {
          $0.editBlockMap = {
            $0.replacing("</BlockMap>", with: "<File Name=\"gone.txt\" Size=\"0\" LfhSize=\"38\"></File></BlockMap>")
          }
        }.sign(spec)),
      self.made(
        "publisher-other", "malformed", "another publisher",
        small.with { $0.publisher = "CN=Microsoft Corporation, C=US" }.sign(spec)),
      self.made(
        "publisher-order", "malformed", "attributes in another order",
        small.with { $0.publisher = "C=DE, L=Berlin, O=Assay Example Ltd, CN=Assay Example Ltd" }.sign(spec)),
      self.made("copied-signature", "tampered", "signature of another package", copied()),
      self.made(
        "interface-bundle", "malformed", "made by the bundles' interface package",
        small.with { $0.swapsInterface = true }.sign(spec)),
    ]
  }

  private static func wrongHash(_ map: String) -> String {
    guard let range = map.firstRange(of: "Block Hash=\"") else { return map }
    let first = map[range.upperBound]
    return map.replacingCharacter(at: range.upperBound, with: first == "A" ? "B" : "A")
  }

  private static func doubled(_ map: String) -> String {
    guard let start = map.firstRange(of: "<File"), let end = map.firstRange(of: "</File>") else { return map }
    let file = String(map[start.lowerBound..<end.upperBound])
    return map.replacing(file, with: file + file)
  }

  private static func copied() -> [UInt8] {
    let other = MSIXSpec([("read.txt", Array("another\r\n".utf8))])
    let signature = small.signatureEntry(spec)
    return other.with { $0.editArchive = { $0.entries.append(signature) } }.sign(nil)
  }

  private static func structure() -> [Fixture] {
    func changed(_ change: @escaping @Sendable (inout ZIPSpec) -> Void) -> [UInt8] {
      small.with { $0.editArchive = change }.sign(spec)
    }
    let good = small.sign(spec)
    return [
      made("duplicate-name", "malformed", "two files of one name", changed { $0.entries.insert($0.entries[0], at: 0) }),
      made(
        "duplicate-case", "malformed", "two files whose names differ in case",
        changed { $0.entries.insert(ZIPSpec.Entry("READ.TXT", [1]), at: 0) }),
      made(
        "header-name", "malformed", "another name in the local header", changed { $0.entries[0].localName = Array("evil.txt".utf8) }
      ),
      made("entry-gap", "malformed|tampered", "octets between the entries", changed { $0.entries[1].gap = [9, 9, 9] }),
      made("prefix", "malformed|tampered", "octets before the first entry", changed { $0.entries[0].gap = Array("MZ".utf8) }),
      made("comment", "tampered", "a comment behind the archive", changed { $0.comment = Array("hello".utf8) }),
      made("trailing", "malformed", "octets after the archive", good + [0]),
      made("overlap", "malformed", "two entries of one place", changed { $0.entries[1].offsetDelta = -8 }),
      made("entry-count", "malformed", "one entry too many in the end record", changed { $0.countDelta = 1 }),
      made(
        "signature-first", "malformed|tampered", "the signature is not last", changed { $0.entries.swapAt(0, $0.entries.count - 1) }
      ),
      made("signature-magic", "malformed", "no PKCX", small.with { $0.magic = Array("PKCY".utf8) }.sign(spec)),
      made(
        "signature-trailing", "trusted", "octets after the signature in its file",
        small.with { $0.signatureTrailing = [0, 0] }.sign(spec)),
      made("signature-empty", "malformed", "an empty signature", changed { $0.entries[$0.entries.count - 1].octets = [] }),
      made(
        "size-lie", "malformed", "a size that the data do not have", changed { $0.entries[$0.entries.count - 1].byteCount = 9_000 }),
    ]
  }
}

extension String {
  fileprivate func replacingCharacter(at place: String.Index, with character: Character) -> String {
    String(self[..<place]) + String(character) + String(self[index(after: place)...])
  }
}
