import AssayCore
import Testing

/// Every PE image and script of the corpus has the state that EXPECT.tsv gives it.
struct ExpectedStateTests {
  @Test(.enabled(if: WindowsCorpus.folder != nil, "ASSAY_CORPUS is not set: real Windows files are not judged"))
  func everyRow() throws {
    let folder = try #require(WindowsCorpus.folder)
    let rows = try WindowsCorpus.table("\(folder)/EXPECT.tsv").filter { WindowsCorpus.isOurs($0["path"] ?? "") }
    #expect(rows.count == 102)
    var judged = 0
    var agree = 0
    for row in rows {
      let path = try #require(row["path"])
      let report = try WindowsCorpus.report(path)
      // The table follows peers that cannot read this one: it holds a whole signature, see signedExtension.
      let isOverruled = path.hasSuffix("/VSIXProject1.vsix")
      let wanted = isOverruled ? ["untrusted"] : try #require(row["state"]).split(separator: "|").map(String.init)
      if wanted.contains(report.state.rawValue) { agree += 1 }
      #expect(wanted.contains(report.state.rawValue), "\(path): \(report.state) \(report.codes.sorted())")
      if report.format != nil { judged += 1 }
      for signature in report.signatures {
        #expect((signature.signer != nil) == (signature.state == .trusted), "\(path): proof goes with trust")
        #expect(signature.ladder.rungs.count >= 11, "\(path): every rung is there")
      }
    }
    #expect(judged == rows.count)
    let deviations = try WindowsCorpus.table(WindowsCorpus.deviations).count
    try WindowsCorpus.score(rows: rows.count, agree: agree, deviations: deviations)
  }

  /// What EXPECT.tsv says in words about the mutants, as finding codes.
  static let findings: [(String, String)] = [
    ("m01-checksum-changed.dll", "pe.checksum.mismatch"), ("m02-cve-2013-3900-pad-in-wincert.dll", "pe.certificate.padding"),
    ("m03-pad-in-table-not-in-dwLength.dll", "pe.certificate-table.size"),
    ("m04-data-after-cert-table.dll", "pe.certificate-table.trailing"),
    ("m05-7-bytes-after-table.dll", "pe.certificate-table.trailing"), ("m06-last-bytes-before-table.dll", "pe.digest.mismatch"),
    ("m07-dos-header-byte.dll", "pe.digest.mismatch"), ("m08-dir-entry-zeroed-table-kept.dll", "pe.certificate-table.orphaned"),
    ("m09-wRevision-1_0.dll", "pe.certificate.revision"), ("m10-type-X509.dll", "pe.certificate.type"),
    ("m11-sigthief-copied-signature.exe", "pe.digest.mismatch"), ("p01-code-after-end-block.ps1", "powershell.block.trailing"),
    ("p02-extra-blank-line-at-end.ps1", "powershell.block.trailing"), ("p03-all-LF.ps1", "powershell.block.line-ends"),
    ("p04-body-LF-block-CRLF.ps1", "powershell.digest.line-ends"), ("p05-utf8-bom-added.ps1", "powershell.digest.mismatch"),
    ("p06-comment-line-inside-block.ps1", "powershell.block.foreign-line"),
    ("p07-code-inside-block.ps1", "powershell.block.foreign-line"), ("p08-second-block-dup.ps1", "powershell.block.second"),
    ("p09-body-tampered.ps1", "powershell.digest.mismatch"), ("p10-decoy-begin-line-in-body.ps1", "powershell.block.decoy"),
    ("p11-utf16le-bom.ps1", "powershell.digest.mismatch"),
  ]

  @Test(
    .enabled(if: WindowsCorpus.folder != nil, "ASSAY_CORPUS is not set: mutants are not judged"), arguments: findings)
  func mutants(file: String, code: String) throws {
    let report = try WindowsCorpus.report("mutants/\(file)")
    #expect(report.codes.contains(code), "\(report.codes.sorted())")
  }

  @Test(.enabled(if: WindowsCorpus.folder != nil, "ASSAY_CORPUS is not set"))
  func facts() throws {
    let padded = try WindowsCorpus.report("mutants/m02-cve-2013-3900-pad-in-wincert.dll", isStrict: true)
    #expect(padded.state == .malformed)
    let copied = try WindowsCorpus.report("mutants/m11-sigthief-copied-signature.exe")
    #expect(copied.attack.contains("T1036.001"))
    #expect(try WindowsCorpus.report("mutants/m12-two-wincerts-same.dll").signatures.count == 2)
    let driver = try WindowsCorpus.report("drivers/WinDivert64.sys")
    #expect(driver.roles == [.kernelDriver])
    #expect(driver.identity.architecture == "x86-64")
    #expect(driver.identity.originalFilename == "WinDivert.sys")
    let library = try WindowsCorpus.report("mutants/m00-original.dll")
    #expect(library.roles == [.library])
    #expect(library.signatures.first?.signer?.certificate.subject.organization == "Intel Corporation")
    #expect(library.signatures.first?.time.source == .rfc3161)
    #expect(library.identity.companyName == "Intel Corporation")
  }

  /// EXPECT.tsv says unsigned, for no peer reads such signatures: the file holds a whole one, of a self-signed certificate.
  @Test(.enabled(if: WindowsCorpus.folder != nil, "ASSAY_CORPUS is not set"))
  func signedExtension() throws {
    let report = try WindowsCorpus.report("repos/relic/functest/packages/VSIXProject1.vsix")
    #expect(report.state == .untrusted && report.signatures.count == 1)
    #expect(report.signatures.first?.ladder.rungs.contains { $0.name == "parts" && $0.outcome == .passed } == true)
  }
}
