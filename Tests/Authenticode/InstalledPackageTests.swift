import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import Testing

/// Files of an installed package: the block map beside them is their signature.
struct InstalledPackageTests {
  let judge = Judging()
  static let library = PESpec().with { $0.isDLL = true }.build()
  static let large = PESpec().with { $0.sections = [.init(".text", PESpec.code(count: 150_000))] }.build()
  static let batch = Array("@echo off\r\n".utf8)
  static let spec = MSIXSpec([
    ("app.exe", large), ("lib/part.dll", library), ("lib/signed.dll", PESigner.sign(library, Sample.stamped)), ("run.cmd", batch),
    ("empty.ps1", []),
  ])

  private static func files(_ signer: AuthenticodeSpec) -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for entry in spec.unsigned().entries { files[String(decoding: entry.name, as: UTF8.self)] = entry.octets }
    files["AppxSignature.p7x"] = spec.signatureEntry(signer).octets
    return files
  }

  /// Judges one file of a package as a scan does.
  private func report(
    _ path: String, _ bytes: [UInt8]? = nil, signer: AuthenticodeSpec = Sample.signer,
    change: (inout [String: [UInt8]]) -> Void = { _ in }
  ) throws -> Report {
    var files = Self.files(signer)
    change(&files)
    let folder = try Artifact(target: "app", name: "app", folder: TreePlace(FilesInMemory(files: files)))
    let package = try #require(InstalledPackage(folder))
    let name = path.split(separator: "/").last.map(String.init) ?? path
    var artifact = try Artifact(target: path, name: name, source: MemorySource(bytes ?? files[path] ?? []))
    artifact.seal = package.seal(of: Array(path.utf8))
    return judge.report(artifact)
  }

  @Test("what the block map has is signed by the package", arguments: ["app.exe", "lib/part.dll", "run.cmd", "empty.ps1"])
  func sealed(path: String) throws {
    let report = try report(path)
    #expect(report.state == .trusted && report.signatures.map(\.kind) == [.manifest], "\(report.codes)")
    #expect(report.signatures.first?.signer != nil && report.rung("block map")?.outcome == .passed)
    #expect(report.finding("msix.file.sealed")?.severity == .note)
    #expect(!report.codes.contains("msix.digest.archive-gone"))
  }

  @Test func aSignatureOfItsOwnIsReportedFirst() throws {
    let report = try report("lib/signed.dll")
    #expect(report.state == .trusted && report.signatures.map(\.kind) == [.embedded, .manifest])
    #expect(report.signatures.map(\.index) == [0, 1])
  }

  /// What is made of the package's signature is made once; a file that was changed has no part in it.
  @Test func filesShareWhatIsMadeOfTheSignature() throws {
    let files = Self.files(Sample.signer)
    let package = try #require(
      InstalledPackage(try Artifact(target: "app", name: "app", folder: TreePlace(FilesInMemory(files: files)))))
    func signature(_ path: String, _ bytes: [UInt8]?) throws -> SignatureReport {
      var artifact = try Artifact(target: path, name: path, source: MemorySource(bytes ?? []))
      artifact.seal = package.seal(of: Array(path.utf8))
      return try #require(judge.report(artifact).signatures.first)
    }
    let first = try signature("app.exe", files["app.exe"])
    let second = try signature("run.cmd", files["run.cmd"])
    let derived = try #require(first.derived)
    #expect(second.derived === derived)
    #expect(first.signerFacts?.isVerified == true && second.signerFacts?.sha256 == first.signerFacts?.sha256)
    let changed = try signature("run.cmd", [0])
    #expect(changed.derived == nil && changed.signerFacts?.isVerified == false)
  }

  @Test("a changed byte, a byte more, a byte less", arguments: ["app.exe", "run.cmd", "lib/part.dll"])
  func altered(path: String) throws {
    let good = try #require(Self.files(Sample.signer)[path])
    var changed = good
    changed[changed.count - 1] ^= 1
    for bytes in [changed, good + [0], Array(good.dropLast())] {
      let report = try report(path, bytes)
      #expect(report.state == .tampered, "\(report.codes)")
      #expect(report.signatures.first?.signer == nil && report.finding("msix.file.altered")?.severity == .failure)
    }
  }

  @Test func theBlockThatDiffersIsNamed() throws {
    var changed = Self.large
    changed[140_000] ^= 1
    #expect(try report("app.exe", changed).finding("msix.file.altered")?.offset == 131_072)
  }

  @Test func whatIsNotListedIsWhatItIs() throws {
    let planted = try report("evil.dll", Self.library)
    #expect(planted.state == .unsigned && planted.finding("msix.file.added")?.severity == .warning)
    let signed = try report("other.dll", PESigner.sign(Self.library, Sample.stamped))
    #expect(signed.state == .trusted && signed.codes.contains("msix.file.added"))
    // Names are compared whole, as octets.
    #expect(try report("LIB/part.dll", Self.library).state == .unsigned)
  }

  @Test func aPackageThatIsNotAsSignedVouchesForNothing() throws {
    let changes: [(inout [String: [UInt8]]) -> Void] = [
      { $0["AppxBlockMap.xml"]?.append(0x20) }, { $0["AppxSignature.p7x"] = [1, 2, 3] },
      { files in
        // Another publisher than the signer's.
        files["AppxManifest.xml"] = files["AppxManifest.xml"].map {
          Array(String(decoding: $0, as: UTF8.self).replacing("Example", with: "Examplf").utf8)
        }
      },
    ]
    for (number, change) in changes.enumerated() {
      let report = try report("lib/part.dll", change: change)
      #expect(report.state == .unsigned && report.signatures.isEmpty, "\(number)")
      #expect(report.codes.contains("msix.package.worthless"), "\(number)")
    }
    let missing = try report("lib/part.dll") { $0["AppxManifest.xml"] = nil }
    #expect(missing.state != .trusted && missing.codes.contains("msix.package.worthless"))
  }

  @Test func theSignersStateIsTheFiles() throws {
    #expect(try report("lib/part.dll", signer: AuthenticodeSpec(Sample.ended)).state == .expired)
    #expect(try report("lib/part.dll", signer: AuthenticodeSpec(TestCA.rogueCode())).state == .untrusted)
  }

  @Test func whatIsNoCodeIsNotAsked() throws {
    let report = try report("read.txt", [1, 2, 3])
    #expect(!report.isCode && report.signatures.isEmpty && !report.codes.contains("msix.file.added"))
  }
}
