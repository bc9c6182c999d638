import AssayBytes
import AssayCore
import AssayPKI

/// What Authenticode's check has to know of an app package.
enum MSIXSubject {
  /// GUID of the Subject Interface Package for packages, 0ac5df4b-ce07-4de2-b76e-23c839a09fd1.
  static let package: [UInt8] = [
    0x4B, 0xDF, 0xC5, 0x0A, 0x07, 0xCE, 0xE2, 0x4D, 0xB7, 0x6E, 0x23, 0xC8, 0x39, 0xA0, 0x9F, 0xD1,
  ]
  /// For bundles, 0f5f58b3-aade-4b9a-a434-95742d92eceb.
  static let bundle: [UInt8] = [
    0xB3, 0x58, 0x5F, 0x0F, 0xDE, 0xAA, 0x9A, 0x4B, 0xA4, 0x34, 0x95, 0x74, 0x2D, 0x92, 0xEC, 0xEB,
  ]

  static func make(isBundle: Bool, failures: [Finding]) -> AuthenticodeSubject {
    var subject = AuthenticodeSubject(
      formatID: "msix", dataTypes: [SpcOID.sipInfo], sip: isBundle ? bundle : package,
      coverageClause: "MSIX SIP: AXPC, AXCD, AXCT, AXBM, AXCI",
      containerClause: "MSIX: the archive ends with AppxSignature.p7x")
    subject.containerFailures = failures
    return subject
  }

  /// The signature in AppxSignature.p7x, which begins with `PKCX`.
  static func claims(
    _ octets: [UInt8], at offset: Int, _ subject: AuthenticodeSubject, publisher: [UInt8]?, isLoose: Bool, _ budget: inout Budget
  ) -> [MSIXClaim] {
    var tolerated: [Finding] = []
    let body = octets.dropFirst(4)
    let hasMagic = octets.starts(with: Array("PKCX".utf8))
    var probe = budget
    var reader = ASN1Reader(body, rules: .ber)
    if hasMagic, let element = try? reader.next(&probe), element.encoded.count < body.count {
      let count = body.count - element.encoded.count
      tolerated.append(
        Finding(
          "msix.signature.trailing", .warning, "\(count) bytes follow the signature inside AppxSignature.p7x", offset: offset,
          found: "\(count) bytes"))
    }
    let read: [AuthenticodeClaim]
    if hasMagic {
      // The entry may be compressed: everything points at its beginning.
      read = AuthenticodeClaim.read(
        body, at: offset, kind: .embedded, numberedFrom: 0, subject: subject, tolerated: tolerated, &budget
      ).map(\.atFixedOffset)
    } else {
      let error = ParseError("msix.signature.form", "AppxSignature.p7x does not begin with PKCX", offset: 0)
      read = [
        AuthenticodeClaim(
          kind: .embedded, index: 0, subject: subject, signature: .failure(error), offset: offset, firstIndex: 0, tolerated: [],
          hasFixedOffset: true)
      ]
    }
    return read.map { MSIXClaim(inner: $0, publisher: publisher, isLoose: isLoose) }
  }
}
