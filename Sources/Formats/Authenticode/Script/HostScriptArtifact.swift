package import AssayBytes
package import AssayCore
package import AssayPKI

/// A script of Windows Script Host with the signature of its block, read but not believed.
package struct HostScriptArtifact: ParsedArtifact {
  package let roles: [Role] = [.script]
  package let identity = Identity()
  package let findings: [Finding]
  let signatures: [AuthenticodeClaim]
  private let bytes: [UInt8]
  private let encoding: ScriptEncoding
  private let dependsOnMachine: Bool
  /// The text before the block without a byte order mark, and after it.
  private let before: Range<Int>
  private let after: Range<Int>

  package var claims: [any Claim] { signatures }

  private static let withoutPosition = "without position"

  package init(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) {
    bytes = try artifact.source.bytes(0..<artifact.source.byteCount)
    let language = HostLanguage(fileExtension: artifact.probe.fileExtension)
    let markBytes: Int
    (encoding, markBytes, dependsOnMachine) = language.encoding(of: bytes)
    guard
      let block = try ScriptBlock(
        bytes, encoding: encoding, style: language.style, place: language == .scriptFile ? .inside : .atEnd,
        family: HostScriptFormat.id, &budget)
    else {
      findings = []
      signatures = []
      before = markBytes..<bytes.count
      after = bytes.count..<bytes.count
      return
    }
    before = min(markBytes, block.covered.upperBound)..<block.covered.upperBound
    after = block.coveredAfter
    var notes = block.failures
    if encoding.unitSize == 2, bytes.count % 2 != 0 {
      notes.append(
        Finding(
          "script-host.encoding.invalid", .failure, "\(encoding.name) text has an odd number of bytes", offset: bytes.count - 1,
          attack: ["T1036.001"]))
    }
    findings = notes
    var subject = AuthenticodeSubject(
      formatID: HostScriptFormat.id, dataTypes: [SpcOID.sipInfo], sip: language.sip,
      coverageClause: "Windows Script Host SIP: UTF-16LE of the text without the block, then the block's position",
      containerClause: "Windows Script Host SIP: place and form of the block")
    subject.containerFailures = notes
    subject.alternatives = HostScriptArtifact.readings(encoding, dependsOnMachine).map { $0.alternative }
    subject.alternatives.append(HostScriptArtifact.positionLess)
    guard !block.signature.isEmpty else {
      signatures = []
      return
    }
    // Offsets inside base64 are no file offsets: everything points at the block.
    signatures = AuthenticodeClaim.read(
      block.signature[...], at: block.range.lowerBound, kind: .embedded, numberedFrom: 0, subject: subject,
      tolerated: block.tolerated + HostScriptArtifact.padding(block), &budget
    ).map { $0.atFixedOffset }
  }

  private static func padding(_ block: ScriptBlock) -> [Finding] {
    var budget = Budget()
    var reader = ASN1Reader(block.signature[...], rules: .ber)
    guard let element = try? reader.next(&budget), element.encoded.count < block.signature.count else { return [] }
    let count = block.signature.count - element.encoded.count
    return [
      Finding(
        "script-host.block.padding", .warning,
        "\(count) bytes follow the signature inside the block and are not covered by it", offset: block.range.lowerBound,
        found: "\(count) bytes")
    ]
  }

  /// The digest over the text alone: what osslsigncode makes of `.js`, under PowerShell's own package.
  private static let positionLess = AuthenticodeSubject.Alternative(
    key: withoutPosition, isAccepted: false,
    finding: Finding(
      "script-host.digest.position", .warning,
      "the digest leaves out the block's position, as osslsigncode makes it: Windows Script Host would not accept it"))

  /// Other readings of the text, tried only where the first does not give the signed digest.
  private static func readings(
    _ encoding: ScriptEncoding, _ dependsOnMachine: Bool
  ) -> [(alternative: AuthenticodeSubject.Alternative, transcoder: ScriptTranscoder)] {
    var found: [(AuthenticodeSubject.Alternative, ScriptTranscoder)] = []
    if dependsOnMachine {
      for other in CodePage.allCases.map({ ScriptEncoding.codePage($0) }) + [.utf8] {
        let name = other == .utf8 ? "UTF-8 (code page 65001)" : other.name
        let finding = Finding(
          "script-host.encoding.code-page", .warning,
          "the digest holds only where the text is read as \(name): it is not ASCII and has no byte order mark", found: name)
        found.append((.init(key: "code page \(name)", isAccepted: true, finding: finding), ScriptTranscoder(encoding: other)))
      }
    }
    let finding = Finding(
      "script-host.digest.line-ends", .warning,
      "with CRLF at every line end the digest is the signed one: a tool rewrote the line ends; restore CRLF")
    found.append(
      (.init(key: "line ends", isAccepted: false, finding: finding), ScriptTranscoder(encoding: encoding, restoresLineEnds: true)))
    return found
  }

  package func measure(also flat: [DigestAlgorithm], _ work: inout Work) throws(ParseError) -> Measurements {
    var measured = Measurements()
    for algorithm in Set(signatures.compactMap(\.digestAlgorithm)).union(flat) {
      let digest = ScriptTranscoder(encoding: encoding).digest(bytes[before], bytes[after], by: algorithm)
      measured.digests[.init("authenticode", algorithm)] = digest
      let signed = signatures.filter { $0.digestAlgorithm == algorithm }.compactMap(\.signedDigest)
      if dependsOnMachine && signed.contains(digest) {
        let name = encoding == .utf8 ? "UTF-8 (code page 65001)" : encoding.name
        measured.alternatives[.init("code page \(name)", algorithm)] = digest
      }
      guard signed.contains(where: { $0 != digest }) else { continue }
      // With the byte order mark, which that tool digests like a character.
      measured.alternatives[.init(HostScriptArtifact.withoutPosition, algorithm)] = ScriptTranscoder(encoding: encoding).digest(
        bytes[..<before.upperBound], by: algorithm)
      for (alternative, transcoder) in HostScriptArtifact.readings(encoding, dependsOnMachine) {
        let other = transcoder.digest(bytes[before], bytes[after], by: algorithm)
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
      InspectionLine(
        "signature block", signatures.isEmpty ? "none" : "covers \(before.count) bytes before it and \(after.count) after it"),
    ]
  }
}
