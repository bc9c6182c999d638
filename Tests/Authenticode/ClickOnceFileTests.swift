import AssayBytes
import AssayCore
import AssayEngine
import AssayMaker
import AssayPKI
import Testing

/// The files that a manifest names, beside it; and timestamps of the old form.
struct ClickOnceFileTests {
  private static let program: [UInt8] = Array("the program".utf8)
  private static let library: [UInt8] = Array("a library".utf8)
  private static let spec = ClickOnceSpec(TestCA.code()).with {
    $0.files = [("App.exe", program), ("de\\texts.dll", library)]
  }
  /// As a publisher's folder is.
  private static let beside = ["app/App.exe": program, "app/de/texts.dll": library]

  private static func judge(_ spec: ClickOnceSpec, beside files: [String: [UInt8]]?) throws -> Report {
    let manifest = spec.sign()
    var artifact = try Artifact(target: "App.exe.manifest", name: "App.exe.manifest", source: MemorySource(manifest))
    if let files {
      var all = files
      all["app/App.exe.manifest"] = manifest
      artifact.place = TreePlace(FilesInMemory(files: all), path: "app/App.exe.manifest")
    }
    return Judging().report(artifact)
  }

  @Test func filesAsSignedAreCountedAndTrusted() throws {
    let report = try Self.judge(Self.spec, beside: Self.beside)
    #expect(report.state == .trusted && report.rung("files")?.outcome == .passed)
    #expect(report.rung("files")?.message.hasPrefix("2 digests") == true)
    #expect(report.codes.filter { $0.hasPrefix("clickonce.file.") }.isEmpty)
  }

  @Test(arguments: ["app/App.exe", "app/de/texts.dll"]) func aFileThatDiffersIsTampered(_ path: String) throws {
    var files = Self.beside
    files[path]?[0] ^= 1
    let report = try Self.judge(Self.spec, beside: files)
    #expect(report.state == .tampered && report.signatures.first?.signer == nil)
    let finding = try #require(report.finding("clickonce.file.altered"))
    #expect(finding.message.hasPrefix(path) && finding.attack == ["T1036.001", "T1127.002"])
    #expect(finding.expected == Hex.encode(Hash.sha256(Self.beside[path] ?? [])))
    #expect(finding.found == Hex.encode(Hash.sha256(files[path] ?? [])))
    #expect(report.rung("files")?.outcome == .failed)
  }

  @Test func publishersMayMapExtensions() throws {
    let files = ["app/App.exe.deploy": Self.program, "app/de/texts.dll.deploy": Self.library]
    #expect(try Self.judge(Self.spec, beside: files).rung("files")?.outcome == .passed)
    for path in files.keys {
      var changed = files
      changed[path]?.append(0)
      let report = try Self.judge(Self.spec, beside: changed)
      #expect(report.state == .tampered && report.finding("clickonce.file.altered")?.message.hasPrefix(path) == true)
    }
    // Where both are there, both are what may be started.
    var both = files
    both["app/App.exe"] = [1]
    #expect(try Self.judge(Self.spec, beside: both).state == .tampered)
  }

  @Test func namesAreFoundAsWindowsFindsThem() throws {
    let files = ["app/APP.EXE": Self.program, "app/DE/Texts.dll": Self.library]
    #expect(try Self.judge(Self.spec, beside: files).rung("files")?.message.hasPrefix("2 digests") == true)
    #expect(try Self.judge(Self.spec, beside: files.mapValues { $0 + [0] }).state == .tampered)
  }

  @Test func aMissingFileIsSaidAndDecidesNothing() throws {
    let one = try Self.judge(Self.spec, beside: ["app/App.exe": Self.program])
    #expect(one.state == .trusted && one.rung("files")?.outcome == .passed)
    let finding = try #require(one.finding("clickonce.file.missing"))
    #expect(finding.severity == .note && finding.message.hasPrefix("1 of 2 files") && finding.message.hasSuffix(": de\\texts.dll"))
    let none = try Self.judge(Self.spec, beside: [:])
    #expect(none.state == .trusted && none.rung("files")?.outcome == .notEstablished)
    #expect(none.finding("clickonce.file.missing")?.message.hasPrefix("2 of 2 files") == true)
  }

  @Test func withoutATreeNothingIsCompared() throws {
    let report = try Self.judge(Self.spec, beside: nil)
    #expect(report.state == .trusted && report.rung("files")?.outcome == .notEstablished)
    // A manifest that names nothing has no such rung.
    #expect(try Self.judge(ClickOnceSpec(TestCA.code()), beside: Self.beside).rung("files") == nil)
  }

  /// Nothing outside the manifest's folder is opened, whatever its author writes.
  @Test(arguments: [
    "../secret.txt", "..\\secret.txt", "de/../../secret.txt", "/secret.txt", "\\\\host\\share\\a.exe", "C:\\secret.txt",
    "http://example.com/a.exe", "file:///secret.txt", "./App.exe", "",
  ])
  func placesElsewhereAreNotLookedFor(_ name: String) throws {
    let spec = Self.spec.with { $0.files = [(name, [9])] }
    let report = try Self.judge(spec, beside: ["secret.txt": [1], "app/App.exe": [1], "app/de/x": [1]])
    #expect(report.state == .trusted, "\(name)")
    #expect(report.finding("clickonce.file.elsewhere")?.severity == .note && report.finding("clickonce.file.altered") == nil)
  }

