import AssayAuthenticode
import AssayBytes
import AssayCore
import AssayMaker
import AssayPKI
import Testing

/// App packages: row 34 of the attacks, and what no committed example can show.
struct MSIXTests {
  let judge = Judging()
  static let text = Array("hello from a package\r\n".utf8)
  static let package = MSIXSpec([("read.txt", text), ("Assets/logo.png", [UInt8](repeating: 7, count: 70_000))])

  private func report(_ spec: MSIXSpec, _ signer: AuthenticodeSpec? = Sample.signer, _ name: String = "a.msix") -> Report {
    judge(spec.sign(signer), as: name)
  }

  @Test func goodIsTrustedWithEveryRung() {
    let report = report(Self.package)
    #expect(report.state == .trusted && report.format == "msix", "\(report.codes)")
    #expect(report.signatures.first?.signer != nil)
    for name in ["parts", "block map", "publisher", "content digest"] { #expect(report.rung(name)?.outcome == .passed, "\(name)") }
    #expect(report.identity.internalName == "Assay.Example" && report.identity.productVersion == "1.2.3.0")
  }

  @Test("row 34: a part that is missing from the signed list", arguments: ["AXPC", "AXCD", "AXCT", "AXBM"])
  func partMissing(tag: String) {
    let report = report(Self.package.with { $0.editDigests = { $0.filter { $0.tag != tag } } })
    #expect(report.state >= .malformed && report.signatures[0].signer == nil)
    #expect(report.codes.contains("msix.digest.part-missing"))
  }

  @Test("row 34: a part whose digest is another", arguments: ["AXPC", "AXCD", "AXCT", "AXBM"])
  func partOther(tag: String) {
    let report = report(
      Self.package.with { $0.editDigests = { $0.map { $0.tag == tag ? ($0.tag, Hash.sha256([1])) : $0 } } })
    #expect(report.state == .tampered)
    #expect(report.finding("msix.digest.part")?.message.contains(tag) == true)
  }

  @Test("row 34: every single bit of the archive before the signature counts")
  func flips() {
    let small = MSIXSpec([("read.txt", Self.text)])
    let bytes = small.sign(Sample.signer)
    var series = judge.series
    #expect(series.state(bytes, as: "a.msix") == .trusted)
    let (records, directory) = small.unsigned().layout()
    // The entry of the signature itself is in no digest: its times and attributes are free.
    let own = (bytes.count - 22 - 46 - "AppxSignature.p7x".utf8.count)..<(bytes.count - 22)
    let rest = (bytes.count - directory.count - own.count)..<bytes.count
    for place in Array(0..<records.count) + rest where !own.contains(place) {
      var changed = bytes
      changed[place] ^= 1 << UInt8(place % 8)
      #expect(series.state(changed, as: "a.msix") > .trusted, "byte \(place)")
    }
  }

  @Test func prefixesAreNeverBetter() {
    let bytes = MSIXSpec([("read.txt", Self.text)]).sign(Sample.signer)
    var series = judge.series
    for count in 0..<bytes.count { #expect(series.state(Array(bytes[..<count]), as: "a.msix") > .trusted, "\(count)") }
  }

  @Test(
    "row 34: publishers that are not the signer's subject",
    arguments: [
      "CN=Assay Example Ltd", "CN=Assay Example Ltd, O=Assay Example Ltd, L=Berlin, C=US",
      "CN=assay example ltd, O=Assay Example Ltd, L=Berlin, C=DE", "C=DE, L=Berlin, O=Assay Example Ltd, CN=Assay Example Ltd",
      "CN=Assay Example Ltd, O=Assay Example Ltd, L=Berlin, C=DE, OU=x", "", "CN", "=x", "CN=\"Assay Example Ltd",
    ])
  func publisher(name: String) {
    let report = report(Self.package.with { $0.publisher = name })
    #expect(report.state == .malformed && report.codes.contains("msix.publisher.mismatch"), "\(report.state) \(report.codes)")
    #expect(report.signatures[0].signer == nil)
  }

  @Test func publisherMayBeWrittenAsWindowsReadsIt() {
    for name in ["cn=Assay Example Ltd,o=\"Assay Example Ltd\",L = Berlin , OID.2.5.4.6=DE", MSIXSpec.publisher] {
      #expect(report(Self.package.with { $0.publisher = name }).state == .trusted, "\(name)")
    }
  }

  @Test func bombsAreLimits() {
    let bomb = MSIXSpec([("a.txt", [UInt8](repeating: 0, count: 8))]).with {
      $0.editArchive = { $0.entries[0].byteCount = 4_000_000_000 }
    }
    let report = report(bomb)
    #expect(report.state >= .notAssessed && report.state != .trusted)
    #expect(report.codes.contains("limit.zip-ratio"), "\(report.codes)")
  }

  @Test func aBundleIsAsGoodAsItsPackages() {
    let inner = MSIXSpec([("read.txt", Self.text)])
    func bundle(_ bytes: [UInt8]) -> Report {
      report(MSIXSpec([("app.msix", bytes)]).with { $0.isBundle = true }, Sample.signer, "a.msixbundle")
    }
    let good = bundle(inner.sign(Sample.signer))
    #expect(good.state == .trusted && good.nested.count == 1 && good.nested.first?.state == .trusted, "\(good.codes)")
    var broken = inner.sign(Sample.signer)
    broken[40] ^= 1
    #expect(bundle(broken).state >= .malformed)
    #expect(bundle(inner.sign(nil)).state == .unsigned)
  }

  // MARK: Installed files

  private func installed(_ change: (inout [String: [UInt8]]) -> Void = { _ in }) throws -> Report {
    let archive = Self.package.unsigned()
    var files: [String: [UInt8]] = [:]
    for entry in archive.entries { files[String(decoding: entry.name, as: UTF8.self)] = entry.octets }
    files["AppxSignature.p7x"] = Self.package.signatureEntry(Sample.signer).octets
    change(&files)
    let artifact = try Artifact(target: "app", name: "app", folder: TreePlace(FilesInMemory(files: files)))
    return judge.report(artifact)
  }

  @Test func installedFilesAreJudgedByTheirBlockMap() throws {
    let good = try installed()
    #expect(good.state == .trusted && good.format == "msix", "\(good.codes)")
    #expect(good.rung("archive digests")?.outcome == .notEstablished)
    let altered = try installed { $0["Assets/logo.png"]?[69_000] ^= 1 }
    #expect(altered.state == .tampered)
    #expect(altered.finding("msix.file.altered")?.message.contains("65536") == true)
    #expect(try installed { $0["evil.dll"] = [1] }.codes.contains("msix.file.added"))
    #expect(try installed { $0["read.txt"] = nil }.codes.contains("msix.file.missing"))
    let map = try installed { $0["AppxBlockMap.xml"]?.append(0x20) }
    #expect(map.state == .tampered && map.finding("msix.digest.part")?.message.contains("AXBM") == true)
    #expect(try installed { $0["AppxManifest.xml"]?.append(0x20) }.state == .tampered)
    #expect(try installed { $0["AppxSignature.p7x"] = [1, 2, 3] }.state == .malformed)
  }
}

/// A folder of a few files.
struct FilesInMemory: ArtifactTree {
  let files: [String: [UInt8]]

  func list(_ path: String) throws(ParseError) -> [TreeEntry] {
    let start = path.isEmpty ? "" : path + "/"
    var found: [String: TreeEntry.Kind] = [:]
    for name in files.keys where name.hasPrefix(start) {
      let rest = name.dropFirst(start.count).split(separator: "/")
      if let first = rest.first { found[String(first)] = rest.count == 1 ? .file : .folder }
    }
    return found.map { TreeEntry($0.key, $0.value) }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  func open(_ path: String) throws(ParseError) -> any ByteSource {
    guard let bytes = files[path] else { throw ParseError("io.missing", "there is no \(path)") }
    return MemorySource(bytes)
  }

  func readLink(_ path: String) throws(ParseError) -> String { throw ParseError("io.missing", "no link") }
  func attribute(_ name: String, of path: String) throws(ParseError) -> [UInt8]? { nil }
}
