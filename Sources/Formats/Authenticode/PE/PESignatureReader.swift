import AssayBytes
import AssayContainers
import AssayCore
import AssayPKI

/// Reads every entry of the certificate table into claims, and collects what is wrong or odd about the entries.
struct PESignatureReader {
  let image: PEImage
  let source: any ByteSource
  var notes: [Finding] = []

  /// WIN_CERT_TYPE_PKCS_SIGNED_DATA.
  private static let signedDataType: UInt16 = 2
  /// A signature of more than this is not read; the largest seen has 40 kB, stuffed installers under 2 MB.
  private static let maximumEntryBytes = 16 << 20

  mutating func read(_ table: PECertificateTable?, _ budget: inout Budget) throws(ParseError) -> [AuthenticodeClaim] {
    guard let table else { return [] }
    for entry in table.entries where entry.type != PESignatureReader.signedDataType {
      notes.append(
        Finding(
          "pe.certificate.type", .failure, "the certificate entry is of type \(entry.type), must be PKCS_SIGNED_DATA",
          offset: entry.offset + 6, expected: "2", found: String(entry.type), attack: ["T1036.001"]))
    }
    for entry in table.entries where entry.revision != 0x0200 && entry.revision != 0x0100 {
      notes.append(
        Finding(
          "pe.certificate.revision-unknown", .failure,
          "the certificate entry has revision 0x\(String(entry.revision, radix: 16)), must be 0x200", offset: entry.offset + 4,
          expected: "0x200", found: "0x" + String(entry.revision, radix: 16), attack: ["T1036.001"]))
    }
    if table.entries.isEmpty && table.violations.isEmpty {
      notes.append(
        Finding("pe.certificate-table.small", .failure, "the certificate table holds no entry", offset: table.range.lowerBound))
    }
    let subject = self.subject()
    var claims: [AuthenticodeClaim] = []
    for entry in table.entries where entry.type == PESignatureReader.signedDataType {
      guard entry.length <= PESignatureReader.maximumEntryBytes else {
        throw ParseError(
          "limit.signature-bytes",
          "the certificate entry has \(entry.length) bytes; more than \(PESignatureReader.maximumEntryBytes) are not read",
          offset: entry.offset)
      }
      try budget.spend(bytes: entry.length)
      let bytes = try source.bytes(entry.data)
      let end = min((entry.data.upperBound + 7) & ~7, table.range.upperBound)
      let slack = try source.bytes(entry.data.upperBound..<end)
      let tolerated = tolerances(of: entry, bytes, slack)
      claims += AuthenticodeClaim.read(
        bytes[...], at: entry.data.lowerBound, kind: .embedded, numberedFrom: claims.count, subject: subject,
        tolerated: tolerated, &budget)
    }
    return claims
  }

  private func subject() -> AuthenticodeSubject {
    // Old releases of sbsigntool named the individual signing purpose in place of the data type; firmware does not look at it.
    var subject = AuthenticodeSubject(
      formatID: "pe", dataTypes: [SpcOID.peImageData] + (image.isEFI ? [SpcOID.individualStatement] : []), sip: nil,
      coverageClause: "Authenticode PE format, PE image hash",
      containerClause: "PE format, attribute certificate table")
    subject.containerFailures = notes.filter { $0.severity == .failure }
    subject.pageHashObstacle = PEPageLayout.obstacle(image)
    let image = image
    subject.place = { offset in
      if offset < image.sizeOfHeaders { return "headers" }
      return image.section(atOffset: offset).map { "section \($0.name)" } ?? "no section"
    }
    return subject
  }

  /// What Windows accepts about an entry unless EnableCertPaddingCheck is set.
  private func tolerances(of entry: WINCertificate, _ bytes: [UInt8], _ slack: [UInt8]) -> [Finding] {
    var found: [Finding] = []
    if entry.revision == 0x0100 {
      found.append(
        Finding(
          "pe.certificate.revision", .warning, "WIN_CERTIFICATE revision 1.0, signing tools write 2.0", offset: entry.offset + 4,
          expected: "0x200", found: "0x100"))
    }
    if slack.contains(where: { $0 != 0 }) {
      found.append(
        Finding(
          "pe.certificate.padding", .warning, "\(slack.count) bytes that align the certificate entry are not zero",
          offset: entry.data.upperBound, found: Hex.encode(slack), attack: ["T1036.001"]))
    }
    guard let length = PESignatureReader.encodedLength(bytes), length < bytes.count else { return found }
    let padding = bytes[length...]
    // Up to seven zero bytes are the padding that signing tools put inside the entry.
    if padding.count >= 8 || padding.contains(where: { $0 != 0 }) {
      let marker = HiddenContent.words(in: padding)
      found.append(
        Finding(
          "pe.certificate.padding", .warning,
          "\(padding.count) bytes follow the signature inside the certificate entry and are not covered by it (CVE-2013-3900)"
            + (marker.map { ": they hold \($0)" } ?? ""), offset: entry.data.lowerBound + length, found: "\(padding.count) bytes",
          attack: ["T1036.001"]))
    }
    return found
  }

  /// Bytes that the outermost element takes, nil when its header cannot be read. The indefinite form is left to the CMS reader.
  private static func encodedLength(_ bytes: [UInt8]) -> Int? {
    var budget = Budget()
    var reader = ASN1Reader(bytes[...], rules: .ber)
    return (try? reader.next(&budget))?.encoded.count
  }
}