  @Test func aFileWithoutADigestIsNamed() throws {
    let spec = Self.spec.with { $0.files = [("App.exe", Self.program), ("open.dll", nil)] }
    let report = try Self.judge(spec, beside: ["app/App.exe": Self.program, "app/open.dll": [1]])
    #expect(report.state == .trusted && report.finding("clickonce.file.unsealed")?.severity == .warning)
    #expect(report.finding("clickonce.file.unsealed")?.message.hasSuffix(": open.dll") == true)
  }

  @Test func whatCannotBeComparedIsNotAssessed() throws {
    let spec = Self.spec.with { $0.fileDigestMethod = "http://www.w3.org/2000/09/xmldsig#md5" }
    let unknown = try Self.judge(spec, beside: Self.beside)
    #expect(unknown.state == .notAssessed && unknown.finding("clickonce.file.algorithm") != nil)
    let transformed = Self.spec.with { $0.fileTransform = "urn:schemas-microsoft-com:HashTransforms.ManifestInvariant" }
    #expect(try Self.judge(transformed, beside: Self.beside).state == .notAssessed)
    // A folder of the file's name cannot be read as one.
    let folder = try Self.judge(Self.spec, beside: ["app/App.exe/x": [1], "app/de/texts.dll": Self.library])
    #expect(folder.state == .notAssessed && folder.finding("clickonce.file.unreadable") != nil)
  }

  @Test func thousandNamesOfOneFileAreOneReading() throws {
    let spec = Self.spec.with { $0.files = Array(repeating: ("App.exe", Self.program), count: 1_000) }
    let report = try Self.judge(spec, beside: Self.beside)
    #expect(report.rung("files")?.message.hasPrefix("1000 digests") == true)
    // What is told of a thousand files that differ has an end.
    let changed = try Self.judge(spec, beside: ["app/App.exe": [1]])
    let told = changed.signatures[0].findings.filter { $0.code == "clickonce.file.altered" }
    #expect(told.count == 65 && told.last?.message.hasPrefix("936 more") == true)
  }

  @Test func anUnsignedManifestProvesNothingOfFiles() throws {
    let manifest = Self.spec.unsigned()
    var artifact = try Artifact(target: "a.manifest", name: "a.manifest", source: MemorySource(manifest))
    artifact.place = TreePlace(FilesInMemory(files: ["App.exe": [1]]), path: "a.manifest")
    let report = Judging().report(artifact)
    #expect(report.state == .unsigned && report.findings.isEmpty)
  }
}

/// The whole answer of an old authority in the licence.
struct ClickOnceLegacyTimeTests {
  private static let stamped = MakerTime(2025, 3, 2, 10, 11, 12)
  /// The signer's certificate ended before now, so that only a verified time keeps it.
  private static let spec = ClickOnceSpec(Sample.ended)

  private static func judge(_ change: (inout CountersignatureSpec) -> Void, _ anchors: [TestCertificate]? = nil) throws -> Report {
    var stamp = CountersignatureSpec(at: stamped)
    change(&stamp)
    let judging = Judging().with { if let anchors { $0.anchors = anchors } }
    return judging(spec.with { $0.legacyStamp = stamp }.sign(), as: "a.application")
  }

  @Test func itsTimeCounts() throws {
    let report = try Self.judge { _ in }
    #expect(report.state == .trusted)
    #expect(report.signatures.first?.time.source == .authenticode)
    #expect(report.signatures.first?.time.value?.rfc3339 == "2025-03-02T10:11:12Z")
    #expect(Judging()(Self.spec.sign(), as: "a.application").state == .expired)
  }

  @Test func anAnswerWithoutItsContentCounts() throws {
    #expect(try Self.judge { $0.isDetached = true }.state == .trusted)
  }

  @Test func oneThingChangedAndItDoesNotCount() throws {
    let rows: [(String, (inout CountersignatureSpec) -> Void, String)] = [
      ("another signature", { $0.content = [1, 2, 3] }, "pki.timestamp.imprint"),
      ("another digest", { $0.messageDigest = [UInt8](repeating: 0, count: 20) }, "pki.timestamp.message-digest"),
      ("no signer", { $0.hasNoSigner = true }, "pki.timestamp.signers"),
      ("after now", { $0.time = MakerTime(2027, 1, 1) }, "pki.timestamp.future"),
      ("a code signer as authority", { $0.identity = TestCA.code() }, "pki.timestamp.usage"),
    ]
    for (name, change, code) in rows {
      let report = try Self.judge(change)
      #expect(report.state == .expired && report.codes.contains(code), "\(name): \(report.codes)")
      #expect(report.signatures.first?.time.source != .authenticode, "\(name)")
    }
  }

  @Test func anAuthorityNobodyTrustsDoesNotCount() throws {
    let report = try Self.judge({ _ in }, [TestCA.codeRoot])
    #expect(report.state == .expired && report.codes.contains { $0.hasPrefix("pki.timestamp.path-") })
  }

  @Test func whatIsNeitherFormIsIgnoredAloud() throws {
    let text = String(decoding: Self.spec.with { $0.legacyStamp = CountersignatureSpec(at: Self.stamped) }.sign(), as: UTF8.self)
    let start = try #require(text.firstRange(of: "<as:Timestamp"))
    let end = try #require(text.firstRange(of: "</as:Timestamp>"))
    let opening = try #require(text[start.lowerBound...].firstIndex(of: ">"))
    let broken = text[...opening] + "AAAA" + text[end.lowerBound...]
    let report = Judging()(Array(broken.utf8), as: "a.application")
    #expect(report.state == .expired && report.codes.contains("clickonce.timestamp.unsupported"))
  }
}
