package import AssayBytes
package import AssayCore
package import AssayPKI

/// A PowerShell script with the signature of its block, read but not believed.
package struct PowerShellArtifact: ParsedArtifact {
  package let roles: [Role] = [.script]
  package let identity = Identity()
  package let findings: [Finding]
  let signatures: [AuthenticodeClaim]
  private let bytes: [UInt8]
  private let encoding: ScriptEncoding
  private let dependsOnMachine: Bool
  private let covered: Range<Int>

  package var claims: [any Claim] { signatures }

  /// GUID of PowerShell's Subject Interface Package, 603bcc1f-4b59-4e08-b724-d2c6297ef351.
  static let sip: [UInt8] = [
    0x1F, 0xCC, 0x3B, 0x60, 0x59, 0x4B, 0x08, 0x4E, 0xB7, 0x24, 0xD2, 0xC6, 0x29, 0x7E, 0xF3, 0x51,
  ]

  package init(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) {
    bytes = try artifact.source.bytes(0..<artifact.source.byteCount)
    (encoding, dependsOnMachine, _) = ScriptEncoding.detect(bytes)
    if bytes.starts(with: Array("FOMB".utf8)) {
      findings = [
        Finding("powershell.content.binary", .note, "a compiled MOF file: no signature block can be in it", offset: 0)
      ]
      signatures = []
      covered = 0..<bytes.count
      return
    }
    let style = ScriptStyle(fileExtension: artifact.probe.fileExtension)
    guard let block = try ScriptBlock(bytes, encoding: encoding, style: style, &budget) else {
      findings = []
      signatures = []
      covered = 0..<bytes.count
      return
    }
    covered = block.covered
    var notes = block.failures
    if encoding.unitSize == 2, bytes.count % 2 != 0 {
      notes.append(
        Finding(
          "powershell.encoding.invalid", .failure, "\(encoding.name) text has an odd number of bytes", offset: bytes.count - 1,
          attack: ["T1036.001"]))
    }
    findings = notes
    var subject = AuthenticodeSubject(
      formatID: "powershell", dataTypes: [SpcOID.sipInfo], sip: PowerShellArtifact.sip,
      coverageClause: "PowerShell SIP: UTF-16LE of the text before the block",
      containerClause: "PowerShell SIP: the block ends the file")
    subject.containerFailures = notes
    subject.alternatives = PowerShellArtifact.readings(encoding, dependsOnMachine).map { $0.alternative }
    guard !block.signature.isEmpty else {
      signatures = []
      return
    }
    signatures = PowerShellArtifact.claims(block, subject, &budget)
  }

  private static func claims(
    _ block: ScriptBlock, _ subject: AuthenticodeSubject, _ budget: inout Budget
  ) -> [AuthenticodeClaim] {
    var tolerated = block.tolerated
    let bytes = block.signature
    var probe = budget
    var reader = ASN1Reader(bytes[...], rules: .ber)
    if let element = try? reader.next(&probe), element.encoded.count < bytes.count {
      tolerated.append(
        Finding(
          "powershell.block.padding", .warning,
          "\(bytes.count - element.encoded.count) bytes follow the signature inside the block and are not covered by it",
          offset: block.range.lowerBound, found: "\(bytes.count - element.encoded.count) bytes"))
    }
    // Offsets inside base64 are no file offsets: everything points at the block.
    return AuthenticodeClaim.read(
      bytes[...], at: block.range.lowerBound, kind: .embedded, numberedFrom: 0, subject: subject, tolerated: tolerated, &budget
    ).map { $0.atFixedOffset }
  }

  /// Other readings of the text, tried only where the first does not give the signed digest.
  private static func readings(
    _ encoding: ScriptEncoding, _ dependsOnMachine: Bool
  ) -> [(alternative: AuthenticodeSubject.Alternative, transcoder: ScriptTranscoder)] {
    var found: [(AuthenticodeSubject.Alternative, ScriptTranscoder)] = []
    if dependsOnMachine {
      let others = CodePage.allCases.map { ScriptEncoding.codePage($0) } + [.utf8]
      for other in others {
        let name = other == .utf8 ? "UTF-8 (code page 65001)" : other.name
        found.append(
          (
            .init(
              key: "code page \(name)", isAccepted: true,
              finding: Finding(
                "powershell.encoding.code-page", .warning,
                "the digest holds only on machines whose ANSI code page is \(name): the text is not ASCII and has no byte order mark",
                found: name)), ScriptTranscoder(encoding: other)
          ))
      }
    }
    found.append(
      (
        .init(
          key: "line ends", isAccepted: false,
          finding: Finding(
            "powershell.digest.line-ends", .warning,
            "with CRLF at every line end the digest is the signed one: a tool rewrote the line ends; restore CRLF")),
        ScriptTranscoder(encoding: encoding, restoresLineEnds: true)
      ))
    return found
  }

  /// Catalogs list scripts by every byte, signature blocks included.
  package var listedBy: [String] { ["flat"] }

  package func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    let text = bytes[covered]
    for algorithm in Set(signatures.compactMap(\.digestAlgorithm)).union(flat) {
      let digest = ScriptTranscoder(encoding: encoding).digest(text, by: algorithm)
      measured.digests[.init("authenticode", algorithm)] = digest
      let signed = signatures.filter { $0.digestAlgorithm == algorithm }.compactMap(\.signedDigest)
      if dependsOnMachine && signed.contains(digest) {
        measured.alternatives[.init("code page \(encoding.name)", algorithm)] = digest
      }
      guard signed.contains(where: { $0 != digest }) else { continue }
      for (alternative, transcoder) in PowerShellArtifact.readings(encoding, dependsOnMachine) {
        let other = transcoder.digest(text, by: algorithm)
        measured.alternatives[.init(alternative.key, algorithm)] = other
        if signed.contains(other) { break }
      }
    }
    for algorithm in Set(flat) { measured.digests[.init("flat", algorithm)] = algorithm.digest(bytes) }
    return measured
  }

  package var inspection: [InspectionLine] {
    [
      InspectionLine("encoding", encoding.name), InspectionLine("bytes", String(bytes.count)),
      InspectionLine("signature block", signatures.isEmpty ? "none" : "covers \(covered.count) bytes before it"),
    ]
  }
}
