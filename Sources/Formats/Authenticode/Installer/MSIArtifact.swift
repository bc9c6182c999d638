package import AssayBytes
import AssayContainers
package import AssayCore
import AssayPKI

/// A Windows Installer file with its signature, read but not believed.
package struct MSIArtifact: ParsedArtifact {
  package let roles: [Role] = []
  package let identity = Identity()
  package let findings: [Finding]
  let signatures: [AuthenticodeClaim]
  let file: CompoundFile
  let imprint: MSIImprint
  /// Content of \5MsiDigitalSignatureEx.
  let extendedHash: [UInt8]?
  let source: any ByteSource

  package var claims: [any Claim] { signatures }

  /// GUID of Windows Installer's Subject Interface Package, 000c10f1-0000-0000-c000-000000000046.
  static let sip: [UInt8] = [0xF1, 0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]
  /// A larger signature is not read; the largest seen has 40 kB.
  private static let maximumSignatureBytes = 16 << 20

  package init(_ artifact: Artifact, _ budget: inout Budget) throws(ParseError) {
    source = artifact.source
    let file = try CompoundFile(source, &budget)
    self.file = file
    imprint = try MSIImprint(file, &budget)
    let stream = file.child(named: MSIImprint.signatureName)
    let extended = file.child(named: MSIImprint.extendedHashName)
    extendedHash = try MSIArtifact.extendedHash(extended, file, source, &budget)

    var examination = MSIExamination(file: file, source: source, signature: stream)
    try examination.lookAround(&budget)
    if extended != nil, stream == nil {
      examination.note(
        "extended-hash.orphaned", .warning, "an extended hash without a signature: the signature was taken away",
        at: extended.flatMap { file.entries[$0]?.offset }, attack: ["T1036.001"])
    }
    if stream != nil, extended == nil {
      examination.note(
        "extended-hash.absent", .note,
        "no extended hash: names, sizes and times of the streams are not covered, nor are transforms and cabinets outside the file")
    }
    guard let stream else {
      findings = examination.findings
      signatures = []
      return
    }
    let bytes = try MSIArtifact.signatureBytes(stream, file, source, &examination, &budget)
    findings = examination.findings
    var subject = AuthenticodeSubject(
      formatID: "msi", dataTypes: [SpcOID.sipInfo], sip: MSIArtifact.sip,
      coverageClause: "Windows Installer SIP: streams in the order of their names, then class ids",
      containerClause: "MS-CFB, \\5DigitalSignature of the root storage")
    subject.containerFailures = examination.findings.filter { $0.severity == .failure }
    subject.alternatives = MSIReading.allCases.map { $0.alternative }
    guard !bytes.isEmpty else {
      signatures = []
      return
    }
    let ranges = file.ranges[stream]
    let read = AuthenticodeClaim.read(
      bytes[...], at: ranges.first?.lowerBound ?? 0, kind: .embedded, numberedFrom: 0, subject: subject,
      tolerated: examination.tolerated(bytes), &budget)
    signatures = ranges.count > 1 ? read.map { $0.atFixedOffset } : read
  }

  private static func extendedHash(
    _ stream: Int?, _ file: CompoundFile, _ source: any ByteSource, _ budget: inout Budget
  ) throws(ParseError) -> [UInt8]? {
    guard let stream, let entry = file.entries[stream] else { return nil }
    // A digest of at most 64 bytes; of anything longer the beginning shows that it is none.
    guard entry.byteCount <= 4_096 else { return Array(repeating: 0, count: 65) }
    return try file.read(stream, source, &budget)
  }

  private static func signatureBytes(
    _ stream: Int, _ file: CompoundFile, _ source: any ByteSource, _ examination: inout MSIExamination, _ budget: inout Budget
  ) throws(ParseError) -> [UInt8] {
    guard let entry = file.entries[stream], entry.kind == .stream, entry.byteCount > 0 else {
      examination.note(
        "signature.empty", .failure, "\\5DigitalSignature is no stream with content: the signature is not there",
        at: file.entries[stream]?.offset, attack: ["T1036.001"])
      return []
    }
    guard entry.byteCount <= maximumSignatureBytes else {
      throw ParseError(
        "limit.signature-bytes", "the signature has \(entry.byteCount) bytes; more than \(maximumSignatureBytes) are not read",
        offset: entry.offset)
    }
    return try file.read(stream, source, &budget)
  }

  package var inspection: [InspectionLine] {
    let classID = file.root.map { Array($0.classID) } ?? []
    var lines = [
      InspectionLine("compound file", "version \(file.majorVersion), sectors of \(file.sectorSize) bytes"),
      InspectionLine("class", MSIFormat.classes.first { $0.id == classID }?.kind ?? SpcSipInfo.guid(classID)),
      InspectionLine("streams and storages", String(file.entries.count { $0 != nil && $0?.kind != .root })),
      InspectionLine("last sector in use ends at", String(file.allocatedEnd)),
      InspectionLine("sectors", "\(file.freeSectors) free, \(file.orphanSectors) in use by nothing"),
      InspectionLine("extended hash", extendedHash.map { Hex.encode($0.prefix(64)) } ?? "none"),
    ]
    for number in file.children.joined().prefix(256) {
      guard let entry = file.entries[number] else { continue }
      let kind = entry.kind == .storage ? "storage" : "\(entry.byteCount) bytes"
      lines.append(InspectionLine(MSIStreamName.decode(entry.name), kind, level: 1))
    }
    return lines
  }
}
